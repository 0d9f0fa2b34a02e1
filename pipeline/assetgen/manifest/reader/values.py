"""This file is the fast reading of a YAML text: events straight to plain values.

It keeps no places, and so costs little more than the parser itself. Limits are counted
while it reads, before anything is built: what an alias or a merge would expand to is
known from its anchor, by arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import yaml
from yaml import (
    AliasEvent,
    CollectionStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from assetgen.manifest.reader.events import puller
from assetgen.manifest.reader.faults import (
    MAX_KEY,
    MAX_VALUES,
    NO_KEY,
    Faults,
    Repeat,
    Stop,
)
from assetgen.manifest.reader.scalars import NUMBER_STARTS, WORDS, Plain, number
from assetgen.manifest.reader.words import MAX_DEPTH

if TYPE_CHECKING:
    from assetgen.errors import Problem

# YAML's escapes can write what no path, prompt or terminal should be given.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading of a text came to.

    Attributes:
        value: The plain value; what stands under one anchor is one object.
        problems: The mistakes that were met, `repeats` and `broken` apart.
        repeats: The keys that stand twice.
        broken: The syntax error that ended the reading, if one did.
        stopped: A limit ended it, and the rest of the text is unread.
        odd: The numbers and booleans that are not always spelt as `str` would.
    """

    value: Plain
    problems: tuple[Problem, ...]
    repeats: tuple[Repeat, ...]
    broken: yaml.YAMLError | None
    stopped: bool
    odd: frozenset[int | float]


def read_values(text: str, shown: str) -> Reading:
    """Read `text` as far as it goes; mistakes are in the result, none is raised."""
    reader = _Reader(text, shown)
    value, broken, stopped = None, None, False
    try:
        value = reader.document()
    except Stop:
        stopped = True
    except yaml.YAMLError as error:
        broken = error
    faults = reader.faults
    return Reading(
        value,
        tuple(faults.problems),
        tuple(faults.repeats),
        broken,
        stopped,
        frozenset(reader.odd),
    )


@dataclass(frozen=True, slots=True)
class _Anchor:
    """What `&name` stands for: its value, and how many values and levels that has."""

    value: Plain
    size: int
    height: int


