"""This file is the desk at which a person reviews: what is remembered, and today.

Every verb looks something up, decides, and writes at most one receipt through here,
so that what it then foretells is what the next build will do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.choosing import choose
from assetgen.errors import UsageError
from assetgen.planning import make_plan

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Asset, Manifest
    from assetgen.plan import AssetPlan
    from assetgen.receipts import Receipt
    from assetgen.request import Request


@dataclass(frozen=True, slots=True)
class Desk:
    """One project under review, held by whoever sits here.

    Attributes:
        knowledge: What is remembered; kept true to what is written here.
        day: Today, as ISO text.
    """

    manifest: Manifest
    knowledge: Knowledge
    day: str

    def receipt(self, asset: Asset) -> Receipt:
        """Return an asset's receipt.

        Raises UsageError if it has none, and whatever stands against believing it.
        """
        asked(asset)
        if trouble := self.knowledge.troubles.get(asset.name):
            raise trouble
        receipt = self.knowledge.receipts.get(asset.name)
        if receipt is None:
            first = "draws a placeholder" if asset.free else "buys the first one"
            raise UsageError(
                f"`{asset.name}` has no picture to choose from",
                hint=f"`assetgen build {asset.name}` {first}; "
                f"`assetgen adopt {asset.name} FILE` takes a file of yours",
            )
        return receipt

    def outlook(self, asset: Asset) -> AssetPlan:
        """Return what the next build would do to an asset as everything stands now."""
        return make_plan(self.manifest, self.knowledge, assets=[asset]).assets[0]

    def update(self, receipt: Receipt) -> None:
        """Write a receipt whose picture stays, unless it is written so already."""
        if receipt != self.knowledge.receipts.get(receipt.asset):
            self.knowledge.originals.update(receipt)
            self.knowledge.remember(receipt)

    def choose(
        self, receipt: Receipt, picture: bytes, before: Iterable[Receipt]
    ) -> None:
        """Write a receipt and its picture, and shelve those that they replace."""
        knowledge = self.knowledge
        choose(knowledge.originals, knowledge.cache, receipt, picture, before)
        knowledge.remember(receipt)


def asked(asset: Asset) -> Request:
    """Return what a manifest asks for (take 1); raises UsageError for a `source:`."""
    if asset.drawing is not None:
        raise UsageError(
            f"`{asset.name}` is a drawing of yours, which nobody buys or chooses",
            hint=f"change `{asset.drawing.name}` instead",
        )
    if asset.request is None:
        own = asset.source.name if asset.source else asset.name
        raise UsageError(
            f"`{asset.name}` is a file of yours, which nobody buys or chooses",
            hint=f"replace `{own}` to change it",
        )
    return asset.request


def answers(receipt: Receipt, request: Request) -> bool:
    """Return whether a receipt's picture is a take of that very request."""
    return receipt.key == request.again(receipt.take).key
