"""This file is mending a damaged journal: it is written anew from its own events.

The events are the truth and prove themselves, each by the sum of all before it; the
table of intents, the indexes and the free pages can be made again from them. Where the
events are not all there, nothing is made: what is missing may be a job that is paid.
"""

from __future__ import annotations

import contextlib
import json
import sqlite3
from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError, Locked
from assetgen.files import discard, sync_folder
from assetgen.journal.head import read_head, write_head
from assetgen.journal.owner import is_gone
from assetgen.journal.proof import prove
from assetgen.journal.schema import BUSY, connect, damaged, translated
from assetgen.journal.states import FIRST_SUM, OUT, Event, State, fold, to_row
from assetgen.journal.writing import INSERT_EVENT, REPLACE_INTENT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assetgen.journal.states import Intent

UNDER_WAY = OUT | {State.PLANNED, State.SENDING}
SIDES = ("", "-wal", "-shm")


def mend(path: Path, stamp: str) -> tuple[int, Path]:
    """Write a journal anew from its events, and put the damaged one aside.

    Returns how many purchases it knows, and where the damaged one is now.

    Args:
        path: The journal's file.
        stamp: What tells the damaged one from others: a time, for a file's name.

    Raises:
        Damaged: An event is missing or not what was written; nothing was changed.
        Locked: A process that may still write to it lives; nothing was changed.

    """
    head = read_head(path.with_suffix(".head"))
    lines = list(_proven(path, head))
    intents: dict[int, Intent] = {}
    for event, _ in lines:
        try:
            intents[event.intent] = fold(intents.get(event.intent), event)
        except (AssetgenError, ValueError, TypeError) as error:
            raise damaged(path, f"event {event.seq} leads nowhere") from error
    _nobody_at_work(path, intents)
    new = path.with_name(f"{path.name}.mended")
    try:
        _write(new, lines, intents)
    except BaseException:
        _discard(new)
        raise
    aside = path.with_name(f"{path.stem}-damaged-{stamp}{path.suffix}")
    for side in SIDES:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + side).replace(aside.with_name(aside.name + side))
    new.replace(path)
    sync_folder(path.parent)
    write_head(path.with_suffix(".head"), lines[-1][0].seq, lines[-1][1])
    return len(intents), aside


def _proven(path: Path, head: tuple[int, str] | None) -> Iterator[tuple[Event, str]]:
    """Yield every event with its sum; raises Damaged unless all are there.

    The bookmark is the witness that the last ones are, so there must be one.
    """
    if head is None:
        raise damaged(path, "its bookmark is gone, so nobody knows what its end was")
    before, reached = FIRST_SUM, False
    with contextlib.closing(_open(path)) as db, translated(path):
        query = "SELECT seq, intent, at, kind, facts, sum FROM events ORDER BY seq"
        for place, (*line, written) in enumerate(db.execute(query), start=1):
            event = Event(*line)
            if event.seq != place or written != _sum(event, before):
                raise damaged(path, f"event {place} is not what was written")
            reached = reached or (event.seq, written) == head
            before = written
            yield event, written
    if not reached:
        raise damaged(path, f"event {head[0]} was written and is no longer there")


def _open(path: Path) -> sqlite3.Connection:
    address = f"{path.absolute().as_uri()}?mode=ro"
    with translated(path):
        return sqlite3.connect(address, uri=True, timeout=BUSY, isolation_level=None)


def _sum(event: Event, before: str) -> str | None:
    """Return an event's sum, None for one whose facts are none of ours."""
    try:
        json.loads(event.facts)
        return event.sum(before)
    except (AssetgenError, ValueError, TypeError):
        return None


def _nobody_at_work(path: Path, intents: dict[int, Intent]) -> None:
    """Raise Locked if a living process may still write to the damaged journal."""
    for intent in intents.values():
        if intent.state in UNDER_WAY and not is_gone(intent.owner):
            raise Locked(
                f"a build of `{intent.project}` is still at work with `{path.name}`",
                hint="wait for it, or stop it, and try again",
            )


def _write(
    path: Path, lines: list[tuple[Event, str]], intents: dict[int, Intent]
) -> None:
    """Write a journal of these events, and prove it."""
    _discard(path)
    db = connect(path, network=True)  # in one file: it is renamed when it is whole
    try:
        with translated(path):
            db.execute("BEGIN IMMEDIATE")
            for event, written in lines:
                line = (event.seq, event.intent, event.at, event.kind, event.facts)
                db.execute(INSERT_EVENT, (*line, written))
            for intent in intents.values():
                db.execute(REPLACE_INTENT, to_row(intent))
            db.execute("COMMIT")
        prove(db, path, None, whole=True)
    finally:
        db.close()


def _discard(path: Path) -> None:
    for side in (*SIDES, "-journal"):
        discard(path.with_name(path.name + side))
