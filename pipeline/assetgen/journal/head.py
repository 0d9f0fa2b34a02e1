"""This file is the journal's bookmark: the last event known to be on the disk.

SQLite forgets silently what stood in a damaged or deleted write-ahead log, and an
empty database is a valid one. The bookmark is written after each commit, in place
and unsynced: it may lag behind the journal, never run ahead of it. A journal that
does not hold the event it names has lost something, and losing a job that is paid
and out is the one thing it must not do quietly.
"""

from __future__ import annotations

import contextlib
import json
import os
from typing import TYPE_CHECKING

from assetgen.digest import canonical_json, digest_bytes

if TYPE_CHECKING:
    from pathlib import Path


def read_head(path: Path) -> tuple[int, str] | None:
    """Return (place, checksum) of the last known event.

    None if there is no bookmark or it is torn: it is a witness, not the truth.
    """
    try:
        seq, event, proof = json.loads(path.read_bytes()[:1024])
    except (OSError, ValueError, TypeError):
        return None
    sound = proof == _proof(seq, event) and isinstance(seq, int)
    return (seq, event) if sound else None


def write_head(path: Path, seq: int, event: str) -> None:
    """Move the bookmark; a failure to do so only makes it lag."""
    line = canonical_json([seq, event, _proof(seq, event)])
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            # Its length never shrinks, so that it is overwritten at one stroke.
            os.write(handle, line.ljust(160))
        finally:
            os.close(handle)


def _proof(seq: object, event: object) -> str:
    return digest_bytes(canonical_json([seq, event]))[:16]
