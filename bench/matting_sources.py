"""This file is pictures whose true alpha is known, composed for the matting benchmark.

Nine classes, each of several pictures that a seed decides, and two more for what is
seen on two grounds. Subjects are painted from
signed distances and laid over a ground of one colour by the rule that a cut-out has to
undo: ``picture = colour + (1 - alpha) * ground``, the colour premultiplied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Plane = NDArray[np.float64]

WHITE = (255.0, 255.0, 255.0)
GROUNDS = (WHITE, WHITE, (0.0, 177.0, 64.0), (238.0, 238.0, 240.0))
COLOURS = ((236, 72, 153), (37, 99, 235), (176, 112, 30), (79, 70, 229), (16, 120, 90))


@dataclass(frozen=True)
class Truth:
    """A picture (h, w, 3) in 0..255, its alpha in 0..1, its premultiplied colour."""

    picture: Plane
    alpha: Plane
    colour: Plane


class Easel:
    """Something to lay shapes on; lengths are shares of the picture's side."""

    def __init__(self, side: int, seed: int, ground: tuple[float, ...]) -> None:
        self.side, self.ground = side, np.array(ground)
        self.random = np.random.default_rng(seed)
        axis = (np.arange(side) + 0.5) / side - 0.5
        self.x, self.y = np.meshgrid(axis, axis)
        self.alpha = np.zeros((side, side))
        self.colour = np.zeros((side, side, 3))

    def draw(self, low: float, high: float) -> float:
        """Return a number that the seed decides."""
        return float(self.random.uniform(low, high))

    def hue(self) -> Plane:
        """Return a colour that the seed decides."""
        return np.array(COLOURS[self.random.integers(len(COLOURS))], dtype=float)

    def fill(self, distance: Plane, colour: Plane, soft: float = 1.0) -> None:
        """Lay a shape whose edge is so many pixels wide."""
        self.lay((0.5 - distance * self.side / soft).clip(0, 1), colour)

    def shade(self, distance: Plane, strength: float, blur: float) -> None:
        """Lay a shadow that fades over `blur`."""
        ramp = (0.5 - distance / blur).clip(0, 1)
        self.lay(strength * ramp * ramp * (3 - 2 * ramp), np.zeros(3))

    def lay(self, cover: Plane, colour: Plane) -> None:
        """Lay a colour, one or (h, w, 3) of them, over what is there."""
        keep = (1 - cover)[..., None]
        self.colour = self.colour * keep + cover[..., None] * colour
        self.alpha = self.alpha * keep[..., 0] + cover

    def disc(self, x: float, y: float, r: float, squash: float = 1.0) -> Plane:
        """Return the distance to a disc, exact only if it is not squashed."""
        return np.hypot(self.x - x, (self.y - y) / squash) - r

    def box(self, x: float, y: float, across: float, down: float) -> Plane:
        """Return the distance to a box with rounded corners."""
        dx, dy = np.abs(self.x - x) - across, np.abs(self.y - y) - down
        outside = np.hypot(dx.clip(0), dy.clip(0))
        return outside + np.minimum(np.maximum(dx, dy), 0) - 0.02

    def line(self, a: tuple[float, float], b: tuple[float, float], r: float) -> Plane:
        """Return the distance to a line with round ends."""
        dx, dy = b[0] - a[0], b[1] - a[1]
        along = ((self.x - a[0]) * dx + (self.y - a[1]) * dy) / (dx * dx + dy * dy)
        along = along.clip(0, 1)
        return np.hypot(self.x - a[0] - along * dx, self.y - a[1] - along * dy) - r

    def lit(self, colour: Plane) -> Plane:
        """Return a colour that a light from above left models."""
        far = np.hypot(self.x + 0.15, self.y + 0.2)[..., None]
        return (colour * (1.25 - 0.9 * far)).clip(0, 255)

    def truth(self) -> Truth:
        """Return what was laid, over the ground."""
        picture = self.colour + (1 - self.alpha[..., None]) * self.ground
        return Truth(picture, self.alpha, self.colour)


