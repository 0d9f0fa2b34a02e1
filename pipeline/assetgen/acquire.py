"""This file is how a picture comes here: bought, collected, drawn, read or remembered.

A picture that is new here gets its original and its receipt before anything else is
done with it; from then on every clone can build everything for nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.cache import Result
from assetgen.choosing import choose
from assetgen.clock import day_of
from assetgen.digest import digest_bytes, key_of
from assetgen.errors import Damaged, ImageError, UsageError
from assetgen.events import Working
from assetgen.files import reason_of
from assetgen.images.derive import as_format
from assetgen.images.examiner import examine
from assetgen.images.provenance import Origin, mark_of
from assetgen.images.sniff import sniff
from assetgen.images.telling import carried
from assetgen.journal.states import FREE, State
from assetgen.making import Piece, shelve
from assetgen.originals import file_name
from assetgen.plan import Deed
from assetgen.providers.base import Done
from assetgen.receipts import Receipt
from assetgen.submitting import Order

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from assetgen.clock import Clock
    from assetgen.events import Listener
    from assetgen.images.provenance import Mark
    from assetgen.jobs import Delivery, Jobs
    from assetgen.journal import Intent
    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Asset
    from assetgen.plan import AssetPlan
    from assetgen.providers.base import Provider
    from assetgen.request import Request

NOTHING = Decimal(0)
EXAMINED_VERSION = 2


@dataclass(frozen=True, slots=True)
class Acquired:
    """A picture that is here.

    Attributes:
        piece: Loads it; only called when something has to be made from it.
        new: It was not this asset's picture before.
        mended: It was, and stands beside its receipt again.
    """

    piece: Callable[[], Awaitable[Piece]]
    new: bool = False
    mended: bool = False


class Acquirer:
    """Brings the pictures of one build here, each request once."""

    def __init__(
        self,
        knowledge: Knowledge,
        jobs: Mapping[str, Jobs],
        providers: Mapping[str, Provider],
        *,
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._knowledge = knowledge
        self._jobs = jobs
        self._providers = providers
        self._clock = clock
        self._tell = listener
        self._deliveries: dict[str, asyncio.Task[Delivery]] = {}

    async def acquire(self, plan: AssetPlan) -> Acquired:
        """Return the picture of an asset, paying for it if that is the plan.

        Raises whatever stands in the way: see `Jobs.buy`; Damaged if a picture that
        was at hand a moment ago is gone.
        """
        match plan.picture.deed:
            case Deed.READ | Deed.RENDER | Deed.DRAW:
                return Acquired(lambda: self._for_nothing(plan))
            case Deed.HAVE | Deed.KEEP:
                digest = plan.picture.source
                return Acquired(lambda: self._remembered(plan.asset, digest))
            case Deed.MEND:
                return await self._mend(plan)
            case Deed.REUSE:
                return await self._reuse(plan)
            case Deed.BUY | Deed.SHARE | Deed.COLLECT:
                return await self._bring(plan)
        message = f"nothing brings a picture here that is `{plan.picture.deed}`"
        raise AssertionError(message)

    def settled(self, plan: AssetPlan) -> AssetPlan | None:
        """Return what is to be done now that a doubt is settled, None if it is not."""
        request, journal = plan.picture.request, self._knowledge.journal
        if request is None or journal is None or request.provider not in self._jobs:
            return None
        account = self._jobs[request.provider].provider.account()
        intent = journal.live(account, request.key)
        if intent is None or intent.job is None:
            return None
        self._deliveries.pop(request.key, None)
        reason = "bought, as its callback has proven"
        picture = replace(
            plan.picture, deed=Deed.COLLECT, reason=reason, job=intent.job
        )
        return replace(plan, picture=picture)

    def intent(self, plan: AssetPlan) -> Intent | None:
        """Return what the journal knows of the purchase this build makes for it."""
        request, journal = plan.picture.request, self._knowledge.journal
        paid = plan.picture.deed in {Deed.BUY, Deed.SHARE, Deed.COLLECT}
        if request is None or journal is None or not paid:
            return None
        account = self._knowledge.accounts.get(request.provider, "")
        return journal.latest(account, request.key)

    def committed(self, plan: AssetPlan, intent: Intent | None) -> Decimal | None:
        """Return the USD that this build newly committed for an asset, None if unknown.

        `intent` is its purchase. Of several assets that share a request, the one that
        bought it counts.
        """
        journal, buys = self._knowledge.journal, plan.picture.deed is Deed.BUY
        if not buys or intent is None or journal is None:
            return NOTHING
        if intent.build != journal.build:
            return NOTHING
        nothing_left = intent.state in FREE | {State.PLANNED}
        if intent.price is None and intent.charged is None and not nothing_left:
            return None
        return intent.committed

    # --- for nothing ---------------------------------------------------------------

    async def _for_nothing(self, plan: AssetPlan) -> Piece:
        """Return a picture that nobody is paid for."""
        if plan.picture.deed is Deed.READ:
            return await self._read(plan)
        if plan.picture.deed is Deed.RENDER:
            return await self._rendered(plan)
        return await self._draw(plan)

    async def _read(self, plan: AssetPlan) -> Piece:
        """Return a `source:` file; raises UsageError if it changed since planning."""
        path = plan.asset.source
        if path is None:
            message = f"{plan.asset.name} has no source"
            raise AssertionError(message)
        try:
            data = await asyncio.to_thread(path.read_bytes)
        except OSError as error:
            message = f"cannot read `{path.name}`: {reason_of(error)}"
            raise UsageError(message) from error
        if digest_bytes(data) != plan.picture.source:
            message = f"`{path.name}` changed while the build ran"
            raise UsageError(message, hint="run build again")
        await asyncio.to_thread(examine, data, plain=True)
        mark = carried(data) if plan.asset.provenance else None
        return Piece(data, plan.picture.source, plan.picture.source, mark=mark)

    async def _rendered(self, plan: AssetPlan) -> Piece:
        """Return the picture of a drawing, from the shelf if it is there."""
        drawing = plan.asset.drawing
        if drawing is None:
            message = f"{plan.asset.name} is no drawing"
            raise AssertionError(message)
        cache = self._knowledge.cache
        made = cache.made(drawing.key)
        if made is None:
            # Most builds draw nothing, and XML takes a while to import.
            from assetgen.images.raster import rasterize  # noqa: PLC0415 - see above

            self._tell(Working(plan.asset.name, "drawing"))
            data = await asyncio.to_thread(rasterize, drawing)
            made = shelve(cache, drawing.key, data), data
        known, data = made
        return Piece(data, known.digest, drawing.key)

    async def _draw(self, plan: AssetPlan) -> Piece:
        """Return a placeholder, drawn unless the shelf has it."""
        request = _request(plan)
        cache = self._knowledge.cache
        made = cache.made(request.key)
        if made is None:
            self._tell(Working(plan.asset.name, "drawing"))
            data = await self._drawn(request)
            made = shelve(cache, request.key, data), data
        known, data = made
        model = self._artist(request).models().get(request.model)
        origin = Origin.of(request.to_json(), learned=not (model and model.procedural))
        mark = _mark(plan.asset, origin, draft=True)
        return Piece(data, known.digest, request.key, draft=True, mark=mark)

    def _artist(self, request: Request) -> Provider:
        """Return who draws a placeholder."""
        provider = self._providers.get(request.provider)
        if provider is None or not provider.free:
            provider = next(each for each in self._providers.values() if each.free)
        return provider

    async def _drawn(self, request: Request) -> bytes:
        """Return what a free provider draws; raises ImageError if it does not."""
        provider = self._artist(request)

        async def sending() -> None:
            return None

        outcome = await provider.submit(request, sending)
        if not isinstance(outcome, Done):
            why = getattr(outcome, "why", "it asks to be waited for")
            message = f"the free provider `{provider.name}` drew nothing: {why}"
            raise ImageError(message)
        return outcome.picture

    async def _remembered(self, asset: Asset, digest: str) -> Piece:
        """Return a bought picture; raises Damaged if it is gone since planning."""
        data = await asyncio.to_thread(self._knowledge.picture, digest)
        if data is None:
            message = f"the picture {digest[:12]} is gone since this build began"
            raise Damaged(message, hint="run build again")
        await asyncio.to_thread(self._prove, digest, data)
        receipt = self._knowledge.receipts.get(asset.name)
        # Of what a person adopted nobody knows how it was made.
        known = receipt is not None and receipt.sha256 == digest and receipt.request
        mark = _mark(asset, Origin.of(known) if known else None, draft=False)
        if not known and asset.provenance:
            mark = carried(data)
        return Piece(data, digest, digest, mark=mark)

    def _prove(self, digest: str, data: bytes) -> None:
        """Have an original decoded elsewhere first, unless that went well before.

        Anybody's branch can bring one along. Raises ImageError.
        """
        key, cache = key_of("examined", EXAMINED_VERSION, digest), self._knowledge.cache
        if cache.result(key) is None:
            found = examine(data, plain=True)
            result = Result(digest, found.width, found.height, found.format)
            cache.record(key, result)

    async def _mend(self, plan: AssetPlan) -> Acquired:
        """Put the chosen picture back beside its receipt, from the shelf."""
        digest, knowledge = plan.picture.source, self._knowledge
        piece = await self._remembered(plan.asset, digest)
        receipt = knowledge.receipts[plan.asset.name]
        await asyncio.to_thread(knowledge.originals.write, receipt, piece.data)
        return Acquired(lambda: self._remembered(plan.asset, digest), mended=True)

    async def _reuse(self, plan: AssetPlan) -> Acquired:
        """Make a picture that was bought before this asset's choice."""
        request, digest = _request(plan), plan.picture.source
        piece = await self._remembered(plan.asset, digest)
        journal = self._knowledge.journal
        intent = journal.finished(request.key) if journal else None
        bought = self._knowledge.take(request)
        await self._choose(
            plan,
            piece.data,
            job=plan.picture.job,
            price=bought.price if bought else None,
            charged=intent.charged if intent else None,
        )
        if journal is not None and intent is not None:
            journal.done(intent.id)
        return Acquired(lambda: self._remembered(plan.asset, digest), new=True)

    # --- for money -----------------------------------------------------------------

    async def _bring(self, plan: AssetPlan) -> Acquired:
        """Buy or collect a picture, once for all assets that ask for it."""
        request = _request(plan)
        task = self._deliveries.get(request.key)
        if task is None:
            jobs = self._jobs[request.provider]
            order = Order(
                plan.asset.name,
                request,
                plan.asset.price,
                plan.picture.rebuy,
                self._shown,
            )
            collect = plan.picture.deed is Deed.COLLECT
            verb = jobs.collect if collect else jobs.buy
            task = asyncio.create_task(verb(order))
            self._deliveries[request.key] = task
        delivery = await asyncio.shield(task)
        piece = await self._remembered(plan.asset, delivery.digest)
        await self._choose(
            plan,
            piece.data,
            job=delivery.job,
            price=delivery.price,
            charged=delivery.charged,
        )
        self._jobs[request.provider].settle(delivery)
        return Acquired(lambda: self._remembered(plan.asset, delivery.digest), new=True)

    def _shown(self, digest: str) -> bytes | None:
        """Return a picture for a vendor to see: upright, and its pixels alone."""
        data = self._knowledge.picture(digest)
        if data is None:
            return None
        return as_format(data, "jpg" if sniff(data).format == "jpg" else "png")

    async def cancel(self) -> None:
        """Cancel every purchase that is under way and wait until each has stopped.

        Those that have ended are gathered too: where its asset was cancelled first,
        nobody else has heard how a purchase ended.
        """
        tasks = list(self._deliveries.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _choose(
        self,
        plan: AssetPlan,
        picture: bytes,
        *,
        job: str | None,
        price: Decimal | None,
        charged: Decimal | None,
    ) -> None:
        """Write the original and its receipt; the picture before stays on the shelf."""
        request, asset = _request(plan), plan.asset
        found = sniff(picture)
        receipt = Receipt(
            asset=asset.name,
            sha256=digest_bytes(picture),
            bytes=len(picture),
            format=found.format,
            width=found.width,
            height=found.height,
            file=file_name(asset.name, found.format),
            day=day_of(self._clock.now()),
            key=request.key,
            request=request.to_json(),
            take=request.take,
            job=job,
            price_usd=price,
            charged_usd=charged,
        )
        before = self._knowledge.receipts.get(asset.name)
        receipt = receipt.after(before)
        await asyncio.to_thread(
            choose,
            self._knowledge.originals,
            self._knowledge.cache,
            receipt,
            picture,
            () if before is None else (before,),
        )
        self._knowledge.remember(receipt)


def _mark(asset: Asset, origin: Origin | None, *, draft: bool) -> Mark | None:
    """Return what the files of an asset's picture say of its making."""
    if origin is None or not asset.provenance:
        return mark_of(None, draft=draft, words=False)
    said = replace(origin, composed=bool(asset.layers))
    return mark_of(said, draft=draft, words=asset.provenance == "words")


def _request(plan: AssetPlan) -> Request:
    """Return the request of a plan that has one."""
    if plan.picture.request is None:
        message = f"{plan.asset.name} asks nobody for its picture"
        raise AssertionError(message)
    return plan.picture.request
