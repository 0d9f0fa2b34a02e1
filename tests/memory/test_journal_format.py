"""The journal's file: its tables, its header, how it is opened, what is refused."""

from __future__ import annotations

import hashlib
import os
import sqlite3
from typing import TYPE_CHECKING

import pytest
from journals import planned

from assetgen.errors import Damaged, UsageError
from assetgen.journal import Journal, schema
from assetgen.journal.schema import (
    INDEXES,
    TABLES,
    connect,
    connect_reading,
    listed,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TABLES_DIGEST = "8e71011000773e0b7dbb3533fc99f63abeb13354f72daba782f92378993f97d2"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal is going to be, in a folder that is not there."""
    return tmp_path / "data" / "journal.db"


def meddled(path: Path, *statements: str) -> None:
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
        db.execute(statement)
    db.close()


def asked(path: Path, query: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(path)
    rows = db.execute(query).fetchall()
    db.close()
    return rows


# --- what stands in the file -------------------------------------------------------


def test_the_tables_of_format_1_never_change() -> None:
    """A journal whose tables read otherwise is refused: another text, another format.

    Indexes may come, and those that are there stay as they are.
    """
    digest = hashlib.sha256("\n".join(TABLES).encode()).hexdigest()
    assert digest == TABLES_DIGEST
    assert INDEXES[:3] == (
        "CREATE INDEX purchase_key ON intents (key)",
        "CREATE INDEX purchase_job ON intents (job) WHERE job IS NOT NULL",
        "CREATE INDEX purchase_project ON intents (project, created)",
    )


def test_a_new_journal_says_whose_it_is_and_is_read_by_nobody_else(path: Path) -> None:
    connect(path, network=False).close()
    assert path.stat().st_mode & 0o777 == 0o600
    header = path.read_bytes()[:100]
    assert header[68:72] == b"agjl"
    assert int.from_bytes(header[60:64], "big") == 1
    assert asked(path, "SELECT version, needs FROM format") == [(1, "0.1.0")]
    found = {sql for (sql,) in asked(path, "SELECT sql FROM sqlite_schema")}
    assert found == {*TABLES, *INDEXES}


def test_states_are_listed_in_one_order() -> None:
    assert listed(["b", "a", "c"]) == "'a', 'b', 'c'"


# --- how it is opened --------------------------------------------------------------


@pytest.mark.parametrize(
    ("network", "mode", "level"), [(False, "wal", 2), (True, "delete", 3)]
)
def test_every_commit_is_synced_and_no_schema_is_trusted(
    path: Path, *, network: bool, mode: str, level: int
) -> None:
    """Level 3 also syncs the folder of the log that is removed."""
    db = connect(path, network=network)
    pragmas = ("journal_mode", "synchronous", "fullfsync", "trusted_schema")
    settings = [db.execute(f"PRAGMA {name}").fetchone()[0] for name in pragmas]
    db.close()
    assert settings == [mode, level, 1, 0]


def test_another_process_is_waited_for_half_a_minute(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []
    real = sqlite3.connect

    def spy(*args: object, **more: object) -> sqlite3.Connection:
        waits.append((more["timeout"], more["isolation_level"]))
        return real(*args, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", spy)
    connect(path, network=False).close()
    connect_reading(path).close()
    assert waits == [(30.0, None)] * 2


class Held:
    """A connection that is locked for a while, and a clock that stands beside it."""

    def __init__(self, until: float, words: str = "database is locked") -> None:
        self.now = 100.0
        self.said: list[str] = []
        self._until = 100.0 + until
        self._words = words

    def execute(self, statement: str) -> Held:
        if self.now < self._until:
            raise sqlite3.OperationalError(self._words)
        self.said.append(statement)
        return self

    def fetchone(self) -> None:
        return None

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds == 0.01
        self.now += seconds


@pytest.mark.parametrize(("held", "opened"), [(0.0, 1), (29.9, 1), (30.2, 0)])
def test_the_kind_of_log_waits_for_other_processes(
    monkeypatch: pytest.MonkeyPatch, held: float, opened: int
) -> None:
    """SQLite does not wait there by itself."""
    db = Held(held)
    monkeypatch.setattr(schema, "time", db)
    if opened:
        schema._settle(db, network=False)  # type: ignore[arg-type]  # noqa: SLF001  its loop
        assert db.said[0] == "PRAGMA journal_mode = wal"
    else:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            schema._settle(db, network=False)  # type: ignore[arg-type]  # noqa: SLF001  its loop
        assert db.said == []


def test_what_is_no_lock_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    db = Held(10.0, "disk I/O error")
    monkeypatch.setattr(schema, "time", db)
    with pytest.raises(sqlite3.OperationalError, match="disk"):
        schema._settle(db, network=False)  # type: ignore[arg-type]  # noqa: SLF001  its loop
    assert db.now == 100.0


def test_a_journal_that_is_not_there_is_read_as_an_empty_one(path: Path) -> None:
    db = connect_reading(path)
    assert db.execute("SELECT count(*) FROM intents").fetchone() == (0,)
    assert db.execute("PRAGMA user_version").fetchone() == (1,)
    db.close()
    assert not path.parent.exists()


def test_a_database_without_tables_is_read_as_an_empty_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.parent.mkdir()
    path.write_bytes(b"")
    opened = []
    real = sqlite3.connect

    def spy(*args: object, **more: object) -> sqlite3.Connection:
        opened.append(real(*args, **more))  # type: ignore[call-overload]
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", spy)
    db = connect_reading(path)
    assert len(opened) == 2
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")
    assert db.execute("SELECT count(*) FROM intents").fetchone() == (0,)
    db.close()
    assert path.read_bytes() == b""


def test_who_only_reads_cannot_write(path: Path) -> None:
    connect(path, network=False).close()
    db = connect_reading(path)
    assert db.execute("PRAGMA query_only").fetchone() == (1,)
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        db.execute("DELETE FROM intents")
    db.close()


@pytest.mark.parametrize(
    ("writable", "log", "immutable"),
    [(True, False, False), (False, True, False), (False, False, True)],
)
def test_a_journal_on_a_disk_that_nobody_writes_is_read_without_side_files(
    path: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    writable: bool,
    log: bool,
    immutable: bool,
) -> None:
    connect(path, network=False).close()
    if log:
        path.with_name("journal.db-wal").write_bytes(b"")
    addresses = []
    real = sqlite3.connect

    def spy(address: str, **more: object) -> sqlite3.Connection:
        addresses.append((address, more["uri"]))
        return real(address, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", spy)
    monkeypatch.setattr(os, "access", lambda _, mode: mode == os.W_OK and writable)
    connect_reading(path).close()
    end = "?mode=ro&immutable=1" if immutable else "?mode=ro"
    assert addresses == [(path.as_uri() + end, True)]


# --- what refuses to open ----------------------------------------------------------


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("PRAGMA application_id = 5", "it is another program's database"),
        ("PRAGMA application_id = 0", "it is another program's database"),
        ("PRAGMA user_version = 0", "its format is not clear"),
        ("PRAGMA user_version = 2", "its format is not clear"),
        ("DELETE FROM format", "its format is not clear"),
        ("INSERT INTO format VALUES (1, '0.1.0')", "its format is not clear"),
        ("DROP TABLE intents", "its tables are not the ones that assetgen made"),
        ("CREATE TABLE more (x)", "its tables are not the ones that assetgen made"),
    ],
)
@pytest.mark.parametrize(
    "opened", [connect_reading, lambda p: connect(p, network=False)]
)
def test_a_file_that_is_not_exactly_ours_is_refused(
    path: Path, opened: Callable[[Path], object], statement: str, what: str
) -> None:
    connect(path, network=False).close()
    meddled(path, statement)
    with pytest.raises(Damaged) as caught:
        opened(path)
    assert caught.value.message == f"the journal `{path}` is damaged: {what}"
    assert "restore it from a backup" in str(caught.value.hint)


def test_an_older_format_that_never_was_is_refused(path: Path) -> None:
    connect(path, network=False).close()
    meddled(path, "PRAGMA user_version = -1", "UPDATE format SET version = -1")
    with pytest.raises(Damaged, match="its tables are not the ones"):
        connect(path, network=False)


@pytest.mark.parametrize(
    "header", ["PRAGMA user_version = 1", "PRAGMA application_id = 7"]
)
def test_an_empty_database_that_says_more_is_no_new_one(
    path: Path, header: str
) -> None:
    path.parent.mkdir()
    meddled(path, header)
    with pytest.raises(Damaged):
        connect(path, network=False)


def test_another_programs_database_without_a_name_is_left_alone(path: Path) -> None:
    """Most have neither a version nor an id."""
    path.parent.mkdir()
    meddled(path, "CREATE TABLE theirs (x)")
    before = path.read_bytes()
    for opened in (connect_reading, lambda p: connect(p, network=False)):
        with pytest.raises(Damaged, match="another program's database"):
            opened(path)
    assert asked(path, "SELECT name FROM sqlite_schema") == [("theirs",)]
    assert len(before) == len(path.read_bytes())


def test_a_journal_that_moved_to_a_shared_disk_changes_its_log(path: Path) -> None:
    connect(path, network=False).close()
    assert asked(path, "PRAGMA journal_mode") == [("wal",)]
    connect(path, network=True).close()
    assert asked(path, "PRAGMA journal_mode") == [("delete",)]


def test_a_newer_format_names_the_version_that_reads_it(path: Path) -> None:
    connect(path, network=False).close()
    meddled(
        path, "PRAGMA user_version = 2", "UPDATE format SET version = 2, needs = '9.1'"
    )
    with pytest.raises(UsageError, match=r"needs assetgen >= 9\.1") as caught:
        connect(path, network=False)
    assert str(caught.value).startswith(f"the journal `{path}` was written by")


def test_a_connection_that_is_refused_is_closed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An open one would hold its locks for as long as this process lives."""
    connect(path, network=False).close()
    meddled(path, "PRAGMA application_id = 5")
    opened = []
    real = sqlite3.connect

    def spy(*args: object, **more: object) -> sqlite3.Connection:
        opened.append(real(*args, **more))  # type: ignore[call-overload]
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", spy)
    for refused in (connect_reading, lambda p: connect(p, network=False)):
        with pytest.raises(Damaged):
            refused(path)
    assert len(opened) == 2
    for db in opened:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            db.execute("SELECT 1")


def test_tables_that_cannot_be_made_whole_are_not_made(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(schema, "INDEXES", (*INDEXES, "CREATE NONSENSE"))
        with pytest.raises(Damaged, match="NONSENSE"):
            connect(path, network=False)
    assert asked(path, "SELECT * FROM sqlite_schema") == []
    with Journal.open(path) as journal:
        planned(journal)


def test_tables_that_another_process_made_meanwhile_are_kept(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = schema._check_format  # noqa: SLF001  to come between
    looks = []

    def late(db: sqlite3.Connection, file: Path) -> bool:
        looks.append(real(db, file))
        if len(looks) > 1:  # by now nobody else can write any more
            other = sqlite3.connect(file, timeout=0, isolation_level=None)
            with pytest.raises(sqlite3.OperationalError, match="locked"):
                other.execute("BEGIN IMMEDIATE")
            other.close()
        if looks == [False]:
            with monkeypatch.context() as patched:
                patched.setattr(schema, "_check_format", real)
                connect(file, network=False).close()
        return looks[-1]

    monkeypatch.setattr(schema, "_check_format", late)
    connect(path, network=False).close()
    assert looks == [False, True]
    assert len(asked(path, "SELECT * FROM format")) == 1


@pytest.mark.parametrize(
    ("reason", "make"),
    [
        ("not a directory", lambda path: path.parent.write_bytes(b"")),
        ("is a directory", lambda path: path.mkdir(parents=True)),
    ],
)
def test_a_home_that_is_none_is_named_with_the_reason(
    path: Path, reason: str, make: Callable[[Path], object]
) -> None:
    make(path)
    with pytest.raises(UsageError) as caught:
        connect(path, network=False)
    assert caught.value.message.startswith(f"cannot write the journal `{path}`: ")
    assert reason in caught.value.message or "exists" in caught.value.message
    assert "`ASSETGEN_HOME`" in str(caught.value.hint)
