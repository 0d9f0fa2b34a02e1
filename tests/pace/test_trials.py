"""When a way is shut, when it is tried again, and when a vendor is given up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from assetgen.errors import Unavailable
from assetgen.pace import Breaker
from assetgen.pace.breaker import FAILURES, PATIENCE
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def played(work: Callable[[VirtualClock, Breaker], Awaitable[None]]) -> None:
    """Run something with a breaker to its end in virtual time."""

    async def run() -> None:
        clock = VirtualClock()
        breaker = Breaker(clock, hint="later", paused=900.0)
        await clock.run(awaited(work(clock, breaker)))

    async def awaited(work: Awaitable[None]) -> None:
        await work

    asyncio.run(run())


async def failing(
    breaker: Breaker, times: int, *, paused: bool = False, pause: float | None = None
) -> None:
    """Let so many calls fail, one after the other."""
    for _ in range(times):
        async with breaker.passage() as passage:
            passage.failed("nobody", paused=paused, pause=pause)


async def passed(clock: VirtualClock, breaker: Breaker) -> tuple[float, bool]:
    """Let one call go well; return how long it waited and whether it was a trial."""
    began = clock.monotonic()
    async with breaker.passage() as passage:
        return clock.monotonic() - began, passage.trial


def test_five_failures_in_a_row_shut_the_way_and_no_fewer() -> None:
    assert FAILURES == 5

    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        for _ in range(3):
            await failing(breaker, 4)
            assert await passed(clock, breaker) == (0.0, False)
        await failing(breaker, 5)
        assert await passed(clock, breaker) == (1.0, True)
        assert await passed(clock, breaker) == (0.0, False)

    played(work)


def test_after_a_success_all_begins_anew() -> None:
    """Distances, the count of failures, the maintenance and the patience."""

    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        await failing(breaker, 7, paused=True)
        assert clock.monotonic() == 5 + 10 + 20 + 40 + 60 + 60
        assert await passed(clock, breaker) == (60.0, True)
        await clock.sleep(1000)
        await failing(breaker, 7)
        assert clock.monotonic() == 255 + 1000 + 1 + 2
        assert await passed(clock, breaker) == (4.0, True)

    played(work)


def test_a_call_that_began_before_the_way_was_shut_opens_nothing() -> None:
    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        async with breaker.passage() as early:
            assert not early.closed_meanwhile
            await failing(breaker, 5)
            assert early.closed_meanwhile
        waited, trial = await passed(clock, breaker)
        assert (waited, trial) == (1.0, True)
        assert not early.closed_meanwhile

    played(work)


def test_a_call_that_began_before_the_way_was_shut_may_say_for_how_long() -> None:
    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        async with breaker.passage() as early:
            await failing(breaker, 5)
            early.failed("nobody", pause=9.0)
        assert await passed(clock, breaker) == (9.0, True)

    played(work)


def test_who_tries_is_not_told_that_the_way_is_shut() -> None:
    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        del clock
        await failing(breaker, 5)
        async with breaker.passage() as passage:
            assert (passage.trial, passage.closed_meanwhile) == (True, False)
            told = (passage.trouble, passage.paused, passage.pause)
            assert told == (None, False, None)

    played(work)


def test_one_word_about_maintenance_holds_until_the_vendor_is_back() -> None:
    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        await failing(breaker, 1, paused=True)
        await failing(breaker, 1)  # the first trial: after 5 s
        await failing(breaker, 1)
        assert clock.monotonic() == 15
        assert await passed(clock, breaker) == (20.0, True)

    played(work)


@pytest.mark.parametrize(
    ("pause", "waited"), [(None, 1.0), (0.5, 8.0), (3.0, 8.0), (12.5, 12.5)]
)
def test_the_vendors_word_lengthens_the_distance(
    pause: float | None, waited: float
) -> None:
    """Each word counts as a trial, so that the distance has doubled meanwhile."""

    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        await failing(breaker, 5, pause=pause)
        assert await passed(clock, breaker) == (waited, True)

    played(work)


def test_a_later_word_lengthens_the_distance_too() -> None:
    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        await failing(breaker, 4)
        await failing(breaker, 1, pause=9.0)
        assert await passed(clock, breaker) == (9.0, True)

    played(work)


@pytest.mark.parametrize(("late", "given_up"), [(0.0, True), (-0.5, False)])
def test_a_vendor_is_given_up_when_no_trial_would_be_in_time(
    late: float, *, given_up: bool
) -> None:
    """Counted from the first failure of the row, not from the build's beginning."""

    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        await clock.sleep(500)
        await failing(breaker, 4)
        await clock.sleep(PATIENCE - 2.0 + late)
        async with breaker.passage() as passage:
            passage.failed("nobody", pause=2.0)
        if given_up:
            with pytest.raises(Unavailable, match="nobody") as caught:
                await passed(clock, breaker)
            assert caught.value.hint == "later"
            assert clock.monotonic() == 500 + PATIENCE - 2.0
        else:
            assert await passed(clock, breaker) == (2.0, True)

    played(work)


def test_everybody_who_waits_is_told_that_the_vendor_is_given_up() -> None:
    async def work(clock: VirtualClock, breaker: Breaker) -> None:
        told: list[float] = []

        async def one() -> None:
            try:
                while True:
                    await failing(breaker, 1)
            except Unavailable:
                told.append(clock.monotonic())

        await failing(breaker, 5)
        await asyncio.gather(*(one() for _ in range(4)))
        assert told == [39.0] * 4  # after 1, 2, 4 and four times 8 s

    played(work)
