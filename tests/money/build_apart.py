"""A build in a process of its own, which may be told to die at a certain point.

Run as ``python build_apart.py FOLDER [POINT]``; a point is ``before:Journal.submitted``
or ``after:Originals.write``. The process kills itself there as ``kill -9`` would.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from assetgen import publish
from assetgen.cache import Cache
from assetgen.consent import Terms
from assetgen.errors import AssetgenError
from assetgen.journal import Journal
from assetgen.originals import Originals
from assetgen.project import open_project
from assetgen.running import Options, build_project

CLASSES = {each.__name__: each for each in (Journal, Cache, Originals, publish.Index)}


def arm(point: str) -> None:
    """Make this process die before or after a method is called."""
    when, _, name = point.partition(":")
    owner, _, method = name.partition(".")
    real = getattr(CLASSES[owner], method)

    def deadly(*args: object, **named: object) -> object:
        if when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*args, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(CLASSES[owner], method, deadly)


def main(folder: str, point: str = "") -> int:
    """Build, print the report as JSON, and return the exit code."""
    if point:
        arm(point)
    patience = float(os.environ.get("PATIENCE", "0"))
    try:
        report = build_project(
            open_project(Path(folder)),
            Options(terms=Terms(yes=True), patience=patience),
            lambda event: print(type(event).__name__, file=sys.stderr, flush=True),  # noqa: T201
        )
    except AssetgenError as error:
        sys.stderr.write(f"{error.message}\n{error.hint}\n")
        return error.exit_code
    sys.stdout.write(json.dumps(report.to_json()))
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
