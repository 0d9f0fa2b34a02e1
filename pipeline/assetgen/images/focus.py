"""This file is where a crop should look: the part of a picture that draws the eye.

Both ways are libvips's (`smartcrop.c`), which sharp calls `attention` and `entropy`,
so that a crop is where a person who comes from sharp expects it:

- attention: the picture, shrunk to 32 x 32, is scored by edges, by closeness to skin
  colours and by red; the crop is centred on the best place, after a blur as wide as a
  tenth of the crop's diagonal;
- entropy: slices are cut off, from the side that says less, until the crop is left.
"""

from __future__ import annotations

from dataclasses import replace
from math import ceil, exp, hypot, sqrt
from typing import TYPE_CHECKING

from assetgen.images.light import light_of
from assetgen.images.resize import Layout, layout, resized

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from assetgen.steps import Rendition

STRATEGIES = ("attention", "entropy")
GRID = 32
SLICES = 8
EDGES = 5.0
# Of normalised XYZ; from smartcrop.js, as libvips has it.
SKIN = (0.78, 0.57, 0.44)
DARK = 5.0  # of 100, in luminance: what is darker has no colour worth a look
LEAST_BLUR = 0.2  # of the middle's weight: where the bell is cut off
# sRGB to XYZ (D65), rows of IEC 61966-2-1, in per cent; and that white.
XYZ = (
    (41.24, 35.76, 18.05),
    (21.26, 71.52, 7.22),
    (1.93, 11.92, 95.05),
)
WHITE = (95.047, 100.0, 108.883)

Size = tuple[int, int]
Plane = list[float]


def focused(image: Image, rendition: Rendition) -> Rendition:
    """Return a rendition that says as shares where to look, if it asked to find out."""
    if rendition.position not in STRATEGIES:
        return rendition
    middle = replace(rendition, position="center")
    found = layout(image.size, middle)
    room = (found.scaled[0] - found.shown[0], found.scaled[1] - found.shown[1])
    if rendition.fit != "cover" or room == (0, 0):
        return middle
    whole = Layout(found.scaled, (0, 0), found.scaled, found.scaled, (0, 0))
    picture = _premultiplied(resized(image, [whole])[whole])
    look = attention if rendition.position == "attention" else entropy
    corner = look(picture, found.shown)
    shares = (at / most if most else 0.5 for at, most in zip(corner, room, strict=True))
    return replace(rendition, position=" ".join(f"{share:.7%}" for share in shares))


def attention(picture: Image, crop: Size) -> Size:
    """Return left and top of the crop around what catches the eye."""
    wide, high = picture.size
    across, down = GRID / wide, GRID / high
    sigma = max(hypot(crop[0] * across, crop[1] * down) / 10, 1.0)
    scores = _blurred(_scores(picture), sigma)
    best = scores.index(max(scores))
    x, y = int(best % GRID / across), int(best // GRID / down)
    return (
        min(max(0, x - crop[0] // 2), wide - crop[0]),
        min(max(0, y - crop[1] // 2), high - crop[1]),
    )


def entropy(picture: Image, crop: Size) -> Size:
    """Return left and top of the crop in which the most is going on."""
    left, top, (width, height) = 0, 0, picture.size
    most = ceil(max(width - crop[0], height - crop[1]) / SLICES)
    while width > crop[0] or height > crop[1]:
        slice_wide = min(width - crop[0], most)
        slice_high = min(height - crop[1], most)
        if slice_wide:
            right = left + width - slice_wide
            less = _entropy(picture, (left, top, slice_wide, height))
            width -= slice_wide
            if less < _entropy(picture, (right, top, slice_wide, height)):
                left += slice_wide
        if slice_high:
            bottom = top + height - slice_high
            less = _entropy(picture, (left, top, width, slice_high))
            height -= slice_high
            if less < _entropy(picture, (left, bottom, width, slice_high)):
                top += slice_high
    return left, top


def _entropy(picture: Image, area: tuple[int, int, int, int]) -> float:
    left, top, wide, high = area
    return picture.crop((left, top, left + wide, top + high)).entropy()


def _premultiplied(picture: Image) -> Image:
    """Return a picture in which what is transparent is black and says nothing."""
    if picture.mode != "RGBA":
        return picture
    from PIL import Image, ImageChops  # noqa: PLC0415  # layouts need no pixels

    *colours, alpha = picture.split()
    dimmed = [ImageChops.multiply(colour, alpha) for colour in colours]
    return Image.merge("RGB", dimmed)


def _scores(picture: Image) -> Plane:
    """Return how much each cell of the grid draws the eye."""
    from PIL.Image import Resampling  # noqa: PLC0415  # layouts need no pixels

    small = picture.resize((GRID, GRID), Resampling.LANCZOS, reducing_gap=3.0)
    raw = small.tobytes()
    cells = [_xyz(raw[at : at + 3]) for at in range(0, len(raw), 3)]
    light = [cell[1] for cell in cells]
    scores = []
    for number, cell in enumerate(cells):
        score = EDGES * abs(_edge(light, number))
        if cell[1] > DARK:
            score += _skin(cell) + _red(cell)
        scores.append(score)
    return scores


def _xyz(pixel: bytes) -> tuple[float, float, float]:
    linear = [light_of(value / 255) for value in pixel]
    x, y, z = (sum(w * v for w, v in zip(row, linear, strict=True)) for row in XYZ)
    return x, y, z


def _edge(light: Plane, number: int) -> float:
    """Return the Laplacian of a cell; the grid goes on beyond its edges as it ends."""
    row, column = divmod(number, GRID)
    beside = (
        light[max(row - 1, 0) * GRID + column],
        light[min(row + 1, GRID - 1) * GRID + column],
        light[row * GRID + max(column - 1, 0)],
        light[row * GRID + min(column + 1, GRID - 1)],
    )
    return 4 * light[number] - sum(beside)


def _skin(cell: Sequence[float]) -> float:
    """Return how close a colour is to skin: 100, and less the farther it is."""
    length = sqrt(sum(value * value for value in cell)) or 1.0
    away = (value / length - skin for value, skin in zip(cell, SKIN, strict=True))
    return 100 - 100 * sqrt(sum(value * value for value in away))


def _red(cell: Sequence[float]) -> float:
    """Return a* of CIELAB, which libvips takes for saturation."""
    x, y = (_lab(cell[n] / WHITE[n]) for n in (0, 1))
    return 500 * (x - y)


def _lab(value: float) -> float:
    return value ** (1 / 3) if value > 216 / 24389 else (24389 / 27 * value + 16) / 116


def _blurred(plane: Plane, sigma: float) -> Plane:
    """Return a plane of the grid under a bell of that width, rows, then columns."""
    bell = [1.0]
    while (weight := exp(-(len(bell) ** 2) / (2 * sigma * sigma))) >= LEAST_BLUR:
        bell.append(weight)
    total = 2 * sum(bell) - 1
    offsets = [(n, w / total) for n, w in enumerate(bell)]
    offsets += [(-n, w) for n, w in offsets[1:]]
    for _ in range(2):
        rows = [plane[at : at + GRID] for at in range(0, len(plane), GRID)]
        smooth = [
            [
                sum(w * row[min(max(at + n, 0), GRID - 1)] for n, w in offsets)
                for at in range(GRID)
            ]
            for row in rows
        ]
        # Turned over, so that the second round takes the columns and turns back.
        plane = [row[at] for at in range(GRID) for row in smooth]
    return plane
