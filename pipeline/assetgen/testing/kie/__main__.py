"""This file is the test server as a command, for trying things by hand.

It prints two lines to put in front of a command, then serves until its time is over or
Ctrl-C is pressed::

    $ python -m assetgen.testing.kie --latency 5
    KIE_BASE_URL=http://127.0.0.1:41234
    KIE_API_KEY=test-key
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import time

from assetgen.testing.kie.server import CREDITS, KEY, KieServer


def main(arguments: list[str] | None = None) -> int:
    """Serve, and return the exit code; writes to the terminal."""
    options = _parser().parse_args(arguments)
    server = KieServer(
        {options.key: options.credits},
        speed=options.speed,
        latency=options.latency,
        lag=options.lag,
        port=options.port,
    )
    with server, contextlib.suppress(KeyboardInterrupt):
        for name in ("KIE_BASE_URL", "KIE_API_KEY"):
            sys.stdout.write(f"{name}={server.env[name]}\n")
        sys.stdout.flush()
        time.sleep(options.for_seconds)
    account = server.account
    sys.stderr.write(
        f"{len(account.tasks)} tasks, {account.charged} credits, "
        f"{len(account.refused)} refusals, {len(account.duplicates)} duplicates\n"
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m assetgen.testing.kie",
        description="A kie.ai for tests on this machine; nothing it sells is real.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, help="0 picks a free one")
    parser.add_argument("--key", default=KEY, help="the API key it accepts")
    parser.add_argument("--credits", type=float, default=CREDITS, help="the balance")
    parser.add_argument("--latency", type=float, default=2.0, help="seconds per task")
    parser.add_argument("--lag", type=float, default=0.4, help="seconds per answer")
    parser.add_argument("--speed", type=float, default=1.0, help="its time over ours")
    parser.add_argument(
        "--for-seconds", type=float, default=600.0, help="real seconds until it ends"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
