"""This file is `keep`: the chosen picture stays although its request changed.

The word holds for the request as it is now; a later change asks again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assetgen.errors import OutOfDate
from assetgen.receipts import Kept
from assetgen.review.desk import answers, asked
from assetgen.review.said import Said, foretold

if TYPE_CHECKING:
    from assetgen.manifest.model import Asset
    from assetgen.receipts import Receipt
    from assetgen.review.desk import Desk


def keep(desk: Desk, asset: Asset, reason: str = "") -> Said:
    """Keep an asset's picture for the request as it is now, and withdraw a retake.

    Side effect: writes the receipt, unless the picture is the one asked for anyway.
    Raises UsageError without a receipt, OutOfDate if its picture is nowhere.
    """
    receipt, request = desk.receipt(asset), asked(asset)
    if not desk.knowledge.bytes_at_hand(receipt):
        raise OutOfDate(
            f"the picture of `{asset.name}` is nowhere, so it cannot stay",
            hint=f"`assetgen build --rebuy {asset.name}` buys it again",
        )
    stays = receipt.adopted or answers(receipt, request)
    kept = None if stays else _kept(receipt, Kept(reason, request.key, desk.day))
    after = replace(receipt, kept=kept, wanted=None, wanted_reason=None)
    desk.update(after)
    did = f"`{asset.name}` keeps its picture"
    if stays and after == receipt:
        did = f"`{asset.name}` has the picture that is asked for already"
    elif stays:
        did = f"{did}, and no other take is wanted"
    facts = {"kept": kept is not None, "reason": kept.reason if kept else None}
    return Said(asset.name, did, foretold(desk.outlook(asset)), facts)


def _kept(receipt: Receipt, kept: Kept) -> Kept:
    """Return a person's word, the earlier one if this one adds nothing to it."""
    said = receipt.kept
    if said is not None and said.key == kept.key and kept.reason in {"", said.reason}:
        return said
    return kept
