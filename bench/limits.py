"""This file is how much of a vendor's rate limit is used, and how often it is broken.

A vendor in this process takes 20 calls in any 10 s and refuses the rest. 1 build makes
its calls, then 3 builds, each a process of its own, share one key. Calls take a while
to arrive, and some take longer, as on a network. All count the same seconds, `--speed`
times faster than real ones.

    python bench/limits.py                 # 300 calls, 1 and 3 processes
    python bench/limits.py --calls 2000 --speed 10
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from measure import verdict

from assetgen.pace import Book, Limit, Window
from assetgen.providers.kie import Kie
from assetgen.testing.kie.limits import SlidingWindow

CALLS, SECONDS = 20, 10.0
CONNECT = (0.05, 0.15)  # seconds until a connection stands
ARRIVE = (0.02, 0.12)  # from then until the vendor counts the call
WALL = 1_790_000_000.0


class SharedClock:
    """Time that passes faster, the same in every process of this machine."""

    def __init__(self, zero: float, speed: float) -> None:
        self._zero, self._speed = zero, speed

    def monotonic(self) -> float:
        """Return the virtual seconds since `zero`."""
        return (time.monotonic() - self._zero) * self._speed

    def now(self) -> float:
        """Return the same as wall time."""
        return WALL + self.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait that many virtual seconds."""
        await asyncio.sleep(seconds / self._speed)


async def caller(port: int, book: Path, calls: int, clock: SharedClock) -> None:
    """Make so many calls as a build does, each again until it is taken."""
    shared = Book(book)
    window = Window(Limit(*Kie.create_limit), clock, "bench", shared)
    way, back = await asyncio.open_connection("127.0.0.1", port)
    chance = random.Random(port)  # noqa: S311  a network's moods
    lock = asyncio.Lock()

    async def one() -> None:
        taken = False
        while not taken:
            async with window.call() as moment:
                await clock.sleep(chance.uniform(*CONNECT))
                window.sent(moment)
                await clock.sleep(chance.uniform(*ARRIVE))
                async with lock:
                    back.write(b"?")
                    taken = await way.readexactly(1) == b"y"
                if not taken:
                    window.refused()

    await asyncio.gather(*(one() for _ in range(calls)))
    back.close()
    shared.close()


async def served(processes: int, calls: int, speed: float) -> None:
    """Run a vendor and its callers, and print what it saw."""
    clock = SharedClock(time.monotonic(), speed)
    limit = SlidingWindow(SECONDS)
    taken: list[float] = []
    refused = 0

    async def answer(way: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        nonlocal refused
        while await way.read(1):
            now = clock.monotonic()
            if good := limit.admits("key", now, CALLS):
                taken.append(now)
            refused += not good
            back.write(b"y" if good else b"n")
        back.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    with tempfile.TemporaryDirectory() as room:
        command = [sys.executable, __file__, "--caller", f"{port}", "--book"]
        command += [f"{room}/pace.db", "--zero", repr(time.monotonic())]
        command += ["--speed", f"{speed}", "--calls", f"{calls // processes}"]
        children = [
            await asyncio.create_subprocess_exec(*command) for _ in range(processes)
        ]
        for child in children:
            if await child.wait():
                sys.exit("a caller failed")
    server.close()
    print(f"{processes} process(es), {len(taken)} calls:")
    whole = len(taken) // CALLS - 1
    span = taken[whole * CALLS] - taken[0] if whole else float("nan")
    used = whole * SECONDS / span
    print(f"  of the allowed rate: {used:.1%} (target 95%)")
    verdict("refused", 100 * refused / (refused + len(taken)), 1, "%")


def main() -> None:
    """Parse the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=300)
    parser.add_argument("--speed", type=float, default=5.0)
    for name, kind in (("caller", int), ("book", Path), ("zero", float)):
        parser.add_argument(f"--{name}", type=kind, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.caller:
        clock = SharedClock(options.zero, options.speed)
        work = caller(options.caller, options.book, options.calls, clock)
        asyncio.run(work)
        return
    for processes in (1, 3):
        asyncio.run(served(processes, options.calls, options.speed))


if __name__ == "__main__":
    main()
