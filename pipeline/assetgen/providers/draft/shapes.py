"""This file is plane geometry: outlines as polygons, in units of the subject.

A subject lives in -1…1 on both axes, x to the right and y down. A `Shape` is a list of
closed outlines, each of which adds to what the earlier ones cover or takes away.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

Point = tuple[float, float]

_FULL = math.tau
_ROUND = 96  # points of a full circle: corners stay under a third of a pixel at 4K


@dataclass(frozen=True, slots=True)
class Shape:
    """Outlines with what each does: True adds its inside, False takes it away."""

    outlines: tuple[tuple[bool, tuple[Point, ...]], ...]

    def __add__(self, other: Shape) -> Shape:
        return Shape(self.outlines + other.outlines)

    def __sub__(self, other: Shape) -> Shape:
        taken = tuple((not adds, points) for adds, points in other.outlines)
        return Shape(self.outlines + taken)

    def each(self, move: Callable[[float, float], Point]) -> Shape:
        """Return the shape with every point moved."""
        return Shape(
            tuple(
                (adds, tuple(move(x, y) for x, y in points))
                for adds, points in self.outlines
            )
        )

    def moved(self, right: float, down: float = 0.0) -> Shape:
        """Return the shape shifted."""
        return self.each(lambda x, y: (x + right, y + down))

    def scaled(self, across: float, down: float | None = None) -> Shape:
        """Return the shape stretched from the origin."""
        tall = across if down is None else down
        return self.each(lambda x, y: (x * across, y * tall))

    def turned(self, degrees: float, about: Point = (0.0, 0.0)) -> Shape:
        """Return the shape turned clockwise about a point."""
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
        ox, oy = about

        def turn(x: float, y: float) -> Point:
            x, y = x - ox, y - oy
            return ox + x * cos - y * sin, oy + x * sin + y * cos

        return self.each(turn)

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, right and bottom of everything that is added."""
        points = [point for adds, outline in self.outlines if adds for point in outline]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        return min(xs), min(ys), max(xs), max(ys)


def outline(points: Iterable[Point]) -> Shape:
    """Return one closed outline."""
    return Shape(((True, tuple(points)),))


def oval(x: float, y: float, across: float, down: float | None = None) -> Shape:
    """Return an ellipse by its centre and radii."""
    tall = across if down is None else down
    return outline(
        (x + across * math.cos(angle), y + tall * math.sin(angle))
        for angle in (_FULL * step / _ROUND for step in range(_ROUND))
    )


def ring(x: float, y: float, outer: float, inner: float) -> Shape:
    """Return a circle with a round hole."""
    return oval(x, y, outer) - oval(x, y, inner)


def box(left: float, top: float, right: float, bottom: float, soft: float = 0) -> Shape:
    """Return a rectangle whose corners are rounded by `soft`."""
    corners = [(left, top), (right, top), (right, bottom), (left, bottom)]
    return polygon(corners, soft)


def squircle(x: float, y: float, radius: float, power: float = 4.2) -> Shape:
    """Return a superellipse: between a circle (2) and a square (large powers)."""
    points = []
    for step in range(_ROUND * 2):
        angle = _FULL * step / (_ROUND * 2)
        cos, sin = math.cos(angle), math.sin(angle)
        reach = (abs(cos) ** power + abs(sin) ** power) ** (-1 / power)
        points.append((x + radius * reach * cos, y + radius * reach * sin))
    return outline(points)


def polygon(corners: Sequence[Point], soft: float | Sequence[float] = 0) -> Shape:
    """Return a polygon, each corner rounded by a curve that starts `soft` before it."""
    count = len(corners)
    softness = [soft] * count if isinstance(soft, (int, float)) else soft
    points: list[Point] = []
    for place, corner in enumerate(corners):
        before, after = corners[place - 1], corners[(place + 1) % count]
        if softness[place] <= 0:
            points.append(corner)
            continue
        start = _towards(corner, before, softness[place])
        end = _towards(corner, after, softness[place])
        points += curve(start, corner, corner, end, steps=14, bend=0.62)
    return outline(points)


