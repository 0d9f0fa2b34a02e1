"""This file is subjects of several parts to hold, to hang or to live in."""

from __future__ import annotations

from assetgen.providers.draft.parts import Part, Parts, arranged
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
    star,
)


def gift() -> Parts:
    """Return a wrapped box with a bow."""
    loop = smooth([(0, 0.06), (0.16, -0.26), (0.46, -0.4), (0.62, -0.2), (0.44, 0.0)])
    left = loop.scaled(-1, 1)
    return [
        Part(box(-0.76, -0.16, 0.76, 0.92, 0.14), puff=0.16),
        Part(box(-0.17, -0.16, 0.17, 0.92, 0.03), "second", puff=0.06, shade=0.3),
        Part(box(-0.9, -0.46, 0.9, -0.04, 0.13), puff=0.12, lift=0.035),
        Part(
            box(-0.19, -0.46, 0.19, -0.04, 0.03),
            "second",
            puff=0.06,
            shade=0.3,
            lift=0.02,
        ),
        Part(left.moved(-0.04, -0.5), "second", puff=0.12),
        Part(loop.moved(0.04, -0.5), "second", puff=0.12),
        Part(oval(0, -0.52, 0.16, 0.14), "second", puff=0.08, lift=0.04),
    ]


def parcel() -> Parts:
    """Return a box seen from a corner, taped."""
    top = polygon([(0, -0.92), (0.86, -0.48), (0, -0.04), (-0.86, -0.48)], 0.05)
    left = polygon([(-0.86, -0.46), (0, -0.02), (0, 0.96), (-0.86, 0.5)], 0.06)
    right = polygon([(0.86, -0.46), (0, -0.02), (0, 0.96), (0.86, 0.5)], 0.06)
    tape = polygon(
        [
            (0.5, -0.66),
            (0.28, -0.78),
            (-0.58, -0.34),
            (-0.58, 0.02),
            (-0.36, 0.13),
            (-0.36, -0.22),
        ],
        0.02,
    )
    return [
        Part(left, puff=0.08, gloss=0.3),
        Part(right, puff=0.08, gloss=0.2, lift=-0.13, shade=0),
        Part(top, puff=0.06, gloss=0.3, lift=0.09, shade=0),
        Part(tape, "second", puff=0.04, gloss=0.2, shade=0.2),
    ]


def cloud() -> Parts:
    """Return a cloud of three billows."""
    body = (
        oval(-0.5, 0.2, 0.44)
        + oval(-0.06, -0.14, 0.56)
        + oval(0.5, 0.14, 0.46)
        + box(-0.52, 0.1, 0.52, 0.62, 0.2)
    )
    return [Part(body, puff=0.3, thick=0.04)]


def rocket() -> Parts:
    """Return a rocket on its way up to the right."""
    half = [
        *curve((0, -1.04), (-0.34, -0.78), (-0.46, -0.36), (-0.4, 0.12), steps=24),
        *curve((-0.4, 0.12), (-0.38, 0.3), (-0.33, 0.42), (-0.28, 0.54), steps=12)[1:],
    ]
    hull = outline(mirrored(half))
    nose = outline(
        mirrored(
            [
                *curve(
                    (0, -1.04), (-0.2, -0.89), (-0.32, -0.71), (-0.385, -0.5), steps=20
                ),
                (-0.2, -0.46),
            ]
        )
    )
    fin = polygon(
        [(-0.36, -0.02), (-0.8, 0.4), (-0.76, 0.78), (-0.29, 0.5)],
        [0.03, 0.2, 0.1, 0.03],
    )
    fire = smooth([(-0.2, 0.54), (0.2, 0.54), (0.25, 0.76), (0, 1.14), (-0.25, 0.76)])
    core = smooth([(-0.1, 0.54), (0.1, 0.54), (0.12, 0.68), (0, 0.88), (-0.12, 0.68)])
    parts = [
        Part(fire, "second", puff=0.12, gloss=0.1, finish="glow", lift=0.03),
        Part(core, "pale", puff=0.06, gloss=0, shade=0, finish="glow"),
        Part(fin, puff=0.1, lift=-0.03),
        Part(fin.scaled(-1, 1), puff=0.1, lift=-0.06),
        Part(box(-0.24, 0.44, 0.24, 0.62, 0.07), "deep", puff=0.06, lift=0.12),
        Part(hull, "pale", puff=0.26),
        Part(nose, puff=0.16, shade=0.15),
        Part(oval(0, -0.14, 0.21), puff=0.09, shade=0.35),
        Part(oval(0, -0.14, 0.135), "deep", puff=0.08, shade=0.2, gloss=1.0),
    ]
    return arranged(parts, 0.94, turn=34)


