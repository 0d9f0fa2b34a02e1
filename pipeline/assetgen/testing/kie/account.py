"""This file is the account: every call, every task and every credit, for assertions.

A task is a frozen value, and what became of it is computed from its fate and the
server's clock; nothing is filled in later. So the balance is always exactly the credits
put in, less those of tasks that have not failed.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assetgen.testing.clock import FastClock
    from assetgen.testing.kie.behaviours import Fate

Endpoint = Literal[
    "create", "poll", "credit", "download-url", "upload", "file", "unknown"
]

USD_PER_CREDIT = Decimal("0.005")
TOO_FAST = 429


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it arrived.

    Attributes:
        at: Server seconds since 1970.
        headers: By lower-case name.
        key: What stands after ``Bearer``, "" if nothing does.
        order: The createTask body this call is about: its own or that of its task.
        task: The id of the task it is about, "" if there is none (yet).
    """

    number: int
    at: float
    endpoint: Endpoint
    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes = b""
    key: str = ""
    order: Mapping[str, object] = field(default_factory=dict)
    task: str = ""

    @property
    def model(self) -> str:
        """Return the model asked for."""
        return str(self.order.get("model") or "")

    @property
    def input(self) -> Mapping[str, object]:
        """Return the model's inputs as they were sent."""
        found = self.order.get("input")
        return found if isinstance(found, dict) else {}

    @property
    def prompt(self) -> str:
        """Return the prompt, "" if there is none."""
        return str(self.input.get("prompt") or "")


@dataclass(frozen=True, slots=True)
class Task:
    """One task that the vendor accepted and charged.

    Attributes:
        born, ends: Server seconds since 1970; it has its final state from `ends` on.
        credits: What was charged when it was accepted.
        nth: 1 for the first task of this payload, 2 for its first duplicate, …
    """

    id: str
    key: str
    order: Mapping[str, object]
    born: float
    ends: float
    credits: Decimal
    fate: Fate
    nth: int = 1

    @property
    def model(self) -> str:
        """Return the model's id."""
        return str(self.order["model"])

    @property
    def input(self) -> Mapping[str, object]:
        """Return the inputs as they were sent."""
        found = self.order["input"]
        return found if isinstance(found, dict) else {}

    @property
    def prompt(self) -> str:
        """Return the prompt."""
        return str(self.input.get("prompt") or "")

    @property
    def usd(self) -> Decimal:
        """Return what was charged in USD."""
        return self.credits * USD_PER_CREDIT

    def state(self, now: float) -> str:
        """Return its state at a time."""
        if now >= self.ends:
            return "fail" if self.fate.fail else "success"
        life = max(self.ends - self.born, 1e-9)
        share = int((now - self.born) / life * len(self.fate.states))
        return self.fate.states[max(0, min(share, len(self.fate.states) - 1))]


@dataclass(frozen=True, slots=True)
class Refusal:
    """One call that was answered with an error code."""

    call: Call
    code: int
    msg: str


@dataclass(frozen=True, slots=True)
class Ring:
    """One attempt to call back.

    Attributes:
        at: Server seconds since 1970, when the answer had come.
        status: The HTTP status of the answer, None if there was none.
    """

    at: float
    task: str
    url: str
    status: int | None
    body: bytes


