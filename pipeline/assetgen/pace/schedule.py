"""This file is when to ask whether a picture is ready: from what was, to the next time.

Pure. A question costs something and so does a picture that lies ready unnoticed. The
times that a model took so far are read as a lognormal distribution with a few
stragglers; for that, the best moments to ask are computed once, backwards from the
end (dynamic programming over a grid in units of the median): rarely before it can be
ready, often around it, ever more rarely for a straggler.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from statistics import median
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

# kie.ai's own advice (docs.kie.ai, Getting Started): every 2-3 s for the first 30 s,
# 5-10 s after that, 15-30 s after two minutes.
ADVICE = ((30.0, 2.5), (120.0, 5.0), (math.inf, 15.0))

LEAST = 4  # times that make an experience
# A question is worth this much lateness, as a share of the median time. It buys about
# six questions per picture where times spread as in `bench/polling.py`.
WORTH = 0.014
# Before anything is known, times spread by this (sigma of their logarithm) with the
# weight of so many pictures; so do image models that we know of.
SPREAD, WEIGHT = 0.5, 10
# Stragglers: their share, their median in medians, and the spread of their logarithm.
SHARE, SLOWER, VAGUE = 0.03, 4.0, 0.7
# What took this many medians is a straggler and says nothing about the others.
STRAGGLES = 3.0
# The grid, in medians, and its number of points.
NEAR, FAR, POINTS = 0.12, 16.0, 160
# Two questions about one job are never closer, and in the end no further, in seconds.
CLOSEST, FURTHEST = 0.5, 30.0


class Asking(Protocol):
    """When to ask about a job."""

    def next(self, known: float) -> float:
        """Return when to ask next about a job that was not ready at `known`.

        Both in seconds since it was submitted.
        """


@dataclass(frozen=True, slots=True)
class Fixed:
    """The user's own interval, or the vendor's advice where there is none."""

    interval: float | None = None

    def next(self, known: float) -> float:
        """Return `known` and one interval."""
        pause = self.interval or next(pause for until, pause in ADVICE if known < until)
        return known + pause


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a model's times so far say about the next.

    Attributes:
        typical: Their median in seconds, stragglers aside.
        spread: The standard deviation of their logarithms.
    """

    typical: float
    spread: float

    def next(self, known: float) -> float:
        """Return the best moment to ask next; see `Asking`."""
        grid, best = _moments(self.spread)
        at = max(bisect_right(grid, known / self.typical) - 1, 0)
        further = known + max(FURTHEST, self.typical)
        wish = grid[best[at]] * self.typical if at < len(grid) - 1 else further
        return min(max(wish, known + CLOSEST), further)


def learned(times: Sequence[float]) -> Asking:
    """Return when to ask by the times, in seconds, that a model took so far."""
    known = [time for time in times if time > 0]
    if len(known) < LEAST:
        return Fixed()
    middle = median(known)
    logs = [math.log(time) for time in known if time < STRAGGLES * middle]
    mean = sum(logs) / len(logs)
    square = sum((log - mean) ** 2 for log in logs) + WEIGHT * SPREAD**2
    spread = math.sqrt(square / (len(logs) - 1 + WEIGHT))
    # Rounded, so that the moments of a few spreads serve for everything.
    return Schedule(math.exp(mean), max(round(spread * 20) / 20, 0.05))


@lru_cache(maxsize=64)
def _moments(spread: float) -> tuple[tuple[float, ...], tuple[int, ...]]:
    """Return the grid in medians, and for each point the best next one to ask at.

    The cost that is least: when the question is asked that finds it, plus what the
    questions are worth. Costs are weighed by the chance that a job is still out at all.
    (Lateness would be less by the job's own time, which no question changes.)
    """
    ratio = (FAR / NEAR) ** (1 / (POINTS - 1))
    grid = (0.0, *(NEAR * ratio**step for step in range(POINTS)))
    ready = [_ready(x, spread) for x in grid]
    costs = [0.0] * len(grid)
    best = [len(grid) - 1] * len(grid)
    for here in reversed(range(len(grid) - 1)):
        least = math.inf
        for there in range(here + 1, len(grid)):
            found = grid[there] * (ready[there] - ready[here])
            if found > least:
                break
            if (cost := found + costs[there]) < least:
                least, best[here] = cost, there
        costs[here] = least + WORTH * (1 - ready[here])
    return grid, tuple(best)


def _ready(x: float, spread: float) -> float:
    """Return the chance that a job takes at most `x` medians."""
    if x <= 0:
        return 0.0
    log = math.log(x)
    stray = _normal((log - math.log(SLOWER)) / VAGUE)
    return (1 - SHARE) * _normal(log / spread) + SHARE * stray


def _normal(z: float) -> float:
    return math.erfc(-z / math.sqrt(2)) / 2
