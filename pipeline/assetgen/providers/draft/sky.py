"""This file is skies: the colours of air, a sun, clouds, what drifts among them."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import ImageFilter

from assetgen.providers.draft import backdrop, things
from assetgen.providers.draft.paint import Canvas, Spot, stencil
from assetgen.providers.draft.parts import arranged

if TYPE_CHECKING:
    from random import Random

    from PIL.Image import Image as Picture

    from assetgen.providers.draft.oklch import Tint
    from assetgen.providers.draft.palette import Palette
    from assetgen.providers.draft.parts import Parts
    from assetgen.providers.draft.view import View

_LONE = ((0.24, 0.36, 0.13), (0.76, 0.27, 0.1), (0.6, 0.5, 0.075))
_COPIES = ((-1, 0.2), (1, 0.28), (-1, 0.52), (1, 0.6))


def air(view: View) -> list[Tint]:
    """Return the colours of a sky, from the top to the horizon."""
    main, second = view.palette.main, view.palette.second
    between = main.mixed(second, 0.5)
    chroma, warmth = main.chroma, second.chroma
    if view.hour == "night":
        return [
            main.at(0.17, min(chroma, 0.07)),
            main.at(0.26, min(chroma, 0.09)),
            between.at(0.4, min(between.chroma, 0.1)),
            second.at(0.6, min(warmth, 0.11)),
        ]
    if view.hour == "dusk":
        return [
            main.at(0.5, min(chroma, 0.13)),
            main.at(0.63, min(chroma, 0.13)),
            between.at(0.76, max(min(between.chroma, 0.12), 0.07)),
            second.at(0.88, min(warmth, 0.11)),
        ]
    return [
        main.at(0.76, min(chroma, 0.11)),
        main.at(0.84, min(chroma, 0.085)),
        between.at(0.9, min(between.chroma, 0.06)),
        second.at(0.94, min(warmth, 0.065)),
    ]


def over_land(view: View) -> tuple[Picture, tuple[float, float]]:
    """Return a sky lit by its sun, and where that stands (as shares of the size)."""
    sun = view.random.uniform(0.3, 0.7), view.random.uniform(0.34, 0.46)
    stops = air(view)
    # The last colour is the horizon's, which lies above the land.
    small = backdrop.sky(backdrop.small_size(view.size), [*stops, *stops[-1:] * 2])
    second = view.palette.second
    lit = second.at(0.94, min(second.chroma, 0.09))
    backdrop.glow(small, sun, 0.55, lit, 0.5 if view.dark else 0.8)
    backdrop.glow(small, sun, 0.2, lit.at(0.985), 0.8)
    return backdrop.enlarged(small, view.size), sun


def sun(
    picture: Picture, view: View, place: tuple[float, float], radius: float
) -> None:
    """Paint a sun, or the moon; its radius is a share of the shorter side."""
    second = view.palette.second
    color = second.at(0.96, min(0.03 if view.dark else 0.08, second.chroma))
    reach = radius * view.unit
    x, y = place[0] * picture.width, place[1] * picture.height
    left, top = math.floor(x - reach - 2), math.floor(y - reach - 2)
    side = math.ceil(2 * reach) + 4
    angles = [math.tau * k / 120 for k in range(120)]
    circle = [(x + reach * math.cos(a), y + reach * math.sin(a)) for a in angles]
    mask = stencil([(True, circle)], (side, side), (left, top))
    picture.paste(color.rgb, (left, top), mask)


def adrift(view: View, parts: Parts | None) -> Picture:
    """Return a sky with soft clouds and, perhaps, a subject among them."""
    picture, vapour = _far(view)
    near = Canvas(picture, vapour, 0.85)
    width, height = view.size
    if parts:
        stage = Canvas(picture, view.palette)
        _copies(stage, parts, view)
        whole = arranged(parts, turn=view.random.uniform(-6, 6))
        stage.paint(whole, Spot(width * view.middle, height * 0.46, view.unit * 0.3))
    else:
        for x, y, reach in _LONE:
            unit = view.unit * reach * view.random.uniform(0.9, 1.25)
            near.paint(_puffs(), Spot(width * x, height * y, unit))
    _bank(near, view.random, 0.86, 0.17, 6)
    _bank(near, view.random, 1.0, 0.22, 5)
    return picture


def _far(view: View) -> tuple[Picture, Palette]:
    """Return the sky with its far clouds, out of focus, and the palette of clouds."""
    palette, random = view.palette, view.random
    small = backdrop.sky(backdrop.small_size(view.size), air(view))
    warm = palette.second.at(0.97, min(palette.second.chroma, 0.06))
    backdrop.glow(small, (view.middle, 0.44), 0.5, warm, 0.5 if view.dark else 0.9)
    aside = random.uniform(-0.3, 0.3)
    backdrop.beams(small, (view.middle + aside, -0.2), warm, random)
    backdrop.bokeh(small, [warm, palette.third.at(0.93, 0.05)], 16, random)
    light, chroma = (0.62, 0.06) if view.dark else (0.965, 0.022)
    white = palette.main.mixed(palette.second, 0.4).at(light, chroma)
    vapour = replace(palette, main=white)
    _bank(Canvas(small, vapour, 0.45), random, 0.66, 0.12, 6)
    soft = small.filter(ImageFilter.GaussianBlur(1.2))
    return backdrop.enlarged(soft, view.size), vapour


def _puffs() -> Parts:
    """Return a cloud as it hangs in the air: all vapour, no gloss."""
    return [
        replace(part, gloss=0.1, shade=0.3, thick=0.0, puff=0.4)
        for part in things.cloud()
    ]


def _bank(canvas: Canvas, random: Random, base: float, tall: float, count: int) -> None:
    """Paint a bank of clouds along a line; all measures are shares of the height."""
    width, height = canvas.picture.size
    for k in range(count):
        x = width * ((k + random.uniform(0.1, 0.9)) / count)
        y = height * (base + random.uniform(-0.04, 0.06))
        unit = height * tall * random.uniform(0.85, 1.45)
        canvas.paint(_puffs(), Spot(x, y, unit))


def _copies(stage: Canvas, parts: Parts, view: View) -> None:
    """Scatter small ones of the subject around it."""
    (width, height), random = view.size, view.random
    for side, high in _COPIES:
        aside = random.uniform(0.2, 0.34) * min(1.0, height / width * 1.6)
        x = min(0.93, max(0.07, view.middle + side * aside))
        y = high + random.uniform(-0.06, 0.06)
        spot = Spot(width * x, height * y, view.unit * random.uniform(0.045, 0.085))
        stage.paint(arranged(parts, turn=random.uniform(-32, 32)), spot)