def soft_edges(easel: Easel) -> None:
    """Lay a body out of focus, and strands, some of them thinner than a pixel."""
    hue, r = easel.hue(), easel.draw(0.14, 0.2)
    easel.fill(easel.disc(0, 0, r), easel.lit(hue), soft=easel.draw(3, 9))
    turn = easel.draw(0, 1)
    for step in range(16):
        angle = turn + step * np.pi / 8
        tip = (0.38 * np.cos(angle), 0.38 * np.sin(angle))
        width = easel.draw(0.4, 2.2) / easel.side
        easel.fill(easel.line((0, 0), tip, width), hue)


def holes(easel: Easel) -> None:
    """Lay a ring, and a mug whose handle encloses some ground."""
    r, band = easel.draw(0.14, 0.18), easel.draw(0.03, 0.05)
    x, y = easel.draw(-0.2, -0.16), easel.draw(-0.18, -0.14)
    easel.fill(np.abs(easel.disc(x, y, r)) - band, easel.lit(easel.hue()))
    hue, down = easel.hue(), easel.draw(0.12, 0.16)
    easel.fill(np.abs(easel.disc(0.3, 0.2, easel.draw(0.08, 0.1))) - 0.024, hue)
    easel.fill(easel.box(0.14, 0.2, 0.12, down), easel.lit(hue))


def shadows(easel: Easel) -> None:
    """Lay a ball on the soft shadow that it throws."""
    r, deep = easel.draw(0.2, 0.28), easel.draw(0.3, 0.5)
    easel.shade(easel.disc(0.04, r, r, 0.3), deep, easel.draw(0.08, 0.16))
    easel.fill(easel.disc(0, -0.02, r), easel.lit(easel.hue()))


def white_on_white(easel: Easel) -> None:
    """Lay a figure of the ground's colour in a thin line, and a badge with a mark."""
    stroke, ink = easel.draw(0.004, 0.009), np.array([40.0, 42, 60])
    low = np.maximum(np.abs(easel.x + 0.2) - 0.16, -0.1 - easel.y)
    body = np.minimum(easel.disc(-0.2, -0.1, 0.16), low)
    body = np.maximum(body, easel.y - 0.16)
    easel.fill(body, ink)
    easel.fill(body + 2 * stroke, easel.ground)
    for x in (-0.26, -0.14):
        easel.fill(easel.disc(x, -0.12, 0.024), ink)
    easel.fill(easel.disc(0.22, 0.1, 0.18), easel.hue())
    width = easel.draw(0.016, 0.024)
    for a, b in (
        ((0.12, 0.1), (0.19, 0.17)),
        ((0.19, 0.17), (0.32, 0.03)),
    ):
        easel.fill(easel.line(a, b, width), easel.ground)


def gradients(easel: Easel) -> None:
    """Lay a body that runs from a deep colour to almost the ground."""
    angle, r = easel.draw(0, 2 * np.pi), easel.draw(0.24, 0.34)
    along = easel.x * np.cos(angle) + easel.y * np.sin(angle)
    t = (along / (2 * r) + 0.5).clip(0, 1)[..., None]
    near = easel.ground - easel.draw(14, 26)
    easel.fill(easel.disc(0, 0, r), easel.hue() * (1 - t) + near.clip(0, 255) * t)


def thin_lines(easel: Easel) -> None:
    """Lay strokes of a few pixels that wave beside each other and enclose nothing."""
    hue, bend = easel.hue(), easel.draw(0.02, 0.05)
    ends = (np.abs(easel.x) - 0.38) * 4
    for number in range(6):
        level = -0.3 + 0.12 * number
        wave = level + bend * np.sin(12 * easel.x + number)
        width = easel.draw(0.4, 2.0) / easel.side
        # A slope makes a stroke look broader than it is.
        slope = np.hypot(1, 12 * bend * np.cos(12 * easel.x + number))
        stroke = np.abs(easel.y - wave) / slope - width
        easel.fill(np.maximum(stroke, ends), hue)


def near_white(easel: Easel) -> None:
    """Lay bodies that are hardly darker than white, one of them shaded, all sharp."""
    grey = 255 - easel.draw(10, 26)
    easel.fill(easel.disc(-0.2, -0.18, 0.16), np.array([grey, grey, grey]))
    tint = grey - easel.draw(-2, 3)
    easel.fill(easel.box(0.2, -0.18, 0.13, 0.11), np.array([tint, grey - 2, tint + 2]))
    far = np.hypot(easel.x + 0.03, easel.y - 0.14)[..., None]
    shaded = (255 - easel.draw(140, 260) * far**1.2).clip(150, 253)
    easel.fill(easel.disc(0, 0.2, 0.19), shaded * np.ones(3))


