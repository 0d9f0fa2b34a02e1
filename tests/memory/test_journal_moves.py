"""A purchase only moves along its arrows, and is claimed by one build at a time."""

from __future__ import annotations

import sqlite3
from decimal import Decimal
from pathlib import Path

import pytest

from assetgen.errors import Damaged, SpendingError, UsageError
from assetgen.journal import Claimed, IllegalMove, Intent, Journal, State, Unsettled
from assetgen.journal.states import (
    ARROWS,
    FIRST_SUM,
    Event,
    fold,
    from_micros,
    without_queries,
)
from assetgen.journal.states import to_micros as micros
from assetgen.request import Request

PRICE = Decimal("0.09")
DIGEST = "d" * 64


def request_for(prompt: str = "a coin", take: int = 1) -> Request:
    """Return a request."""
    return Request("kie", "nano-banana-pro", prompt, {}, {}, (), take)


def planned(journal: Journal, prompt: str = "a coin", **more: object) -> Intent:
    """Return a new intent of the project `/p`."""
    wish: dict[str, object] = {
        "account": "key-1",
        "asset": "coin",
        "project": Path("/p"),
        "price": PRICE,
        **more,
    }
    return journal.plan(request_for(prompt), **wish)  # type: ignore[arg-type]


# How to bring an intent into a state, step by step.
WAY = {
    State.PLANNED: "",
    State.SENDING: "sending",
    State.SUBMITTED: "sending submitted",
    State.READY: "sending submitted ready",
    State.FETCHED: "sending submitted ready fetched",
    State.DONE: "sending submitted ready fetched done",
    State.RELEASED: "release",
    State.REJECTED: "sending rejected",
    State.FAILED: "sending submitted failed",
    State.LOST: "sending submitted ready lost",
    State.AMBIGUOUS: "sending ambiguous",
    State.ABANDONED: "sending ambiguous resolve_abandon",
}
ARGUMENTS: dict[str, tuple[object, ...]] = {
    "submitted": ("task-1",),
    "ready": (None,),
    "fetched": (DIGEST,),
    "rejected": ("no",),
    "failed": ("501", "no"),
    "lost": ("gone",),
    "ambiguous": ("silence",),
    "resolve_adopt": ("task-1",),
}
MOVES = [
    "sending",
    "back_to_planned",
    "release",
    "submitted",
    "rejected",
    "ambiguous",
    "ready",
    "fetched",
    "done",
    "failed",
    "lost",
    "resolve_adopt",
    "resolve_resend",
    "resolve_abandon",
    "reopen",
]

# What each move does from each state that it may start from; from all others it is
# refused. A state that was passed already stays as it is.
S = State
ENDS: dict[str, dict[State, State]] = {
    "sending": {S.PLANNED: S.SENDING},
    "back_to_planned": {S.SENDING: S.PLANNED, S.PLANNED: S.PLANNED},
    "release": {S.PLANNED: S.RELEASED, S.RELEASED: S.RELEASED},
    "submitted": {
        **dict.fromkeys((S.PLANNED, S.SENDING, S.AMBIGUOUS), S.SUBMITTED),
        **{state: state for state in (S.SUBMITTED, S.READY, S.FETCHED, S.DONE)},
    },
    "rejected": {
        **dict.fromkeys((S.PLANNED, S.SENDING, S.REJECTED), S.REJECTED),
    },
    "ambiguous": {
        **dict.fromkeys((S.PLANNED, S.SENDING, S.AMBIGUOUS), S.AMBIGUOUS),
    },
    "ready": {S.SUBMITTED: S.READY}
    | {state: state for state in (S.READY, S.FETCHED, S.DONE)},
    "fetched": {
        **dict.fromkeys((S.SENDING, S.SUBMITTED, S.READY, S.FETCHED), S.FETCHED),
        S.DONE: S.DONE,
    },
    "done": {S.FETCHED: S.DONE, S.DONE: S.DONE},
    "failed": dict.fromkeys((S.SUBMITTED, S.READY, S.FETCHED, S.FAILED), S.FAILED),
    "lost": dict.fromkeys((S.SUBMITTED, S.READY, S.FETCHED, S.LOST), S.LOST)
    | {S.DONE: S.DONE},
    "resolve_adopt": dict.fromkeys((S.PLANNED, S.AMBIGUOUS), S.SUBMITTED),
    "resolve_resend": {S.AMBIGUOUS: S.PLANNED},
    "resolve_abandon": {S.AMBIGUOUS: S.ABANDONED},
    "reopen": {S.DONE: S.SUBMITTED}
    | {state: state for state in (S.SUBMITTED, S.READY, S.FETCHED, S.LOST, S.FAILED)},
}


