"""This file is the proof that a journal is whole: read at open, and by `verify`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError
from assetgen.journal.schema import damaged, translated
from assetgen.journal.states import COLUMNS, FIRST_SUM, Event, fold, to_row

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from assetgen.journal.states import Intent

# Up to this size, in bytes, a journal is proven whole each time it is opened: some
# 3,500 purchases, a third of a second. Above it, the database's own quick check and
# the bookmark must do, and `verify` proves the rest.
CHEAP = 8 * 1024 * 1024


def prove(
    db: sqlite3.Connection, path: Path, head: tuple[int, str] | None, *, whole: bool
) -> None:
    """Raise Damaged unless the journal is what was written.

    Args:
        db: An open journal.
        path: Its file, for messages.
        head: The bookmark, read before this call.
        whole: Check every event, every sum and every index, not only the pages.
    """
    with translated(path):
        db.execute("BEGIN")  # one moment of it, whatever others write meanwhile
        try:
            _check_pages(db, path, whole=whole)
            _check_head(db, path, head)
            if whole:
                _check_sums(db, path)
        finally:
            db.execute("ROLLBACK")


def _check_pages(db: sqlite3.Connection, path: Path, *, whole: bool) -> None:
    check = "integrity_check" if whole else "quick_check"
    first = db.execute(f"PRAGMA {check}(1)").fetchone()[0]
    if first != "ok":
        raise damaged(path, str(first).replace("\n", " "))


def _check_head(
    db: sqlite3.Connection, path: Path, head: tuple[int, str] | None
) -> None:
    if head is None or head == (0, FIRST_SUM):  # nothing, or nothing yet
        return
    found = db.execute("SELECT sum FROM events WHERE seq = ?", head[:1]).fetchone()
    if found is None or found[0] != head[1]:
        raise damaged(path, f"event {head[0]} was written and is no longer there")


def _check_sums(db: sqlite3.Connection, path: Path) -> None:
    """Add all events up again and compare with what the table of intents says."""
    intents: dict[int, Intent] = {}
    before = FIRST_SUM
    query = "SELECT seq, intent, at, kind, facts, sum FROM events ORDER BY seq"
    for place, (*line, written) in enumerate(db.execute(query), start=1):
        event = Event(*line)
        try:
            sound = event.seq == place and written == event.sum(before)
            if sound:
                after = fold(intents.get(event.intent), event)
        except (AssetgenError, ValueError, TypeError):
            sound = False
        if not sound:
            raise damaged(path, f"event {place} is not what was written")
        intents[event.intent] = after
        before = written
    _check_rows(db, path, intents)


def _check_rows(db: sqlite3.Connection, path: Path, intents: dict[int, Intent]) -> None:
    names = ", ".join(COLUMNS)
    rows = db.execute(f"SELECT {names} FROM intents ORDER BY number")  # noqa: S608  ours
    seen = 0
    for values in rows:
        row = dict(zip(COLUMNS, values, strict=True))
        intent = intents.get(row["number"])
        if intent is None or to_row(intent) != row:
            raise damaged(path, f"intent {row['number']} is not what its events say")
        seen += 1
    if seen != len(intents):
        raise damaged(path, f"{len(intents) - seen} intents are missing")


def request_of(facts: str) -> dict[str, object]:
    """Return the request that an intent's first event holds."""
    request = json.loads(facts)["request"]
    if not isinstance(request, dict):
        raise TypeError("the request is no object")
    return request