def lock() -> Parts:
    """Return a closed padlock."""
    shackle = (
        arc(0, -0.34, 0.42, 180, 360, 0.2)
        + line([(-0.42, -0.34), (-0.42, 0.1)], 0.2)
        + line([(0.42, -0.34), (0.42, 0.1)], 0.2)
    )
    hole = oval(0, 0.3, 0.14) + polygon(
        [(-0.07, 0.34), (0.07, 0.34), (0.11, 0.62), (-0.11, 0.62)], 0.03
    )
    return [
        Part(shackle, "second", puff=0.08),
        Part(box(-0.72, -0.1, 0.72, 0.92, 0.24), puff=0.2, thick=0.07),
        Part(hole, "deep", puff=0.04, gloss=0, shade=0),
    ]


def key() -> Parts:
    """Return a key."""
    bow = ring(0, -0.5, 0.44, 0.2)
    stem = line([(0, -0.1), (0, 0.88)], 0.2)
    teeth = box(0.0, 0.42, 0.34, 0.58, 0.05) + box(0.0, 0.74, 0.42, 0.92, 0.05)
    return arranged([Part(stem + teeth + bow, puff=0.11)], turn=38)


def bell() -> Parts:
    """Return a bell."""
    half = [
        *curve((0, -0.82), (-0.46, -0.82), (-0.58, -0.46), (-0.58, -0.06), steps=24),
        *curve((-0.58, -0.06), (-0.58, 0.26), (-0.72, 0.34), (-0.77, 0.5), steps=18)[
            1:
        ],
        (-0.77, 0.58),
    ]
    parts = [
        Part(oval(0, 0.64, 0.23), "second", puff=0.12),
        Part(oval(0, -0.84, 0.13), "second", puff=0.07),
        Part(outline(mirrored(half)), puff=0.24),
        Part(line([(-0.74, 0.54), (0.74, 0.54)], 0.2), puff=0.09, lift=0.04, shade=0.3),
    ]
    return arranged(parts, turn=10)


def bubble() -> Parts:
    """Return a speech bubble with three dots."""
    body = box(-0.92, -0.76, 0.92, 0.48, 0.44)
    tail = polygon([(-0.5, 0.3), (-0.56, 0.92), (0.06, 0.4)], [0.02, 0.12, 0.02])
    dots = [
        Part(oval(x, -0.14, 0.14), "pale", puff=0.07, shade=0.3)
        for x in (-0.42, 0, 0.42)
    ]
    return [Part(body + tail, puff=0.22, thick=0.06), *dots]


