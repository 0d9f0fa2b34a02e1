"""This file is pictures whose true alpha is known, composed for the matting benchmark.

Six classes, each of several pictures that a seed decides. Subjects are painted from
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


CLASSES: dict[str, Callable[[Easel], None]] = {
    "soft edges": soft_edges,
    "holes": holes,
    "shadows": shadows,
    "white on white": white_on_white,
    "gradients": gradients,
    "thin lines": thin_lines,
}


def compose(kind: str, side: int, seed: int) -> Truth:
    """Return one picture of a class."""
    white = kind == "white on white"
    ground = WHITE if white else GROUNDS[seed % len(GROUNDS)]
    easel = Easel(side, 1000 * list(CLASSES).index(kind) + seed, ground)
    CLASSES[kind](easel)
    return easel.truth()
