"""A window lets through what the vendor allows, no more and hardly less."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from vendor_limits import Limited

from assetgen.pace import Book, Limit, Window
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

KIE = Limit(20, 10.2)
POLLS = Limit(8, 1.0, even=True)


def played(work: Callable[[VirtualClock], Coroutine[object, object, None]]) -> None:
    """Run something to its end in virtual time."""

    async def run() -> None:
        clock = VirtualClock()
        await clock.run(work(clock))

    asyncio.run(run())


async def calls(window: Window, vendor: Limited, clock: VirtualClock, n: int) -> None:
    """Make so many calls at once, each again until it is taken."""

    async def one() -> None:
        while True:
            async with window.call() as moment:
                await clock.sleep(0.1)  # until the connection stands
                window.sent(moment)
                if vendor.ask(clock.monotonic()):
                    return
                window.refused()

    await asyncio.gather(*(one() for _ in range(n)))


@pytest.mark.parametrize("builds", [1, 3])
def test_the_limit_is_kept_and_used(tmp_path: Path, builds: int) -> None:
    """Of 20 in 10 s at least 95 % are used, and less than 1 % refused."""
    vendor, each = Limited(20, 10.0), 300 // builds

    async def work(clock: VirtualClock) -> None:
        books = [Book(tmp_path / "pace.db") for _ in range(builds)]
        windows = [Window(KIE, clock, "kie create", book) for book in books]
        await asyncio.gather(*(calls(w, vendor, clock, each) for w in windows))
        for book in books:
            book.close()

    played(work)
    assert len(vendor.taken) == each * builds
    assert vendor.refused == []
    assert (len(vendor.taken) - 20) / vendor.taken[-20] >= 0.95 * 2


def test_questions_are_spread_over_the_second() -> None:
    """Eight a second and never two at a time: the vendor's ten are out of reach."""
    moments: list[float] = []

    async def work(clock: VirtualClock) -> None:
        window = Window(POLLS, clock)

        async def one() -> None:
            async with window.call():
                moments.append(clock.monotonic())

        await asyncio.gather(*(one() for _ in range(33)))

    played(work)
    assert moments == pytest.approx([number / 8 for number in range(33)])


def test_the_urgent_pass_first_and_the_others_in_order() -> None:
    passed: list[str] = []

    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 1.0), clock)

        async def one(name: str, *, urgent: bool = False) -> None:
            async with window.call(urgent=urgent):
                passed.append(name)

        await asyncio.gather(
            one("a"), one("b"), one("c"), one("rung", urgent=True), one("d")
        )

    played(work)
    assert passed == ["rung", "a", "b", "c", "d"]


def test_who_leaves_the_queue_takes_no_place() -> None:
    passed: list[tuple[str, float]] = []

    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 10.0), clock)

        async def one(name: str) -> None:
            async with window.call():
                passed.append((name, clock.monotonic()))

        tasks = [asyncio.create_task(one(name)) for name in "abc"]
        await clock.sleep(1)
        tasks[1].cancel()
        await asyncio.wait(tasks)

    played(work)
    assert passed == [("a", 0.0), ("c", 10.0)]


def test_a_moment_that_nobody_wants_any_more_is_given_back(tmp_path: Path) -> None:
    """A build that stops leaves no hole for the others."""
    passed: list[float] = []

    async def work(clock: VirtualClock) -> None:
        one, two = (
            Window(Limit(1, 10.0), clock, "x", book)
            for book in (Book(tmp_path / "pace.db"), Book(tmp_path / "pace.db"))
        )
        async with one.call():
            pass
        waiting = asyncio.create_task(anext(aiter_of(one)))
        await clock.sleep(1)
        waiting.cancel()
        await clock.sleep(10)
        async with two.call():
            passed.append(clock.monotonic())

    async def _pass(window: Window) -> None:
        async with window.call():
            pass

    def aiter_of(window: Window):  # noqa: ANN202  one call as something to await
        async def once():  # noqa: ANN202  as above
            yield await _pass(window)

        return once()

    played(work)
    assert passed == [pytest.approx(11.0)]


