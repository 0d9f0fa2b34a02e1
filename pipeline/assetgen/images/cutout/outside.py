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
from assetgen.images.cutout.holes import SPECK, measured
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
from assetgen.images.cutout.weave import Enclosed, Weave

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.images.cutout.departure import Departure

# The share of the picture that has to be shadow for there to be one.
LEAST_SHADOW = 0.0005

# Levels that a shadow may rise by from pixel to pixel besides what its depth and the
# noise allow: at once, and at all.
SHARP, STEEP = 3, 24

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
        enclosed: What became of patches of the ground's colour in the subject.
        shadow: None if there is none.
        muddled: Shadow and subject could not be told apart, so both are subject.
    """

    mask: Picture
    ground: Picture
    enclosed: Enclosed
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
    walk = _walkable(seen, noise)
    found = _sorted(near, walk, seen, noise, holes=holes)
    shadow = ImageChops.subtract(found.mask, near)
    if share(shadow) > MOST_SHADOW * (1 - share(found.mask)):
        return replace(_sorted(near, near, seen, noise, holes=holes), muddled=True)
    broad = grown_within(shrink(shadow, 1), shadow, 2)
    if share(broad) <= LEAST_SHADOW:
        return found
    return _cornered(found, broad, walk, seen, noise)


def _walkable(seen: Departure, noise: int) -> Picture:
    """Return where a shadow may be: shades of the ground, without a step.

    A shade is a loss of light that is nearly the same in all channels. A step is a
    slope that is steep for the depth at which it is: so steep that no shadow has it,
    or less so but over at once, where a shadow would go on. Beside the bare ground
    any slope that the noise does not explain is that: so ends a subject that is
    hardly darker than the ground.
    """
    dark = seen.dark
    least, most = shrink(dark, 1), grow(dark, 1)
    slope = ImageChops.subtract(most, least)
    onward = ImageChops.subtract(grow(most, 1), shrink(least, 1))
    depth = mapped(dark, lambda v: min(v // 2, 24) + 2 * noise)
    around = mapped(least, lambda v: min(v // 2, 24) + 2 * noise)
    ends = ImageChops.subtract(mapped(slope, lambda v: v * 4 // 3), onward)
    sharp = above(ImageChops.subtract(slope, around), SHARP)
    step = ImageChops.darker(sharp, above(ends, 0))
    steep = above(ImageChops.subtract(slope, depth), STEEP)
    wall = ImageChops.lighter(steep, above(seen.coloured(noise), 0))
    return ImageChops.invert(ImageChops.lighter(wall, step))


def _sorted(
    near: Picture, walk: Picture, seen: Departure, noise: int, *, holes: bool | None
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
        elif region.touches(near):
            inner.append(region)
    outside = grown_within(paint(outer, near.size), room, 2)
    small = [region for region in inner if region.area < SPECK]
    enclosed = Weave(
        patches=tuple(
            measured(region, near, room, seen.total)
            for region in inner
            if region.area >= SPECK
        ),
        specks=paint(small, near.size),
        scattered=len(small),
        outside=outside,
        far=seen.total,
        noise=noise,
    ).sorted(holes)
    mask = ImageChops.lighter(outside, enclosed.opened)
    return Outside(mask, ImageChops.darker(mask, near), enclosed)


def _cornered(
    found: Outside, shadow: Picture, walk: Picture, seen: Departure, noise: int
) -> Outside:
    """Return the same with the shadow followed into corners beside the subject.

    Where a wedge of shadow is too narrow or too steep to be walked, it still is a
    shade of the ground, hardly deeper or lighter than that of the pixel before. What
    is broad enough to be walked and was not reached lies behind a step.
    """
    beyond_it = ImageChops.subtract(grow(shrink(walk, 2), 2), found.mask)
    shade = above(ImageChops.lighter(seen.coloured(noise), beyond_it), 0)
    shade = ImageChops.invert(shade)
    may = mapped(seen.dark, lambda v: 2 + noise + v // 8)
    for _ in range(6):
        apart = beyond(seen.dark, *bounds(seen.dark, shadow, 1))
        like = ImageChops.invert(above(ImageChops.subtract(apart, may), 0))
        shadow = grown_within(shadow, ImageChops.darker(shade, like), 1)
    mask = ImageChops.lighter(found.mask, shadow)
    inner = shrink(mask, 1)
    cast = Shadow(spread(seen.dark, inner), *bounds(seen.dark, inner, 3))
    return replace(found, mask=mask, shadow=cast)
