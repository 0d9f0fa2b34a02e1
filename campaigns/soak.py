"""This file is endurance: ten thousand pictures in one build, and what leaks.

    python campaigns/soak.py                     # 10,000 at 50 times the speed
    python campaigns/soak.py --assets 1000

The vendor keeps its own limits (20 createTask calls in 10 s, 10 questions a second),
and both sides live 50 times as fast. The build runs in a process of its own, which
counts its memory, descriptors and threads while it works and when it is done. Then the
same process builds once more, and so does the real command: nobody may be asked for
anything. Ends with 0 if all was well, 1 if not.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from trial import Trial

from assetgen.consent import Terms
from assetgen.events import Outcome
from assetgen.project import open_project
from assetgen.running import Options, build_project
from assetgen.testing.clock import FastClock
from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.events import Event
    from assetgen.testing.kie import Call

HEAD = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
providers: {kie: {timeout: 60m, concurrency: 60}}
assets:
"""
MIB = 1024 * 1024
WARM = 0.2  # the share of assets after which memory should stay what it is
# What may be left over: a few of Python's own, and of the processes that decode
# strangers' pictures, at most one per worker, two pipes and the thread that reads one.
DECODERS = (os.cpu_count() or 1) + 4
SPARE_DESCRIPTORS, SPARE_THREADS = 3 + 2 * DECODERS, 3 + DECODERS
MOST_SLOPE = 5.0  # MiB of memory per 1,000 pictures
MOST_JOURNAL = 3.0  # KiB per picture: six events, each with a proof, and the request
LEAST = 1000  # pictures, of which growth can be told from beginnings


@dataclass(frozen=True)
class Sample:
    """This process at a moment: MiB of memory, open descriptors, threads."""

    done: int
    memory: float
    descriptors: int
    threads: int

    @classmethod
    def now(cls, done: int) -> Sample:
        """Look."""
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        return cls(
            done,
            pages * os.sysconf("SC_PAGE_SIZE") / MIB,
            len(os.listdir("/proc/self/fd")),  # noqa: PTH208  counted, not used
            threading.active_count(),
        )


# --- the build's process ------------------------------------------------------------


def inside(folder: Path, speed: float) -> None:
    """Build twice in this process, and print what it saw as JSON."""
    done, samples, over = 0, [], threading.Event()

    def listener(event: Event) -> None:
        nonlocal done
        done += isinstance(event, Outcome)

    def watch() -> None:
        while not over.wait(1.0):
            samples.append(Sample.now(done))

    clock = FastClock(speed)
    watching = threading.Thread(target=watch)
    watching.start()
    before = Sample.now(0)
    began, cpu = time.monotonic(), time.process_time()
    options = Options(terms=Terms(yes=True))
    first = build_project(open_project(folder, clock=clock), options, listener)
    seconds, cpu = time.monotonic() - began, time.process_time() - cpu
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    again = build_project(open_project(folder, clock=clock), options, lambda _: None)
    over.set()
    watching.join()
    gc.collect()
    body = {
        "codes": [first.exit_code, again.exit_code],
        "submitted": [first.submitted, again.submitted],
        "seconds": seconds,
        "cpu": cpu,
        "peak": peak,
        "samples": [asdict(sample) for sample in samples],
        "before": asdict(before),
        "after": asdict(Sample.now(done)),
        "tasks": sum(isinstance(each, asyncio.Task) for each in gc.get_objects()),
        "trouble": [o.error for o in first.outcomes if o.error][:5],
    }
    print(json.dumps(body))


# --- what watches it ----------------------------------------------------------------


def latency(call: Call) -> float:
    """Return the seconds that a picture takes: from 8 to 40, by its number."""
    return 8 + int(call.prompt.split()[-1]) * 7919 % 320 / 10


def wrong(seen: dict[str, Any], made: Trial, assets: int) -> Iterator[str]:
    """Yield what should not have been."""
    account = made.server.account
    if seen["codes"] != [0, 0] or seen["submitted"] != [assets, 0]:
        yield f"codes {seen['codes']}, submitted {seen['submitted']}: {seen['trouble']}"
    if (len(account.tasks), account.duplicates) != (assets, ()):
        yield f"{len(account.tasks)} bought, {len(account.duplicates)} of them twice"
    yield from _leaks(seen, made, assets)
    published = len(list((made.project / "output").glob("*.png")))
    receipts = len(list((made.project / "originals").glob("*.json")))
    if (published, receipts) != (assets, assets):
        yield f"{published} published, {receipts} receipts"
    calls = len(account.calls)
    for words in (("build", "--yes"), ("check",), ("cache", "verify")):
        run = made.run(*words)
        if run.returncode:
            yield f"{' '.join(words)}: {run.returncode} {run.stderr[-300:]}"
    if len(account.calls) != calls:
        yield f"{len(account.calls) - calls} calls for nothing"


