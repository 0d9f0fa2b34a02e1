"""Refusals slow us down, and we come back when the vendor has."""

from __future__ import annotations

import asyncio

import pytest
from vendor_limits import Limited

from assetgen.pace import Limit, Window
from assetgen.pace.ledger import FLOOR, Ledger
from assetgen.testing.clock import VirtualClock

KIE = Limit(20, 10.2)


def storm(lower: int, until: float) -> Limited:
    """Return how a vendor sees us whose limit is lower from 60 s on, for a while."""
    vendor = Limited(20, 10.0)

    async def work(clock: VirtualClock) -> None:
        window = Window(KIE, clock)

        async def one() -> None:
            done = False
            while not done:
                async with window.call():
                    await clock.sleep(0.3)
                    at = clock.monotonic()
                    vendor.calls = lower if 60 <= at < until else 20
                    done = vendor.ask(at)
                    if not done:
                        window.refused()

        await asyncio.gather(*(one() for _ in range(420)))

    async def run() -> None:
        clock = VirtualClock()
        await clock.run(work(clock))

    asyncio.run(run())
    return vendor


def test_a_storm_slows_us_down_and_is_forgotten() -> None:
    """The limit falls to a tenth for 60 s, then comes back.

    Within 20 s we ask at most 1.2 times what it allows, and 60 s after it is back we
    use at least 90 % of it.
    """
    vendor = storm(2, 120.0)
    assert vendor.rate(80, 120) <= 1.2 * 0.2
    assert vendor.rate(180, 220) >= 0.9 * 2
    assert len(vendor.taken) == 420


def test_half_the_limit_is_lived_with() -> None:
    vendor = storm(10, 160.0)
    late = [t for t in vendor.refused if 80 <= t < 160]
    taken = [t for t in vendor.taken if 80 <= t < 160]
    assert len(late) <= 0.1 * len(taken)
    assert len(taken) / 80 >= 0.5 * 1.0


@pytest.mark.parametrize(
    ("seconds", "rate"),
    [
        (0.0, 1.4),  # three tenths less at once
        (11.0, 1.96),  # back where it was refused after about a window
        (30.0, 1.96),  # and never above what the vendor documents
        (-50.0, 1.4),  # a clock that was set back makes nothing worse
    ],
)
def test_a_refusal_takes_three_tenths(seconds: float, rate: float) -> None:
    """The second one: the first in a long calm is a network's mood."""
    times = tuple(1000 - n / 2 for n in reversed(range(20)))
    once = Ledger(times).refused(KIE, 1000.0)
    assert once.rate(KIE, 1000 + seconds) == KIE.rate
    ledger = once.refused(KIE, 1000.0)
    assert ledger.rate(KIE, 1000 + seconds) == pytest.approx(rate, abs=0.05)


def test_refusals_of_one_window_cut_once_and_are_waited_for_ever_longer() -> None:
    ledger, pauses, peaks = Ledger(), [], set()
    for late in range(6):
        ledger = ledger.refused(KIE, 1000.0 + late)
        pauses.append(ledger.pause(KIE))
        peaks.add(ledger.peak)
    assert pauses == [1, 2, 4, 8, 10.2, 10.2]
    assert len(peaks) == 2
    assert ledger.refused(KIE, 1012.0).cut == 1012.0


def test_a_refusal_after_a_long_calm_is_the_first_again() -> None:
    ledger = Ledger().refused(KIE, 1000.0).refused(KIE, 1001.0)
    later = ledger.refused(KIE, 1062.0)
    assert (later.refusals, later.pause(KIE)) == (1, 1.0)
    assert later.rate(KIE, 1062.0) == KIE.rate


def test_no_refusal_stops_us_for_good() -> None:
    ledger, now = Ledger().refused(KIE, 0.0), 0.0
    for _ in range(50):
        now += 11.0
        ledger = ledger.refused(KIE, now)
        assert ledger.rate(KIE, now) == FLOOR


@pytest.mark.parametrize(
    "note",
    [None, [], "x", {}, {"times": 3}, {"times": ["a", None, True]}, {"peak": -1}],
)
def test_a_note_that_means_nothing_is_an_empty_ledger(note: object) -> None:
    assert Ledger.read(note, KIE, 1000.0) == Ledger()


@pytest.mark.parametrize(
    ("wait", "until"), [(3.0, 3.0), (45.0, 45.0), (1e9, 60.0), (None, 1.0)]
)
def test_what_the_vendor_asks_for_is_waited_and_no_longer(
    wait: float | None, until: float
) -> None:
    """Without a word from it, the first one is waited for a second."""
    passed: list[float] = []

    async def work(clock: VirtualClock) -> None:
        window = Window(KIE, clock)
        window.refused(wait)
        async with window.call():
            passed.append(clock.monotonic())

    async def run() -> None:
        clock = VirtualClock()
        await clock.run(work(clock))

    asyncio.run(run())
    assert passed == [pytest.approx(until)]