class _Reader:
    """Recurses once for each level of the text, of which there are at most 64."""

    def __init__(self, text: str, shown: str) -> None:
        self.take = puller(text)
        self.faults = Faults(text, shown)
        self.trail = self.faults.trail
        self.left = MAX_VALUES
        self.deepest = 0
        self.anchors: dict[str, _Anchor | None] = {}
        self.odd: set[int | float] = set()

    def document(self) -> Plain:
        """Return the value of the only document of the text."""
        self.take()
        if type(self.take()) is StreamEndEvent:
            return None
        value = self.value(self.take(), NO_KEY, 0)
        self.take()
        event = self.take()
        if type(event) is not StreamEndEvent:
            self.faults.second(event)
        return value

    def value(self, event: yaml.Event, key: str | int, depth: int) -> Plain:
        """Return the value that begins with `event`, under `key`, `depth` levels in."""
        self.left -= 1
        if self.left < 0:
            self.faults.too_many(event)
        if type(event) is ScalarEvent:
            value = self.scalar(event, key)
            if event.anchor is not None:
                self.anchors[event.anchor] = _Anchor(value, 1, 0)
            return value
        if type(event) is AliasEvent:
            return self.alias(event, key, depth)
        start = cast("CollectionStartEvent", event)
        if start.anchor is None:
            return self.collection(start, key, depth + 1)
        return self.anchored(start, start.anchor, key, depth)

    def scalar(self, event: ScalarEvent, key: str | int) -> Plain:
        """Return what a scalar means: text if it is quoted, else by the core schema."""
        text: str = event.value
        if event.tag is not None:
            self.faults.tag(event, key)
        if event.style:
            if event.style == '"' and (found := _CONTROL.search(text)):
                self.faults.control(event, key, found[0])
            return text
        if text in WORDS:
            return self.word(text)
        return self.number(event, key) if text[0] in NUMBER_STARTS else text

    def word(self, text: str) -> bool | None:
        """Return null or a boolean."""
        value = WORDS[text]
        if value is not None and text not in ("true", "false"):
            self.odd.add(value)
        return value

    def number(self, event: ScalarEvent, key: str | int) -> int | float | str | None:
        """Return a number, or the text that only begins like one."""
        text: str = event.value
        try:
            value = number(text)
        except ValueError:
            self.faults.number(event, key)
            return None
        if not isinstance(value, str) and str(value) != text:
            self.odd.add(value)
        return value

    def anchored(
        self, event: CollectionStartEvent, name: str, key: str | int, depth: int
    ) -> Plain:
        """Return a collection that aliases may repeat, and remember its measures."""
        self.anchors[name] = None
        left, deepest = self.left, self.deepest
        self.deepest = depth
        value = self.collection(event, key, depth + 1)
        size, height = left - self.left + 1, self.deepest - depth
        self.anchors[name] = _Anchor(value, size, height)
        self.deepest = max(self.deepest, deepest)
        return value

    def alias(self, event: AliasEvent, key: str | int, depth: int) -> Plain:
        """Return what an alias stands for, and count it as if it were written out."""
        name = cast("str", event.anchor)
        if name not in self.anchors:
            self.faults.unknown(event, key)
            return None
        anchor = self.anchors[name]
        if anchor is None:
            self.faults.circle(event, key)
            return None
        self.left -= anchor.size - 1
        if self.left < 0:
            self.faults.too_many(event)
        self.deepen(event, key, depth + anchor.height)
        return anchor.value

    def deepen(self, event: yaml.Event, key: str | int, depth: int) -> None:
        """Note that values reach `depth` levels, and stop if that is too deep."""
        if depth > self.deepest:
            self.deepest = depth
            if depth > MAX_DEPTH:
                self.faults.too_deep(event, key)

    def collection(
        self, event: CollectionStartEvent, key: str | int, depth: int
    ) -> Plain:
        """Return the list or mapping that begins with `event`."""
        if event.tag is not None:
            self.faults.tag(event, key)
        self.deepen(event, key, depth)
        self.trail.append(key)
        mapping = type(event) is MappingStartEvent
        value: Plain = self.mapping(depth) if mapping else self.sequence(depth)
        self.trail.pop()
        return value

    def sequence(self, depth: int) -> list[Plain]:
        """Return the list whose start was just met."""
        found: list[Plain] = []
        take, value = self.take, self.value
        while type(event := take()) is not SequenceEndEvent:
            found.append(value(event, len(found), depth))
        return found

    def mapping(self, depth: int) -> dict[str, Plain]:
        """Return the mapping whose start was just met; own keys beat merged ones."""
        found: dict[str, Plain] = {}
        merged: list[Plain] | None = None
        take, value = self.take, self.value
        while type(event := take()) is not MappingEndEvent:
            if type(event) is not ScalarEvent:
                self.faults.odd_key(event)
                value(event, NO_KEY, depth)
                value(take(), NO_KEY, depth)
                continue
            key: str = event.value
            if event.tag is not None or not key or len(key) > MAX_KEY or key in found:
                self.faults.key(event, again=key in found)
            if event.anchor is not None:
                self.anchors[event.anchor] = _Anchor(self.scalar(event, key), 1, 0)
            if event.style == '"' and (control := _CONTROL.search(key)):
                self.faults.control(event, key, control[0])
            if key == "<<" and not event.style:
                if merged is not None:
                    self.faults.repeat(event, key)
                merged = self.merge(take(), depth)
            else:
                found[key] = value(take(), key, depth)
        return {**_flattened(merged), **found} if merged else found

    def merge(self, event: yaml.Event, depth: int) -> list[Plain]:
        """Return the mappings that `<<:` names, the ones that win first."""
        value = self.value(event, "<<", depth)
        sources: list[Plain] = value if isinstance(value, list) else [value]
        if all(isinstance(source, dict) for source in sources):
            return sources
        self.faults.merge(event)
        return []


def _flattened(sources: list[Plain]) -> dict[str, Plain]:
    """Return one mapping of several; the first that has a key gives its value."""
    merged: dict[str, Plain] = {}
    for source in sources:
        if isinstance(source, dict):
            for key, value in source.items():
                merged.setdefault(key, value)
    return merged
