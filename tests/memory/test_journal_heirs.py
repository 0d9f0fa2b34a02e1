"""Who goes on with a dead process's purchases, and what a living one keeps."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from journals import PRICE, SIGNED, UNSIGNED, dead, left, planned, walked

from assetgen.errors import Damaged, SpendingError, UsageError
from assetgen.journal import Claimed, IllegalMove, Journal, State, Unsettled
from assetgen.journal.claims import in_doubt
from assetgen.journal.owner import Owner
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ME = str(Owner.current())
DONE = "sending submitted ready fetched done"
OUT = [
    "sending submitted",
    "sending submitted ready",
    "sending submitted ready fetched",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a journal is going to be."""
    return tmp_path / "journal.db"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    """Return an empty journal."""
    with Journal.open(path) as journal:
        yield journal


def kinds(journal: Journal, token: str) -> list[str]:
    return [event.kind for event in journal.story(token)]


def test_what_a_dead_process_only_planned_is_planned_anew(path: Path) -> None:
    token = left(path, "")
    with Journal.open(path) as journal:
        before = journal.get(token)
        assert before is not None
        assert not in_doubt(before)
        again = planned(journal, limit=PRICE)
        assert (again.id != token, again.state) == (True, State.PLANNED)
        assert kinds(journal, token) == ["planned", "released"]


def test_what_a_dead_process_was_sending_is_a_doubt_of_the_heir(path: Path) -> None:
    token = left(path, "sending")
    with Journal.open(path) as journal:
        before = journal.get(token)
        assert before is not None
        assert in_doubt(before)
        with pytest.raises(Unsettled):
            planned(journal, asset="gem", project="/q")
        found = journal.get(token)
        assert found is not None
        assert (found.state, found.asset, found.project) == ("ambiguous", "gem", "/q")
        assert found.why == "the build died while it was being sent"


def test_a_dead_checkouts_doubt_moves_to_who_asks_and_no_further(path: Path) -> None:
    token = left(path, "sending ambiguous")
    with Journal.open(path) as journal:
        for asset, project, last in (
            ("gem", "/p", "ambiguous"), ("gem", "/q", "moved"), ("star", "/r", "moved"),
        ):  # fmt: skip
            with pytest.raises(Unsettled):
                planned(journal, asset=asset, project=project)
            assert kinds(journal, token)[-1] == last
        found = journal.get(token)
        assert found is not None
        # The heir is alive, so that the third only hears of it.
        assert (found.asset, found.project, found.owner) == ("gem", "/q", ME)


def test_recovering_takes_over_what_the_dead_left_of_a_project(path: Path) -> None:
    lines = ["", "sending", *OUT, "sending ambiguous", DONE]
    tokens = [left(path, steps, steps) for steps in lines]
    elsewhere = left(path, "sending", "elsewhere", project="/q")
    with Journal.open(path) as journal:
        found = journal.recover("/p")
        assert [intent.id for intent in found] == tokens[:5]
        assert [intent.state for intent in found] == [
            "released", "ambiguous", "submitted", "ready", "fetched",
        ]  # fmt: skip
        assert found[1].why == "the build died while it was being sent"
        assert [intent.owner for intent in found[2:]] == [ME] * 3
        assert {intent.project for intent in found} == {"/p"}
        untouched = [journal.get(token) for token in (*tokens[5:], elsewhere)]
        assert [each and each.owner for each in untouched] == [dead()] * 3
        assert journal.recover("/p") == ()
    with Journal.open(path) as journal:
        assert journal.recover("/p") == ()


def test_recovering_an_empty_journal_writes_nothing(
    journal: Journal, path: Path
) -> None:
    assert journal.recover("/p") == ()
    assert not path.with_suffix(".head").exists()


@pytest.mark.parametrize("steps", OUT)
def test_a_job_that_is_out_gets_a_new_home_with_its_heir(
    path: Path, steps: str
) -> None:
    token = left(path, steps)
    with Journal.open(path) as journal:
        found = planned(journal, asset="gem", project="/q")
        assert found == journal.get(token)
        assert (found.asset, found.project, found.owner) == ("gem", "/q", ME)
        assert planned(journal, asset="star", project="/r") == found


