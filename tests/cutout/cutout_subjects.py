"""This file is subjects to cut out whose true alpha and colours are known.

Every subject is painted from signed distances (negative inside, in units of the
picture's side), so that its edges are antialiased the way a renderer does it, and
laid over its ground with the same rule that a cut-out has to undo:
``picture = colour + (1 - alpha) * ground`` with the colour premultiplied.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Plane = NDArray[np.float64]

WHITE = (255.0, 255.0, 255.0)
GREEN = (0.0, 177.0, 64.0)
SIDE = 512


@dataclass(frozen=True)
class Subject:
    """A picture with its truth.

    Attributes:
        picture: (h, w, 3) in 0..255, subject over ground.
        alpha: (h, w) in 0..1, shadow included.
        colour: (h, w, 3) in 0..255, premultiplied.
    """

    picture: Plane
    alpha: Plane
    colour: Plane

    def encoded(self, name: str = "PNG", **how: object) -> bytes:
        """Return the picture as a file of that format."""
        file = io.BytesIO()
        image = Image.fromarray(np.rint(self.picture.clip(0, 255)).astype(np.uint8))
        image.save(file, name, **how)
        return file.getvalue()

    def over(self, ground: float) -> Plane:
        """Return how the perfect cut-out looks over a grey ground, 0..255."""
        return self.colour + (1 - self.alpha[..., None]) * ground


class Canvas:
    """Something to lay shapes on, from the ground up."""

    def __init__(self, side: int = SIDE, ground: tuple[float, ...] = WHITE) -> None:
        self.side = side
        axis = (np.arange(side) + 0.5) / side - 0.5
        self.x, self.y = np.meshgrid(axis, axis)
        self.ground = np.ones((side, side, 3)) * np.array(ground)
        self.alpha = np.zeros((side, side))
        self.colour = np.zeros((side, side, 3))

    def lay(self, cover: Plane, colour: object) -> None:
        """Lay a colour, one or (h, w, 3) of them, over what is there."""
        keep = 1 - cover
        self.colour = self.colour * keep[..., None] + cover[..., None] * np.asarray(
            colour, dtype=float
        )
        self.alpha = self.alpha * keep + cover

    def fill(self, distance: Plane, colour: object, soft: float = 1.0) -> None:
        """Lay a shape, its edge `soft` pixels wide."""
        self.lay((0.5 - distance * self.side / soft).clip(0, 1), colour)

    def shade(self, distance: Plane, strength: float, blur: float) -> None:
        """Lay a shadow that fades over `blur` of the side."""
        ramp = (0.5 - distance / blur).clip(0, 1)
        self.lay(strength * ramp * ramp * (3 - 2 * ramp), (0, 0, 0))

    def disc(self, x: float, y: float, r: float, squash: float = 1.0) -> Plane:
        """Return the distance to a disc, exact only if it is not squashed."""
        return np.hypot(self.x - x, (self.y - y) / squash) - r

    def segment(
        self, a: tuple[float, float], b: tuple[float, float], r: float
    ) -> Plane:
        """Return the distance to a line with round ends."""
        dx, dy = b[0] - a[0], b[1] - a[1]
        along = ((self.x - a[0]) * dx + (self.y - a[1]) * dy) / (dx * dx + dy * dy)
        along = along.clip(0, 1)
        return np.hypot(self.x - a[0] - along * dx, self.y - a[1] - along * dy) - r

    def star(self, x: float, y: float, r: float, inner: float = 0.45) -> Plane:
        """Return roughly the distance to a five-pointed star."""
        angle = np.arctan2(self.x - x, -(self.y - y))
        wedge = np.abs((angle + np.pi / 5) % (2 * np.pi / 5) - np.pi / 5)
        radius = np.hypot(self.x - x, self.y - y)
        px, py = radius * np.cos(wedge), radius * np.sin(wedge)
        tip = np.array([r, 0.0])
        dent = r * inner * np.array([np.cos(np.pi / 5), np.sin(np.pi / 5)])
        edge = dent - tip
        normal = np.array([-edge[1], edge[0]]) / np.hypot(*edge)
        return -((px - tip[0]) * normal[0] + (py - tip[1]) * normal[1])

    def subject(self) -> Subject:
        """Return what was laid, over the ground."""
        picture = self.colour + (1 - self.alpha[..., None]) * self.ground
        return Subject(picture, self.alpha, self.colour)


def gold(canvas: Canvas) -> Plane:
    """Return polished metal: bands of light and dark that run over the picture."""
    wave = 0.5 + 0.5 * np.sin(14 * canvas.x + 9 * canvas.y)
    light, dark = np.array([250.0, 214, 120]), np.array([176.0, 112, 30])
    return light * wave[..., None] + dark * (1 - wave[..., None])


def coin(side: int = SIDE, ground: tuple[float, ...] = WHITE) -> Subject:
    """Return a coin with reeds, a blown-out highlight and a soft shadow."""
    canvas = Canvas(side, ground)
    canvas.shade(canvas.disc(0.03, 0.27, 0.25, 0.35), 0.45, 0.14)
    turn = np.arctan2(canvas.y + 0.02, canvas.x)
    body = canvas.disc(0, -0.02, 0.3)
    canvas.fill(body, gold(canvas))
    rim = (np.abs(body + 0.02) < 0.014) * (0.5 + 0.5 * np.sin(90 * turn))
    canvas.lay(0.5 * rim, (120, 70, 10))
    glow = np.exp(-(((canvas.x + 0.1) / 0.07) ** 2) - ((canvas.y + 0.12) / 0.05) ** 2)
    canvas.lay((1.6 * glow).clip(0, 1) * (body < -0.02), WHITE)
    return canvas.subject()


def ring(side: int = SIDE, ground: tuple[float, ...] = WHITE) -> Subject:
    """Return a band whose hole shows the ground."""
    canvas = Canvas(side, ground)
    canvas.fill(np.abs(canvas.disc(0, 0, 0.27)) - 0.06, gold(canvas))
    return canvas.subject()


def ring_lying(side: int = SIDE) -> Subject:
    """Return a ring that throws its shadow into its own hole."""
    canvas = Canvas(side)
    canvas.shade(np.abs(canvas.disc(0.015, 0.03, 0.27)) - 0.06, 0.4, 0.05)
    canvas.fill(np.abs(canvas.disc(0, 0, 0.27)) - 0.05, gold(canvas))
    return canvas.subject()


def glass(side: int = SIDE) -> Subject:
    """Return a ball that runs from deep blue to almost the ground."""
    canvas = Canvas(side)
    ball = canvas.disc(0, 0, 0.32)
    t = ((canvas.x - canvas.y) / 0.64 / np.sqrt(2) + 0.5).clip(0, 1)[..., None]
    canvas.fill(
        ball, np.array([40.0, 90, 190]) * (1 - t) + t * np.array([236.0, 243, 250])
    )
    return canvas.subject()


def ghost(side: int = SIDE, stroke: float = 0.008) -> Subject:
    """Return a white figure, flat as the ground, in a thin dark line."""
    canvas = Canvas(side)
    low = np.maximum(np.abs(canvas.x) - 0.25, -0.08 - canvas.y)
    body = np.minimum(canvas.disc(0, -0.08, 0.25), low)
    body = np.maximum(body, (canvas.y - 0.27 - 0.025 * np.sin(40 * canvas.x)) * 0.7)
    canvas.fill(body, (40, 42, 60))
    canvas.fill(body + 2 * stroke, WHITE)
    for x in (-0.09, 0.09):
        canvas.fill(canvas.disc(x, -0.1, 0.035), (40, 42, 60))
    return canvas.subject()


def star_on_green(side: int = SIDE) -> Subject:
    """Return a warm star on a screen of green."""
    canvas = Canvas(side, GREEN)
    canvas.fill(canvas.star(0, 0.02, 0.36), gold(canvas))
    return canvas.subject()


def badge(side: int = SIDE) -> Subject:
    """Return a badge with a mark of exactly the ground's colour: no hole."""
    canvas = Canvas(side)
    canvas.fill(canvas.disc(0, 0, 0.33), (236, 72, 153))
    canvas.fill(canvas.segment((-0.14, 0.01), (-0.04, 0.11), 0.035), WHITE)
    canvas.fill(canvas.segment((-0.04, 0.11), (0.15, -0.1), 0.035), WHITE)
    return canvas.subject()


