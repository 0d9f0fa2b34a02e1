"""This file is how large a drawing draws the pictures in it: pixels per unit.

Arithmetic without pixels, and never a guess: where a drawing does something that is not
understood here, the answer is that nobody knows.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from assetgen.svg.tree import XLINK, walk, without_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.svg.tree import Node

# How x and y become x and y: a, b, c, d of `matrix(a b c d e f)`.
Linear = tuple[float, float, float, float]
Pair = tuple[float, float]

_SAME: Linear = (1.0, 0.0, 0.0, 1.0)
_NUMBER = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_STEP = re.compile(r"\s*,?\s*([a-zA-Z]+)\s*\(([^()]*)\)")
# Style that could move or size something; `stroke-width` could not.
_MOVING = re.compile(r"(?<![-\w])(?:transform|width|height|x|y|scale|rotate|zoom)\s*:")
# What hands on to nothing inside it what it is painted with.
_SHAPES = frozenset(
    {"rect", "circle", "ellipse", "line", "polyline", "polygon", "path", "text"}
)
_REFERENCE = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)")
# What is drawn only where something refers to it.
_ELSEWHERE = frozenset({"defs", "symbol", "pattern", "mask", "clipPath", "marker"})
_IN_USER_UNITS = {"pattern": "patternContentUnits", "mask": "maskContentUnits"}
_DEEPEST = 200  # elements inside each other, those that `use` brings in included


class Scales:
    """How large a drawing draws its pictures.

    Args:
        root: The drawing, with its size in pixels and a `viewBox` set.
    """

    def __init__(self, root: Node) -> None:
        self._by_id = {node.get("id", ""): node for node in walk(root)}
        self._found: dict[int, Pair | None] = {}
        styles = (n.text or "" for n in walk(root) if n.kind == "style")
        styled = any(
            _MOVING.search(text) or "url(" in text
            for text in map(without_comments, styles)
        )
        self._open: set[int] = set()
        self._follow(root, None if styled else _SAME)

    def of(self, node: Node) -> Pair | None:
        """Return the pixels per unit of a picture, across and down; None if unknown.

        Drawn several times, it is as large as where it is largest.
        """
        return self._found.get(id(node))

    def _follow(self, node: Node, linear: Linear | None) -> None:
        """Note every picture that is drawn with an element.

        A circle is cut where it closes; `safety` has seen how much the rest unfolds to.
        """
        if id(node) in self._open or len(self._open) > _DEEPEST:
            return
        self._open.add(id(node))
        self._note_all(node, linear)
        self._open.discard(id(node))

    def _note_all(self, node: Node, linear: Linear | None) -> None:
        moved = re.search(_MOVING, node.get("style", ""))
        linear = None if moved else _after(linear, _transform(node.get("transform")))
        for attribute, written in node.attrib.items():
            here = attribute == "mask" or node.kind in _SHAPES
            for name in _REFERENCE.findall(written):
                self._painted(self._by_id.get(name), linear if here else None)
        if node.kind == "image":
            self._note(node, linear)
        elif node.kind == "use":
            self._use(node, linear)
        elif node.kind == "svg":
            self._within(node, _after(linear, _boxed(node, node)))
        elif node.kind not in _ELSEWHERE:
            self._within(node, linear)

    def _within(self, node: Node, linear: Linear | None) -> None:
        for child in _children(node):
            self._follow(child, linear)

    def _use(self, node: Node, linear: Linear | None) -> None:
        name = node.get("href") or node.get(f"{XLINK}href") or ""
        target = self._by_id.get(name.strip().removeprefix("#"))
        if target is None:
            return
        if target.kind in {"symbol", "svg"}:
            inner = _after(linear, _transform(target.get("transform")))
            self._within(target, _after(inner, _boxed(target, node)))
        else:
            self._follow(target, linear)

    def _painted(self, server: Node | None, linear: Linear | None) -> None:
        """Note the pictures of a pattern or a mask with which something is drawn."""
        if server is None:
            return
        units = _IN_USER_UNITS.get(server.kind, "")
        if (
            not units
            or server.get(units) == "objectBoundingBox"
            or server.get("viewBox")
        ):
            linear = None
        inner = _after(linear, _transform(server.get("patternTransform")))
        self._within(server, inner)

    def _note(self, node: Node, linear: Linear | None) -> None:
        if linear is None:
            self._found[id(node)] = None
            return
        a, b, c, d = linear
        here = math.hypot(a, b), math.hypot(c, d)
        before = self._found.get(id(node), here)
        if before is not None:
            self._found[id(node)] = max(here[0], before[0]), max(here[1], before[1])


def number(written: str | None) -> float | None:
    """Return a length in units of the drawing, None for a share or another unit."""
    found = re.fullmatch(rf"\s*({_NUMBER})(?:px)?\s*", (written or "")[:40])
    return float(found[1]) if found else None


def _children(node: Node) -> Iterator[Node]:
    yield from (child for child in node if hasattr(child, "line"))  # type: ignore[misc]  # a Node


def _after(outer: Linear | None, inner: Linear | None) -> Linear | None:
    """Return what happens to what `inner` does before `outer`."""
    if outer is None or inner is None:
        return None
    a, b, c, d = outer
    e, f, g, h = inner
    return a * e + c * f, b * e + d * f, a * g + c * h, b * g + d * h


def _transform(written: str | None) -> Linear | None:
    """Return what a `transform` does, wherever it moves things to."""
    found: Linear | None = _SAME
    rest = (written or "").strip()
    while rest:
        step = _STEP.match(rest)
        if step is None:
            return None
        numbers = [float(each) for each in re.findall(_NUMBER, step[2])]
        found = _after(found, _step(step[1], numbers))
        rest = rest[step.end() :].strip()
    return found


def _step(name: str, numbers: list[float]) -> Linear | None:
    """Return what one function of a `transform` does, None for one that is unknown."""
    found: Linear | None = None
    match name, numbers:
        case "matrix", [a, b, c, d, _, _]:
            found = a, b, c, d
        case "translate", [_] | [_, _]:
            found = _SAME
        case "scale", [across] | [across, _]:
            found = across, 0.0, 0.0, numbers[-1]
        case "rotate", [turn] | [turn, _, _]:
            sine, cosine = math.sin(math.radians(turn)), math.cos(math.radians(turn))
            found = cosine, sine, -sine, cosine
        case "skewX", [turn]:
            found = 1.0, 0.0, math.tan(math.radians(turn)), 1.0
        case "skewY", [turn]:
            found = 1.0, math.tan(math.radians(turn)), 0.0, 1.0
    return found


def _boxed(node: Node, sized: Node) -> Linear | None:
    """Return what the `viewBox` of an element does, given what says how large it is."""
    box = node.get("viewBox")
    if box is None:
        return _SAME
    numbers = [float(each) for each in re.findall(_NUMBER, box)]
    across = number(sized.get("width")) or number(node.get("width"))
    down = number(sized.get("height")) or number(node.get("height"))
    if len(numbers) != 4 or not (across and down and numbers[2] and numbers[3]):  # noqa: PLR2004  a box
        return None
    scales = across / numbers[2], down / numbers[3]
    words = (node.get("preserveAspectRatio") or "").split()
    if "none" in words:
        return scales[0], 0.0, 0.0, scales[1]
    one = max(scales) if "slice" in words else min(scales)
    return one, 0.0, 0.0, one