def _towards(start: Point, end: Point, length: float) -> Point:
    whole = math.dist(start, end)
    share = min(length / whole, 0.5) if whole else 0.0
    return start[0] + (end[0] - start[0]) * share, start[1] + (
        end[1] - start[1]
    ) * share


def curve(  # noqa: PLR0913, PLR0917  four points make a Bézier curve
    start: Point,
    pull: Point,
    push: Point,
    end: Point,
    steps: int = 24,
    bend: float = 1.0,
) -> list[Point]:
    """Return points on a cubic Bézier curve; `bend` is how far its handles reach."""
    one = (
        start[0] + (pull[0] - start[0]) * bend,
        start[1] + (pull[1] - start[1]) * bend,
    )
    two = (end[0] + (push[0] - end[0]) * bend, end[1] + (push[1] - end[1]) * bend)
    points = []
    for step in range(steps + 1):
        t = step / steps
        u = 1 - t
        weights = (u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t)
        points.append(
            (
                sum(
                    w * p[0]
                    for w, p in zip(weights, (start, one, two, end), strict=True)
                ),
                sum(
                    w * p[1]
                    for w, p in zip(weights, (start, one, two, end), strict=True)
                ),
            )
        )
    return points


def smooth(points: Sequence[Point], steps: int = 12) -> Shape:
    """Return the closed curve through some points (a Catmull-Rom spline)."""
    count, found = len(points), []
    for place in range(count):
        before, here = points[place - 1], points[place]
        after, beyond = points[(place + 1) % count], points[(place + 2) % count]
        pull = (
            here[0] + (after[0] - before[0]) / 6,
            here[1] + (after[1] - before[1]) / 6,
        )
        push = (
            after[0] - (beyond[0] - here[0]) / 6,
            after[1] - (beyond[1] - here[1]) / 6,
        )
        found += curve(here, pull, push, after, steps=steps)[:-1]
    return outline(found)


def mirrored(points: Sequence[Point]) -> list[Point]:
    """Return a left half, from top to bottom, with its mirror image after it."""
    return [*points, *((-x, y) for x, y in reversed(points))]


def star(
    points: int, outer: float, inner: float, soft: float = 0.1, turn: float = -90
) -> Shape:
    """Return a star about the origin, its tips rounded by `soft`."""
    corners = []
    for step in range(points * 2):
        angle = math.radians(turn + 180 * step / points)
        reach = inner if step % 2 else outer
        corners.append((reach * math.cos(angle), reach * math.sin(angle)))
    return polygon(corners, [soft, soft * 0.45] * points)


def line(points: Sequence[Point], width: float) -> Shape:
    """Return a stroke of that width through points, with round ends and joints."""
    half = width / 2
    whole = oval(*points[0], half)
    for (x0, y0), (x1, y1) in pairwise(points):
        length = math.dist((x0, y0), (x1, y1)) or 1.0
        nx, ny = -(y1 - y0) / length * half, (x1 - x0) / length * half
        side = [
            (x0 + nx, y0 + ny),
            (x1 + nx, y1 + ny),
            (x1 - nx, y1 - ny),
            (x0 - nx, y0 - ny),
        ]
        whole += outline(side) + oval(x1, y1, half)
    return whole


def arc(  # noqa: PLR0913, PLR0917  what an arc is
    x: float, y: float, radius: float, start: float, end: float, width: float
) -> Shape:
    """Return a stroke along a circle between two angles in degrees."""
    steps = max(8, round(abs(end - start) / 4))
    angles = [math.radians(start + (end - start) * k / steps) for k in range(steps + 1)]
    outer, inner = radius + width / 2, radius - width / 2
    there = [(x + outer * math.cos(a), y + outer * math.sin(a)) for a in angles]
    back = [
        (x + inner * math.cos(a), y + inner * math.sin(a)) for a in reversed(angles)
    ]
    ends = [
        (x + radius * math.cos(a), y + radius * math.sin(a))
        for a in (angles[0], angles[-1])
    ]
    return outline(there + back) + oval(*ends[0], width / 2) + oval(*ends[1], width / 2)
