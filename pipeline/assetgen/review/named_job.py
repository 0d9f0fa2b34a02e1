"""This file is `resolve --adopt`: a job that a person names answers a doubt.

A vendor that quotes the request of a job is believed over the person's memory: a job
with another model, other words or other inputs is refused. Nothing is bought here; the
next build collects the job.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assetgen.errors import UsageError
from assetgen.plan import Deed
from assetgen.providers.inert import inert
from assetgen.providers.recalling import differences
from assetgen.review.desk import asked
from assetgen.review.resolve import adopt_job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.journal import Intent, Journal
    from assetgen.manifest.model import Asset
    from assetgen.providers.base import Provider, Recalled
    from assetgen.review.desk import Desk
    from assetgen.review.resolve import Verdict

# Vendors number or hash their jobs; none has been seen to write more than this.
ID = re.compile(r"[!-~]{1,200}")
# What stands in the way of a job for an asset that the next build would not buy.
SETTLED = {
    Deed.HAVE,
    Deed.KEEP,
    Deed.MEND,
    Deed.DRAW,
    Deed.REUSE,
    Deed.READ,
    Deed.RENDER,
}


async def adopt_for_doubt(
    journal: Journal,
    provider: Provider,
    unsure: Sequence[Intent],
    job: str,
    verdict: Verdict,
) -> Intent:
    """Make a job the answer to the first of these doubts that it can be.

    Raises UsageError if the job is another purchase's or was asked for another
    picture, and what `remembered` raises; nothing has changed then.
    """
    first = unsure[0]
    free_job(journal, job, first.account)
    recalled = await remembered(provider, job, first.account)
    for intent in unsure:
        if not differences(recalled, intent.request):
            return adopt_job(journal, intent, job, verdict)
    raise _refused(job, first.asset, differences(recalled, first.request))


async def adopt_unheard_of(
    desk: Desk,
    journal: Journal,
    provider: Provider,
    asset: Asset,
    said: tuple[str, Verdict],
) -> Intent:
    """Make a job the purchase of an asset that this journal knows nothing of.

    Raises UsageError if the asset's picture is not one to buy, and otherwise what
    `adopt_for_doubt` raises.
    """
    job, verdict = said
    picture = desk.outlook(asset).picture
    # What a receipt calls lost stays lost, whatever else was bought.
    gone = picture.deed is Deed.LOST and asset.name in desk.knowledge.receipts
    unknown = picture.request is not None and not picture.request.is_known
    if gone or picture.deed in SETTLED or picture.after or unknown:
        raise _not_to_buy(asset)
    request = picture.request or asked(asset)
    account = provider.account()
    free_job(journal, job, account)
    recalled = await remembered(provider, job, account)
    if different := differences(recalled, request.to_json()):
        raise _refused(job, asset.name, different)
    intent = journal.plan(
        request,
        account=account,
        asset=asset.name,
        project=desk.manifest.root,
        price=asset.price,
        manifest=desk.manifest.path.name,
        rebuy=True,
    )
    return adopt_job(journal, intent, job, verdict)


def free_job(journal: Journal, job: str, account: str) -> None:
    """Raise UsageError if a job is a purchase of this account already, or no id."""
    if not ID.fullmatch(job):
        raise UsageError(
            f"`{inert(job, limit=40)}` is no id of a job",
            hint="`--adopt` takes the id that the vendor's log shows",
        )
    known = journal.by_job(job, account)
    if known is not None:
        raise UsageError(
            f"job `{job}` is a purchase already: take {known.take} of "
            f"`{known.asset}`, {known.state}",
            hint="one job is one picture; look for another id in the vendor's log",
        )


async def remembered(provider: Provider, job: str, account: str) -> Recalled | None:
    """Return what the vendor remembers of a job, None if it only knows the job.

    Raises UsageError if the key is missing, is not the one that bought, or the vendor
    does not know the job; Unavailable if it cannot be asked now.
    """
    provider.check()
    if provider.account() != account:
        raise UsageError(
            f"this was sent with another key of `{provider.name}` than the one set",
            hint="a job belongs to the key that bought it: set that one",
        )
    try:
        recalled = await provider.recall(job)
        if recalled is None:
            await provider.poll(job)
    finally:
        await provider.aclose()
    return recalled


def _refused(job: str, name: str, different: tuple[str, ...]) -> UsageError:
    """Return what to raise for a job that was asked for something else."""
    fields = " and ".join(different)
    return UsageError(
        f"job `{job}` was asked for another picture than `{name}`: {fields} differ",
        hint="nothing was changed; look for the right id in the vendor's log",
    )


def _not_to_buy(asset: Asset) -> UsageError:
    """Return what to raise for an asset that is not waiting for a purchase."""
    return UsageError(
        f"nothing is to be bought for `{asset.name}` that a job could be",
        hint=f"`assetgen retake {asset.name}` wants another picture first; "
        f"`assetgen adopt {asset.name} FILE` takes a file",
    )
