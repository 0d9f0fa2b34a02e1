"""This file is what of a picture is not subject, found on a small copy of it.

- *ground*: pixels of its colour that hang together with the border, and `holes`;
- *shadow*: darker shades of the ground that are reached from it without a step.

What neither reaches is subject, whatever its colour: a white highlight on a white
ground stays.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PIL import ImageChops

from assetgen.images.cutout.departure import border_noise, departure, ringing
from assetgen.images.cutout.holes import DEEPEST, SPECK, is_hole
from assetgen.images.cutout.planes import (
    above,
    beyond,
    blank,
    bounds,
    grow,
    grown_within,
    mapped,
    share,
    shrink,
    spread,
)
from assetgen.images.cutout.regions import paint, regions

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.images.cutout.departure import Departure
    from assetgen.images.cutout.regions import Region

# The share of the picture that has to be shadow for there to be one.
LEAST_SHADOW = 0.0005

# More shadow than this for one pixel of subject is a shadow that ran into the subject.
MOST_SHADOW = 3.0


@dataclass(frozen=True, slots=True)
class Shadow:
    """How dark the shadow is, each a plane that goes on beneath the subject.

    Attributes:
        depth: The light that is gone.
        least, most: Its bounds in the neighbourhood.
    """

    depth: Picture
    least: Picture
    most: Picture


@dataclass(frozen=True, slots=True)
class Outside:
    """What is not subject.

    Attributes:
        mask: Where there is ground, a hole or shadow.
        ground: Where there is ground or a hole.
        kept: Enclosed patches of the ground's colour that stay opaque.
        shadow: None if there is none.
        muddled: Shadow and subject could not be told apart, so both are subject.
    """

    mask: Picture
    ground: Picture
    kept: int
    shadow: Shadow | None = None
    muddled: bool = False


def find_outside(
    picture: Picture, ground: tuple[int, int, int], *, holes: bool | None
) -> Outside:
    """Return what of a small RGB picture is not subject.

    `holes` is True to cut every enclosed patch of ground, False to cut none, None to
    cut those that look like holes.
    """
    seen = departure(picture, ground)
    noise = border_noise(picture, ground)
    near = ImageChops.invert(above(seen.total, 3 + noise))
    noise = max(noise, ringing(seen.total, near))
    near = ImageChops.invert(above(seen.total, 3 + noise))
    found = _sorted(near, _walkable(seen, noise), seen, holes=holes)
    shadow = share(ImageChops.subtract(found.mask, near))
    if shadow > MOST_SHADOW * (1 - share(found.mask)):
        return replace(_sorted(near, near, seen, holes=holes), muddled=True)
    return _cornered(found, seen, noise) if shadow > LEAST_SHADOW else found


def _walkable(seen: Departure, noise: int) -> Picture:
    """Return where a shadow may be: shades of the ground, without a step.

    A shade is a loss of light that is nearly the same in all channels. A step is a
    slope that is steep for the depth at which it is: so steep that no shadow has it,
    or less so but over at once, where a shadow would go on.
    """
    dark = seen.dark
    slope = ImageChops.subtract(grow(dark, 1), shrink(dark, 1))
    onward = ImageChops.subtract(grow(dark, 2), shrink(dark, 2))
    depth = mapped(dark, lambda v: min(v // 2, 24) + 2 * noise)
    over = ImageChops.subtract(slope, depth)
    ends = ImageChops.subtract(mapped(slope, lambda v: v * 4 // 3), onward)
    step = ImageChops.darker(above(over, 8), above(ends, 0))
    wall = ImageChops.lighter(above(over, 24), above(seen.coloured(noise), 0))
    return ImageChops.invert(ImageChops.lighter(wall, step))


def _sorted(
    near: Picture, walk: Picture, seen: Departure, *, holes: bool | None
) -> Outside:
    """Return what is outside: what hangs together with the border, and the holes.

    Passages of less than five pixels of shadow are not followed, so that a faint spot
    of the subject's edge does not let the shadow into the subject.
    """
    frame = blank(near, 255)
    frame.paste(0, (1, 1, near.width - 1, near.height - 1))
    frame = ImageChops.darker(frame, near)
    room = ImageChops.lighter(walk, near)
    outer, inner = [], []
    for region in regions(ImageChops.lighter(shrink(walk, 2), near)):
        if region.reaches_border and region.touches(frame):
            outer.append(region)
        elif region.area >= SPECK and region.touches(near):
            inner.append(region)
    outside = grown_within(paint(outer, near.size), room, 2)
    mask, kept = outside.copy(), 0
    for region in inner:
        box = _around(region, near.size)
        patch = grown_within(paint([region], near.size).crop(box), room.crop(box), 2)
        cut = holes
        if holes is None:
            planes = (near, seen.total, outside)
            flat, far, beyond_it = (plane.crop(box) for plane in planes)
            flat = ImageChops.darker(patch, flat)
            cut = is_hole(patch, flat, far, beyond_it, near.width * near.height)
        if cut:
            mask.paste(255, box, patch)
        kept += not cut
    return Outside(mask, ImageChops.darker(mask, near), kept)


def _around(region: Region, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return the box around a patch in which it is told whether it is a hole."""
    left, top, right, bottom = region.box
    room = 16 + round(DEEPEST * min(right - left, bottom - top))
    return (
        max(0, left - room),
        max(0, top - room),
        min(size[0], right + room),
        min(size[1], bottom + room),
    )


def _cornered(found: Outside, seen: Departure, noise: int) -> Outside:
    """Return the same with the shadow followed into corners beside the subject.

    Where a wedge of shadow is too narrow or too steep to be walked, it still is a
    shade of the ground, neither deeper nor lighter than the shadow around it.
    """
    unlike = above(beyond(seen.dark, *bounds(seen.dark, found.mask, 6)), 8 + noise)
    other = ImageChops.lighter(unlike, above(seen.coloured(noise), 0))
    mask = grown_within(found.mask, ImageChops.invert(other), 6)
    inner = shrink(mask, 1)
    shadow = Shadow(spread(seen.dark, inner), *bounds(seen.dark, inner, 3))
    return replace(found, mask=mask, shadow=shadow)
