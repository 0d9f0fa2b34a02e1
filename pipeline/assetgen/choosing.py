"""This file is how a picture becomes the chosen one, and what it replaces an earlier.

Whoever chooses, a build that bought or a person in review, goes through here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.cache import Cache
    from assetgen.originals import Originals
    from assetgen.receipts import Receipt


def choose(
    originals: Originals,
    cache: Cache,
    receipt: Receipt,
    picture: bytes,
    before: Iterable[Receipt] = (),
) -> None:
    """Write a receipt and its picture; what they take the place of is shelved first.

    Args:
        originals, cache: Where pictures stand, and the shelf for earlier ones.
        receipt, picture: The new choice; the receipt names exactly these bytes.
        before: The choices that it replaces; after a merge there are two.
    """
    for earlier in before:
        if earlier.sha256 == receipt.sha256 or cache.has_bytes(earlier.sha256):
            continue
        old = standing(originals, earlier)
        if old is not None:
            cache.put_bytes(old, paid=True)
    originals.write(receipt, picture)


def standing(originals: Originals, receipt: Receipt) -> bytes | None:
    """Return a receipt's picture if exactly those bytes stand beside it, else None.

    What is damaged already, or only pointed at, is not worth keeping as a take.
    """
    try:
        return originals.picture(receipt)
    except AssetgenError:
        return None
