"""This file is noticing once that a vendor is not there, not once per asset.

After a few failures in a row the way is shut: one caller at a time tries whether it is
open again, at growing distances, and everybody else waits for the outcome. If nobody
gets through for long enough, everybody is told so and asks no more.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from assetgen.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assetgen.clock import Clock

# So many failures in a row, with nothing in between, are the vendor's state.
FAILURES = 5
# Seconds from the first failure of a row until a vendor is given up.
PATIENCE = 40.0
# The distance of two trials: doubled each time, between these, in seconds.
FIRST, MOST = 1.0, 8.0
# The same for a vendor who says that it is being maintained.
FIRST_PAUSE, MOST_PAUSE = 5.0, 60.0


class Passage:
    """One call on its way; it went well unless somebody says otherwise.

    Attributes:
        trial: All others wait for what becomes of it: it is urgent.
    """

    def __init__(self, is_shut: Callable[[], bool], *, trial: bool) -> None:
        self.trial = trial
        self.trouble: str | None = None
        self.pause: float | None = None
        self.paused = False
        self._is_shut = is_shut

    @property
    def closed_meanwhile(self) -> bool:
        """Return whether the way was shut since: who has not called yet enters anew."""
        return self._is_shut() and not self.trial

    def failed(
        self, why: str, *, paused: bool = False, pause: float | None = None
    ) -> None:
        """Say that the vendor was not there.

        Args:
            why: One sentence.
            paused: It said itself that it is closed for a while, to everybody.
            pause: For how many seconds at least, if it said that too.
        """
        self.trouble, self.paused, self.pause = why, paused, pause


class Breaker:
    """The way to one vendor for one kind of call, during one build.

    Args:
        clock: What waits.
        hint: What to do about a vendor who has been given up.
        paused: Seconds for which a vendor under maintenance is waited for.
    """

    def __init__(self, clock: Clock, *, hint: str, paused: float = PATIENCE) -> None:
        self._clock = clock
        self._hint = hint
        self._longest_pause = paused
        self._failures = 0
        self._since = 0.0
        self._shut = False
        self._under_repair = False
        self._trials = 0
        self._pause = 0.0
        self._verdict: Unavailable | None = None
        self._trial = asyncio.Lock()

    @asynccontextmanager
    async def passage(self) -> AsyncIterator[Passage]:
        """Wait until the way is open, or until it is our turn to try; then pass.

        Raises Unavailable once the vendor has been given up.
        """
        if self._shut:
            async with self._trial:
                await self._wait()
                if self._shut:
                    passage = Passage(self._is_shut, trial=True)
                    yield passage
                    self._heed(passage)
                    return
        passage = Passage(self._is_shut, trial=False)
        yield passage
        self._heed(passage)

    def _is_shut(self) -> bool:
        return self._shut

    async def _wait(self) -> None:
        """Wait for the time of the next trial, if there is to be one."""
        if self._verdict is None and self._shut:
            await self._clock.sleep(self._pause)
        if self._verdict is not None:
            raise Unavailable(self._verdict.message, hint=self._verdict.hint)

    def _heed(self, passage: Passage) -> None:
        """Draw the conclusions from a call that has ended."""
        if passage.trouble is None and passage.closed_meanwhile:
            return  # it was never made, or says nothing about now
        if passage.trouble is None:
            self._failures, self._trials, self._pause = 0, 0, 0.0
            self._shut = self._under_repair = False
            return
        now = self._clock.monotonic()
        if not self._failures:
            self._since = now
        self._failures += 1
        self._under_repair = self._under_repair or passage.paused
        if passage.paused or self._failures >= FAILURES:
            self._shut = True
        if passage.trial or passage.pause is not None or not self._pause:
            self._set_pause(passage)
        if now + self._pause - self._since >= self._bearable():
            self._verdict = Unavailable(passage.trouble, hint=self._hint)

    def _set_pause(self, passage: Passage) -> None:
        """Set the distance to the next trial; what the vendor says is the least."""
        first, most = (FIRST_PAUSE, MOST_PAUSE) if self._under_repair else (FIRST, MOST)
        self._pause = max(min(first * 2**self._trials, most), passage.pause or 0.0)
        self._trials += 1

    def _bearable(self) -> float:
        return self._longest_pause if self._under_repair else PATIENCE
