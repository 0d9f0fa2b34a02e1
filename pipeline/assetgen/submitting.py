"""This file is submitting: one request goes out until the vendor has decided, once.

The journal is written before the socket: SENDING is durable before the first byte
leaves, and what a reply means is written down before anything else happens. Only what
provably was not taken is sent again. A build sends its first request alone; a wrong
key, an empty account or a vendor who is not there then costs one question, not many.
"""

from __future__ import annotations

import asyncio
import random
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from assetgen.clock import later_text, utc_text
from assetgen.errors import (
    AccountError,
    AssetgenError,
    ProviderError,
    Unavailable,
    Undecided,
)
from assetgen.events import Noted, Submitted, Working
from assetgen.journal.states import State
from assetgen.pace import Breaker, Limit, Window
from assetgen.pace.ledger import LONGEST
from assetgen.providers.base import Accepted, Done, NotSent, Refused, Unclear
from assetgen.providers.callback import CallsBack

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from decimal import Decimal

    from assetgen.clock import Clock
    from assetgen.doorbell import Doorbell
    from assetgen.events import Listener
    from assetgen.journal import Intent, Journal
    from assetgen.pace import Book
    from assetgen.pace.breaker import Passage
    from assetgen.providers.base import Provider, Submission
    from assetgen.request import Request

T = TypeVar("T")

# How long a submission is made again, in seconds, where the vendor says "too fast" and
# takes nothing from anybody meanwhile.
STAMINA = 300.0
# The longest that any provider's answer is waited for, in real seconds: each has
# shorter deadlines of its own, but a plugin might forget.
TOTAL = 120.0
# How long a reply in flight is awaited by a build that is told to stop, in seconds.
GRACE = 6.0
NOTHING = "nothing was bought for it; run build later"
# So many answers in a row that nobody understands, and no more money is put at risk.
DOUBTS = 10


class Stopped(ProviderError):
    """All submissions have stopped; this asset was not bought.

    It adds nothing to the exit code: whatever stopped them has one of its own.
    """

    exit_code = 0


def _nowhere(digest: str) -> bytes | None:  # noqa: ARG001  whichever it is
    return None


@dataclass(frozen=True, slots=True)
class Order:
    """One purchase: which request for which asset, at which price in USD.

    Attributes:
        rebuy: A person asked to buy again what was paid for and lost.
        picture: Returns the bytes of a picture that the request refers to, None if
            they are nowhere.
    """

    asset: str
    request: Request
    price: Decimal | None
    rebuy: bool = False
    picture: Callable[[str], bytes | None] = _nowhere


