"""This file is what a verb answers: what it did to an asset, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assetgen.consent import dollars
from assetgen.plan import Deed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.plan import AssetPlan, Picture


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence about what was done to an asset, and one about what comes next.

    Attributes:
        asset: Its name.
        did, then: The two sentences, lower case, without a final period.
        facts: The same for programs.
    """

    asset: str
    did: str
    then: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def to_json(self) -> dict[str, object]:
        """Return the object that `--json` prints."""
        return {"asset": self.asset, "did": self.did, "next": self.then, **self.facts}


def foretold(plan: AssetPlan) -> str:
    """Return what the next build will do, as a sentence with its price."""
    picture = plan.picture
    if picture.deed is Deed.BUY:
        twin = plan.asset.twin
        beside = f", and `{twin}` for {_price(picture)} more" if twin else ""
        return f"the next build buys it for {_price(picture)}{beside}"
    if picture.deed in {Deed.HAVE, Deed.KEEP, Deed.READ, Deed.RENDER}:
        return _published(plan)
    return {
        Deed.SHARE: f"the next build buys it once: {picture.reason}",
        Deed.REUSE: "the next build takes it for nothing: it was bought before",
        Deed.COLLECT: f"the next build collects it: job `{picture.job}` is out",
        Deed.DRAW: "the next build draws a placeholder",
        Deed.MEND: "the next build puts its original back from the store",
        Deed.WAIT: f"the next build {picture.reason}",
    }.get(picture.deed, f"the next build stops at it: {picture.reason}")


def _price(picture: Picture) -> str:
    """Return a price in words."""
    if picture.price is None:
        return "a price that nobody knows"
    return dollars(picture.price)


def _published(plan: AssetPlan) -> str:
    """Return what happens to the files of a picture that is here."""
    if plan.edited:
        path = plan.edited[0].file.path
        return f"`{path}` was edited, and a build leaves it alone"
    if plan.making and plan.picture.black == "":
        bought = f"`{plan.asset.twin}` is bought for {dollars(plan.asset.price)}"
        return f"the next build publishes it, once {bought}"
    if plan.making:
        return "the next build publishes it for nothing"
    return "everything is published already"
