"""A vendor who is not there is noticed once, not once per asset."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from assetgen.errors import Unavailable
from assetgen.pace import Breaker
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable

Line = list[tuple[float, str]]


def called(  # noqa: PLR0913  what a case of the tables below may say
    callers: int,
    there: Callable[[float], bool],
    *,
    paused: bool = False,
    pause: float | None = None,
    patience: float = 40.0,
    lasts: float = 0.1,
) -> tuple[Line, list[str]]:
    """Return who called when, and how each of so many callers ended."""
    line: Line = []

    async def run() -> list[str]:
        clock = VirtualClock()
        breaker = Breaker(clock, hint="later", paused=patience)

        async def one(name: str) -> str:
            while True:
                try:
                    async with breaker.passage() as passage:
                        line.append((clock.monotonic(), name))
                        good = there(clock.monotonic())
                        await clock.sleep(lasts)
                        if not good:
                            passage.failed("nobody", paused=paused, pause=pause)
                except Unavailable as error:
                    return error.message
                if good:
                    return "well"
                await clock.sleep(0.5)

        work = asyncio.gather(*(one(str(number)) for number in range(callers)))
        return await clock.run(_awaited(work))

    return line, asyncio.run(run())


async def _awaited(work: asyncio.Future[list[str]]) -> list[str]:
    return await work


def test_a_vendor_who_never_comes_costs_few_calls() -> None:
    line, ended = called(50, lambda _: False)
    assert set(ended) == {"nobody"}
    assert len(line) <= 60
    assert line[-1][0] < 60


def test_one_at_a_time_tries_again_at_growing_distances() -> None:
    line, _ = called(6, lambda _: False)
    trials = [at for at, _ in line[6:]]
    gaps = [b - a - 0.1 for a, b in pairwise(trials)]
    assert gaps == pytest.approx([2.0, 4.0, 8.0, 8.0, 8.0])


def test_everybody_passes_once_the_vendor_is_back() -> None:
    line, ended = called(50, lambda now: now > 10)
    assert ended == ["well"] * 50
    trials = [at for at, _ in line if 1 < at <= 10]
    assert len(trials) == len(set(trials)) <= 5
    last = [at for at, _ in line if at > 10]
    assert max(last) - min(last) < 1


def test_a_few_failures_among_many_calls_change_nothing() -> None:
    turns = iter(range(1000))
    line, ended = called(30, lambda _: next(turns) % 4 != 0)
    assert ended == ["well"] * 30
    assert line[-1][0] < 10


def test_maintenance_is_waited_for_longer_and_asked_about_rarely() -> None:
    """Kie.ai's 455: 5 s, doubled to 60 s, for as long as a job may take."""
    line, ended = called(20, lambda _: False, paused=True, patience=900.0)
    assert set(ended) == {"nobody"}
    trials = [at for at, _ in line[20:]]
    gaps = [round(b - a - 0.1, 3) for a, b in pairwise(trials)]
    assert gaps[:5] == [10, 20, 40, 60, 60]
    assert 800 < trials[-1] < 900


def test_what_the_vendor_says_is_the_least() -> None:
    line, _ = called(1, lambda now: now > 20, paused=True, pause=30.0, patience=900.0)
    assert [at for at, _ in line] == pytest.approx([0.0, 30.6], abs=0.6)


def test_who_leaves_while_trying_lets_the_next_one_try() -> None:
    async def run() -> list[str]:
        clock = VirtualClock()
        breaker = Breaker(clock, hint="later")
        tried: list[str] = []

        async def one(name: str) -> None:
            async with breaker.passage():
                tried.append(name)

        async def work() -> list[str]:
            for _ in range(5):
                async with breaker.passage() as passage:
                    passage.failed("nobody")
            first, second = (asyncio.create_task(one(name)) for name in "ab")
            await clock.sleep(0.5)
            first.cancel()
            await second
            return tried

        return await clock.run(work())

    assert asyncio.run(run()) == ["b"]
