"""This file is how a build is followed: as lines for logs, as JSON for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.console.words import sentence
from assetgen.events import (
    Noted,
    Outcome,
    Removed,
    Started,
    Status,
    Stray,
    Submitted,
    Waiting,
    Working,
    event_json,
)

if TYPE_CHECKING:
    from assetgen.console.console import Console
    from assetgen.events import Event

PATIENCE = 60.0  # seconds between two lines about one job that is waited for


class Follower:
    """Follows a build without a word, and knows whether anything was done.

    Attributes:
        worked: The assets that something was done for.
        removed: How many published files were removed.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.worked: set[str] = set()
        self.removed = 0

    def __call__(self, event: Event) -> None:
        """Take note of one event and show it."""
        if isinstance(event, Working | Submitted | Waiting):
            self.worked.add(event.asset)
        elif isinstance(event, Removed):
            self.removed += 1
        self.show(event)

    def show(self, event: Event) -> None:
        """Show one event."""

    def close(self) -> None:
        """Leave the terminal as it was."""

    def is_news(self, outcome: Outcome) -> bool:
        """Return whether an asset that ended well is worth a line."""
        if outcome.exit_code:
            return False  # said at the end, together with what is alike
        if outcome.status is Status.DRAFT:
            return outcome.asset in self.worked
        return outcome.status is not Status.REUSED


class Lines(Follower):
    """Follows a build as lines, one for each thing that happened."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._said: dict[str, float] = {}

    def show(self, event: Event) -> None:
        """Write a line about an event that people want to know."""
        match event:
            case Submitted() | Stray():
                self.console.vital(sentence(event))
            case Started(purchases=0):
                self.console.detail(sentence(event))
            case Started() | Noted() | Removed():
                self.console.say(sentence(event))
            case Waiting():
                if event.seconds - self._said.get(event.job, 0.0) >= PATIENCE:
                    self._said[event.job] = event.seconds
                    self.console.say(sentence(event))
                else:
                    self.console.detail(sentence(event))
            case Working():
                self.console.detail(sentence(event))
            case Outcome():
                if self.is_news(event):
                    self.console.say(sentence(event))


class JsonLines(Follower):
    """Follows a build as JSON, one event a line."""

    def show(self, event: Event) -> None:
        """Write an event as one line."""
        self.console.json(event_json(event))
