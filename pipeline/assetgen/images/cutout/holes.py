"""This file is which enclosed patches of the ground's colour are holes.

A patch of exactly the ground's colour that the subject encloses is either a hole, such
as the inside of a ring, or a part of the subject that happens to have that colour: a
blown-out highlight, a white check mark on a badge, a white figure drawn in outline.
A single picture cannot prove which. The rule, each part of which is a reason to keep
the patch opaque:

- it is small: under 0.05 % of the picture;
- it fades: along most of its edge the subject's colour comes up slowly, as around a
  highlight, and not at once, as at the edge of a thing;
- it is no simple shape: it fills less than 88 % of its convex hull. Holes of rings,
  handles and letters are round or straight, check marks and stars are not;
- it lies deep: further from the outside than 1.3 times its own breadth (a dot on a
  badge; the inside of a ring is broader than its band);
- it is framed thinly: by a line of less than 5 % of its breadth, as a drawn outline;
- something stands in it that touches its edge nowhere: the eyes of a face, not a hole.

`removeBg: {holes: true}` cuts every such patch, `{holes: false}` none.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageChops

from assetgen.images.cutout.planes import above, grow, share
from assetgen.images.cutout.regions import regions

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.images.cutout.regions import Region, Run

SPECK = 12
SMALLEST = 0.0005
SHADIEST = 3.0
HARD = 0.4
SIMPLE = 0.88
DEEPEST = 1.3
THINNEST = 0.05


def is_hole(
    patch: Picture, flat: Picture, departure: Picture, outside: Picture, whole: int
) -> bool:
    """Return whether an enclosed patch of ground is a hole in the subject.

    The planes are a part of the picture with room around the patch.

    Args:
        patch: 255 for its pixels, with the shadow that lies on it (L, as the others).
        flat: 255 for those of them that have the ground's colour.
        departure: How far each pixel is from the ground, 0 to 255.
        outside: 255 for the ground that reaches the border.
        whole: How many pixels the picture has.
    """
    pixels = patch.width * patch.height
    area, core = share(patch) * pixels, share(flat) * pixels
    if core < max(SPECK, SMALLEST * whole) or area > SHADIEST * core:
        return False
    shape = max(regions(patch), key=lambda region: region.area)
    if shape.area < SIMPLE * hull_area(shape.runs) or _holds_something(patch):
        return False
    breadth = _breadth(patch, shape)
    frame = _frame(patch, outside, round(DEEPEST * breadth) + 1)
    if not THINNEST * breadth <= frame <= DEEPEST * breadth:
        return False
    return _hardness(patch, shape, departure) >= HARD


def hull_area(runs: tuple[Run, ...]) -> float:
    """Return the area of the convex hull of some runs of pixels."""
    corners = sorted(
        {
            (x, y)
            for row, start, end in runs
            for x in (start, end)
            for y in (row, row + 1)
        }
    )

    def chain(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
        made: list[tuple[int, int]] = []
        for x, y in points:
            while len(made) > 1:
                (ax, ay), (bx, by) = made[-2], made[-1]
                if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                    break
                made.pop()
            made.append((x, y))
        return made

    hull = chain(corners)[:-1] + chain(corners[::-1])[:-1]
    following = hull[1:] + hull[:1]
    return (
        abs(sum(a * d - b * c for (a, b), (c, d) in zip(hull, following, strict=True)))
        / 2
    )


def _holds_something(patch: Picture) -> bool:
    """Return whether a patch encloses more than a speck that is none of it."""
    left, top, right, bottom = patch.getbbox() or (0, 0, 0, 0)
    around = ImageChops.invert(patch.crop((left - 1, top - 1, right + 1, bottom + 1)))
    return any(
        not region.reaches_border and region.area >= SPECK for region in regions(around)
    )


def _breadth(mask: Picture, patch: Region) -> int:
    """Return how broad a patch is at its broadest, in pixels."""
    left, top, right, bottom = patch.box
    part = mask.crop((left - 1, top - 1, right + 1, bottom + 1))
    steps = 0
    while part.getbbox():
        part, steps = ImageChops.invert(grow(ImageChops.invert(part), 1)), steps + 1
    return 2 * steps


def _frame(mask: Picture, outside: Picture, limit: int) -> int:
    """Return how thick the subject is around a patch where it is thinnest."""
    for steps in range(1, limit + 1):
        mask = grow(mask, 1)
        if ImageChops.darker(mask, outside).getbbox():
            return steps
    return limit + 1


def _hardness(mask: Picture, patch: Region, departure: Picture) -> float:
    """Return along how much of its edge the subject's colour comes up at once."""
    left, top, right, bottom = patch.box
    around = (left - 8, top - 8, right + 8, bottom + 8)
    mask, departure = mask.crop(around), departure.crop(around)
    edge = ImageChops.subtract(grow(mask, 2), grow(mask, 1))
    deep = grow(departure, 5).point([value // 2 for value in range(256)])
    hard = above(ImageChops.subtract(departure, deep), 0)
    return share(ImageChops.darker(edge, hard)) / (share(edge) or 1)
