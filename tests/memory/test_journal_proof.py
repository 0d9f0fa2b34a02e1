"""What proves a journal whole, and which forgery of it each proof notices."""

from __future__ import annotations

import json
import os
import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from journals import dead, planned, rewritten, walked

from assetgen.digest import canonical_json
from assetgen.errors import Damaged
from assetgen.journal import Journal
from assetgen.journal.head import read_head, write_head
from assetgen.journal.proof import CHEAP, request_of
from assetgen.journal.states import FIRST_SUM

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assetgen.journal import Event


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a closed journal of two purchases: events 1, 2 and 3, 4."""
    path = tmp_path / "journal.db"
    with Journal.open(path) as journal:
        walked(journal, "sending")
        walked(journal, "release", "a gem")
    return path


def meddled(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


def told(path: Path) -> str:
    """Return what is wrong with a journal."""
    with pytest.raises(Damaged) as caught:
        Journal.open(path)
    return caught.value.message.removeprefix(f"the journal `{path}` is damaged: ")


def fact(event: Event, **facts: object) -> Event:
    more = canonical_json({**json.loads(event.facts), **facts}).decode()
    return replace(event, facts=more)


# Each forgery has a good checksum: only what the events say gives it away.
FORGERIES: dict[str, tuple[Callable[[list[Event]], list[Event]], int]] = {
    "a gap": (lambda e: [*e[:3], replace(e[3], seq=5)], 4),
    "no arrow": (lambda e: [*e[:3], replace(e[3], kind="done")], 4),
    "no kind": (lambda e: [*e[:3], replace(e[3], kind="nonsense")], 4),
    "no plan": (lambda e: [replace(e[0], kind="sending"), *e[1:]], 1),
    "no json": (lambda e: [*e[:3], replace(e[3], facts="{")], 4),
    "no money": (lambda e: [fact(e[0], price="1"), *e[1:]], 1),
    "no such fact": (lambda e: [e[0], fact(e[1], nonsense=1), *e[2:]], 2),
    "another's": (lambda e: [e[0], replace(e[1], intent=7), *e[2:]], 2),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_an_event_that_could_not_happen_is_named(path: Path, name: str) -> None:
    forge, place = FORGERIES[name]
    rewritten(path, forge)
    assert told(path) == f"event {place} is not what was written"


@pytest.mark.parametrize("column", ["at = at + 1", "facts = '[]'", "sum = intent"])
def test_an_event_without_its_checksum_is_named(path: Path, column: str) -> None:
    db = sqlite3.connect(path)
    (trigger,) = db.execute(
        "SELECT sql FROM sqlite_schema WHERE name = 'events_stay'"
    ).fetchone()
    db.close()
    change = f"UPDATE events SET {column} WHERE seq = 2"  # noqa: S608  our own words
    meddled(path, "DROP TRIGGER events_stay", change, trigger)
    assert told(path) == "event 2 is not what was written"


def test_an_intent_that_its_events_do_not_make_is_named(path: Path) -> None:
    rewritten(path, lambda e: [fact(e[0], price=1), *e[1:]])
    assert told(path) == "intent 1 is not what its events say"


def test_of_two_forged_intents_the_first_is_named(path: Path) -> None:
    meddled(path, "UPDATE intents SET asset = 'gem'")
    assert told(path) == "intent 1 is not what its events say"


def test_an_intent_without_events_is_named(path: Path) -> None:
    meddled(path, "UPDATE intents SET number = 9 WHERE number = 3")
    assert told(path) == "intent 9 is not what its events say"


def test_intents_that_are_missing_are_counted(path: Path) -> None:
    meddled(path, "DELETE FROM intents")
    assert told(path) == "2 intents are missing"


@pytest.mark.parametrize(
    ("head", "wrong"),
    [
        (None, None),
        ((0, FIRST_SUM), None),
        ((0, "f" * 64), 0),
        ((4, FIRST_SUM), 4),
        ((5, FIRST_SUM), 5),
    ],
)
def test_a_bookmark_names_what_must_be_there(
    path: Path, head: tuple[int, str] | None, wrong: int | None
) -> None:
    file = path.with_suffix(".head")
    file.unlink()
    if head is not None:
        write_head(file, *head)
    if wrong is None:
        Journal.open(path).close()
    else:
        assert told(path) == f"event {wrong} was written and is no longer there"


def test_a_bookmark_is_the_last_event_in_160_bytes_for_the_owner(path: Path) -> None:
    file = path.with_suffix(".head")
    db = sqlite3.connect(path)
    last = db.execute("SELECT seq, sum FROM events WHERE seq = 4").fetchone()
    db.close()
    assert read_head(file) == last
    assert (file.stat().st_size, file.stat().st_mode & 0o777) == (160, 0o600)
    file.unlink()
    write_head(file, 7, "sum")
    assert read_head(file) == (7, "sum")
    assert len(json.loads(file.read_bytes())[2]) == 16
    write_head(file / "below", 7, "sum")  # what cannot be written only lags


def test_a_bookmark_leaves_no_file_open(tmp_path: Path) -> None:
    """The number of the next file is the lowest that is free."""

    def free() -> int:
        number = os.open(os.devnull, os.O_RDONLY)
        os.close(number)
        return number

    before = free()
    for _ in range(3):
        write_head(tmp_path / "journal.head", 7, "sum")
    assert free() == before


@pytest.mark.parametrize(
    "text", ["", "[1", "[]", "7", "null", '[7,"sum"]', '[7,"sum","0"]']
)
def test_what_is_no_bookmark_witnesses_nothing(tmp_path: Path, text: str) -> None:
    file = tmp_path / "journal.head"
    assert read_head(file) is None
    file.write_text(text)
    assert read_head(file) is None


def test_a_bookmark_of_no_number_witnesses_nothing(tmp_path: Path) -> None:
    file = tmp_path / "journal.head"
    write_head(file, "7", "sum")  # type: ignore[arg-type]  on purpose
    assert read_head(file) is None


class TestHowMuch:
    """A small journal is proven whole when it is opened, a large one by `verify`."""

    FORGED = "UPDATE intents SET price = 1 WHERE number = 1"

    def test_a_forged_row_of_a_large_journal_is_found_by_verify(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        meddled(path, self.FORGED)
        size = path.stat().st_size
        monkeypatch.setattr("assetgen.journal.journal.CHEAP", size - 1)
        with Journal.open(path) as journal:
            with pytest.raises(Damaged, match="intent 1 is not what"):
                journal.verify()
            with pytest.raises(Damaged, match="intent 1 is not what"):
                journal.verify()
        monkeypatch.setattr("assetgen.journal.journal.CHEAP", size)
        assert told(path) == "intent 1 is not what its events say"
        assert CHEAP == 8 << 20

    def test_a_swapped_index_of_a_large_journal_is_found_by_verify(
        self, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Quick, SQLite looks at the pages only; and at the bookmark, always."""
        with Journal.open(path) as journal:
            for number in range(20):
                planned(journal, f"{number}", account=f"{number}")
        swap = "UPDATE sqlite_schema SET rootpage = {} WHERE name = '{}'"
        db = sqlite3.connect(path)
        pages = dict(db.execute("SELECT name, rootpage FROM sqlite_schema"))
        db.close()
        meddled(
            path,
            "PRAGMA writable_schema = ON",
            swap.format(pages["purchase_key"], "intent_id"),
            swap.format(pages["intent_id"], "purchase_key"),
        )
        assert "missing from index" in told(path)
        monkeypatch.setattr("assetgen.journal.journal.CHEAP", 0)
        with (
            Journal.open(path) as journal,
            pytest.raises(Damaged, match="missing from index"),
        ):
            journal.verify()
        write_head(path.with_suffix(".head"), 99, FIRST_SUM)
        assert told(path) == "event 99 was written and is no longer there"

    def test_verify_asks_the_bookmark_too(self, path: Path) -> None:
        with Journal.open(path) as journal:
            write_head(path.with_suffix(".head"), 99, FIRST_SUM)
            with pytest.raises(Damaged, match="event 99 was written"):
                journal.verify()

    def test_a_proof_leaves_the_journal_free_to_write(self, path: Path) -> None:
        with Journal.open(path) as journal:
            journal.verify()
            assert walked(journal, "sending", "a star")
            journal.verify()


def test_a_journal_that_is_refused_is_closed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assetgen.journal import journal as module  # noqa: PLC0415  to watch it

    opened = []

    def connect(*args: object, **more: object) -> sqlite3.Connection:
        opened.append(real(*args, **more))
        return opened[-1]

    real = module.connect
    monkeypatch.setattr(module, "connect", connect)
    meddled(path, "DELETE FROM intents")
    assert told(path)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_a_journal_that_is_not_there_has_nothing_to_prove(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "none" / "journal.db", reading=True) as journal:
        assert journal.intents() == ()
    assert not (tmp_path / "none").exists()


def test_a_request_is_an_object() -> None:
    assert request_of('{"request": {"model": "m"}}') == {"model": "m"}
    with pytest.raises(TypeError, match="the request is no object"):
        request_of('{"request": "m"}')


def test_an_owner_of_another_start_is_dead_in_these_tests() -> None:
    """What the other tests of this folder stand on."""
    from assetgen.journal.owner import is_gone  # noqa: PLC0415  one use

    assert is_gone(dead())
