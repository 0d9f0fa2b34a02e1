"""This file is the slow reading of a YAML text: where each key and value stands.

It is done only when a message needs a place, or a number its own spelling, and only as
far as that takes: the `budget` of a long manifest stands near its top.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import yaml

from assetgen.errors import Place
from assetgen.manifest.reader.events import Trail, begin, events

if TYPE_CHECKING:
    from collections.abc import Iterator

Spot = tuple[int, int]

# Events that are read at a time: some milliseconds' worth.
_STRIDE = 5_000


@dataclass(slots=True)
class Node:
    """One value of the text.

    Attributes:
        spot: Line and column of its first character, from 1.
        text: What a scalar says, before it means anything; None for a collection.
    """

    spot: Spot
    text: str | None = None


@dataclass(slots=True)
class Branch(Node):
    """A collection, and everything below it that was read so far.

    Attributes:
        children: Key or index → where the key stands (for an index: the value), and
            the value. Of a key that stands twice, the first.
        merges: The values of `<<`.
    """

    children: dict[str | int, tuple[Spot, Node]] = field(default_factory=dict)
    merges: list[Branch] = field(default_factory=list)

    def child(self, key: str | int, *, merged: bool) -> tuple[Spot, Node] | None:
        """Return what `key` leads to: an own key or, if `merged`, one of a merge."""
        if key in self.children or not merged:
            return self.children.get(key)
        sources = (node.child(key, merged=True) for node in self._sources())
        return next((found for found in sources if found), None)

    def _sources(self) -> Iterator[Branch]:
        for node in self.merges:
            listed = [child for _, child in node.children.values()]
            nodes = listed if 0 in node.children else [node]  # only a list has a 0
            yield from (source for source in nodes if isinstance(source, Branch))


@dataclass(frozen=True, slots=True)
class Found:
    """How far some keys lead.

    Attributes:
        key: Where the last key that exists stands; None if that is an item or the root.
        node: The value under it.
        whole: All keys exist.
    """

    key: Spot | None
    node: Node
    whole: bool


class Chart:
    """Every place of one text, or of the part of it before a mistake."""

    def __init__(self, text: str, shown: str) -> None:
        self._shown = shown
        self._events = events(text)
        self._plot = _Plot()
        self._complete = False

    def find(self, keys: tuple[str | int, ...]) -> Found:
        """Walk down `keys`, through aliases and merges, as far as they exist."""
        found = self._walk(keys)
        while not found.whole and not self._complete:
            self._read()
            found = self._walk(keys)
        return found

    def place(self, keys: tuple[str | int, ...], *, key: bool) -> Place:
        """Return the place of a value or, with `key`, of its key."""
        found = self.find(keys)
        wanted = found.key if key or not found.whole else None
        line, column = wanted or found.node.spot
        return Place(self._shown, line, column)

    def _walk(self, keys: tuple[str | int, ...]) -> Found:
        spot, node = None, self._plot.root
        if node is None:
            return Found(None, Node((1, 1)), whole=False)
        for key in keys:
            # A merge counts when all is read: an own key, further down, would beat it.
            child = None
            if isinstance(node, Branch):
                child = node.child(key, merged=self._complete)
            if child is None:
                return Found(spot, node, whole=False)
            spot, node = child
            if isinstance(key, int):
                spot = None
        return Found(spot, node, whole=True)

    def _read(self) -> None:
        count = 0
        try:
            for event in islice(self._events, _STRIDE):
                self._plot.take(event)
                count += 1
        except yaml.YAMLError:
            self._complete = True
        self._complete = self._complete or count < _STRIDE


class _Plot:
    """Builds the nodes as the events come, without recursion."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.trail = Trail()
        self.open: list[Branch] = []
        self.key: Spot = (1, 1)
        self.merge = False
        self.anchors: dict[str, Node] = {}

    def take(self, event: yaml.Event) -> None:
        """Take one more event."""
        is_value = self.trail.step(event)
        if isinstance(event, yaml.CollectionEndEvent):
            self.open.pop()
        if not isinstance(event, yaml.NodeEvent):
            return
        node = self._node(event)
        if is_value:
            self._hang(node, _spot(event))
        else:
            self.key = node.spot
            quoted = isinstance(event, yaml.ScalarEvent) and bool(event.style)
            self.merge = node.text == "<<" and not quoted
        if isinstance(node, Branch) and isinstance(event, yaml.CollectionStartEvent):
            self.open.append(node)

    def _node(self, event: yaml.NodeEvent) -> Node:
        spot = _spot(event)
        if isinstance(event, yaml.AliasEvent):
            node = self.anchors.get(str(event.anchor))
            # One that stands inside its own anchor would be walked for ever.
            inside = any(node is outer for outer in self.open)
            return Node(spot) if node is None or inside else node
        if isinstance(event, yaml.ScalarEvent):
            node = Node(spot, event.value)
        else:
            node = Branch(spot)
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        return node

    def _hang(self, node: Node, spot: Spot) -> None:
        key = self.trail.key
        if not self.open or key is None:
            self.root = node
            return
        parent = self.open[-1]
        if isinstance(key, str):
            spot = self.key
            if self.merge and isinstance(node, Branch):
                parent.merges.append(node)
        parent.children.setdefault(key, (spot, node))


def _spot(event: yaml.Event) -> Spot:
    mark = begin(event)
    return mark.line + 1, mark.column + 1
