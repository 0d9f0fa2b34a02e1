"""This file is buying: one request becomes one job, one job becomes one picture.

The journal is written before the socket. An intent is PLANNED (its price reserved)
before anything is sent, SENDING before the first byte leaves, SUBMITTED the moment a
job id is known, FETCHED when the verified bytes are on the shelf, and DONE when the
original and its receipt are written. A submission that may have been accepted is
never sent again without a person; a job that is not ready in time is still ours.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.asking import Asker, Patience
from assetgen.doorbell import Doorbell
from assetgen.errors import (
    ImageError,
    ProviderError,
    ResultError,
    StillRunning,
    Unavailable,
    Undecided,
)
from assetgen.events import Working
from assetgen.exhibits import Exhibits
from assetgen.images.examiner import examine
from assetgen.images.sniff import check_shape
from assetgen.journal import Claimed, State
from assetgen.pace import Book
from assetgen.providers.base import Done, Failed, Ready
from assetgen.settling import LATE, Settler
from assetgen.submitting import Submitter

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal
    from pathlib import Path

    from assetgen.clock import Clock
    from assetgen.events import Listener
    from assetgen.journal import Intent, Journal
    from assetgen.providers.base import Provider
    from assetgen.request import Request
    from assetgen.submitting import Order

# How long a finished picture that cannot be downloaded is asked for again, in tries.
FETCHES = 5
# The longest that any provider's download is waited for, in real seconds; each has
# shorter deadlines of its own, but a plugin might forget.
TOTAL = 300.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A bought picture: verified bytes, on the shelf and in the journal.

    Attributes:
        intent: The journal's id of the purchase; `Jobs.settle` closes it.
        digest: Its bytes on the shelf; thousands of pictures have no room in memory.
        charged: What the vendor says it took, in USD; None if it does not say.
    """

    intent: str
    digest: str
    job: str | None
    price: Decimal | None
    charged: Decimal | None