class Submitter:
    """The way out to one provider during one build.

    Attributes:
        submitted: How many jobs the vendor has taken.
    """

    def __init__(  # noqa: PLR0913  whom, how long, how fast, and who hears of it
        self,
        provider: Provider,
        journal: Journal,
        doorbell: Doorbell,
        *,
        book: Book,
        deadline: float,
        clock: Clock,
        listener: Listener,
    ) -> None:
        self.submitted = 0
        self._deadline = deadline
        self._doorbell = doorbell
        self._provider = provider
        self._journal = journal
        self._clock = clock
        self._tell = listener
        limit = Limit(*provider.create_limit)
        name = f"{provider.name} {provider.account()} create"
        # No more are under way than the vendor takes at once: if it has stopped to
        # answer, that many may be in doubt and no more.
        self._creates = Window(limit, clock, name, book, under_way=limit.calls)
        self._breaker = Breaker(clock, hint=NOTHING, paused=deadline)
        self._why: ProviderError | None = None
        self._stopping = asyncio.Event()
        self._first = asyncio.Lock()
        self._answers = False
        self._decided_at = clock.monotonic()
        self._doubts = 0
        self._told: set[str] = set()

    def stop(self, why: ProviderError) -> None:
        """Submit nothing more; who waits for a turn is told at once."""
        self._why = self._why or why
        self._stopping.set()

    def halt(self) -> None:
        """Raise Stopped if nothing more is to be submitted."""
        if self._why is not None:
            message = f"not submitted: {self._why.message}"
            raise Stopped(message, hint=self._why.hint)

    async def submit(
        self,
        order: Order,
        intent: Intent,
        show: Callable[[Order], Awaitable[None]],
    ) -> Accepted | Done:
        """Send a planned request until the vendor has taken it.

        `show` brings its pictures to the vendor first. Raises what that does, Undecided
        (nobody knows whether it was taken), AccountError, ProviderError (refused),
        Unavailable or Stopped. Whatever is raised, the journal knows; what was not
        sent is given back.
        """
        try:
            if not self._answers:
                async with self._first:
                    if not self._answers:
                        await show(order)
                        return await self._until_decided(order, intent)
            await show(order)
            return await self._until_decided(order, intent)
        except Unavailable as failure:
            self._give_back(intent)
            self.stop(failure)
            raise
        except BaseException:
            self._give_back(intent)
            raise

    async def _until_decided(self, order: Order, intent: Intent) -> Accepted | Done:
        """Send a request again for as long as it provably was not taken."""
        began, attempt = self._clock.monotonic(), 0
        while True:
            outcome = await self._send(order, intent)
            if not isinstance(outcome, NotSent):
                return self._verdict(order, intent, outcome)
            self._bear(outcome, began)
            if not outcome.limited and not outcome.paused:
                await self._unless_stopped(self._clock.sleep(_jitter(attempt)))
            attempt += 1

    async def _send(self, order: Order, intent: Intent) -> Submission:
        """Submit once, when the vendor is there and allows it, unless stopped."""
        while True:
            async with AsyncExitStack() as way:
                enter = way.enter_async_context
                passage = await self._unless_stopped(enter(self._breaker.passage()))
                turn = self._creates.call(urgent=passage.trial)
                moment = await self._unless_stopped(enter(turn))
                if passage.closed_meanwhile:
                    continue
                self._tell(Working(order.asset, "submitting"))
                outcome = await self._let_go(order, intent, moment)
                if isinstance(outcome, NotSent):
                    self._heed(outcome, passage)
                    self._say_put_off(order, outcome)
                return outcome

    async def _let_go(self, order: Order, intent: Intent, moment: float) -> Submission:
        """Submit once, now.

        A reply in flight is awaited and written down even if this build is told to
        stop meanwhile: it may be paid for.
        """
        posting = asyncio.create_task(self._post(order, intent, moment))
        try:
            return await asyncio.shield(posting)
        except asyncio.CancelledError:
            await asyncio.wait({posting}, timeout=GRACE)
            posting.cancel()
            await asyncio.wait({posting}, timeout=1)
            raise

    async def _post(self, order: Order, intent: Intent, moment: float) -> Submission:
        """Submit, and write down what it came to before anything else happens."""

        async def sending() -> None:
            self._creates.sent(moment)
            self._journal.sending(intent.id)

        try:
            outcome = await self._reply(order, intent, sending)
        except BaseException as error:
            state = self._journal.get(intent.id)
            if state is not None and state.state is State.SENDING:
                self._journal.ambiguous(intent.id, f"cut off: {type(error).__name__}")
            raise
        match outcome:
            case Accepted(job):
                self._note_job(order, intent, job)
                self._say_accepted(order, outcome)
            case Done():
                self._note_job(order, intent, f"direct-{intent.id}")
                self._journal.ready(intent.id, None)
            case Refused(why):
                self._journal.rejected(intent.id, why)
            case NotSent(why):
                self._journal.back_to_planned(intent.id, why)
            case Unclear(why):
                self._journal.ambiguous(intent.id, why)
        return outcome

    async def _reply(
        self, order: Order, intent: Intent, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Submit; a provider that never answers is one whose answer was lost."""
        try:
            async with asyncio.timeout(TOTAL):
                return await self._ask_for(order, intent, sending)
        except TimeoutError:
            now = self._journal.get(intent.id)
            why = "the provider took too long to answer"
            left = now is not None and now.state is State.SENDING
            return Unclear(why) if left else NotSent(why)

    async def _ask_for(
        self, order: Order, intent: Intent, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Submit, and tell a vendor that calls back where this purchase's bell is."""
        address = self._doorbell.address(intent.id)
        if address is None or not isinstance(self._provider, CallsBack):
            return await self._provider.submit(order.request, sending)
        self._doorbell.bell(intent.id)  # it may ring before we have the answer
        return await self._provider.submit(order.request, sending, address)

    def learn(self, order: Order, job: str) -> None:
        """Count a job that a late callback has named; it is written down already."""
        self.submitted += 1
        self._say_accepted(order, Accepted(job))

    def _note_job(self, order: Order, intent: Intent, job: str) -> None:
        """Write down a job's id; if the disk refuses, a person has to keep it.

        One that is another purchase's already leaves this one in doubt.
        """
        self.submitted += 1
        try:
            self._journal.submitted(intent.id, job)
        except AssetgenError as error:
            if self._is_anothers(intent, job):
                self._journal.ambiguous(intent.id, error.message)
                error.hint = f"`assetgen resolve {order.asset}` shows and settles it"
                raise
            error.hint = (
                f"job `{job}` is paid and could not be written down: later, "
                f"`assetgen resolve {order.asset} --adopt {job}`"
            )
            raise

    def _is_anothers(self, intent: Intent, job: str) -> bool:
        """Return whether a job is known to be another purchase's."""
        with suppress(AssetgenError):  # of a journal that broke nothing is known
            known = self._journal.by_job(job, intent.account)
            return known is not None and known.id != intent.id
        return False

    def _say_accepted(self, order: Order, accepted: Accepted) -> None:
        """Say that a job is out and paid for."""
        provider, model = order.request.provider, order.request.model
        self._tell(Submitted(order.asset, provider, model, accepted.job, order.price))
        if accepted.warning:
            self._tell(Noted(order.asset, accepted.warning))

    def _verdict(
        self, order: Order, intent: Intent, outcome: Submission
    ) -> Accepted | Done:
        """Return an outcome that was a purchase; raise what any other stands for."""
        if isinstance(outcome, Unclear):
            self._doubt()
            raise unsure(order, outcome.why, intent.updated)
        self._doubts = 0
        if isinstance(outcome, Refused) and outcome.account:
            refusal = AccountError(outcome.why, hint=outcome.hint)
            self.stop(refusal)
            raise refusal
        self._answers = True
        self._decided_at = self._clock.monotonic()
        if isinstance(outcome, Refused):
            raise ProviderError(outcome.why, hint=outcome.hint)
        if not isinstance(outcome, Accepted | Done):
            message = f"a submission cannot come to {outcome!r}"
            raise TypeError(message)
        return outcome

    def _doubt(self) -> None:
        """Stop when too many submissions in a row have got no clear answer."""
        self._doubts += 1
        if self._doubts >= DOUBTS:
            message = f"{self._doubts} submissions in a row got no clear answer"
            self.stop(Stopped(message, hint="settle them, then build again"))

    def _bear(self, outcome: NotSent, began: float) -> None:
        """Raise Unavailable when a vendor takes nothing for too long, or says so."""
        now = self._clock.monotonic()
        if outcome.wait is not None and outcome.wait > LONGEST:
            later = later_text(self._clock, outcome.wait)
            raise Unavailable(outcome.why, hint=f"nothing was bought: back at {later}")
        since = max(began, self._decided_at) if outcome.limited else began
        patience = STAMINA if outcome.limited else self._deadline
        if now - since >= patience:
            raise Unavailable(outcome.why, hint=NOTHING)

    def _heed(self, outcome: NotSent, passage: Passage) -> None:
        """Slow everybody down by what became of one submission that was not taken."""
        if outcome.limited:
            self._creates.refused(outcome.wait)
        else:
            passage.failed(outcome.why, paused=outcome.paused, pause=outcome.wait)

    def _say_put_off(self, order: Order, outcome: NotSent) -> None:
        """Show that a submission waits for its vendor, and say each reason once."""
        if outcome.wait is not None and outcome.wait > LONGEST:
            return  # this build will not ask again
        self._tell(Working(order.asset, f"put off by {self._provider.name}"))
        if outcome.why not in self._told:
            self._told.add(outcome.why)
            text = f"{outcome.why}; nothing was bought, and it is asked again"
            self._tell(Noted(order.asset, text))

    async def _unless_stopped(self, waiting: Coroutine[object, object, T]) -> T:
        """Wait for something, or raise Stopped as soon as nothing more is submitted."""
        wait = asyncio.ensure_future(waiting)
        stop = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({wait, stop}, return_when=asyncio.FIRST_COMPLETED)
            self.halt()
            return wait.result()
        finally:
            wait.cancel()
            stop.cancel()

    def _give_back(self, intent: Intent) -> None:
        """Free the price of what was not sent; a broken journal has said so already."""
        with suppress(AssetgenError):
            now = self._journal.get(intent.id)
            if now is not None and now.state is State.PLANNED:
                self._journal.release(intent.id)


def _jitter(attempt: int) -> float:
    """Return the seconds before a submission is made again: full jitter, capped."""
    return random.uniform(0, min(10.0, 0.5 * 2**attempt))  # noqa: S311  jitter


def unsure(order: Order, why: str, at: float) -> Undecided:
    """Return what to raise for a submission that may have been bought.

    It says what a person needs to find the job in the vendor's own list.
    """
    words = " ".join(order.request.prompt.split())[:80]
    price = "" if order.price is None else f", ${order.price}"
    return Undecided(
        f"nobody knows whether this was bought: {why} ({order.request.model}{price}, "
        f"{utc_text(at)}, `{words}`)",
        hint=f"look for it at the provider, then `assetgen resolve {order.asset} "
        "--adopt TASK_ID` if it is there, `--resend` if it is not",
    )
