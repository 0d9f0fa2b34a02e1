"""This file is the edge of a subject that is broad: out of focus, or a glow.

Nothing stands out where it begins, and it rises for dozens of pixels until all is
subject. So it is followed on a small copy, inwards as long as the picture goes on
departing from the ground, and outwards as long as it still does. What it has reached in
the end is carried back along it, and is what each pixel's departure is a share of.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageChops, ImageFilter

from assetgen.images.cutout.planes import (
    above,
    blank,
    grow,
    grown_within,
    mapped,
    ratio,
    shrink,
)

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# The broadest ramp that is followed each way, in pixels of the small copy.
BROADEST = 96

# A pixel of a ramp has one within two pixels that is deeper by this much, and a level.
RISE = 1.015

# How far beyond its end a ramp is still a little less than the subject: further for one
# of more pixels than these.
BEYOND, LONG = 5, 15

# What a step is not told by what lies deeper, it is told from beside, so far.
SIDEWAYS = 16

# So much of where subject and ground meet, nearby, has to be the side of a ramp.
MOSTLY = 0.6

# Slopes up to this, besides what is noise, are never crisp.
GENTLE = 8


def find_ramp(
    picture: Picture, total: Picture, outside: Picture, noise: int, grain: int
) -> tuple[Picture, Picture] | None:
    """Return where the edge of a subject is broad, and the departure that it leads to.

    None if the subject has no such edge.

    Args:
        picture: A small copy, RGB.
        total: How far each of its pixels is from the ground.
        outside: 255 where there is ground or shadow, or the beginning of a glow.
        noise: Departures up to this mean nothing, beside the subject;
        grain: and up to this, far from it.
    """
    small, sharp = total.filter(ImageFilter.BoxBlur(1)), grow(crisp(picture, noise), 2)
    deeper = ImageChops.subtract(
        grow(small, 2), mapped(small, lambda v: RISE * v + 1 + grain)
    )
    rising = ImageChops.subtract(above(deeper, 0), sharp)
    meeting = ImageChops.subtract(grow(outside, 1), outside)
    seam = ImageChops.darker(meeting, rising)
    around = ImageFilter.BoxBlur(6)
    mostly = ratio(seam.filter(around), meeting.filter(around))
    seam = ImageChops.darker(seam, above(mostly, 255 * MOSTLY))
    if seam.getbbox() is None:
        return None
    inwards = _steps(seam, ImageChops.subtract(rising, outside))
    outwards = _steps(seam, ImageChops.darker(rising, outside))[1:]
    beyond = BEYOND + max(0, len(inwards) - LONG) // 3
    # Strands that run into the body say nothing about it.
    beside, known = grow(shrink(small, 2), 2 + beyond), blank(small)
    for step in (*reversed(inwards), *outwards):
        for _ in range(SIDEWAYS):
            carried = grow(ImageChops.darker(beside, known), 1)
            told = ImageChops.darker(
                ImageChops.subtract(step, known), above(carried, 0)
            )
            if told.getbbox() is None:
                break
            beside.paste(carried, mask=told)
            known = ImageChops.lighter(known, told)
        known = ImageChops.lighter(known, step)
    return grown_within(known, ImageChops.invert(outside), beyond), beside


def crisp(picture: Picture, noise: int) -> Picture:
    """Return where a colour changes at once, and not over many pixels."""
    slope = ImageChops.subtract(grow(picture, 1), shrink(picture, 1))
    onward = ImageChops.subtract(grow(picture, 3), shrink(picture, 3))
    least, bands = GENTLE + 2 * noise, len(picture.getbands())
    steep = [v if v > least else 0 for v in range(256)]
    more = slope.point([min(255, round(1.5 * v)) for v in steep] * bands)
    first, *others = ImageChops.subtract(more, onward).split()
    for band in others:
        first = ImageChops.lighter(first, band)
    return above(first, 0)


def _steps(front: Picture, room: Picture) -> list[Picture]:
    """Return what is reached from a front, pixel by pixel, as far as there is room."""
    free, found = ImageChops.subtract(room, front), [front]
    while len(found) < BROADEST:
        front = ImageChops.darker(grow(front, 1), free)
        if front.getbbox() is None:
            break
        free = ImageChops.subtract(free, front)
        found.append(front)
    return found
