"""This file is where a run starts.

A build with nothing to do ends here, in about the time that Python itself takes to
start; so nothing is imported that this does not need, and click only after it.
"""

import os
import sys


def main() -> int:
    """Run one command line and return its exit code."""
    try:
        return _run(sys.argv[1:])
    except KeyboardInterrupt:  # before the real command has begun to handle it
        return 130


def _run(args: list[str]) -> int:
    """Answer from the stamp if that is enough, else carry the command out."""
    from assetgen.cli.idle import answer  # noqa: PLC0415  the cheaper way comes first

    try:
        code = answer(args, os.environ)
    except OSError:  # the working directory is gone: the real command says so
        code = None
    if code is not None:
        return code
    from assetgen.cli.boundary import run  # noqa: PLC0415  click, only when needed

    return run(args)


if __name__ == "__main__":
    sys.exit(main())
