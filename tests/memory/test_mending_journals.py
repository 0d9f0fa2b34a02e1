"""A damaged journal is written anew from its events, or not at all."""

from __future__ import annotations

import os
import random
import sqlite3
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assetgen.cli.boundary import run
from assetgen.errors import Damaged, Locked
from assetgen.journal import Journal
from assetgen.journal.mending import mend
from assetgen.request import Request

if TYPE_CHECKING:
    from pathlib import Path


def contents(path: Path) -> list[str]:
    """Return all that a journal says."""
    with Journal.open(path, reading=True) as journal:
        journal.verify()
        return [repr(intent) for intent in journal.intents()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a closed journal of a process that has ended."""
    path = tmp_path / "home" / "assetgen" / "journal.db"
    with Journal.open(path) as journal:
        journal._owner = ""  # noqa: SLF001  as of a process that is gone
        for number in range(8):
            request = Request("kie", "m", f"coin {number}", {"seed": number}, {})
            token = journal.plan(
                request, account="k", asset="a", project="/p", price=Decimal(1)
            ).id
            journal.sending(token)
            if number % 2:
                journal.submitted(token, f"task-{number}")
    return path


def meddle(path: Path, *statements: str) -> None:
    """Change a journal behind its back."""
    db = sqlite3.connect(path, isolation_level=None)
    for statement in statements:
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
        "DROP TABLE intents",
    ],
)
def test_what_the_events_tell_is_told_again(path: Path, statement: str) -> None:
    expected = contents(path)
    meddle(path, statement)
    with pytest.raises(Damaged, match="damaged"):
        contents(path)
    count, aside = mend(path, "then")
    assert (count, contents(path)) == (8, expected)
    assert aside.name == "journal-damaged-then.db"
    assert aside.exists()
    left = {each.name for each in path.parent.iterdir() if "mended" in each.name}
    assert left == set()


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE events SET facts = '{}' WHERE seq = 3",),
        ("UPDATE events SET at = 0 WHERE seq = 3",),
        ("DELETE FROM events WHERE seq = 3",),
        ("DELETE FROM events WHERE seq = (SELECT max(seq) FROM events)",),
        ("DELETE FROM events",),
        ("DROP TABLE events",),
    ],
)
def test_what_is_missing_is_not_made_up(path: Path, statements: tuple[str]) -> None:
    meddle(path, "DROP TRIGGER events_stay", "DROP TRIGGER events_last", *statements)
    before = path.read_bytes()
    with pytest.raises(Damaged):
        mend(path, "then")
    assert path.read_bytes() == before
    assert not list(path.parent.glob("*damaged*"))


def test_without_a_witness_of_its_end_nothing_is_made(path: Path) -> None:
    meddle(path, "DROP INDEX claim")
    path.with_suffix(".head").unlink()
    with pytest.raises(Damaged, match="bookmark"):
        mend(path, "then")


def test_a_living_builds_journal_is_left_to_it(path: Path) -> None:
    with Journal.open(path) as journal:
        request = Request("kie", "m", "a coin", {}, {})
        journal.plan(request, account="k", asset="a", project="/here", price=None)
    meddle(path, "DROP INDEX claim")
    with pytest.raises(Locked, match="/here"):
        mend(path, "then")


def test_whatever_flips_it_is_the_same_or_refused(path: Path) -> None:
    """200 bits anywhere: mended to exactly what it said, or left as it is."""
    dice = random.Random(5)  # noqa: S311  the same bits every time
    expected = contents(path)
    sound, head = path.read_bytes(), path.with_suffix(".head").read_bytes()
    mended = 0
    for number in range(200):
        for each in path.parent.iterdir():
            each.unlink()
        path.with_suffix(".head").write_bytes(head)
        flipped = bytearray(sound)
        flipped[dice.randrange(len(sound))] ^= 1 << dice.randrange(8)
        path.write_bytes(flipped)
        try:
            assert contents(path) == expected
            continue
        except Damaged:
            pass
        except Exception as error:  # noqa: BLE001  a newer format, or no such file
            assert getattr(error, "exit_code", 70) == 2  # noqa: PT017
            continue
        try:
            mend(path, str(number))
        except Damaged:
            continue
        assert contents(path) == expected
        mended += 1
    assert mended > 10


def test_the_doctor_mends_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(path.parents[2])
    monkeypatch.setenv("ASSETGEN_HOME", os.fspath(path.parent))
    assert run(("doctor", "--offline", "--mend")) == 0
    assert "the journal is whole" in capsys.readouterr().err
    meddle(path, "DROP INDEX claim")
    assert run(("doctor", "--offline")) == 8
    assert "assetgen doctor --mend" in capsys.readouterr().out
    assert run(("doctor", "--offline", "--mend")) == 0
    said = capsys.readouterr()
    assert "mended: 8 purchases, each proven; the damaged one is `" in said.err
    assert "8 in the journal, each proven" in said.out
