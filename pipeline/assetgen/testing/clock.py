"""This file is two clocks for tests: one that stands still, one that runs fast.

`VirtualClock` moves only when it is told to; nothing really waits::

    clock = VirtualClock()
    report = await clock.run(build(plan, clock=clock))   # hours pass in milliseconds

`FastClock` is real time, scaled, and safe to read from several threads. A test server
and the code under test share one, so that both mean the same seconds::

    with KieServer(speed=50) as server:
        provider = Kie(..., clock=server.clock)
"""

from __future__ import annotations

import asyncio
import heapq
import itertools
import math
import threading
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

# 2026-09-21, a Monday: any fixed day does, as long as it is the same every time.
START = 1_790_000_000.0
# How often other tasks are let through before they count as asleep. One turn moves
# every ready task one `await` further; longer chains of awaits are not in sight.
TURNS = 100
# Real seconds to wait for a thread or a socket when no task sleeps on the clock.
BREATH = 0.01


class VirtualClock:
    """A clock for one event loop that moves only when a test moves it."""

    def __init__(self, now: float = START) -> None:
        self._now = now
        self._monotonic = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._order = itertools.count()

    def now(self) -> float:
        """Return wall time in seconds since 1970 (UTC)."""
        return self._now

    def monotonic(self) -> float:
        """Return the virtual seconds that have passed."""
        return self._monotonic

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock was moved that far."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        awake = asyncio.get_running_loop().create_future()
        entry = (self._monotonic + seconds, next(self._order), awake)
        heapq.heappush(self._sleepers, entry)
        await awake

    @property
    def sleeping(self) -> int:
        """Return how many tasks sleep on this clock."""
        return sum(not awake.done() for _, _, awake in self._sleepers)

    def jump(self, seconds: float) -> None:
        """Move wall time only, as a suspended machine or a corrected clock does."""
        self._now += seconds

    async def advance(self, seconds: float) -> None:
        """Let that many seconds pass; sleepers wake in order, each at its own time."""
        end = self._monotonic + seconds
        await self._settle()
        while (due := self._next()) <= end:
            self._move(due)
            await self._settle()
        self._move(end)

    async def run(self, work: Coroutine[object, object, T]) -> T:
        """Return what `work` returns, moving on whenever every task is asleep.

        Threads and sockets are not seen: time may move on while they work. Use a
        `FastClock` where there are any.
        """
        task = asyncio.ensure_future(work)
        try:
            while not task.done():
                await self._settle()
                if (due := self._next()) < math.inf:
                    self._move(due)
                else:
                    await asyncio.wait({task}, timeout=BREATH)
            return await task
        finally:
            task.cancel()

    def _next(self) -> float:
        """Return when the next sleeper wants to wake, forgetting cancelled ones."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else math.inf

    def _move(self, to: float) -> None:
        """Move both times to a monotonic time and wake the one sleeper who is due."""
        self._now += to - self._monotonic
        self._monotonic = to
        if self._next() <= to:
            heapq.heappop(self._sleepers)[2].set_result(None)

    async def _settle(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)


class FastClock:
    """Real time, `speed` times faster; any thread may read it.

    Args:
        speed: Virtual seconds that pass in one real second.
        now: Wall time to start from; None starts at the machine's own.
    """

    def __init__(self, speed: float = 1.0, now: float | None = None) -> None:
        self.speed = speed
        self._start = time.time() if now is None else now
        self._zero = time.monotonic()
        self._ahead = 0.0
        self._lock = threading.Lock()

    def now(self) -> float:
        """Return virtual wall time in seconds since 1970 (UTC)."""
        return self._start + self.monotonic()

    def monotonic(self) -> float:
        """Return the virtual seconds that have passed."""
        with self._lock:
            return (time.monotonic() - self._zero) * self.speed + self._ahead

    async def sleep(self, seconds: float) -> None:
        """Wait that many virtual seconds."""
        await asyncio.sleep(seconds / self.speed)

    def advance(self, seconds: float) -> None:
        """Skip that many virtual seconds; who sleeps already is not woken earlier."""
        with self._lock:
            self._ahead += seconds