def move(journal: Journal, token: str, name: str) -> Intent:
    """Make one move with the arguments of these tests."""
    more = {"who": "a person"} if name.startswith("resolve") else {}
    if name == "reopen":
        more = {"asset": "badge", "project": "/elsewhere"}
    found: Intent = getattr(journal, name)(token, *ARGUMENTS.get(name, ()), **more)
    return found


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """Return an empty journal."""
    return Journal.open(tmp_path / "home" / "journal.db")


@pytest.fixture(autouse=True)
def closing(journal: Journal):  # noqa: ANN201  a generator for pytest
    """Prove the journal whole after every test, and close it."""
    yield
    journal.verify()
    journal.close()


@pytest.mark.parametrize("name", MOVES)
@pytest.mark.parametrize("state", list(State))
def test_a_move_leads_where_its_arrow_points(
    journal: Journal, state: State, name: str
) -> None:
    token = planned(journal).id
    for step in WAY[state].split():
        move(journal, token, step)
    before = journal.get(token)
    assert before is not None
    assert before.state is state
    end = ENDS[name].get(state)
    if end is None:
        with pytest.raises((IllegalMove, UsageError)):
            move(journal, token, name)
        assert journal.get(token) == before
    else:
        assert move(journal, token, name).state is end
        after = journal.get(token)
        assert after is not None
        assert after.state is end


def test_every_arrow_is_in_the_table() -> None:
    renamed = {
        "unsent": "back_to_planned",
        "released": "release",
        "adopted": "resolve_adopt",
        "resent": "resolve_resend",
        "abandoned": "resolve_abandon",
        "reopened": "reopen",
    }
    for kind, arrow in ARROWS.items():
        if arrow.target is not None:
            ends = ENDS[renamed.get(kind, kind)]
            assert {ends[source] for source in arrow.sources} == {arrow.target}


def test_a_purchase_remembers_everything(journal: Journal) -> None:
    token = planned(journal, manifest="assets.yaml").id
    journal.sending(token)
    journal.submitted(token, "task-1")
    journal.ready(token, Decimal("0.0899"))
    journal.fetched(token, DIGEST)
    found = journal.done(token)
    assert found == journal.get(token)
    assert found.request == request_for().to_json() | {"references": []}
    facts = (found.key, found.asset, found.project, found.manifest, found.take)
    assert facts == (request_for().key, "coin", "/p", "assets.yaml", 1)
    money = (found.price, found.charged, found.job, found.digest)
    assert money == (PRICE, Decimal("0.0899"), "task-1", DIGEST)
    kinds = [event.kind for event in journal.story(token)]
    assert kinds == ["planned", "sending", "submitted", "ready", "fetched", "done"]


def test_every_prefix_of_the_events_is_a_legal_state(journal: Journal) -> None:
    for state, way in WAY.items():
        token = planned(journal, prompt=state.value).id
        for step in way.split():
            name = f"task-{state}"
            if step == "submitted":
                journal.submitted(token, name)
            else:
                move(journal, token, step)
        intent = None
        for event in journal.story(token):
            intent = fold(intent, event)
            assert intent.state in State
        assert intent == journal.get(token)


