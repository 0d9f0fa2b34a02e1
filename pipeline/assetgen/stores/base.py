"""This file is the contract of a shelf: bytes by name, nothing else.

A store is dumb on purpose; `cache` gives it meaning. Names are relative paths of
lower-case letters, digits, `-`, `_`, `.` and `/` (``cas/ab/cdef…``, ``ac/…``).
"""

from __future__ import annotations

import abc
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class Store(abc.ABC):
    """Bytes by name. Every method may raise Damaged or OSError, never returns half."""

    @abc.abstractmethod
    def get(self, name: str) -> bytes | None:
        """Return the bytes of that name, None if there are none."""

    @abc.abstractmethod
    def put(self, name: str, data: bytes) -> None:
        """Shelve bytes under a name; visible only whole and durable, last one wins."""

    @abc.abstractmethod
    def has(self, name: str) -> bool:
        """Return whether there is something of that name."""

    @abc.abstractmethod
    def delete(self, name: str) -> None:
        """Remove a name; nothing happens if it is not there."""

    @abc.abstractmethod
    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield every name that starts with a prefix, sorted."""

    @abc.abstractmethod
    def size(self, name: str) -> int:
        """Return how many bytes a name has, 0 if it is not there."""