def medal(side: int = SIDE) -> Subject:
    """Return a disc with a star of exactly the ground's colour: no hole."""
    canvas = Canvas(side)
    canvas.fill(canvas.disc(0, 0, 0.33), (79, 70, 229))
    canvas.fill(canvas.star(0, 0.01, 0.21), WHITE)
    return canvas.subject()


def mug(side: int = SIDE) -> Subject:
    """Return a mug whose handle encloses some ground, on a soft shadow."""
    canvas = Canvas(side)
    canvas.shade(canvas.disc(0, 0.26, 0.26, 0.2), 0.5, 0.12)
    canvas.fill(np.abs(canvas.disc(0.17, 0.0, 0.12)) - 0.032, (58, 130, 170))
    box = np.maximum(np.abs(canvas.x + 0.05) - 0.2, np.abs(canvas.y) - 0.25)
    tone = 1 - 0.5 * (np.abs(canvas.x + 0.1) / 0.25).clip(0, 1)
    canvas.fill(box, tone[..., None] * np.array([90.0, 180, 220]))
    return canvas.subject()


def steel(side: int = SIDE) -> Subject:
    """Return a grey ball on a grey shadow: nothing but form tells them apart."""
    canvas = Canvas(side)
    canvas.shade(canvas.disc(0.05, 0.3, 0.25, 0.25), 0.5, 0.12)
    far = np.hypot(canvas.x + 0.1, canvas.y + 0.14) / 0.42
    tone = 225 - 165 * far.clip(0, 1)
    canvas.fill(canvas.disc(0, 0, 0.29), tone[..., None] * np.ones(3))
    return canvas.subject()