class TestClaims:
    """One live purchase per account and request."""

    def test_a_job_that_is_out_is_returned(self, journal: Journal) -> None:
        """The second asks for the same and gets the job of the first."""
        token = planned(journal).id
        journal.sending(token)
        journal.submitted(token, "task-1")
        again = planned(journal, project="/other", asset="gem")
        assert (again.id, again.job, again.asset) == (token, "task-1", "coin")

    @pytest.mark.parametrize("steps", ["", "sending"])
    def test_what_another_is_just_buying_is_claimed(
        self, journal: Journal, steps: str
    ) -> None:
        """Until its outcome is known, nobody else may send it."""
        token = planned(journal).id
        for step in steps.split():
            move(journal, token, step)
        with pytest.raises(Claimed) as caught:
            planned(journal)
        assert (caught.value.intent.id, caught.value.exit_code) == (token, 7)

    def test_another_account_or_take_is_another_claim(self, journal: Journal) -> None:
        """The index is on both; a take changes the key."""
        first = planned(journal)
        second = planned(journal, account="key-2")
        third = journal.plan(
            request_for(take=2), account="key-1", asset="a", project="/p", price=None
        )
        assert len({first.id, second.id, third.id}) == 3
        assert third.family == first.key != third.key
        assert journal.highest_take(first.key) == 2

    @pytest.mark.parametrize("state", [State.AMBIGUOUS, State.LOST, State.ABANDONED])
    def test_money_that_may_be_gone_stops(self, journal: Journal, state: State) -> None:
        """Only a person goes on: by resolving, or by asking to buy it again."""
        token = planned(journal).id
        for step in WAY[state].split():
            move(journal, token, step)
        with pytest.raises(Unsettled) as caught:
            planned(journal)
        assert (caught.value.intent.state, caught.value.exit_code) == (state, 5)
        if state is State.AMBIGUOUS:
            with pytest.raises(Unsettled):
                planned(journal, rebuy=True)
        else:
            assert planned(journal, rebuy=True).state is State.PLANNED

    @pytest.mark.parametrize("state", [State.RELEASED, State.REJECTED, State.FAILED])
    def test_what_bought_nothing_may_be_planned_again(
        self, journal: Journal, state: State
    ) -> None:
        """A new intent, with a token of its own."""
        token = planned(journal).id
        for step in WAY[state].split():
            move(journal, token, step)
        assert planned(journal).id != token

    def test_what_was_bought_meanwhile_is_not_bought_again(
        self, journal: Journal
    ) -> None:
        """It was done since this journal was opened, so its planning could not know."""
        token = planned(journal).id
        for step in WAY[State.DONE].split():
            move(journal, token, step)
        with pytest.raises(Claimed):
            planned(journal, project="/other")
        found = journal.finished(request_for().key)
        assert found is not None
        assert found.id == token
        with Journal.open(journal.path) as later:
            assert planned(later).state is State.PLANNED

    def test_one_job_is_one_purchase(self, journal: Journal) -> None:
        """A vendor that gives one id twice lies; a person who does is mistaken."""
        one, two = planned(journal).id, planned(journal, prompt="a gem").id
        for token in (one, two):
            journal.sending(token)
        journal.submitted(one, "task-1")
        with pytest.raises(Damaged, match="two jobs"):
            journal.submitted(two, "task-1")
        journal.ambiguous(two, "what now")
        with pytest.raises(UsageError, match="already another asset's"):
            journal.resolve_adopt(two, "task-1", who="a person")


