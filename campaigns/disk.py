"""This file lets the disk fail under a build, in every place, and counts the bill.

    python campaigns/disk.py
    python campaigns/disk.py --sample 20 --seed 7

Three kinds of failure: each sync in turn is refused with EIO; each write of the
journal's log in turn finds no space; the whole disk (a tmpfs of its own, which needs
user namespaces) becomes full while pictures are bought, and grows afterwards. In every
case nothing may be bought after the journal failed, nothing paid may be lost, and the
next build must go on from there.

Ends with 0 if so, 1 if not, 2 without strace.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import syscalls
from order import CREATE
from trial import NAMES, UNSURE, Trial, need, trial

if TYPE_CHECKING:
    from pathlib import Path

# KiB that are left on a disk once the first purchase is planned: before, a build looks
# for room itself and buys nothing without. The disk of 0 is small from the beginning.
LEFT = (0, 4, 16, 32, 64, 96, 128, 192, 256, 512)
SMALL, ENOUGH, ROOMY = "8m", "48m", "remount,size=128m"


@dataclass(frozen=True)
class Fault:
    """One refusal: the `nth` call of a kind by any one thread fails so."""

    call: str
    error: str
    nth: int

    def __str__(self) -> str:
        return f"{self.call}@{self.nth}={self.error}"


def faults() -> list[Fault]:
    """Return every fault to try, counted from a build that is only watched."""
    with trial() as made:
        log = made.folder / "count.log"
        made.build(_strace(log, "trace=fsync,fdatasync,pwrite64"))
        calls = syscalls.read(log)
    found = [Fault(c.name, "EIO", c.nth) for c in calls if c.name != "pwrite64"]
    # With the path given, strace counts the calls on that file only.
    wal = [c for c in calls if c.name == "pwrite64" and "journal.db-wal" in c.text]
    found += [Fault("pwrite64", "ENOSPC", nth) for nth in range(1, len(wal) + 1)]
    return sorted(set(found), key=str)


def fail(fault: Fault) -> tuple[str, list[str]]:
    """Build once with a fault, then without; return what happened and what is wrong."""
    with trial() as made:
        log = made.folder / "fault.log"
        kinds = "fsync,fdatasync,pwrite64,sendto"
        inject = f"inject={fault.call}:error={fault.error}:when={fault.nth}"
        under = _strace(log, f"trace={kinds}", inject)
        if fault.call == "pwrite64":
            under += ["-P", str(made.home / "journal.db-wal")]
        run = made.build(under)
        calls = syscalls.read(log)
        hit = [call for call in calls if "(INJECTED)" in call.text]
        where = "nowhere" if not hit else "journal" if _is_journal(hit[0]) else "file"
        troubles = list(_after_fault(made, calls, hit))
        if "Traceback" in run.stderr or run.returncode == 70:  # noqa: PLR2004  a bug
            troubles.append(f"it ended as a bug: {run.stderr[-300:]}")
        if where == "journal" and run.returncode == 0 and not _at_the_end(calls, hit):
            troubles.append("the journal failed and the build says that all is well")
        troubles += made.aftermath()
        return f"{where}, exit {run.returncode}", troubles


def _after_fault(
    made: Trial, calls: list[syscalls.Call], hit: list[syscalls.Call]
) -> list[str]:
    """Return what is wrong at once: spending after a failed journal, a second price."""
    troubles = []
    if hit and _is_journal(hit[0]):
        later = [c for c in calls if CREATE in c.text and c.began > hit[0].began]
        if later:
            troubles.append("a request left after the journal had failed")
    account = made.server.account
    twice = [name for name in NAMES if account.accepted(f"a {name}") > 1]
    return troubles + [f"{name} was bought twice" for name in twice]


def _at_the_end(calls: list[syscalls.Call], hit: list[syscalls.Call]) -> bool:
    """Return whether only SQLite's tidying when it closes its log has failed."""
    last = [c for c in calls if c.name == "fdatasync" and "wal" in c.text]
    return bool(last) and hit[0].began >= last[-1].began


def _is_journal(call: syscalls.Call) -> bool:
    return "journal.db" in call.text


