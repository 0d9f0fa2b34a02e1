"""How tests carry out a command line: in this process, or in one of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass


@dataclass(frozen=True)
class Said:
    """What a command line came to."""

    code: int
    out: str
    err: str


def process(*args: str) -> Said:
    """Carry a command line out in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "assetgen", *args],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
        env=dict(os.environ),
        timeout=60,
    )
    return Said(done.returncode, done.stdout, done.stderr)
