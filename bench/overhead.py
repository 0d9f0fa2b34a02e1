"""This file is what waiting costs: whole builds against the ideal, over real sockets.

A vendor on this machine makes pictures in lognormal times (median 20 s, stragglers at
5 times that), under its rate limits, in seconds that pass faster than real ones; the
build has the same clock. The ideal is the largest of: the create limit, the longest
job, jobs x generation time / concurrency, and CPU work / cores.

    python bench/overhead.py               # 100 jobs, and 1,000 in flight for CPU
    python bench/overhead.py --quick       # 40 jobs
    python bench/overhead.py --jobs 200 --concurrency 10 --speed 5
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from measure import verdict
from overhead_vendor import generation

from assetgen.build import Limits
from assetgen.consent import Terms
from assetgen.project import open_project
from assetgen.providers.kie import Kie
from assetgen.running import Options, build_project
from assetgen.testing.clock import FastClock

if TYPE_CHECKING:
    from collections.abc import Iterator

VENDOR = Path(__file__).with_name("overhead_vendor.py")
MEDIAN = 20.0
CREATES, WINDOW, POLLS = 20, 10.0, 10


@dataclass(frozen=True)
class Case:
    """One build: how many jobs, how many at once, how fast time passes, which luck."""

    jobs: int
    concurrency: int
    speed: float
    seed: int = 1
    creates: int = CREATES
    polls: int = POLLS


@dataclass(frozen=True)
class Seen:
    """What a build came to, in virtual seconds, and in CPU seconds of this process.

    Attributes:
        free: CPU seconds of building the same once more without its output: planning,
            reading the bought pictures, making and publishing every file.
    """

    seconds: float
    cpu: float
    free: float
    vendor: dict[str, Any]


@contextmanager
def vendor(case: Case) -> Iterator[subprocess.Popen[str]]:
    """Run the vendor, aim this process at it, and take it away again."""
    numbers = (case.speed, case.seed, MEDIAN, case.creates, case.polls)
    command = [sys.executable, str(VENDOR), *map(str, numbers)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None  # noqa: S101  a pipe was asked for
        os.environ.update(json.loads(child.stdout.readline()))
        try:
            yield child
        finally:
            child.kill()


def built(case: Case) -> Seen:
    """Build a new project at a new vendor and return what happened."""
    with tempfile.TemporaryDirectory() as room, vendor(case) as child:
        os.environ["ASSETGEN_HOME"] = f"{room}/home"
        root = Path(room) / "project"
        root.mkdir()
        (root / "assets.yaml").write_text(_manifest(case))
        clock = FastClock(case.speed)
        project = open_project(root, clock=clock)
        options = Options(terms=Terms(yes=True), limits=Limits())
        started, cpu = clock.monotonic(), time.process_time()
        report = build_project(project, options, lambda _: None)
        seconds, cpu = clock.monotonic() - started, time.process_time() - cpu
        if report.exit_code:
            sys.exit(f"the build ended with {report.exit_code}: {report.outcomes[:2]}")
        print(file=child.stdin, flush=True)
        assert child.stdout is not None  # noqa: S101  as above
        vendor_saw = json.loads(child.stdout.readline())
        return Seen(seconds, cpu, _free(root, clock, options), vendor_saw)


def _free(root: Path, clock: FastClock, options: Options) -> float:
    """Return the CPU seconds of publishing everything again, with nothing to buy."""
    shutil.rmtree(root / "output")
    project = open_project(root, clock=clock)
    cpu = time.process_time()
    report = build_project(project, options, lambda _: None)
    if report.exit_code or report.submitted:
        sys.exit(f"the second build ended with {report.exit_code}")
    return time.process_time() - cpu


def _manifest(case: Case) -> str:
    lines = [
        "version: 1",
        f"providers: {{kie: {{concurrency: {case.concurrency}, timeout: 60m}}}}",
        "defaults: {provider: kie, model: nano-banana-pro}",
        "assets:",
        *(
            f"  a{number:04}: {{prompt: picture number {number}}}"
            for number in range(case.jobs)
        ),
    ]
    return "\n".join(lines) + "\n"


def ideal(case: Case, cpu: float) -> dict[str, float]:
    """Return every bound on a build's virtual seconds; the largest is the ideal."""
    times = [generation(case.seed * 100_000 + n, MEDIAN) for n in range(case.jobs)]
    return {
        "create limit": (case.jobs - 1) // case.creates * WINDOW,
        "longest job": max(times),
        "jobs x time / concurrency": sum(times) / case.concurrency,
        "CPU / cores": cpu * case.speed / (os.cpu_count() or 1),
    }


