"""This file is the plan: per asset what would happen, why, and its price; pure data.

`planning` makes one, `build` carries it out, and what `plan` prints is what `build`
does.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from assetgen.manifest.model import Asset, File
    from assetgen.request import Request


class Deed(StrEnum):
    """What happens to an asset's picture."""

    HAVE = "have"  # the chosen picture is the one asked for
    KEEP = "keep"  # a person keeps it although the request changed
    MEND = "mend"  # the chosen picture is on the shelf only: its original is put back
    READ = "read"  # a `source:` file
    DRAW = "draw"  # a placeholder, for nothing
    RENDER = "render"  # an SVG of the project, for nothing
    REUSE = "reuse"  # bought before under this very request: taken from the shelf
    SHARE = "share"  # another asset of this manifest buys the same request
    COLLECT = "collect"  # bought and still out: wait for it
    BUY = "buy"
    LOST = "lost"  # paid for, and its bytes are nowhere
    BROKEN = "broken"  # something is wrong inside a file of yours that it is made of
    FAILED = "failed"  # the vendor gave up on this very request before
    ASK = "ask"  # a person must decide first
    BLOCKED = "blocked"  # a file that is not ours is in its place: nothing is bought
    WAIT = "wait"  # for another asset's picture, which does not come by itself


class FileDeed(StrEnum):
    """What happens to one published file."""

    CURRENT = "current"
    MAKE = "make"
    LIST = "list"  # its bytes are right, what the index says about it is not
    EDITED = "edited"  # a person changed it, or it was never ours: left alone


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a receipt says of an asset's picture.

    Attributes:
        digest: SHA-256 of its bytes.
        key: The paid key of its request, "" for an adopted file.
        take: Which picture of that request.
        wanted: The take that a person asked for; equal to `take` if none.
        wish: Why they did, "" if they did not say.
        request: The request as JSON, None for an adopted file.
        kept: Why it stays although the request is another one, None if it does not.
        present: Its bytes are at hand (originals or shelf).
        beside: They stand beside the receipt, where a clone finds them.
        job, price: The vendor's job id and what it cost in USD, for reports.
    """

    digest: str
    key: str
    take: int
    wanted: int
    request: Mapping[str, object] | None
    kept: str | None
    present: bool
    job: str | None = None
    price: Decimal | None = None
    beside: bool = True
    wish: str = ""


@dataclass(frozen=True, slots=True)
class Bought:
    """A picture that was paid for once and whose bytes are at hand."""

    digest: str
    take: int
    job: str | None
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a request stands with a vendor that has been asked before.

    Attributes:
        deed: COLLECT (the job is out), ASK (nobody knows), LOST or FAILED; or BUY,
            where it ended like these and a person wants another try.
    """

    deed: Deed
    reason: str
    job: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a published index: the file, what it was made from, what it is."""

    path: str
    sha256: str
    source_sha256: str
    recipe: str
    draft: bool
    asset: str
    alt: str | None


class Memory(Protocol):
    """What planning may ask; every answer is a plain value."""

    def chosen(self, asset: Asset) -> Chosen | None:
        """Return what the receipt of that asset says."""

    def question(self, asset: Asset) -> str | None:
        """Return what a person must decide before anything else, or None."""

    def bought(self, request: Request) -> Bought | None:
        """Return the latest picture of that request, whichever take, or None."""

    def take(self, request: Request) -> Bought | None:
        """Return the picture of exactly that take, or None."""

    def standing(self, request: Request) -> Standing | None:
        """Return what stands in the way of buying that request, or None."""

    def source(self, asset: Asset) -> str:
        """Return the digest of a `source:` file."""

    def digest(self, path: Path) -> str:
        """Return the digest of another file of the user's, as it is now."""

    def speaks(self, asset: Asset, digest: str) -> bool:
        """Return whether an asset's files say how that picture of it was made."""

    def entry(self, output: str, path: str) -> Entry | None:
        """Return what the index says of a published file of this manifest."""

    def on_disk(self, output: str, path: str) -> str | None:
        """Return the digest of a published file as it is now, None if missing."""

    def ours(self, digest: str) -> bool:
        """Return whether those bytes were made here."""

    def listing(self, output: str) -> str:
        """Return the digest of what texts tell of an output, as the index has it."""

    def published(self) -> Iterable[tuple[str, str]]:
        """Yield (output, path) of every file this manifest has published."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What happens to one asset's picture.

    Attributes:
        source: What its files start from: the digest of its bytes, or for a draft its
            key; "" while nobody knows (it has to be bought first).
        request: The request with the take that is wanted, None for a source.
        changed: The fields of the request that differ from the receipt's.
        rebuy: It was paid for before, lost, and a person asked to buy it again.
        after: The asset whose picture has to come first: `request` is then only a
            place for it, and its key nobody's.
        black: The digest of the same picture on black, for what is cut out of both;
            "" while nobody knows, None where there is none.
    """

    deed: Deed
    reason: str
    source: str = ""
    request: Request | None = None
    price: Decimal | None = None
    job: str | None = None
    changed: tuple[str, ...] = ()
    rebuy: bool = False
    after: str = ""
    black: str | None = None