@pytest.mark.parametrize("steps", ["", "sending", "sending ambiguous"])
def test_a_living_process_is_not_inherited_from(journal: Journal, steps: str) -> None:
    token = walked(journal, steps)
    before = journal.get(token)
    assert before is not None
    assert in_doubt(before) is (steps == "sending ambiguous")
    error = Unsettled if in_doubt(before) else Claimed
    with pytest.raises(error):
        planned(journal, asset="gem", project="/q")
    assert journal.get(token) == before


def test_what_is_said_of_a_claim(journal: Journal) -> None:
    with pytest.raises(Claimed) as claimed:
        _twice(journal, "", "a coin")
    assert str(claimed.value) == "`coin` of `/p` is buying the same request"
    assert claimed.value.intent == journal.intents()[0]
    with pytest.raises(Claimed) as claimed:
        _twice(journal, DONE, "a star")
    assert str(claimed.value) == "`coin` of `/p` has bought the same request"
    with pytest.raises(Unsettled) as unsure:
        _twice(journal, "sending ambiguous", "a gem")
    assert str(unsure.value) == (
        "this request is ambiguous since an earlier build: silence"
    )
    assert unsure.value.hint == "`assetgen resolve coin` settles it"
    with pytest.raises(Unsettled) as gone:
        _twice(journal, "sending ambiguous resolve_abandon", "a ring")
    assert gone.value.hint == "`assetgen build --rebuy coin` buys it again"
    plain = replace(gone.value.intent, why=None)
    message = "this request is abandoned since an earlier build"
    assert str(Unsettled(plain)) == message


def _twice(journal: Journal, steps: str, prompt: str) -> None:
    walked(journal, steps, prompt)
    planned(journal, prompt)


def test_what_was_done_before_this_journal_was_opened_may_be_bought_again(
    path: Path,
) -> None:
    left(path, DONE)
    with Journal.open(path) as journal:
        assert planned(journal).state is State.PLANNED


class TestBudgets:
    """Bounds are checked in the transaction that reserves, to the cent."""

    @pytest.mark.parametrize("bound", ["limit", "monthly"])
    def test_to_the_cent_is_covered(self, journal: Journal, bound: str) -> None:
        planned(journal, "a", **{bound: PRICE})
        planned(journal, "b", **{bound: 2 * PRICE})
        with pytest.raises(SpendingError):
            planned(journal, "c", **{bound: 3 * PRICE - Decimal("0.000001")})

    @pytest.mark.parametrize("bound", ["limit", "monthly"])
    def test_an_unknown_price_counts_as_nothing(
        self, journal: Journal, bound: str
    ) -> None:
        planned(journal, "a")
        planned(journal, "b", price=None, **{bound: PRICE})
        with pytest.raises(SpendingError):
            planned(journal, "c", price=None, **{bound: Decimal("0.08")})

    def test_what_is_said_of_a_budget_that_is_used_up(self, path: Path) -> None:
        with Journal.open(path, clock=VirtualClock(1_790_000_000.0)) as journal:
            planned(journal, "a")
            with pytest.raises(SpendingError) as build:
                planned(journal, "b", limit=Decimal("0.1"))
            with pytest.raises(SpendingError) as month:
                planned(journal, "b", monthly=Decimal("0.1"))
        told = "0.09 USD are committed"
        assert str(build.value) == (
            f"the budget of 0.1 USD is used up: {told} and this costs 0.09 USD"
        )
        assert str(month.value) == (
            f"the month's budget of 0.1 USD is used up: {told} since 2026-09-01 "
            "and this costs 0.09 USD"
        )

    def test_the_last_month_is_not_counted(self, path: Path) -> None:
        august = VirtualClock(1_788_220_799.0)  # 2026-08-31T23:59:59Z
        with Journal.open(path, clock=august) as journal:
            planned(journal, "a")
        with Journal.open(path, clock=VirtualClock(1_790_000_000.0)) as journal:
            planned(journal, "b", monthly=PRICE)


