"""This file kills a build before its N-th system call, everywhere, and counts the bill.

    python campaigns/crash.py                      # every point, or 400 of them
    python campaigns/crash.py --sample 60 --seed 7

One build is recorded under strace; each call from its first look at the manifest on is
a point. At each point a new build of a new project dies as by `kill -9`, and builds are
run until everything is done. However it died, the vendor must have been asked for each
picture once. Ends with 0 if so, 1 if not, 2 without strace.

strace counts calls per thread and kind, so a point is "the first thread to reach its
K-th call of that kind". Its log says where that was.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from typing import TYPE_CHECKING

import syscalls
from trial import CALLS, KILLED, Trial, need, trial

from assetgen.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path

MOST = 400
TRIES = 3


@dataclass(frozen=True, order=True)
class Point:
    """Before the `nth` call of a kind by any one thread."""

    call: str
    nth: int

    def __str__(self) -> str:
        return f"{self.call}@{self.nth}"


@dataclass(frozen=True)
class Death:
    """One build that was killed at a point, and what was wrong afterwards.

    Attributes:
        where: What the call was about to touch; "" if the kill did not happen.
        unsure: The next build had to ask a person.
    """

    point: Point
    where: str = ""
    unsure: bool = False
    troubles: tuple[str, ...] = ()


def points() -> list[Point]:
    """Return every point of one build, from a build that is only watched."""
    with trial() as made:
        log = made.folder / "count.log"
        run = made.build(_strace(log, f"trace={','.join(CALLS)}"))
        if run.returncode:
            sys.exit(f"the build to count from failed: {run.stderr}")
        calls = syscalls.read(log)
        mine = syscalls.ours(calls, made.project / "assets.yaml")
        began = mine[0].began
        started = {(call.name, call.nth) for call in calls if call.began < began}
        found = {
            Point(call.name, call.nth)
            for call in mine
            # Another thread would be killed long before; and of what is opened,
            # Python's own modules are no news.
            if (call.name, call.nth) not in started
            and (call.name != "openat" or _paths(made, call.text))
        }
    return sorted(found)


def die(point: Point) -> Death:
    """Kill one build at a point, and settle what it left.

    A build that polled less often than the one that was counted may never get there:
    then another one is tried.
    """
    for _ in range(TRIES):
        with trial() as made:
            log = made.folder / "kill.log"
            inject = f"inject={point.call}:signal=KILL:when={point.nth}"
            run = made.build(_strace(log, f"trace={point.call}", inject))
            if run.returncode == KILLED:
                return _settled(point, made, _where(made, log))
            if run.returncode:
                trouble = f"not killed, and ended with {run.returncode}: {run.stderr}"
                return Death(point, troubles=(trouble,))
    return Death(point)


def _settled(point: Point, made: Trial, where: str) -> Death:
    """Return what was wrong after a death, having built to the end."""
    accepted = [made.server.account.accepted(f"a {name}") for name in ("coin", "star")]
    troubles = [f"bought {accepted} before the kill"] if max(accepted) > 1 else []
    troubles += made.aftermath()
    settled = (made.home / "journal.db").exists() and _was_unsure(made)
    return Death(point, where, settled, tuple(troubles))


def _was_unsure(made: Trial) -> bool:
    with Journal.open(made.home / "journal.db", reading=True) as journal:
        return any(intent.decision for intent in journal.intents())


def _where(made: Trial, log: Path) -> str:
    """Return what the last call of a log was about, without what is random in it."""
    last = [call for call in syscalls.read(log) if not call.ended]
    text = last[-1].text if last else ""
    plain = " → ".join(_paths(made, text)) or ("TCP" if "TCP" in text else "a pipe")
    return re.sub(r"[0-9a-f]{8,}|[0-9a-f]{2}(?=/)", "*", plain)


def _paths(made: Trial, text: str) -> list[str]:
    """Return the files of a trial that a call names, from its folder on."""
    named = re.sub(r"AT_FDCWD<[^>]*>", "", text)
    return re.findall(re.escape(str(made.folder)) + r"([^\">]*)", named)


def _strace(log: Path, *expressions: str) -> list[str]:
    """Return strace as a prefix; never with --seccomp-bpf, which drops the signal."""
    chosen = [word for each in expressions for word in ("-e", each)]
    return ["strace", "-f", "-qq", "-yy", "-o", str(log), *chosen]


def main() -> int:
    """Run the campaign, say what happened, and return the exit code."""
    parser = argparse.ArgumentParser(description="Kill builds before each system call.")
    parser.add_argument("--sample", type=int, default=MOST, help="points at most")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    parser.add_argument("--at", help="one point, as it is printed: fsync@3")
    options = parser.parse_args()
    need("strace")
    every = points()
    print(f"{len(every)} points: {dict(Counter(point.call for point in every))}")
    chosen = every
    if options.at:
        call, _, nth = options.at.partition("@")
        chosen = [Point(call, int(nth))]
    elif len(every) > options.sample:
        chosen = syscalls.sample(every, options.sample, options.seed)
        print(f"{len(chosen)} of them, by seed {options.seed}")
    began = time.monotonic()
    deaths = []
    with ThreadPoolExecutor(2) as pool:
        for work in as_completed([pool.submit(die, point) for point in chosen]):
            deaths.append(work.result())
            _say(deaths[-1])
    return _verdict(deaths, time.monotonic() - began)


def _say(death: Death) -> None:
    """Print one line a death, and what was wrong."""
    state = "never got there" if not death.where else "a person" if death.unsure else ""
    print(f"{death.point!s:14} {state:16} {death.where}", flush=True)
    for trouble in death.troubles:
        print(f"    WRONG: {trouble}", flush=True)


def _verdict(deaths: list[Death], seconds: float) -> int:
    killed = [death for death in deaths if death.where]
    wrong = [death for death in deaths if death.troubles]
    print(
        f"{len(killed)} kills in {len({d.where for d in killed})} places, "
        f"{sum(d.unsure for d in killed)} had to be settled by a person, "
        f"{len(deaths) - len(killed)} never got there, {len(wrong)} went wrong "
        f"({seconds:.0f} s)"
    )
    # A campaign that hardly kills proves nothing.
    return 1 if wrong or len(killed) < 0.9 * len(deaths) else 0


if __name__ == "__main__":
    sys.exit(main())
