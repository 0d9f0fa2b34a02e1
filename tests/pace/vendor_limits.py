"""A vendor's limit in virtual time: it counts as the real one does."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass
class Limited:
    """Takes so many calls in any so many seconds and refuses the rest."""

    calls: int
    seconds: float
    taken: list[float] = field(default_factory=list)
    refused: list[float] = field(default_factory=list)
    _recent: deque[float] = field(default_factory=deque)

    def ask(self, now: float) -> bool:
        """Return whether a call at that moment is taken."""
        while self._recent and self._recent[0] <= now - self.seconds:
            self._recent.popleft()
        if len(self._recent) >= self.calls:
            self.refused.append(now)
            return False
        self._recent.append(now)
        self.taken.append(now)
        return True

    def rate(self, start: float, end: float) -> float:
        """Return how many calls a second were made, taken or not."""
        made = [t for t in (*self.taken, *self.refused) if start <= t < end]
        return len(made) / (end - start)
