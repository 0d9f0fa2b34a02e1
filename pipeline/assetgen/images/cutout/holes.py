"""This file is which enclosed patches of the ground's colour are holes.

A patch of exactly the ground's colour that the subject encloses is either a hole, such
as the inside of a ring, or a part of the subject that happens to have that colour: a
blown-out highlight, a white check mark on a badge, a white figure drawn in outline.
A single picture cannot prove which. The rule for one patch, each part of which is a
reason to keep it opaque (`weave` has the rule for many that are alike):

- it is small: under 0.05 % of the picture, unless strokes run all around it, as around
  the counter of a letter;
- it fades: along most of its edge the subject's colour comes up slowly, as around a
  highlight, and not at once, as at the edge of a thing;
- it is no simple shape: it fills less than 88 % of its convex hull. Holes of rings,
  handles and letters are round or straight, check marks and stars are not;
- it lies deep: further from the outside than 1.3 times its own breadth (a dot on a
  badge; the inside of a ring is broader than its band), or further from a patch that
  is open than half of it;
- it is framed thinly: by a line of less than 5 % of its breadth, as a drawn outline;
- something stands in it that touches its edge nowhere: the eyes of a face, not a hole.

`removeBg: {holes: true}` cuts every such patch, `{holes: false}` none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isqrt
from typing import TYPE_CHECKING

from PIL import ImageChops

from assetgen.images.cutout.planes import above, grow, grown_within, share
from assetgen.images.cutout.regions import paint, regions

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.images.cutout.regions import Region, Run

    Box = tuple[int, int, int, int]

SPECK = 12
SMALLEST = 0.0005
SHADIEST = 3.0
HARD = 0.4
SIMPLE = 0.88
# The steps of pixels take this much of a hull, in breadths of the patch.
STEPS = 0.4
DEEPEST = 1.3
BESIDE = 0.5
THINNEST = 0.05


@dataclass(frozen=True, slots=True)
class Patch:
    """An enclosed patch of the ground's colour, and what can be said of it alone.

    Attributes:
        box: The part of the picture that it was looked at in, with room around it.
        mask: 255 for its pixels there, with the shadow that lies on it.
        core: How many of them have the ground's colour.
        area: How many there are.
        breadth: How broad it is at its broadest, in pixels.
        shape: How much of its convex hull it fills, 0 to 1.
        hardness: Along how much of its edge the subject's colour comes up at once.
        holds: It encloses more than a speck that is none of it.
    """

    box: Box
    mask: Picture
    core: int
    area: int
    breadth: int
    shape: float
    hardness: float
    holds: bool

    @property
    def hard(self) -> bool:
        """Return whether it ends at once, as things do and highlights do not."""
        return self.area <= SHADIEST * self.core and self.hardness >= HARD

    @property
    def whole(self) -> bool:
        """Return whether it could be a hole, wherever it lies."""
        return self.hard and not self.holds


def measured(region: Region, near: Picture, room: Picture, far: Picture) -> Patch:
    """Return an enclosed patch, measured.

    Args:
        region: Its core.
        near: 255 where the picture has the ground's colour.
        room: 255 where there may be shadow, too.
        far: How far each pixel is from the ground, 0 to 255.
    """
    box = _around(region)
    mask = grown_within(paint([region], near.size, box), room.crop(box), 2)
    shape = max(regions(mask), key=lambda each: each.area)
    pixels = mask.width * mask.height
    return Patch(
        box=box,
        mask=mask,
        core=round(share(ImageChops.darker(mask, near.crop(box))) * pixels),
        area=round(share(mask) * pixels),
        breadth=_breadth(mask, shape),
        shape=shape.area / hull_area(shape.runs),
        hardness=_hardness(mask, shape, far.crop(box)),
        holds=_holds_something(mask),
    )


def is_hole(patch: Patch, outside: Picture, deepest: float = DEEPEST) -> bool:
    """Return whether a patch, however small, is a hole in the subject.

    Args:
        patch: The patch.
        outside: 255 for the ground that reaches the border, or for what is open.
        deepest: How far it may lie from that, in its own breadths.
    """
    if not patch.whole or patch.shape < SIMPLE - STEPS / max(1, patch.breadth):
        return False
    # The edge of a patch, half ground and half subject, counts as neither.
    limit = int(deepest * (patch.breadth + 2))
    frame = _frame(patch.mask, outside.crop(patch.box), limit)
    return THINNEST * patch.breadth <= frame <= limit


def is_outlined(patch: Patch, outside: Picture) -> bool:
    """Return whether only a thin line parts a patch from the outside: a drawing."""
    limit = int(THINNEST * patch.breadth)
    return _frame(patch.mask, outside.crop(patch.box), limit) <= limit


def _around(region: Region) -> Box:
    """Return the box around a patch in which it is told whether it is a hole."""
    left, top, right, bottom = region.box
    room = 16 + round(DEEPEST * min(right - left, bottom - top))
    return (
        max(0, left - room),
        max(0, top - room),
        min(region.size[0], right + room),
        min(region.size[1], bottom + room),
    )


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
    # Which of two small rounds is broader is up to how they lie on the pixels.
    return min(max(2 * steps, isqrt(patch.area)), 2 * steps + 2)


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
