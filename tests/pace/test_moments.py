"""The moments to ask at: the mathematics behind them, and what they come to."""

from __future__ import annotations

import math
import random
from bisect import bisect_left
from itertools import pairwise
from statistics import NormalDist
from typing import TYPE_CHECKING

import pytest

from assetgen.pace import Book, Experience, Fixed, Schedule
from assetgen.pace.experience import series
from assetgen.pace.schedule import (
    ADVICE,
    CLOSEST,
    FAR,
    FURTHEST,
    LEAST,
    NEAR,
    POINTS,
    SHARE,
    SLOWER,
    SPREAD,
    STRAGGLES,
    VAGUE,
    WEIGHT,
    WORTH,
    _moments,
    _ready,
    learned,
)
from assetgen.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.pace.schedule import Asking

SPREADS = [0.05, 0.25, 0.5, 1.0]


def asked(asking: Asking, until: float) -> list[float]:
    """Return the moments up to a time, for a job that is never ready."""
    moments = [asking.next(0.0)]
    while moments[-1] < until:
        moments.append(asking.next(moments[-1]))
    return moments


def test_the_numbers_are_those_that_were_measured() -> None:
    """Chosen with `bench/polling.py`; another number needs another measurement."""
    assert ((30.0, 2.5), (120.0, 5.0), (math.inf, 15.0)) == ADVICE
    assert (LEAST, WORTH, SPREAD, WEIGHT) == (4, 0.014, 0.5, 10)
    assert (SHARE, SLOWER, VAGUE, STRAGGLES) == (0.03, 4.0, 0.7, 3.0)
    assert (NEAR, FAR, POINTS, CLOSEST, FURTHEST) == (0.12, 16.0, 160, 0.5, 30.0)


@pytest.mark.parametrize("spread", SPREADS)
@pytest.mark.parametrize("x", [0.3, 0.9, 1.0, 1.7, 4.0, 9.0])
def test_a_time_is_lognormal_with_a_few_stragglers(x: float, spread: float) -> None:
    usual, stray = NormalDist(0.0, spread), NormalDist(math.log(4.0), 0.7)
    expected = 0.97 * usual.cdf(math.log(x)) + 0.03 * stray.cdf(math.log(x))
    assert _ready(x, spread) == pytest.approx(expected)


def test_nothing_is_ready_before_it_was_asked_for() -> None:
    for x in (-1.0, 0.0):
        assert _ready(x, 0.5) == 0.0
    assert _ready(1.0, 0.5) > 0.4


@pytest.mark.parametrize("spread", SPREADS)
def test_no_other_next_moment_is_better(spread: float) -> None:
    """Each point's best is the best of all, by the costs that follow from the bests."""
    grid, best = _moments(spread)
    assert (len(grid), len(best)) == (POINTS + 1, POINTS + 1)
    assert grid[0] == 0.0
    assert grid[1] == pytest.approx(NEAR)
    assert grid[-1] == pytest.approx(FAR)
    ratios = {round(b / a, 9) for a, b in pairwise(grid[1:])}
    assert len(ratios) == 1
    ready = [_ready(x, spread) for x in grid]
    costs = [0.0] * len(grid)

    def cost(here: int, there: int) -> float:
        return grid[there] * (ready[there] - ready[here]) + costs[there]

    for here in reversed(range(POINTS)):
        least = min(cost(here, there) for there in range(here + 1, POINTS + 1))
        assert cost(here, best[here]) == least
        costs[here] = least + WORTH * (1 - ready[here])


def test_how_late_a_job_is_noticed_is_what_is_made_least() -> None:
    """Lateness itself, by a hundred thousand jobs: a shifted moment is no better."""
    chance = random.Random(5)  # noqa: S311  the same jobs each time
    jobs = [
        20.0 * math.exp(chance.gauss(math.log(4.0), 0.7) if stray else usual)
        for usual, stray in (
            (chance.gauss(0.0, 0.25), chance.random() < 0.03) for _ in range(100_000)
        )
    ]

    def cost(moments: list[float]) -> float:
        places = [min(bisect_left(moments, job), len(moments) - 1) for job in jobs]
        late = sum(moments[at] - job for at, job in zip(places, jobs, strict=True))
        return late + WORTH * 20.0 * sum(at + 1 for at in places)

    best = asked(Schedule(20.0, 0.25), 600.0)
    least = cost(best)
    for shift in (0.9, 0.95, 1.05, 1.1):
        assert cost([moment * shift for moment in best]) > least


def test_a_usual_job_is_asked_about_at_these_moments() -> None:
    moments = asked(Schedule(20.0, 0.25), 100.0)
    assert moments == pytest.approx(
        [15.683, 18.292, 20.061, 22.001, 23.398, 24.883, 26.463, 28.143, 29.929,
         31.829, 33.849, 35.998, 38.283, 41.986, 46.046, 52.078, 58.899, 64.595,
         70.843, 77.694, 85.208, 90.617, 96.369, 102.487],
        abs=0.001,
    )  # fmt: skip


def test_a_quick_job_is_not_asked_about_too_often() -> None:
    moments = asked(Schedule(0.1, 0.5), 3.0)
    assert moments == pytest.approx([CLOSEST, 1.0, 1.5, 2.0, 32.0])
    assert Schedule(2.0, 0.5).next(-1.0) == Schedule(2.0, 0.5).next(0.0)
    assert Schedule(2.0, 0.5).next(0.0) == pytest.approx(1.153, abs=0.001)


