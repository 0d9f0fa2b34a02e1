"""This file is what a process of our own may know that works on what may be hostile."""

from __future__ import annotations

import os

# Without these an interpreter may not start: where its libraries are, and Windows.
_LOADER = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "SYSTEMDRIVE")


def bare_environment() -> dict[str, str]:
    """Return the environment without keys, addresses and everything that is a user's.

    Emptying `os.environ` in the process is not enough: what it was started with stays
    in its memory, and in `/proc`.
    """
    return {name: os.environ[name] for name in _LOADER if name in os.environ}
