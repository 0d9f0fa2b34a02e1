"""This file is what a picture does not show of its subject: outlines, and small gaps.

A method that knows nothing but colours has to see where the subject ends. Where both
sides of the line it drew have the same colour, as far as the noise lets anybody tell,
it drew the line by chance: a subject hardly lighter or darker than its ground, a
highlight that runs into it, a shadow that was taken for subject.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageChops, ImageFilter

from assetgen.images.cutout.planes import above, grow, mapped, share, shrink

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# Levels by which two sides differ that can be told apart without any noise.
TOLD = 3

# A pixel of the small copy is this far from the ground where subject is in it.
MIXED = 24

# How far inwards a broad edge has to become twice as deep, in pixels.
INWARDS = 8


def unseen_outline(
    picture: Picture, total: Picture, outside: Picture, noise: int
) -> float:
    """Return how much of the outline cannot be seen, 0 to 1.

    Args:
        picture: A small copy, RGB.
        total: How far each of its pixels is from the ground.
        outside: 255 where there is no subject.
        noise: Departures of the ground up to this mean nothing.
    """
    line = ImageChops.subtract(grow(outside, 1), outside)
    whole = share(line)
    if not whole:
        return 0.0
    told = TOLD + 2 * noise
    unlike = ImageChops.subtract(grow(picture, 3), shrink(picture, 3))
    red, green, blue = (above(band, told) for band in unlike.split())
    seen = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    smooth = total.filter(ImageFilter.BoxBlur(1))
    twice = mapped(smooth, lambda v: 2 * v + told)
    seen = ImageChops.lighter(
        seen, above(ImageChops.subtract(grow(smooth, INWARDS), twice), 0)
    )
    return share(ImageChops.subtract(line, seen)) / whole


def pockets(picture: Picture, alpha: Picture, ground: Picture, noise: int) -> float:
    """Return how much of a picture is opaque ground in gaps too small to judge, 0 to 1.

    Every pixel here stands for some of the full size, of which it is one.

    Args:
        picture: How far a picture is from the ground, on the average around a pixel.
        alpha: Its alpha, at one pixel of these.
        ground: How far it is from the ground, at that pixel.
        noise: Departures of the ground up to this mean nothing.
    """
    bare = ImageChops.invert(above(ground, TOLD + noise))
    opaque = ImageChops.darker(bare, above(alpha, 0xF9))
    return share(ImageChops.darker(opaque, above(picture, MIXED + 2 * noise)))
