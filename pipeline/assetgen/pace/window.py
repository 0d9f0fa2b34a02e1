"""This file is the gate in front of a vendor: nobody passes it faster than allowed.

The moments are given out in advance, one at a time: whoever is let through next waits
for a moment that is already written down, so that several builds on one key neither
race for it nor drift. Who gets it is decided when it has come.
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
from collections import deque
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeVar

from assetgen.pace.book import Book
from assetgen.pace.ledger import LONGEST, Ledger, Limit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assetgen.clock import Clock

T = TypeVar("T")

# A permit this much early by our own steady clock is not the fault of a clock that
# was set, but of two clocks that tick a little differently.
TOLERANCE = 0.01


class Window:
    """At most so many permits in any so many seconds, for all builds on one key.

    Args:
        limit: What the vendor allows.
        clock: Wall time for what is shared, steady time against its jumps.
        name: Whose calls of which kind are counted together.
        book: Where they are; a book of its own counts this window's calls only.
        under_way: Calls of this build that may be unanswered at once, so that a vendor
            who has stopped to answer is not told everything before we notice.
    """

    def __init__(
        self,
        limit: Limit,
        clock: Clock,
        name: str = "",
        book: Book | None = None,
        under_way: int = 20,
    ) -> None:
        self.limit = limit
        self._clock = clock
        self._name = f"window {name}"
        self._book = book or Book()
        self._given: deque[float] = deque()
        self._granted: dict[float, float] = {}
        self._queue: list[tuple[bool, int, asyncio.Future[float]]] = []
        self._order = itertools.count()
        self._usher: asyncio.Task[None] | None = None
        self._room = asyncio.Semaphore(under_way)
        self._alone = False

    @asynccontextmanager
    async def call(self, *, urgent: bool = False) -> AsyncIterator[float]:
        """Wait until one more call is allowed, count it, yield its moment; then call.

        First come, first served, but who is `urgent` comes before everybody else.
        """
        turn: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (not urgent, next(self._order), turn))
        if self._usher is None or self._usher.done():
            self._usher = asyncio.create_task(self._admit())
        try:
            yield await turn
        finally:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._granted.pop(turn.result(), None)
                self._room.release()

    def sent(self, moment: float) -> None:
        """Say that the call which was permitted then leaves only now."""
        now = self._clock.now()
        granted = self._granted.pop(moment, None)
        if granted is not None and granted in self._given:
            self._given.remove(granted)
            self._given.append(self._clock.monotonic())
        if now > moment:
            self._change(lambda book: (None, book.given_back(moment).taken(now)))

    def close(self, seconds: float) -> None:
        """Give no permit for that many seconds (at most 60)."""
        until = self._clock.now() + min(seconds, LONGEST)
        self._change(lambda book: (None, book.shut(until)))

    def refused(self, wait: float | None = None) -> None:
        """Slow down: the vendor said that it is too much, and perhaps for how long."""
        now, limit = self._clock.now(), self.limit

        def slower(book: Ledger) -> tuple[None, Ledger]:
            book = book.refused(limit, now)
            seconds = book.pause(limit) if wait is None else min(wait, LONGEST)
            return None, book.shut(now + seconds)

        self._change(slower)

    async def _admit(self) -> None:
        """Let everybody through who queues, each at a moment of its own."""
        try:
            while self._is_awaited():
                await self._room.acquire()
                moment = await self._moment()
                if self._is_awaited():
                    steady = self._clock.monotonic()
                    self._given.append(steady)
                    self._granted[moment] = steady
                    heapq.heappop(self._queue)[2].set_result(moment)
                else:
                    self._give_back(moment)
                    self._room.release()
        except Exception as error:  # noqa: BLE001  whoever queues must hear of it
            for _, _, turn in self._queue:
                if not turn.done():
                    turn.set_exception(error)

    def _is_awaited(self) -> bool:
        """Return whether anybody queues who has not left since."""
        while self._queue and self._queue[0][2].done():
            heapq.heappop(self._queue)
        return bool(self._queue)

    async def _moment(self) -> float:
        """Take the next moment that is allowed, and wait for it.

        It is given up for a later one if the vendor has closed the window meanwhile.
        """
        while True:
            moment = self._change(self._take)
            if moment <= self._clock.now() and not self._early():
                return moment
            try:
                await self._until(moment)
            except BaseException:
                self._give_back(moment)
                raise
            if self._holds(moment):
                return moment

    async def _until(self, moment: float) -> None:
        if (wait := moment - self._clock.now()) > 0:
            await self._clock.sleep(min(wait, LONGEST + self.limit.seconds))
        if (early := self._early()) > 0:
            await self._clock.sleep(early)

    def _early(self) -> float:
        """Return the seconds that our own steady clock says are still to be waited."""
        if len(self._given) < self.limit.calls:
            return 0.0
        while len(self._given) > self.limit.calls:
            self._given.popleft()
        free = self._given[-self.limit.calls] + self.limit.seconds * (1 - TOLERANCE)
        return max(0.0, free - self._clock.monotonic())

    def _take(self, book: Ledger) -> tuple[float, Ledger]:
        moment = book.next(self.limit, self._clock.now())
        return moment, book.taken(moment)

    def _holds(self, moment: float) -> bool:
        """Return whether a moment still holds; one that does not is given back."""
        now = self._clock.now()

        def confirm(book: Ledger) -> tuple[bool, Ledger]:
            holds = book.closed <= max(moment, now)
            return holds, book if holds else book.given_back(moment)

        return self._change(confirm)

    def _give_back(self, moment: float) -> None:
        self._change(lambda book: (None, book.given_back(moment)))

    def _change(self, change: Callable[[Ledger], tuple[T, Ledger]]) -> T:
        """Change the ledger; who cannot see the others' goes at half the pace."""

        def note(value: object) -> tuple[T, object]:
            ledger = Ledger.read(value, self.limit, self._clock.now())
            result, ledger = change(ledger)
            return result, ledger.note()

        result = self._book.change(self._name, note)
        if self._book.alone and not self._alone:
            self._alone, self.limit = True, self.limit.halved()
        return result