def pastel(side: int = SIDE) -> Subject:
    """Return a figure hardly darker than the ground."""
    canvas = Canvas(side)
    canvas.fill(canvas.disc(0, 0.05, 0.25), (255, 232, 236))
    for x in (-0.17, 0.17):
        canvas.fill(canvas.disc(x, -0.17, 0.09), (255, 222, 228))
    return canvas.subject()


def blurred(side: int = SIDE) -> Subject:
    """Return a figure out of focus: its edge is eight pixels wide."""
    canvas = Canvas(side)
    canvas.fill(canvas.disc(0, 0, 0.28), (200, 40, 60), soft=8)
    return canvas.subject()


def hair(side: int = SIDE) -> Subject:
    """Return thin strands, some thinner than a pixel."""
    canvas = Canvas(side)
    canvas.fill(canvas.disc(0, 0, 0.14), (90, 50, 30))
    for step in range(24):
        turn = step * np.pi / 12
        tip = (0.36 * np.cos(turn), 0.36 * np.sin(turn))
        distance = canvas.segment((0, 0), tip, (0.2 + step / 12) / side)
        canvas.fill(distance, (90, 50, 30))
    return canvas.subject()


def on_vignette(side: int = SIDE) -> Subject:
    """Return the coin on a ground that falls off towards its corners."""
    canvas = Canvas(side)
    fall = 10 * (canvas.x**2 + canvas.y**2) / 0.5 + 3 * (canvas.x + 0.5)
    ground = np.array([250.0, 248, 246]) - fall[..., None]
    made = coin(side)
    picture = made.colour + (1 - made.alpha[..., None]) * ground
    return Subject(picture, made.alpha, made.colour)


def noisy_grey(side: int = SIDE) -> Subject:
    """Return a red drop on a grey ground with the grain of a camera."""
    canvas = Canvas(side, (128.0, 130.0, 133.0))
    canvas.fill(canvas.disc(0, 0, 0.3), (190, 30, 40))
    made = canvas.subject()
    grain = np.random.default_rng(7).normal(0, 2, made.picture.shape)
    return Subject(made.picture + grain, made.alpha, made.colour)
