"""This file is a shelf in memory, for tests and for builds that keep nothing."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from assetgen.stores.base import Store
from assetgen.stores.names import checked

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryStore(Store):
    """Bytes by name in a dictionary; what is put in and taken out is a copy."""

    def __init__(self) -> None:
        self._shelf: dict[str, tuple[float, bytes]] = {}

    def get(self, name: str) -> bytes | None:
        """Return the bytes of that name, None if there are none."""
        found = self._shelf.get(checked(name))
        return None if found is None else found[1]

    def put(self, name: str, data: bytes) -> None:
        """Shelve a copy of the bytes under a name; the last one wins."""
        self._shelf[checked(name)] = (time.time(), bytes(data))

    def has(self, name: str) -> bool:
        """Return whether there is something of that name."""
        return checked(name) in self._shelf

    def delete(self, name: str) -> None:
        """Remove a name; nothing happens if it is not there."""
        self._shelf.pop(checked(name), None)

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield every name that starts with a prefix, sorted."""
        return iter(sorted(name for name in self._shelf if name.startswith(prefix)))

    def size(self, name: str) -> int:
        """Return how many bytes a name has, 0 if it is not there."""
        return len(self._shelf.get(checked(name), (0.0, b""))[1])

    def modified(self, name: str) -> float:
        """Return when a name was last put, in seconds since 1970; 0 if never."""
        return self._shelf.get(checked(name), (0.0, b""))[0]
