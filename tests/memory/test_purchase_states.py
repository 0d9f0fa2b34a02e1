"""A purchase as facts: its states, the arrows between them, what it commits."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from assetgen.digest import canonical_json, digest_bytes
from assetgen.journal.states import (
    ARROWS,
    COLUMNS,
    FIRST_SUM,
    FREE,
    GARBLED,
    GONE,
    LIVE,
    OUT,
    Decision,
    Event,
    IllegalMove,
    Intent,
    State,
    fold,
    from_micros,
    from_row,
    to_micros,
    to_row,
    without_queries,
)

S = State
REQUEST = {"provider": "kie", "model": "painter", "prompt": "a coin", "take": 2}
FIRST = {
    "id": "token", "account": "key-1", "key": "k" * 64, "family": "f" * 64,
    "request": REQUEST, "asset": "coin", "project": "/p", "manifest": "assets.yaml",
    "build": "b", "owner": "o", "price": 90_000,
}  # fmt: skip

# Every event, from where it may happen and where it leads; written down again here,
# so that no arrow comes or goes unnoticed.
TABLE = {
    "sending": ({S.PLANNED}, S.SENDING),
    "unsent": ({S.SENDING}, S.PLANNED),
    "released": ({S.PLANNED}, S.RELEASED),
    "submitted": ({S.PLANNED, S.SENDING, S.AMBIGUOUS}, S.SUBMITTED),
    "rejected": ({S.PLANNED, S.SENDING}, S.REJECTED),
    "ambiguous": ({S.PLANNED, S.SENDING}, S.AMBIGUOUS),
    "ready": ({S.SUBMITTED}, S.READY),
    "fetched": ({S.SENDING, S.SUBMITTED, S.READY, S.FETCHED}, S.FETCHED),
    "done": ({S.FETCHED}, S.DONE),
    "failed": ({S.SUBMITTED, S.READY, S.FETCHED}, S.FAILED),
    "lost": ({S.SUBMITTED, S.READY, S.FETCHED}, S.LOST),
    "moved": ({S.SUBMITTED, S.READY, S.FETCHED, S.AMBIGUOUS}, None),
    "garbled": ({S.SUBMITTED, S.READY}, None),
    "reopened": ({S.DONE}, S.SUBMITTED),
    "adopted": ({S.PLANNED, S.AMBIGUOUS}, S.SUBMITTED),
    "resent": ({S.AMBIGUOUS}, S.PLANNED),
    "abandoned": ({S.AMBIGUOUS}, S.ABANDONED),
    "retaken": ({S.FAILED, S.LOST, S.ABANDONED}, None),
}


def event(kind: str, seq: int = 5, at: float = 20.0, **facts: object) -> Event:
    """Return an event of intent 3."""
    return Event(seq, 3, at, kind, canonical_json(facts).decode())


def purchase(state: State = S.PLANNED, **known: object) -> Intent:
    """Return the intent that event 3 has planned, brought into a state."""
    first = fold(None, event("planned", 3, 10.0, **FIRST))
    return replace(first, state=state, **known)  # type: ignore[arg-type]  its fields


def test_the_first_event_is_the_whole_wish() -> None:
    found = fold(None, event("planned", 3, 10.0, **FIRST))
    assert (found.state, found.price) == (S.PLANNED, Decimal("0.09"))
    assert (found.created, found.updated) == (10.0, 10.0)
    assert (found.number, found.last) == (3, 3)
    assert (found.provider, found.model, found.take) == ("kie", "painter", 2)
    unknown = (found.charged, found.job, found.digest, found.code, found.why)
    assert unknown == (None,) * 5
    assert found.decision is None
    assert {name: getattr(found, name) for name in FIRST if name != "price"} == {
        name: value for name, value in FIRST.items() if name != "price"
    }


@pytest.mark.parametrize("kind", TABLE)
@pytest.mark.parametrize("state", list(State))
def test_an_event_happens_where_its_arrow_starts_and_nowhere_else(
    state: State, kind: str
) -> None:
    sources, target = TABLE[kind]
    before = purchase(state)
    if state not in sources:
        with pytest.raises(IllegalMove) as caught:
            fold(before, event(kind))
        assert str(caught.value) == f"purchase 3 cannot be {kind}: it is {state}"
        return
    after = fold(before, event(kind))
    assert after == replace(before, state=target or state, updated=20.0, last=5)


def test_no_event_is_missing_from_this_table() -> None:
    assert set(ARROWS) == set(TABLE)
    with pytest.raises(IllegalMove):
        fold(purchase(), event("vanished"))


def test_nothing_happens_before_the_plan_and_no_plan_twice() -> None:
    with pytest.raises(IllegalMove, match=r"it is nowhere$"):
        fold(None, event("sending"))
    with pytest.raises(IllegalMove, match="intent token is planned twice"):
        fold(purchase(), event("planned", **FIRST))


def test_an_event_tells_what_became_known() -> None:
    found = fold(purchase(S.SUBMITTED), event("ready", charged=120_000))
    assert found.charged == Decimal("0.12")
    who = {"who": "ann", "why": "saw it"}
    found = fold(purchase(S.AMBIGUOUS), event("adopted", job="task-9", decision=who))
    assert (found.job, found.decision) == ("task-9", Decision("ann", "saw it", 20.0))
    with pytest.raises(TypeError):
        fold(purchase(), event("sending", nonsense=1))


def test_each_state_is_what_its_money_says() -> None:
    """Live is a claim, out is adoptable, gone asks for `--rebuy`, free cost nothing."""
    out = {S.SUBMITTED, S.READY, S.FETCHED}
    assert out == OUT
    assert out | {S.PLANNED, S.SENDING, S.AMBIGUOUS} == LIVE
    assert {S.LOST, S.ABANDONED} == GONE
    assert {S.RELEASED, S.REJECTED} == FREE
    assert set(State) - LIVE - GONE - FREE == {S.DONE, S.FAILED}


def test_the_word_for_a_garbled_job_is_the_one_in_every_journal_there_is() -> None:
    assert GARBLED == "garbled"


def test_the_names_of_the_states_are_those_in_every_journal_there_is() -> None:
    assert [state.value for state in State] == [state.name.lower() for state in State]


@pytest.mark.parametrize("state", list(State))
def test_what_a_purchase_commits_and_what_it_spent(state: State) -> None:
    """A budget counts doubt as spent; a sum of what was paid does not."""
    price = Decimal("0.09")
    found = purchase(state)
    assert found.committed == (0 if state in {S.RELEASED, S.REJECTED} else price)
    paid = {S.SUBMITTED, S.READY, S.FETCHED, S.DONE, S.LOST}
    assert found.spent == (price if state in paid else 0)
    told = replace(found, charged=Decimal("0.12"))
    assert (told.committed, told.spent) == (Decimal("0.12"), Decimal("0.12"))
    nothing = replace(found, charged=Decimal(0))
    assert (nothing.committed, nothing.spent) == (0, 0)
    unknown = replace(found, price=None)
    assert (unknown.committed, unknown.spent) == (0, 0)


@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize(
    ("code", "charged", "free"),
    [
        ("500", "0", True),
        ("5", "0", True),
        ("422", "0", False),
        (None, "0", False),
        ("500", "0.09", False),
        ("500", None, False),
    ],
)
def test_only_a_vendors_own_failure_that_cost_nothing_is_one_for_nothing(
    state: State, code: str | None, charged: str | None, *, free: bool
) -> None:
    paid = None if charged is None else Decimal(charged)
    found = purchase(state, code=code, charged=paid)
    assert found.failed_for_nothing is (free and state is S.FAILED)


@pytest.mark.parametrize("state", list(State))
def test_only_a_job_that_is_out_is_garbled(state: State) -> None:
    assert purchase(state, code=GARBLED).is_garbled is (state in OUT)
    assert purchase(state, code="501").is_garbled is False


def test_only_a_persons_wish_for_more_makes_a_purchase_retaken() -> None:
    assert purchase(S.LOST).is_retaken is False
    decision = Decision("ann", "saw it", 20.5)
    assert purchase(S.LOST, decision=decision).is_retaken is False
    again = replace(decision, again=True)
    assert purchase(S.LOST, decision=again).is_retaken is True


@pytest.mark.parametrize(("take", "expected"), [(2, 2), (None, 1), ("3", 1)])
def test_a_request_of_an_older_journal_is_readable(take: object, expected: int) -> None:
    assert purchase(request={"take": take}).take == expected
    bare = purchase(request={})
    assert (bare.provider, bare.model, bare.take) == ("", "", 1)


@pytest.mark.parametrize(
    "known",
    [
        {},
        {"price": None, "job": "task-1", "digest": "d" * 64},
        {"charged": Decimal("0.0325"), "code": "501", "why": "no"},
        {"decision": Decision("ann", "saw it", 20.5)},
        {"decision": Decision("ann", "try again", 20.5, again=True)},
    ],
)
@pytest.mark.parametrize("state", [S.PLANNED, S.AMBIGUOUS])
def test_a_row_gives_back_the_purchase(state: State, known: dict[str, object]) -> None:
    intent = purchase(state, **known)
    row = to_row(intent)
    assert tuple(row) == COLUMNS
    assert "request" not in row
    assert type(row["state"]) is str
    assert row["price"] == (None if "price" in known else 90_000)
    assert row["charged"] == (32_500 if "charged" in known else None)
    assert from_row(row, REQUEST) == intent
    assert type(from_row(row, REQUEST).state) is State


def test_a_decision_is_one_column() -> None:
    row = to_row(purchase(decision=Decision("ann", "saw it", 20.5)))
    assert json.loads(str(row["decision"])) == ["ann", "saw it", 20.5]
    again = to_row(purchase(decision=Decision("ann", "more", 20.5, again=True)))
    assert json.loads(str(again["decision"])) == ["ann", "more", 20.5, True]
    assert to_row(purchase())["decision"] is None


def test_a_checksum_covers_every_field_and_the_event_before() -> None:
    one = event("sending")
    line = [FIRST_SUM, 5, 3, 20.0, "sending", "{}"]
    assert one.sum(FIRST_SUM) == digest_bytes(canonical_json(line))
    changed = [
        replace(one, seq=6), replace(one, intent=4), replace(one, at=20.5),
        replace(one, kind="done"), replace(one, facts="[]"),
    ]  # fmt: skip
    sums = {each.sum(FIRST_SUM) for each in [one, *changed]} | {one.sum("1" * 64)}
    assert len(sums) == 7


def test_the_chain_starts_with_zeros() -> None:
    assert FIRST_SUM == "0" * 64


@pytest.mark.parametrize(
    ("usd", "micros"),
    [
        (None, None),
        (Decimal(0), 0),
        (Decimal("0.0000001"), 1),
        (Decimal("0.0000011"), 2),
        (Decimal("0.09"), 90_000),
        (Decimal("12.345678"), 12_345_678),
    ],
)
def test_millionths_are_rounded_up(usd: Decimal | None, micros: int | None) -> None:
    assert to_micros(usd) == micros


@pytest.mark.parametrize(
    ("micros", "text"),
    [(0, "0"), (1, "0.000001"), (90_000, "0.09"), (12_000_000, "12")],
)
def test_an_amount_comes_back_as_people_write_it(micros: int, text: str) -> None:
    assert str(from_micros(micros)) == text


@pytest.mark.parametrize("odd", ["90000", 0.09, b"1", [1]])
def test_what_is_no_amount_is_an_error(odd: object) -> None:
    assert from_micros(None) is None
    with pytest.raises(TypeError, match="is no amount of money"):
        from_micros(odd)


@pytest.mark.parametrize(
    "address", ["https://a.b/c", "HTTPS://A.B/c", "s3+x.y-z://b/c"]
)
@pytest.mark.parametrize("query", ["?sig=1", "#tok", "?a=1#b"])
def test_an_address_loses_its_query_and_no_more(address: str, query: str) -> None:
    assert without_queries(f'<"{address}{query}"> gone?') == f'<"{address}"> gone?'
