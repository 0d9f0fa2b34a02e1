"""This file is the only user of PyYAML: a text becomes events, with their places.

Nothing of PyYAML's own idea of values is used: it speaks YAML 1.1, where `16:9` is 969
and `no` is false.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SURROGATE = re.compile("[\ud800-\udfff]")


def puller(text: str) -> Callable[[], yaml.Event]:
    """Return a function that gives the next event of `text`, and no end.

    It uses libyaml where PyYAML was built with it, else PyYAML's own parser, which is
    some ten times slower and otherwise the same. Whoever calls it stops at
    `StreamEndEvent`.

    Raises:
        yaml.YAMLError: When a call comes to a mistake in `text`.
    """
    if hasattr(yaml, "CSafeLoader"):
        return cast("Callable[[], yaml.Event]", yaml.CSafeLoader(text).get_event)
    return _pure(text).__next__


def _pure(text: str) -> Iterator[yaml.Event]:
    take: Callable[[], object] = yaml.SafeLoader(text).get_event
    while True:
        event = cast("yaml.Event", take())
        # libyaml refuses the escape of half a character, PyYAML's own parser does not.
        if isinstance(event, yaml.ScalarEvent) and _SURROGATE.search(event.value):
            raise yaml.scanner.ScannerError(
                "while scanning a quoted scalar",
                begin(event),
                "found invalid Unicode character escape code",
                begin(event),
            )
        yield event


def begin(event: yaml.Event) -> yaml.Mark:
    """Return where an event begins; parsers always know, though their types doubt."""
    return cast("yaml.Mark", event.start_mark)


def finish(event: yaml.Event) -> yaml.Mark:
    """Return where an event ends: behind its last character."""
    return cast("yaml.Mark", event.end_mark)


def events(text: str) -> Iterator[yaml.Event]:
    """Yield the events of `text` up to its end.

    Raises:
        yaml.YAMLError: As `puller` does.
    """
    take = puller(text)
    while not isinstance(event := take(), yaml.StreamEndEvent):
        yield event


@dataclass(slots=True)
class Frame:
    """A collection that is open.

    Attributes:
        start: The event that opened it.
        key: The key or index that was met last, None before the first.
        keyed: That key waits for its value.
    """

    start: yaml.MappingStartEvent | yaml.SequenceStartEvent
    key: str | int | None = None
    keyed: bool = False


class Trail:
    """Follows events, and knows which collections are open around the latest one."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    @property
    def keys(self) -> tuple[str | int, ...]:
        """The keys that lead to the latest event."""
        return tuple(frame.key for frame in self.frames if frame.key is not None)

    @property
    def key(self) -> str | int | None:
        """The last of `keys`, None for the root."""
        return next(
            (frame.key for frame in reversed(self.frames) if frame.key is not None),
            None,
        )

    @property
    def flow(self) -> bool:
        """Whether the innermost open collection is written in brackets."""
        return bool(self.frames and self.frames[-1].start.flow_style)

    def step(self, event: yaml.Event) -> bool:
        """Take one more event; return whether it begins a value, and not a key."""
        if isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()
            return False
        if not isinstance(event, yaml.NodeEvent):
            return False
        value = self._met(event)
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            self.frames.append(Frame(event))
        return value

    def _met(self, event: yaml.NodeEvent) -> bool:
        if not self.frames:
            return True
        frame = self.frames[-1]
        if isinstance(frame.start, yaml.SequenceStartEvent):
            frame.key = frame.key + 1 if isinstance(frame.key, int) else 0
            return True
        if frame.keyed:
            frame.keyed = False
            return True
        frame.key = event.value if isinstance(event, yaml.ScalarEvent) else "?"
        frame.keyed = True
        return False
