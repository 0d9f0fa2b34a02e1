"""This file is subjects of several parts to work with: paper, tools, screens."""

from __future__ import annotations

from assetgen.providers.draft.parts import Part, Parts, Role, arranged
from assetgen.providers.draft.shapes import (
    box,
    curve,
    line,
    outline,
    oval,
    polygon,
    smooth,
)


def camera() -> Parts:
    """Return a camera."""
    return [
        Part(box(-0.4, -0.72, 0.3, -0.3, 0.14), puff=0.1, lift=-0.04),
        Part(oval(0.62, -0.52, 0.15, 0.1), "second", puff=0.06),
        Part(box(-0.96, -0.5, 0.96, 0.72, 0.26), puff=0.2, thick=0.06),
        Part(oval(0, 0.12, 0.5), "pale", puff=0.1),
        Part(oval(0, 0.12, 0.39), "deep", puff=0.1, gloss=0.2),
        Part(oval(0, 0.12, 0.23), "second", puff=0.16, gloss=1.0, shade=0, lift=-0.1),
        Part(oval(0.68, -0.26, 0.09), "pale", puff=0.04, shade=0.2),
    ]


def chart() -> Parts:
    """Return three bars and a line that rises."""
    columns: tuple[tuple[float, float, Role], ...] = (
        (-0.62, 0.3, "soft"),
        (0.0, -0.1, "second"),
        (0.62, -0.5, "main"),
    )
    bars = [
        Part(box(x - 0.22, top, x + 0.22, 0.84, 0.12), role, puff=0.12, thick=0.05)
        for x, top, role in columns
    ]
    trend = line([(-0.78, -0.12), (-0.24, -0.5), (0.12, -0.42), (0.6, -0.9)], 0.11)
    return [
        *bars,
        Part(trend, "third", puff=0.05),
        Part(oval(0.62, -0.9, 0.13), "third", puff=0.07),
    ]


def calendar() -> Parts:
    """Return a page of a calendar."""
    page = box(-0.84, -0.74, 0.84, 0.88, 0.24)
    days = [
        Part(
            box(x - 0.13, y - 0.12, x + 0.13, y + 0.12, 0.07),
            "main" if (row, column) == (1, 2) else "soft",
            puff=0.05,
            shade=0.1,
            gloss=0.2,
        )
        for row, y in enumerate((0.06, 0.48))
        for column, x in enumerate((-0.5, 0, 0.5))
    ]
    rings = [
        Part(line([(x, -0.92), (x, -0.6)], 0.13), "deep", puff=0.06, lift=0.14)
        for x in (-0.42, 0.42)
    ]
    head = box(-0.84, -0.74, 0.84, -0.26, 0.24) + box(-0.84, -0.5, 0.84, -0.26)
    return [
        Part(page, "pale", puff=0.12, thick=0.09),
        Part(head, puff=0.12, shade=0.15),
        *days,
        *rings,
    ]


def mail() -> Parts:
    """Return an envelope."""
    flap = polygon(
        [(-0.94, -0.6), (0.94, -0.6), (0.12, 0.2), (-0.12, 0.2)], [0.2, 0.2, 0.14, 0.14]
    )
    return [
        Part(box(-0.96, -0.64, 0.96, 0.7, 0.2), "main", puff=0.16, thick=0.06),
        Part(flap, "soft", puff=0.1, shade=0.5, gloss=0.3),
    ]


def book() -> Parts:
    """Return an open book."""
    half = [
        (0, -0.5),
        *curve((0, -0.5), (-0.24, -0.7), (-0.62, -0.72), (-0.94, -0.6), steps=20),
        *curve((-0.94, 0.54), (-0.62, 0.42), (-0.24, 0.46), (0, 0.66), steps=20),
    ]
    page = outline(half)
    cover = polygon(
        [
            (-1.02, -0.5),
            (1.02, -0.5),
            (1.02, 0.66),
            (0.1, 0.76),
            (-0.1, 0.76),
            (-1.02, 0.66),
        ],
        0.08,
    )
    lines = [
        Part(
            line([(-0.74, y), (-0.22, y + 0.06)], 0.07),
            "soft",
            puff=0.03,
            shade=0,
            gloss=0,
        )
        for y in (-0.3, -0.06, 0.18)
    ]
    marker = polygon(
        [(0.4, -0.66), (0.64, -0.68), (0.64, 0.02), (0.52, -0.1), (0.4, 0.04)], 0.03
    )
    return [
        Part(cover, puff=0.08, thick=0.06),
        Part(page, "pale", puff=0.09),
        Part(page.scaled(-1, 1), "pale", puff=0.09, lift=-0.03),
        *lines,
        Part(marker, "second", puff=0.04),
    ]


def card() -> Parts:
    """Return a payment card."""
    parts = [
        Part(box(-1.0, -0.64, 1.0, 0.64, 0.18), puff=0.08, thick=0.08),
        Part(box(-1.0, -0.36, 1.0, -0.1), "deep", puff=0.02, gloss=0, shade=0),
        Part(box(-0.78, 0.14, -0.36, 0.42, 0.08), "second", puff=0.06, shade=0.2),
        Part(oval(0.5, 0.3, 0.17), "third", puff=0.07, shade=0.1, gloss=0.2),
        Part(oval(0.7, 0.3, 0.17), "pale", puff=0.07, shade=0.2, gloss=0.2),
    ]
    return arranged(parts, 0.94, turn=-12)


