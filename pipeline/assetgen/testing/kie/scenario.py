"""This file is the order of events: which behaviour the next fitting call meets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.testing.kie.behaviours import Behaviour, Fate, Fault

if TYPE_CHECKING:
    from assetgen.testing.kie.account import Call, Endpoint

Where = str | Callable[["Call"], bool] | None


@dataclass(slots=True)
class _Rule:
    """One behaviour, for whom, and how often still (None: for ever)."""

    endpoint: Endpoint
    behaviour: Behaviour
    where: Where
    left: int | None

    def fits(self, call: Call) -> bool:
        """Return whether it is meant for this call."""
        if self.left == 0 or self.endpoint != call.endpoint:
            return False
        if callable(self.where):
            return self.where(call)
        return self.where is None or self.where in call.prompt


class Scenario:
    """Behaviours in the order of asking; each call takes the first that fits."""

    def __init__(self) -> None:
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def add(
        self, endpoint: Endpoint, behaviour: Behaviour, where: Where, times: int | None
    ) -> None:
        """Put a behaviour at the end of the queue."""
        with self._lock:
            self._rules.append(_Rule(endpoint, behaviour, where, times))

    def clear(self) -> None:
        """Forget every behaviour that is still to come."""
        with self._lock:
            self._rules.clear()

    def fault(self, call: Call) -> Fault | None:
        """Take the fault that this call meets, if any."""
        found = self._take(call, wants_fate=False)
        return None if isinstance(found, Fate) else found

    def fate(self, call: Call) -> Fate | None:
        """Take the fate of the task that this call makes, if one was asked for."""
        found = self._take(call, wants_fate=True)
        return found if isinstance(found, Fate) else None

    def waiting(self) -> int:
        """Return how many behaviours nobody has met yet."""
        with self._lock:
            return sum(rule.left or 0 for rule in self._rules)

    def _take(self, call: Call, *, wants_fate: bool) -> Behaviour | None:
        with self._lock:
            for rule in self._rules:
                kind = isinstance(rule.behaviour, Fate)
                if kind == wants_fate and rule.fits(call):
                    if rule.left is not None:
                        rule.left -= 1
                    return rule.behaviour
        return None
