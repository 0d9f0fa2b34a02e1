"""This file is the price of one changed prompt among ten thousand.

A project of drawn assets is built once, which is not timed. Then one prompt is changed
in each round, and a whole `assetgen build` is held against composing the same file with
PyYAML's C loader and doing nothing with it. The peak memory of `plan` is measured too.

    python bench/change.py              # minutes, most of them set-up
    python bench/change.py --quick      # 500 assets
    python bench/change.py --keep DIR   # leave the project there for the next time
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from itertools import count
from pathlib import Path

from measure import assetgen, environment, in_turn, run, verdict
from projects import BRAND, build, prompts

COMPOSE = """
import time, yaml
text = open("assets.yaml").read()
started = time.perf_counter(), time.process_time()
yaml.compose(text, Loader=yaml.CSafeLoader)
print(time.perf_counter() - started[0], time.process_time() - started[1])
"""
TARGET = 4.0
TARGET_MB = 150


class Project:
    """One project, whose prompts change one at a time."""

    def __init__(
        self, folder: Path, assets: int, env: dict[str, str], *, cpu: bool
    ) -> None:
        self.folder = folder
        self.cpu = cpu
        self.assets = assets
        self.env = env
        self.numbers = count()
        if not (folder / "output").exists():
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "brand.yaml").write_text(BRAND)
            self.write(prompts(assets))
            build(folder, env)

    def write(self, text: str) -> None:
        """Replace the manifest."""
        (self.folder / "assets.yaml").write_text(text)

    def changed(self) -> float:
        """Change one prompt and return the seconds of a whole build."""
        number = next(self.numbers)
        word = f"crimson-{number}"
        self.write(prompts(self.assets, (number * 7919) % self.assets, word))
        return self.ran("build")

    def same(self) -> float:
        """Touch the manifest and return the seconds of a build that reads it all."""
        (self.folder / "assets.yaml").touch()
        return self.ran("build")

    def ran(self, command: str) -> float:
        """Return the seconds of a command."""
        one = run([*assetgen(), command, "-q"], self.folder, self.env)
        return one.cpu if self.cpu else one.wall

    def composed(self) -> float:
        """Return the seconds that composing the file takes, start of Python apart."""
        child = run([sys.executable, "-c", COMPOSE], self.folder, self.env)
        wall, cpu = map(float, child.out.split())
        return cpu if self.cpu else wall

    def peak(self) -> float:
        """Return the peak MB of planning everything."""
        return run([*assetgen(), "plan", "-q"], self.folder, self.env).peak


def main() -> None:
    """Parse the options, build the project, run the rounds, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="500 assets")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument(
        "--cpu", action="store_true", help="CPU instead of wall time: a busy machine"
    )
    parser.add_argument("--keep", type=Path, help="keep the project in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as room:
        place = (options.keep or Path(room)).absolute()
        assets = 500 if options.quick else 10_000
        env = environment(place / "home")
        project = Project(place / f"change-{assets}", assets, env, cpu=options.cpu)
        project.changed()
        ways = {
            "one prompt changed": project.changed,
            "nothing changed, all read": project.same,
            "bare yaml.compose": project.composed,
        }
        seconds = in_turn(ways, options.rounds)
        peak = project.peak()
    bare = seconds["bare yaml.compose"]
    for name, one in seconds.items():
        print(f"  {name:26}{one:7.3f} s   {one / bare:5.2f} x")
    verdict("one prompt changed", seconds["one prompt changed"] / bare, TARGET)
    verdict("peak memory of plan", peak, TARGET_MB, "MB")
    print(json.dumps({**seconds, "peak MB": peak}))


if __name__ == "__main__":
    main()
