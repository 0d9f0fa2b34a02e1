"""The arithmetic of a limit, number by number."""

from __future__ import annotations

import math

import pytest

from assetgen.pace import Limit
from assetgen.pace.ledger import BETA, CALM, FIRST, FLOOR, LONGEST, Ledger

KIE = Limit(20, 10.2)
WIDE = Limit(1000, 1.0)
NOW = 1000.0


def test_the_numbers_are_those_that_the_docs_name() -> None:
    assert (BETA, FLOOR, CALM, FIRST, LONGEST) == (0.7, 0.5, 60.0, 1.0, 60.0)


@pytest.mark.parametrize(("calls", "half"), [(20, 10), (5, 2), (2, 1), (1, 1)])
@pytest.mark.parametrize("even", [True, False])
def test_half_a_limit_is_at_least_one_call(
    calls: int, half: int, *, even: bool
) -> None:
    limit = Limit(calls, 10.0, even=even)
    assert limit.halved() == Limit(half, 10.0, even=even)
    assert limit.rate == calls / 10
    assert Limit(1, 1.0).even is False


# --- what a note holds -------------------------------------------------------------


def test_a_note_gives_back_the_ledger() -> None:
    ledger = Ledger((995.0, 999.5, 1003.0), 1010.0, 1.5, 990.0, 3)
    assert Ledger.read(ledger.note(), KIE, NOW) == ledger
    empty = Ledger()
    assert (empty.times, empty.closed, empty.peak) == ((), 0.0, None)
    assert (empty.cut, empty.refusals) == (0.0, 0)


@pytest.mark.parametrize(
    ("time", "kept"),
    [
        (987.7, ()),  # a window ago and as long as the slowest rate spreads two calls
        (987.9, (987.9,)),
        (1000.0, (1000.0,)),
        (1070.1, (1070.1,)),
        (1070.3, (1000.0,)),  # nobody was given that: a clock was set back
        (1e9, (1000.0,)),
        (math.inf, ()),
        (math.nan, ()),
        (True, ()),
        ("999", ()),
        (None, ()),
    ],
)
def test_a_permit_is_of_now_or_soon_or_none(
    time: object, kept: tuple[float, ...]
) -> None:
    assert Ledger.read({"times": [time]}, KIE, NOW).times == kept


def test_a_permit_that_bounds_nothing_any_more_is_forgotten() -> None:
    """A window ago, and the 2 s that the slowest rate leaves between two calls."""
    note = {"times": [988.0, 988.01]}
    assert Ledger.read(note, Limit(1, 10.0), NOW).times == (988.01,)
    latest = {"times": [1070.0]}
    assert Ledger.read(latest, Limit(1, 10.0), NOW).times == (1070.0,)


def test_permits_stay_in_order_when_a_clock_was_set_back() -> None:
    times = [999.0, 1050.0, 5000.0]
    assert Ledger.read({"times": times}, KIE, NOW).times == (999.0, 1000.0, 1050.0)


@pytest.mark.parametrize(
    ("note", "ledger"),
    [
        ({"closed": 1059.0}, Ledger(closed=1059.0)),
        ({"closed": 1061.0}, Ledger(closed=1060.0)),
        ({"closed": "1059"}, Ledger()),
        ({"peak": 0.5}, Ledger(peak=0.5)),
        ({"peak": 0}, Ledger()),
        ({"peak": True}, Ledger()),
        ({"peak": -0.5}, Ledger()),
        ({"cut": 999.0}, Ledger(cut=999.0)),
        ({"cut": 1001.0}, Ledger(cut=1000.0)),
        ({"cut": None}, Ledger()),
        ({"refusals": 1}, Ledger(refusals=1)),
        ({"refusals": 2.5}, Ledger(refusals=2)),
        ({"refusals": -1}, Ledger()),
        ({"refusals": "2"}, Ledger()),
    ],
)
def test_a_number_of_a_note_counts_where_it_can_be_true(
    note: object, ledger: Ledger
) -> None:
    assert Ledger.read(note, KIE, NOW) == ledger


# --- the curve ---------------------------------------------------------------------


@pytest.mark.parametrize("peak", [1.0, 2.0, 4.0])
def test_the_rate_comes_back_along_a_cubic_curve(peak: float) -> None:
    """RFC 9438, 4.2, with C = 0.4 and β = 0.7, drawn in units of 10 s.

    K, the time until it is back where it was, is the cube root of peak (1 - β) / C.
    """
    ledger = Ledger(peak=peak, cut=NOW, refusals=2)
    back = 10 * math.cbrt(peak * 0.3 / 0.4)
    for seconds in (-5.0, 0.0, 3.0, back, 15.0, 2 * back, 40.0):
        units = max(seconds, 0.0) / 10
        expected = max(0.4 * (units - back / 10) ** 3 + peak, 0.5)
        assert ledger.rate(WIDE, NOW + seconds) == pytest.approx(expected)
    assert ledger.rate(WIDE, NOW) == pytest.approx(0.7 * peak)
    assert ledger.rate(WIDE, NOW + back) == pytest.approx(peak)
    assert ledger.rate(WIDE, NOW + 2 * back) == pytest.approx(1.3 * peak)


def test_the_rate_stays_between_the_floor_and_the_limit() -> None:
    assert Ledger(peak=0.6, cut=NOW).rate(WIDE, NOW) == 0.5
    assert Ledger(peak=2.0, cut=NOW).rate(KIE, NOW + 59) == KIE.rate
    assert Ledger(cut=NOW).rate(KIE, NOW) == KIE.rate


# --- the next moment ---------------------------------------------------------------


