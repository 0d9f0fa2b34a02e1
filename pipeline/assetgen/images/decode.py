"""This file is the one decode of a picture, and what every later step may assume.

A master is upright (EXIF orientation applied), in sRGB (an embedded profile applied)
and eight bits deep, RGB if it is opaque everywhere and RGBA if not.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Self

from assetgen.images.sniff import opened, sniff

if TYPE_CHECKING:
    from PIL.Image import Image

DEEP_MODES = frozenset({"I", "I;16", "I;16L", "I;16B", "I;16N"})


@dataclass(frozen=True, slots=True)
class Master:
    """A decoded picture; `image` is RGB or RGBA and must not be changed in place."""

    image: Image
    format: str

    @classmethod
    def open(cls, data: bytes) -> Self:
        """Decode some bytes; raises ImageError if they are not an accepted picture."""
        image = opaque_without_alpha(_in_srgb(_shallow(_upright(opened(data)))))
        image.info = {}
        return cls(image, sniff(data).format)

    @property
    def has_alpha(self) -> bool:
        """Whether any pixel is less than opaque."""
        return self.image.mode == "RGBA"


def _upright(image: Image) -> Image:
    from PIL import ImageOps  # noqa: PLC0415  # planning never pays for Pillow

    # Broken EXIF is no reason to lose a picture; in place, for there is no other user.
    with suppress(Exception):
        ImageOps.exif_transpose(image, in_place=True)
    return image


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


def _in_srgb(image: Image) -> Image:
    """Return the picture as RGB or RGBA, its embedded profile applied.

    A profile that is broken or made for other channels is ignored, as browsers do.
    """
    profile = image.info.get("icc_profile")
    alpha = image.getchannel("A") if image.mode == "LA" else None
    flat = image.getchannel("L") if alpha else image
    wanted = "RGBA" if flat.mode == "RGBA" else "RGB"
    converted = _transformed(flat, profile, wanted) if profile else None
    if converted is None:
        converted = flat if flat.mode == wanted else flat.convert(wanted)
    if alpha:
        converted.putalpha(alpha)
    return converted


def _transformed(image: Image, profile: bytes, wanted: str) -> Image | None:
    from PIL import ImageCms  # noqa: PLC0415  # few pictures carry a profile

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return None
        # Pillow's sRGB is only the target in memory: the time it carries goes nowhere.
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode=wanted)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


def opaque_without_alpha(image: Image) -> Image:
    """Return an RGB or RGBA picture as RGB if nothing of it is less than opaque."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        return image.convert("RGB")
    return image
