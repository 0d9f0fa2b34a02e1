"""A disk that becomes full after money has gone still takes what must be written."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assetgen.errors import Damaged, UsageError
from assetgen.journal import Journal, State
from assetgen.journal.ballast import SIZE, Ballast
from assetgen.request import Request

if TYPE_CHECKING:
    from pathlib import Path


def planned(journal: Journal, number: int = 0) -> str:
    """Plan one purchase and return its token."""
    request = Request("kie", "m", f"coin {number}", {}, {})
    price = Decimal("0.09")
    return journal.plan(
        request, account="k", asset="coin", project="/p", price=price
    ).id


class FullDisk:
    """A connection whose disk has no room but what the ballast takes.

    SQLite undoes a transaction whose commit finds no room, and so does this.
    """

    def __init__(self, journal: Journal, room: Path) -> None:
        self._db = journal._db  # noqa: SLF001  the disk is behind it
        self._room = room
        journal._db = self  # type: ignore[assignment]  # noqa: SLF001  the same

    def execute(self, statement: str, *values: object) -> object:
        """Carry a statement out; a commit only where there is room."""
        if statement == "COMMIT" and self._room.exists():
            self._db.execute("ROLLBACK")
            full = sqlite3.OperationalError("database or disk is full")
            full.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise full
        return self._db.execute(statement, *values)  # type: ignore[arg-type]

    def close(self) -> None:
        """Close it."""
        self._db.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal is going to be."""
    return tmp_path / "home" / "journal.db"


def test_the_room_is_taken_once_and_given_back_once(tmp_path: Path) -> None:
    file = tmp_path / "journal.ballast"
    ballast = Ballast(file)
    assert not ballast.drop()
    ballast.take()
    before = file.stat()
    assert (before.st_size, before.st_mode & 0o777) == (SIZE, 0o600)
    if hasattr(before, "st_blocks"):
        assert before.st_blocks * 512 >= SIZE
    ballast.take()
    assert file.stat().st_mtime_ns == before.st_mtime_ns
    assert ballast.drop()
    assert not file.exists()


def test_a_torn_ballast_is_taken_anew(tmp_path: Path) -> None:
    file = tmp_path / "journal.ballast"
    file.write_bytes(b"torn")
    Ballast(file).take()
    assert file.stat().st_size == SIZE


def test_a_disk_without_that_room_is_found_before_money(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path) as journal:
        (tmp_path / "journal.ballast").mkdir()
        with pytest.raises(UsageError, match="keep room") as caught:
            journal.reserve()
        assert "nothing was bought" in (caught.value.hint or "")


@pytest.mark.parametrize("answer", ["submitted", "rejected", "unsent", "ambiguous"])
def test_an_answer_is_written_on_a_disk_that_became_full(
    path: Path, answer: str
) -> None:
    with Journal.open(path) as journal:
        journal.reserve()
        token = planned(journal)
        journal.sending(token)
        FullDisk(journal, path.with_suffix(".ballast"))
        arguments = {"submitted": ("job-1",), "unsent": ()}.get(answer, ("why",))
        method = {"unsent": "back_to_planned"}.get(answer, answer)
        getattr(journal, method)(token, *arguments)
    with Journal.open(path, reading=True) as journal:
        (intent,) = journal.intents()
        state = {"unsent": "planned"}.get(answer, answer)
        assert intent.state is State(state)
        journal.verify()


def test_no_room_is_given_for_new_spending(path: Path) -> None:
    """Not even after an answer has found some: a full disk ends the spending."""
    ballast = path.with_suffix(".ballast")
    with Journal.open(path) as journal:
        journal.reserve()
        first, second = planned(journal, 1), planned(journal, 2)
        journal.sending(first)
        FullDisk(journal, ballast)
        with pytest.raises(Damaged, match="full"):
            journal.sending(second)
        with pytest.raises(Damaged, match="earlier write failed"):
            planned(journal, 3)
        assert ballast.exists()
        assert journal.submitted(first, "job-1").state is State.SUBMITTED
        assert not ballast.exists()
        with pytest.raises(Damaged, match="earlier write failed"):
            journal.sending(second)
    with Journal.open(path) as journal:
        journal.reserve()
        assert ballast.exists()
        assert journal.sending(second).state is State.SENDING


