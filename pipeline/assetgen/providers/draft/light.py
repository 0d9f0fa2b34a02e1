"""This file is how light falls on a part: small grey pictures, computed once per part.

A *field* is an 8-bit picture of how much light each place gets, 128 where the
material shows its own colour. Fields are soft, so they are worked out at a few
hundred pixels and enlarged; only outlines are drawn at full size. The lamp stands at
the top left.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image as Picture

    from assetgen.providers.draft.oklch import RGB

_LAMP = (0.58, 0.82)  # how far a shadow falls to the right and down, per unit
_FLAT = 128
# What a polished thing mirrors on the way across it: window, wall, floor, door.
_BANDS = (
    (0.0, 142),
    (0.18, 168),
    (0.3, 224),
    (0.41, 158),
    (0.58, 112),
    (0.72, 150),
    (0.84, 190),
    (1.0, 108),
)


def slope(
    size: tuple[int, int], degrees: float, low: int = 0, high: int = 255
) -> Picture:
    """Return an even slope from `low` to `high`; 0° rises rightwards, 90° downwards."""
    width, height = size
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    reach = abs(width * cos) + abs(height * sin)
    start = 128 - 127 * (width * cos + height * sin) / reach
    step = 254 / reach
    turned = Image.linear_gradient("L").transform(
        size,
        Image.Transform.AFFINE,
        (0, 0, 128, cos * step, sin * step, start),
        Image.Resampling.BILINEAR,
    )
    return curved(turned, lambda x: low + (high - low) * x)


def curved(field: Picture, shape: Callable[[float], float]) -> Picture:
    """Return a field with a curve laid on it: from 0…1 to 0…255."""
    return field.point([min(255, max(0, round(shape(v / 255)))) for v in range(256)])


def faded(field: Picture, share: float) -> Picture:
    """Return a field times a number, cut at full light."""
    return curved(field, lambda x: 255 * x * share)


def shifted(field: Picture, distance: float) -> Picture:
    """Return a field moved along the light by that many pixels, back if negative."""
    right, down = (round(axis * distance) for axis in _LAMP)
    return ImageChops.offset(field, right, down)


def blurred(field: Picture, radius: float) -> Picture:
    """Return a field out of focus."""
    return field.filter(ImageFilter.GaussianBlur(radius)) if radius > 0 else field


def rounded(mask: Picture, puff: float) -> Picture:
    """Return the light on a matt body with that outline, rounded `puff` pixels in."""
    field = slope(mask.size, 57, _FLAT + 26, _FLAT - 26)
    for radius, weight in ((puff, 0.8), (puff * 0.45, 0.42)):
        soft = blurred(mask, radius)
        ahead, behind = shifted(soft, -radius * 0.7), shifted(soft, radius * 0.7)
        # Signed and centred: two clamped halves would meet in a visible crease.
        facing = ImageChops.subtract(ahead, behind, 1 / weight, _FLAT)
        field = ImageChops.add(field, facing, 1, -_FLAT)
    return blurred(field, 1)


def polished(mask: Picture, puff: float) -> Picture:
    """Return the light on metal: bands of a room mirrored across it."""
    bands = curved(slope(mask.size, 52), _room)
    edge = rounded(mask, puff)
    return blurred(ImageChops.add(bands, edge, 1, -_FLAT), 1)


def _room(place: float) -> float:
    """Return what polished metal mirrors at 0…1 across it."""
    for (left, here), (right, there) in pairwise(_BANDS):
        if place <= right:
            share = (place - left) / (right - left)
            eased = share * share * (3 - 2 * share)
            return here + (there - here) * eased
    return _BANDS[-1][1]


def crescent(mask: Picture, puff: float) -> Picture:
    """Return the lamp's reflection: a soft sickle inside the lit edge."""
    inset = faded(ImageChops.subtract(blurred(mask, puff * 0.42), _grey(mask, 190)), 5)
    sickle = ImageChops.subtract(inset, shifted(inset, puff * 0.6))
    return blurred(sickle, max(1.0, puff * 0.11))


def rim(mask: Picture, puff: float) -> Picture:
    """Return the glow of the room on the edge that the lamp leaves dark."""
    thin = ImageChops.subtract(mask, shifted(mask, -max(1.5, puff * 0.2)))
    return blurred(thin, max(0.8, puff * 0.09))


def coloured(field: Picture, ramp: Sequence[RGB]) -> Picture:
    """Return a field in the 256 colours of a ramp."""
    return Image.merge(
        "RGB", [field.point([color[band] for color in ramp]) for band in range(3)]
    )


def _grey(like: Picture, level: int) -> Picture:
    return Image.new("L", like.size, level)
