"""This file is `retake`: a person wants another picture of the same request.

It is a fact and nothing is bought here: the next build sees it, shows the price, and
asks. Where there is a picture, the fact is the wanted take, in its receipt. Where the
first one has failed or is lost there is no receipt, and it is an event of the journal
that knows of the failure: that lets the same request be bought once more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assetgen.errors import Undecided, UsageError
from assetgen.events import number
from assetgen.plan import Deed
from assetgen.review.desk import answers, asked
from assetgen.review.said import Said, foretold

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.journal import Intent
    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Asset
    from assetgen.plan import Standing
    from assetgen.receipts import Receipt
    from assetgen.request import Request
    from assetgen.review.desk import Desk


def retake(
    desk: Desk, asset: Asset, again: Callable[[Intent], None], reason: str = ""
) -> Said:
    """Want another take of an asset's request; twice before a build is once.

    A second reason replaces the first one.

    Side effect: writes the receipt, or has `again` write to the journal. Raises
    UsageError if nothing of it was ever bought or adopted, Undecided if the take that
    is wanted already may have been bought.
    """
    if asset.free:
        raise UsageError(
            f"`{asset.name}` is drawn by `{asked(asset).provider}`, for nothing",
            hint="give it a `provider:` that paints, or change its prompt",
        )
    request, knowledge = asked(asset), desk.knowledge
    receipt = knowledge.receipts.get(asset.name)
    same = receipt is not None and (receipt.adopted or answers(receipt, request))
    ended = None if same else knowledge.ended(request)
    if ended is not None and asset.name not in knowledge.troubles:
        return _once_more(desk, asset, ended, again)
    if not same:
        _out(asset.name, knowledge.standing(request))
    receipt = desk.receipt(asset)
    wanted = _wanted(receipt, request, knowledge, again) if same else None
    why = (reason or receipt.wanted_reason) if wanted else None
    after = replace(receipt, wanted=wanted, wanted_reason=why, kept=None)
    desk.update(after)
    before = (receipt.wanted, receipt.kept)
    changed = (after.wanted, after.kept) != before
    return _said(desk, asset, _did(asset.name, wanted, changed=changed))


def _out(name: str, standing: Standing | None) -> None:
    """Raise if a request is being bought already, or nobody knows whether it was."""
    if standing is not None and standing.deed is Deed.ASK:
        raise Undecided(
            f"nobody knows whether `{name}` was bought",
            hint=f"`assetgen resolve {name}` settles that first",
        )
    if standing is not None and standing.deed is Deed.COLLECT:
        raise UsageError(
            f"`{name}` is bought and still out: job `{standing.job}`",
            hint=f"`assetgen build {name}` collects it",
        )


def _once_more(
    desk: Desk, asset: Asset, ended: Intent, again: Callable[[Intent], None]
) -> Said:
    """Want one more purchase of a request whose last one came to nothing."""
    if ended.is_retaken:
        return _said(desk, asset, f"another try of `{asset.name}` is wanted already")
    again(ended)
    receipt = desk.knowledge.receipts.get(asset.name)
    if receipt is not None:
        desk.update(replace(receipt, kept=None))
    return _said(desk, asset, f"another try of `{asset.name}` is wanted")


def _said(desk: Desk, asset: Asset, did: str) -> Said:
    """Return what was done to an asset, and what the next build does for it."""
    plan = desk.outlook(asset)
    request = plan.picture.request
    facts = {
        "take": request.take if request else 1,
        "deed": str(plan.picture.deed),
        "price_usd": number(plan.picture.price),
    }
    return Said(asset.name, did, foretold(plan), facts)


def _wanted(
    receipt: Receipt,
    request: Request,
    knowledge: Knowledge,
    again: Callable[[Intent], None],
) -> int:
    """Return the take to ask for: the one asked for already, while it may still come.

    Otherwise the highest one known anywhere plus one; a job whose vendor names no
    picture is given up then.
    """
    if receipt.wanted not in {None, receipt.take}:
        coming = request.again(receipt.wanted or 1)
        standing = knowledge.standing(coming)
        if standing is not None and standing.deed is Deed.ASK:
            raise Undecided(
                f"nobody knows whether take {coming.take} of `{receipt.asset}` was "
                "bought",
                hint=f"`assetgen resolve {receipt.asset}` settles that first",
            )
        ended = knowledge.ended(coming)
        if ended is not None and ended.is_garbled:
            again(ended)
        elif standing is None or standing.deed in {Deed.COLLECT, Deed.BUY}:
            return coming.take
    return max(knowledge.highest_take(request), receipt.take) + 1


def _did(name: str, wanted: int | None, *, changed: bool) -> str:
    """Return the sentence about what became of an asset."""
    if wanted is None and changed:
        return f"`{name}` is not kept any more, and its request is another one by now"
    if wanted is None:
        return f"the request of `{name}` is another one by now: nothing to ask for"
    if not changed:
        return f"take {wanted} of `{name}` is wanted already"
    return f"take {wanted} of `{name}` is wanted"