def test_what_another_process_wrote_meanwhile_is_not_overwritten(path: Path) -> None:
    with Journal.open(path) as journal, Journal.open(path) as other:
        journal.reserve()
        token = planned(journal)
        journal.sending(token)
        disk = FullDisk(journal, path.with_suffix(".ballast"))
        real = disk.execute

        def execute(statement: str, *values: object) -> object:
            if statement == "COMMIT" and path.with_suffix(".ballast").exists():
                try:
                    real(statement, *values)
                finally:
                    planned(other, 7)
            return real(statement, *values)

        disk.execute = execute  # type: ignore[method-assign]
        with pytest.raises(Damaged, match="full"):
            journal.submitted(token, "job-1")
    with Journal.open(path, reading=True) as journal:
        journal.verify()
        assert [each.state for each in journal.intents()] == ["sending", "planned"]


REAL = """
import sys
from pathlib import Path
from decimal import Decimal
from assetgen.errors import AssetgenError
from assetgen.journal import Journal
from assetgen.request import Request

disk = Path(sys.argv[1])
with Journal.open(disk / "journal.db") as journal:
    journal.reserve()
    tokens = []
    for n in range(50):
        request = Request("kie", "m", f"coin {n}", {}, {})
        made = journal.plan(
            request, account="k", asset="coin", project="/p", price=Decimal(1)
        )
        tokens.append(made.id)
    for token in tokens[:20]:
        journal.sending(token)
    with open(disk / "filler", "wb", buffering=0) as filler:
        try:
            while filler.write(bytes(4096)):
                pass
        except OSError:
            pass
    try:
        for token in tokens[20:]:
            journal.sending(token)
    except AssetgenError as error:
        print(error.message.rpartition(": ")[2])
    for n, token in enumerate(tokens[:20]):
        journal.submitted(token, f"job-{n}")
    for token in tokens[20:]:
        if journal.get(token).state == "planned":
            journal.release(token)
(disk / "filler").unlink()
with Journal.open(disk / "journal.db") as journal:
    journal.verify()
    states = [str(each.state) for each in journal.intents()]
    print(*states[:20])
    print(*states[-20:])
"""


def test_twenty_answers_are_written_on_a_real_disk_that_is_full(
    tmp_path: Path,
) -> None:
    """A tmpfs of its own, filled to the last byte while twenty replies are awaited."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f"mount -t tmpfs -o size=24m tmpfs {disk}"
    if (
        shutil.which("unshare") is None
        or subprocess.run(
            ["unshare", "-rm", "sh", "-c", mount], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("this system lets nobody mount a disk of their own")
    script = tmp_path / "story.py"
    script.write_text(REAL)
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount} && {sys.executable} {script} {disk}"],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.stderr == ""
    full, first, last = run.stdout.splitlines()
    assert full == "database or disk is full"
    assert set(first.split()) == {"submitted"}
    assert set(last.split()) == {"released"}


class FailingDisk(FullDisk):
    """A disk that refuses to sync: nobody knows what it holds then."""

    def execute(self, statement: str, *values: object) -> object:
        """Carry a statement out; a commit never."""
        if statement == "COMMIT":
            self._db.execute("ROLLBACK")
            failing = sqlite3.OperationalError("disk I/O error")
            failing.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
            raise failing
        return self._db.execute(statement, *values)  # type: ignore[arg-type]


def test_a_sync_that_failed_ends_all_writing(path: Path) -> None:
    """It is no matter of room, and never tried once more with the same file open."""
    ballast = path.with_suffix(".ballast")
    with Journal.open(path) as journal:
        journal.reserve()
        token = planned(journal)
        journal.sending(token)
        disk = FailingDisk(journal, ballast)
        with pytest.raises(Damaged, match="I/O error"):
            journal.submitted(token, "job-1")
        journal._db = disk._db  # noqa: SLF001  the disk is well again, and too late
        for write in (
            lambda: journal.submitted(token, "job-1"),
            lambda: planned(journal, 2),
        ):
            with pytest.raises(Damaged, match="earlier write failed"):
                write()
        assert ballast.exists()
    with Journal.open(path) as journal:
        assert journal.submitted(token, "job-1").state is State.SUBMITTED
