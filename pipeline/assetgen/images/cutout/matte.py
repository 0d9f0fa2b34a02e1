"""This file is the alpha of a picture on a plain ground, at full size.

`outside` has told on a small copy what is ground, shadow and subject. Here each of them
gets its alpha: nothing for the ground; for shadow the light that is gone (its colour is
black); everything for the subject; and for the few pixels where the subject begins
their departure from the ground, divided by the departure of the subject beside them.

Everything is done by Pillow's C code; no pixel is visited in Python.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image, ImageChops

from assetgen.images.cutout.departure import (
    border_noise,
    departure,
    departure_in_shadow,
    ringing,
)
from assetgen.images.cutout.ground import coarse_factor
from assetgen.images.cutout.outline import pockets, unseen_outline
from assetgen.images.cutout.outside import find_outside
from assetgen.images.cutout.planes import (
    above,
    beyond,
    blank,
    grow,
    level_at,
    mapped,
    ratio,
    share,
    shrink,
)
from assetgen.images.cutout.ramp import find_ramp

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.images.cutout.departure import Departure
    from assetgen.images.cutout.ground import Ground
    from assetgen.images.cutout.outside import Outside, Shadow

Box = tuple[int, int, int, int]

# The widest edge that is followed pixel by pixel; a broader one is a ramp.
WIDEST = 12

# The departure of the subject beside an edge is overrated by as much as the subject
# varies there; this much of it is enough for full alpha, and what is below the other
# is what it is.
ALL, PART = 0.96, 0.9


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person may decide about a matte.

    Attributes:
        holes: Cut every enclosed patch of ground, none, or (None) what looks a hole.
        shadow: Keep soft shadows.
    """

    holes: bool | None = None
    shadow: bool = True


@dataclass(frozen=True, slots=True)
class Matte:
    """The alpha of a picture, a plane as large as it, and how it was come by.

    Attributes:
        alpha: The plane.
        outside: What is not subject.
        unseen: How much of the subject's outline cannot be seen, 0 to 1.
        pockets: How much of the picture is ground in gaps too small to judge, 0 to 1.
    """

    alpha: Picture
    outside: Outside
    unseen: float
    pockets: float


@dataclass(frozen=True, slots=True)
class _Part:
    """The part of a picture in which there is more than ground.

    Attributes:
        even: Its pixels at full size, RGB.
        ground: The colour of the ground.
        outside: What is not subject, on the small copy of the whole picture.
        factor: How many times smaller that is.
        box: Where the part lies in the picture.
    """

    even: Picture
    ground: tuple[int, int, int]
    outside: Outside
    factor: int
    box: Box

    def full(self, plane: Picture, *, smooth: bool = False) -> Picture:
        """Return a plane of the small copy at full size, for this part only."""
        how = Image.Resampling.BILINEAR if smooth else Image.Resampling.NEAREST
        large = (plane.width * self.factor, plane.height * self.factor)
        return plane.resize(large, how).crop(self.box)