def scheduled(case: Case) -> float:
    """Return when the last job ends if each is created the moment it is allowed.

    No build can be faster: jobs start in the manifest's order, under the limit and the
    concurrency, and nobody is asked anything.
    """
    ends: list[float] = []
    starts: list[float] = []
    for number in range(case.jobs):
        start = starts[-case.creates] + WINDOW if number >= case.creates else 0.0
        if number >= case.concurrency:
            start = max(start, sorted(ends)[-case.concurrency])
        starts.append(start)
        ends.append(start + generation(case.seed * 100_000 + number, MEDIAN))
    return max(ends)


def report(case: Case, seen: Seen) -> None:
    """Print how far a build is from the ideal, and where the time went."""
    bounds = ideal(case, seen.cpu)
    name, least = max(bounds.items(), key=lambda pair: pair[1])
    tasks = seen.vendor["tasks"]
    late = [fetched - ends for _, ends, fetched in tasks if fetched is not None]
    print(f"{case.jobs} jobs, {case.concurrency} at once, time x {case.speed:g}:")
    print(f"  build {seen.seconds:.1f} s, ideal {least:.1f} s ({name})")
    verdict("build / ideal", seen.seconds / least, 1.1)
    print(f"  build / best schedule: {seen.seconds / scheduled(case):.2f} x")
    lateness = f"{mean(late):.2f} s, worst {max(late):.2f} s"
    print(f"  lateness: mean {lateness} ({mean(late) / MEDIAN:.1%} of the median)")
    print(f"  polls per job: {seen.vendor['polls'] / case.jobs:.1f}")
    rate = fullest(seen.vendor["creates"], case)
    if rate is not None:
        print(f"  creates: {rate:.1%} of the allowed rate (target 95%)")
    refused = seen.vendor["limited"] / (case.jobs + seen.vendor["polls"])
    print(f"  refused as too fast: {refused:.2%} of all calls (target < 1%)")


def fullest(creates: list[float], case: Case) -> float | None:
    """Return how much of the create limit was used while it was the bound."""
    if case.jobs <= 2 * case.creates or case.concurrency < case.jobs:
        return None
    whole = len(creates) // case.creates - 1
    span = creates[whole * case.creates] - creates[0]
    return whole * WINDOW / span


def overhead(jobs: int, speed: float) -> None:
    """Print the CPU time of this process per job, planning and publishing apart."""
    Kie.create_limit, Kie.poll_limit = (20, 20 * WINDOW / jobs), (10, 0.01)
    case = Case(jobs, jobs, speed, creates=jobs, polls=1000)
    seen = built(case)
    polls = seen.vendor["polls"] / jobs
    print(f"{jobs} jobs in flight: {polls:.1f} polls per job")
    print(f"  CPU per job, everything: {seen.cpu / jobs * 1000:.2f} ms")
    each = (seen.cpu - seen.free) / jobs * 1000
    verdict("CPU per job, planning and publishing aside", each, 10, "ms")


def main() -> None:
    """Parse the options, run the builds, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="40 jobs")
    parser.add_argument("--jobs", type=int, default=100)
    parser.add_argument("--concurrency", type=int)
    parser.add_argument("--speed", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--flight", type=int, default=1000, help="0 leaves it out")
    options = parser.parse_args()
    jobs = 40 if options.quick else options.jobs
    for concurrency in [options.concurrency] if options.concurrency else [jobs, 10]:
        case = Case(jobs, concurrency, options.speed, options.seed)
        report(case, built(case))
    if options.flight:
        overhead(100 if options.quick else options.flight, options.speed)


if __name__ == "__main__":
    main()
