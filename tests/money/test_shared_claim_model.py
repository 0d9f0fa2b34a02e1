"""Two machines that share nothing but a claim: the design, before there is one.

assetgen has no shared claims yet. This is the model that they will have to follow: a
claim per key is created in one conditional write, already as SENDING, before the first
byte leaves; a machine that died may come back with its journal or without; the answer
to the conditional write may be lost, and is then read back. Searched breadth first.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

BOUND = 4


@dataclass(frozen=True, slots=True)
class Machine:
    """What it does next, what its journal says, and the token of its intent."""

    step: str = "start"
    journal: str = ""
    token: int = 0


@dataclass(frozen=True, slots=True)
class World:
    """`claim` is (state, token of the intent that holds it), or nothing."""

    machines: tuple[Machine, ...] = (Machine(), Machine())
    claim: tuple[str, int] | None = None
    tokens: int = 0
    trouble: int = 3  # kills, losses of a disk and runs after the first, in all
    paid: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """The design; each field takes one rule away."""

    claimed: bool = True
    keeps: bool = True  # a claim in SENDING never ends by itself

    def after(self, world: World) -> Iterator[World]:
        """Yield every world that one step, one death or one more run leads to."""
        for who, machine in enumerate(world.machines):
            yield from self._step(world, who, machine)
            if world.trouble and machine.step != "start":
                again = replace(world, trouble=world.trouble - 1)
                yield _put(again, who, replace(machine, step="start"))
                if machine.step != "end":
                    yield _put(again, who, Machine())  # the disk died with it

    def _step(self, world: World, who: int, machine: Machine) -> Iterator[World]:
        match machine.step:
            case "start":
                yield from self._start(world, who, machine)
            case "claim":
                yield from self._claim(world, who, machine)
            case "send":
                sending = replace(machine, step="out", journal="sending")
                yield _put(world, who, sending)
            case "out":
                yield from self._out(world, who, machine)
            case "reply":
                out = replace(machine, step="tell", journal="submitted")
                yield _put(world, who, out)
            case "tell":
                told = replace(world, claim=("submitted", machine.token))
                yield _put(told, who, replace(machine, step="poll"))
            case "poll":
                yield _put(world, who, replace(machine, step="end", journal="done"))
                yield _put(world, who, replace(machine, step="end"))

    def _start(self, world: World, who: int, machine: Machine) -> Iterator[World]:
        """Go on from what its own journal says."""
        match machine.journal:
            case "" | "released":
                token = world.tokens + 1
                fresh = Machine("claim", "planned", token)
                yield _put(replace(world, tokens=token), who, fresh)
            case "planned":
                yield _put(world, who, replace(machine, step="claim"))
            case "sending":
                doubt = replace(machine, step="end", journal="ambiguous")
                yield _put(world, who, doubt)
            case "submitted":
                yield _put(world, who, replace(machine, step="tell"))
            case _:
                yield _put(world, who, replace(machine, step="end"))

    def _claim(self, world: World, who: int, machine: Machine) -> Iterator[World]:
        """Create the claim if there is none; read it back when in doubt."""
        mine = ("sending", machine.token)
        if not self.claimed:
            yield _put(world, who, replace(machine, step="send"))
        elif world.claim is None:
            made = replace(world, claim=mine)
            yield _put(made, who, replace(machine, step="send"))
            yield _put(made, who, machine)  # the answer was lost: it asks again
        elif world.claim == mine:  # and was only planned here: provably not sent
            yield _put(world, who, replace(machine, step="send"))
        elif world.claim[0] == "submitted":  # somebody's job: it is collected
            yield _put(world, who, replace(machine, step="poll"))
        else:
            yield _put(world, who, replace(machine, step="end"))
            if not self.keeps:
                stolen = replace(world, claim=mine)
                yield _put(stolen, who, replace(machine, step="send"))

    def _out(self, world: World, who: int, machine: Machine) -> Iterator[World]:
        paid = replace(world, paid=world.paid + 1)
        doubt = replace(machine, step="end", journal="ambiguous")
        yield _put(paid, who, replace(machine, step="reply"))
        yield _put(paid, who, doubt)
        yield _put(world, who, doubt)
        free = replace(world, claim=None) if _holds(world, machine) else world
        yield _put(free, who, replace(machine, step="end", journal="released"))


def _put(world: World, who: int, machine: Machine) -> World:
    machines = list(world.machines)
    machines[who] = machine
    return replace(world, machines=tuple(machines))


def _holds(world: World, machine: Machine) -> bool:
    return world.claim is not None and world.claim[1] == machine.token


def explore(rules: Rules) -> set[World]:
    """Return every world that can be reached, up to the first at the bound."""
    seen, ahead = {World()}, deque([World()])
    while ahead:
        for world in rules.after(ahead.popleft()):
            if world not in seen:
                seen.add(world)
                ahead.append(world)
                if world.paid >= BOUND:
                    return seen
    return seen


@pytest.mark.parametrize(
    ("rules", "cost"),
    [
        pytest.param(Rules(), 1, id="the design"),
        pytest.param(Rules(claimed=False), 4, id="no claim"),
        pytest.param(Rules(keeps=False), 4, id="a claim in SENDING can be taken"),
    ],
)
def test_what_two_machines_pay_at_worst(rules: Rules, cost: int) -> None:
    assert max(world.paid for world in explore(rules)) == cost