class TestFacts:
    """What each event tells, and when there is nothing to tell."""

    @pytest.mark.parametrize("steps", [*OUT, DONE])
    def test_a_job_is_told_once(self, journal: Journal, steps: str) -> None:
        token = walked(journal, steps)
        before = journal.get(token)
        assert journal.submitted(token, "job of a coin") == before
        with pytest.raises(IllegalMove):
            journal.submitted(token, "another")

    def test_a_failed_job_is_not_submitted_again(self, journal: Journal) -> None:
        token = walked(journal, "sending submitted failed")
        with pytest.raises(IllegalMove):
            journal.submitted(token, "job of a coin")

    def test_one_id_for_two_jobs_is_named(self, journal: Journal) -> None:
        walked(journal, "sending submitted")
        token = walked(journal, "sending", "a gem")
        with pytest.raises(Damaged) as caught:
            journal.submitted(token, "job of a coin")
        assert caught.value.message == (
            "the provider gave the id `job of a coin` to two jobs"
        )
        assert journal.ambiguous(token, "what now").job is None
        with pytest.raises(UsageError) as taken:
            journal.resolve_adopt(token, "job of a coin", who="ann")
        assert str(taken.value) == "job `job of a coin` is already another asset's"

    def test_ready_is_told_once_with_what_was_charged(self, journal: Journal) -> None:
        token = walked(journal, "sending submitted")
        ready = journal.ready(token, Decimal("0.5"))
        assert (ready.state, ready.charged, ready.code) == (
            State.READY, Decimal("0.5"), None,
        )  # fmt: skip
        assert journal.ready(token, Decimal("0.7")) == ready
        fetched = journal.fetched(token, "a" * 64)
        assert journal.ready(token, Decimal("0.7")) == fetched
        assert journal.done(token) == journal.ready(token, None)

    def test_a_picture_may_be_fetched_again(self, journal: Journal) -> None:
        token = walked(journal, "sending submitted ready")
        first = journal.fetched(token, "a" * 64)
        assert journal.fetched(token, "a" * 64) == first
        second = journal.fetched(token, "b" * 64)
        assert (second.digest, second.last) == ("b" * 64, first.last + 1)
        done = journal.done(token)
        assert journal.fetched(token, "c" * 64) == done

    def test_a_failure_keeps_its_code_reason_and_bill(self, journal: Journal) -> None:
        token = walked(journal, "sending submitted")
        found = journal.failed(token, "501", SIGNED, Decimal("0.02"))
        told = (found.code, found.why, found.charged)
        assert told == ("501", UNSIGNED, Decimal("0.02"))
        assert journal.failed(token, "502", "else") == found

    @pytest.mark.parametrize(
        ("steps", "move"),
        [
            ("sending", "rejected"), ("sending", "ambiguous"),
            ("sending", "back_to_planned"), ("sending submitted", "lost"),
            ("sending submitted", "garbled"),
        ],
    )  # fmt: skip
    def test_a_reason_loses_its_signature(
        self, journal: Journal, steps: str, move: str
    ) -> None:
        token = walked(journal, steps)
        assert getattr(journal, move)(token, SIGNED).why == UNSIGNED

    def test_back_to_planned_without_a_reason_keeps_the_last(
        self, journal: Journal
    ) -> None:
        token = walked(journal, "sending")
        journal.back_to_planned(token, "limited")
        journal.sending(token)
        assert journal.back_to_planned(token).why == "limited"

    @pytest.mark.parametrize("steps", ["sending submitted", "sending submitted ready"])
    def test_garbled_is_told_once_and_mended_by_a_picture(
        self, journal: Journal, steps: str
    ) -> None:
        token = walked(journal, steps)
        garbled = journal.garbled(token, "no picture")
        assert garbled.is_garbled
        assert journal.garbled(token, "still none") == garbled
        mended = journal.ready(token, None)
        assert (mended.state, mended.code) == (State.READY, None)
        assert (mended.why, mended.charged) == ("no picture", None)

    @pytest.mark.parametrize(
        "steps", ["sending submitted ready fetched", DONE, "sending submitted lost"]
    )
    def test_what_is_fetched_or_ended_is_not_garbled(
        self, journal: Journal, steps: str
    ) -> None:
        token = walked(journal, steps)
        before = journal.get(token)
        assert journal.garbled(token, "no picture") == before

    @pytest.mark.parametrize("steps", [*OUT, "sending submitted lost", DONE])
    def test_lost_is_what_no_other_process_holds(self, path: Path, steps: str) -> None:
        fetched = steps.endswith("fetched")
        ended = steps == DONE
        for number, owner in enumerate(
            (ME, dead(), f"elsewhere {ME.split(' ', 1)[1]}")
        ):
            with Journal.open(path) as journal:
                journal._owner = owner  # noqa: SLF001  another process
                token = walked(journal, steps, f"{number}")
            with Journal.open(path) as journal:
                found = journal.lost(token, "gone")
                kept = ended or (fetched and owner.startswith("elsewhere"))
                assert found.state == (steps.rsplit(maxsplit=1)[-1] if kept else "lost")
                assert journal.lost(token, "else") == found


