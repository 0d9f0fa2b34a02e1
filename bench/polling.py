"""This file is what asking costs: how late we notice, after how many questions.

In virtual seconds and always with the same luck. Jobs take lognormal times (median
20 s, sigma 0.5, 3 % stragglers at 5 times that). First each way of asking is held
against jobs that are asked about alone; the learned one knows 20 jobs, and another 20
each time. Then a whole build of 100 jobs asks through the code that a build uses, with
the create limit and the poll limit that it keeps.

    python bench/polling.py            # both
    python bench/polling.py --quick    # fewer jobs
    python bench/polling.py --sigma 0.3
"""

from __future__ import annotations

import argparse
import asyncio
import random
from decimal import Decimal
from statistics import mean
from typing import TYPE_CHECKING

from measure import verdict
from overhead_vendor import SIGMA, generation

from assetgen.asking import Asker, Patience
from assetgen.doorbell import Bell
from assetgen.pace import Book, Fixed, Limit, Window
from assetgen.pace.experience import series
from assetgen.pace.schedule import learned
from assetgen.providers.base import Pending, Provider, Ready
from assetgen.request import Request
from assetgen.submitting import Order
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assetgen.pace.schedule import Asking

MEDIAN = 20.0
KNOWN = 20  # jobs of experience
ANSWER = 0.3  # seconds until the vendor has answered a question
REQUEST = Request("bench", "one", "", {}, {})


class Backoff:
    """Every 5 s, half as long again each time, up to 30 s: the usual script."""

    def next(self, known: float) -> float:
        """Return when to ask next after asking in vain."""
        at, pause = 5.0, 5.0
        while at <= known + 1e-9:
            pause = min(pause * 1.5, 30.0)
            at += pause
        return at


def times(seed: int, count: int, sigma: float = SIGMA) -> list[float]:
    """Return how long so many jobs take."""
    return [generation(seed * 100_000 + n, MEDIAN, sigma) for n in range(count)]


def asked(asking: Asking | Backoff, takes: float) -> tuple[float, int]:
    """Return how late one job is noticed, and after how many questions."""
    at, polls = 0.0, 0
    while at < takes:
        at = asking.next(at)
        polls += 1
    return at - takes, polls


def alone(name: str, way: Callable[[int], Asking | Backoff], sigma: float, n: int):  # noqa: ANN201  two numbers
    """Print and return lateness and questions of one way, each job for itself."""
    seen = [
        asked(asking, takes)
        for seed in range(n)
        for asking in [way(seed)]
        for takes in times(10_000 + seed, 100, sigma)
    ]
    late, polls = mean(s[0] for s in seen) / MEDIAN, mean(s[1] for s in seen)
    worst = max(s[0] for s in seen)
    print(f"  {name:28} {late:6.1%}  {worst:5.1f} s  {polls:5.2f}")
    return late, polls


class Bench(Provider):
    """A vendor in this process whose jobs take the time that they are told to."""

    name = "bench"
    poll_limit = (8, 1.0)

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__({}, clock)
        self.ends: dict[str, float] = {}
        self.asked: list[float] = []
        self.noticed: dict[str, float] = {}

    def models(self):  # noqa: ANN201, D102  nothing is bought here
        return {}

    async def submit(self, request, sending):  # noqa: ANN001, ANN201, D102  as above
        raise NotImplementedError

    async def poll(self, job: str) -> Pending | Ready:
        """Answer after a moment, with what was so when it was asked."""
        self.asked.append(self.clock.monotonic())
        over = self.clock.monotonic() - self.ends[job]
        await self.clock.sleep(ANSWER)
        if over < 0:
            return Pending()
        self.noticed[job] = self.clock.monotonic()
        return Ready("memory:", None, None)


async def build(clock: VirtualClock, takes: list[float], book: Book) -> Bench:
    """Ask about jobs as a build does: created under the limit, asked all at once."""
    vendor = Bench(clock)
    creates = Window(Limit(20, 10.2), clock)
    asker = Asker(
        vendor,
        Patience(),
        book=book,
        clock=clock,
        listener=lambda _: None,
        stop=lambda _: None,
    )

    async def one(number: int, seconds: float) -> None:
        async with creates.call():
            job = f"job {number}"
            vendor.ends[job] = clock.monotonic() + seconds
        order = Order("asset", REQUEST, Decimal(0))
        await asker.outcome(order, job, Bell(), 0.0)

    await asyncio.gather(*(one(*each) for each in enumerate(takes)))
    return vendor


def fullest(moments: list[float]) -> int:
    """Return the most questions in any one second."""
    ends = sorted(moments)
    return max(
        sum(start <= t < start + 1 for t in ends[at : at + 50])
        for at, start in enumerate(ends)
    )


def together(jobs: int, sigma: float, known: int) -> None:
    """Print how a whole build asks."""
    book = Book()
    if known:
        book.change(series(REQUEST), lambda _: (None, times(7, known, sigma)))
    takes = times(3, jobs, sigma)
    clock = VirtualClock()
    vendor = asyncio.run(_in(clock, takes, book))
    late = [vendor.noticed[job] - end for job, end in vendor.ends.items()]
    print(f"{jobs} jobs in one build, {known} known before:")
    print(f"  late: mean {mean(late):.2f} s, worst {max(late):.1f} s")
    print(
        f"  ({mean(late) / MEDIAN:.1%} of the median, the answer's own time included)"
    )
    print(f"  questions per job: {len(vendor.asked) / jobs:.2f}")
    verdict("questions in the fullest second", fullest(vendor.asked), 10, "")


async def _in(clock: VirtualClock, takes: list[float], book: Book) -> Bench:
    return await clock.run(build(clock, takes, book))


def ways(sigma: float) -> Iterator[tuple[str, Callable[[int], Asking | Backoff]]]:
    """Yield every way of asking by its name."""
    yield "5 s x 1.5 up to 30 s", lambda _: Backoff()
    yield "every 3 s", lambda _: Fixed(3.0)
    yield "the vendor's advice", lambda _: Fixed()
    yield f"learned from {KNOWN}", lambda seed: learned(times(seed, KNOWN, sigma))


def main() -> None:
    """Parse the options, run, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--sigma", type=float, default=SIGMA)
    options = parser.parse_args()
    rounds = 30 if options.quick else 300
    print(f"jobs alone, sigma {options.sigma:g}:  late, worst, questions")
    for name, way in ways(options.sigma):
        late, polls = alone(name, way, options.sigma, rounds)
    verdict("late, of the median", late * 100, 8.5, "%")
    verdict("questions per job", polls, 6.5, "")
    random.seed(1)
    for known in (0, KNOWN):
        together(40 if options.quick else 100, options.sigma, known)


if __name__ == "__main__":
    main()