@pytest.mark.parametrize(
    ("typical", "known", "pause"), [(20.0, 321.0, 30.0), (200.0, 3_300.0, 200.0)]
)
def test_what_takes_for_ever_is_asked_about_rarely(
    typical: float, known: float, pause: float
) -> None:
    """After 16 medians: every 30 s, or every median if that is more."""
    assert Schedule(typical, 0.5).next(known) == pytest.approx(known + pause)


def test_the_last_point_of_the_grid_is_known_to_be_the_last() -> None:
    grid, best = _moments(0.5)
    assert best[-2] == POINTS
    assert Schedule(1.0, 0.5).next(grid[-1]) == pytest.approx(grid[-1] + FURTHEST)
    assert Schedule(1.0, 0.5).next(grid[-2]) == pytest.approx(grid[-2] + CLOSEST)
    assert Schedule(9.0, 0.5).next(9 * grid[-2] + 0.1) == pytest.approx(9 * grid[-1])


class TestLearning:
    """From times to a median and a spread."""

    def test_four_times_are_an_experience(self) -> None:
        assert learned([20.0] * 3) == Fixed()
        assert isinstance(learned([20.0] * 4), Schedule)
        assert learned([20.0, 20.0, 20.0, 0.0, -1.0]) == Fixed()

    def test_a_short_time_is_a_time(self) -> None:
        assert isinstance(learned([0.5] * 4), Schedule)

    @pytest.mark.parametrize("stray", [60.0, 61.0, 1_000.0])
    def test_three_medians_are_a_straggler(self, stray: float) -> None:
        found = learned([20.0, 20.0, 20.0, 20.0, 20.0, stray])
        assert found == Schedule(pytest.approx(20.0), 0.4)

    def test_less_is_none(self) -> None:
        found = learned([20.0, 20.0, 20.0, 20.0, 20.0, 59.0])
        assert isinstance(found, Schedule)
        assert found.typical == pytest.approx((20.0**5 * 59.0) ** (1 / 6))
        assert found.spread == 0.5

    @pytest.mark.parametrize("wide", [1.0, 2.0, 3.0, 4.0])
    @pytest.mark.parametrize("count", [4, 8, 40])
    def test_the_spread_is_that_of_the_logarithms_with_ten_usual_ones(
        self, wide: float, count: int
    ) -> None:
        """In steps of a twentieth."""
        times = [20.0 * math.exp(wide / 2 * (-1) ** n - wide) for n in range(count)]
        middle = (times[0] + times[1]) / 2
        known = [time for time in times if time < 3 * middle]
        logs = [math.log(time) for time in known]
        mean = sum(logs) / len(logs)
        square = sum((log - mean) ** 2 for log in logs) + 10 * 0.25
        spread = math.sqrt(square / (len(logs) - 1 + 10))
        found = learned(times)
        assert found == Schedule(
            pytest.approx(math.exp(mean)), pytest.approx(round(spread * 20) / 20)
        )

    def test_no_number_of_equal_times_makes_certain(self) -> None:
        assert learned([20.0] * 20_000) == Schedule(pytest.approx(20.0), 0.05)


def test_the_advice_ends_where_the_vendor_says() -> None:
    moments = (0.0, 29.9, 30.0, 119.9, 120.0, 5_000.0)
    pauses = [Fixed().next(at) - at for at in moments]
    assert pauses == pytest.approx([2.5, 2.5, 5.0, 5.0, 15.0, 15.0])
    assert Fixed(0.25).next(100.0) == 100.25


# --- experience --------------------------------------------------------------------


def note(book: Book, name: str) -> object:
    """Return what a book holds."""
    return book.change(name, lambda note: (note, note))


@pytest.mark.parametrize(
    "weighty",
    ["resolution", "image_resolution", "quality", "image_size", "rendering_speed"],
)
def test_a_series_is_named_by_what_makes_a_picture_slow(weighty: str) -> None:
    request = Request("kie", "m", "a coin", {weighty: "2K", "seed": 7}, {})
    assert series(request) == f"times kie m {weighty}=2K"


def test_the_last_forty_times_are_kept() -> None:
    book = Book()
    experience = Experience(book)
    for number in range(1, 51):
        experience.learn("x", float(number))
    assert note(book, "x") == [float(number) for number in range(11, 51)]


@pytest.mark.parametrize("odd", [0.0, -1.0, math.inf, math.nan])
def test_what_is_no_time_is_not_learned(odd: float) -> None:
    book = Book()
    Experience(book).learn("x", odd)
    assert note(book, "x") is None
    Experience(book).learn("x", 0.5)
    assert note(book, "x") == [0.5]


def test_what_was_learned_counts_at_once_and_what_others_learn_later() -> None:
    book = Book()
    experience, other = Experience(book), Experience(book)
    assert experience.asking("x") == Fixed()
    for _ in range(4):
        other.learn("x", 20.0)
    assert experience.asking("x") == Fixed()
    experience.learn("x", 20.0)
    found = experience.asking("x")
    assert isinstance(found, Schedule)
    assert experience.asking("x") is found


@pytest.mark.parametrize(
    ("held", "kept"),
    [
        ("times", []),
        (7, []),
        ([20, 0.5, "30", None, 0, -1.0, math.inf, math.nan, True], [20.0, 0.5, 1.0]),
    ],
)
def test_a_note_holds_times_or_nothing(held: object, kept: list[float]) -> None:
    book = Book()
    book.change("x", lambda _: (None, held))
    Experience(book).asking("x")
    assert note(book, "x") == kept


def test_the_times_of_another_build_are_read_once(tmp_path: Path) -> None:
    book = Book(tmp_path / "pace.db")
    for _ in range(4):
        Experience(book).learn("x", 20.0)
    assert Experience(book).asking("x") == learned([20.0] * 4)
    book.close()
