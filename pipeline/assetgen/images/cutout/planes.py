"""This file is arithmetic on planes: L pictures of one size, by Pillow's C code.

A mask is a plane of 0 and 255.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageFilter, ImageMath

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image as Picture


def mapped(plane: Picture, table: Callable[[int], float]) -> Picture:
    """Return a plane with every level replaced, rounded and kept in 0 to 255."""
    return plane.point([min(255, max(0, round(table(v)))) for v in range(256)])


def blank(plane: Picture, level: int = 0) -> Picture:
    """Return a plane of one level, as large as another."""
    return Image.new("L", plane.size, level)


def shift(plane: Picture, across: int, down: int) -> Picture:
    """Return a plane moved by some pixels; what comes in is 0."""
    width, height = plane.size
    return plane.crop((-across, -down, width - across, height - down))


def grow(plane: Picture, pixels: int) -> Picture:
    """Return the largest value within some pixels of each, in a square.

    The same as `ImageFilter.MaxFilter`, whose cost grows with the square's area
    (1.3 s at 2048² for 7 by 7); this one doubles its window and stays below 20 ms.
    """
    for across, down in ((1, 0), (0, 1)):
        left, window = pixels, 1
        while left > 0:
            step = min(left, window)
            back = shift(plane, -step * across, -step * down)
            forth = shift(plane, step * across, step * down)
            plane = ImageChops.lighter(ImageChops.lighter(plane, back), forth)
            left, window = left - step, window + 2 * step
    return plane


def shrink(plane: Picture, pixels: int) -> Picture:
    """Return the smallest value within some pixels of each; beyond the edge is 255."""
    return ImageChops.invert(grow(ImageChops.invert(plane), pixels))


def above(plane: Picture, limit: float) -> Picture:
    """Return the mask of where a plane is above a limit."""
    return plane.point([255 if value > limit else 0 for value in range(256)])


def share(mask: Picture) -> float:
    """Return the mean of a plane, 0 to 1: how much of a mask is set."""
    histogram = mask.histogram()
    return sum(i * n for i, n in enumerate(histogram)) / 255 / (sum(histogram) or 1)


def level_at(plane: Picture, mask: Picture, portion: float) -> int:
    """Return the level under which that portion of a plane lies, where a mask is set.

    It is 0 if the mask is set nowhere.
    """
    histogram = plane.histogram(mask)
    wanted, below = portion * sum(histogram), 0
    for level, count in enumerate(histogram):
        below += count
        if below >= wanted > 0:
            return level
    return 0


def ratio(part: Picture, whole: Picture) -> Picture:
    """Return 255 * part / whole, at most 255, and 0 where both are 0."""
    made: Picture = ImageMath.lambda_eval(
        lambda planes: planes["convert"](
            planes["min"](
                planes["part"] * 255 / planes["max"](planes["whole"], 1), 255
            ),
            "L",
        ),
        part=part,
        whole=whole,
    )
    return made


def spread(plane: Picture, mask: Picture) -> Picture:
    """Return a plane whose values outside a mask are drawn from inside, nearby."""
    masked, filled = ImageChops.multiply(plane, mask), plane
    for radius in (12, 4):
        blur = ImageFilter.GaussianBlur(radius)
        weight = mask.filter(blur)
        near = ratio(masked.filter(blur), weight)
        filled = ImageChops.composite(near, filled, above(weight, 16))
    return ImageChops.composite(plane, filled, mask)


def grown_within(mask: Picture, room: Picture, pixels: int) -> Picture:
    """Return a mask grown by some pixels, each step only where there is room."""
    for _ in range(pixels):
        mask = ImageChops.lighter(mask, ImageChops.darker(grow(mask, 1), room))
    return mask


def bounds(plane: Picture, mask: Picture, pixels: int) -> tuple[Picture, Picture]:
    """Return the least and the most of a plane inside a mask, some pixels around."""
    least = shrink(ImageChops.lighter(plane, ImageChops.invert(mask)), pixels)
    return least, grow(ImageChops.darker(plane, mask), pixels)


def beyond(plane: Picture, least: Picture, most: Picture) -> Picture:
    """Return how far a plane is outside of its bounds."""
    over, under = ImageChops.subtract(plane, most), ImageChops.subtract(least, plane)
    return ImageChops.lighter(over, under)