def meshes(easel: Easel) -> None:
    """Lay a net, a wheel of spokes, and letters whose counters enclose ground."""
    hue, pitch = easel.hue(), easel.draw(0.03, 0.06)
    width = easel.draw(1.5, 4) / easel.side
    inside = np.maximum(np.abs(easel.x + 0.22), np.abs(easel.y + 0.2)) - 0.2
    for axis in (easel.x + 0.22, easel.y + 0.2):
        off = np.abs((axis + pitch / 2) % pitch - pitch / 2)
        easel.fill(np.maximum(off - width, inside - width), hue)
    hue = easel.hue()
    easel.fill(np.abs(easel.disc(0.25, -0.2, 0.18)) - 0.012, hue)
    for step in range(24):
        turn = step * np.pi / 12
        tip = (0.25 + 0.18 * np.cos(turn), -0.2 + 0.18 * np.sin(turn))
        easel.fill(easel.line((0.25, -0.2), tip, 2 / easel.side), hue)
    hue, stroke = easel.hue(), easel.draw(0.012, 0.018)
    for number in range(5):
        x = -0.34 + 0.16 * number
        easel.fill(np.abs(easel.disc(x, 0.25, 0.038)) - stroke, hue)
        stem = (x + 0.038, 0.16 if number % 2 else 0.25)
        easel.fill(easel.line(stem, (x + 0.038, 0.29), stroke), hue)


def broad_edges(easel: Easel) -> None:
    """Lay a body far out of focus, its edge dozens of pixels wide, and a sharp one."""
    blur, r = easel.draw(0.03, 0.1), easel.draw(0.14, 0.18)
    ramp = (0.5 - easel.disc(-0.14, -0.06, r) / blur).clip(0, 1)
    hue = easel.hue()
    easel.lay(ramp * ramp * (3 - 2 * ramp), easel.lit(hue))
    easel.fill(easel.disc(0.3, 0.3, 0.09), hue)


def glass(easel: Easel) -> None:
    """Lay a tinted glass that one sees through, with an opaque rim and a glint."""
    hue, body = easel.hue(), easel.disc(0, 0, easel.draw(0.28, 0.34))
    inside = (0.5 - body * easel.side).clip(0, 1)
    easel.lay(inside * easel.draw(0.15, 0.35), hue)
    easel.fill(np.abs(body + 0.02) - 0.008, hue * 0.6)
    glint = np.exp(-(((easel.x + 0.12) / 0.05) ** 2) - ((easel.y + 0.14) / 0.03) ** 2)
    easel.lay(0.9 * glint * inside, np.array(WHITE))


def smoke(easel: Easel) -> None:
    """Lay light and dark clouds that are nowhere opaque, and one that is."""
    for _ in range(14):
        x, y = easel.draw(-0.25, 0.25), easel.draw(-0.25, 0.25)
        spread = easel.draw(0.04, 0.09)
        level = easel.draw(60, 250)
        cloud = np.exp(-((easel.disc(x, y, 0) / spread) ** 2))
        easel.lay(
            (easel.draw(0.2, 0.7) * cloud - 0.004).clip(0),
            level * np.array([1, 1, 1.02]),
        )
    easel.fill(easel.disc(0, 0.36, 0.08), easel.hue())


CLASSES: dict[str, Callable[[Easel], None]] = {
    "soft edges": soft_edges,
    "holes": holes,
    "shadows": shadows,
    "white on white": white_on_white,
    "gradients": gradients,
    "thin lines": thin_lines,
    "near white": near_white,
    "meshes": meshes,
    "broad edges": broad_edges,
}
PAIRED: dict[str, Callable[[Easel], None]] = {"glass": glass, "smoke": smoke}
WHITE_ONLY = ("white on white", "near white")


def compose(kind: str, side: int, seed: int) -> Truth:
    """Return one picture of a class."""
    white = kind in WHITE_ONLY or kind in PAIRED
    ground = WHITE if white else GROUNDS[seed % len(GROUNDS)]
    classes = CLASSES | PAIRED
    easel = Easel(side, 1000 * list(classes).index(kind) + seed, ground)
    classes[kind](easel)
    return easel.truth()