class TestBudget:
    """A limit bounds what one build newly commits, and doubt counts."""

    def test_the_limit_is_checked_and_reserved_at_once(self, journal: Journal) -> None:
        """0.27 covers three of 0.09 and not a cent more."""
        for number in range(3):
            planned(journal, prompt=str(number), limit=Decimal("0.27"))
        with pytest.raises(SpendingError) as caught:
            planned(journal, prompt="4", limit=Decimal("0.27"))
        assert caught.value.exit_code == 4
        assert journal.committed(journal.build) == Decimal("0.27")
        assert len(journal.intents()) == 3

    @pytest.mark.parametrize("state", list(State))
    def test_every_state_commits_what_it_may_have_cost(
        self, journal: Journal, state: State
    ) -> None:
        """Only what was provably not bought is free; the sum in SQL says the same."""
        token = planned(journal).id
        for step in WAY[state].split():
            move(journal, token, step)
        free = state in {State.RELEASED, State.REJECTED}
        assert journal.committed(journal.build) == (0 if free else PRICE)
        intents = journal.intents()
        assert journal.committed(journal.build) == sum(i.committed for i in intents)

    def test_what_the_vendor_charged_counts(self, journal: Journal) -> None:
        """More or less than the price, or nothing for a failure."""
        one, two = planned(journal), planned(journal, prompt="a gem")
        for intent in (one, two):
            journal.sending(intent.id)
            journal.submitted(intent.id, intent.id)
        journal.ready(one.id, Decimal("0.12"))
        journal.failed(two.id, "501", "no", Decimal(0))
        assert journal.committed(journal.build) == Decimal("0.12")
        assert journal.spent() == Decimal("0.12")

    def test_another_builds_spending_is_its_own(self, journal: Journal) -> None:
        """A budget bounds a build, not a day."""
        planned(journal)
        with Journal.open(journal.path) as other:
            assert other.committed(other.build) == 0
            planned(other, prompt="a gem", limit=PRICE)

    def test_amounts_are_rounded_up(self) -> None:
        """Money is never counted as less than it is."""
        assert micros(Decimal("0.0000001")) == 1
        assert from_micros(micros(Decimal("12.345678"))) == Decimal("12.345678")


class TestRecovery:
    """What dead builds left is settled by whoever holds the project's lock."""

    def test_recovering_settles_each_state(self, journal: Journal) -> None:
        """Planned is released, sending is unsure, a job that is out stays out."""
        states = [s for s in WAY if s is not State.ABANDONED]
        for state in states:
            token = planned(journal, prompt=state.value).id
            for step in WAY[state].split():
                if step == "submitted":
                    journal.submitted(token, state.value)
                else:
                    move(journal, token, step)
        changed = {State.PLANNED: State.RELEASED, State.SENDING: State.AMBIGUOUS}
        with Journal.open(journal.path) as later:
            assert later.recover("/elsewhere") == ()
            first = later.recover("/p")
            assert {i.state for i in first} == set(changed.values())
            assert later.recover("/p") == ()
            found = [intent.state for intent in later.intents()]
        assert found == [changed.get(state, state) for state in states]

    def test_a_running_builds_own_intents_are_not_recovered(
        self, journal: Journal
    ) -> None:
        """What this build has planned lives."""
        planned(journal)
        assert journal.recover("/p") == ()

    def test_a_person_decides_with_name_and_reason(self, journal: Journal) -> None:
        """Who, why and when stand in the journal."""
        token = planned(journal).id
        journal.sending(token)
        journal.ambiguous(token, "no reply")
        found = journal.resolve_adopt(token, "task-9", who="ann", why="saw it")
        assert (found.state, found.job) == (State.SUBMITTED, "task-9")
        assert found.decision is not None
        assert (found.decision.who, found.decision.why) == ("ann", "saw it")

    def test_resending_is_allowed_once(self, journal: Journal) -> None:
        """The second `--resend` is refused; the next build sends one."""
        token = planned(journal).id
        journal.sending(token)
        journal.ambiguous(token, "no reply")
        journal.resolve_resend(token, who="ann")
        with pytest.raises(UsageError, match="nothing is unsure about `coin`"):
            journal.resolve_resend(token, who="ann")
        again = planned(journal)
        assert (again.id != token, again.state) == (True, State.PLANNED)


