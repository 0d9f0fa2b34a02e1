"""This file is what a picture is at a glance: its main colour, and a blurred sketch.

Both are what a page shows while the picture itself is on its way.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from assetgen.errors import ImageError

if TYPE_CHECKING:
    from PIL.Image import Image

VERSION = 1
READ = ("PNG", "WEBP", "JPEG", "AVIF")
_SIDE = 32  # pixels that are looked at: a blurhash has four waves across at most
_WAVES = (4, 3)
_SEEN = 128  # of 255: a pixel that is less opaque has no colour of its own
_STEP = 32  # of 255: colours closer than that are one


@dataclass(frozen=True, slots=True)
class Glance:
    """A picture's main colour as ``#RRGGBB``, and its blurhash.

    Attributes:
        blurhash: As https://github.com/woltapp/blurhash describes, 4 by 3 waves; what
            is transparent stands on white.
    """

    color: str
    blurhash: str


def glance(data: bytes) -> Glance:
    """Return what a published picture is at a glance; raises ImageError."""
    import blurhash  # noqa: PLC0415  only a hand-off needs it
    from PIL import Image  # noqa: PLC0415  planning never pays for Pillow

    try:
        with Image.open(BytesIO(data), formats=READ) as opened:
            opened.draft("RGB", (4 * _SIDE, 4 * _SIDE))
            picture = opened.convert("RGBA")
    except Exception as error:  # a decoder raises anything
        raise ImageError("the picture cannot be looked at") from error
    small = picture.resize((_SIDE, _SIDE), Image.Resampling.BOX)
    white = Image.new("RGBA", small.size, (255, 255, 255, 255))
    flat = Image.alpha_composite(white, small).convert("RGB")
    bands = flat.tobytes()
    pixels = [bands[at : at + 3] for at in range(0, len(bands), 3)]
    rows = [pixels[at : at + _SIDE] for at in range(0, len(pixels), _SIDE)]
    return Glance(_main_color(small), blurhash.encode(rows, *_WAVES))


def _main_color(small: Image) -> str:
    """Return the mean of the largest group of alike colours, white if none is seen."""
    groups: dict[tuple[int, ...], list[tuple[int, tuple[int, int, int]]]] = {}
    for count, pixel in small.getcolors(_SIDE * _SIDE) or []:
        red, green, blue, alpha = pixel  # type: ignore[misc]  # RGBA has four bands
        if alpha >= _SEEN:
            color = red, green, blue
            group = tuple(band // _STEP for band in color)
            groups.setdefault(group, []).append((count, color))
    if not groups:
        return "#FFFFFF"
    largest = max(groups, key=lambda name: (_counted(groups[name]), name))
    number = _counted(groups[largest])
    weighed = ([band * count for band in color] for count, color in groups[largest])
    bands = zip(*weighed, strict=True)
    return "#" + "".join(f"{round(sum(band) / number):02X}" for band in bands)


def _counted(group: list[tuple[int, tuple[int, int, int]]]) -> int:
    return sum(count for count, _ in group)
