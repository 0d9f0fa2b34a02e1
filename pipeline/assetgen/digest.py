"""This file is the only place that names bytes and work by hash (SHA-256, hex)."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


# Made once: making an encoder takes as long as a short text of its.
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)
_DIGITS = frozenset("0123456789abcdef")


def digest_bytes(data: bytes) -> str:
    """Return the name of some bytes: 64 lower-case hex digits of their SHA-256."""
    return hashlib.sha256(data).hexdigest()


def is_digest(text: str) -> bool:
    """Return whether a text can name bytes: 64 lower-case hex digits."""
    return len(text) == 64 and not set(text) - _DIGITS  # noqa: PLR2004  SHA-256


def digest_file(path: Path) -> str:
    """Return the name of a file's bytes; raises OSError if it cannot be read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Tally:
    """The names of bytes that come in pieces: ours, and those that others use.

    Args:
        kinds: What others use beside SHA-256, as `hashlib` calls it: `md5`.
    """

    def __init__(self, *kinds: str) -> None:
        self._hashes = {
            kind: hashlib.new(kind, usedforsecurity=False)
            for kind in ("sha256", *kinds)
        }

    def add(self, piece: bytes) -> None:
        """Take the next bytes."""
        for each in self._hashes.values():
            each.update(piece)

    @property
    def sha256(self) -> str:
        """Our name of all bytes so far."""
        return self._hashes["sha256"].hexdigest()

    @property
    def names(self) -> frozenset[str]:
        """All names of the bytes so far: `md5:8e83…`, `sha256:309c…`."""
        return frozenset(f"{kind}:{h.hexdigest()}" for kind, h in self._hashes.items())


def canonical_json(value: object) -> bytes:
    """Return the one JSON text of a value: sorted keys, no spaces, UTF-8.

    Floats are written by ``repr`` (the shortest text that reads back the same, the
    same on every platform); NaN and infinities raise ValueError.
    """
    return _ENCODER.encode(value).encode()


def key_of(kind: str, version: int, fields: object) -> str:
    """Return the name of some work: its kind, our version of it and its inputs."""
    return digest_bytes(canonical_json([kind, version, fields]))
