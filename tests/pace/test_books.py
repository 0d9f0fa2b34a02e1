"""A book of notes: in a file that builds share, or alone in memory."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from assetgen.pace import Book
from assetgen.pace import book as module


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a book is going to be, in folders that are not there."""
    return tmp_path / "some" / "where" / "pace.db"


def wrote(book: Book, note: object, name: str = "a") -> object:
    """Replace a note and return what it was."""
    return book.change(name, lambda before: (before, note))


def asked(path: Path, query: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(path)
    rows = db.execute(query).fetchall()
    db.close()
    return rows


def test_notes_are_kept_by_name_for_every_build(path: Path) -> None:
    one, two = Book(path), Book(path)
    assert wrote(one, [1, "x"]) is None
    assert wrote(one, 7, "b") is None
    assert wrote(two, {"c": None}) == [1, "x"]
    assert wrote(one, 0) == {"c": None}
    assert wrote(two, 0, "b") == 7
    assert (one.alone, two.alone) == (False, False)
    one.close()
    two.close()


def test_a_book_without_a_file_is_its_own(tmp_path: Path) -> None:
    one, two = Book(), Book()
    assert wrote(one, 1) is None
    assert (wrote(one, 2), wrote(two, 3)) == (1, None)
    assert not one.alone
    one.close()
    assert list(tmp_path.glob("*.db")) == []


def test_the_file_is_the_owners_and_is_never_synced(path: Path) -> None:
    """It holds nothing that anybody would miss, and works on a network disk."""
    book = Book(path)
    assert not path.exists()
    wrote(book, 1)
    assert path.stat().st_mode & 0o777 == 0o600
    assert book._db is not None  # noqa: SLF001  its settings
    pragmas = ("journal_mode", "synchronous", "user_version")
    settings = [book._db.execute(f"PRAGMA {p}").fetchone()[0] for p in pragmas]  # noqa: SLF001  the same
    assert settings == ["truncate", 0, 1]
    book.close()
    book.close()
    assert asked(path, "SELECT * FROM notes") == [("a", "1")]
    assert asked(path, "PRAGMA table_info(notes)") == [
        (0, "name", "TEXT", 0, None, 1), (1, "body", "TEXT", 1, None, 0),
    ]  # fmt: skip


def test_a_note_that_stays_as_it_is_is_not_written(path: Path) -> None:
    book = Book(path)
    wrote(book, 1)
    assert book._db is not None  # noqa: SLF001  counts what it has written
    before = book._db.total_changes  # noqa: SLF001  the same
    wrote(book, 1)
    assert book._db.total_changes == before  # noqa: SLF001  the same
    wrote(book, 2)
    assert book._db.total_changes == before + 1  # noqa: SLF001  the same
    book.close()


def test_other_builds_are_waited_for_a_second(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits = []
    real = sqlite3.connect

    def spy(*args: object, **more: object) -> sqlite3.Connection:
        waits.append((more["timeout"], more["isolation_level"]))
        return real(*args, **more)  # type: ignore[call-overload,no-any-return]

    monkeypatch.setattr(sqlite3, "connect", spy)
    book = Book(path)
    wrote(book, 1)
    wrote(book, 2)
    book.close()
    assert waits == [(1.0, None)]


def test_a_note_is_changed_by_one_build_at_a_time(path: Path) -> None:
    book = Book(path)
    wrote(book, 1)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)

    def change(note: object) -> tuple[object, object]:
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return note, 2

    assert book.change("a", change) == 1
    assert wrote(book, 3) == 2
    other.close()
    book.close()


def test_a_change_that_fails_changes_nothing(path: Path) -> None:
    book = Book(path)
    wrote(book, 1)

    def change(_: object) -> tuple[object, object]:
        raise KeyError

    with pytest.raises(KeyError):
        book.change("a", change)
    with pytest.raises(TypeError, match="JSON"):
        wrote(book, b"no json")
    assert (wrote(book, 2), book.alone) == (1, False)
    book.close()


def test_a_book_that_fails_later_is_kept_in_memory_from_then_on(path: Path) -> None:
    book = Book(path)
    wrote(book, 1)
    assert book._db is not None  # noqa: SLF001  its table goes
    book._db.execute("DROP TABLE notes")  # noqa: SLF001  the same
    assert wrote(book, 2) is None
    assert book.alone
    assert wrote(book, 3) == 2
    assert book._db is None  # noqa: SLF001  let go of
    assert asked(path, "SELECT count(*) FROM sqlite_schema") == [(0,)]


def test_a_book_that_another_build_holds_for_too_long_is_left(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY", 0.0)
    book = Book(path)
    wrote(book, 1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert wrote(book, 2) is None
    assert book.alone
    other.execute("ROLLBACK")
    other.close()
    assert asked(path, "SELECT body FROM notes") == [("1",)]


def test_a_note_that_is_no_json_is_none(path: Path) -> None:
    book = Book(path)
    wrote(book, 1)
    book.close()
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("UPDATE notes SET body = '{'")
    db.close()
    book = Book(path)
    assert (wrote(book, 2), wrote(book, 3)) == (None, 2)
    assert not book.alone
    book.close()


def test_what_is_no_book_is_begun_anew_once(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where that does not help, it is kept in memory."""
    tried = []

    def refuse(path: Path | None) -> sqlite3.Connection:
        assert path is not None
        tried.append(path.exists())
        path.write_bytes(b"no book either")
        raise sqlite3.DatabaseError

    monkeypatch.setattr(module, "_connect", refuse)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"no book")
    book = Book(path)
    assert wrote(book, 1) is None
    assert (book.alone, tried) == (True, [True, False])
    assert path.read_bytes() == b"no book either"
    assert wrote(book, 2) == 1
    assert len(tried) == 2


@pytest.mark.parametrize("size", [0, 10, 5_000])
def test_a_file_of_anything_becomes_a_book(path: Path, size: int) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(b"x" * size)
    book = Book(path)
    assert (wrote(book, 1), book.alone) == (None, False)
    book.close()
    assert asked(path, "SELECT body FROM notes") == [("1",)]


def test_what_cannot_be_removed_is_no_reason_to_fail(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: Path) -> None:
        raise PermissionError

    path.parent.mkdir(parents=True)
    path.write_bytes(b"no book" * 500)
    monkeypatch.setattr(Path, "unlink", refuse)
    book = Book(path)
    assert wrote(book, 1) is None
    assert book.alone


@pytest.mark.parametrize("error", [sqlite3.OperationalError, OSError])
def test_what_only_cannot_be_used_is_not_removed(
    path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    tried = []

    def refuse(path: Path | None) -> sqlite3.Connection:
        tried.append(path)
        raise error

    path.parent.mkdir(parents=True)
    path.write_bytes(b"a book")
    monkeypatch.setattr(module, "_connect", refuse)
    book = Book(path)
    wrote(book, 1)
    assert (book.alone, tried, path.read_bytes()) == (True, [path], b"a book")


def test_a_connection_that_is_of_no_use_is_closed(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    real = sqlite3.connect

    def spy(*args: object, **more: object) -> sqlite3.Connection:
        opened.append(real(*args, **more))  # type: ignore[call-overload]
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", spy)
    path.parent.mkdir(parents=True)
    db = real(path)
    db.execute("PRAGMA user_version = 2")
    db.close()
    book = Book(path)
    wrote(book, 1)
    assert (book.alone, len(opened)) == (True, 1)
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        opened[0].execute("SELECT 1")


def test_a_book_that_is_closed_lets_go_of_its_file(path: Path) -> None:
    book = Book(path)
    wrote(book, 1)
    db = book._db  # noqa: SLF001  what holds it
    assert db is not None
    book.close()
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        db.execute("SELECT 1")


def test_the_table_of_an_unfinished_book_is_made(path: Path) -> None:
    """A build that died between the table and its version left no version."""
    path.parent.mkdir(parents=True)
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE notes (name TEXT PRIMARY KEY, body TEXT NOT NULL)")
    db.commit()
    db.close()
    book = Book(path)
    wrote(book, 1)
    book.close()
    assert asked(path, "PRAGMA user_version") == [(1,)]
    book = Book(path)
    assert (wrote(book, 2), book.alone) == (1, False)
    book.close()


def test_a_file_that_cannot_be_made_is_no_reason_to_fail(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "file" / "pace.db"):
        (tmp_path / "file").write_bytes(b"")
        book = Book(path)
        assert (wrote(book, 1), wrote(book, 2), book.alone) == (None, 1, True)
    with pytest.raises(OSError, match="a book without a file is not opened"):
        module._connect(None)  # noqa: SLF001  nobody asks for that
    assert (tmp_path / "file").read_bytes() == b""
