"""Who passes the gate when, second by second, and who leaves a place behind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from assetgen.pace import Book, Limit, Window
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

TWO = Limit(2, 10.0)


def played(work: Callable[[VirtualClock], Awaitable[None]]) -> None:
    """Run something to its end in virtual time."""

    async def run() -> None:
        clock = VirtualClock()
        await clock.run(awaited(work(clock)))

    async def awaited(work: Awaitable[None]) -> None:
        await work

    asyncio.run(run())


async def passing(
    window: Window, clock: VirtualClock, *, lasts: float = 0.0, sends: float = 0.0
) -> float:
    """Pass the gate, send so much later, and return when the gate was passed."""
    async with window.call() as moment:
        at = clock.monotonic()
        if sends:
            await clock.sleep(sends)
            window.sent(moment)
        await clock.sleep(lasts)
    return at


def test_a_window_counts_from_when_calls_are_permitted() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(TWO, clock)
        passed = await asyncio.gather(*(passing(window, clock) for _ in range(5)))
        assert passed == [0.0, 0.0, 10.0, 10.0, 20.0]

    played(work)


def test_a_call_that_leaves_late_counts_from_when_it_left() -> None:
    """Also by the steady clock, and whatever others do to the wall clock."""

    async def work(clock: VirtualClock) -> None:
        window = Window(TWO, clock)
        late = asyncio.create_task(passing(window, clock, sends=3.0))
        await clock.sleep(1)
        await passing(window, clock)
        await clock.sleep(4)
        clock.jump(3600.0)
        passed = await asyncio.gather(*(passing(window, clock) for _ in range(2)))
        assert await late == 0.0
        assert passed == pytest.approx([10.9, 12.9])

    played(work)


def test_a_call_that_leaves_late_is_told_to_other_builds() -> None:
    async def work(clock: VirtualClock) -> None:
        book = Book()
        one, other = Window(TWO, clock, "x", book), Window(TWO, clock, "x", book)
        await passing(one, clock, sends=3.0)
        await passing(one, clock)
        passed = await asyncio.gather(*(passing(other, clock) for _ in range(2)))
        assert passed == [13.0, 13.0]

    played(work)


def test_a_call_that_leaves_after_the_next_window_counts_from_then() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 10.0), clock)
        slow = asyncio.create_task(passing(window, clock, sends=25.0))
        await clock.sleep(1)
        assert [await passing(window, clock) for _ in range(2)] == [10.0, 20.0]
        assert await slow == 0.0
        assert await passing(window, clock) == 35.0

    played(work)


def test_a_call_that_is_over_is_forgotten() -> None:
    """Whether it was told to have left, or not: a build makes thousands."""

    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(5, 10.0), clock)
        for sends in (1.0, 2.0, 0.0):
            await passing(window, clock, sends=sends)
        assert window._granted == {}  # noqa: SLF001  what would grow

    played(work)


def test_an_usher_that_is_stopped_leaves_no_hole() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 10.0), clock)
        await passing(window, clock)
        first = asyncio.create_task(passing(window, clock))
        await clock.sleep(5)
        assert window._usher is not None  # noqa: SLF001  as a loop does that ends
        window._usher.cancel()  # noqa: SLF001  the same
        await clock.sleep(1)
        second = asyncio.create_task(passing(window, clock))
        assert [await first, await second] == [10.0, 20.0]

    played(work)


def test_a_call_that_leaves_at_once_changes_nothing() -> None:
    async def work(clock: VirtualClock) -> None:
        book = Book()
        window = Window(TWO, clock, "x", book)
        async with window.call() as moment:
            before = book.change("window x", lambda note: (note, note))
            window.sent(moment)
            window.sent(moment - 1)  # of nobody
            assert book.change("window x", lambda note: (note, note)) != before

    played(work)


def test_windows_are_counted_by_name() -> None:
    async def work(clock: VirtualClock) -> None:
        book = Book()
        names = ("x", "x", "y")
        windows = [Window(Limit(1, 10.0), clock, name, book) for name in names]
        passed = await asyncio.gather(*(passing(w, clock) for w in windows))
        assert passed == [0.0, 10.0, 0.0]
        own = [Window(Limit(1, 10.0), clock), Window(Limit(1, 10.0), clock)]
        began = clock.monotonic()
        passed = await asyncio.gather(*(passing(w, clock) for w in own))
        assert passed == [began, began]

    played(work)


@pytest.mark.parametrize(("seconds", "until"), [(5.0, 5.0), (1e6, 60.0)])
def test_a_closed_window_opens_again_within_a_minute(
    seconds: float, until: float
) -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(TWO, clock)
        window.close(seconds)
        assert await passing(window, clock) == until

    played(work)


def test_who_waits_when_the_window_closes_waits_on() -> None:
    """And the place that was promised to it is given back."""

    async def work(clock: VirtualClock) -> None:
        window = Window(TWO, clock)
        await asyncio.gather(*(passing(window, clock) for _ in range(2)))
        third = asyncio.create_task(passing(window, clock))
        await clock.sleep(5)
        window.close(20)
        fourth = asyncio.create_task(passing(window, clock))
        assert [await third, await fourth] == [25.0, 25.0]

    played(work)


def test_a_window_that_closes_for_less_than_the_wait_delays_nobody() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 10.0), clock)
        await passing(window, clock)
        waiting = asyncio.create_task(passing(window, clock))
        await clock.sleep(5)
        window.close(5)
        assert await waiting == 10.0

    played(work)


@pytest.mark.parametrize("others", [0, 1, 3])
def test_who_leaves_while_waiting_leaves_its_place_to_the_next(others: int) -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 10.0), clock, under_way=1)
        await passing(window, clock)
        leaving = asyncio.create_task(passing(window, clock))
        rest = [asyncio.create_task(passing(window, clock)) for _ in range(others)]
        await clock.sleep(5)
        leaving.cancel()
        passed = await asyncio.gather(*rest)
        assert passed == [10.0 + 10 * number for number in range(others)]
        await clock.sleep(40 - clock.monotonic())
        last = max(40.0, 10.0 * (others + 1))
        assert await passing(window, clock) == last

    played(work)


def test_who_leaves_with_a_permit_gives_the_room_back() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(10, 10.0), clock, under_way=1)
        busy = asyncio.create_task(passing(window, clock, lasts=100))
        await clock.sleep(1)
        waiting = asyncio.create_task(passing(window, clock))
        await clock.sleep(1)
        assert not waiting.done()
        busy.cancel()
        assert await waiting == 2.0

    played(work)


def test_twenty_calls_may_be_unanswered_at_once() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(100, 10.0), clock)
        calls = (passing(window, clock, lasts=7.0) for _ in range(21))
        assert sorted(await asyncio.gather(*calls)) == [0.0] * 20 + [7.0]

    played(work)


def test_everybody_hears_of_a_book_that_cannot_be_changed() -> None:
    """And who comes later is let through, if it can be by then."""

    class Torn(Book):
        torn = True

        def change(self, name, change):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202  a book's
            if self.torn:
                raise RuntimeError("torn")
            return super().change(name, change)

    async def work(clock: VirtualClock) -> None:
        book = Torn()
        window = Window(TWO, clock, "x", book)
        calls = [asyncio.create_task(passing(window, clock)) for _ in range(3)]
        calls[1].cancel()
        told = await asyncio.gather(*calls, return_exceptions=True)
        assert [type(each) for each in told] == [
            RuntimeError, asyncio.CancelledError, RuntimeError,
        ]  # fmt: skip
        book.torn = False
        assert await passing(window, clock) == 0.0

    played(work)


@pytest.mark.parametrize(("at", "until"), [(4.0, 9.9), (9.5, 9.9), (9.95, 9.95)])
def test_a_clock_that_is_set_forward_costs_no_wait_either(
    at: float, until: float
) -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 10.0), clock)
        await passing(window, clock)
        await clock.sleep(at)
        clock.jump(3600.0)
        assert await passing(window, clock) == pytest.approx(until)

    played(work)


def test_who_does_not_say_so_is_not_urgent() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(Limit(1, 10.0), clock)
        passed: list[str] = []

        async def urgent() -> None:
            async with window.call(urgent=True):
                passed.append("urgent")

        async def usual() -> None:
            await passing(window, clock)
            passed.append("usual")

        await asyncio.gather(usual(), usual(), urgent(), usual())
        assert passed == ["urgent", "usual", "usual", "usual"]

    played(work)


def test_a_clock_that_is_set_forward_frees_no_permits() -> None:
    """The steady clock knows better, but for a hundredth of the window."""

    async def work(clock: VirtualClock) -> None:
        window = Window(TWO, clock)
        await asyncio.gather(*(passing(window, clock) for _ in range(2)))
        await clock.sleep(4)
        clock.jump(3600.0)
        passed = [await passing(window, clock) for _ in range(3)]
        assert passed == pytest.approx([9.9, 9.9, 19.8], abs=0.11)
        assert passed[2] >= 19.8

    played(work)


def test_a_clock_that_is_set_back_costs_a_window_at_most() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(TWO, clock)
        await asyncio.gather(*(passing(window, clock) for _ in range(2)))
        await clock.sleep(5)
        clock.jump(-86_400.0)
        assert await passing(window, clock) <= 15.0

    played(work)


def test_who_does_not_see_the_others_takes_half_once() -> None:
    async def work(clock: VirtualClock) -> None:
        book = Book()
        book.alone = True
        window = Window(Limit(4, 10.0), clock, "x", book)
        await passing(window, clock)
        await passing(window, clock)
        assert window.limit == Limit(2, 10.0)

    played(work)


def test_a_refusal_without_a_word_is_waited_for_a_second() -> None:
    async def work(clock: VirtualClock) -> None:
        window = Window(TWO, clock)
        window.refused()
        assert await passing(window, clock) == 1.0
        window.refused()
        assert await passing(window, clock) == pytest.approx(
            6.0
        )  # and one in 5 s at most
        window.refused(30.0)
        assert await passing(window, clock) == pytest.approx(36.0)

    played(work)
