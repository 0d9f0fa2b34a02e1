"""Each rule that keeps a picture from being bought twice is taken out of the code.

Every scenario holds as the code is, and fails when the rule is gone: so the tests of
money are tests that can fail. The rules are those of `test_purchase_model.py`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from money_world import Neighbour, World

from assetgen.journal import IllegalMove, Journal, State, schema, states
from assetgen.providers.base import Unclear
from assetgen.submitting import Submitter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assetgen.journal import Intent
    from assetgen.providers.base import Submission
    from assetgen.submitting import Order


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return an empty world."""
    return World(tmp_path, monkeypatch)


# --- the scenarios, each ending with what must be so -------------------------


def killed_after_sending(world: World) -> None:
    """Die when the vendor has taken the job, and build again."""
    assert world.build(dies_at="accepted") is None
    world.build()
    world.check()


def reply_dropped(world: World) -> None:
    """Lose a reply, and go on building."""
    world.vendor.answers = ["dropped"]
    world.build()
    world.build()
    world.check()


def neighbour_sends_first(world: World) -> None:
    """Another checkout is about to send the same request when a build comes by."""
    neighbour = Neighbour.begin(world)
    assert neighbour is not None
    world.build()
    neighbour.send()
    neighbour.end()
    world.check()


def neighbour_wakes_up(world: World) -> None:
    """Another checkout is taken for dead after planning, and wakes up too late."""
    neighbour = Neighbour.begin(world)
    assert neighbour is not None
    world.dead.add(neighbour.life.name)
    world.build()
    try:
        neighbour.send()
    except IllegalMove:
        pass
    finally:
        neighbour.end()
    world.check()


def killed_while_polling(world: World) -> None:
    """Die when the job is out; the next build collects it unasked."""
    assert world.build(dies_at="poll") is None
    report = world.build()
    world.check()
    assert report is not None
    assert report.exit_code == 0, "I3: a known job is not known any more"


# --- the rules, each taken away ----------------------------------------------


def no_sending_record(patch: pytest.MonkeyPatch) -> None:
    """Nothing is written before the first byte leaves."""
    patch.setattr(Journal, "sending", lambda book, token: book.get(token))


def doubts_are_resent(patch: pytest.MonkeyPatch) -> None:
    """Plan every doubt anew when a build starts."""
    real = Journal.recover

    def recover(book: Journal, project: Path) -> tuple[Intent, ...]:
        found = real(book, project)
        for intent in book.unfinished(project):
            if intent.state is State.AMBIGUOUS:
                book.release(book.resolve_resend(intent.id, who="nobody").id)
        return found

    patch.setattr(Journal, "recover", recover)


def unknown_is_retried(patch: pytest.MonkeyPatch) -> None:
    """Send again at once what got no answer, as most clients do."""
    real = Submitter._post  # noqa: SLF001  the rule stands there

    async def post(
        self: Submitter, order: Order, intent: Intent, *more: float
    ) -> Submission:
        outcome = await real(self, order, intent, *more)
        if isinstance(outcome, Unclear):
            book = self._journal
            book.resolve_resend(intent.id, who="nobody")
            outcome = await real(self, order, intent, *more)
        return outcome

    patch.setattr(Submitter, "_post", post)


def no_claim(patch: pytest.MonkeyPatch) -> None:
    """Nobody sees who else is buying the same."""
    tables = [table.replace("UNIQUE INDEX claim", "INDEX claim") for table in TABLES]
    patch.setattr(schema, "TABLES", tuple(tables))
    patch.setattr(Journal, "live", lambda *_: None)
    patch.setattr(Journal, "unfinished", lambda *_: ())
    patch.setattr(Journal, "_spare", lambda *_: None)


def no_look_before_sending(patch: pytest.MonkeyPatch) -> None:
    """Send a purchase whatever has become of it meanwhile."""
    anything = states.Arrow(frozenset(State), State.SENDING)
    patch.setitem(states.ARROWS, "sending", anything)
    tables = [
        table.replace("UNIQUE INDEX claim", "INDEX claim") for table in schema.TABLES
    ]
    patch.setattr(schema, "TABLES", tuple(tables))


def id_in_memory(patch: pytest.MonkeyPatch) -> None:
    """Write the job's id down with its picture only."""

    def submitted(book: Journal, token: str, job: str) -> Intent:
        intent = book.get(token)
        assert intent is not None
        return replace(intent, job=job)

    patch.setattr(Journal, "submitted", submitted)
    patch.setattr(Journal, "ready", lambda book, token, _: book.get(token))


TABLES = schema.TABLES
RULES: dict[str, tuple[Callable[..., None], Callable[..., None]]] = {
    "SENDING is written first": (no_sending_record, killed_after_sending),
    "a doubt is for a person": (doubts_are_resent, reply_dropped),
    "an unknown outcome is not retried": (unknown_is_retried, reply_dropped),
    "a request is claimed": (no_claim, neighbour_sends_first),
    "a purchase is looked at before it is sent": (
        no_look_before_sending,
        neighbour_wakes_up,
    ),
    "the id is written at once": (id_in_memory, killed_while_polling),
}


@pytest.mark.parametrize(("mutation", "scenario"), RULES.values(), ids=RULES)
def test_a_scenario_holds_with_its_rule_and_fails_without(
    tmp_path: Path, mutation: Callable[..., None], scenario: Callable[..., None]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        scenario(World(tmp_path / "whole", patch))
    with pytest.MonkeyPatch.context() as patch:
        world = World(tmp_path / "broken", patch)
        mutation(patch)
        with pytest.raises(AssertionError, match=r"I1: bought twice|I3: a known job"):
            scenario(world)


@pytest.mark.parametrize(
    "scenario", dict.fromkeys(scenario for _, scenario in RULES.values())
)
def test_every_scenario_ends_well(world: World, scenario: Callable[..., None]) -> None:
    scenario(world)
    world.ends_well()
