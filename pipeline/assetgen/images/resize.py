"""This file is where a picture goes in its box, and the resampling that takes it there.

`layout` is arithmetic without pixels: sharp's five fits with sharp's rounding (sizes
half up; a crop's odd pixel to the left and top, an embedded picture's likewise).
`resized` makes the pixels: Lanczos on premultiplied alpha. Every size starts from the
smallest halving of the master that is still large enough for it, so many sizes cost
little more than one, and no size depends on which others are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor
from typing import TYPE_CHECKING

from assetgen.errors import ImageError
from assetgen.images.sniff import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

    from assetgen.steps import Fit, Rendition

# How large the halving that a size starts from must be, in multiples of that size and
# in pixels. Measured against float64, sizes below 256 keep within 1 dB of shrinking the
# master itself, larger ones within 3 dB, and both are at or above sharp's own way.
LEAST_HEADROOM = 2
HEADROOM = 4
HEADROOM_ENOUGH = 1024
SMALLEST_START = 512
STRIP = 256  # rows, even
GROWTH = 1.5  # of a subject in an icon: more would look soft
ROOM_NEARLY = 0.25  # pixels that a margin may lack to be rounded up

Size = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """How a picture becomes a canvas; all in pixels.

    Attributes:
        scaled: The size of the whole picture after scaling.
        crop: Left and top, in the scaled picture, of the part that is shown.
        shown: The size of that part.
        canvas: The size of the result.
        at: Left and top of the shown part on the canvas.
    """

    scaled: Size
    crop: Size
    shown: Size
    canvas: Size
    at: Size

    @property
    def fills(self) -> bool:
        """Whether the picture covers the whole canvas."""
        return self.shown == self.canvas


def layout(size: Size, rendition: Rendition) -> Layout:
    """Place a picture of `size` as a rendition asks.

    Raises ImageError if it would have to grow and may not, or grows beyond reason.
    """
    box = (rendition.width, rendition.height)
    found = _fitted(size, box, rendition.fit, rendition.position)
    if rendition.padding or rendition.border:
        found = _padded(size, found.canvas, rendition)
    return checked(size, found, rendition)


def inner(canvas: Size, shares: tuple[float, float]) -> Size:
    """Return the size of the middle of a canvas, by its shares across and down.

    The room around it is rounded down unless it is nearly a pixel more: at 16 pixels
    a picture needs every one, and Apple's own icons have 1 there (and 6 at 64).
    """
    wide, high = (
        side - 2 * floor(side * (1 - share) / 2 + ROOM_NEARLY)
        for side, share in zip(canvas, shares, strict=True)
    )
    return max(1, wide), max(1, high)


def covering(size: Size, rendition: Rendition) -> Layout:
    """Place an opaque picture of `size` so that it covers its box, or its plate.

    Raises ImageError if it would have to grow and may not, or grows beyond reason.
    """
    canvas = (rendition.width or size[0], rendition.height or size[1])
    plate = inner(canvas, (rendition.plate or 1.0,) * 2)
    found = _fitted(size, plate, "cover", rendition.position)
    at = (canvas[0] - plate[0]) // 2, (canvas[1] - plate[1]) // 2
    return checked(size, replace(found, canvas=canvas, at=at), rendition)


def filling(size: Size, rendition: Rendition) -> Layout:
    """Place a subject of `size`, and nothing around it, in the middle of its box.

    It grows no more than `held` says. Raises ImageError if the box is beyond reason.
    """
    canvas = (rendition.width or size[0], rendition.height or size[1])
    room = inner(canvas, (rendition.fill[0], rendition.fill[1]))
    scale = held(min(room[0] / size[0], room[1] / size[1]), rendition)
    shown = (
        max(1, floor(size[0] * scale + 0.5)),
        max(1, floor(size[1] * scale + 0.5)),
    )
    at = (canvas[0] - shown[0]) // 2, (canvas[1] - shown[1]) // 2
    found = Layout(shown, (0, 0), shown, canvas, at)
    return checked(size, found, replace(rendition, enlarge=True))


def held(scale: float, rendition: Rendition) -> float:
    """Return how much a subject may be scaled, given how much it would have to be.

    In an icon (`bleed`) it may grow by half, so that it has the same room in the
    largest size as in the others; elsewhere not at all.
    """
    if rendition.enlarge:
        return scale
    return min(scale, GROWTH if rendition.bleed else 1.0)


def resized(image: Image, layouts: Iterable[Layout]) -> dict[Layout, Image]:
    """Return, for each layout, the part of the picture it shows, at its size.

    `image` is RGB or RGBA with straight alpha, and so are the results.
    """
    by_level = sorted(set(layouts), key=lambda one: _level(image.size, one.scaled))
    halvings = _Halvings(image)
    return {one: _shown(image, halvings, one) for one in by_level}


def _fitted(
    size: Size, box: tuple[int | None, int | None], fit: Fit, position: str
) -> Layout:
    scaled = _scaled(size, box, fit)
    canvas = (box[0] or scaled[0], box[1] or scaled[1])
    if fit == "cover":
        room = (scaled[0] - canvas[0], scaled[1] - canvas[1])
        crop = _anchored(room, position, spare=1)
        return Layout(scaled, crop, canvas, canvas, (0, 0))
    if fit == "contain":
        room = (canvas[0] - scaled[0], canvas[1] - scaled[1])
        at = _anchored(room, position, spare=0)
        return Layout(scaled, (0, 0), scaled, canvas, at)
    return Layout(scaled, (0, 0), scaled, scaled, (0, 0))


def _padded(size: Size, canvas: Size, rendition: Rendition) -> Layout:
    """Fit into what the free border leaves; the canvas stays as it was promised."""
    border = rendition.border or floor(rendition.padding * min(canvas) + 0.5)
    if 2 * border >= min(canvas):
        raise ImageError(
            f"a padding of {border} pixels leaves nothing of {canvas[0]}x{canvas[1]}",
            hint="write a share, such as `10%`: it is one of the shorter side",
        )
    inner = (max(1, canvas[0] - 2 * border), max(1, canvas[1] - 2 * border))
    # A proportional fit no longer has the canvas's proportions once a border is off.
    fit = rendition.fit if rendition.fit in {"cover", "fill"} else "contain"
    found = _fitted(size, inner, fit, rendition.position)
    at = (found.at[0] + border, found.at[1] + border)
    return Layout(found.scaled, found.crop, found.shown, canvas, at)


def _scaled(size: Size, box: tuple[int | None, int | None], fit: Fit) -> Size:
    """Return the picture's size after scaling, never less than a pixel."""
    across = box[0] / size[0] if box[0] else None
    down = box[1] / size[1] if box[1] else None
    if fit != "fill":
        asked = [scale for scale in (across, down) if scale is not None]
        choose = max if fit in {"cover", "outside"} else min
        across = down = choose(asked, default=1.0)
    scales = (1.0 if across is None else across, 1.0 if down is None else down)
    wide, high = (
        max(1, floor(length * scale + 0.5))
        for length, scale in zip(size, scales, strict=True)
    )
    return wide, high


