"""This file is what a process of our own gets that works on what may be hostile."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# Without these an interpreter may not start: where its libraries are, and Windows.
_LOADER = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE")


def bare_environment() -> dict[str, str]:
    """Return the environment without keys, addresses and everything that is a user's.

    Emptying `os.environ` in the process is not enough: what it was started with stays
    in its memory, and in `/proc`.
    """
    return {name: os.environ[name] for name in _LOADER if name in os.environ}


def confine(memory: int) -> Callable[[float], None]:
    """Give away files, cores and all but `memory` more bytes; return the CPU limit.

    What is returned is called with the seconds that the next job may take. Where
    there are no such limits (Windows; macOS ignores the one on memory), the parent's
    clock is the only one.
    """
    try:
        import resource  # noqa: PLC0415  not on Windows
    except ImportError:
        return lambda _: None

    def limit(what: int, value: int) -> None:
        hard = resource.getrlimit(what)[1]
        low = value if hard == resource.RLIM_INFINITY else min(value, hard)
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(what, (low, hard))

    def seconds(more: float) -> None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime + more) + 1)

    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123  8 ms of pathlib
            mapped = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        mapped = 512 * 1024 * 1024
    limit(resource.RLIMIT_AS, mapped + memory)
    for what in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        limit(what, 0)
    limit(resource.RLIMIT_NOFILE, 3)
    return seconds
