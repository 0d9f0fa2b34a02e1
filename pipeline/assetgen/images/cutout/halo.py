"""This file is how much of the old ground is left in the edge of a cut-out.

Looked at are lines across the picture, where each comes from nothing into the subject.
The colour a few pixels further in is what the edge should have; of what it has, the
part that leads towards the ground that was there counts, seen on a dark and on a light
ground. An outline that leads away from the ground is a drawing, not a halo.

Sharp and broad edges are told apart, and the worse of the two is what is reported: of a
picture that is partly out of focus, the sharp part says nothing about the rest.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image as Picture

    Colour = tuple[float, float, float]

# Lines in each direction, and edges that are needed to say anything.
LINES = 48
FEWEST = 8

# Six clear pixels, some soft ones, then ten of the subject.
EDGE = re.compile(rb"[\x00-\x10]{6}([\x11-\xf9]{0,400})[\xfa-\xff]{10}")
CLEAR, SOLID = 6, 10

# Soft pixels of a sharp edge. In a broader one alpha rises by at most so much from one
# to the next; else it is a sharp edge on a shadow.
SHARP, GENTLE = 12, 48

# So much of what is to be seen is half transparent where nobody can say "no halo"
# because hardly an edge leads into a body.
SOFT = 0.5

# Of the subject, so many pixels belong to the edge, and where its own colour begins.
TOUCHED, OWN = 3, 6

# A ground nearer to the subject than this, in any channel, leaves no halo to see.
NEAR = 24

# Along the edge, this portion of it has at most the halo that is reported: a pattern
# of the subject leads towards the ground on half of it, by chance.
PORTION = 0.5

DARK, LIGHT = 18, 245


def halo(picture: Picture, made: Picture) -> float | None:
    """Return the ΔE (CIE 1976) that the old ground adds along the edge of a cut-out.

    None if that cannot be measured, since the cut-out of a picture without any
    transparency is mostly soft and no edge of it leads into a body.

    Args:
        picture: The picture before, RGB, or RGBA whose ground counts as white.
        made: The cut-out, RGBA, straight alpha, as large as it.
    """
    sharp: list[float] = []
    broad: list[float] = []
    for lines in _lines(picture, made):
        for ground, edge in _edges(*lines):
            soft = len(edge) // 4 - SOLID
            (sharp if soft <= SHARP else broad).append(_at_edge(ground, edge))
    found = [
        sorted(each)[int(PORTION * len(each))]
        for each in (sharp, broad)
        if len(each) >= FEWEST
    ]
    if found or picture.mode == "RGBA":
        return max(found, default=0.0)
    counts = made.getchannel("A").histogram()
    soft, seen = sum(counts[0x11:0xFA]), sum(counts[0x11:])
    return None if soft > SOFT * seen else 0.0


def _lines(picture: Picture, made: Picture) -> Iterator[tuple[bytes, bytes]]:
    """Yield rows and columns of the picture and of the cut-out, each in both ways."""
    width, height = made.size
    rows = {height * (2 * i + 1) // (2 * LINES) for i in range(LINES)}
    columns = {width * (2 * i + 1) // (2 * LINES) for i in range(LINES)}
    boxes = [(0, y, width, y + 1) for y in sorted(rows)]
    boxes += [(x, 0, x + 1, height) for x in sorted(columns)]
    for box in boxes:
        after = made.crop(box)
        if after.getchannel("A").getbbox() is None:
            continue
        before = _on_white(picture.crop(box))
        yield before.tobytes(), after.tobytes()
        turned = Image.Transpose.ROTATE_180
        yield before.transpose(turned).tobytes(), after.transpose(turned).tobytes()


def _edges(before: bytes, after: bytes) -> Iterator[tuple[Colour, bytes]]:
    """Yield (ground, pixels in RGBA from the first soft one on) of a line's edges."""
    for match in EDGE.finditer(after[3::4]):
        start, soft = match.start(), len(match[1])
        if soft > SHARP and not _is_gentle(match[0][CLEAR - 1 :]):
            continue
        ground = before[3 * start + 3 : 3 * start + 12]
        edge = after[4 * (start + CLEAR) : 4 * (start + CLEAR + soft + SOLID)]
        yield _mean(ground, 3), edge


def _is_gentle(alphas: bytes) -> bool:
    """Return whether alpha rises slowly everywhere."""
    return all(b - a <= GENTLE for a, b in pairwise(alphas))


def _at_edge(ground: Colour, edge: bytes) -> float:
    """Return the ΔE at one edge, the worse of a dark and a light ground."""
    inner = 4 * (SOLID - OWN)
    own = _mean(edge[-inner:], 4)
    way = tuple(g - o for g, o in zip(ground, own, strict=True))
    if max(map(abs, way)) < NEAR:
        return 0.0
    length = sum(w * w for w in way)
    worst, tint, cover = 0.0, 0.0, 0.0
    for at in range(0, len(edge) - 4 * (SOLID - TOUCHED), 4):
        here = edge[at : at + 4]
        along = sum((c - o) * w for c, o, w in zip(here[:3], own, way, strict=True))
        share = min(1.0, along / length)
        if share * here[3] > worst:
            worst, tint, cover = share * here[3], share, here[3] / 255
    if worst <= 0:
        return 0.0
    tinted = tuple(o + tint * w for o, w in zip(own, way, strict=True))
    return max(
        _apart(_over(tinted, cover, under), _over(own, cover, under))
        for under in (DARK, LIGHT)
    )


def _mean(pixels: bytes, bands: int) -> Colour:
    """Return the mean colour of some pixels of so many bands."""
    count = len(pixels) // bands
    red, green, blue = (sum(pixels[band::bands]) / count for band in range(3))
    return red, green, blue


def _over(colour: tuple[float, ...], cover: float, under: int) -> Colour:
    red, green, blue = (cover * level + (1 - cover) * under for level in colour)
    return red, green, blue


def _apart(a: Colour, b: Colour) -> float:
    """Return the distance of two sRGB colours in CIELAB."""
    squares = ((x - y) ** 2 for x, y in zip(_lab(a), _lab(b), strict=True))
    return float(sum(squares) ** 0.5)


def _lab(colour: Colour) -> Colour:
    """Return a colour of sRGB (0 to 255) in CIELAB, D65 (IEC 61966-2-1, CIE 15)."""
    red, green, blue = (_linear(level / 255) for level in colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    a, b, c = _root(x), _root(y), _root(z)
    return 116 * b - 16, 500 * (a - b), 200 * (b - c)


def _linear(level: float) -> float:
    low = level <= 0.04045  # noqa: PLR2004  sRGB's own
    return level / 12.92 if low else float(((level + 0.055) / 1.055) ** 2.4)


def _root(value: float) -> float:
    low = value <= 216 / 24389
    return (24389 / 27 * value + 16) / 116 if low else float(value ** (1 / 3))


def _on_white(picture: Picture) -> Picture:
    if picture.mode != "RGBA":
        return picture.convert("RGB")
    white = Image.new("RGBA", picture.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, picture).convert("RGB")
