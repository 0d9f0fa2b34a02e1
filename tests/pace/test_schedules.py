"""When to ask follows from how long it took, and never runs away."""

from __future__ import annotations

import itertools
import math
import random
from statistics import mean
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetgen.pace import Book, Experience, Fixed, Schedule
from assetgen.pace.experience import KEPT, series
from assetgen.pace.schedule import ADVICE, CLOSEST, FURTHEST, learned
from assetgen.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.pace.schedule import Asking

MEDIAN = 20.0


def times(seed: int, count: int) -> list[float]:
    """Return lognormal times with 3 % stragglers at five times as long."""
    chance = random.Random(seed)  # noqa: S311  the same each time
    return [
        MEDIAN * math.exp(chance.gauss(0, 0.5)) * (5 if chance.random() < 0.03 else 1)
        for _ in range(count)
    ]


def asked(asking: Asking, takes: float) -> tuple[float, int]:
    """Return how late one job is noticed, and after how many questions."""
    at, polls = 0.0, 0
    while at < takes:
        at, polls = asking.next(at), polls + 1
    return at - takes, polls


def test_twenty_jobs_teach_when_to_ask() -> None:
    """At most 8.5 % of the median late on the average, with at most 6.5 questions."""
    seen = [
        asked(learned(times(seed, 20)), takes)
        for seed in range(60)
        for takes in times(1000 + seed, 50)
    ]
    assert mean(late for late, _ in seen) <= 0.085 * MEDIAN
    assert mean(polls for _, polls in seen) <= 6.5


def test_it_beats_the_vendor_s_advice_on_both() -> None:
    jobs = times(5, 500)
    ours, advice = (
        [asked(way, takes) for takes in jobs]
        for way in (learned(times(1, 20)), Fixed())
    )
    assert mean(p for _, p in ours) < mean(p for _, p in advice)


history = st.lists(st.floats(1e-3, 1e5), max_size=KEPT)


@given(history, st.floats(0, 1e6))
def test_it_always_ends_and_never_hurries(known: list[float], at: float) -> None:
    """Whatever was learned: the next question is later, but not for ever."""
    asking = learned(known)
    pause = asking.next(at) - at
    assert math.isfinite(pause)
    if at > 0:
        assert pause >= CLOSEST * 0.999
        typical = asking.typical if isinstance(asking, Schedule) else 0.0
        assert pause <= max(FURTHEST, typical) * 1.001


def test_it_asks_often_around_the_time_and_rarely_before_and_after() -> None:
    moments = [0.0]
    while moments[-1] < 300:
        moments.append(learned(times(2, 40)).next(moments[-1]))
    gaps = {b: b - a for a, b in itertools.pairwise(moments)}
    assert moments[1] > 0.3 * MEDIAN
    around = [gap for at, gap in gaps.items() if 12 < at < 30]
    assert max(around) < 6
    assert [gap for at, gap in gaps.items() if at > 200] > [2 * max(around)]


def test_stragglers_teach_nothing_about_the_others() -> None:
    usual = [18.0, 19.0, 20.0, 21.0, 22.0] * 4
    plain, strayed = learned(usual), learned([*usual, 400.0, 900.0])
    assert isinstance(plain, Schedule)
    assert isinstance(strayed, Schedule)
    assert strayed.typical == pytest.approx(plain.typical, rel=0.05)


@pytest.mark.parametrize("count", range(4))
def test_who_knows_little_takes_the_vendor_s_advice(count: int) -> None:
    assert learned([20.0] * count) == Fixed()


def test_the_advice_and_the_user_s_own_interval() -> None:
    assert [Fixed().next(at) - at for at in (0.0, 29.9, 30.0, 119.0, 500.0)] == (
        pytest.approx([2.5, 2.5, 5.0, 5.0, 15.0])
    )
    assert [pause for _, pause in ADVICE] == [2.5, 5.0, 15.0]
    assert Fixed(7.0).next(100.0) == 107.0


def test_what_was_learned_is_there_for_the_next_build(tmp_path: Path) -> None:
    book = Book(tmp_path / "pace.db")
    experience = Experience(book)
    for seconds in (*times(1, 100), math.nan, -1.0, math.inf):
        experience.learn("times x", seconds)
    before = experience.asking("times x")
    book.close()
    book = Book(tmp_path / "pace.db")
    assert Experience(book).asking("times x") == before
    assert Experience(book).asking("times y") == Fixed()
    assert len(book.change("times x", lambda note: (note, note))) == KEPT  # type: ignore[arg-type]
    book.close()


def test_models_and_resolutions_are_learned_apart() -> None:
    inputs = ({}, {"resolution": "1K"}, {"resolution": "2K"}, {"quality": "high"})
    names = {
        series(Request("kie", model, "a coin", {**more, "aspect_ratio": "1:1"}, {}))
        for model in ("a", "b")
        for more in inputs
    }
    assert len(names) == 8
    again = series(Request("kie", "a", "a star", {"aspect_ratio": "16:9"}, {}))
    assert again in names
