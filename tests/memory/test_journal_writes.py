"""One transaction at a time: what it holds, what it leaves behind when it fails."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from journals import planned, walked

from assetgen.errors import Damaged, UsageError
from assetgen.journal import IllegalMove, Journal, State
from assetgen.journal.head import read_head
from assetgen.journal.states import FIRST_SUM

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FULL = sqlite3.SQLITE_FULL
BROKEN = "an earlier write failed, so nothing is bought"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal is going to be."""
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """Return an empty journal."""
    with Journal.open(path) as journal:
        yield journal


class Failing:
    """A connection whose next statements of some kind fail, as SQLite's would.

    A transaction that fails to commit is undone, as SQLite undoes it for want of room,
    unless the test says otherwise.
    """

    undoes = True

    def __init__(self, journal: Journal, start: str, *codes: int) -> None:
        self._db = journal._db  # noqa: SLF001  the disk is behind it
        self._start = start
        self._codes = list(codes)
        journal._db = self  # type: ignore[assignment]  # noqa: SLF001  the same

    def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
        """Carry a statement out, or fail."""
        if statement.startswith(self._start) and self._codes:
            if statement == "COMMIT" and self.undoes:
                self._db.execute("ROLLBACK")
            error = sqlite3.OperationalError("oh no")
            error.sqlite_errorcode = self._codes.pop(0)
            raise error
        return self._db.execute(statement, *values)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close it."""
        self._db.close()


def test_a_journal_is_closed_with_its_block(path: Path) -> None:
    with Journal.open(path) as journal:
        planned(journal)
    with pytest.raises(Damaged, match="closed"):
        journal.intents()


def test_who_writes_keeps_all_others_from_writing(journal: Journal, path: Path) -> None:
    """From the first question on, so that what was read is still true when written."""
    planned(journal)
    other = sqlite3.connect(path, timeout=0, isolation_level=None)
    with (
        journal._writing(),  # noqa: SLF001  to stand in the middle of it
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")
    other.execute("BEGIN IMMEDIATE")
    other.close()


def test_the_bookmark_follows_each_event(journal: Journal, path: Path) -> None:
    head = path.with_suffix(".head")
    for step in ("", "sending", "sending submitted"):
        walked(journal, step, f"to {step}")
        assert read_head(head) == journal._last()  # noqa: SLF001  what it names
    assert journal._last()[0] == 6  # noqa: SLF001  the same


def test_an_empty_journal_has_no_last_event(journal: Journal) -> None:
    assert journal._last() == (0, FIRST_SUM)  # noqa: SLF001  where the chain begins


def test_a_mistake_in_a_transaction_leaves_nothing_and_breaks_nothing(
    journal: Journal,
) -> None:
    token = planned(journal).id
    before = journal.intents()
    with pytest.raises(IllegalMove):
        journal.done(token)

    def half() -> None:
        with journal._writing():  # noqa: SLF001  a story
            journal._append(before[0], "sending", {})  # noqa: SLF001  its first half
            raise RuntimeError

    with pytest.raises(RuntimeError):
        half()
    assert journal.intents() == before
    assert journal.sending(token).state is State.SENDING
    journal.verify()


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("INSERT INTO events", sqlite3.SQLITE_IOERR),
        ("INSERT INTO intents", sqlite3.SQLITE_IOERR),
        ("COMMIT", sqlite3.SQLITE_IOERR_FSYNC),
        ("COMMIT", sqlite3.SQLITE_BUSY),
    ],
)
def test_after_a_write_that_failed_nothing_is_written(
    path: Path, start: str, code: int
) -> None:
    """Not by this journal: who opens it anew sees what the disk holds."""
    with Journal.open(path) as journal:
        journal.reserve()
        token = walked(journal, "sending")
        other = planned(journal, "a gem").id
        Failing(journal, start, code)
        with pytest.raises(Exception, match="journal") as caught:
            journal.submitted(token, "task-1")
        assert getattr(caught.value, "exit_code", None) in {6, 8}
        for move in (journal.sending, journal.release):
            with pytest.raises(Damaged, match=BROKEN):
                move(other)
        found = journal.get(token)
        assert found is not None
        assert found.state is State.SENDING
    assert path.with_suffix(".ballast").exists()
    with Journal.open(path) as journal:
        journal.verify()
        assert journal.submitted(token, "task-1").job == "task-1"


def test_a_transaction_that_failed_to_end_is_undone(journal: Journal) -> None:
    """The next one of this connection would else be within it."""
    token = planned(journal).id

    class Stuck(Failing):
        def execute(self, statement: str, *values: object) -> sqlite3.Cursor:
            if statement == "COMMIT":
                raise KeyboardInterrupt
            return self._db.execute(statement, *values)  # type: ignore[arg-type]

    real = journal._db  # noqa: SLF001  the same
    Stuck(journal, "COMMIT")
    with pytest.raises(KeyboardInterrupt):
        journal.sending(token)
    assert not real.in_transaction
    with pytest.raises(Damaged, match=BROKEN):
        journal.sending(token)


@pytest.mark.parametrize("start", ["INSERT INTO events", "COMMIT"])
def test_a_full_disk_ends_spending_and_nothing_else(path: Path, start: str) -> None:
    with Journal.open(path) as journal:
        sent = walked(journal, "sending")
        other = planned(journal, "a gem").id
        Failing(journal, start, FULL)
        with pytest.raises(Damaged, match="cannot write the journal"):
            journal.sending(other)
        for spend in (lambda: journal.sending(other), lambda: planned(journal, "a")):
            with pytest.raises(Damaged, match=BROKEN):
                spend()
        assert journal.submitted(sent, "task-1").state is State.SUBMITTED
        assert journal.release(other).state is State.RELEASED
    with Journal.open(path) as journal:
        journal.verify()
        assert walked(journal, "sending", "a star")


@pytest.mark.parametrize("undoes", [True, False])
def test_an_answer_is_written_twice_for_the_room_of_the_ballast(
    path: Path,
    undoes: bool,  # noqa: FBT001
) -> None:
    """After a purchase was spent on: what came before in this build changes nothing."""
    ballast = path.with_suffix(".ballast")
    with Journal.open(path) as journal:
        journal.reserve()
        token = walked(journal, "sending")
        Failing(journal, "COMMIT", FULL).undoes = undoes
        found = journal.submitted(token, "task-1")
        assert found == journal.get(token)
        assert not ballast.exists()
        assert read_head(path.with_suffix(".head")) == journal._last()  # noqa: SLF001  both
        assert [event.kind for event in journal.story(token)] == [
            "planned", "sending", "submitted",
        ]  # fmt: skip
        assert journal.ready(token, None).state is State.READY
        with pytest.raises(Damaged, match=BROKEN):
            planned(journal, "a gem")
        journal.verify()


@pytest.mark.parametrize("codes", [(FULL, FULL), (sqlite3.SQLITE_IOERR,)])
def test_an_answer_that_finds_no_room_is_not_there(
    path: Path, codes: tuple[int, ...]
) -> None:
    with Journal.open(path) as journal:
        journal.reserve()
        token = walked(journal, "sending")
        Failing(journal, "COMMIT", *codes)
        with pytest.raises(Damaged, match="cannot write the journal"):
            journal.submitted(token, "task-1")
        found = journal.get(token)
        assert found is not None
        assert found.state is State.SENDING
    assert path.with_suffix(".ballast").exists() is (len(codes) == 1)


def test_spending_finds_no_room_in_the_ballast(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.reserve()
        for spend in ("plan", "sending"):
            with Journal.open(path) as late:
                token = planned(late, f"for {spend}").id
                Failing(late, "COMMIT", FULL)
                with pytest.raises(Damaged, match="cannot write the journal"):
                    _ = late.sending(token) if spend == "sending" else planned(late)
    assert path.with_suffix(".ballast").exists()


def test_a_transaction_that_spends_at_all_finds_none_either(path: Path) -> None:
    with Journal.open(path) as journal:
        journal.reserve()
        intent = planned(journal)

        def both() -> None:
            with journal._writing():  # noqa: SLF001  two events at one stroke
                sending = journal._append(intent, "sending", {})  # noqa: SLF001  one
                journal._append(sending, "ambiguous", {"why": "cut"})  # noqa: SLF001  two

        Failing(journal, "COMMIT", FULL)
        with pytest.raises(Damaged, match="cannot write the journal"):
            both()
        assert journal.get(intent.id) == intent
    assert path.with_suffix(".ballast").exists()


def test_a_disk_that_keeps_no_room_is_told_before_money(path: Path) -> None:
    path.with_suffix(".ballast").mkdir()
    with Journal.open(path) as journal, pytest.raises(UsageError) as caught:
        journal.reserve()
    assert caught.value.message == (
        f"cannot keep room for the journal `{path}`: is a directory"
    )
    assert caught.value.hint == "nothing was bought; free some space, then run again"


@pytest.mark.parametrize("network", [True, False])
def test_a_journal_knows_whether_its_disk_is_shared(
    path: Path, monkeypatch: pytest.MonkeyPatch, *, network: bool
) -> None:
    monkeypatch.setattr("assetgen.journal.journal.on_network_disk", lambda _: network)
    with Journal.open(path) as journal:
        assert journal.network is network


def test_names_that_must_not_be_guessed_are_long(journal: Journal) -> None:
    """18 and 12 bytes of chance."""
    assert (len(planned(journal).id), len(journal.build)) == (24, 16)