def find_matte(picture: Picture, ground: Ground, wish: Wish) -> Matte:
    """Return the alpha of an RGB picture on a plain ground."""
    even = _even(picture, ground)
    factor = coarse_factor(picture.size)
    small = even.reduce(factor)
    outside = find_outside(small, ground.colour, holes=wish.holes)
    alpha = Image.new("L", picture.size, 0)
    box = _busy(outside.ground, factor, picture.size)
    if box:
        noise = 2 + border_noise(even, ground.colour)
        part = _Part(even.crop(box), ground.colour, outside, factor, box)
        alpha.paste(_refined(part, wish, noise, 2 + max(even.size) // 1000), box[:2])
    total, noise = (
        departure(small, ground.colour).total,
        border_noise(even, ground.colour),
    )
    one = Image.Resampling.NEAREST
    bare = departure(even.resize(small.size, one), ground.colour).total
    return Matte(
        alpha,
        outside,
        unseen=unseen_outline(
            small, total, outside.mask, border_noise(small, ground.colour)
        ),
        pockets=pockets(total, alpha.resize(small.size, one), bare, noise),
    )


def _even(picture: Picture, ground: Ground) -> Picture:
    """Return the picture as if its ground were the same colour everywhere."""
    if ground.field is None:
        return picture
    lightest = Image.new("RGB", picture.size, ground.colour)
    lack = ImageChops.subtract(lightest, ground.picture(picture.size))
    return ImageChops.add(picture, lack)


def _busy(ground: Picture, factor: int, size: tuple[int, int]) -> Box | None:
    """Return the box, at full size, of all that is not ground, None if all is."""
    box = ImageChops.invert(ground).getbbox()
    if box is None:
        return None
    room = 4 * factor
    left, top, right, bottom = (edge * factor for edge in box)
    return (
        max(0, left - room),
        max(0, top - room),
        min(size[0], right + room),
        min(size[1], bottom + room),
    )


def _refined(part: _Part, wish: Wish, noise: int, least: int) -> Picture:
    """Return the alpha of a part; its edges are at least `least` pixels broad."""
    seen, shadow = departure(part.even, part.ground), part.outside.shadow
    excess, depth = seen.total, None
    if shadow is not None:
        depth = part.full(shadow.depth, smooth=True)
        excess = departure_in_shadow(part.even, part.ground, depth)
    grain, noise = (
        noise - 2,
        max(noise, 2 + ringing(excess, part.full(part.outside.mask))),
    )
    empty = _empty(part, seen, shadow, noise)
    edge, reach = _edge(excess, empty, least, grain)
    thin, beside = _strands(excess, empty, grow(excess, reach + 1))
    covered = mapped(ratio(excess, beside), _filled)
    if depth is not None and wish.shadow:
        covered = ImageChops.screen(covered, depth)
    partly = ImageChops.lighter(edge, thin)
    alpha = ImageChops.composite(covered, blank(covered, 255), partly)
    faint = mapped(seen.total, lambda v: min(v, 1.5 * (v - noise)))
    if not wish.shadow:
        faint = blank(faint)
    alpha = ImageChops.composite(faint, alpha, empty)
    return _with_ramp(alpha, part, seen.total, (noise - 2, grain))


def _with_ramp(
    alpha: Picture, part: _Part, total: Picture, noise: tuple[int, int]
) -> Picture:
    """Return an alpha in which edges are as broad as the picture has them."""
    small = part.even.reduce(part.factor)
    left, top = (edge // part.factor for edge in part.box[:2])
    outside = part.outside.mask.crop(
        (left, top, left + small.width, top + small.height)
    )
    found = find_ramp(small, total.reduce(part.factor), outside, *noise)
    if found is None:
        return alpha
    large = (small.width * part.factor, small.height * part.factor)
    where, beside = (
        plane.resize(large, Image.Resampling.BILINEAR).crop((0, 0, *total.size))
        for plane in found
    )
    ramp = mapped(ratio(total, beside), lambda v: _filled(v, (0.96, 0.985)))
    return ImageChops.composite(ramp, alpha, above(where, 127))


def _filled(level: int, bounds: tuple[float, float] = (PART, ALL)) -> float:
    """Return the alpha of a pixel that has departed so far, both of 255."""
    part, whole = (255 * bound for bound in bounds)
    if level <= part:
        return level
    return part + (level - part) * (255 - part) / (whole - part)


def _empty(part: _Part, seen: Departure, shadow: Shadow | None, noise: int) -> Picture:
    """Return where there is no subject: the small copy's answer, drawn sharply.

    Within a pixel of the small copy from its border, what looks like the ground or
    like the shadow there is empty.
    """
    sure, maybe = shrink(part.outside.mask, 1), grow(part.outside.mask, 1)
    unlike = above(seen.total, noise)
    if shadow is not None:
        least, most = part.full(shadow.least), part.full(shadow.most)
        other = above(beyond(seen.dark, least, most), noise)
        other = ImageChops.lighter(other, above(seen.coloured(noise), 0))
        unlike = ImageChops.darker(unlike, other)
    maybe = ImageChops.lighter(maybe, part.outside.enclosed.between)
    return ImageChops.lighter(
        part.full(sure), ImageChops.subtract(part.full(maybe), unlike)
    )


def _edge(
    excess: Picture, empty: Picture, least: int, grain: int
) -> tuple[Picture, int]:
    """Return where the subject begins, and over how many pixels it does so.

    From the empty part inwards, as long as the departure rises from pixel to pixel,
    by more than the grain of the ground, and, beyond `least` pixels, does so along much
    of the edge: a picture out of focus has broad edges, the pattern of a subject that
    begins at its edge is none. The edges of strands, which end where they meet, say
    nothing about that of a body.
    """
    level = mapped(grow(excess, 1), lambda v: 0.95 * v - grain)
    rising = above(ImageChops.subtract(level, excess), 0)
    edge = front = ImageChops.subtract(grow(empty, 1), empty)
    free = ImageChops.invert(ImageChops.lighter(empty, edge))
    body = grow(shrink(ImageChops.invert(empty), 2), 3)
    enough, reach = 0.3 * share(ImageChops.darker(front, body)), 1
    while reach < WIDEST:
        front = ImageChops.darker(ImageChops.darker(grow(front, 1), rising), free)
        if reach >= least and share(front) < enough:
            break
        edge = ImageChops.lighter(edge, front)
        free = ImageChops.subtract(free, front)
        reach += 1
    return edge, reach


def _strands(
    excess: Picture, empty: Picture, beside: Picture
) -> tuple[Picture, Picture]:
    """Return where the subject is too thin to be all subject anywhere, and `beside`.

    `beside` is the departure of the subject next to each pixel; a strand has none. It
    is taken to be as far from the ground as most of the subject is: a strand too
    faint on another ground is not seen, one with the ground left in it shines. Of
    specks up to four pixels a quarter of that is asked, which leaves nothing of
    those that lossy compression makes.
    """
    full = ImageChops.invert(empty)
    inner = shrink(full, 1)
    body = grow(shrink(inner, 1), 3)
    typical = level_at(excess, inner, 0.5)
    speck = mapped(beside, lambda v: max(v, typical // 4))
    beside = ImageChops.composite(beside, speck, body)
    strand = mapped(beside, lambda v: max(v, typical))
    beside = ImageChops.composite(beside, strand, grow(inner, 2))
    return ImageChops.subtract(full, body), beside