def _anchored(room: Size, position: str, *, spare: int) -> Size:
    """Return how far in from the left and top, given the room on each axis.

    Two shares mean what they mean in CSS: `30% 40%` of the picture stands at 30 % and
    40 % of the box, so that this point is always seen.
    """
    words = position.split()
    if position.endswith("%"):
        across, down = (float(word.rstrip("%")) / 100 for word in words)
        return floor(room[0] * across + 0.5), floor(room[1] * down + 0.5)
    left = (room[0] + spare) // 2
    top = (room[1] + spare) // 2
    if "left" in words or "right" in words:
        left = room[0] if "right" in words else 0
    if "top" in words or "bottom" in words:
        top = room[1] if "bottom" in words else 0
    return left, top


def checked(size: Size, found: Layout, rendition: Rendition) -> Layout:
    """Return a layout of a picture of `size` that a rendition allows.

    Raises ImageError if it would have to grow and may not, or grows beyond reason.
    """
    if found.canvas[0] * found.canvas[1] > MAX_PIXELS:
        raise ImageError(
            f"{found.canvas[0]}x{found.canvas[1]} pixels are more than the "
            f"{MAX_PIXELS // 1_000_000} megapixels that are allowed"
        )
    grows = found.scaled[0] > size[0] or found.scaled[1] > size[1]
    if grows and not rendition.enlarge:
        raise ImageError(
            f"a variant of {found.canvas[0]}x{found.canvas[1]} is larger than the "
            f"picture, which has {size[0]}x{size[1]} pixels",
            hint="ask for a smaller size, a higher resolution or `enlarge: true`",
        )
    return found


def _level(size: Size, scaled: Size) -> int:
    """Return how often the picture is halved before it is shrunk to `scaled`."""
    spare = (
        length // _start(target) for length, target in zip(size, scaled, strict=True)
    )
    return max(0, min(spare).bit_length() - 1)


def _start(target: int) -> int:
    """Return the least length, in pixels, that may be shrunk to `target`."""
    start = min(HEADROOM * target, HEADROOM_ENOUGH)
    return max(LEAST_HEADROOM * target, start, SMALLEST_START)


class _Halvings:
    """The picture with its alpha multiplied in, and its halves, one alive at a time."""

    def __init__(self, image: Image) -> None:
        self._size = image.size
        self._level = 0
        self._image = image

    def at(self, level: int) -> tuple[Image, float, float]:
        """Return a level, never an earlier one, and its exact width and height.

        They are fractions where an odd length was halved: its last pixel then stands
        for less than a whole one.
        """
        while self._level < level:
            self._image = _halved(self._image)
            self._level += 1
        if self._image.mode == "RGBA":
            self._image = self._image.convert("RGBa")
        share = 2**self._level
        return self._image, self._size[0] / share, self._size[1] / share


def _halved(image: Image) -> Image:
    """Return a picture of half the size, with its alpha multiplied in."""
    if image.mode != "RGBA":
        return image.reduce(2)
    from PIL import Image  # noqa: PLC0415  # layouts need no pixels

    # In strips: multiplied in at once, a large picture would be in memory twice.
    width, height = image.size
    half = Image.new("RGBa", ((width + 1) // 2, (height + 1) // 2))
    for top in range(0, height, STRIP):
        strip = image.crop((0, top, width, min(top + STRIP, height)))
        half.paste(strip.convert("RGBa").reduce(2), (0, top // 2))
    return half


def _shown(image: Image, halvings: _Halvings, one: Layout) -> Image:
    from PIL.Image import Resampling  # noqa: PLC0415  # layouts need no pixels

    left, top = one.crop
    right, bottom = left + one.shown[0], top + one.shown[1]
    if one.scaled == image.size:
        return image.crop((left, top, right, bottom))
    level = _level(image.size, one.scaled)
    source, width, height = halvings.at(level)
    across, down = width / one.scaled[0], height / one.scaled[1]
    # The products may overshoot by a bit of the float, which Pillow refuses.
    box = (
        left * across,
        top * down,
        min(right * across, width),
        min(bottom * down, height),
    )
    made = source.resize(one.shown, Resampling.LANCZOS, box=box)
    return made.convert("RGBA") if made.mode == "RGBa" else made
