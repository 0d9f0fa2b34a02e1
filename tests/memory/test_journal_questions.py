"""Each question to the journal is answered with what was written, and nothing else."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from journals import PRICE, planned, walked

from assetgen.errors import UsageError
from assetgen.journal import Journal, State
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from assetgen.journal import Intent

DONE = "sending submitted ready fetched done"


@pytest.fixture
def clock() -> VirtualClock:
    """Return a clock that stands still."""
    return VirtualClock(1_000.0)


@pytest.fixture
def journal(tmp_path: Path, clock: VirtualClock) -> Iterator[Journal]:
    """Return an empty journal."""
    with Journal.open(tmp_path / "journal.db", clock=clock) as journal:
        yield journal


def tokens(intents: tuple[Intent, ...]) -> list[str]:
    return [intent.id for intent in intents]


def test_the_claim_is_held_by_the_live_purchase_of_that_account(
    journal: Journal,
) -> None:
    key = planned(journal, account="key-2").key
    walked(journal, "rejected")
    planned(journal, "a gem")
    assert journal.live("key-1", key) is None
    assert journal.live("key-2", "another") is None
    held = walked(journal, "sending")
    found = journal.live("key-1", key)
    assert found is not None
    assert found.id == held


def test_the_latest_is_the_newest_that_was_not_released(journal: Journal) -> None:
    key = planned(journal, account="key-2").key
    assert journal.latest("key-1", key) is None
    walked(journal, "rejected")
    second = walked(journal, "sending submitted failed")
    walked(journal, "release")
    planned(journal, "a gem")
    found = journal.latest("key-1", key)
    assert found is not None
    assert found.id == second


def test_what_is_finished_is_the_newest_picture_of_any_account_or_of_one(
    journal: Journal,
) -> None:
    planned(journal, "a gem")
    one = walked(journal, DONE)
    key = journal.intents()[-1].key
    assert journal.finished("another") is None
    assert journal.finished(key, "key-2") is None
    two = walked(journal, "sending submitted ready fetched", account="key-2")
    walked(journal, "sending submitted ready", account="key-3")
    for account, token in ((None, two), ("key-1", one), ("key-2", two)):
        found = journal.finished(key, account)
        assert found is not None
        assert found.id == token
    assert journal.finished(key, "key-3") is None


def test_what_is_unfinished_is_told_oldest_first(journal: Journal) -> None:
    one = walked(journal, "sending")
    walked(journal, DONE, "a gem")
    two = walked(journal, "sending submitted", "a star", project="/q")
    three = walked(journal, "sending ambiguous", "a ring")
    assert tokens(journal.unfinished()) == [one, two, three]
    assert tokens(journal.unfinished("/p")) == [one, three]


def test_an_asset_is_that_of_its_project(journal: Journal) -> None:
    one = walked(journal, "release")
    planned(journal, "a gem", asset="gem")
    planned(journal, "a star", project="/q")
    two = planned(journal, "a ring").id
    assert tokens(journal.by_asset("/p", "coin")) == [one, two]


def test_a_job_is_found_by_its_id_and_account(journal: Journal) -> None:
    one = walked(journal, DONE)
    two = walked(journal, "sending submitted", account="key-2")
    for account, token in ((None, two), ("key-1", one), ("key-2", two)):
        found = journal.by_job("job of a coin", account)
        assert found is not None
        assert found.id == token
    assert journal.by_job("job of a gem") is None
    assert journal.by_job("job of a coin", "key-3") is None


def test_all_purchases_are_told_oldest_first(journal: Journal) -> None:
    one = walked(journal, "release")
    two = planned(journal, project="/q").id
    three = planned(journal, "a gem").id
    assert tokens(journal.intents()) == [one, two, three]
    assert tokens(journal.intents("/p")) == [one, three]


def test_takes_are_those_of_one_request_that_may_have_been_made(
    journal: Journal,
) -> None:
    first = planned(journal)
    assert journal.highest_take(first.family) == 1
    assert journal.highest_take("another") == 0
    third = planned(journal, take=3).id
    second = walked(journal, "rejected", take=2)
    walked(journal, "release", take=4)
    planned(journal, "a gem", take=5)
    assert tokens(journal.takes(first.family)) == [first.id, third, second]
    assert journal.highest_take(first.family) == 3


def test_what_a_build_committed_is_the_sum_of_its_purchases(
    journal: Journal, tmp_path: Path
) -> None:
    assert journal.committed(journal.build) == 0
    planned(journal)
    planned(journal, "unpriced", price=None)
    walked(journal, "release", "a gem", price=Decimal(1))
    walked(journal, "sending rejected", "a ring", price=Decimal(2))
    told = walked(journal, "sending submitted", "a star", price=Decimal(3))
    journal.ready(told, Decimal("0.5"))
    with Journal.open(tmp_path / "journal.db") as other:
        planned(other, "a crown", price=Decimal(7))
    assert journal.committed(journal.build) == PRICE + Decimal("0.5")


def test_what_was_committed_since_a_moment_is_that_of_a_project(
    journal: Journal, clock: VirtualClock
) -> None:
    moments = iter([1_000.0, 2_000.0, 3_000.0, 3_000.0])
    clock.now = lambda: next(moments)  # type: ignore[method-assign]
    assert journal.committed_since("/p", 0.0) == 0
    for prompt, project in (("a", "/p"), ("b", "/p"), ("c", "/p"), ("d", "/q")):
        planned(journal, prompt, project=project)
    since = (0.0, 1_000.0, 1_000.5, 2_000.0, 3_000.0, 3_000.5)
    sums = [journal.committed_since("/p", moment) for moment in since]
    assert sums == [3 * PRICE, 3 * PRICE, 2 * PRICE, 2 * PRICE, PRICE, 0]


def test_what_was_spent_since_a_moment_is_that_of_all_projects(
    journal: Journal, clock: VirtualClock
) -> None:
    assert journal.spent() == 0
    walked(journal, DONE)
    walked(journal, "sending", "a gem", price=Decimal(5))
    clock.now = lambda: 2_000.0  # type: ignore[method-assign]
    walked(journal, "sending submitted lost", "a star", project="/q")
    assert [journal.spent(since) for since in (0.0, 1_000.0, 1_000.5, 2_000.5)] == [
        2 * PRICE, 2 * PRICE, PRICE, 0,
    ]  # fmt: skip
    assert journal.spent() == 2 * PRICE


def test_a_purchase_of_1970_was_spent_too(
    journal: Journal, clock: VirtualClock
) -> None:
    """A machine that does not know the date counts all the same."""
    clock.now = lambda: 0.0  # type: ignore[method-assign]
    walked(journal, DONE)
    assert (journal.spent(), journal.committed_since("/p", 0.0)) == (PRICE, PRICE)


def test_a_story_is_that_of_one_purchase_in_order(journal: Journal) -> None:
    token = planned(journal).id
    other = planned(journal, "a gem").id
    journal.sending(token)
    journal.sending(other)
    journal.submitted(token, "task-1")
    story = journal.story(token)
    assert [event.kind for event in story] == ["planned", "sending", "submitted"]
    assert [(event.seq, event.intent) for event in story] == [(1, 1), (3, 1), (5, 1)]
    assert (story[2].at, story[2].facts) == (1_000.0, '{"job":"task-1"}')
    assert journal.story("another") == ()


def test_a_purchase_that_is_not_there_cannot_be_moved(journal: Journal) -> None:
    assert journal.get("another") is None
    with pytest.raises(UsageError, match="the journal knows no purchase `another`"):
        journal.sending("another")


def test_a_moment_is_kept_to_the_millisecond(
    journal: Journal, clock: VirtualClock
) -> None:
    clock.now = lambda: 1_234.567_89  # type: ignore[method-assign]
    intent = planned(journal)
    assert (intent.created, intent.state) == (1_234.568, State.PLANNED)
