"""This file is the brush: it lays parts on a picture, crisp edges over soft light."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from PIL import Image, ImageChops, ImageDraw

from assetgen.providers.draft import light
from assetgen.providers.draft.oklch import ramp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.Image import Image as Picture

    from assetgen.providers.draft.palette import Palette
    from assetgen.providers.draft.parts import Part
    from assetgen.providers.draft.shapes import Point, Shape

Box = tuple[int, int, int, int]

_SOFT = 384  # pixels along the longer side of a part in which its light is worked out
# How much larger a mask is drawn: up to so many pixels, so many times.
_FINE = ((1000, 4), (1700, 3), (math.inf, 2))
_DEPTH = (0.22, 1.0)  # where thickness shows: below, and a little to the right


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a subject stands on a picture: its origin and one unit, in pixels."""

    x: float
    y: float
    unit: float

    def place(self, points: Iterable[Point]) -> list[Point]:
        """Return points of a subject as pixels."""
        return [(self.x + x * self.unit, self.y + y * self.unit) for x, y in points]


@dataclass(frozen=True, slots=True)
class Canvas:
    """A picture being painted.

    Attributes:
        picture: RGB.
        covered: Where a subject is already, in L; shadows fall only on that.
        palette: The colours of roles.
        depth: How strong light and shade are, 0 for flat colour.
    """

    picture: Picture
    palette: Palette
    depth: float = 1.0
    covered: Picture = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "covered", Image.new("L", self.picture.size))

    def paint(self, parts: Iterable[Part], spot: Spot) -> None:
        """Paint the parts of a subject, in order."""
        for part in parts:
            if part.thick:
                self._side(part, spot)
            self._face(part, spot)

    def _face(self, part: Part, spot: Spot) -> None:
        sheet = cut(part.shape, spot)
        puff = max(2.0, part.puff * spot.unit)
        soft = Soft.of(sheet.mask, puff * 2.4)
        if part.shade:
            self._shadow(sheet, part, spot)
        lamp = light.polished if part.finish == "metal" else light.rounded
        base = self.palette.of(part.role)
        base = base.at(min(0.985, max(0.05, base.light + part.lift)))
        contrast = 0.25 if part.finish == "glow" else 0.92
        reach = puff / soft.factor
        colours = light.coloured(
            lamp(soft.mask, reach), ramp(base, contrast * self.depth)
        )
        if self.depth and part.gloss:
            glow, sheen = (
                self.palette.glow(base),
                base.at(0.992, min(0.012, base.chroma)),
            )
            for field, color, share in (
                (light.rim(soft.mask, reach), glow, 0.34),
                (light.crescent(soft.mask, reach), sheen, 0.85),
            ):
                weighed = light.faded(field, share * part.gloss)
                colours.paste(color.rgb, None, weighed)
        self._lay(sheet, soft.enlarged(colours, sheet.mask.size))

    def _side(self, part: Part, spot: Spot) -> None:
        """Paint the wall that a thick part shows below its face."""
        base = self.palette.of(part.role)
        sheet = cut(_swept(part.shape, part.thick), spot)
        width, height = (max(8, side // 8) for side in sheet.mask.size)
        bend = light.curved(light.slope((width, height), 0), _cylinder)
        if part.shade:
            self._shadow(sheet, part, spot)
        colours = light.coloured(bend, ramp(base, 0.92 * self.depth))
        self._lay(sheet, colours.resize(sheet.mask.size, Image.Resampling.BICUBIC))

    def _shadow(self, sheet: Sheet, part: Part, spot: Spot) -> None:
        """Let a part's shadow fall on what lies behind it."""
        reach = spot.unit * (0.05 + part.puff * 0.22)
        box = sheet.grown(math.ceil(reach * 3))
        behind = self.covered.crop(box)
        if not behind.getbbox():
            return
        soft = Soft.of(sheet.mask, math.ceil(reach * 3))
        distance = reach / soft.factor
        fallen = light.shifted(light.blurred(soft.mask, distance), distance)
        fallen = light.faded(fallen, part.shade * self.depth)
        full = fallen.resize(behind.size, Image.Resampling.BILINEAR)
        dark = self.palette.shadow.rgb
        self.picture.paste(dark, box, ImageChops.multiply(full, behind))

    def _lay(self, sheet: Sheet, colours: Picture) -> None:
        self.picture.paste(colours, sheet.box, sheet.mask)
        self.covered.paste(255, sheet.box, sheet.mask)


def _cylinder(place: float) -> float:
    """Return the light on a wall that bends away at both ends."""
    return 84 - 58 * place + 34 * math.cos((place - 0.3) * math.tau)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A mask and where its top left corner lies on the picture."""

    mask: Picture
    left: int
    top: int

    @property
    def box(self) -> Box:
        """Return left, top, right and bottom on the picture."""
        return self.grown(0)

    def grown(self, margin: int) -> Box:
        """Return its box with a margin on all sides."""
        width, height = self.mask.size
        left, top = self.left - margin, self.top - margin
        return left, top, self.left + width + margin, self.top + height + margin


@dataclass(frozen=True, slots=True)
class Soft:
    """A mask made small, with an empty margin into which light and shadow may blur.

    Attributes:
        mask: The small mask with its margin.
        factor: How many pixels of the picture one of its pixels is.
        margin: The margin, in small pixels.
    """

    mask: Picture
    factor: float
    margin: int

    @classmethod
    def of(cls, mask: Picture, margin: float) -> Soft:
        """Return a mask made small, with a margin of that many large pixels."""
        factor = max(1.0, (max(mask.size) + 2 * margin) / _SOFT)
        width, height = (max(4, round(side / factor)) for side in mask.size)
        edge = math.ceil(margin / factor)
        small = mask.resize((width, height), Image.Resampling.BOX)
        padded = small.crop((-edge, -edge, width + edge, height + edge))
        return cls(padded, factor, edge)

    def enlarged(self, picture: Picture, size: tuple[int, int]) -> Picture:
        """Return what lies inside the margin, at that size."""
        width, height = picture.size
        inside = self.margin, self.margin, width - self.margin, height - self.margin
        return picture.resize(size, Image.Resampling.BICUBIC, inside)


def cut(shape: Shape, spot: Spot) -> Sheet:
    """Return a shape's mask, its edges smooth."""
    left, top, right, bottom = shape.box
    (x0, y0), (x1, y1) = spot.place([(left, top), (right, bottom)])
    x, y = math.floor(x0) - 1, math.floor(y0) - 1
    size = (math.ceil(x1) + 1 - x, math.ceil(y1) + 1 - y)
    outlines = [(adds, spot.place(points)) for adds, points in shape.outlines]
    return Sheet(stencil(outlines, size, (x, y)), x, y)


def stencil(
    outlines: Sequence[tuple[bool, Sequence[Point]]],
    size: tuple[int, int],
    origin: tuple[int, int] = (0, 0),
) -> Picture:
    """Return an L picture of outlines, drawn larger and averaged down."""
    longest = max(size)
    fine = next(times for limit, times in _FINE if longest < limit)
    big = Image.new("L", (size[0] * fine, size[1] * fine))
    draw = ImageDraw.Draw(big)
    for adds, points in outlines:
        # Pillow fills the pixels that an edge touches: half a pixel back evens it.
        moved = [
            ((x - origin[0]) * fine - 0.5, (y - origin[1]) * fine - 0.5)
            for x, y in points
        ]
        draw.polygon(moved, fill=255 if adds else 0)
    return big.reduce(fine)


def _swept(shape: Shape, thick: float) -> Shape:
    """Return what a shape covers on its way into depth."""
    right, down = _DEPTH[0] * thick, _DEPTH[1] * thick
    quads = []
    for adds, points in shape.outlines:
        if adds:
            pairs = zip(points, [*points[1:], points[0]], strict=True)
            quads += [
                (True, (a, b, (b[0] + right, b[1] + down), (a[0] + right, a[1] + down)))
                for a, b in pairs
            ]
    whole = shape + shape.moved(right, down)
    return type(shape)((*whole.outlines, *quads))
