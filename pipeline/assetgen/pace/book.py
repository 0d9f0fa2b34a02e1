"""This file is the book of the pace: small notes that all builds of a user share.

It lies beside the journal and holds nothing that anybody would miss: when permits
were given, and how long pictures took. A note is read and written in one transaction
of about a tenth of a millisecond, straight from the event loop. It is never synced: a
power cut may cost the book, which is then begun anew.
"""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

T = TypeVar("T")

FORMAT = 1
BUSY = 1.0  # seconds to wait for another process's transaction
_TABLE = "CREATE TABLE IF NOT EXISTS notes (name TEXT PRIMARY KEY, body TEXT NOT NULL)"


class Book:
    """Notes by name, each a JSON value, kept in a file or, without one, in memory.

    Where the file cannot be used (a folder that cannot be written, a newer format, a
    disk that fails), the notes are kept in memory from then on, and `alone` is True.

    Args:
        path: The file; None keeps a book of one's own.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._notes: dict[str, object] = {}
        self._path = path
        self._db: sqlite3.Connection | None = None
        self._opened = path is None
        self.alone = False

    def change(self, name: str, change: Callable[[object], tuple[T, object]]) -> T:
        """Replace a note by what `change` makes of it; return its other result.

        `change` gets None for a note that is not there or cannot be read. No other
        process changes the note meanwhile.
        """
        if not self._opened:
            self._opened = True
            self._open()
        if self._db is not None:
            try:
                return self._change(self._db, name, change)
            except sqlite3.Error:
                self._give_up()
        result, self._notes[name] = change(self._notes.get(name))
        return result

    def close(self) -> None:
        """Let go of the file."""
        if self._db is not None:
            self._db.close()
            self._db = None

    @staticmethod
    def _change(
        db: sqlite3.Connection, name: str, change: Callable[[object], tuple[T, object]]
    ) -> T:
        db.execute("BEGIN IMMEDIATE")
        try:
            row = db.execute("SELECT body FROM notes WHERE name = ?", (name,))
            before = row.fetchone()
            result, note = change(_value(before))
            body = json.dumps(note)
            if before != (body,):
                db.execute("REPLACE INTO notes VALUES (?, ?)", (name, body))
            db.execute("COMMIT")
        except BaseException:
            with contextlib.suppress(sqlite3.Error):
                db.execute("ROLLBACK")
            raise
        return result

    def _open(self) -> None:
        """Open the file; one that is no book any more is begun anew, once."""
        for last in (False, True):
            try:
                self._db = _connect(self._path)
            except (sqlite3.OperationalError, OSError):
                break
            except sqlite3.DatabaseError:
                if last or self._path is None:
                    break
                with contextlib.suppress(OSError):
                    self._path.unlink()
            else:
                return
        self._give_up()

    def _give_up(self) -> None:
        self.alone = True
        self.close()


def _connect(path: Path | None) -> sqlite3.Connection:
    """Open the file and make its table; raises sqlite3.Error or OSError."""
    if path is None:
        message = "a book without a file is not opened"
        raise OSError(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made here and not by SQLite: when we work is nobody else's business.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    db = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    try:
        # No log of its own: that would not work on a network disk.
        db.execute("PRAGMA journal_mode = TRUNCATE")
        db.execute("PRAGMA synchronous = OFF")
        _make_table(db)
    except BaseException:
        db.close()
        raise
    return db


def _make_table(db: sqlite3.Connection) -> None:
    """Make the table of a new book; raises sqlite3.OperationalError for a newer one."""
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version > FORMAT:
        message = "the book is of a newer format"
        raise sqlite3.OperationalError(message)
    if version != FORMAT:
        db.execute(_TABLE)
        db.execute(f"PRAGMA user_version = {FORMAT}")


def _value(row: tuple[str] | None) -> object:
    """Return the value of a note's row, None if it has none."""
    if row is None:
        return None
    try:
        return json.loads(row[0])
    except ValueError:
        return None