def test_no_address_keeps_its_query(journal: Journal) -> None:
    token = planned(journal).id
    journal.sending(token)
    journal.rejected(token, "GET https://cdn.example/a.png?sig=SECRET failed")
    text = b"".join(each.read_bytes() for each in journal.path.parent.iterdir())
    assert b"cdn.example/a.png failed" in text
    assert b"SECRET" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("see https://a.b/c?d=e#f now", "see https://a.b/c now"),
        ("s3://bucket/x?X-Amz-Signature=1", "s3://bucket/x"),
        ("(https://a.b/#tok) why?", "(https://a.b/ why?"),
        ("why? because", "why? because"),
    ],
)
def test_queries_are_cut_off(text: str, expected: str) -> None:
    assert without_queries(text) == expected


def test_an_event_of_no_intent_is_illegal() -> None:
    with pytest.raises(IllegalMove):
        fold(None, Event(1, 1, 0.0, "sending", "{}"))
    assert len(Event(1, 1, 0.0, "sending", "{}").sum(FIRST_SUM)) == 64


def test_a_garbled_job_is_sound_again_when_its_picture_is_named(
    journal: Journal,
) -> None:
    """Only while the vendor names no picture may a person give the job up."""
    for early in (True, False):
        token = planned(journal, f"a coin {early}").id
        journal.sending(token)
        journal.submitted(token, f"job {early}")
        if not early:
            journal.ready(token, None)
        assert journal.garbled(token, "no picture").is_garbled
        seen = len(journal.story(token))
        journal.garbled(token, "no picture")
        assert len(journal.story(token)) == seen
        ready = journal.ready(token, Decimal("0.09"))
        assert (ready.is_garbled, ready.charged) == (False, Decimal("0.09"))


def test_a_journal_from_before_an_index_gets_it(tmp_path: Path) -> None:
    """An index is no format: older journals are read, and mended when written."""
    path = tmp_path / "older.db"
    with Journal.open(path) as journal:
        token = planned(journal).id
    db = sqlite3.connect(path)
    for name in ("purchase_key", "purchase_job", "purchase_project"):
        db.execute(f"DROP INDEX {name}")
    db.close()
    with Journal.open(path, reading=True) as journal:
        assert journal.get(token) is not None
    with Journal.open(path) as journal:
        journal.verify()
    db = sqlite3.connect(path)
    names = {name for (name,) in db.execute("SELECT name FROM sqlite_schema")}
    db.close()
    assert {"purchase_key", "purchase_job", "purchase_project"} <= names


@pytest.mark.parametrize(
    ("where", "index"),
    [
        ("key = 'k' AND state IN ('fetched', 'done')", "purchase_key"),
        ("job = 'j'", "purchase_job"),
        ("project = 'p' AND created >= 1", "purchase_project"),
    ],
)
def test_what_is_asked_often_scans_nothing(
    journal: Journal, where: str, index: str
) -> None:
    query = f"EXPLAIN QUERY PLAN SELECT * FROM intents WHERE {where}"  # noqa: S608  ours
    db = sqlite3.connect(journal.path)
    (plan,) = (row[3] for row in db.execute(query))
    db.close()
    assert index in plan


def test_what_is_reopened_holds_the_claim_again(journal: Journal) -> None:
    """So that two checkouts that miss the same picture ask for one job."""
    token = planned(journal).id
    for step in WAY[S.DONE].split():
        move(journal, token, step)
    again = move(journal, token, "reopen")
    assert (again.asset, again.project, again.job) == ("badge", "/elsewhere", "task-1")
    live = journal.live(again.account, again.key)
    assert live is not None
    assert live.id == token
    assert planned(journal).id == token
    for step in ("ready", "fetched", "done"):
        move(journal, token, step)
    assert journal.live(again.account, again.key) is None