def test_a_window_that_is_not_full_lets_through_at_once() -> None:
    full = tuple(NOW - 5 + n / 100 for n in range(20))
    assert Ledger().next(KIE, NOW) == NOW
    assert Ledger(full[:19]).next(KIE, NOW) == NOW
    assert Ledger(full).next(KIE, NOW) == full[0] + 10.2
    assert Ledger((*full, full[-1])).next(KIE, NOW) == full[1] + 10.2
    assert Ledger(full).next(KIE, NOW + 100) == NOW + 100


def test_a_closed_window_lets_nobody_through() -> None:
    ledger = Ledger().shut(NOW + 7)
    assert ledger.next(KIE, NOW) == NOW + 7
    assert ledger.shut(NOW + 5).closed == NOW + 7
    assert ledger.shut(NOW + 9).closed == NOW + 9
    assert ledger.next(KIE, NOW + 8) == NOW + 8


@pytest.mark.parametrize(
    ("ledger", "even", "gap"),
    [
        (Ledger((NOW,)), False, 0.0),
        (Ledger((NOW,)), True, 0.51),
        (Ledger(()), True, 0.0),
        (Ledger((NOW,), cut=NOW), False, 0.0),
        (Ledger((NOW,), peak=1.0, cut=NOW), False, 1 / 0.7),
        (Ledger((), peak=1.0, cut=NOW), False, 0.0),
        (Ledger((NOW,), peak=1.0, cut=NOW - 59.9), False, 0.51),
        (Ledger((NOW,), peak=1.0, cut=NOW - 60.0), False, 0.0),
    ],
)
def test_calls_are_spread_where_that_is_asked_for_or_wise(
    ledger: Ledger, gap: float, *, even: bool
) -> None:
    """After a refusal for a minute, at the rate of the curve."""
    limit = Limit(20, 10.2, even=even)
    assert ledger.next(limit, NOW) == pytest.approx(NOW + gap)


def test_a_permit_is_taken_in_its_place_and_given_back_once() -> None:
    ledger = Ledger((1.0, 3.0)).taken(2.0).taken(2.0)
    assert ledger.times == (1.0, 2.0, 2.0, 3.0)
    assert ledger.given_back(2.0).times == (1.0, 2.0, 3.0)
    assert ledger.given_back(5.0) == ledger


# --- refusals ----------------------------------------------------------------------

HALF = tuple(NOW - 9.75 + n / 2 for n in range(20))  # two a second, all within 10.2 s


def test_the_first_refusal_is_noted_and_the_second_cuts_the_rate() -> None:
    one = Ledger(HALF).refused(KIE, NOW)
    assert one == Ledger(HALF, cut=NOW, refusals=1)
    two = one.refused(KIE, NOW + 0.25)
    assert two.peak == pytest.approx(20 / 10.2)
    assert (two.cut, two.refusals) == (NOW + 0.25, 2)


def test_a_refusal_that_an_older_build_did_not_count_is_none() -> None:
    """Its notes hold when the rate was cut, and not how often."""
    found = Ledger(HALF, peak=1.5, cut=NOW).refused(KIE, NOW + 5)
    assert found == Ledger(HALF, cut=NOW + 5, refusals=1)


@pytest.mark.parametrize(
    ("later", "cut"), [(0.0, NOW), (10.1, NOW), (10.2, NOW + 10.2), (59.9, NOW + 59.9)]
)
def test_a_window_is_cut_once(later: float, cut: float) -> None:
    ledger = Ledger(HALF, peak=1.5, cut=NOW, refusals=2)
    found = ledger.refused(KIE, NOW + later)
    assert (found.cut, found.refusals) == (cut, 3)


def test_a_window_that_has_just_ended_is_another_one() -> None:
    ledger = Ledger(HALF, peak=1.5, cut=NOW, refusals=2)
    assert ledger.refused(Limit(20, 10.0), NOW + 10.0).cut == NOW + 10.0


def test_a_minute_without_a_refusal_is_a_calm() -> None:
    ledger = Ledger(HALF, peak=1.5, cut=NOW, refusals=7)
    assert ledger.refused(KIE, NOW + CALM) == Ledger(HALF, cut=NOW + CALM, refusals=1)
    assert ledger.refused(KIE, NOW + CALM - 0.1).refusals == 8


@pytest.mark.parametrize(
    ("times", "peak"),
    [
        ((), FLOOR),
        (HALF, 20 / 10.2),
        (HALF[:10], 10 / 10.2),
        ((*HALF[:10], NOW + 1), 10 / 10.2),  # nobody has called then yet
        ((*HALF[:9], NOW), 10 / 10.2),
        ((NOW - 10.2, *HALF[:10]), 10 / 10.2),
        (tuple(NOW for _ in range(40)), 20 / 10.2),
    ],
)
def test_what_was_too_much_is_what_was_called_in_the_last_window(
    times: tuple[float, ...], peak: float
) -> None:
    """Never more than what the vendor documents, and never nothing."""
    found = Ledger(times, cut=NOW, refusals=1).refused(KIE, NOW)
    assert found.peak == pytest.approx(peak)


@pytest.mark.parametrize(
    ("refusals", "seconds"),
    [(1, 1.0), (2, 2.0), (3, 4.0), (4, 8.0), (5, 10.2), (99_999, 10.2)],
)
def test_a_refusal_is_waited_for_ever_longer_up_to_a_window(
    refusals: int, seconds: float
) -> None:
    assert Ledger(refusals=refusals).pause(KIE) == seconds


def test_no_pause_is_longer_than_512_seconds() -> None:
    assert Ledger(refusals=99_999).pause(Limit(1, 1e6)) == 512.0