class Jobs:
    """All purchases from one provider during one build.

    Attributes:
        provider: From whom.
        doorbell: Where its vendor calls; by default nobody can.
    """

    def __init__(  # noqa: PLR0913  everything it needs, and nothing global
        self,
        provider: Provider,
        journal: Journal,
        *,
        shelve: Callable[[bytes], str],
        patience: Patience,
        clock: Clock,
        listener: Listener,
        project: Path,
        manifest: str,
        limit: Decimal | None,
        monthly: Decimal | None = None,
        doorbell: Doorbell | None = None,
        book: Book | None = None,
    ) -> None:
        self.provider = provider
        self._journal = journal
        self._shelve = shelve
        self._patience = patience
        self._clock = clock
        self._tell = listener
        self._project = project
        self._manifest = manifest
        self._limit = limit
        self._monthly = monthly
        self._slots = asyncio.Semaphore(patience.concurrency)
        self.doorbell = doorbell or Doorbell()
        book = book or Book()
        self._submitter = Submitter(
            provider,
            journal,
            self.doorbell,
            book=book,
            deadline=patience.deadline,
            clock=clock,
            listener=listener,
        )
        self._exhibits = Exhibits(
            provider, self._submitter, patience.deadline, clock, listener
        )
        self._asker = Asker(
            provider,
            patience,
            book=book,
            clock=clock,
            listener=listener,
            stop=self.stop,
        )
        self._settler = Settler(
            provider,
            journal,
            self.doorbell,
            polls=self._asker.window,
            clock=clock,
            listener=listener,
        )

    @property
    def submitted(self) -> int:
        """Return how many jobs the vendor has taken in this build."""
        return self._submitter.submitted

    # --- the three verbs ---------------------------------------------------------

    async def buy(self, order: Order) -> Delivery:
        """Buy one picture and return it.

        Raises SpendingError (the budget is used up), Undecided (nobody knows whether
        the vendor took it), StillRunning, AccountError, Unavailable, ProviderError
        (refused, failed, cannot be shown a picture) or ResultError. Whatever is
        raised, the journal knows.
        """
        async with self._slots:
            intent = await self._claim(order)
            if intent.state is State.DONE and intent.digest is not None:
                job, price = intent.job, intent.price
                return Delivery(intent.id, intent.digest, job, price, intent.charged)
            if intent.job is not None:
                return await self._collect(order, intent)
            try:
                show = self._exhibits.show
                outcome = await self._submitter.submit(order, intent, show)
            except Undecided:
                job = await self._late(order, intent)
                if job is None:
                    raise
                return await self._wait(order, intent, job)
            if isinstance(outcome, Done):
                return await self._direct(order, intent, outcome.picture)
            return await self._wait(order, intent, outcome.job)

    async def collect(self, order: Order) -> Delivery:
        """Return the picture of a job that an earlier build has bought."""
        intent = self._known(order)
        if intent is None or intent.job is None:
            message = "its job was bought with another key, and is kept for that one"
            hint = "set that key again; other words are bought with this one"
            raise StillRunning(message, hint=hint)
        if intent.build == self._journal.build:  # a doubt of this build, settled late
            self._submitter.learn(order, intent.job)
        async with self._slots:
            return await self._collect(order, intent)

    async def gather(self, order: Order, intent: Intent) -> Delivery:
        """Return the picture of a purchase that is out, whoever asked for it then.

        Raises what `collect` raises.
        """
        async with self._slots:
            return await self._collect(order, intent)

    def listen(self) -> None:
        """Let callbacks settle what earlier builds left in doubt, as long as we run."""
        self._settler.watch_all(self._project)

    async def aclose(self) -> None:
        """Listen to nobody any more."""
        await self._settler.aclose()

    def settle(self, delivery: Delivery) -> None:
        """Close a purchase: its original and receipt are written."""
        self._journal.done(delivery.intent)

    def stop(self, why: ProviderError) -> None:
        """Submit nothing more in this build; jobs that are out are still collected."""
        self._submitter.stop(why)

    def _known(self, order: Order) -> Intent | None:
        """Return the job of a request, out or, where its picture is nowhere, done."""
        account, key = self.provider.account(), order.request.key
        live = self._journal.live(account, key)
        latest = live or self._journal.latest(account, key)
        if latest is None or latest.state is not State.DONE:
            return live
        return self._journal.reopen(latest.id, asset=order.asset, project=self._project)

    async def _claim(self, order: Order) -> Intent:
        """Return the purchase that is ours to make, or that is out already.

        While another build of this user is about to send the very same request, its
        job is waited for: it is adopted as soon as it is known, or its picture used.
        """
        started = self._clock.monotonic()
        while True:
            self._submitter.halt()
            try:
                return self._plan(order)
            except Claimed as claimed:
                waited = self._clock.monotonic() - started
                if claimed.intent.state is State.DONE:
                    return claimed.intent
                if waited >= self._patience.deadline:
                    raise
            await self._clock.sleep(self._patience.interval or 1.0)

    def _plan(self, order: Order) -> Intent:
        return self._journal.plan(
            order.request,
            account=self.provider.account(),
            asset=order.asset,
            project=self._project,
            price=order.price,
            limit=self._limit,
            monthly=self._monthly,
            manifest=self._manifest,
            rebuy=order.rebuy,
        )

    async def _late(self, order: Order, intent: Intent) -> str | None:
        """Return the job that a late callback proves to be a doubtful purchase."""
        self._tell(Working(order.asset, "unsure, listening for its callback"))
        seconds = min(LATE, self._patience.deadline)
        job = await self._settler.within(intent, seconds)
        if job is not None:
            self._submitter.learn(order, job)
        return job

    # --- waiting and fetching ----------------------------------------------------

    async def _collect(self, order: Order, intent: Intent) -> Delivery:
        """Return the picture of a job that is known, from wherever it has got to."""
        if intent.job is None:  # pragma: no cover - both callers have looked
            message = f"intent {intent.id} has no job"
            raise AssertionError(message)
        if intent.job == f"direct-{intent.id}":
            message = "its provider answered at once, and the picture was not kept"
            self._journal.lost(intent.id, message)
            raise ResultError(message)
        age = max(0.0, self._clock.now() - intent.created)
        return await self._wait(order, intent, intent.job, age)

    async def _direct(self, order: Order, intent: Intent, picture: bytes) -> Delivery:
        """Keep a picture that was the answer itself; no other will ever come."""
        try:
            return await self._delivered(order, intent, None, picture, None)
        except ResultError as error:
            self._journal.lost(intent.id, error.message)
            raise

    async def _wait(
        self, order: Order, intent: Intent, job: str, age: float = 0.0
    ) -> Delivery:
        """Ask about a job until it is ready, failed, or this build gives up.

        `age` is how many seconds ago it was submitted. It is asked about when it is
        likely to be ready, and at once when its bell rings.
        """
        bell = self.doorbell.bell(intent.id)
        bell.belongs_to(job)
        try:
            answer = await self._asker.outcome(order, job, bell, age)
        except ResultError as error:
            raise self._garbled(intent, error) from error
        if isinstance(answer, Ready):
            return await self._fetch(order, intent, job, answer)
        raise self._failed(intent, answer)

    def _failed(self, intent: Intent, answer: Failed) -> ProviderError:
        """Write down that the vendor gave up, and return what to raise."""
        failed = self._journal.failed(
            intent.id, answer.code, answer.why, answer.charged
        )
        hint = (
            f"change the prompt, or `assetgen retake {intent.asset}` asks once more; "
            "nothing is bought again by itself"
        )
        if failed.failed_for_nothing:
            hint = "it cost nothing, and the next build buys it anew"
        return ProviderError(
            f"the provider failed ({answer.code}): {answer.why}", hint=hint
        )

    def _garbled(self, intent: Intent, error: ResultError) -> ResultError:
        """Write down a success without one picture, and return what to raise."""
        self._journal.garbled(intent.id, error.message)
        again = f"`assetgen retake {intent.asset}` gives it up and asks once more"
        hint = f"{error.hint}; {again}" if error.hint else again
        return ResultError(error.message, hint=hint)

    async def _fetch(
        self, order: Order, intent: Intent, job: str, ready: Ready
    ) -> Delivery:
        """Download a finished picture, asking for a fresh address when one is gone."""
        self._journal.ready(intent.id, ready.charged)
        self._tell(Working(order.asset, "downloading"))
        trouble: ProviderError | None = None
        for attempt in range(FETCHES):
            if attempt:
                await self._clock.sleep(min(0.5 * 2**attempt, 8.0))
                ready = await self._fresh(order, intent, job, ready)
            try:
                picture = await self._download(ready)
                return await self._delivered(order, intent, job, picture, ready.charged)
            except (ResultError, Unavailable) as error:
                trouble = error
        if isinstance(trouble, ResultError):
            self._journal.lost(intent.id, trouble.message)
            again = f"`assetgen build --rebuy {intent.asset}` buys it again"
            raise ResultError(trouble.message, hint=again) from trouble
        message = f"the picture of job {job} cannot be downloaded now"
        raise StillRunning(message, hint="it is still ours: run build to collect it")

    async def _download(self, ready: Ready) -> bytes:
        """Return a picture's bytes; raises what `Provider.fetch` raises."""
        try:
            async with asyncio.timeout(TOTAL):
                return await self.provider.fetch(ready)
        except TimeoutError as error:
            message = "the picture was not fetched: it took too long"
            raise Unavailable(message) from error

    async def _fresh(
        self, order: Order, intent: Intent, job: str, ready: Ready
    ) -> Ready:
        """Return the job's address as the vendor gives it now."""
        try:
            answer = await self._asker.again(order, job)
        except ResultError as error:
            raise self._garbled(intent, error) from error
        return answer if isinstance(answer, Ready) else ready

    async def _delivered(
        self,
        order: Order,
        intent: Intent,
        job: str | None,
        picture: bytes,
        charged: Decimal | None,
    ) -> Delivery:
        """Believe the bytes only when they are a picture; shelve them; write it down.

        Raises ResultError if they are not.
        """
        try:
            found = await asyncio.to_thread(examine, picture)
            if nominal := self._nominal(order.request):
                check_shape((found.width, found.height), nominal)
        except ImageError as error:
            message = f"what came back is not the picture: {error.message}"
            raise ResultError(message) from error
        digest = await asyncio.to_thread(self._shelve, picture)
        self._journal.fetched(intent.id, digest)
        return Delivery(intent.id, digest, job, order.price, charged)

    def _nominal(self, request: Request) -> tuple[int, int] | None:
        """Return the (width, height) that was asked for, None if nobody knows."""
        model = self.provider.models().get(request.model)
        return model.size(request.inputs) if model else None
