"""This file is `adopt`: a file of a person's becomes the chosen picture.

It stays the choice whatever its request becomes, until somebody wants another take,
picks an earlier one, or removes it from `originals/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.errors import Damaged, ImageError, UsageError
from assetgen.images.examiner import examine
from assetgen.originals import file_name
from assetgen.receipts import Receipt
from assetgen.review.desk import asked
from assetgen.review.pick import pick
from assetgen.review.said import Said, foretold
from assetgen.review.takes import SHOWN, Choices, stood

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.images.sniff import Verified
    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Asset
    from assetgen.receipts import Take
    from assetgen.review.desk import Desk

NOT_BOUGHT = 0  # the take of a picture that nobody sold


def adopt(desk: Desk, asset: Asset, picture: bytes, shown: str) -> Said:
    """Make some bytes an asset's chosen picture.

    A file with the very bytes of an earlier take is that take, picked again. Side
    effect: writes original and receipt, and shelves what they replace. A receipt that
    is damaged, or another asset's, is replaced; its history is then in git alone.

    Args:
        desk, asset: Where, and for what.
        picture: A whole PNG, JPEG or WebP.
        shown: The file's name for people.

    Raises:
        UsageError: The asset is a `source:`, its receipt is of a newer assetgen, or
            the file is no whole picture.
        OutOfDate: Its receipt is a Git LFS pointer.

    """
    asked(asset)
    sides = _sides(asset, desk.knowledge)
    found = _understood(picture, shown)
    digest = digest_bytes(picture)
    if digest in {each.sha256 for each in _known(sides)}:
        return pick(desk, asset, digest, picture)
    receipt = Receipt(
        asset=asset.name,
        sha256=digest,
        bytes=len(picture),
        format=found.format,
        width=found.width,
        height=found.height,
        file=file_name(asset.name, found.format),
        day=desk.day,
        take=NOT_BOUGHT,
        adopted=True,
    )
    if sides:
        receipt = receipt.after(Choices(asset, (), sides).earlier)
    desk.choose(receipt, picture, sides)
    did = f"`{shown}` ({digest[:SHOWN]}) is now the picture of `{asset.name}`"
    facts = {"sha256": digest, "file": shown}
    return Said(asset.name, did, foretold(desk.outlook(asset)), facts)


def _understood(picture: bytes, shown: str) -> Verified:
    """Return what a person's file is; one plain colour is a picture if they say so."""
    try:
        return examine(picture, plain=True)
    except ImageError as error:
        message = f"`{shown}` cannot be the picture: {error.message}"
        raise UsageError(message, hint=error.hint) from error


def _known(sides: tuple[Receipt, ...]) -> Iterator[Take]:
    """Yield what was this asset's picture before: such a file is picked again."""
    for side in sides:
        yield from (*side.takes, side.as_take())


def _sides(asset: Asset, knowledge: Knowledge) -> tuple[Receipt, ...]:
    """Return the receipts that a file takes the place of: none, one, a merge's two."""
    sides = stood(knowledge, asset)
    trouble = knowledge.troubles.get(asset.name)
    if trouble is not None and not sides and not isinstance(trouble, Damaged):
        raise trouble
    return sides
