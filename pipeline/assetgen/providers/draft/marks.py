"""This file is subjects of one outline: stars, hearts, check marks and their kin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assetgen.providers.draft.parts import Part, Parts
from assetgen.providers.draft.shapes import (
    arc,
    box,
    curve,
    line,
    mirrored,
    outline,
    oval,
    polygon,
    ring,
    smooth,
    squircle,
    star,
)

if TYPE_CHECKING:
    from assetgen.providers.draft.shapes import Point, Shape


def _solid(shape: Shape, puff: float = 0.2, thick: float = 0.16) -> Parts:
    return [Part(shape, puff=puff, thick=thick)]


def five_star() -> Parts:
    """Return a star with five soft points."""
    return _solid(star(5, 1.0, 0.52, 0.3).moved(0, 0.05))


def check() -> Parts:
    """Return a check mark."""
    return _solid(line([(-0.66, 0.04), (-0.18, 0.5), (0.68, -0.46)], 0.4), 0.16)


def cross() -> Parts:
    """Return a multiplication sign."""
    return _solid(
        line([(-0.58, -0.58), (0.58, 0.58)], 0.4)
        + line([(0.58, -0.58), (-0.58, 0.58)], 0.4)
    )


def plus() -> Parts:
    """Return a plus sign."""
    return _solid(
        line([(-0.66, 0), (0.66, 0)], 0.4) + line([(0, -0.66), (0, 0.66)], 0.4)
    )


def heart() -> Parts:
    """Return a heart."""
    half: list[Point] = [
        *curve((0, 0.88), (-0.5, 0.56), (-1.0, 0.16), (-0.97, -0.3), steps=26),
        *curve((-0.97, -0.3), (-0.94, -0.98), (-0.2, -1.0), (0, -0.5), steps=26)[1:],
    ]
    return _solid(outline(mirrored(half)), 0.3)


def bolt() -> Parts:
    """Return a lightning bolt."""
    corners = [
        (0.16, -1.0),
        (-0.62, 0.14),
        (-0.06, 0.14),
        (-0.2, 1.0),
        (0.62, -0.22),
        (0.06, -0.22),
    ]
    return _solid(polygon(corners, 0.13), 0.15)


def drop() -> Parts:
    """Return a drop of water."""
    half = [
        *curve((0, -1.0), (-0.14, -0.62), (-0.66, -0.16), (-0.66, 0.3), steps=26),
        *curve((-0.66, 0.3), (-0.66, 0.68), (-0.36, 0.96), (0, 0.96), steps=20)[1:],
    ]
    return _solid(outline(mirrored(half)), 0.3)


def leaf() -> Parts:
    """Return a leaf with its vein."""
    blade = outline(
        [
            *curve(
                (-0.72, 0.72), (-0.98, -0.28), (-0.2, -0.92), (0.86, -0.86), steps=30
            ),
            *curve((0.86, -0.86), (0.94, 0.2), (0.3, 0.98), (-0.72, 0.72), steps=30)[
                1:
            ],
        ]
    )
    vein = outline(
        curve((-1.0, 0.98), (-0.5, 0.3), (-0.1, -0.1), (0.44, -0.46), steps=20)
        + curve((0.44, -0.46), (0.0, 0.0), (-0.3, 0.4), (-0.88, 1.04), steps=20)
    )
    return [
        Part(blade, puff=0.24),
        Part(vein, puff=0.05, role="soft", gloss=0.1, shade=0.25),
    ]


def flame() -> Parts:
    """Return a flame with its heart."""
    tongue = smooth(
        [
            (0.08, -1.0),
            (0.3, -0.62),
            (0.6, -0.26),
            (0.74, 0.2),
            (0.58, 0.7),
            (0, 0.96),
            (-0.58, 0.7),
            (-0.74, 0.2),
            (-0.56, -0.2),
            (-0.38, -0.06),
            (-0.2, -0.44),
        ]
    )
    heart_of_it = smooth(
        [
            (0.04, -0.16),
            (0.34, 0.26),
            (0.38, 0.56),
            (0.02, 0.86),
            (-0.36, 0.56),
            (-0.26, 0.22),
        ]
    )
    return [
        Part(tongue, puff=0.26),
        Part(heart_of_it, "second", puff=0.16, shade=0.2, lift=0.06),
    ]


def crown() -> Parts:
    """Return a crown with three balls."""
    body = polygon(
        [
            (-0.94, -0.42),
            (-0.44, 0.02),
            (0, -0.66),
            (0.44, 0.02),
            (0.94, -0.42),
            (0.74, 0.66),
            (-0.74, 0.66),
        ],
        0.13,
    )
    band = box(-0.74, 0.44, 0.74, 0.74, 0.1)
    balls = [
        Part(oval(x, y, 0.15), "second", puff=0.1)
        for x, y in ((-0.94, -0.48), (0, -0.74), (0.94, -0.48))
    ]
    return [Part(body, puff=0.15, thick=0.1), Part(band, "second", puff=0.08), *balls]


def arrow() -> Parts:
    """Return an arrow that points up and to the right."""
    shape = line([(-0.6, 0.6), (0.5, -0.5)], 0.36) + line(
        [(-0.2, -0.62), (0.62, -0.62), (0.62, 0.2)], 0.36
    )
    return _solid(shape, 0.15)


def play() -> Parts:
    """Return a triangle that says play."""
    return _solid(polygon([(-0.56, -0.84), (0.9, 0), (-0.56, 0.84)], 0.34), 0.22)


def sparkle() -> Parts:
    """Return a four-pointed sparkle with a small one beside it."""

    def spark(size: float) -> Shape:
        tips = [(0, -size), (size, 0), (0, size), (-size, 0)]
        points: list[Point] = []
        for start, end in zip(tips, tips[1:] + tips[:1], strict=True):
            points += curve(
                start,
                (start[0] * 0.2, start[1] * 0.2),
                (end[0] * 0.2, end[1] * 0.2),
                end,
                steps=24,
                bend=0.66,
            )[:-1]
        return outline(points)

    return [
        Part(spark(1.0).moved(-0.12, 0.1), puff=0.2, thick=0.08),
        Part(spark(0.42).moved(0.68, -0.66), "second", puff=0.08, thick=0.04),
    ]


def moon() -> Parts:
    """Return a crescent moon with a star."""
    horn = 52
    outer = [
        (0.9 * math.cos(a) - 0.08, 0.9 * math.sin(a))
        for a in _angles(-horn, horn - 360)
    ]
    tip = 0.9 * math.sin(math.radians(horn))
    centre, reach = (
        0.9 * math.cos(math.radians(horn)) - 0.08 - 0.24,
        math.hypot(0.24, tip),
    )
    bend = math.degrees(math.atan2(tip, 0.24))
    inner = [
        (reach * math.cos(a) + centre, reach * math.sin(a))
        for a in _angles(bend - 360, -bend)
    ]
    return [
        Part(outline(outer + inner), puff=0.2, thick=0.08),
        Part(star(5, 0.26, 0.13, 0.07).moved(0.56, -0.34), "second", puff=0.08),
    ]


def _angles(start: float, end: float) -> list[float]:
    steps = 60
    return [math.radians(start + (end - start) * k / steps) for k in range(steps + 1)]


def sun() -> Parts:
    """Return a sun with short round rays."""
    rays = [
        Part(line([(0, -0.78), (0, -0.92)], 0.17).turned(45 * k), "second", puff=0.07)
        for k in range(8)
    ]
    return [*rays, Part(oval(0, 0, 0.56), puff=0.3)]


def gem() -> Parts:
    """Return a cut diamond, facet by facet."""
    top, waist, foot = -0.66, -0.2, 0.86
    girdle = [(-0.96, waist), (-0.4, waist), (0.4, waist), (0.96, waist)]
    table = [(-0.6, top), (0.0, top), (0.6, top)]
    facets = [
        ([table[0], girdle[0], girdle[1]], 0.02),
        ([table[0], table[1], girdle[1]], 0.14),
        ([table[1], girdle[1], girdle[2]], 0.06),
        ([table[1], table[2], girdle[2]], 0.17),
        ([table[2], girdle[2], girdle[3]], -0.05),
        ([girdle[0], girdle[1], (0, foot)], 0.05),
        ([girdle[1], girdle[2], (0, foot)], -0.02),
        ([girdle[2], girdle[3], (0, foot)], -0.12),
    ]
    body = polygon([table[0], table[2], girdle[3], (0, foot), girdle[0]], 0.05)
    cuts = [
        Part(polygon(corners, 0.015), puff=0.03, gloss=0.25, shade=0, lift=lift)
        for corners, lift in facets
    ]
    return [Part(body, puff=0.05, lift=0.1), *cuts]


def flag() -> Parts:
    """Return a flag on its pole."""
    cloth = outline(
        [
            *curve((-0.5, -0.86), (-0.1, -1.08), (0.3, -0.56), (0.86, -0.8), steps=24),
            *curve((0.86, 0.04), (0.3, 0.28), (-0.1, -0.24), (-0.5, -0.02), steps=24),
        ]
    )
    pole = line([(-0.56, -0.9), (-0.56, 0.94)], 0.15)
    return [
        Part(cloth, puff=0.16, thick=0.06),
        Part(pole, "deep", puff=0.07, lift=0.16),
    ]


def pin() -> Parts:
    """Return a place on a map."""
    half = [
        *curve((0, 1.0), (-0.16, 0.66), (-0.7, 0.24), (-0.7, -0.28), steps=26),
        *curve((-0.7, -0.28), (-0.7, -0.68), (-0.38, -0.98), (0, -0.98), steps=20)[1:],
    ]
    return [
        Part(outline(mirrored(half)), puff=0.24),
        Part(oval(0, -0.28, 0.3), "pale", puff=0.12),
    ]


def target() -> Parts:
    """Return a target with an arrow in it."""
    shaft = line([(0.06, -0.06), (0.7, -0.7)], 0.1)
    feathers = polygon(
        [
            (0.56, -0.56),
            (0.6, -0.86),
            (0.82, -1.06),
            (0.84, -0.84),
            (1.06, -0.82),
            (0.86, -0.6),
        ],
        0.06,
    )
    return [
        Part(oval(0, 0, 0.92), puff=0.14, thick=0.1),
        Part(oval(0, 0, 0.68), "pale", puff=0.08, shade=0.2),
        Part(oval(0, 0, 0.44), puff=0.08, shade=0.2),
        Part(oval(0, 0, 0.19), "pale", puff=0.06, shade=0.2),
        Part(shaft, "deep", puff=0.05, lift=0.12),
        Part(feathers, "second", puff=0.06),
    ]


def music() -> Parts:
    """Return two notes under one beam."""
    beam = polygon([(-0.42, -0.74), (0.74, -0.96), (0.74, -0.6), (-0.42, -0.38)], 0.08)
    stems = line([(-0.34, -0.5), (-0.34, 0.56)], 0.17) + line(
        [(0.66, -0.7), (0.66, 0.36)], 0.17
    )
    heads = oval(0, 0, 0.33, 0.26).turned(-18)
    shape = beam + stems + heads.moved(-0.57, 0.58) + heads.moved(0.43, 0.38)
    return _solid(shape, 0.13, 0.08)


def flower() -> Parts:
    """Return a flower with five petals."""
    petals = [
        Part(oval(0, -0.56, 0.36, 0.42).turned(72 * k), puff=0.2, shade=0.3)
        for k in range(5)
    ]
    return [*petals, Part(oval(0, 0, 0.3), "second", puff=0.16)]


def clock() -> Parts:
    """Return a clock: time, soon, waiting."""
    hands = line([(0, 0), (0, -0.48)], 0.13) + line([(0, 0), (0.32, 0.16)], 0.13)
    return [
        Part(oval(0, 0, 0.92), puff=0.16, thick=0.12),
        Part(oval(0, 0, 0.7), "pale", puff=0.08, shade=0.3),
        Part(hands, "deep", puff=0.05, shade=0.25),
    ]


def medallion(variant: int) -> Parts:
    """Return what stands for words nobody knows: a tile with one of eight marks."""
    tile = [
        Part(squircle(0, 0, 0.94), puff=0.2, thick=0.12),
        Part(squircle(0, 0, 0.94 * 0.8), puff=0.08, gloss=0.1, shade=0, lift=0.05),
    ]
    petals = [oval(0, -0.3, 0.15, 0.3).turned(60 * k) for k in range(6)]
    marks: list[Shape] = [
        ring(0, 0, 0.48, 0.27) + oval(0, 0, 0.13),
        sum(petals[1:], petals[0]),
        arc(0, 0, 0.4, -60, 160, 0.17) + oval(0.2, -0.34, 0.0001) + oval(0, 0, 0.16),
        sum(
            (
                squircle(x, y, 0.21)
                for x, y in ((0.24, -0.24), (0.24, 0.24), (-0.24, 0.24))
            ),
            oval(-0.24, -0.24, 0.21),
        ),
        line([(-0.42, 0.22), (-0.14, -0.12), (0.1, 0.12), (0.42, -0.26)], 0.19),
        polygon([(0, -0.54), (0.5, 0), (0, 0.54), (-0.5, 0)], 0.16)
        - polygon([(0, -0.22), (0.2, 0), (0, 0.22), (-0.2, 0)], 0.06),
        sum(
            (
                line([(x, 0.34), (x, top)], 0.2)
                for x, top in ((0, -0.06), (0.34, -0.36))
            ),
            line([(-0.34, 0.34), (-0.34, 0.16)], 0.2),
        ),
        oval(-0.17, 0, 0.36) + oval(0.17, 0, 0.36) - (oval(0, 0, 0.15)),
    ]
    mark = marks[variant % len(marks)]
    return [*tile, Part(mark, "pale", puff=0.09, shade=0.5)]
