"""This file is the only clock: wall time, monotonic time and sleeping."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the rest of assetgen knows of time; tests hand in another one."""

    def now(self) -> float:
        """Return wall time in seconds since 1970 (UTC); may jump."""

    def monotonic(self) -> float:
        """Return seconds that never go back; only differences mean anything."""

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds, letting other tasks run."""


class SystemClock:
    """The machine's own clock."""

    def now(self) -> float:
        """Return wall time in seconds since 1970 (UTC)."""
        return time.time()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds, letting other tasks run."""
        await asyncio.sleep(seconds)


def month_start(seconds: float) -> float:
    """Return the wall time at which the calendar month (UTC) of another one began."""
    first = datetime.fromtimestamp(seconds, UTC).replace(day=1)
    return first.replace(hour=0, minute=0, second=0, microsecond=0).timestamp()


def utc_text(seconds: float) -> str:
    """Return a wall time as people and files read it: ``2026-11-20T09:30:00Z``."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_of(seconds: float) -> str:
    """Return the day (UTC) of a wall time as ISO text: ``2026-11-20``."""
    return utc_text(seconds)[:10]


def later_text(clock: Clock, seconds: float) -> str:
    """Return when so many seconds will have passed, as people read it.

    A vendor may name any number; what no calendar knows is the end of the last year.
    """
    last = datetime(9999, 12, 31, tzinfo=UTC).timestamp()
    return utc_text(min(clock.now() + seconds, last))
