"""This file is the one decode of a picture, and what every later step may assume.

A master is upright (EXIF orientation applied), in sRGB (whatever its file says of its
colours applied) and eight bits deep, RGB if it is opaque everywhere and RGBA if not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from assetgen.headers import orientation
from assetgen.images.colours import in_srgb
from assetgen.images.sniff import opened, sniff

if TYPE_CHECKING:
    from PIL.Image import Image

# What brings a picture upright, by its orientation in EXIF (2.32, table 6).
_TURNS = {
    2: "FLIP_LEFT_RIGHT",
    3: "ROTATE_180",
    4: "FLIP_TOP_BOTTOM",
    5: "TRANSPOSE",
    6: "ROTATE_270",
    7: "TRANSVERSE",
    8: "ROTATE_90",
}
DEEP_MODES = frozenset({"I", "I;16", "I;16L", "I;16B", "I;16N"})


@dataclass(frozen=True, slots=True)
class Master:
    """A decoded picture; `image` is RGB or RGBA and must not be changed in place."""

    image: Image
    format: str

    @classmethod
    def open(cls, data: bytes) -> Self:
        """Decode some bytes; raises ImageError if they are not an accepted picture."""
        upright = _shallow(_upright(opened(data), orientation(data)))
        image = opaque_without_alpha(in_srgb(upright, data))
        image.info = {}
        return cls(image, sniff(data).format)

    @property
    def has_alpha(self) -> bool:
        """Whether any pixel is less than opaque."""
        return self.image.mode == "RGBA"


def _upright(image: Image, turn: int) -> Image:
    """Return a picture turned as EXIF asks."""
    from PIL.Image import Transpose  # noqa: PLC0415  # planning never pays for Pillow

    way = _TURNS.get(turn)
    if way is None:
        return image
    turned = image.transpose(Transpose[way])
    turned.info = image.info
    return turned


def _shallow(image: Image) -> Image:
    """Return the picture in a mode of eight bits a band, without a palette."""
    if image.mode in DEEP_MODES:
        # Pillow's own conversion from sixteen bits clips instead of scaling.
        image.info.pop("transparency", None)
        return (
            image.convert("I").point(lambda value: value * (1 / 257) + 0.5).convert("L")
        )
    if image.mode in {"P", "1", "PA"}:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")
    keyed = "transparency" in image.info and image.mode in {"L", "RGB"}
    return image.convert("RGBA") if keyed else image


def opaque_without_alpha(image: Image) -> Image:
    """Return an RGB or RGBA picture as RGB if nothing of it is less than opaque."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image