def trophy() -> Parts:
    """Return a cup for the first."""
    half = [
        (-0.56, -0.84),
        *curve((-0.56, -0.84), (-0.56, 0.0), (-0.34, 0.24), (-0.1, 0.32), steps=24),
    ]
    handles = ring(-0.56, -0.46, 0.34, 0.19) + ring(0.56, -0.46, 0.34, 0.19)
    return [
        Part(handles, "second", puff=0.08),
        Part(
            polygon([(-0.13, 0.2), (0.13, 0.2), (0.17, 0.6), (-0.17, 0.6)], 0.03),
            puff=0.08,
            lift=-0.05,
        ),
        Part(outline(mirrored(half)), puff=0.24),
        Part(line([(-0.54, -0.84), (0.54, -0.84)], 0.16), puff=0.07, lift=0.04),
        Part(box(-0.44, 0.54, 0.44, 0.94, 0.1), "deep", puff=0.1, lift=0.1),
        Part(star(5, 0.28, 0.14, 0.08).moved(0, -0.34), "pale", puff=0.07),
    ]


def planet() -> Parts:
    """Return a planet with a ring."""
    whole = [(0.0 + 1.12 * x, 0.3 * y) for x, y in oval(0, 0, 1.0).outlines[0][1]]
    band = outline(whole) - oval(0, 0, 0.86, 0.165)
    front = band - box(-2, -2, 2, 0)
    spots = [
        Part(oval(-0.22, -0.28, 0.16, 0.12), puff=0.07, shade=0, gloss=0.1, lift=-0.07),
        Part(oval(0.24, 0.3, 0.11, 0.09), puff=0.06, shade=0, gloss=0.1, lift=-0.07),
    ]
    parts = [
        Part(band, "second", puff=0.06, gloss=0.3),
        Part(oval(0, 0, 0.64), puff=0.36, shade=0.3),
        *spots,
        Part(front, "second", puff=0.06, gloss=0.3, shade=0.6),
    ]
    return arranged(parts, 0.96, turn=-20)


def bulb() -> Parts:
    """Return a light bulb that glows."""
    half = [
        *curve((0, -0.98), (-0.44, -0.98), (-0.72, -0.66), (-0.72, -0.28), steps=24),
        *curve((-0.72, -0.28), (-0.72, 0.08), (-0.36, 0.16), (-0.32, 0.5), steps=24)[
            1:
        ],
    ]
    thread = (
        arc(0, -0.16, 0.17, 150, 390, 0.075)
        + line([(-0.14, -0.06), (-0.14, 0.4)], 0.06)
        + line([(0.14, -0.06), (0.14, 0.4)], 0.06)
    )
    return [
        Part(outline(mirrored(half)), puff=0.26, gloss=0.9),
        Part(thread, "second", puff=0.03, finish="glow", shade=0, gloss=0, lift=0.08),
        Part(box(-0.31, 0.44, 0.31, 0.64, 0.08), "deep", puff=0.07, lift=0.2),
        Part(box(-0.27, 0.62, 0.27, 0.8, 0.08), "deep", puff=0.07, lift=0.12),
        Part(box(-0.16, 0.78, 0.16, 0.94, 0.08), "deep", puff=0.06, lift=0.06),
    ]


def cart() -> Parts:
    """Return a shopping bag with its handles."""
    body = polygon([(-0.66, -0.38), (0.66, -0.38), (0.82, 0.92), (-0.82, 0.92)], 0.16)
    return [
        Part(arc(0, -0.38, 0.34, 180, 360, 0.11), "second", puff=0.05),
        Part(body, puff=0.18, thick=0.04),
        Part(arc(0, -0.12, 0.34, 180, 0, 0.11), "second", puff=0.05),
    ]


def plant() -> Parts:
    """Return a young plant in its pot."""
    right = outline(
        [
            *curve((0, 0.16), (0.02, -0.4), (0.36, -0.66), (0.86, -0.62), steps=24),
            *curve((0.86, -0.62), (0.8, -0.14), (0.5, 0.1), (0, 0.16), steps=24),
        ]
    )
    left = right.scaled(-0.8, 0.8).moved(0, -0.16)
    pot = polygon([(-0.5, 0.28), (0.5, 0.28), (0.38, 0.96), (-0.38, 0.96)], 0.1)
    return [
        Part(line([(0, 0.4), (0, -0.2)], 0.1), "leaf", puff=0.04, lift=-0.1),
        Part(left, "leaf", puff=0.16),
        Part(right, "leaf", puff=0.16, lift=0.04),
        Part(pot, puff=0.16),
        Part(box(-0.58, 0.16, 0.58, 0.42, 0.09), puff=0.08, lift=0.04),
    ]