def fill(kilobytes: int) -> tuple[str, list[str]]:
    """Build on a disk that becomes full, then let it grow and build again.

    Everything happens in one mount namespace, because the disk ends with it. A job
    that could not be written down any more is adopted as the build's own hint says.
    """
    with trial() as made:
        disk = made.folder / "disk"
        disk.mkdir()
        script = f"""
            mount -t tmpfs -o size={ENOUGH if kilobytes else SMALL} tmpfs {disk}
            cp -r {made.project} {disk}/project && cd {disk}/project || exit 99
            export ASSETGEN_HOME={disk}/home
            build() {{ {sys.executable} -m assetgen "$@" >> {made.folder}/said 2>&1; }}
            fill() {{
                until test -s {disk}/home/journal.head; do sleep 0.002; done
                free=$(df -k --output=avail {disk} | tail -1)
                head -c $(((free - {kilobytes}) * 1024)) /dev/zero > {disk}/filler
            }}
            if test {kilobytes} -gt 0; then fill & filling=$!; fi
            build build --yes; first=$?
            if test {kilobytes} -gt 0; then wait $filling; fi
            mount -o {ROOMY} tmpfs {disk} || exit 98
            build build --yes; second=$?
            grep -oE 'resolve [a-z]+ --adopt [0-9a-f]+' {made.folder}/said | sort -u |
                while read -r words; do build $words; done
            build build --yes; again=$?
            build check; third=$?
            build cache verify; fourth=$?
            build build --yes
            echo $first $second $again $third $fourth $?
        """
        run = subprocess.run(
            ["unshare", "-rm", "sh", "-c", script],
            env=made.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        said = made.folder / "said"
        told = said.read_text() if said.exists() else ""
        if run.returncode:
            return "no such disk here", [] if not told else [run.stderr]
        first, second, *rest = map(int, run.stdout.split())
        accepted = [made.server.account.accepted(f"a {name}") for name in NAMES]
    troubles = [] if rest == [0, 0, 0, 0] else [f"afterwards: {rest}: {told[-600:]}"]
    if accepted != [1] * len(NAMES):
        troubles.append(f"bought: {accepted}")
    if "Traceback" in told:
        troubles.append(told[-600:])
    if second not in {0, UNSURE}:
        troubles.append(f"the second build ended with {second}: {told[-600:]}")
    person = ", a person" if second == UNSURE else ""
    return f"exit {first}{person}", troubles


def _strace(log: Path, *expressions: str) -> list[str]:
    chosen = [word for each in expressions for word in ("-e", each)]
    return ["strace", "-f", "-qq", "-yy", "-s", "64", "-o", str(log), *chosen]


def main() -> int:
    """Run the campaign, say what happened, and return the exit code."""
    parser = argparse.ArgumentParser(description="Fail syncs and writes of builds.")
    parser.add_argument("--sample", type=int, default=60, help="faults at most")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    parser.add_argument("--only", choices=("faults", "full"), help="one half of it")
    options = parser.parse_args()
    need("strace", "unshare")
    cases: list[tuple[str, object]] = []
    if options.only != "full":
        every = faults()
        chosen = syscalls.sample(every, options.sample, options.seed)
        print(f"{len(chosen)} of {len(every)} faults, by seed {options.seed}")
        cases += [(str(fault), fault) for fault in chosen]
    if options.only != "faults":
        cases += [(f"{size} KiB left", size) for size in LEFT]
    began, wrong = time.monotonic(), 0
    with ThreadPoolExecutor(2) as pool:
        for name, (what, troubles) in pool.map(_try, cases):
            wrong += bool(troubles)
            print(f"{name:24} {what}", flush=True)
            for trouble in troubles:
                print(f"    WRONG: {trouble}", flush=True)
    seconds = time.monotonic() - began
    print(f"{len(cases)} failing disks, {wrong} went wrong ({seconds:.0f} s)")
    return 1 if wrong else 0


def _try(case: tuple[str, object]) -> tuple[str, tuple[str, list[str]]]:
    name, what = case
    if isinstance(what, Fault):
        return name, fail(what)
    return name, fill(int(str(what)))


if __name__ == "__main__":
    sys.exit(main())
