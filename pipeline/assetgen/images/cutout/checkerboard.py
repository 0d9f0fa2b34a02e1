"""This file is finding transparency that was painted: a checkerboard in the pixels.

A model that is asked for a transparent ground and has none draws what programs show in
its place: squares of two light or dark greys, in turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageChops

from assetgen.images.cutout.ground import coarse_factor
from assetgen.images.cutout.planes import above, share, shift

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# The squares are grey: their channels differ by no more than this.
NEUTRAL = 14

# How far a square may be from its grey, by noise and compression.
SAME = 7

# How far the two greys are apart; a chessboard's are further.
NEAREST, FURTHEST = 8, 110

# The side of a square, in pixels of the small copy.
SMALLEST, LARGEST = 3, 48

# Of all grey pixels, the two greys have to be this much: else it is not looked for.
TWO_TONES = 0.6

# Fewer grey pixels than this, of the picture, are not looked at.
WORTH = 0.005


def checkered(picture: Picture) -> float:
    """Return how much of an RGB or RGBA picture is checkerboard, 0 to 1.

    Only what can be seen counts. A pixel is part of one if its neighbours at the
    distance of a square have the other grey above, below, left and right, and its own
    at the four corners.
    """
    small = picture.reduce(coarse_factor(picture.size))
    red, green, blue = small.split()[:3]
    colour = ImageChops.lighter(
        ImageChops.difference(red, green), ImageChops.difference(green, blue)
    )
    grey = ImageChops.invert(above(colour, NEUTRAL))
    if small.mode == "RGBA":
        grey = ImageChops.darker(grey, above(small.getchannel("A"), 127))
    if share(grey) < WORTH:
        return 0.0
    tones = _two_tones(green.histogram(grey))
    if tones is None:
        return 0.0
    same = min(SAME, (abs(tones[0] - tones[1]) - 2) // 2)
    box = grey.getbbox()
    light, dark = (
        ImageChops.darker(grey, _near(green, tone, same)).crop(box) for tone in tones
    )
    found = max(
        _alternating(light, dark, side) for side in range(SMALLEST, LARGEST + 1)
    )
    return found * light.width * light.height / (small.width * small.height)


def _two_tones(histogram: list[int]) -> tuple[int, int] | None:
    """Return the two greys that nearly everything grey has, None if there are none."""
    first = _peak(histogram)
    rest = [
        count if NEAREST <= abs(level - first) <= FURTHEST else 0
        for level, count in enumerate(histogram)
    ]
    second = _peak(rest)
    around = sum(
        count
        for level, count in enumerate(histogram)
        if min(abs(level - first), abs(level - second)) <= SAME
    )
    if sum(rest) == 0 or around < TWO_TONES * sum(histogram):
        return None
    return first, second


def _peak(histogram: list[int]) -> int:
    """Return the level around which most is."""
    return max(range(256), key=lambda at: sum(histogram[max(0, at - 3) : at + 4]))


def _near(plane: Picture, level: int, same: int) -> Picture:
    return plane.point([255 if abs(v - level) <= same else 0 for v in range(256)])


def _alternating(light: Picture, dark: Picture, side: int) -> float:
    """Return how much of two masks takes turns at squares of that side."""
    width, height = light.size
    if side * 3 > min(width, height):
        return 0.0
    straight = ((side, 0), (-side, 0), (0, side), (0, -side))
    corners = ((side, side), (-side, side), (side, -side), (-side, -side))
    found = 0.0
    for own, other in ((light, dark), (dark, light)):
        mask = own
        for plane, ways in ((other, straight), (own, corners)):
            for across, down in ways:
                if mask.getbbox() is None:
                    break
                mask = ImageChops.darker(mask, shift(plane, across, down))
        found += share(mask)
    return found