class Account:
    """What the server knows afterwards. Every property is a snapshot; any thread asks.

    Args:
        purses: The credits that each key starts with.
        clock: The server's.
        patience: Seconds after which a task without a result is dead and refunded.
    """

    def __init__(
        self,
        purses: Mapping[str, Decimal],
        clock: FastClock,
        patience: Callable[[], float],
    ) -> None:
        self.purses = dict(purses)
        self.numbers = itertools.count(1)
        self._clock = clock
        self._patience = patience
        self._lock = threading.RLock()
        self._calls: list[Call] = []
        self._tasks: dict[str, Task] = {}
        self._payloads: Counter[tuple[str, str, str]] = Counter()
        self._taken: dict[str, Decimal] = defaultdict(Decimal)
        self._refused: list[Refusal] = []
        self._ignored: list[tuple[str, str]] = []
        self._rings: list[Ring] = []

    # --- what a test asks -------------------------------------------------------

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return every request in the order of arrival."""
        with self._lock:
            return tuple(self._calls)

    @property
    def tasks(self) -> tuple[Task, ...]:
        """Return every task that was accepted, oldest first."""
        with self._lock:
            return tuple(self._tasks.values())

    @property
    def creates(self) -> tuple[Call, ...]:
        """Return the createTask calls, refused ones included."""
        return self._of("create")

    @property
    def polls(self) -> tuple[Call, ...]:
        """Return the recordInfo calls."""
        return self._of("poll")

    @property
    def downloads(self) -> tuple[Call, ...]:
        """Return the calls of the result host."""
        return self._of("file")

    @property
    def uploads(self) -> tuple[Call, ...]:
        """Return the calls that brought a picture, refused ones included."""
        return self._of("upload")

    @property
    def refused(self) -> tuple[Refusal, ...]:
        """Return the calls that were answered with an error code."""
        with self._lock:
            return tuple(self._refused)

    @property
    def rings(self) -> tuple[Ring, ...]:
        """Return every callback that was attempted, in the order of their answers."""
        with self._lock:
            return tuple(self._rings)

    @property
    def ignored(self) -> tuple[tuple[str, str], ...]:
        """Return (model, input) of inputs that were unknown, and billed anyway."""
        with self._lock:
            return tuple(self._ignored)

    @property
    def duplicates(self) -> tuple[Task, ...]:
        """Return the tasks whose payload had been accepted before from the same key."""
        return tuple(task for task in self.tasks if task.nth > 1)

    @property
    def authorization_on_files(self) -> tuple[Call, ...]:
        """Return the calls that showed a key to the result host."""
        return tuple(call for call in self.downloads if "authorization" in call.headers)

    def accepted(self, prompt: str = "", model: str = "") -> int:
        """Return how many tasks there are with these words and of this model."""
        return sum(
            prompt in task.prompt and model in ("", task.model) for task in self.tasks
        )

    def limited(self) -> int:
        """Return how many calls ran into a rate limit."""
        return sum(refusal.code == TOO_FAST for refusal in self.refused)

    def state(self, task: Task) -> str:
        """Return what a task's state is now; ``fail`` includes the given up ones."""
        return "fail" if self.dead(task) else task.state(self._clock.now())

    @property
    def balance(self) -> Decimal:
        """Return the credits that all keys have left."""
        return sum((self.balance_of(key) for key in self.purses), Decimal(0))

    @property
    def charged(self) -> Decimal:
        """Return the credits that are charged and not refunded."""
        return sum((self.cost(task) for task in self.tasks), Decimal(0))

    def balance_of(self, key: str) -> Decimal:
        """Return the credits that one key has left."""
        spent = (self.cost(task) for task in self.tasks if task.key == key)
        return self.purses.get(key, Decimal(0)) - sum(spent, Decimal(0))

    def cost(self, task: Task) -> Decimal:
        """Return what a task costs as things stand: nothing once it has failed."""
        return Decimal(0) if self.state(task) == "fail" else task.credits

    # --- what the server writes -------------------------------------------------

    def find(self, task_id: str) -> Task | None:
        """Return a task by its id."""
        with self._lock:
            return self._tasks.get(task_id)

    def dead(self, task: Task) -> bool:
        """Return whether the vendor has given a task up."""
        late = self._patience()
        return task.ends - task.born > late and self._clock.now() >= task.born + late

    def note(self, call: Call) -> None:
        """Remember a request."""
        with self._lock:
            self._calls.append(call)

    def rang(self, ring: Ring) -> None:
        """Remember that a callback was attempted."""
        with self._lock:
            self._rings.append(ring)

    def refuse(self, call: Call, code: int, msg: str) -> None:
        """Remember that a call was answered with an error."""
        with self._lock:
            self._refused.append(Refusal(call, code, msg))

    def accept(self, task: Task, ignored: list[str]) -> Task | None:
        """Charge a task and keep it, as the nth of its payload; None if too dear."""
        with self._lock:
            if not self._affords(task):
                return None
            self._taken[task.key] += task.credits
            self._payloads[_payload(task)] += 1
            kept = replace(task, nth=self._payloads[_payload(task)])
            self._tasks[kept.id] = kept
            self._ignored += [(kept.model, name) for name in ignored]
            return kept

    def _affords(self, task: Task) -> bool:
        """Return whether a key has the credits for one more task.

        What was ever charged is a bound; only where that is reached are refunds
        counted, or ten thousand tasks would be looked at ten thousand times.
        """
        ever = self.purses.get(task.key, Decimal(0)) - self._taken[task.key]
        return ever >= task.credits or self.balance_of(task.key) >= task.credits

    def _of(self, endpoint: Endpoint) -> tuple[Call, ...]:
        return tuple(call for call in self.calls if call.endpoint == endpoint)


def _payload(task: Task) -> tuple[str, str, str]:
    return task.key, task.model, json.dumps(task.input, sort_keys=True)
