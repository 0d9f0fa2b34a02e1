"""Every prefix of what a real build writes is a journal that one could wake up to.

The builds are real and meet faults on the way; their events are then cut off after each
one, as a crash would, and every such journal must be legal, within the budget, free of
secrets, and recovered in the same way however often.
"""

from __future__ import annotations

import itertools
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, Shop

from assetgen.journal import Event, Intent, Journal, State
from assetgen.journal.states import (
    COLUMNS,
    FIRST_SUM,
    LIVE,
    OUT,
    fold,
    to_row,
)
from assetgen.testing.kie import PROHIBITED, Fate, Refuse, Reset

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from assetgen.testing.kie.account import Call

BUDGET = 5 * PRICE
NAMES = ("coin", "star", "ring", "moon", "sun")


@pytest.fixture
def story(shop: Shop) -> tuple[Event, ...]:
    """Return the events of three builds: faults, a person's decisions, and the rest.

    The coin's reply is lost, the star is told to wait, the ring is refused, the moon
    fails, the sun's reply is lost before the vendor had it.
    """
    server = shop.write(*NAMES).server
    server.on("create", Reset(made=True), where="coin")
    server.on("create", Refuse(429), where="star", times=2)
    server.on("create", Refuse(422), where="ring")
    server.on("create", Fate(fail=PROHIBITED), where="moon")
    server.on("create", Reset(), where="sun")
    assert shop.build(budget=BUDGET).exit_code == 5
    (task,) = (task for task in server.account.tasks if "coin" in task.prompt)
    with Journal.open(shop.open().settings.journal) as journal:
        doubts = {i.asset: i.id for i in journal.unfinished()}
        journal.resolve_adopt(doubts["coin"], task.id, who="a person")
        journal.resolve_resend(doubts["sun"], who="a person")
    shop.build(budget=BUDGET)
    shop.build(budget=BUDGET)
    assert sorted(shop.published()) == ["coin.png", "ring.png", "star.png", "sun.png"]
    with shop.journal() as journal:
        stories = [journal.story(intent.id) for intent in journal.intents()]
    return tuple(sorted(itertools.chain(*stories), key=lambda event: event.seq))


def prefixes(events: Sequence[Event]) -> Iterator[dict[int, Intent]]:
    """Yield what every prefix adds up to, by intent; off the arrows it would raise."""
    intents: dict[int, Intent] = {}
    for event in events:
        intents[event.intent] = fold(intents.get(event.intent), event)
        yield dict(intents)


def woken(path: Path, events: Sequence[Event], intents: dict[int, Intent]) -> Journal:
    """Return a journal that ends with these events."""
    path.parent.mkdir()
    journal = Journal.open(path)
    before = FIRST_SUM
    for event in events:
        line = (event.seq, event.intent, event.at, event.kind, event.facts)
        before = event.sum(before)
        journal._db.execute(  # noqa: SLF001  there is no other way to cut it off
            "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", (*line, before)
        )
    names = ", ".join(COLUMNS)
    marks = ", ".join(f":{name}" for name in COLUMNS)
    for intent in intents.values():
        journal._db.execute(  # noqa: SLF001  as above
            f"INSERT INTO intents ({names}) VALUES ({marks})",  # noqa: S608  our words
            to_row(intent),
        )
    journal.verify()
    return journal


def test_one_key_has_one_live_purchase_and_one_job_one_purchase(
    story: tuple[Event, ...],
) -> None:
    for intents in prefixes(story):
        live = [each for each in intents.values() if each.state in LIVE]
        assert max(Counter((i.account, i.key) for i in live).values(), default=1) == 1
        jobs = Counter(each.job for each in intents.values() if each.job)
        assert max(jobs.values(), default=1) == 1


def test_no_build_ever_commits_more_than_its_budget(story: tuple[Event, ...]) -> None:
    for intents in prefixes(story):
        committed: Counter[str] = Counter()
        for each in intents.values():
            committed[each.build] += each.committed  # type: ignore[assignment]  # money
            if each.state in {State.SENDING, State.AMBIGUOUS}:
                assert each.committed == PRICE  # doubt counts as spent
        assert max(committed.values(), default=Decimal(0)) <= BUDGET


def test_a_job_is_known_only_after_its_request_was_written_down(
    story: tuple[Event, ...],
) -> None:
    sent: set[int] = set()
    for event, intents in zip(story, prefixes(story), strict=True):
        if event.kind == "sending":
            sent.add(event.intent)
        after = intents[event.intent]
        assert after.job is None or event.intent in sent
        assert after.state not in OUT | {State.DONE} or after.job is not None


def test_only_a_person_turns_a_doubt_back(story: tuple[Event, ...]) -> None:
    before: dict[int, Intent] = {}
    turned = 0
    for intents in prefixes(story):
        for number, intent in intents.items():
            was = before.get(number)
            if was and was.state is State.AMBIGUOUS and intent.state is not was.state:
                assert intent.decision is not None
                assert intent.decision.who == "a person"
                turned += 1
        before = intents
    assert turned == 2


def test_no_key_and_no_signed_address_is_written(
    shop: Shop, story: tuple[Event, ...]
) -> None:
    for event in story:
        assert shop.server.key not in event.facts
        assert "?" not in event.facts
        assert "Bearer" not in event.facts


def test_to_recover_twice_is_to_recover_once(
    tmp_path: Path, shop: Shop, story: tuple[Event, ...]
) -> None:
    kinds = set()
    for length, intents in enumerate(prefixes(story), start=1):
        path = tmp_path / f"prefix-{length}" / "journal.db"
        woken(path, story[:length], intents).close()
        with Journal.open(path) as first:
            changed = first.recover(shop.root)
            once = first.intents()
        with Journal.open(path) as second:
            assert second.recover(shop.root) == ()
            assert second.intents() == once
            second.verify()
        kinds |= {intent.state for intent in changed}
        for each in once:
            assert each.state not in {State.PLANNED, State.SENDING}
            assert each.committed or each.state is not State.AMBIGUOUS
    assert kinds == {State.RELEASED, State.AMBIGUOUS}


def test_every_request_finds_its_purchase_sending_on_the_disk(shop: Shop) -> None:
    """The vendor itself looks into the journal when a request arrives (I2, R01)."""
    seen: list[str] = []

    def look(call: Call) -> bool:
        with shop.journal() as journal:
            states = {str(i.request["prompt"]): str(i.state) for i in journal.intents()}
        seen.append(states[call.prompt])
        return False

    shop.server.on("create", Refuse(500), where=look, times=None)
    assert shop.write(*(f"coin-{n}" for n in range(30))).build().exit_code == 0
    assert seen == ["sending"] * 30
