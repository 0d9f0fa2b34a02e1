"""This file is how the benchmarks measure: whole processes, in turn, medians, ratios.

Only ratios travel to another machine, so whatever is compared runs alternately in one
session, and a slow moment of the machine meets everyone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Run:
    """One process: wall and CPU seconds, peak MB, what it printed."""

    wall: float
    cpu: float
    peak: float
    out: str


def assetgen() -> list[str]:
    """Return the command as it is installed beside this Python."""
    script = Path(sys.executable).with_name("assetgen")
    return [str(script)] if script.exists() else [sys.executable, "-m", "assetgen"]


def environment(home: Path) -> dict[str, str]:
    """Return an environment with a home of its own, no keys, and the flat provider."""
    plain = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ASSETGEN_", "KIE_", "PYTHON")) and name != "CI"
    }
    return plain | {"ASSETGEN_HOME": str(home), "PYTHONPATH": str(HERE / "plugin")}


def run(command: Sequence[str], folder: Path, env: Mapping[str, str]) -> Run:
    """Run a process to its end; ends this program if it fails."""
    started = time.perf_counter()
    child = subprocess.Popen(
        command, cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None  # noqa: S101  a pipe was asked for
    out = child.stdout.read().decode()
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - started
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        sys.exit(f"{' '.join(command)} ended with {child.returncode}")
    kilobytes = 1024 if sys.platform != "darwin" else 1024 * 1024
    return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / kilobytes, out)


def in_turn(
    contestants: Mapping[str, Callable[[], float]], rounds: int
) -> dict[str, float]:
    """Return the median of what each contestant measures, all of them in turn."""
    seen: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            seen[name].append(contestant())
        print(".", end="", flush=True, file=sys.stderr)
    print(file=sys.stderr)
    return {name: median(values) for name, values in seen.items()}


def verdict(what: str, value: float, target: float, unit: str = "x") -> None:
    """Print a value beside its target."""
    word = "met" if value <= target else "MISSED"
    print(f"  {what}: {value:.2f} {unit} (target {target:g}, {word})")