def lens() -> Parts:
    """Return a magnifying glass."""
    parts = [
        Part(line([(0, 0.4), (0, 1.02)], 0.26), "deep", puff=0.1, lift=0.14),
        Part(oval(0, -0.2, 0.64), puff=0.12, thick=0.05),
        Part(oval(0, -0.2, 0.47), "pale", puff=0.16, shade=0.1, gloss=1.0, lift=-0.03),
    ]
    return arranged(parts, 0.98, turn=-42)


def gear() -> Parts:
    """Return a cogwheel."""
    teeth = [
        polygon(
            [(-0.17, -0.94), (0.17, -0.94), (0.23, -0.5), (-0.23, -0.5)], 0.08
        ).turned(45 * k)
        for k in range(8)
    ]
    wheel = sum(teeth, oval(0, 0, 0.7))
    return [
        Part(wheel, puff=0.15, thick=0.1),
        Part(oval(0, 0, 0.38), "pale", puff=0.08, shade=0.1),
        Part(oval(0, 0, 0.2), "second", puff=0.1),
    ]


def picture() -> Parts:
    """Return a framed landscape."""
    hill = polygon(
        [(-0.7, 0.58), (-0.26, -0.02), (0.02, 0.3), (0.3, -0.06), (0.74, 0.58)],
        [0.06, 0.14, 0.1, 0.14, 0.06],
    )
    return [
        Part(box(-0.96, -0.82, 0.96, 0.82, 0.24), "pale", puff=0.14, thick=0.08),
        Part(
            box(-0.78, -0.64, 0.78, 0.64, 0.12), "soft", puff=0.05, shade=0.1, gloss=0
        ),
        Part(oval(0.36, -0.3, 0.17), "second", puff=0.1, shade=0.1),
        Part(hill, puff=0.1, shade=0.2),
    ]


def palette_board() -> Parts:
    """Return a painter's palette."""
    board = smooth(
        [
            (-0.1, -0.82),
            (0.6, -0.7),
            (0.96, -0.1),
            (0.8, 0.36),
            (0.32, 0.34),
            (0.16, 0.6),
            (0.04, 0.84),
            (-0.56, 0.74),
            (-0.94, 0.16),
            (-0.76, -0.52),
        ]
    )
    colors: tuple[tuple[float, float, Role], ...] = (
        (-0.5, -0.24, "main"),
        (-0.06, -0.48, "second"),
        (0.46, -0.36, "third"),
        (-0.52, 0.28, "leaf"),
    )
    dabs = [Part(oval(x, y, 0.17), role, puff=0.1, shade=0.35) for x, y, role in colors]
    return [Part(board, "soft", puff=0.14, thick=0.1), *dabs]


def pencil() -> Parts:
    """Return a pencil."""
    parts = [
        Part(box(-0.22, -0.98, 0.22, -0.62, 0.12), "second", puff=0.1),
        Part(box(-0.22, -0.76, 0.22, -0.6), "soft", puff=0.05),
        Part(box(-0.22, -0.62, 0.22, 0.46), puff=0.14),
        Part(
            polygon([(-0.22, 0.46), (0.22, 0.46), (0.05, 0.94), (-0.05, 0.94)], 0.02),
            "pale",
            puff=0.1,
            shade=0,
        ),
        Part(
            polygon([(-0.08, 0.8), (0.08, 0.8), (0.03, 0.98), (-0.03, 0.98)], 0.02),
            "deep",
            puff=0.04,
            shade=0,
        ),
    ]
    return arranged(parts, 1.02, turn=38)


def phone() -> Parts:
    """Return a phone with a screen of colour."""
    parts = [
        Part(
            box(-0.52, -0.98, 0.52, 0.98, 0.22),
            "deep",
            puff=0.07,
            thick=0.06,
            lift=0.06,
        ),
        Part(box(-0.44, -0.9, 0.44, 0.9, 0.16), "pale", puff=0.03, gloss=0.1, shade=0),
        Part(box(-0.34, -0.72, 0.34, -0.12, 0.12), puff=0.08, shade=0.15),
        Part(
            box(-0.34, 0.0, 0.34, 0.22, 0.09), "soft", puff=0.05, shade=0.1, gloss=0.2
        ),
        Part(
            box(-0.34, 0.34, 0.1, 0.56, 0.09), "second", puff=0.05, shade=0.1, gloss=0.3
        ),
    ]
    return arranged(parts, turn=9)


def person() -> Parts:
    """Return a figure as signs show it: a head and shoulders."""
    shoulders = outline(
        [*curve((-0.74, 0.86), (-0.74, -0.06), (0.74, -0.06), (0.74, 0.86), steps=40)]
    )
    return [
        Part(shoulders, puff=0.24),
        Part(oval(0, -0.44, 0.42), puff=0.24, lift=0.03),
    ]


def folder() -> Parts:
    """Return a folder with a sheet in it."""
    back = box(-0.92, -0.66, 0.92, 0.74, 0.16) + box(-0.92, -0.82, -0.1, -0.3, 0.16)
    return [
        Part(back, puff=0.12, lift=-0.08),
        Part(box(-0.74, -0.5, 0.74, 0.5, 0.08), "pale", puff=0.05),
        Part(box(-0.96, -0.22, 0.96, 0.8, 0.18), puff=0.14, thick=0.04),
    ]
