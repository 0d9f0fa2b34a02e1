"""This file is which process works on a purchase, and whether it is still alive.

A process is named by its machine, that machine's start, its number and its own start,
so that a number that was given out again names nobody. Where any of it cannot be
told, the answer is "alive": to take over from a living process could buy twice.
"""

from __future__ import annotations

import os
import platform
import sys
from dataclasses import astuple, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Owner:
    """One process. `started` is in clock ticks since boot, "" if unknown."""

    host: str
    boot: str
    pid: int
    started: str

    def __str__(self) -> str:
        return " ".join(map(str, astuple(self)))

    @classmethod
    def current(cls) -> Owner:
        """Return this process."""
        return cls(_host(), _boot(), os.getpid(), _started(os.getpid()))


def is_gone(owner: str) -> bool:
    """Return whether the process of that text provably ended ("" is nobody)."""
    parts = owner.split(" ")
    if len(parts) != len(Owner.__slots__) or not parts[2].isdigit():
        return not owner
    host, boot, pid, started = parts
    if host != _host():
        return False
    if boot and _boot() not in {"", boot}:
        return True
    if not _exists(int(pid)):
        return True
    return bool(started) and _started(int(pid)) not in {"", started}


def _exists(pid: int) -> bool:
    """Return whether there is, or may be, a process of that number."""
    if sys.platform == "win32":  # signal 0 would end it there
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _host() -> str:
    """Return the machine's name and, on Linux, its process numbers' name space."""
    try:
        space = str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        space = ""
    return f"{platform.node()}/{space}".replace(" ", "_")


def _boot() -> str:
    """Return the id of this start of the machine, "" where it has none."""
    return _read("/proc/sys/kernel/random/boot_id").strip()


def _started(pid: int) -> str:
    """Return when a process started (field 22 of proc(5) stat), "" if unknown.

    The process's name, in parentheses, may itself hold blanks and parentheses.
    """
    after_name = _read(f"/proc/{pid}/stat").rpartition(")")[2].split()
    return after_name[19] if len(after_name) > 19 else ""  # noqa: PLR2004  22 minus 3


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
