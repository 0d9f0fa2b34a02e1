"""This file is the cutout that knows: the same subject on two grounds, by Pillow alone.

Of ``C = a*F + (1-a)*G`` a picture on white and one on black leave nothing to guess:
``1 - a = (C_white - C_black) / (G_white - G_black)``, and ``a*F`` is what is seen on
black (Smith and Blinn, "Blue screen matting", SIGGRAPH 1996). So glass, smoke, hair and
shadows keep the transparency that they were drawn with.

The second picture was drawn by a model that was shown the first, so it may stand some
pixels beside it, and its colours waver. The first is moved back; of the second, what
can only be wavering (a subject that is brighter on black than on white) says how much
of it means nothing. Two pictures without any are unmixed exactly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from assetgen.errors import ImageError
from assetgen.images.cutout.base import CutResult, Paired
from assetgen.images.cutout.plain import flattened
from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.steps import Rendition

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.images.cutout.ground import Ground
    from assetgen.steps import Cut

# Levels between the two grounds: less would make a step of the result out of noise.
APART = 128
# How much one picture's proportions may differ from the other's.
STRETCH = 0.02
# Pixels count as the same on both grounds up to here, in levels.
SAME = 12
# A subject with less of that, as a share of the picture, has nothing to align by.
FIRM = 0.005
# The longest side of the copies that are aligned first, and how far, in their pixels.
SMALL, REACH = 256, 4
# The sides of the part in which they are aligned pixel by pixel.
WINDOW = 1024
# Wavering beyond this is another picture, in levels.
LOUDEST = 24
# Transparency up to here, in levels, is what wavering is looked for in.
FAINT = 40
# Transparency from here on is bare ground.
CLEAR = 225
# Glass may be tinted by so many levels; what differs more is another thing.
TINTED = 48
# Pixels on either side of an edge, which is soft also where white meets white.
EDGE = 2
MEAN = (1 / 3, 1 / 3, 1 / 3, 0)


class Difference(Paired):
    """Cuts a subject out by what differs between its pictures on white and on black."""

    name: ClassVar[str] = "difference"
    version: ClassVar[int] = 1

    def cut_pair(self, on_white: bytes, on_black: bytes, cut: Cut) -> CutResult:  # noqa: ARG002  no options
        """Return the picture cut out; ImageError if the two do not tell it.

        Their grounds have to be one colour each, and far apart.
        """
        white = flattened(Master.open(on_white).image)
        black = _fitted(flattened(Master.open(on_black).image), white.size)
        grounds = _grounds(white, black)
        black, moved = _aligned(white, black)
        made, mismatch = _unmixed(white, black, grounds)
        data = encode(made, Rendition(format="png"))
        note = None
        if moved != (0, 0):
            note = f"the picture on black was moved by {_way(moved)} to fit"
        # Nothing is guessed: what is half transparent is as faint as it is, and has no
        # halo to look for.
        knows = {"mismatch": mismatch, "holes": 0.0, "halo": 0.0, "solid": 1.0}
        return CutResult(data, self.name, note, image=made, knows=knows)


def _fitted(black: Picture, size: tuple[int, int]) -> Picture:
    """Return the picture on black in the size of the one on white."""
    if black.size == size:
        return black
    across, down = (b / w for b, w in zip(black.size, size, strict=True))
    if abs(across / down - 1) > STRETCH:
        shapes = " and ".join(f"{w} by {h}" for w, h in (size, black.size))
        raise ImageError(
            f"the pictures on white and on black differ in shape: {shapes}"
        )
    from PIL import Image  # noqa: PLC0415  the method is named without Pillow

    return black.resize(size, Image.Resampling.LANCZOS)


def _grounds(white: Picture, black: Picture) -> tuple[Ground, Ground]:
    """Return both grounds; raises ImageError unless they are plain and far apart."""
    from assetgen.images.cutout.ground import find_ground  # noqa: PLC0415  Pillow

    bright, dark = find_ground(white), find_ground(black)
    for name, ground in (("white", bright), ("black", dark)):
        if not ground.plain:
            raise ImageError(
                f"the ground of the picture on {name} is not one colour:"
                f" {ground.described}"
            )
    least = min(b - d for b, d in zip(bright.colour, dark.colour, strict=True))
    if least < APART:
        raise ImageError(
            f"the two grounds are too alike to tell by: {bright.name} and {dark.name}"
        )
    return bright, dark


def _aligned(white: Picture, black: Picture) -> tuple[Picture, tuple[int, int]]:
    """Return the picture on black where most of it is as on white, and how it moved.

    Looked for on small copies first and then, pixel by pixel, at full size.
    """
    from assetgen.images.cutout.ground import coarse_factor  # noqa: PLC0415  Pillow

    factor = 2 * coarse_factor(white.size) if max(white.size) > SMALL else 1
    small = white.reduce(factor), black.reduce(factor)
    if _agreement(*small, (0, 0)) < FIRM:
        return black, (0, 0)
    spans = range(-REACH, REACH + 1)
    coarse = max(
        ((x, y) for x in spans for y in spans),
        key=lambda way: (_agreement(*small, way), -abs(way[0]) - abs(way[1])),
    )
    best = (coarse[0] * factor, coarse[1] * factor)
    box = _firm_window(small, coarse, factor, white.size)
    parts = white.crop(box), black.crop(box)
    step = factor // 2
    while step:
        x, y = best
        around = [(x + i * step, y + j * step) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        best = max(
            [*around, (0, 0)],
            key=lambda way: (
                round(_agreement(*parts, way), 4),
                -abs(way[0]) - abs(way[1]),
            ),
        )
        step //= 2
    return _moved(black, best), best


def _firm_window(
    small: tuple[Picture, Picture],
    way: tuple[int, int],
    factor: int,
    size: tuple[int, int],
) -> tuple[int, int, int, int]:
    """Return the box, at full size, around the middle of what is firm; see `WINDOW`."""
    left, top, right, bottom = _same(*small, way).getbbox() or (0, 0, *small[0].size)
    middle = factor * (left + right) // 2, factor * (top + bottom) // 2
    sides = tuple(min(WINDOW, side) for side in size)
    x, y = (
        max(0, min(side - wide, at - wide // 2))
        for at, wide, side in zip(middle, sides, size, strict=True)
    )
    return x, y, x + sides[0], y + sides[1]


def _agreement(white: Picture, black: Picture, way: tuple[int, int]) -> float:
    """Return how much of a picture is the same on both grounds, if one is moved."""
    from assetgen.images.cutout.planes import share  # noqa: PLC0415  Pillow

    return share(_same(white, black, way))


def _same(white: Picture, black: Picture, way: tuple[int, int]) -> Picture:
    """Return the mask of what is the same on both grounds, if one is moved."""
    from PIL import ImageChops  # noqa: PLC0415  the method is named without Pillow

    from assetgen.images.cutout.planes import above  # noqa: PLC0415  as above

    unlike = _most(ImageChops.difference(white, _moved(black, way)))
    return ImageChops.invert(above(unlike, SAME))


def _moved(picture: Picture, way: tuple[int, int]) -> Picture:
    """Return a picture moved by some pixels; its own border fills what comes in."""
    if way == (0, 0):
        return picture
    from PIL import Image  # noqa: PLC0415  the method is named without Pillow

    made = Image.new("RGB", picture.size, picture.getpixel((0, 0)))
    made.paste(picture, way)
    return made


def _unmixed(
    white: Picture, black: Picture, grounds: tuple[Ground, Ground]
) -> tuple[Picture, float]:
    """Return the subject in RGBA, and how much of it contradicts itself, 0 to 1."""
    from PIL import Image, ImageChops  # noqa: PLC0415  named without Pillow

    from assetgen.images.cutout.planes import (  # noqa: PLC0415  as above
        above,
        mapped,
        ratio,
        share,
    )

    bright, dark = (ground.picture(white.size) for ground in grounds)
    whole = ImageChops.subtract(bright, dark).convert("L", MEAN)
    gone = ratio(ImageChops.subtract(white, black).convert("L", MEAN), whole)
    against = _most(ImageChops.subtract(black, white))
    noise = _noise(white, black, grounds, gone, against)
    through = mapped(gone, lambda v: 255 * (v - noise) / (255 - 2 * noise))
    alpha = ImageChops.invert(through)
    light = ImageChops.multiply(dark, Image.merge("RGB", [through] * 3))
    own = ImageChops.subtract(black, light)
    colour = Image.merge("RGB", [ratio(band, alpha) for band in own.split()])
    made = Image.composite(white, colour, above(alpha, 254))
    made.putalpha(alpha)
    made.paste((0, 0, 0, 0), mask=mapped(alpha, lambda v: 0 if v else 255))
    seen = share(alpha)
    wrong = ImageChops.lighter(
        above(against, LOUDEST), _contradicting(white, black, bright, gone)
    )
    return made, min(1.0, share(wrong) / seen) if seen else 0.0


def _contradicting(
    white: Picture, black: Picture, bright: Picture, gone: Picture
) -> Picture:
    """Return the mask of what no subject could look like on both grounds.

    What is see-through lets as much of each colour through: laid on white again, it
    looks as the picture on white does. And where that one shows its bare ground, the
    other may show white, which is white on white, but no light in between that is
    broader than an edge.
    """
    from PIL import Image, ImageChops  # noqa: PLC0415  named without Pillow

    from assetgen.images.cutout.planes import above, shrink  # noqa: PLC0415  as above

    through = ImageChops.multiply(bright, Image.merge("RGB", [gone] * 3))
    again = ImageChops.difference(white, ImageChops.add(black, through))
    bare = ImageChops.invert(above(_most(ImageChops.difference(white, bright)), SAME))
    dim = ImageChops.darker(above(gone, FAINT), ImageChops.invert(above(gone, CLEAR)))
    veiled = shrink(ImageChops.darker(bare, dim), EDGE)
    return ImageChops.lighter(above(_most(again), TINTED), veiled)


def _most(picture: Picture) -> Picture:
    """Return the largest of each pixel's three levels."""
    from PIL import ImageChops  # noqa: PLC0415  the method is named without Pillow

    red, green, blue = picture.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _noise(
    white: Picture,
    black: Picture,
    grounds: tuple[Ground, Ground],
    gone: Picture,
    against: Picture,
) -> int:
    """Return the levels of transparency that mean nothing, either way.

    As much as the grounds waver, and the subject where it is all but opaque: there,
    light that is on black and not on white cannot have come from behind it.
    """
    from PIL import ImageChops  # noqa: PLC0415  the method is named without Pillow

    from assetgen.images.cutout.departure import border_noise  # noqa: PLC0415
    from assetgen.images.cutout.planes import above, level_at  # noqa: PLC0415

    firm = ImageChops.invert(above(gone, FAINT))
    levels = [
        border_noise(picture, ground.colour)
        for picture, ground in zip((white, black), grounds, strict=True)
    ]
    return min(LOUDEST, max(*levels, level_at(against, firm, 0.95)))


def _way(moved: tuple[int, int]) -> str:
    most = max(map(abs, moved))
    return "1 pixel" if most == 1 else f"{most} pixels"
