"""This file is the doorkeeper: only whole, sane pictures become assets.

`sniff` reads a header, `opened` decodes under limits, `verify` believes nothing less
than a full decode (and `examiner` has that done in a process of its own). All of them
raise ImageError, with one sentence that says what the bytes are instead.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, cast

from assetgen import headers
from assetgen.errors import ImageError
from assetgen.images.wholeness import check_whole
from assetgen.lfs import PULL

if TYPE_CHECKING:
    from PIL.Image import Image

# The decoders that bytes from outside may reach, by our name and by Pillow's.
ACCEPTED = dict(zip(headers.ACCEPTED, ("PNG", "JPEG", "WEBP"), strict=True))
MAX_PIXELS = headers.MAX_PIXELS
OPAQUE = 255

# A vendor's sizes are nominal: 1376 x 768 stands for 16:9, 2.2 % off. The closest two
# ratios that vendors offer side by side, 4:5 and 3:4, are 6.7 % apart.
RATIO_TOLERANCE = 0.04

HINTS = {
    "an SVG drawing": "export it as PNG at the largest size that is needed",
    "a Git LFS pointer": PULL,
}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a header claims: format (``png``, …), width and height in pixels."""

    format: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What a full decode proved.

    Attributes:
        width, height: In pixels, as stored (before any EXIF orientation).
        has_alpha: Whether any pixel is less than opaque.
    """

    format: str
    width: int
    height: int
    has_alpha: bool


def sniff(data: bytes) -> Sniffed:
    """Return what the magic bytes and the header say.

    Knows png, jpg, webp, avif, ico and gif; anything else raises ImageError.
    """
    name = headers.kind(data)
    if name is None:
        what = headers.instead(data)
        raise ImageError(f"this is {what}, not a picture", hint=HINTS.get(what))
    try:
        width, height = headers.READERS[name](data)
    except headers.CUT_OFF:
        raise ImageError(f"the {name} header is cut off or damaged") from None
    if not width or not height:
        raise ImageError(f"the {name} header says {width}x{height} pixels")
    return Sniffed(name, width, height)


def opened(data: bytes) -> Image:
    """Return the only frame of an accepted picture, decoded but otherwise as stored.

    Raises ImageError.
    """
    found = admitted(data)
    try:
        image = beheld(data, found.format)
        frames = getattr(image, "n_frames", 1)
        if frames == 1:
            image.load()
    except Exception as error:  # hostile bytes make decoders raise anything
        raise _undecodable(found, error) from error
    if frames != 1:
        raise ImageError(f"this {found.format} is an animation of {frames} frames")
    if image.size != (found.width, found.height):
        raise ImageError(
            f"the {found.format} contradicts its own header about its size"
        )
    return image


def beheld(data: bytes, name: str) -> Image:
    """Return a picture of format `name` of which nothing but the header is decoded.

    For bytes that were examined before. Raises whatever Pillow does.
    """
    from PIL import Image  # noqa: PLC0415  # planning never pays for Pillow

    _settle()
    return Image.open(BytesIO(data), formats=[ACCEPTED[name]])


@cache
def _settle() -> None:
    """Set Pillow up for this process: its limit, and silence on the terminal.

    What it warns of (odd metadata) is nothing that a person can do anything about.
    """
    from PIL import Image  # noqa: PLC0415  # planning never pays for Pillow

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.filterwarnings("ignore", module=r"PIL\.")


def verify(data: bytes, *, plain: bool = False) -> Verified:
    """Prove that some bytes are one whole picture that shows something.

    Args:
        data: The file.
        plain: One colour everywhere will do, or nothing at all: a person may mean it.
    """
    image = opened(data)
    found = sniff(data)
    check_whole(data, image)
    has_alpha = _check_content(image, plain=plain)
    return Verified(found.format, *image.size, has_alpha)


def admitted(data: bytes) -> Sniffed:
    """Return what a header says if the decoders may see the rest; else ImageError."""
    found = sniff(data)
    if found.format not in ACCEPTED:
        accepted = ", ".join(ACCEPTED)
        raise ImageError(
            f"this is a picture of format {found.format}, which is not accepted",
            hint=f"convert it to one of {accepted}",
        )
    if found.width * found.height > MAX_PIXELS:
        raise ImageError(
            f"this {found.format} claims {found.width}x{found.height} pixels, more "
            f"than the {MAX_PIXELS // 1_000_000} megapixels that are allowed"
        )
    return found


def _undecodable(found: Sniffed, error: Exception) -> ImageError:
    text = str(error) or type(error).__name__
    word = "cut off" if "truncated" in text.lower() else "damaged"
    return ImageError(f"the {found.format} picture is {word} and cannot be decoded")


def check_shape(size: tuple[int, int], nominal: tuple[int, int]) -> None:
    """Raise ImageError if a picture's sides are not in proportion to what was asked.

    Both in pixels. How many there are is no matter here: a size that wants more than
    came fails by itself.
    """
    width, height = size
    shape = (width / height) / (nominal[0] / nominal[1])
    asked = f"{nominal[0]}x{nominal[1]} was asked for and {width}x{height} came"
    if abs(shape - 1) > RATIO_TOLERANCE:
        raise ImageError(f"the picture has the wrong shape: {asked}")


def _check_content(image: Image, *, plain: bool) -> bool:
    """Return whether anything is less than opaque; raise if nothing is shown."""
    has_alpha = image.has_transparency_data
    direct = image.mode == "RGBA" or not has_alpha
    extremes = _extremes(image if direct else image.convert("RGBA"))
    if not plain and has_alpha and extremes[-1] == (0, 0):
        raise ImageError("the picture is blank: transparent everywhere")
    if not plain and all(low == high for low, high in extremes):
        raise ImageError("the picture is blank: one colour everywhere")
    return has_alpha and extremes[-1][0] < OPAQUE


def _extremes(image: Image) -> list[tuple[float, float]]:
    """Return the lowest and the highest value of every band, one band at a time."""
    names = image.getbands()
    # Pillow takes no channel out of a picture of sixteen bits, which has but one.
    bands = map(image.getchannel, names) if len(names) > 1 else (image,)
    return [cast("tuple[float, float]", band.getextrema()) for band in bands]