def cup() -> Parts:
    """Return a cup with steam."""
    steam = [
        Part(
            line(
                curve(
                    (x, -0.46), (x - 0.2, -0.62), (x + 0.2, -0.78), (x, -0.96), steps=20
                ),
                0.1,
            ),
            "soft",
            puff=0.05,
            gloss=0,
        )
        for x in (-0.32, 0.06)
    ]
    half = [
        (-0.66, -0.26),
        *curve((-0.66, -0.26), (-0.66, 0.5), (-0.44, 0.74), (0, 0.74), steps=24),
    ]
    return [
        *steam,
        Part(ring(0.56, 0.1, 0.36, 0.2), puff=0.08, lift=-0.04),
        Part(outline(mirrored(half)).moved(-0.12), puff=0.22),
        Part(oval(-0.12, -0.26, 0.66, 0.13), "pale", puff=0.06, gloss=0.2, shade=0),
        Part(oval(-0.12, -0.25, 0.55, 0.09), "deep", puff=0.05, gloss=0, shade=0),
    ]


def plane() -> Parts:
    """Return a paper plane."""
    return [
        Part(
            polygon([(-0.96, -0.1), (0.96, -0.86), (-0.2, 0.3)], 0.04),
            puff=0.08,
            lift=0.05,
            gloss=0.4,
        ),
        Part(
            polygon([(0.96, -0.86), (-0.2, 0.3), (-0.24, 0.84)], 0.03),
            puff=0.04,
            lift=-0.16,
            gloss=0.1,
            shade=0,
        ),
        Part(
            polygon([(0.96, -0.86), (-0.02, 0.2), (0.5, 0.66)], 0.04),
            puff=0.08,
            gloss=0.3,
            shade=0.2,
        ),
    ]


def house() -> Parts:
    """Return a small house."""
    return [
        Part(box(0.36, -0.8, 0.6, -0.2, 0.05), "deep", puff=0.05, lift=0.2),
        Part(box(-0.66, -0.24, 0.66, 0.88, 0.1), "pale", puff=0.14, thick=0.03),
        Part(
            polygon(
                [(0, -0.98), (1.02, -0.06), (0.9, 0.1), (-0.9, 0.1), (-1.02, -0.06)],
                0.14,
            ),
            puff=0.13,
        ),
        Part(box(-0.2, 0.32, 0.2, 0.88, 0.12), "second", puff=0.08),
    ]


def ball() -> Parts:
    """Return a ball."""
    return [Part(oval(0, 0, 0.88), puff=0.5, gloss=0.8)]


def cube() -> Parts:
    """Return a cube with soft edges."""
    top = polygon([(0, -0.98), (0.86, -0.5), (0, -0.02), (-0.86, -0.5)], 0.1)
    left = polygon([(-0.88, -0.46), (-0.02, 0.02), (-0.02, 1.0), (-0.88, 0.52)], 0.1)
    right = polygon([(0.88, -0.46), (0.02, 0.02), (0.02, 1.0), (0.88, 0.52)], 0.1)
    core = polygon(
        [
            (0, -0.98),
            (0.88, -0.48),
            (0.88, 0.52),
            (0, 1.0),
            (-0.88, 0.52),
            (-0.88, -0.48),
        ],
        0.1,
    )
    return [
        Part(core, puff=0.1, gloss=0),
        Part(left, puff=0.07, gloss=0.3, shade=0),
        Part(right, puff=0.07, gloss=0.2, lift=-0.12, shade=0),
        Part(top, puff=0.07, gloss=0.3, lift=0.09, shade=0),
    ]
