"""This file is every way assetgen can refuse or fail, as one tree.

::

    AssetgenError                 70  a bug, unless a subclass says otherwise
    ├─ UsageError                  2  fix your files, flags or settings
    │  └─ ManifestError            2  every mistake of every file, with places
    ├─ OutOfDate                   3  frozen: something would have to be bought
    ├─ SpendingError               4  no budget, nobody agreed, or no price
    ├─ Undecided                   5  a person must decide
    ├─ Waiting                     0  for another asset, which says why
    ├─ Locked                      6  another build holds this project
    ├─ ProviderError               1  a vendor said no to one asset
    │  ├─ Unavailable              7  a vendor or the network is not there
    │  ├─ StillRunning             7  a job outlived this build's patience
    │  ├─ AccountError             9  the key is refused or has no credit
    │  └─ ResultError              1  what came back is not the picture
    ├─ ImageError                  1  pixels that cannot be worked on
    │  └─ Unaccepted               1  a file that a store or a browser would refuse
    └─ Damaged                     8  state or a remote that lies

Every class knows its exit code (``assetgen --help`` lists them), none
prints, and none carries a secret: whoever raises has redacted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Iterable

# When several exit codes apply to one run, the first of these is reported.
PRECEDENCE = (70, 130, 143, 8, 9, 5, 4, 1, 7, 3, 6, 2, 0)


class AssetgenError(Exception):
    """Anything assetgen raises on purpose: one sentence and, perhaps, a hint.

    Args:
        message: One sentence, lower case, without a final period.
        hint: What a person can do about it, as one line.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class UsageError(AssetgenError):
    """A flag, a setting or a file of the user's that has to be changed."""

    exit_code = 2


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where in a person's files something stands; line and column count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in one of the user's files.

    Attributes:
        place: Where it stands, None only if no file is to blame.
        path: The keys that lead to it, dotted: ``assets.coin.prompt``; may be "".
        message: What is wrong, as one sentence.
        hint: What to do about it, if that is known.
    """

    place: Place | None
    path: str
    message: str
    hint: str | None = None

    def __str__(self) -> str:
        head = ": ".join(
            part for part in (str(self.place or ""), self.path, self.message) if part
        )
        return f"{head}\n\nhint: {self.hint}" if self.hint else head


class ManifestError(UsageError):
    """The user's files have mistakes; carries all of them, in file order."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n\n".join(map(str, self.problems)))


class OutOfDate(AssetgenError):
    """Something would have to be bought or rebuilt, and this run may not."""

    exit_code = 3


class SpendingError(AssetgenError):
    """Nobody agreed to the price, the budget is too small, or no price is known."""

    exit_code = 4


class Undecided(AssetgenError):
    """Only a person can settle this: money or a choice is at stake."""

    exit_code = 5


class Waiting(AssetgenError):
    """What an asset needs of another one is not here; that other one says why."""

    exit_code = 0


class Locked(AssetgenError):
    """Another build holds this project."""

    exit_code = 6


class ProviderError(AssetgenError):
    """A vendor refused or failed one asset; the others go on."""

    exit_code = 1


class Unavailable(ProviderError):
    """The vendor or the network is not there now; nothing was bought.

    Attributes:
        paused: The vendor said itself that it is closed for a while, to everybody.
        wait: For how many seconds at least, if it said that too.
    """

    exit_code = 7

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        paused: bool = False,
        wait: float | None = None,
    ) -> None:
        super().__init__(message, hint=hint)
        self.paused = paused
        self.wait = wait


class StillRunning(ProviderError):
    """A bought job is not ready within this build's patience; it is still ours."""

    exit_code = 7


class AccountError(ProviderError):
    """The vendor refuses the key (401) or the account has no credit (402)."""

    exit_code = 9


class ResultError(ProviderError):
    """A bought result cannot be fetched, or is not a picture."""


class ImageError(AssetgenError):
    """Pixels that cannot be decoded, cut out, resized or encoded as asked."""

    exit_code = 1


class Unaccepted(ImageError):
    """A finished file that whoever takes it would refuse."""


class Damaged(AssetgenError):
    """Store, journal, receipts or originals contradict themselves; spending stops."""

    exit_code = 8


def worst(codes: Iterable[int]) -> int:
    """Return the exit code that stands for several (0 for none)."""
    found = set(codes)
    return next((code for code in PRECEDENCE if code in found), max(found, default=0))
