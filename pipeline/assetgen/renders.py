"""This file is what remembers rendered words between runs: one file per manifest.

Ten thousand prompts are rendered once; the next run reads them back, as long as
templates and values are the same. It lives on the shelf, and losing it costs time.
"""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.stores.base import Store


class Renders:
    """Words by key; implements `manifest.render.Memo`.

    Args:
        store: The shelf. One that refuses to be read or written remembers nothing.
        manifest: Absolute path of the manifest whose words these are.
    """

    def __init__(self, store: Store, manifest: Path) -> None:
        self._store = store
        self._name = f"renders/{digest_bytes(str(manifest).encode())}"
        self._before = _read(store, self._name)
        self._used: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        """Return what was put under a key, None if nothing is known."""
        known = self._before.get(key)
        if known is not None:
            self._used[key] = known
        return known

    def put(self, key: str, value: str) -> None:
        """Remember a text under a key."""
        self._used[key] = value

    def keep(self) -> None:
        """Write down what was used in this run, and forget everything else.

        Side effect: replaces the file if it is not the same already.
        """
        if self._used == self._before:
            return
        body = json.dumps(self._used).encode()
        with suppress(OSError):
            self._store.put(self._name, f"{digest_bytes(body)}\n".encode() + body)
        self._before = dict(self._used)


def _read(store: Store, name: str) -> dict[str, str]:
    """Return what was written under a name; nothing if a single byte is not ours.

    The words are paid for: they are not believed without their digest.
    """
    try:
        digest, _, body = (store.get(name) or b"").partition(b"\n")
        if digest.decode("ascii", "replace") != digest_bytes(body):
            return {}
        known = json.loads(body)
    except (OSError, ValueError, RecursionError):
        return {}
    return known if isinstance(known, dict) else {}