def _leaks(seen: dict[str, Any], made: Trial, assets: int) -> Iterator[str]:
    """Yield what grows or is left over."""
    before, after = Sample(**seen["before"]), Sample(**seen["after"])
    if after.descriptors > before.descriptors + SPARE_DESCRIPTORS:
        yield f"descriptors: {before.descriptors} before, {after.descriptors} after"
    if after.threads > before.threads + SPARE_THREADS:
        yield f"threads: {before.threads} before, {after.threads} after"
    if seen["tasks"]:
        yield f"{seen['tasks']} asyncio tasks are left"
    if assets >= LEAST and slope(seen, assets) > MOST_SLOPE:
        yield f"memory grows by {slope(seen, assets):.1f} MiB per 1,000 pictures"
    if assets >= LEAST and journal_size(made) * 1024 > MOST_JOURNAL * assets:
        yield f"the journal has {journal_size(made):.1f} MiB"


def slope(seen: dict[str, Any], assets: int) -> float:
    """Return by how many MiB memory grows per 1,000 pictures, once it is warm."""
    warm = [s for s in seen["samples"] if assets * WARM < s["done"] < assets]
    if len(warm) < 3:  # noqa: PLR2004  a line through two points says nothing
        return 0.0
    done = [sample["done"] for sample in warm]
    return 1000 * linear_regression(done, [s["memory"] for s in warm]).slope


def journal_size(made: Trial) -> float:
    """Return the MiB of the journal and its log."""
    return sum(p.stat().st_size for p in made.home.glob("journal.db*")) / MIB


def soak(assets: int, speed: float) -> int:
    """Run the campaign, say what happened, and return the exit code."""
    with (
        TemporaryDirectory(prefix="campaign-") as name,
        KieServer(
            {"test-key": 100 * assets}, speed=speed, latency=latency, scale=0.06
        ) as server,
    ):
        made = Trial(Path(name).resolve(), server)
        made.project.mkdir()
        lines = [f"  a{n:05}: {{prompt: picture {n}}}\n" for n in range(assets)]
        (made.project / "assets.yaml").write_text(HEAD + "".join(lines))
        surroundings = made.environment
        del surroundings["KIE_POLL_INTERVAL"]  # it has to learn when to ask
        run = subprocess.run(
            [sys.executable, __file__, "--inside", str(made.project), str(speed)],
            env=surroundings,
            stdout=subprocess.PIPE,
            check=False,
        )
        if run.returncode:
            print(f"the build's process ended with {run.returncode}")
            return 1
        seen = json.loads(run.stdout)
        troubles = list(wrong(seen, made, assets))
        _tell(seen, made, assets, speed)
    for trouble in troubles:
        print(f"    WRONG: {trouble}")
    return 1 if troubles else 0


def _tell(seen: dict[str, Any], made: Trial, assets: int, speed: float) -> None:
    account = made.server.account
    most = {
        name: max(sample[name] for sample in seen["samples"])
        for name in ("descriptors", "threads")
    }
    print(
        f"{assets} pictures at {speed:g} times the speed: {seen['seconds']:.0f} s "
        f"({assets / seen['seconds']:.1f} a second), {seen['cpu']:.0f} s CPU "
        f"({1000 * seen['cpu'] / assets:.1f} ms a picture)"
    )
    after = Sample(**seen["after"])
    print(
        f"peak memory {seen['peak']:.0f} MiB, growing by {slope(seen, assets):.2f} MiB "
        f"per 1,000, {after.memory:.0f} MiB at the end"
    )
    print(
        f"at most {most['descriptors']} descriptors and {most['threads']} threads, "
        f"{after.descriptors} and {after.threads} at the end; "
        f"journal {journal_size(made):.1f} MiB"
    )
    print(
        f"vendor: {len(account.creates)} createTask calls, {len(account.polls)} "
        f"questions, {account.limited()} refused as too many, "
        f"{len(account.duplicates)} bought twice"
    )


def main() -> int:
    """Read the command line and soak."""
    parser = argparse.ArgumentParser(description="Ten thousand pictures, and leaks.")
    parser.add_argument("--assets", type=int, default=10_000)
    parser.add_argument("--speed", type=float, default=50.0, help="of both sides")
    parser.add_argument("--inside", nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        inside(Path(options.inside[0]), float(options.inside[1]))
        return 0
    return soak(options.assets, options.speed)


if __name__ == "__main__":
    sys.exit(main())
