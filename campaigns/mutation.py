"""This file changes the code of money in small ways and counts what no test notices.

    python campaigns/mutation.py                           # every change of all modules
    python campaigns/mutation.py consent --sample 120 --seed 7 --results /tmp/seen.jsonl

`mutants.py` says what a change is. Each is made in a copy of the package, and the tests
that `mutation.toml` lists for its module run there, up to the first that fails: it has
killed the change. Tests that killed one on a line near by run first, so that most
changes are dead after one test. `--results` is written after each change and read at
the start: what was killed in it, in the same source, is not tried again.

Ends with 0 if `mutation.toml` explains every survivor, 1 if not, 2 if the tests fail as
the code is.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING

from mutants import Mutant, mutants

if TYPE_CHECKING:
    from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("pipeline/assetgen")
# What all tests import, loaded once: a test run then starts in a fraction of a second.
LOADED = ["pytest", "httpx2", "PIL.Image", "yaml", "hypothesis"]
# No test of these modules needs more of pytest than its settings name.
PLUGINS = ("pytest_timeout", "no:cacheprovider", "no:unraisableexception")
MEMORY = 4 << 30  # bytes: a change that makes something endless ends here


@dataclass(frozen=True)
class Target:
    """A module and the tests that must notice each change of it.

    Attributes:
        equivalent: Changes that nobody can notice, by their names, and why.
    """

    module: str
    tests: tuple[str, ...]
    equivalent: dict[str, str]


def targets() -> dict[str, Target]:
    """Return what `mutation.toml` lists, by name."""
    listed = tomllib.loads(Path(__file__).with_suffix(".toml").read_text("utf-8"))
    return {
        name: Target(
            each["module"],
            tuple(f"tests/{test}" for test in each["tests"]),
            {
                change: group["because"]
                for group in each.get("equivalent", ())
                for change in group["changes"]
            },
        )
        for name, each in listed.items()
    }


# --- the tests ---------------------------------------------------------------------


def copied(folder: Path) -> Path:
    """Return a new copy of the package, its tests and their settings."""
    skipped = shutil.ignore_patterns("__pycache__", "stories")
    for name in ("pipeline", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "tmp").mkdir()
    return folder


class Killers:
    """A plugin of pytest: some tests run first, and the one that fails is named."""

    def __init__(self, first: list[str], told: Path) -> None:
        self._first = {name: place for place, name in enumerate(first)}
        self._told = told

    def pytest_collection_modifyitems(self, items: list[Any]) -> None:
        """Put the likely killers first; the others stay in their order."""
        last = len(self._first)
        items.sort(key=lambda item: self._first.get(item.nodeid, last))

    def pytest_runtest_logreport(self, report: Any) -> None:  # noqa: ANN401  pytest's
        """Note which test failed."""
        if report.failed:
            self._told.write_text(report.nodeid, encoding="utf-8")


def tested(folder: Path, tests: tuple[str, ...], first: list[str], keep: bool) -> None:  # noqa: FBT001  called by multiprocessing
    """Run tests in a copy and end this process with their exit code."""
    os.setsid()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    os.chdir(folder)
    silence = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.dup2(silence, 2)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    # For what the tests start themselves.
    os.environ["PYTHONPATH"] = str(folder / "pipeline")
    tempfile.tempdir = str(folder / "tmp")
    sys.dont_write_bytecode = not keep
    sys.path.insert(0, str(folder / "pipeline"))
    import pytest  # noqa: PLC0415  loaded before this process began

    import assetgen  # noqa: PLC0415  that of the copy, and only in this process

    if not str(assetgen.__file__).startswith(str(folder)):
        os._exit(9)
    # No test here takes more than two seconds: a longer one waits for ever.
    flags = ["-x", "-q", "--tb=no", "--timeout=20"]
    flags += [f"-p{plugin}" for plugin in PLUGINS]
    killers = Killers(first, folder / "killer")
    os._exit(pytest.main([*flags, "--rootdir", str(folder), *tests], [killers]))


def run(
    folder: Path,
    tests: tuple[str, ...],
    seconds: float,
    first: list[str] | None = None,
    *,
    keep: bool = False,
) -> tuple[int, str]:
    """Return pytest's exit code and the test that failed; 1 for what never ends."""
    told = folder / "killer"
    told.write_text("", encoding="utf-8")
    context = multiprocessing.get_context("forkserver")
    process = context.Process(target=tested, args=(folder, tests, first or [], keep))
    process.start()
    process.join(seconds)
    if process.is_alive() and process.pid:
        os.killpg(process.pid, signal.SIGKILL)
        process.join()
        return 1, "time"
    return process.exitcode or 0, told.read_text(encoding="utf-8")


# --- the campaign ------------------------------------------------------------------


