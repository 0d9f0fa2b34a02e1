"""This file is how the journal writes: one transaction, two tables, one bookmark."""

from __future__ import annotations

import contextlib
import secrets
import sqlite3
from typing import TYPE_CHECKING

from assetgen.digest import canonical_json
from assetgen.errors import UsageError
from assetgen.files import reason_of
from assetgen.journal.ballast import Ballast
from assetgen.journal.head import write_head
from assetgen.journal.owner import Owner
from assetgen.journal.reading import Reading
from assetgen.journal.schema import damaged, translated
from assetgen.journal.states import (
    COLUMNS,
    FIRST_SUM,
    Event,
    fold,
    to_row,
    without_queries,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from assetgen.clock import Clock
    from assetgen.journal.states import Intent, State

# What a disk that was full may not lead to any more until the journal is opened again.
_SPENDS = frozenset({"planned", "sending"})
INSERT_EVENT = "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)"
REPLACE_INTENT = (
    f"INSERT INTO intents ({', '.join(COLUMNS)})"  # noqa: S608  our own words
    f" VALUES ({', '.join(f':{name}' for name in COLUMNS)})"
    " ON CONFLICT (number) DO UPDATE SET "
    + ", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name != "number")
)


class Writing(Reading):
    """An open journal that can be written by this process.

    Attributes:
        build: This build's own token; a budget bounds what it newly commits.
        network: The disk is shared with other machines: slower, and locks there are
            only as good as the disk's; worth a warning.
    """

    def __init__(
        self, db: sqlite3.Connection, path: Path, clock: Clock, *, network: bool
    ) -> None:
        super().__init__(db, path)
        self.build = secrets.token_urlsafe(12)
        self.network = network
        self._clock = clock
        self._owner = str(Owner.current())
        self._broken = self._full = False
        self._ballast = Ballast(path.with_suffix(".ballast"))
        self._lines: list[tuple[str, tuple[object, ...] | dict[str, object]]] = []
        self._head: tuple[int, str] | None = None
        self._spends = False
        with translated(path):
            self._opened_at = self._last()[0]

    def close(self) -> None:
        """Close the file; what was written is written already."""
        self._db.close()

    def reserve(self) -> None:
        """Take room for what must be written after money is spent.

        Raises UsageError if the disk has none: nothing was bought.
        """
        try:
            self._ballast.take()
        except OSError as error:
            raise UsageError(
                f"cannot keep room for the journal `{self.path}`: {reason_of(error)}",
                hint="nothing was bought; free some space, then run again",
            ) from error

    def _move(
        self,
        name: str,
        kind: str,
        *,
        passed: Collection[State] = (),
        **facts: object,
    ) -> Intent:
        """Append an event unless the intent has passed it; drop unknown facts."""
        known = {key: value for key, value in facts.items() if value is not None}
        if isinstance(known.get("why"), str):
            known["why"] = without_queries(str(known["why"]))
        with self._writing():
            intent = self._known(name)
            if intent.state in passed:
                return intent
            return self._append(intent, kind, known)

    def _append(
        self, intent: Intent | None, kind: str, facts: dict[str, object]
    ) -> Intent:
        """Add one event to both tables, inside the transaction of the caller."""
        if self._full and kind in _SPENDS:
            raise damaged(self.path, "an earlier write failed, so nothing is bought")
        last, before = self._head or self._last()
        event = Event(
            seq=last + 1,
            intent=intent.number if intent else last + 1,
            at=round(self._clock.now(), 3),
            kind=kind,
            facts=canonical_json(facts).decode(),
        )
        after = fold(intent, event)
        line = (event.seq, event.intent, event.at, event.kind, event.facts)
        self._head = event.seq, event.sum(before)
        self._lines += [
            (INSERT_EVENT, (*line, self._head[1])),
            (REPLACE_INTENT, to_row(after)),
        ]
        for statement, values in self._lines[-2:]:
            self._db.execute(statement, values)
        self._spends = self._spends or kind in _SPENDS
        return after

    def _last(self) -> tuple[int, str]:
        """Return place and checksum of the last event."""
        query = "SELECT seq, sum FROM events ORDER BY seq DESC LIMIT 1"
        found = self._db.execute(query).fetchone()
        return (found[0], found[1]) if found else (0, FIRST_SUM)

    @contextlib.contextmanager
    def _writing(self) -> Iterator[None]:
        """Hold the one writing transaction; durable when it ends, or undone.

        An integrity error is left to those who know what it means.
        """
        if self._broken:
            raise damaged(self.path, "an earlier write failed, so nothing is bought")
        self._lines.clear()
        self._head = None
        self._spends = False
        with translated(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                head = self._head or self._last()
            except BaseException as error:
                self._note(error, broken=isinstance(error, sqlite3.OperationalError))
                self._undo()
                raise
            try:
                self._commit()
            except BaseException as error:
                self._note(error, broken=True)
                self._undo()
                raise
        if head[0]:
            write_head(self.path.with_suffix(".head"), *head)

    def _commit(self) -> None:
        """Make the transaction durable, on the ballast's room if there is no other.

        SQLite has undone a transaction that found no room, and nothing of it counts;
        the same lines are written once more, unless another process came between. No
        room is given for new spending.
        """
        try:
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if not _is_full(error) or self._spends or not self._ballast.drop():
                raise
            self._full = True
            self._undo()
            try:
                self._write_again()
            except sqlite3.IntegrityError:  # another process came between
                raise error from None

    def _write_again(self) -> None:
        self._db.execute("BEGIN IMMEDIATE")
        for statement, values in self._lines:
            self._db.execute(statement, values)
        self._db.execute("COMMIT")

    def _note(self, error: BaseException, *, broken: bool) -> None:
        """Remember what a write that failed means for those that follow.

        Where there was no room, only spending ends: what the disk holds is known, and
        what is paid already may yet find room.
        """
        full = isinstance(error, sqlite3.OperationalError) and _is_full(error)
        self._full = self._full or full
        self._broken = broken and not full

    def _undo(self) -> None:
        with contextlib.suppress(sqlite3.Error):
            self._db.execute("ROLLBACK")


def _is_full(error: sqlite3.OperationalError) -> bool:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL
