"""This file is holding a project: one kernel lock, so that one build works on it.

The lock is on a file beside the manifest, so that two homes on one checkout exclude
each other too. The kernel gives it back when its holder dies, however it dies. Who
holds it is written into the file for those who have to wait.
"""

from __future__ import annotations

import json
import os
import socket
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from assetgen.clock import utc_text
from assetgen.errors import Locked, UsageError
from assetgen.files import reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def hold(path: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a project while the block runs.

    Args:
        path: The lock's file, absolute; links in it are followed to the one file.
        patience: Seconds to wait for another build.

    Raises:
        Locked: Another build still holds it; says who.
        UsageError: The file cannot be made.

    """
    from filelock import FileLock, Timeout  # noqa: PLC0415  reading needs no lock

    real = path.parent.resolve() / path.name
    lock = FileLock(real, timeout=patience)
    try:
        lock.acquire()
    except Timeout:
        raise _locked(real) from None
    except OSError as error:
        message = f"cannot lock `{path.name}`: {reason_of(error)}"
        raise UsageError(
            message, hint="the project's folder must be writable"
        ) from error
    try:
        _sign(real)
        yield
    finally:
        lock.release()


def _sign(path: Path) -> None:
    """Write down who holds the lock; only ever read by people."""
    holder = {"pid": os.getpid(), "host": socket.gethostname(), "since": time.time()}
    with suppress(OSError):
        path.write_text(json.dumps(holder), encoding="utf-8")


def _locked(path: Path) -> Locked:
    """Return what to raise for a lock that somebody else holds."""
    who = "another build"
    with suppress(OSError, ValueError, KeyError, TypeError):
        holder = json.loads(path.read_text(encoding="utf-8"))
        since = utc_text(float(holder["since"]))
        who = f"process {holder['pid']} on {holder['host']}, since {since},"
    return Locked(
        f"{who} is building this project",
        hint="wait for it, or `--lock-timeout 300` waits up to 300 seconds",
    )