class TestDecisions:
    """A person's word is kept with who, why and when, and only where it is asked."""

    @pytest.mark.parametrize(
        ("move", "state"), [("resend", "planned"), ("abandon", "abandoned")]
    )
    def test_a_doubt_is_settled_once(
        self, journal: Journal, move: str, state: str
    ) -> None:
        token = walked(journal, "sending ambiguous")
        decide = getattr(journal, f"resolve_{move}")
        found = decide(token, who="ann", why=SIGNED)
        assert found.state == state
        assert found.decision.who == "ann"
        assert found.decision.why == UNSIGNED
        assert found.decision.again is False
        assert (found.owner == "") is (move == "resend")
        with pytest.raises(UsageError) as caught:
            decide(token, who="ann")
        message = f"nothing is unsure about `coin`: it is {state}"
        assert str(caught.value) == message

    def test_what_was_resent_is_sent_by_the_next_build_that_plans_it(
        self, journal: Journal
    ) -> None:
        token = walked(journal, "sending ambiguous resolve_resend")
        again = planned(journal)
        assert (again.id != token, again.owner) == (True, ME)
        assert kinds(journal, token)[-1] == "released"

    @pytest.mark.parametrize(
        "steps",
        [
            "sending submitted failed", "sending submitted lost",
            "sending ambiguous resolve_abandon",
        ],
    )  # fmt: skip
    def test_a_retake_lets_the_request_be_bought_once_more(
        self, journal: Journal, steps: str
    ) -> None:
        token = walked(journal, steps)
        before = journal.get(token)
        found = journal.retake(token, who="ann", why="better luck")
        assert found.is_retaken
        assert before is not None
        assert found.state is before.state
        assert found.decision is not None
        assert (found.decision.who, found.decision.why) == ("ann", "better luck")
        assert planned(journal).state is State.PLANNED

    @pytest.mark.parametrize(("why", "kept"), [("oh", "oh"), ("", "garbled")])
    def test_a_garbled_job_is_lost_before_it_is_retaken(
        self, journal: Journal, why: str, kept: str
    ) -> None:
        token = walked(journal, "sending submitted")
        journal.garbled(token, why)
        found = journal.retake(token, who="ann")
        assert (found.state, found.why, found.is_retaken) == (State.LOST, kept, True)
        assert kinds(journal, token)[-2:] == ["lost", "retaken"]

    def test_a_sound_job_cannot_be_retaken(self, journal: Journal) -> None:
        token = walked(journal, "sending submitted")
        with pytest.raises(UsageError, match="it is submitted"):
            journal.retake(token, who="ann")
        with pytest.raises(UsageError, match="knows no purchase"):
            journal.retake("another", who="ann")
