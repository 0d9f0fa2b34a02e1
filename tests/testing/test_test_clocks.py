"""The clocks of tests: one that is moved, one that is fast."""

from __future__ import annotations

import asyncio
import time

import pytest

from assetgen.testing.clock import START, FastClock, VirtualClock


def test_it_stands_still_until_it_is_moved() -> None:
    clock = VirtualClock(now=100.0)
    assert (clock.now(), clock.monotonic()) == (100.0, 0.0)
    asyncio.run(clock.advance(2.5))
    assert (clock.now(), clock.monotonic()) == (102.5, 2.5)


def test_sleepers_wake_in_order_each_at_its_own_time() -> None:
    clock = VirtualClock()
    woken: list[tuple[str, float]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((name, clock.monotonic()))

    async def story() -> None:
        async with asyncio.TaskGroup() as group:
            for name, seconds in (("c", 3), ("a", 1), ("b1", 2), ("b2", 2)):
                group.create_task(sleeper(name, seconds))
            await clock.advance(2)
            woken.append(("moved", clock.monotonic()))
            await clock.advance(5)

    asyncio.run(story())
    assert woken == [("a", 1), ("b1", 2), ("b2", 2), ("moved", 2), ("c", 3)]
    assert clock.monotonic() == 7


def test_who_sleeps_again_wakes_again_on_the_way() -> None:
    clock = VirtualClock()
    ticks: list[float] = []

    async def tick() -> None:
        for _ in range(4):
            await clock.sleep(10)
            ticks.append(clock.monotonic())

    async def story() -> None:
        task = asyncio.ensure_future(tick())
        await clock.advance(35)
        task.cancel()

    asyncio.run(story())
    assert ticks == [10, 20, 30]


def test_run_skips_every_wait() -> None:
    clock = VirtualClock()

    async def month() -> str:
        for _ in range(30):
            await asyncio.gather(clock.sleep(86_400), clock.sleep(60))
        return "over"

    before = time.monotonic()
    assert asyncio.run(clock.run(month())) == "over"
    assert clock.now() == START + 30 * 86_400
    assert time.monotonic() - before < 60


def test_run_waits_for_what_is_not_on_the_clock() -> None:
    clock = VirtualClock()

    async def story() -> float:
        await asyncio.to_thread(time.sleep, 0.05)
        return clock.monotonic()

    assert asyncio.run(clock.run(story())) == 0.0


def test_run_raises_what_the_work_raises() -> None:
    clock = VirtualClock()

    async def story() -> None:
        await clock.sleep(1)
        raise LookupError

    with pytest.raises(LookupError):
        asyncio.run(clock.run(story()))


def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = VirtualClock()

    async def story() -> tuple[int, int]:
        task = asyncio.ensure_future(clock.sleep(5))
        await asyncio.sleep(0)
        before = clock.sleeping
        task.cancel()
        await clock.advance(10)
        return before, clock.sleeping

    assert asyncio.run(story()) == (1, 0)


def test_wall_time_may_jump_alone() -> None:
    clock = VirtualClock(now=100.0)
    clock.jump(-30)
    assert (clock.now(), clock.monotonic()) == (70.0, 0.0)


def test_the_fast_clock_is_fast() -> None:
    clock = FastClock(speed=1000, now=5.0)
    before = clock.monotonic()
    asyncio.run(clock.sleep(20))
    assert clock.monotonic() - before >= 20
    assert clock.now() >= 25


def test_the_fast_clock_can_skip() -> None:
    clock = FastClock(speed=1e-9, now=0.0)
    clock.advance(86_400)
    assert round(clock.now()) == 86_400
