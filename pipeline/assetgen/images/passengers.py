"""This file is what travels in a picture's file without being seen, and its removal.

Positions, cameras, thumbnails, names, histories, comments, profiles and whatever was
hung on behind the end: none of it is needed to show the picture. Taken out at the
level of chunks and segments, the pixels are not coded again.
"""

from __future__ import annotations

from contextlib import suppress

from assetgen import headers
from assetgen.errors import ImageError
from assetgen.images.colours import is_srgb
from assetgen.images.segments import TAIL, Part, parts

# What a decoder needs. Of the others the PNG specification says that a picture is shown
# without them as well; what says which colours its numbers mean is applied or idle.
PNG_NEEDED = frozenset({"IHDR", "PLTE", "tRNS", "IDAT", "IEND", "sRGB", "sBIT"})
# Adobe's segment says how the colours are coded; without it CMYK turns inside out.
JPG_ADOBE = b"Adobe"
JFIF = b"JFIF\0"
JFIF_BARE = 14  # bytes: version, density and a thumbnail of no pixels


def without_passengers(data: bytes) -> bytes:
    """Return a png or jpg that holds its pixels and nothing else.

    A file without passengers comes back as it is. Raises ImageError for another
    format, and for a file that is cut off.
    """
    kept = _KEPT.get(headers.kind(data) or "")
    if kept is None:
        raise ImageError("only png and jpg can be freed of their passengers")
    signature, keep = kept
    return signature + b"".join(keep(part) for part in parts(data))


def shown_through(data: bytes) -> bool:
    """Whether a picture would look different without its metadata.

    That is: it is turned by its EXIF, or its colours are not those of sRGB. Raises
    ImageError for colours that no file of ours can show.
    """
    return headers.orientation(data) != headers.UPRIGHT or not is_srgb(data)


def _png_kept(part: Part) -> bytes:
    return part.raw if part.name in PNG_NEEDED else b""


def _jpg_kept(part: Part) -> bytes:
    if part.name == "APP0" and part.body.startswith(JFIF):
        bare = part.body[: JFIF_BARE - 2] + b"\0\0"
        return b"\xff\xe0" + (len(bare) + 2).to_bytes(2, "big") + bare
    if part.name == "APP14" and part.body.startswith(JPG_ADOBE):
        return part.raw
    gone = part.name.startswith("APP") or part.name in {"COM", TAIL}
    return b"" if gone else part.raw


_KEPT = {"png": (headers.PNG, _png_kept), "jpg": (b"\xff\xd8", _jpg_kept)}


def exif_of(data: bytes) -> bytes | None:
    """Return the EXIF block of a png, jpg or webp, None if it has none."""
    for part in parts(data):
        if part.name in {"eXIf", "EXIF"}:
            return part.body.removeprefix(b"Exif\0\0")
        if part.name == "APP1" and part.body.startswith(b"Exif\0\0"):
            return part.body[6:]
    return None


def exif_fields(data: bytes) -> dict[int, object]:
    """Return the fields of a file's EXIF by number, none if it is broken."""
    block = exif_of(data)
    if block is None:
        return {}
    from PIL import Image  # noqa: PLC0415  planning never pays for Pillow

    exif = Image.Exif()
    with suppress(Exception):  # hostile bytes make it raise anything
        exif.load(block)
        return dict(exif)
    return {}
