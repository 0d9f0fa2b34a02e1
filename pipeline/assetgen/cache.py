"""This file is the shelf with meaning: key → result → verified bytes.

Three kinds of name stand in a store, each spread over 256 folders::

    cas/ab/cdef…    bytes, by the SHA-256 of themselves
    ac/ab/cdef…     the result of a free step, by its key
    paid/ab/cdef…   a mark: the bytes of that digest were bought

Every read is verified. A damaged object of a free step is a miss, because it is made
again for nothing; one that was bought is never a silent miss. `gc` keeps whatever is
marked as bought unless it is told otherwise.
"""

from __future__ import annotations

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from assetgen.digest import canonical_json, digest_bytes, is_digest
from assetgen.errors import Damaged, UsageError
from assetgen.files import newer_format

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from assetgen.stores.base import Store

VERSION = 1
GRACE = 14 * 86_400.0  # seconds that `gc` leaves alone what was made or used


@runtime_checkable
class Dated(Protocol):
    """A store that knows when a name was last put or used: what `gc` can work on."""

    def modified(self, name: str) -> float:
        """Return seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a free step came to.

    Attributes:
        digest: The bytes.
        width, height: In pixels.
        format: `png`, `webp`, …
        note: What a person should know about it, "" for nothing.
    """

    digest: str
    width: int
    height: int
    format: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    """One object of the store: its size in bytes, whether it was bought, its last use.

    `used` is in seconds since 1970, 0 where the store does not know.
    """

    digest: str
    bytes: int
    paid: bool
    used: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found: how many objects, which of them are damaged, or gone.

    `lost` are digests marked as bought whose bytes are not in the store; whether that
    matters is for receipts and originals to say.
    """

    checked: int
    damaged: tuple[str, ...]
    lost: tuple[str, ...]


class Cache:
    """What was made and bought before, in a store that may forget anything."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # --- bytes ---------------------------------------------------------------------

    def put_bytes(self, data: bytes, *, paid: bool = False) -> str:
        """Shelve bytes and return their digest; `paid` marks them as bought for ever.

        The mark is written first: a mark without bytes harms nobody.
        """
        digest = digest_bytes(data)
        if paid and not self.is_paid(digest):
            self.store.put(_name("paid", digest), canonical_json({"version": VERSION}))
        self.store.put(_name("cas", digest), data)
        return digest

    def get_bytes(self, digest: str, *, paid: bool = False) -> bytes | None:
        """Return the bytes of a digest, verified; None if they are not there.

        Bytes that are not what their name says are put aside (``damaged/…``) and are
        then not there any more. Raises Damaged if they were bought, or if the caller
        insists with `paid` that they were: whoever has a second copy catches that.
        """
        name = _name("cas", digest)
        data = self.store.get(name)
        if data is None or digest_bytes(data) == digest:
            return data
        with contextlib.suppress(OSError):  # a read-only store still serves the rest
            self.store.put(_name("damaged", digest), data)
            self.store.delete(name)
        if paid or self.is_paid(digest):
            raise Damaged(
                f"the store's copy of the bought picture {digest[:12]} is damaged",
                hint="it was put aside: run again, `originals/` has the chosen ones",
            )
        return None

    def has_bytes(self, digest: str) -> bool:
        """Return whether the store names these bytes; only reading verifies.

        What is no digest, as a link in a file's place has none, names nothing.
        """
        return is_digest(digest) and self.store.has(_name("cas", digest))

    def is_paid(self, digest: str) -> bool:
        """Return whether these bytes are marked as bought."""
        return self.store.has(_name("paid", digest))

    # --- results -------------------------------------------------------------------

    def record(self, key: str, result: Result) -> None:
        """Remember what a free step came to."""
        entry = {"version": VERSION, "key": key, **asdict(result)}
        entry["sum"] = _sum(entry)
        self.store.put(_name("ac", key), canonical_json(entry))

    def result(self, key: str) -> Result | None:
        """Return what a free step came to, None if nobody knows.

        An entry that is garbage, or another key's, is nobody's knowledge. Raises
        UsageError if a newer assetgen wrote it.
        """
        text = self.store.get(_name("ac", key))
        if text is None:
            return None
        try:
            entry = json.loads(text)
            written = entry.pop("sum")
            if written != _sum(entry) or entry.pop("key") != key:
                return None
            version = entry.pop("version")
            if isinstance(version, int) and version > VERSION:
                raise newer_format("the store", entry.get("needs"))
            return Result(**entry)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None

    def made(self, key: str) -> tuple[Result, bytes] | None:
        """Return what a free step came to with its bytes, None if either is gone.

        Raises what `result` and `get_bytes` raise.
        """
        known = self.result(key)
        data = None if known is None else self.get_bytes(known.digest)
        return None if known is None or data is None else (known, data)

    # --- housekeeping --------------------------------------------------------------

    def ls(self) -> Iterator[Shelved]:
        """Yield every object, by digest."""
        for digest in self._digests("cas"):
            yield self._shelved(digest)

    def verify(self) -> Verdict:
        """Read and check every object; damaged ones are put aside."""
        damaged, checked = [], 0
        for digest in self._digests("cas"):
            checked += 1
            try:
                sound = self.get_bytes(digest) is not None
            except Damaged:
                sound = False
            damaged += [] if sound else [digest]
        bought = set(self._digests("paid"))
        lost = sorted(bought - set(self._digests("cas")))
        return Verdict(checked, tuple(damaged), tuple(lost))

    def gc(
        self,
        keep: Collection[str] = (),
        *,
        older_than: float = GRACE,
        paid: bool = False,
        dry: bool = False,
        now: float | None = None,
    ) -> tuple[Shelved, ...]:
        """Remove what nobody has used for a while, and return it.

        Args:
            keep: Digests that stay whatever their age: those that receipts, indexes
                and the journal name.
            older_than: Seconds since the last use; younger objects stay.
            paid: Remove bought pictures too.
            dry: Only return what would be removed.
            now: Wall time in seconds since 1970, for tests.

        Raises:
            UsageError: The store does not know when something was used.

        """
        if not isinstance(self.store, Dated):
            message = "this store does not say when its objects were used"
            raise UsageError(message, hint="let its owner expire what is old")
        limit = (time.time() if now is None else now) - older_than
        kept = set(keep)
        removed = [
            each
            for each in self.ls()
            if each.digest not in kept and each.used < limit and (paid or not each.paid)
        ]
        if not dry:
            self._remove(self.store, removed, limit)
        return tuple(removed)

    def _remove(self, dated: Dated, removed: list[Shelved], limit: float) -> None:
        """Delete objects, then whatever old entry leads nowhere any more."""
        for each in removed:
            # Asked again just before: a build may have made it anew meanwhile.
            if dated.modified(_name("cas", each.digest)) < limit:
                self.store.delete(_name("cas", each.digest))
                self.store.delete(_name("paid", each.digest))
        for name in list(self.store.names("damaged/")):
            if dated.modified(name) < limit:
                self.store.delete(name)
        for key in list(self._digests("ac")):
            name = _name("ac", key)
            if dated.modified(name) < limit and not self._leads_somewhere(key):
                self.store.delete(name)

    def _leads_somewhere(self, key: str) -> bool:
        try:
            result = self.result(key)
        except UsageError:  # a newer assetgen's: not ours to judge
            return True
        return result is not None and self.has_bytes(result.digest)

    def _shelved(self, digest: str) -> Shelved:
        name = _name("cas", digest)
        store = self.store
        used = store.modified(name) if isinstance(store, Dated) else 0.0
        return Shelved(digest, store.size(name), self.is_paid(digest), used)

    def _digests(self, kind: str) -> Iterator[str]:
        """Yield every digest (or key) that names of one kind spell out."""
        for name in self.store.names(f"{kind}/"):
            digest = name.removeprefix(f"{kind}/").replace("/", "")
            if is_digest(digest) and name == _name(kind, digest):
                yield digest


def _name(kind: str, digest: str) -> str:
    """Return an object's name; raises ValueError for what is no digest or key."""
    if not is_digest(digest):
        raise ValueError(f"{digest!r} is no digest")
    return f"{kind}/{digest[:2]}/{digest[2:]}"


def _sum(entry: dict[str, object]) -> str:
    return digest_bytes(canonical_json(entry))[:16]