@dataclass(frozen=True, slots=True)
class FilePlan:
    """What happens to one published file, and why."""

    file: File
    deed: FileDeed
    reason: str


@dataclass(frozen=True, slots=True)
class AssetPlan:
    """Everything that would happen to one asset."""

    asset: Asset
    picture: Picture
    files: tuple[FilePlan, ...]

    @property
    def idle(self) -> bool:
        """Return whether nothing would happen at all."""
        done = {Deed.HAVE, Deed.KEEP, Deed.READ, Deed.DRAW, Deed.RENDER}
        return self.picture.deed in done and not self.making

    @property
    def making(self) -> tuple[FilePlan, ...]:
        """Return the files that would be made, published or listed again."""
        deeds = {FileDeed.MAKE, FileDeed.LIST}
        return tuple(file for file in self.files if file.deed in deeds)

    @property
    def fresh(self) -> tuple[FilePlan, ...]:
        """Return those of them whose bytes would be made."""
        return tuple(file for file in self.files if file.deed is FileDeed.MAKE)

    @property
    def edited(self) -> tuple[FilePlan, ...]:
        """Return the files that are left alone because they are not as we left them."""
        return tuple(file for file in self.files if file.deed is FileDeed.EDITED)


@dataclass(frozen=True, slots=True)
class Removal:
    """A published file that nobody asks for any more."""

    output: str
    path: str
    edited: bool


@dataclass(frozen=True, slots=True)
class TextPlan:
    """What happens to one text about all pictures of an output (`emit`), and why."""

    output: str
    path: str
    deed: FileDeed
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a build would do: all of it, and nothing else."""

    assets: tuple[AssetPlan, ...]
    removals: tuple[Removal, ...] = ()
    texts: tuple[TextPlan, ...] = ()

    @property
    def purchases(self) -> tuple[AssetPlan, ...]:
        """Return the assets whose picture would be bought, in manifest order."""
        return tuple(a for a in self.assets if a.picture.deed is Deed.BUY)

    @property
    def total(self) -> Decimal:
        """Return what the purchases of known price would cost in USD."""
        return sum((a.picture.price or Decimal(0) for a in self.purchases), Decimal(0))

    @property
    def unpriced(self) -> tuple[str, ...]:
        """Return the models to be bought from whose price nobody knows."""
        return tuple(
            sorted(
                {
                    a.picture.request.model
                    for a in self.purchases
                    if a.picture.price is None and a.picture.request
                }
            )
        )

    @property
    def idle(self) -> bool:
        """Return whether a build would do nothing."""
        writing = any(text.deed is FileDeed.MAKE for text in self.texts)
        removing = any(not removal.edited for removal in self.removals)
        return all(a.idle for a in self.assets) and not writing and not removing
