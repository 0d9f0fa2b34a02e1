"""This file is asking: a job is asked about until it is ready, failed, or time is up.

Each question is asked when the picture is likely to be there, by what this model took
so far, or at once when its bell rings; never faster than the vendor allows, and one at
a time while the vendor is not there.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.clock import later_text
from assetgen.errors import AccountError, StillRunning, Unavailable
from assetgen.events import Noted, Waiting
from assetgen.pace import Breaker, Experience, Fixed, Limit, Window
from assetgen.pace.experience import series
from assetgen.pace.ledger import LONGEST
from assetgen.providers.base import Failed, Pending, Ready

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.clock import Clock
    from assetgen.doorbell import Bell
    from assetgen.events import Listener
    from assetgen.pace import Book
    from assetgen.pace.breaker import Passage
    from assetgen.pace.schedule import Asking
    from assetgen.providers.base import Answer, Provider
    from assetgen.submitting import Order

# A vendor's record may lag behind its own ring: then it is asked again, in seconds.
ECHO = 1.0
# The longest that any provider's answer is waited for, in real seconds: each has
# shorter deadlines of its own, but a plugin might forget.
TOTAL = 60.0
# How far a vendor's clock and ours may differ about how long a job took, in seconds.
SKEW = 5.0
OURS = "it is still ours: run build to collect it"


@dataclass(frozen=True, slots=True)
class Patience:
    """How one provider is waited for, in seconds.

    Attributes:
        deadline: How long a build waits for one job before it is left pending.
        interval: The user's own pause between two questions, None for what was learned.
        concurrency: Jobs that may be out at once.
    """

    deadline: float = 900.0
    interval: float | None = None
    concurrency: int = 50


class Asker:
    """The questions to one provider during one build.

    Attributes:
        window: How many of them are allowed.
    """

    def __init__(  # noqa: PLR0913  whom, how long, how fast, and who hears of it
        self,
        provider: Provider,
        patience: Patience,
        *,
        book: Book,
        clock: Clock,
        listener: Listener,
        stop: Callable[[AccountError], None],
    ) -> None:
        limit = Limit(*provider.poll_limit, even=True)
        name = f"{provider.name} {provider.account()} poll"
        self.window = Window(limit, clock, name, book)
        self._provider = provider
        self._patience = patience
        self._experience = Experience(book)
        self._breaker = Breaker(clock, hint=OURS, paused=patience.deadline)
        self._clock = clock
        self._tell = listener
        self._stop = stop

    async def outcome(
        self, order: Order, job: str, bell: Bell, age: float
    ) -> Ready | Failed:
        """Return what becomes of a job that was submitted `age` seconds ago.

        Raises StillRunning when the deadline has passed, Unavailable when the vendor
        has been given up (the job is still ours), AccountError if the key is refused,
        and ResultError.
        """
        began, known, rang = self._clock.monotonic(), 0.0, False
        name = series(order.request)
        while (waited := self._clock.monotonic() - began) < self._patience.deadline:
            pause = self._asking(name).next(known) - (age + waited)
            pause = min(pause, ECHO if rang else self._patience.deadline - waited)
            rang = await bell.cuts_short(self._clock.sleep(max(pause, 0.0)))
            answer = await self._question(order, job, None if rang else bell)
            now = age + self._clock.monotonic() - began
            if isinstance(answer, Ready):
                self._learn(name, answer, known, now)
            if not isinstance(answer, Pending):
                return answer
            known = now
            self._tell(Waiting(order.asset, job, answer.state, now - age))
        message = f"job {job} is still running"
        raise StillRunning(message, hint=OURS)

    async def again(self, order: Order, job: str) -> Answer:
        """Ask once how a job stands that was ready before."""
        return await self._question(order, job, None)

    def _asking(self, name: str) -> Asking:
        """Return when to ask about a job of that series."""
        if self._patience.interval is not None:
            return Fixed(self._patience.interval)
        return self._experience.asking(name)

    def _learn(self, name: str, ready: Ready, known: float, now: float) -> None:
        """Remember how long a job took: by the vendor's word, else by what we saw."""
        if ready.seconds is not None and 0 < ready.seconds <= now + SKEW:
            self._experience.learn(name, ready.seconds)
        elif known > 0:
            self._experience.learn(name, (known + now) / 2)

    async def _question(self, order: Order, job: str, bell: Bell | None) -> Answer:
        """Ask once, when the vendor is there and allows it; at once without a bell."""
        while True:
            async with AsyncExitStack() as way:
                turn = way.enter_async_context
                passage = await turn(self._breaker.passage())
                call = self.window.call(urgent=passage.trial)
                if bell is None or await bell.cuts_short(turn(call)):
                    await turn(self.window.call(urgent=True))
                if not passage.closed_meanwhile:
                    return await self._ask(order, job, passage)

    async def _ask(self, order: Order, job: str, passage: Passage) -> Answer:
        """Ask; trouble that passes counts as not ready."""
        try:
            async with asyncio.timeout(TOTAL):
                answer = await self._provider.poll(job)
        except (Unavailable, TimeoutError) as error:
            return self._away(order, job, passage, error)
        except AccountError as error:  # who may not ask may not buy either
            self._stop(error)
            raise
        if isinstance(answer, Pending) and answer.limited:
            self._bear(job, answer.wait)
            self.window.refused(answer.wait)
        return answer

    def _away(
        self,
        order: Order,
        job: str,
        passage: Passage,
        error: Unavailable | TimeoutError,
    ) -> Pending:
        """Count a question that nobody answered: it is asked again."""
        why = str(error) or "the provider took too long to answer"
        if isinstance(error, Unavailable):
            self._bear(job, error.wait)
            passage.failed(why, paused=error.paused, pause=error.wait)
        else:
            passage.failed(why)
        self._tell(Noted(order.asset, f"job {job}: {why}"))
        return Pending("unreachable")

    def _bear(self, job: str, wait: float | None) -> None:
        """Ask not any more in this build if the vendor wants it so."""
        if wait is not None and wait > LONGEST:
            message = (
                f"job {job} may be asked about again at {later_text(self._clock, wait)}"
            )
            raise StillRunning(message, hint=OURS)