def test_only_so_many_are_under_way() -> None:
    """A vendor who has stopped to answer is not told everything before we notice."""
    seen: list[int] = []

    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(100, 1.0), clock, under_way=5)
        out = 0

        async def one() -> None:
            nonlocal out
            async with window.call():
                out += 1
                seen.append(out)
                await clock.sleep(30)
                out -= 1

        await asyncio.gather(*(one() for _ in range(20)))

    played(work)
    assert (len(seen), max(seen)) == (20, 5)


@pytest.mark.parametrize("jump", [-3600.0, -5.0, 5.0, 3600.0])
def test_a_clock_that_is_set_changes_little(jump: float) -> None:
    """Forward or back: the vendor refuses nothing, and nobody waits for an hour."""
    vendor = Limited(20, 10.0)

    async def work(clock: VirtualClock) -> None:
        window = Window(KIE, clock)
        await calls(window, vendor, clock, 30)
        clock.jump(jump)
        await calls(window, vendor, clock, 30)

    played(work)
    assert (len(vendor.taken), vendor.refused) == (60, [])
    assert vendor.taken[-1] < 120


def test_a_book_that_cannot_be_kept_means_half_the_pace(tmp_path: Path) -> None:
    """Who cannot see what the others take slows down; it does not fail."""
    (tmp_path / "pace.db").mkdir()
    vendor = Limited(20, 10.0)

    async def work(clock: VirtualClock) -> None:
        window = Window(KIE, clock, "x", Book(tmp_path / "pace.db"))
        await calls(window, vendor, clock, 60)

    played(work)
    assert vendor.rate(0, 40.8) == pytest.approx(1, abs=0.3)


@pytest.mark.parametrize("bytes_", [b"", b"no database at all, for sure" * 50])
def test_a_book_that_is_damaged_is_begun_anew(tmp_path: Path, bytes_: bytes) -> None:
    path = tmp_path / "pace.db"
    path.write_bytes(bytes_)
    book = Book(path)
    assert book.change("a", lambda note: (note, [1])) is None
    book.close()
    book = Book(path)
    assert book.change("a", lambda note: (note, note)) == [1]
    assert not book.alone
    book.close()


def test_a_book_of_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "pace.db"
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 2")
    db.close()
    before = path.read_bytes()
    book = Book(path)
    book.change("a", lambda _: (None, 1))
    assert (book.alone, path.read_bytes()) == (True, before)


CHILD = """
import asyncio, sys
from pathlib import Path
from assetgen.clock import SystemClock
from assetgen.pace import Book, Limit, Window

async def main():
    book = Book(Path(sys.argv[1]))
    window = Window(Limit(5, 0.5), SystemClock(), "x", book)
    async def one():
        async with window.call() as moment:
            print(moment, flush=True)
    await asyncio.gather(*(one() for _ in range(int(sys.argv[2]))))
    book.close()

asyncio.run(main())
"""


def test_processes_share_a_window_and_survive_each_other(tmp_path: Path) -> None:
    """Three at once, one of them killed: no window holds more than the limit."""
    command = [sys.executable, "-c", CHILD, str(tmp_path / "pace.db")]
    env = {**os.environ, "PYTHONWARNINGS": "error"}
    start = [
        subprocess.Popen([*command, count], stdout=subprocess.PIPE, text=True, env=env)
        for count in ("12", "12", "1000")
    ]
    time.sleep(1.0)  # about three windows, or fewer: it dies amid its thousand
    start[2].kill()
    out = [process.communicate(timeout=60)[0].splitlines() for process in start]
    assert [len(lines) for lines in out[:2]] == [12, 12]
    moments = sorted(float(line) for lines in out for line in lines)
    fullest = max(sum(start <= t < start + 0.45 for t in moments) for start in moments)
    assert fullest <= 5
