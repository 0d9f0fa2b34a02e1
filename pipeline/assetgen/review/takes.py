"""This file is what there is to pick from: the choice, earlier ones, a merge's sides.

A take is named by its number, or by the first digits of its picture's digest where
two have the same number: takes of two requests, or of two branches.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assetgen.consent import dollars
from assetgen.errors import Undecided, UsageError
from assetgen.receipts import ReceiptConflict
from assetgen.review.desk import asked
from assetgen.strays import take_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Asset
    from assetgen.receipts import Receipt, Take
    from assetgen.review.desk import Desk

SHORTEST = 4  # digits of a digest that are no number of a take
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be picked.

    Attributes:
        take: Which picture.
        receipt: Its full receipt, where it is the choice of today or a merge's side.
        chosen: It is the choice of today.
    """

    take: Take
    receipt: Receipt | None = None
    chosen: bool = False

    def __str__(self) -> str:
        take = self.take
        name = f"take {take.take}" if take.key else "adopted"
        price = f", {dollars(take.price_usd)}" if take.price_usd is not None else ""
        chosen = ", chosen" if self.chosen else ""
        return f"{name} ({take.sha256[:SHOWN]}, {take.day}{price}{chosen})"


@dataclass(frozen=True, slots=True)
class Choices:
    """All that can be picked for one asset, oldest first.

    Attributes:
        sides: The receipts that stand there now: one, or two after a merge.
    """

    asset: Asset
    all: tuple[Choice, ...]
    sides: tuple[Receipt, ...]

    @property
    def earlier(self) -> Receipt:
        """Return one receipt that remembers everything which stood here."""
        *others, last = self.sides
        takes = [take for side in self.sides for take in side.takes]
        takes += [side.as_take() for side in others]
        return replace(last, takes=tuple(takes))

    def named(self, word: str) -> Choice:
        """Return what a word names: a take's number or the start of a digest.

        Raises UsageError if it names nothing, Undecided if it names several.
        """
        number = int(word) if word.isascii() and word.isdigit() else None
        found = [each for each in self.all if each.take.take == number]
        if len(found) > 1:
            found = self._of_the_request(found) or found
        if not found and len(word) >= SHORTEST:
            start = word.lower()
            alike = [each for each in self.all if each.take.sha256.startswith(start)]
            # The same bytes, bought twice, are one picture; the choice of today first.
            alike.sort(key=lambda each: each.chosen)
            found = list({each.take.sha256: each for each in alike}.values())
        if not found:
            message = f"`{self.asset.name}` has no take `{word}`"
            raise UsageError(message, hint=f"it has {self}")
        if len(found) > 1:
            message = f"`{word}` names {len(found)} pictures of `{self.asset.name}`"
            digests = " or ".join(f"`{each.take.sha256[:SHOWN]}`" for each in found)
            raise Undecided(message, hint=f"say {digests} in its place")
        return found[0]

    def _of_the_request(self, found: list[Choice]) -> list[Choice]:
        """Return those that are takes of the request as it is now."""
        request = asked(self.asset)
        return [
            each for each in found if each.take.key == request.again(each.take.take).key
        ]

    def __str__(self) -> str:
        return "; ".join(map(str, self.all))


def choices(desk: Desk, asset: Asset) -> Choices:
    """Return what can be picked for an asset, also where a merge left two receipts.

    Raises UsageError if nothing was ever chosen, Damaged for an unreadable receipt.
    """
    sides = stood(desk.knowledge, asset) or (desk.receipt(asset),)
    takes = [take for side in sides for take in side.takes]
    known = {(take.sha256, take.key): Choice(take) for take in takes}
    for side in reversed(sides):
        choice = Choice(side.as_take(), side, chosen=len(sides) == 1)
        known[side.sha256, choice.take.key] = choice
    for take in _bought(asset, desk.knowledge, set(known)):
        known[take.sha256, take.key] = Choice(take)
    ordered = sorted(known.values(), key=lambda each: (each.take.day, each.take.take))
    return Choices(asset, tuple(ordered), sides)


def stood(knowledge: Knowledge, asset: Asset) -> tuple[Receipt, ...]:
    """Return the receipts that stand there: one, a merge's two, none if unreadable.

    A receipt counts although its picture is damaged or only pointed at: that is what
    another choice mends.
    """
    trouble = knowledge.troubles.get(asset.name)
    if isinstance(trouble, ReceiptConflict):
        return (trouble.ours, trouble.theirs)
    receipt = knowledge.receipts.get(asset.name)
    return () if receipt is None else (receipt,)


def _bought(
    asset: Asset, knowledge: Knowledge, known: set[tuple[str, str]]
) -> Iterable[Take]:
    """Yield further takes of the request that the journal has seen bought anywhere."""
    if knowledge.journal is None:
        return
    for intent in knowledge.journal.takes(asked(asset).again(1).key):
        if intent.digest is None or (intent.digest, intent.key) in known:
            continue
        take = take_of(intent, intent.digest, knowledge)
        if take is not None:
            yield take
