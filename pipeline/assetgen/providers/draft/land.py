"""This file is landscapes: layers of land under a sky, paler the farther they lie."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from assetgen.providers.draft import sky
from assetgen.providers.draft.oklch import blend
from assetgen.providers.draft.paint import stencil

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from PIL.Image import Image as Picture

    from assetgen.providers.draft.oklch import Tint
    from assetgen.providers.draft.shapes import Point
    from assetgen.providers.draft.view import View

    # How high land stands: from 0…1 across to 0 (top) … 1 (bottom).
    Profile = Callable[[float], float]

_FRONT = {"night": 0.17, "dusk": 0.27, "day": 0.4}  # how light the nearest land is
_FAR = {"night": 0.38, "dusk": 0.66, "day": 0.83}  # and the farthest
_CELLS = 256  # of a rugged profile
_HORIZON = 0.56  # of the sea
_NEAR_WAVES = 0.8  # where they cover the glitter


def mountains(view: View) -> Picture:
    """Return ranges of mountains in the mist, and hills before them."""
    picture, sun = sky.over_land(view)
    sky.sun(picture, view, sun, 0.075)
    layers = depths(view, 6)
    for k, tones in enumerate(layers[:4]):
        range_of_them = peaks(view.random, 0.66 + 0.075 * k, 0.3 - 0.04 * k, 3 + k)
        layered(picture, range_of_them, tones)
    for k, tones in enumerate(layers[4:]):
        hills = waves(view.random, 0.84 + 0.08 * k, 0.03, 0.8 + 0.5 * k, 2.1)
        layered(picture, hills, tones)
    return picture


def dunes(view: View) -> Picture:
    """Return dunes in the first colour under a sky in the second."""
    palette = view.palette
    swapped = replace(palette, main=palette.second, second=palette.main)
    picture, sun = sky.over_land(replace(view, palette=swapped))
    sky.sun(picture, view, sun, 0.09)
    for k, tones in enumerate(depths(view, 5)):
        swing, crests = 0.05 + 0.012 * k, 0.6 + 0.1 * k
        layered(picture, waves(view.random, 0.6 + 0.09 * k, swing, crests, 1.3), tones)
    return picture


def sea(view: View) -> Picture:
    """Return waves under a sun that glitters on them."""
    picture, sun = sky.over_land(view)
    sky.sun(picture, view, (sun[0], _HORIZON - 0.07), 0.1)
    main = view.palette.main
    layers = [(near.mixed(main, 0.3), mist) for near, mist in depths(view, 6)]
    layered(picture, lambda _: _HORIZON, layers[0])
    _glitter(picture, sun[0], view.palette.second.at(0.97, 0.05), view.random)
    for k, tones in enumerate(layers[1:], start=1):
        base, swing = _HORIZON + 0.04 + 0.075 * k, 0.006 + 0.006 * k
        crests = 2.4 - 0.2 * k, 4.3 - 0.4 * k
        layered(picture, waves(view.random, base, swing, *crests), tones)
    return picture


def depths(view: View, count: int) -> list[tuple[Tint, Tint]]:
    """Return the colour and the mist of each layer of land, from the farthest."""
    haze = sky.air(view)[-1]
    main, second = view.palette.main, view.palette.second
    close = second if second.light < min(0.5, main.light) else main
    front = close.at(_FRONT[view.hour], min(0.1, close.chroma))
    far = main.mixed(second, 0.35).at(_FAR[view.hour], 0.075)
    found = []
    for k in range(count):
        share = k / max(1, count - 1)
        near = far.mixed(front, share)
        found.append((near, near.mixed(haze, 0.6 - 0.42 * share)))
    return found


def layered(picture: Picture, profile: Profile, tones: tuple[Tint, Tint]) -> None:
    """Paint one layer of land, from its colour at the ridge to mist at its foot."""
    width, height = picture.size
    steps = 240
    edge = [(width * k / steps, height * profile(k / steps)) for k in range(steps + 1)]
    top = max(0, math.floor(min(y for _, y in edge)) - 2)
    if top >= height:
        return
    corners = [(width + 4, height + 4), (-4, height + 4)]
    ends = (-4.0, edge[0][1]), (width + 4.0, edge[-1][1])
    outline: list[Point] = [ends[0], *edge, ends[1], *corners]
    mask = stencil([(True, outline)], (width, height - top), (0, top))
    near, mist = tones
    fill = faded([near, near.mixed(mist, 0.25), near.mixed(mist, 0.75)], mask.size)
    picture.paste(fill, (0, top), mask)


def faded(stops: list[Tint], size: tuple[int, int]) -> Picture:
    """Return colours that run evenly from top to bottom, at full size."""
    column = Image.new("RGB", (1, 64))
    column.putdata(blend(stops, 64))
    return column.resize(size, Image.Resampling.BICUBIC)


def waves(random: Random, base: float, swing: float, *crests: float) -> Profile:
    """Return a smooth profile: a sum of waves with so many crests each."""
    parts = [
        (count, random.uniform(0, math.tau), swing / (1 + k * 1.3))
        for k, count in enumerate(crests)
    ]

    def profile(x: float) -> float:
        return base + sum(
            size * math.sin(x * count * math.tau + phase)
            for count, phase, size in parts
        )

    return profile


def peaks(random: Random, base: float, height: float, count: int) -> Profile:
    """Return a rugged profile: mountains, broken up finer and finer."""
    summits = [
        (
            random.uniform(-0.1, 1.1),
            random.uniform(0.45, 1.0),
            random.uniform(0.55, 0.9),
        )
        for _ in range(count)
    ]
    rough = _rough(random)

    def profile(x: float) -> float:
        tall = max(
            top - abs(x - at) * count * steep * 0.55 for at, top, steep in summits
        )
        broken = rough[min(_CELLS, max(0, int(x * _CELLS)))]
        return base - height * (tall + broken * 0.5)

    return profile


def _rough(random: Random) -> list[float]:
    """Return the heights of a line broken at its middle again and again."""
    heights = [0.0] * (_CELLS + 1)
    step, size = _CELLS // 4, 0.16
    while step >= 1:
        for place in range(step, _CELLS, 2 * step):
            around = heights[place - step] + heights[place + step]
            heights[place] = around / 2 + random.uniform(-size, size)
        step, size = step // 2, size / 2
    return heights


def _glitter(picture: Picture, place: float, color: Tint, random: Random) -> None:
    """Paint the sun's path on the water: strokes that widen towards us."""
    width, height = picture.size
    mask = Image.new("L", picture.size)
    draw = ImageDraw.Draw(mask)
    y = _HORIZON + 0.012
    while y < _NEAR_WAVES:
        depth = (y - _HORIZON) * 4
        x = (place + random.uniform(-0.03, 0.03) * (0.4 + depth)) * width
        half = random.uniform(0.02, 0.06) * (0.5 + depth) * width
        thick = height * (0.0018 + 0.004 * depth)
        box = (x - half, y * height - thick, x + half, y * height + thick)
        draw.rounded_rectangle(box, radius=thick, fill=round(190 - 80 * depth))
        y += 0.012 + 0.02 * depth
    picture.paste(color.rgb, None, mask)
