"""This file is rows of things against a sky: houses of a city, firs of a forest."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw

from assetgen.providers.draft import sky
from assetgen.providers.draft.land import depths, faded, layered, waves
from assetgen.providers.draft.paint import stencil

if TYPE_CHECKING:
    from random import Random

    from PIL.Image import Image as Picture

    from assetgen.providers.draft.land import Profile
    from assetgen.providers.draft.oklch import Tint
    from assetgen.providers.draft.shapes import Point
    from assetgen.providers.draft.view import View

    # Of a house, in pixels: its left side, its breadth, its roof.
    House = tuple[float, float, float]

_LIT = 0.26  # the share of windows with a light in them


def city(view: View) -> Picture:
    """Return a skyline in four depths, some of its windows lit."""
    picture, sun = sky.over_land(view)
    sky.sun(picture, view, sun, 0.1)
    for k, (near, mist) in enumerate(depths(view, 4)):
        row = _houses(view, 0.7 + 0.07 * k, 0.34 - 0.05 * k)
        top = math.floor(min(roof for *_, roof in row)) - 2
        width, height = view.size
        boxes = [
            (True, [(x, roof), (x + across, roof), (x + across, height), (x, height)])
            for x, across, roof in row
        ]
        mask = stencil(boxes, (width, height - top), (0, top))
        picture.paste(faded([near, mist], mask.size), (0, top), mask)
        picture.paste(mist.at(0.96, 0.07).rgb, None, _windows(view, row))
    return picture


def _houses(view: View, base: float, tall: float) -> list[House]:
    """Return a row of houses, their heights between `base` and `tall` above it."""
    (width, height), random = view.size, view.random
    row: list[House] = []
    x = -0.02 * view.unit
    while x < width:
        across = view.unit * random.uniform(0.05, 0.11)
        roof = height * (base - tall * random.uniform(0.25, 1.0) ** 1.4)
        row.append((x, across, roof))
        x += across + view.unit * random.choice((0.0, 0.0, 0.012, 0.03))
    return row


def _windows(view: View, row: list[House]) -> Picture:
    """Return a mask of the windows that are lit."""
    unit, random = view.unit, view.random
    panes = Image.new("L", view.size)
    draw = ImageDraw.Draw(panes)
    for x, across, roof in row:
        columns = max(2, int(across / unit / 0.017))
        floors = int((view.size[1] - roof) / unit / 0.03)
        for place in range(columns * floors):
            if random.random() < _LIT:
                left = x + across * (place % columns + 0.3) / columns
                top = roof + unit * (0.03 * (place // columns) + 0.016)
                box = (left, top, left + unit * 0.0062, top + unit * 0.011)
                draw.rectangle(box, fill=150)
    return panes


def forest(view: View) -> Picture:
    """Return rows of firs that fade into mist."""
    picture, _ = sky.over_land(view)
    for k, (near, mist) in enumerate(depths(view, 5)):
        ground = waves(view.random, 0.6 + 0.09 * k, 0.03, 0.7, 1.9)
        layered(picture, ground, (near, mist))
        _firs(picture, ground, (0.1 + 0.05 * k) * view.unit, near, view.random)
    return picture


def _firs(
    picture: Picture, ground: Profile, tall: float, color: Tint, random: Random
) -> None:
    """Paint a row of firs along the ground, `tall` pixels high."""
    width, height = picture.size
    trees: list[tuple[bool, list[Point]]] = []
    x = 0.0
    while x < width:
        size = tall * random.uniform(0.55, 1.15)
        foot = height * ground(x / width) + size * 0.12
        for tier in range(4):
            wide, low = size * (0.12 + 0.055 * tier), foot - size * (0.78 - 0.22 * tier)
            tip = foot - size * (1.1 - 0.2 * tier)
            trees.append((True, [(x, tip), (x + wide, low), (x - wide, low)]))
        x += size * random.uniform(0.24, 0.6)
    rows = [y for _, points in trees for _, y in points]
    top, low_end = math.floor(min(rows)) - 2, math.ceil(max(rows)) + 2
    mask = stencil(trees, (width, low_end - top), (0, top))
    picture.paste(color.rgb, (0, top), mask)
