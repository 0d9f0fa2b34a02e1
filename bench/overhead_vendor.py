"""This file is the vendor of `overhead.py`, in a process of its own.

So the CPU time of the build is the build's alone. It prints where it is, waits for a
line on stdin, and then prints what it has seen.

    python overhead_vendor.py SPEED SEED MEDIAN CREATES POLLS
"""

from __future__ import annotations

import json
import math
import random
import sys
from typing import TYPE_CHECKING

from assetgen.testing.kie import KieServer
from assetgen.testing.kie.behaviours import Fate

if TYPE_CHECKING:
    from assetgen.testing.kie.account import Call

SIGMA = 0.5  # of the lognormal distribution of generation times
STRAGGLERS, SLOWER = 0.03, 5.0


def generation(seed: int, median: float, sigma: float = SIGMA) -> float:
    """Return the seconds that a task of that number takes: lognormal, stragglers."""
    chance = random.Random(seed)  # noqa: S311  the same numbers each time, on purpose
    seconds = median * math.exp(chance.gauss(0, sigma))
    return seconds * (SLOWER if chance.random() < STRAGGLERS else 1)


def main() -> None:
    """Serve until told, then say what happened."""
    speed, seed, median = map(float, sys.argv[1:4])
    creates, polls = map(int, sys.argv[4:6])

    def latency(call: Call) -> float:
        number = int(call.prompt.split()[2])
        return generation(int(seed) * 100_000 + number, median)

    with KieServer(
        {"test-key": 1e6},
        speed=speed,
        fate=Fate(latency=latency, size=(64, 64)),
        creates_per_10s=creates,
        polls_per_s=polls,
    ) as server:
        print(json.dumps(server.env), flush=True)
        sys.stdin.readline()
        account = server.account
        fetched = {call.task: call.at for call in reversed(account.downloads)}
        body = {
            "tasks": [[t.born, t.ends, fetched.get(t.id)] for t in account.tasks],
            "creates": [call.at for call in account.creates],
            "polls": len(account.polls),
            "limited": account.limited(),
        }
        print(json.dumps(body), flush=True)


if __name__ == "__main__":
    main()
