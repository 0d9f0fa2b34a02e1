"""This file is the race of doing nothing: assetgen, ninja, Python alone, a bare stamp.

Three projects are built once, which is not timed: 10 assets of 7 files, and 1,000 and
10,000 assets of one file. Then everyone is asked again and again to do nothing.

    python bench/idle.py               # minutes, most of them set-up
    python bench/idle.py --quick       # 10 and 200 assets
    python bench/idle.py --keep DIR    # leave the projects there for the next time
"""

from __future__ import annotations

import argparse
import json
import marshal
import os
import shutil
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from measure import assetgen, environment, in_turn, run, verdict
from projects import build, ninja, sources

PROJECTS = {"10 x 7": (10, 7), "1,000 x 1": (1000, 1), "10,000 x 1": (10_000, 1)}
QUICK = {"10 x 7": (10, 7), "200 x 1": (200, 1)}
# What a nothing-to-do build may take: how often which contestant's time.
TARGETS = {
    "10 x 7": ("python -c pass", 2.0),
    "1,000 x 1": ("ninja", 4.0),
    "10,000 x 1": ("ninja", 1.5),
}
# Seconds after which no time of a file is too young to be trusted.
SETTLED = 2.5
STAMP = """
import marshal, os, sys
for path, size, time in marshal.load(open(sys.argv[1], "rb")):
    now = os.stat(path)
    if now.st_size != size or now.st_mtime_ns != time:
        sys.exit(1)
"""


def bare_stamp(folder: Path) -> list[str]:
    """Return a script of five lines that looks at the same files, as a lower bound."""
    paths = [
        Path(root) / name
        for part in ("brand", "output")
        for root, _, names in os.walk(folder / part)
        for name in names
    ]
    rows = [(str(p), p.stat().st_size, p.stat().st_mtime_ns) for p in sorted(paths)]
    (folder / "bare.txt").write_bytes(marshal.dumps(rows))
    (folder / "bare.py").write_text(STAMP)
    return [sys.executable, "bare.py", "bare.txt"]


def prepare(folder: Path, assets: int, files: int, env: dict[str, str]) -> None:
    """Make a project and build it, unless it was kept from an earlier time."""
    if not (folder / "build.ninja").exists():
        shutil.rmtree(folder, ignore_errors=True)
        sources(folder, assets, files)
        build(folder, env)
        ninja(folder)
    time.sleep(SETTLED)
    run([*assetgen(), "build"], folder, env)


def race(folder: Path, env: dict[str, str], rounds: int) -> dict[str, float]:
    """Return everyone's median seconds in one project."""
    commands = {
        "assetgen build": [*assetgen(), "build"],
        "python -c pass": [sys.executable, "-c", "pass"],
        "bare stamp script": bare_stamp(folder),
    }
    if shutil.which("ninja"):
        commands["ninja"] = ["ninja", "--quiet"]
    return in_turn(
        {
            name: partial(lambda command: run(command, folder, env).wall, command)
            for name, command in commands.items()
        },
        rounds,
    )


def report(name: str, seconds: dict[str, float]) -> None:
    """Print everyone's time in one project, and the ratio that counts."""
    print(f"{name}:")
    ours = seconds["assetgen build"]
    for who, one in seconds.items():
        print(f"  {who:18}{one * 1000:8.1f} ms   ours is {ours / one:.2f} x")
    against, target = TARGETS.get(name, ("", 0.0))
    if against in seconds:
        verdict(f"against {against}", ours / seconds[against], target)
    elif against:
        print(f"  no {against} on this machine: nothing to compare with")


def main() -> None:
    """Parse the options, build the projects, run the rounds, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small projects")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="keep the projects in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        place = (options.keep or Path(room)).absolute()
        env = environment(place / "home")
        medians = {}
        for name, (assets, files) in (QUICK if options.quick else PROJECTS).items():
            folder = place / name.replace(" ", "").replace(",", "")
            prepare(folder, assets, files, env)
            medians[name] = race(folder, env, options.rounds)
            report(name, medians[name])
        print(json.dumps(medians))


if __name__ == "__main__":
    main()