@dataclass
class Campaign:
    """The changes of one module, tried one after the other.

    Attributes:
        seconds: What one change may take: ten times what all tests take without one.
        killers: The test that killed a change, by the change's line.
        until: When to stop, by the steady clock.
    """

    name: str
    target: Target
    folders: SimpleQueue[Path]
    source: bytes
    results: Path | None
    until: float
    seconds: float = 0.0
    killers: dict[int, str] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)

    def recall(self) -> None:
        """Read what was killed before."""
        if self.results is None or not self.results.exists():
            return
        for line in self.results.read_text(encoding="utf-8").splitlines():
            seen = json.loads(line)
            if seen["module"] == self.name and seen["killed by"]:
                self.known.add(seen["source"])
                self.killers[seen["line"]] = seen["killed by"]

    def fate(self, mutant: Mutant) -> str:
        """Return what became of one change."""
        if self.digest(mutant) in self.known:
            return "killed"
        if time.monotonic() > self.until:
            return "not tried"
        killer = self._try(mutant)
        if self.results is not None:
            seen = {
                "module": self.name, "line": mutant.line, "change": mutant.name,
                "killed by": killer, "source": self.digest(mutant),
            }  # fmt: skip
            with self.results.open("a", encoding="utf-8") as file:
                file.write(json.dumps(seen) + "\n")
        if killer:
            self.killers[mutant.line] = killer
            return "killed"
        return "equivalent" if mutant.name in self.target.equivalent else "survived"

    def digest(self, mutant: Mutant) -> str:
        """Return what tells a changed source from all others."""
        return hashlib.sha256(mutant.applied(self.source)).hexdigest()

    def _try(self, mutant: Mutant) -> str:
        """Return the test that notices a change, "" if none does."""
        folder = self.folders.get()
        path = folder / PACKAGE / self.target.module
        for stale in path.parent.glob(f"__pycache__/{path.stem}.*"):
            stale.unlink()
        near = sorted(self.killers, key=lambda line: abs(line - mutant.line))
        first = list(dict.fromkeys(self.killers[line] for line in near))[:20]
        try:
            path.write_bytes(mutant.applied(self.source))
            code, killer = run(folder, self.target.tests, self.seconds, first)
        finally:
            path.write_bytes(self.source)
            self.folders.put(folder)
        if code in {3, 5, 9}:
            raise RuntimeError(f"pytest ended with {code} for {mutant.name}")
        return (killer or "import") if code else ""


def tried(campaign: Campaign, chosen: list[Mutant], workers: int) -> Counter[str]:
    """Try changes, print those that survive, and return the counts."""
    counts: Counter[str] = Counter()
    with ThreadPoolExecutor(workers) as pool:
        fates = pool.map(campaign.fate, chosen)
        for mutant, fate in zip(chosen, fates, strict=True):
            counts[fate] += 1
            if fate == "survived":
                where = f"{campaign.target.module}:{mutant.line}"
                print(f"  {where}  {mutant.name}", flush=True)
    return counts


def told(name: str, counts: Counter[str], every: int, took: float) -> str:
    """Return one line about a module."""
    tries = counts.total() - counts["not tried"]
    real = tries - counts["equivalent"]
    share = 100 * counts["killed"] / real if real else 100.0
    said = ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
    return f"{name}: {said}; {tries} of {every} changes, {share:.1f} %, {took:.0f} s"


def arguments() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description="Change the code of money, and test.")
    parser.add_argument("modules", nargs="*", help="as in mutation.toml; all")
    parser.add_argument("--seconds", type=float, default=1e9, help="time at most")
    parser.add_argument("--sample", type=int, help="changes at most in each module")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--results", type=Path, help="go on where this file ends")
    options = parser.parse_args()
    if unknown := set(options.modules) - set(targets()):
        parser.error(f"no such module: {', '.join(sorted(unknown))}")
    return options


def main() -> int:
    """Run the campaign, say what happened, and return the exit code."""
    options = arguments()
    multiprocessing.get_context("forkserver").set_forkserver_preload(LOADED)
    until = time.monotonic() + options.seconds
    wrong = 0
    with tempfile.TemporaryDirectory(prefix="mutation-") as place:
        folders: SimpleQueue[Path] = SimpleQueue()
        copies = [copied(Path(place, str(n))) for n in range(options.workers)]
        for copy in copies:
            folders.put(copy)
        for name, target in targets().items():
            if options.modules and name not in options.modules:
                continue
            source = (copies[0] / PACKAGE / target.module).read_bytes()
            campaign = Campaign(name, target, folders, source, options.results, until)
            began = time.monotonic()
            for copy in copies:
                code, test = run(copy, target.tests, 600, keep=True)
                if code:
                    print(f"{name}: {test or 'a test'} fails as the code is")
                    return 2
            campaign.seconds = 10 + 10 * (time.monotonic() - began) / len(copies)
            campaign.recall()
            every = mutants(source)
            for gone in target.equivalent.keys() - {each.name for each in every}:
                print(f"  {target.module}: there is no change {gone}")
                wrong += 1
            # In random order: what the time is too short for is then no one's corner.
            chance = random.Random(options.seed)  # noqa: S311  to be told apart only
            chosen = chance.sample(every, min(options.sample or 1 << 30, len(every)))
            counts = tried(campaign, chosen, options.workers)
            wrong += counts["survived"]
            print(told(name, counts, len(every), time.monotonic() - began), flush=True)
    print(f"seed {options.seed}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
