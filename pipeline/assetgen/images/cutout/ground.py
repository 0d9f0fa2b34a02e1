"""This file is what colour the ground of a picture has, judged by its border.

A ground is one colour, or one colour that a vignette or a slope of the light changes
by a little: then a quadratic surface through the border's pixels, and through the
pixels inside that agree with it, tells its colour everywhere, also behind the
subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PIL.Image import Image as Picture

Colour = tuple[float, float, float]
Sample = tuple[float, float, Colour]

COARSE = 512
FIELD = 33

# A border pixel further from the ground than this (of 255, in any channel, after
# averaging to the coarse picture) belongs to something else.
SAME = 10.0

# Before the slope of a ground is known, its border may be this far from the median.
SLOPING = 20.0

# Differences up to this are a ground of one colour, written in whole levels.
ROUNDING = 2.0

# A surface has six unknowns; with fewer pixels than this it is not drawn anew.
FEW = 40

# A ground that changes by more than this over the picture is a gradient somebody
# wanted, and no quadratic surface is trusted with it.
STEEPEST = 40.0

# The share of the border that has to be ground; a portrait cropped at the shoulders
# leaves about 0.8 of it.
ENOUGH = 0.7


@dataclass(frozen=True, slots=True)
class Ground:
    """The ground of one picture.

    Attributes:
        colour: RGB, the lightest of each channel if it is not the same everywhere.
        share: How much of the border is ground, 0 to 1.
        slope: By how many levels of 255 it changes over the picture.
        field: Its colour everywhere as a small RGB picture, None if it is the same.
    """

    colour: tuple[int, int, int]
    share: float
    slope: float = 0.0
    field: Picture | None = None

    @property
    def plain(self) -> bool:
        """Return whether it is one colour."""
        return self.share >= ENOUGH and self.slope <= STEEPEST

    @property
    def name(self) -> str:
        """Return its colour as people write it: ``#FFFFFF``."""
        return "#{:02X}{:02X}{:02X}".format(*self.colour)

    @property
    def described(self) -> str:
        """Return how plain it is, as a clause."""
        if self.share >= ENOUGH and self.slope > STEEPEST:
            return f"it changes by {self.slope:.0f} levels over the picture"
        return f"{self.share:.0%} of the border is {self.name}"

    def picture(self, size: tuple[int, int]) -> Picture:
        """Return an RGB picture of nothing but the ground."""
        if self.field is None:
            return Image.new("RGB", size, self.colour)
        return self.field.resize(size, Image.Resampling.BICUBIC)


def coarse_factor(size: tuple[int, int]) -> int:
    """Return by what to divide a size so that it is at most 512 pixels long."""
    return -(-max(size) // COARSE)


def find_ground(picture: Picture) -> Ground:
    """Return the ground of an RGB picture, whether or not it is plain."""
    coarse = picture.reduce(coarse_factor(picture.size))
    border = _samples(coarse, _border(coarse.size))
    middle = _middle(border)
    residuals = [_apart(colour, middle) for *_, colour in border]
    near = [
        sample for sample, far in zip(border, residuals, strict=True) if far <= SLOPING
    ]
    worst = sorted(far for far in residuals if far <= SLOPING)
    if not worst or worst[int(0.95 * len(worst))] <= ROUNDING:
        same = sum(far <= SAME for far in residuals) / len(residuals)
        return Ground(middle, same)
    return _sloping(coarse, border, near)


def _middle(samples: list[Sample]) -> tuple[int, int, int]:
    """Return the median colour."""
    red, green, blue = zip(*(colour for *_, colour in samples), strict=True)
    return round(median(red)), round(median(green)), round(median(blue))


def _sloping(coarse: Picture, border: list[Sample], near: list[Sample]) -> Ground:
    """Return the ground as a surface, through the border and then all that fits."""
    surface = _fit(near)
    inside = [(i + 0.5) / 32 for i in range(32)]
    width, height = coarse.size
    places = [(int(x * width), int(y * height)) for y in inside for x in inside]
    everywhere = border + _samples(coarse, places)
    for tolerance in (8.0, 5.0):
        fits = [
            one for one in everywhere if _apart(one[2], surface(*one[:2])) <= tolerance
        ]
        surface = _fit(fits) if len(fits) > FEW else surface
    fitting = sum(_apart(colour, surface(x, y)) <= SAME for x, y, colour in border)
    axis = [2 * i / (FIELD - 1) - 1 for i in range(FIELD)]
    levels = [
        [min(255, max(0, round(level))) for level in surface(x, y)]
        for y in axis
        for x in axis
    ]
    red, green, blue = zip(*levels, strict=True)
    return Ground(
        colour=(max(red), max(green), max(blue)),
        share=fitting / len(border),
        slope=max(max(band) - min(band) for band in (red, green, blue)),
        field=Image.frombytes(
            "RGB", (FIELD, FIELD), bytes(level for each in levels for level in each)
        ),
    )


def _border(size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return places along the border, in its two outermost rows and columns."""
    width, height = size
    across = range(0, width, max(1, width // 128))
    down = range(0, height, max(1, height // 128))
    rows = [(x, y) for y in (0, 1, height - 2, height - 1) for x in across]
    columns = [(x, y) for x in (0, 1, width - 2, width - 1) for y in down]
    return [
        (min(max(0, x), width - 1), min(max(0, y), height - 1))
        for x, y in rows + columns
    ]


def _samples(picture: Picture, places: Sequence[tuple[int, int]]) -> list[Sample]:
    """Return colours with their places, -1 to 1 from one border to the other."""
    data, (width, height) = picture.tobytes(), picture.size
    return [
        (
            2 * x / max(1, width - 1) - 1,
            2 * y / max(1, height - 1) - 1,
            tuple(data[3 * (y * width + x) :][:3]),  # type: ignore[misc]  # of three
        )
        for x, y in places
    ]


def _apart(a: Sequence[float], b: Sequence[float]) -> float:
    """Return the largest difference of a channel."""
    return max(abs(a[0] - b[0]), abs(a[1] - b[1]), abs(a[2] - b[2]))


def _terms(x: float, y: float) -> tuple[float, ...]:
    return (1.0, x, y, x * x, x * y, y * y)


def _fit(samples: list[Sample]) -> Callable[[float, float], Colour]:
    """Return the quadratic surface of least squares through some samples."""
    rows = [(_terms(x, y), colour) for x, y, colour in samples]
    size = range(6)
    # A trace of ridge keeps a border seen only on two sides solvable.
    system = [
        [
            sum(t[i] * t[j] for t, _ in rows)
            + (1e-3 * len(rows) if i == j and i else 0.0)
            for j in size
        ]
        + [sum(t[i] * colour[c] for t, colour in rows) for c in range(3)]
        for i in size
    ]
    for pivot in size:
        best = max(range(pivot, 6), key=lambda row: abs(system[row][pivot]))
        system[pivot], system[best] = system[best], system[pivot]
        for row in size:
            if row != pivot:
                share = system[row][pivot] / system[pivot][pivot]
                system[row] = [
                    a - share * b
                    for a, b in zip(system[row], system[pivot], strict=True)
                ]
    solved = [[system[i][6 + c] / system[i][i] for i in size] for c in range(3)]

    def surface(x: float, y: float) -> Colour:
        terms = _terms(x, y)
        return tuple(
            sum(k * t for k, t in zip(each, terms, strict=True)) for each in solved
        )  # type: ignore[return-value]  # of three channels

    return surface
