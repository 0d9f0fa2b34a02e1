"""The journal survives kills, shares with other processes, and admits damage."""

from __future__ import annotations

import multiprocessing
import os
import random
import shutil
import signal
import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assetgen.errors import AssetgenError, Damaged, UsageError
from assetgen.journal import Claimed, Journal, State, Unsettled
from assetgen.journal.owner import Owner, is_gone
from assetgen.request import Request

if TYPE_CHECKING:
    from multiprocessing.queues import Queue
    from pathlib import Path

SPAWN = multiprocessing.get_context("spawn")
REQUEST = Request("kie", "nano-banana-pro", "a coin", {}, {})
STEPS = ("plan", "sending", "submitted", "ready", "fetched", "done")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the journal of the test stands."""
    return tmp_path / "data" / "journal.db"


def walk(journal: Journal, steps: tuple[str, ...], project: str = "/p") -> str:
    """Take a purchase through some steps; return its token."""
    intent = journal.plan(
        REQUEST, account="key-1", asset="coin", project=project, price=Decimal("0.09")
    )
    arguments = {"submitted": ("task-1",), "ready": (None,), "fetched": ("d" * 64,)}
    for step in steps[1:]:
        getattr(journal, step)(intent.id, *arguments.get(step, ()))
    return intent.id


def walk_and_die(path: Path, steps: tuple[str, ...]) -> None:
    """Take a purchase through some steps, then be killed."""
    walk(Journal.open(path), steps)
    os.kill(os.getpid(), signal.SIGKILL)


def race(path: Path, results: Queue[str]) -> None:
    """Try to claim one request; report who got it."""
    with Journal.open(path) as journal:
        try:
            results.put(f"bought {walk(journal, ('plan', 'sending'))}")
        except Claimed as claimed:
            results.put(f"claimed {claimed.intent.id}")
        except Unsettled as unsure:
            # The winner has ended already, without a word: nobody may buy now.
            results.put(f"claimed {unsure.intent.id}")


def test_of_two_processes_exactly_one_gets_the_claim(path: Path) -> None:
    results = SPAWN.Queue()
    racers = [SPAWN.Process(target=race, args=(path, results)) for _ in range(3)]
    for racer in racers:
        racer.start()
    said = sorted(results.get(timeout=60).split() for _ in racers)
    for racer in racers:
        racer.join(60)
    assert [word for word, _ in said] == ["bought", "claimed", "claimed"]
    assert len({token for _, token in said}) == 1


@pytest.mark.parametrize("count", range(1, len(STEPS) + 1))
def test_what_was_written_survives_a_kill(path: Path, count: int) -> None:
    """And the next build settles it: nothing sent is freed, a doubt stays a doubt."""
    victim = SPAWN.Process(target=walk_and_die, args=(path, STEPS[:count]))
    victim.start()
    victim.join(60)
    assert victim.exitcode == -signal.SIGKILL
    states = (
        (State.PLANNED, State.RELEASED),
        (State.SENDING, State.AMBIGUOUS),
        (State.SUBMITTED, State.SUBMITTED),
        (State.READY, State.READY),
        (State.FETCHED, State.FETCHED),
        (State.DONE, State.DONE),
    )
    before, after = states[count - 1]
    with Journal.open(path) as journal:
        assert [intent.state for intent in journal.intents()] == [before]
        journal.recover("/p")
        assert [intent.state for intent in journal.intents()] == [after]
        journal.verify()


def test_a_dead_checkouts_job_is_inherited(path: Path) -> None:
    """Another project goes on with it: it is named as its own from then on."""
    victim = SPAWN.Process(target=walk_and_die, args=(path, STEPS[:3]))
    victim.start()
    victim.join(60)
    with Journal.open(path) as journal:
        walk(journal, ("plan",), project="/other")
        (intent,) = journal.intents()
        assert (intent.project, intent.job) == ("/other", "task-1")
        assert not is_gone(intent.owner)


def test_a_dead_checkouts_doubt_is_a_question_here(path: Path) -> None:
    victim = SPAWN.Process(target=walk_and_die, args=(path, STEPS[:2]))
    victim.start()
    victim.join(60)
    with Journal.open(path) as journal:
        with pytest.raises(Unsettled):
            walk(journal, ("plan",), project="/other")
        (intent,) = journal.unfinished("/other")
        assert intent.state is State.AMBIGUOUS


def test_a_process_is_gone_only_if_that_is_certain() -> None:
    me = Owner.current()
    ended = SPAWN.Process(target=int)
    ended.start()
    pid = ended.pid or 0
    ended.join(60)
    assert not is_gone(str(me))
    assert is_gone(f"{me.host} {me.boot} {pid} {me.started}")
    assert is_gone(f"{me.host} {me.boot} {me.pid} 1")  # its number was given again
    assert is_gone(f"{me.host} another-start {me.pid} {me.started}")
    assert not is_gone(f"elsewhere {me.boot} {pid} 1")
    assert not is_gone("garbage")


def contents(path: Path) -> list[str]:
    """Return all that a journal says."""
    with Journal.open(path) as journal:
        return [repr(intent) for intent in journal.intents()]


@pytest.fixture
def filled(path: Path) -> Path:
    """Return a closed journal with a few purchases."""
    with Journal.open(path) as journal:
        for number in range(6):
            request = Request("kie", "m", f"coin {number}", {"seed": number}, {})
            intent = journal.plan(
                request, account="k", asset="a", project="/p", price=Decimal(1)
            )
            journal.sending(intent.id)
            if number % 2:
                journal.submitted(intent.id, f"task-{number}")
    return path


def test_a_flipped_bit_is_noticed_or_harmless(filled: Path) -> None:
    """300 flips anywhere: the journal is refused, or says exactly what it said."""
    dice = random.Random(3)  # noqa: S311  the same bits every time
    sound, expected = filled.read_bytes(), contents(filled)
    sound = filled.read_bytes()
    noticed = 0
    for _ in range(300):
        place = dice.randrange(100, len(sound))  # the header has its own test
        flipped = bytearray(sound)
        flipped[place] ^= 1 << dice.randrange(8)
        filled.write_bytes(flipped)
        try:
            found = contents(filled)
        except Damaged:
            noticed += 1
        else:
            assert found == expected
        for each in filled.parent.glob("journal.db-*"):
            each.unlink()
    assert noticed > 50


def test_every_flipped_bit_of_the_header_is_an_answer_in_words(filled: Path) -> None:
    sound, expected = filled.read_bytes(), contents(filled)
    sound = filled.read_bytes()
    for place in range(100):
        for bit in (0, 5):
            flipped = bytearray(sound)
            flipped[place] ^= 1 << bit
            filled.write_bytes(flipped)
            try:
                assert contents(filled) == expected
            except AssetgenError as error:
                assert error.exit_code in {2, 8}  # noqa: PT017  both are answers
            for each in filled.parent.glob("journal.db-*"):
                each.unlink()


@pytest.mark.parametrize(
    "data", [b"", b"hello", bytes(8192)], ids=["empty", "text", "zeros"]
)
def test_a_ruined_journal_is_never_an_empty_one(filled: Path, data: bytes) -> None:
    filled.write_bytes(data)
    with pytest.raises(Damaged):
        Journal.open(filled)


@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_a_truncated_journal_is_refused(filled: Path, share: float) -> None:
    data = filled.read_bytes()
    filled.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(Damaged):
        Journal.open(filled)


def test_a_lost_log_is_noticed(tmp_path: Path, path: Path) -> None:
    """SQLite says nothing when the log with the last purchases is deleted."""
    with Journal.open(path) as journal:
        walk(journal, STEPS[:3])
        copy = tmp_path / "copy"
        shutil.copytree(path.parent, copy)
    assert contents(copy / "journal.db") == contents(path)
    shutil.rmtree(copy)
    with Journal.open(path) as journal:
        walk(journal, ("plan",))
        journal.lost(journal.intents()[0].id, "gone")
        shutil.copytree(path.parent, copy)
    (copy / "journal.db-wal").unlink()
    with pytest.raises(Damaged, match="no longer there"):
        Journal.open(copy / "journal.db")


def test_a_journal_copied_back_from_a_backup_is_noticed(
    tmp_path: Path, path: Path
) -> None:
    """It is whole, and has forgotten what was bought since."""
    with Journal.open(path) as journal:
        walk(journal, STEPS[:3])
    shutil.copy(path, backup := tmp_path / "backup.db")
    with Journal.open(path) as journal:
        walk(journal, ("plan",))
        journal.lost(journal.intents()[0].id, "gone")
    shutil.copy(backup, path)
    with pytest.raises(Damaged, match="no longer there"):
        Journal.open(path)


def test_a_backup_beside_the_log_of_a_newer_journal_forgets_nothing(
    tmp_path: Path, path: Path
) -> None:
    """Copied back over a journal whose build was killed: its log is still there."""
    with Journal.open(path) as journal:
        walk(journal, STEPS[:3])
    shutil.copy(path, backup := tmp_path / "backup.db")
    with Journal.open(path) as journal:
        walk(journal, ("plan",))
        journal.lost(journal.intents()[0].id, "gone")
        shutil.copytree(path.parent, killed := tmp_path / "killed")
    shutil.copy(backup, killed / path.name)
    assert contents(killed / path.name) == contents(path)


def test_a_torn_bookmark_only_witnesses_less(filled: Path) -> None:
    expected = contents(filled)
    filled.with_suffix(".head").write_bytes(b"[1")
    assert contents(filled) == expected


def test_no_event_is_ever_changed_or_removed(filled: Path) -> None:
    db = sqlite3.connect(filled)
    for statement in ("UPDATE events SET at = 0", "DELETE FROM events"):
        with pytest.raises(sqlite3.IntegrityError, match="events are never"):
            db.execute(statement)
    db.close()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE intents SET state = 'failed' WHERE number = 1",
        "UPDATE intents SET price = 0 WHERE number = 1",
        "DELETE FROM intents WHERE number = 1",
        "DROP INDEX claim",
        "DROP TRIGGER events_last",
        "UPDATE format SET version = 7",
        "PRAGMA user_version = 0",
        "PRAGMA application_id = 5",
    ],
)
def test_a_meddled_journal_is_refused(filled: Path, statement: str) -> None:
    db = sqlite3.connect(filled, isolation_level=None)
    db.execute(statement)
    db.close()
    with pytest.raises(Damaged):
        Journal.open(filled)


def test_a_newer_journal_is_refused_by_name(filled: Path) -> None:
    db = sqlite3.connect(filled, isolation_level=None)
    db.execute("PRAGMA user_version = 2")
    db.execute("UPDATE format SET version = 2, needs = '1.4'")
    db.close()
    with pytest.raises(UsageError, match=r"needs assetgen >= 1\.4"):
        Journal.open(filled)


def test_a_home_that_cannot_be_written_is_the_users_to_change(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UsageError, match="cannot write the journal") as caught:
        Journal.open(tmp_path / "file" / "journal.db")
    assert "ASSETGEN_HOME" in (caught.value.hint or "")


def fill(journal: Journal) -> None:
    """Plan more than fits on a small disk."""
    for number in range(100):
        request = Request("kie", "m", f"{number}" * 500, {}, {})
        journal.plan(request, account="k", asset="a", project="/p", price=None)


def test_a_full_disk_stops_spending(path: Path) -> None:
    """The failed purchase is not there, and nothing more is written until reopened."""
    with Journal.open(path) as journal:
        token = walk(journal, STEPS[:1])
        pages = journal._db.execute("PRAGMA page_count").fetchone()[0]  # noqa: SLF001  its disk
        journal._db.execute(f"PRAGMA max_page_count = {pages}")  # noqa: SLF001  its disk
        with pytest.raises(Damaged, match="full"):
            fill(journal)
        with pytest.raises(Damaged, match="an earlier write failed"):
            journal.sending(token)
    with Journal.open(path) as journal:
        assert journal.sending(token).state is State.SENDING


def test_reading_makes_nothing_and_writes_nothing(path: Path) -> None:
    with Journal.open(path, reading=True) as journal:
        assert journal.intents() == ()
    assert not path.parent.exists()
    with Journal.open(path) as journal:
        walk(journal, STEPS)
    with Journal.open(path, reading=True) as journal:
        assert [intent.state for intent in journal.intents()] == [State.DONE]
        with pytest.raises(UsageError, match="cannot write"):
            journal.plan(REQUEST, account="", asset="", project="", price=None)


def test_a_disk_shared_with_other_machines_needs_another_log(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assetgen.journal.journal.on_network_disk", lambda _: True)
    with Journal.open(path) as journal:
        walk(journal, STEPS)
        assert journal.network
        assert not path.with_name("journal.db-wal").exists()
    assert len(contents(path)) == 1


def test_every_commit_reaches_the_disk(path: Path) -> None:
    with Journal.open(path) as journal:
        mode = journal._db.execute("PRAGMA journal_mode").fetchone()[0]  # noqa: SLF001  as SQLite says
        level = journal._db.execute("PRAGMA synchronous").fetchone()[0]  # noqa: SLF001  the same
        assert (mode, level, journal.network) == ("wal", 2, False)
