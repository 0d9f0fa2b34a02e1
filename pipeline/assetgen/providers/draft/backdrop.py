"""This file is what lies behind everything: skies, glows, beams, blurred lights, grain.

All of it is soft, so it is painted small and enlarged at the end.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from assetgen.providers.draft.oklch import Tint, blend

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from PIL.Image import Image as Picture

_SMALL = 420  # pixels along the longer side of a backdrop while it is painted
_TILE = 256
_BRIM = 176  # where the circle inside Pillow's radial gradient ends


def small_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size at which the backdrop of a picture is painted."""
    factor = max(1.0, max(size) / _SMALL)
    return max(8, round(size[0] / factor)), max(8, round(size[1] / factor))


def enlarged(backdrop: Picture, size: tuple[int, int]) -> Picture:
    """Return a backdrop at the picture's own size."""
    return backdrop.resize(size, Image.Resampling.BICUBIC)


def sky(size: tuple[int, int], stops: Sequence[Tint]) -> Picture:
    """Return colours that run evenly from top to bottom."""
    column = Image.new("RGB", (1, 256))
    column.putdata(blend(list(stops)))
    return column.resize(size, Image.Resampling.BICUBIC)


def mesh(size: tuple[int, int], colors: Sequence[Tint], random: Random) -> Picture:
    """Return colours that flow into each other from 4 x 3 places."""
    grid = Image.new("RGB", (4, 3))
    cells = [random.choice(colors) for _ in range(12)]
    grid.putdata(
        [cell.at(cell.light + random.uniform(-0.03, 0.03)).rgb for cell in cells]
    )
    flowing = grid.resize(size, Image.Resampling.BICUBIC)
    return flowing.filter(ImageFilter.GaussianBlur(max(size) / 14))


def glow(
    picture: Picture,
    place: tuple[float, float],
    reach: float,
    color: Tint,
    share: float,
) -> None:
    """Lay a light on a picture: its place and reach as shares of width and width."""
    width, height = picture.size
    side = max(2, round(2 * reach * width))
    disc = Image.radial_gradient("L").resize((side, side))
    # Light falls off faster than a cone: squared, it has no visible edge.
    falling = [max(0.0, 1 - v / _BRIM) ** 2 for v in range(256)]
    fading = disc.point([round(255 * share * light) for light in falling])
    corner = round(place[0] * width - side / 2), round(place[1] * height - side / 2)
    picture.paste(color.rgb, (*corner, corner[0] + side, corner[1] + side), fading)


def beams(
    picture: Picture, place: tuple[float, float], color: Tint, random: Random
) -> None:
    """Let light fall in rays from a place."""
    width, height = picture.size
    x, y = place[0] * width, place[1] * height
    mask = Image.new("L", picture.size)
    draw = ImageDraw.Draw(mask)
    far = 2 * max(width, height)
    for _ in range(7):
        angle, spread = random.uniform(0.2, math.pi - 0.2), random.uniform(0.02, 0.07)
        ends = [
            (x + far * math.cos(angle + side), y + far * math.sin(angle + side))
            for side in (-spread, spread)
        ]
        draw.polygon([(x, y), *ends], fill=random.randint(14, 34))
    picture.paste(
        color.rgb, None, mask.filter(ImageFilter.GaussianBlur(max(2, width / 90)))
    )


def bokeh(picture: Picture, colors: Sequence[Tint], count: int, random: Random) -> None:
    """Lay lights out of focus on a picture."""
    width, height = picture.size
    for _ in range(count):
        radius = width * random.uniform(0.008, 0.05)
        x, y = random.uniform(0, width), random.uniform(0, height)
        mask = Image.new("L", picture.size)
        box = (x - radius, y - radius, x + radius, y + radius)
        ImageDraw.Draw(mask).ellipse(box, fill=random.randint(22, 70))
        soft = mask.filter(
            ImageFilter.GaussianBlur(max(0.8, radius * random.uniform(0.1, 0.3)))
        )
        picture.paste(random.choice(colors).rgb, None, soft)


def grained(picture: Picture, random: Random) -> Picture:
    """Return a picture with the faintest grain, which hides steps in its gradients."""
    noise = Image.frombytes("L", (_TILE, _TILE), random.randbytes(_TILE * _TILE))
    tile = noise.point([v * 3 // 256 for v in range(256)])
    whole = Image.new("L", picture.size)
    for top in range(0, picture.height, _TILE):
        for left in range(0, picture.width, _TILE):
            whole.paste(tile, (left, top))
    return ImageChops.add(picture, Image.merge("RGB", (whole,) * 3), 1, -1)
