"""This file is pictures of nothing in particular: ribbons in the air, and a pattern."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image

from assetgen.providers.draft import backdrop
from assetgen.providers.draft.paint import Canvas, Spot, stencil
from assetgen.providers.draft.parts import Part
from assetgen.providers.draft.shapes import outline, oval

if TYPE_CHECKING:
    from random import Random

    from PIL.Image import Image as Picture

    from assetgen.providers.draft.oklch import Tint
    from assetgen.providers.draft.paint import Box
    from assetgen.providers.draft.parts import Role
    from assetgen.providers.draft.shapes import Point
    from assetgen.providers.draft.view import View

_ROLES: tuple[Role, ...] = ("third", "second", "main")
_COVERED = 0.6  # the share of a pattern's patches that have a ground of their own


def abstract(view: View) -> Picture:
    """Return ribbons that flow over a ground of the palette's colours."""
    random, spot = view.random, Spot(0, 0, view.unit)
    canvas = Canvas(_flow(view), view.palette)
    across, start = view.size[0] / view.unit, random.uniform(0.3, 0.44)
    bends = [random.uniform(0, math.tau) for _ in range(3)]
    for k, role in enumerate(_ROLES):
        ribbon = outline(_ribbon(across, start + 0.17 * k, bends, k))
        canvas.paint([Part(ribbon, role, puff=0.13, gloss=0.35, shade=0.5)], spot)
    for _ in range(4):
        reach = random.uniform(0.02, 0.07)
        x, y = random.uniform(0.06, across - 0.06), random.uniform(0.1, 0.9)
        role = random.choice(_ROLES)
        canvas.paint([Part(oval(x, y, reach), role, puff=reach * 0.6, gloss=0.8)], spot)
    return canvas.picture


def _flow(view: View) -> Picture:
    """Return the ground of ribbons: pale by day, one colour's depths by night."""
    palette = view.palette
    shades = (palette.main, palette.second, palette.third, palette.main)
    light = 0.9
    if view.dark:
        shades = (palette.main, palette.main.turned(24), palette.main, palette.main)
        light = 0.22
    tones = [
        color.at(light + 0.015 * k, min(color.chroma, 0.09))
        for k, color in enumerate(shades)
    ]
    small = backdrop.mesh(backdrop.small_size(view.size), tones, view.random)
    place = view.random.uniform(0.2, 0.8), 0.2
    lit = palette.second.at(0.97, 0.04)
    backdrop.glow(small, place, 0.5, lit, 0.2 if view.dark else 0.6)
    return backdrop.enlarged(small, view.size)


def _ribbon(across: float, middle: float, bends: list[float], k: int) -> list[Point]:
    """Return a ribbon's outline, in units of the shorter side."""
    steps, half = 120, 0.2 - 0.02 * k

    def height(x: float) -> float:
        long = 0.13 * math.sin(x / across * 4.4 + bends[0] + k * 0.55)
        return middle + long + 0.05 * math.sin(x / across * 8.1 + bends[1])

    def breadth(x: float) -> float:
        return half * (0.75 + 0.45 * math.sin(x / across * 3.3 + bends[2] + k))

    xs = [across * (-0.15 + 1.3 * step / steps) for step in range(steps + 1)]
    low = [(x, height(x) + breadth(x)) for x in reversed(xs)]
    return [(x, height(x)) for x in xs] + low


def pattern(view: View) -> Picture:
    """Return a quilt of quarter circles, leaves and dots that tiles edge to edge."""
    (width, height), main = view.size, view.palette.main
    pale = main.at(0.955, min(0.025, main.chroma))
    ground = main.at(0.24, min(0.06, main.chroma)) if view.dark else pale
    soft, deep = (
        main.at(0.86, min(0.08, main.chroma)),
        main.at(0.4, min(0.12, main.chroma)),
    )
    tones = [main, view.palette.second, view.palette.third, soft, deep]
    rows = max(1, round(4 * height / view.unit))
    columns = max(1, round(rows * width / height))
    picture = Image.new("RGB", view.size, ground.rgb)
    xs = [round(k * width / columns) for k in range(columns + 1)]
    ys = [round(k * height / rows) for k in range(rows + 1)]
    for row in range(rows):
        for column in range(columns):
            box = (xs[column], ys[row], xs[column + 1], ys[row + 1])
            _patch(picture, box, tones, view.random)
    return picture


def _patch(picture: Picture, box: Box, tones: list[Tint], random: Random) -> None:
    """Paint one patch of the quilt."""
    back, front = random.sample(tones, 2)
    if random.random() < _COVERED:
        picture.paste(back.rgb, box)
    points = random.choice(_figures())
    for _ in range(random.randrange(4)):
        points = [(1 - y, x) for x, y in points]
    width, height = box[2] - box[0], box[3] - box[1]
    placed = [(x * width, y * height) for x, y in points]
    mask = stencil([(True, placed)], (width, height))
    picture.paste(front.rgb, box, mask)


def _figures() -> list[list[Point]]:
    """Return what a patch may show, 0…1 both ways."""
    turns = [math.radians(degrees) for degrees in range(0, 91, 3)]
    arc = [(math.cos(a), math.sin(a)) for a in turns]
    round_dot = oval(0.5, 0.5, 0.3).outlines[0][1]
    return [
        [(0.0, 0.0), *arc],
        [*arc, *((1 - x, 1 - y) for x, y in arc)],
        list(round_dot),
        [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)],
    ]
