"""This file is the receipt: which bytes an asset is, what was asked, what it cost.

Pure: it turns receipts into text and back. One small JSON file per asset, the same
text for the same receipt, so that two branches only meet where a person must choose.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from assetgen.digest import is_digest
from assetgen.errors import Damaged, Undecided
from assetgen.files import newer_format
from assetgen.lfs import pointed, pointer

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1


@dataclass(frozen=True, slots=True)
class Take:
    """An earlier choice, which can be picked again while the store has its bytes."""

    take: int
    key: str
    sha256: str
    format: str
    width: int
    height: int
    day: str
    job: str | None = None
    price_usd: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A person's word that the picture stays although the request changed.

    `key` is the request's key (take 1) at that time: a later change asks again.
    """

    reason: str
    key: str
    day: str


@dataclass(frozen=True, slots=True)
class Approval:
    """Who looked at the picture and said yes, and on which day."""

    by: str
    day: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The truth about one asset's picture.

    Attributes:
        asset: Its name.
        sha256, bytes, format, width, height: The picture, as it came.
        file: Its name beside the receipt: ``coin-reward.png``.
        day: ISO day on which it was bought or adopted.
        key, request, take: What was asked; no key and no request if it was adopted.
        adopted: Its bytes are a person's file, not a provider's.
        job, price_usd, charged_usd: The vendor's id, our price, what it said it took.
        wanted: The take that a person asked for; None if it is this one.
        wanted_reason: Why they did, in their words.
        kept, approval: What a person said about it.
        takes: Earlier choices, oldest first.
        rest: Fields of this version that this program does not know; kept as they are.
    """

    asset: str
    sha256: str
    bytes: int
    format: str
    width: int
    height: int
    file: str
    day: str
    key: str | None = None
    request: Mapping[str, object] | None = None
    take: int = 1
    adopted: bool = False
    job: str | None = None
    price_usd: Decimal | None = None
    charged_usd: Decimal | None = None
    wanted: int | None = None
    wanted_reason: str | None = None
    kept: Kept | None = None
    approval: Approval | None = None
    takes: tuple[Take, ...] = ()
    rest: Mapping[str, object] = field(default_factory=dict)

    @property
    def provider(self) -> str | None:
        """Return who drew it, None if it was adopted."""
        return None if self.request is None else str(self.request.get("provider", ""))

    @property
    def model(self) -> str | None:
        """Return the model that drew it, None if it was adopted."""
        return None if self.request is None else str(self.request.get("model", ""))

    def as_take(self) -> Take:
        """Return this choice as a later one remembers it."""
        names = [each.name for each in fields(Take) if each.name != "key"]
        return Take(key=self.key or "", **{name: getattr(self, name) for name in names})

    def after(self, earlier: Receipt | None) -> Receipt:
        """Return this receipt remembering the one that it takes the place of.

        Nothing is remembered twice, and the choice of today not as an earlier one; two
        purchases are two, also where the vendor sold the same bytes twice.
        """
        if earlier is None:
            return self
        before = (*earlier.takes, earlier.as_take())
        known = {(each.sha256, each.key): each for each in before}
        known.pop((self.sha256, self.as_take().key), None)
        return replace(self, takes=tuple(known.values()))

    def to_text(self) -> str:
        """Return the receipt as its file has it."""
        value = {**asdict(self), "version": VERSION}
        value |= {"provider": self.provider, "model": self.model, **value.pop("rest")}
        slim = {name: each for name, each in value.items() if not _unsaid(each)}
        text = json.dumps(
            slim, sort_keys=True, indent=2, ensure_ascii=False, default=_number
        )
        return f"{text}\n"


def _unsaid(value: object) -> bool:
    """Return whether a field says nothing; a price of 0 says something."""
    return value is None or value is False or value == ()


class ReceiptConflict(Undecided):
    """A merge left two choices in one receipt; `pick` settles it.

    Attributes:
        ours, theirs: Both sides, as git calls them.
    """

    def __init__(self, path: str, ours: Receipt, theirs: Receipt) -> None:
        super().__init__(
            f"`{path}` holds two choices of a merge: take {ours.take} "
            f"({ours.sha256[:12]}) and take {theirs.take} ({theirs.sha256[:12]})",
            hint=f"`assetgen pick {ours.asset} TAKE` settles it",
        )
        self.ours = ours
        self.theirs = theirs


_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    KeyError,
    RecursionError,
    TypeError,
    ValueError,
)


def from_text(data: bytes, path: str) -> Receipt:
    """Return the receipt that a file holds.

    Raises ReceiptConflict for a merge's two sides, OutOfDate for a Git LFS pointer,
    UsageError for a newer version, and Damaged for anything else, naming `path`.
    """
    if pointed(data) is not None:
        raise pointer(path)
    try:
        sides = _sides(data.decode("utf-8-sig"))
        receipts = [_receipt(side, path) for side in sides]
    except _UNREADABLE as error:
        raise Damaged(
            f"the receipt `{path}` cannot be read: {_reason(error)}",
            hint=f"`git checkout -- {path}` brings back the committed one",
        ) from error
    if len(receipts) > 1 and receipts[0] != receipts[1]:
        raise ReceiptConflict(path, *receipts)
    return receipts[0]


def _receipt(text: str, path: str) -> Receipt:
    value = json.loads(text, parse_float=Decimal)
    version = value.pop("version")
    if not isinstance(version, int) or version < 1:
        raise ValueError("its version is no version")
    if version > VERSION:
        raise newer_format(f"the receipt `{path}`", value.get("needs"))
    value.pop("provider", None)
    value.pop("model", None)
    known = {each.name for each in fields(Receipt)} - {"rest"}
    rest = {name: value.pop(name) for name in sorted(value.keys() - known)}
    value["takes"] = tuple(Take(**_money(take)) for take in value.get("takes", ()))
    for name, kind in (("kept", Kept), ("approval", Approval)):
        if name in value:
            value[name] = kind(**value[name])
    receipt = Receipt(**_money(value), rest=_plain(rest))
    if receipt.request is not None:
        receipt = replace(receipt, request=_plain(receipt.request))
    _check(receipt)
    return receipt


def _check(receipt: Receipt) -> None:
    """Raise ValueError for a receipt that names nothing."""
    if not is_digest(receipt.sha256):
        raise ValueError("its digest is no digest")
    if "/" in receipt.file or "\\" in receipt.file or receipt.file.startswith("."):
        raise ValueError("its file is not beside it")
    if (receipt.key is None) != receipt.adopted:
        raise ValueError("it has neither a key nor was it adopted")
    takes = (receipt.take, receipt.wanted or 0, *(each.take for each in receipt.takes))
    for number in (receipt.bytes, receipt.width, receipt.height, *takes):
        if type(number) is not int or number < 0:
            raise ValueError("a size or take is no whole number")


def _money(value: dict[str, Any]) -> dict[str, Any]:
    """Return fields whose prices are decimals, however they were written."""
    said = {name for name, each in value.items() if each is not None}
    names = said & {"price_usd", "charged_usd"}
    sums = {name: Decimal(str(value[name])) for name in names}
    if not all(usd.is_finite() and usd >= 0 for usd in sums.values()):
        raise ValueError("a price is no sum of money")
    return {**value, **sums}


def _plain(value: object) -> dict[str, object]:
    """Return what a person's JSON says with floats as floats, as a request has them."""
    plain = json.loads(json.dumps(value, default=_number))
    if not isinstance(plain, dict):
        raise TypeError("its request is no object")
    return plain


def _number(value: object) -> float | int:
    if not isinstance(value, Decimal):
        raise TypeError(f"{value!r} has no place in a receipt")
    return float(value)


def _sides(text: str) -> list[str]:
    """Return the text, or both texts that a merge left between its markers."""
    ours: list[str] = []
    theirs: list[str] = []
    both: tuple[list[str], ...] = (ours, theirs)
    into = both
    for line in text.splitlines():
        match line[:7]:
            case "<<<<<<<":
                into = (ours,)
            case "|||||||":
                into = ()
            case "=======":
                into = (theirs,)
            case ">>>>>>>":
                into = both
            case _:
                for side in into:
                    side.append(line)
    return ["\n".join(ours)] if ours == theirs else ["\n".join(ours), "\n".join(theirs)]


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError):
        return f"it has no `{error.args[0]}`"
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno} is no JSON"
    return str(error) if type(error) is ValueError else "it is not a receipt of ours"
