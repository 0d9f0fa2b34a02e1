"""This file is what is laid on a picture, and where: logos, drawings, letters. Pure.

Laying on is a free step with a key of its own, after the cut-out and before any size
is derived: changing it buys nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.digest import key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.svg.drawing import Drawing
    from assetgen.svg.fonts import Part

VERSION = 1

Pair = tuple[int, int]


class Misfit(Exception):
    """A layer that does not fit on its picture: why, and what to do about it."""

    def __init__(self, message: str, hint: str) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Length:
    """A length in pixels, or as a share (0 to 1) of what it is measured against."""

    value: float
    is_share: bool = False

    def of(self, whole: float) -> float:
        """Return it in pixels."""
        return self.value * whole if self.is_share else self.value

    @property
    def said(self) -> str:
        """Return it as a key names it: ``0.2 of it``, ``120``."""
        return f"{self.value!r} of it" if self.is_share else repr(self.value)


@dataclass(frozen=True, slots=True)
class Letters:
    """Type: the words, and everything that decides what they look like.

    Attributes:
        text: Lines apart by line feeds.
        family: As the font itself says: ``Inter``.
        weight: 100 to 900.
        size: Of the font; a share is of the picture's height. None to be as wide as
            the layer says.
        color: ``#RRGGBB``.
        align: ``left``, ``center`` or ``right``, of lines among each other.
        leading: From one baseline to the next, in font sizes.
        fonts: The files of the family.
        capitals: Height of its capitals in font sizes.
    """

    text: str
    family: str
    weight: int
    italic: bool
    size: Length | None
    color: str
    align: str
    leading: float
    fonts: tuple[Part, ...]
    capitals: float

    @property
    def said(self) -> list[object]:
        """Return what keys are made of."""
        return [
            self.text,
            [self.family, self.weight, self.italic, repr(self.capitals)],
            self.size and self.size.said,
            [self.color, self.align, repr(self.leading)],
            [part.digest for part in self.fonts],
        ]


@dataclass(frozen=True, slots=True)
class Layer:
    """One thing that is laid on a picture: exactly one of the first three.

    Attributes:
        width, height: A share is of the picture's; with neither, its own size.
        position: ``center``, ``top``, ``right bottom``, …
        at: Its left upper corner in place of `position`; shares are of the picture's
            width and height.
        margin: Kept free to the edges that `position` names; a share is of the
            picture's shorter side.
        opacity: 0 to 1.
    """

    picture: Part | None = None
    drawing: Drawing | None = None
    letters: Letters | None = None
    width: Length | None = None
    height: Length | None = None
    position: str = "center"
    at: tuple[Length, Length] | None = None
    margin: Length = Length(0.05, is_share=True)
    opacity: float = 1.0

    @property
    def name(self) -> str:
        """Return what messages call it."""
        if self.letters is not None:
            return f"the text `{self.letters.text.splitlines()[0][:30]}`"
        if self.drawing is not None:
            return f"`{self.drawing.name}`"
        return f"`{self.picture.path.name}`" if self.picture else "an overlay"

    @property
    def said(self) -> list[object]:
        """Return what keys are made of."""
        return [
            self.picture and self.picture.digest,
            self.drawing and self.drawing.key,
            self.letters and self.letters.said,
            [each and each.said for each in (self.width, self.height, self.margin)],
            self.position if self.at is None else [each.said for each in self.at],
            repr(self.opacity),
        ]


def said(layers: Sequence[Layer]) -> list[object]:
    """Return what a recipe holds of some layers."""
    return [VERSION, [layer.said for layer in layers]]


def key_on(layers: Sequence[Layer], source: str) -> str:
    """Return the key of laying them, in order, on the bytes named `source`."""
    return key_of("overlay", VERSION, [source, [layer.said for layer in layers]])


def measured(layer: Layer, natural: Pair, picture: Pair) -> Pair:
    """Return the size in pixels of a logo on a picture; raises Misfit.

    With both sides given it is as large as fits in them. A picture of pixels is never
    enlarged; a drawing is drawn at any size.
    """
    scales = []
    if layer.width is not None:
        scales.append(layer.width.of(picture[0]) / natural[0])
    if layer.height is not None:
        scales.append(layer.height.of(picture[1]) / natural[1])
    scale = min(scales, default=1.0)
    if scale > 1 + 1e-9 and layer.drawing is None:
        message = f"{layer.name} is {natural[0]} by {natural[1]} pixels, too few"
        hint = f"at {round(natural[0] * scale)} wide it would blur: use an svg"
        raise Misfit(message, hint)
    return max(1, round(natural[0] * scale)), max(1, round(natural[1] * scale))


def placed(layer: Layer, size: Pair, picture: Pair) -> Pair:
    """Return where the left upper corner of a layer stands; raises Misfit."""
    if layer.at is not None:
        corner = tuple(
            round(at.of(whole)) for at, whole in zip(layer.at, picture, strict=True)
        )
    else:
        margin = round(layer.margin.of(min(picture)))
        words = layer.position.split()
        corner = (
            _along(words, ("left", "right"), picture[0] - size[0], margin),
            _along(words, ("top", "bottom"), picture[1] - size[1], margin),
        )
    ends = (corner[0] + size[0], corner[1] + size[1])
    if min(corner) < 0 or ends[0] > picture[0] or ends[1] > picture[1]:
        message = (
            f"{layer.name} does not fit: {size[0]} by {size[1]} pixels at "
            f"{corner[0]}, {corner[1]} of a picture of {picture[0]} by {picture[1]}"
        )
        what = "`size`" if layer.letters and layer.letters.size else "`width`"
        raise Misfit(message, f"set a smaller {what}, or another place")
    return corner[0], corner[1]


def _along(words: list[str], ends: tuple[str, str], room: int, margin: int) -> int:
    """Return the place along one side, given how much room is left."""
    if ends[0] in words:
        return margin
    return room - margin if ends[1] in words else room // 2
