"""This file is what a picture's file says of itself, without decoding any of it.

It is all that this process reads of files that nobody has looked at yet: a few numbers
at known places. Each reader takes a file's bytes and returns width and height in
pixels; bytes that end too early raise one of `CUT_OFF`, which others explain.
"""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from assetgen.lfs import BEGINNING

if TYPE_CHECKING:
    from collections.abc import Iterator

CUT_OFF = (ValueError, IndexError, struct.error)
# The only formats whose decoders bytes from outside may reach.
ACCEPTED = ("png", "jpg", "webp")
MAX_PIXELS = 100_000_000
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff"
# JPEG markers that carry the frame's size: SOF0 to SOF15 without DHT, JPG and DAC.
JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD9)})
JPEG_FILL = 0xFF
AVIF_BRANDS = frozenset({b"avif", b"avis"})
AVIF_HEADER = 65_536
MAGIC = (
    (PNG, "png"),
    (JPEG, "jpg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"\0\0\1\0", "ico"),
)

# What is met in place of a picture: how it begins, in lower case, and what it is.
NOT_PICTURES = (
    ((b"<!doctype html", b"<html", b"<head", b"<body"), "a web page"),
    ((b"<svg",), "an SVG drawing"),
    ((b"%pdf-",), "a PDF document"),
    ((b"pk\x03\x04",), "a ZIP archive"),
    ((BEGINNING,), "a Git LFS pointer"),
    ((b"{", b"["), "a JSON message"),
    ((b"8bps",), "a Photoshop document"),
    ((b"ii*\0", b"mm\0*"), "a TIFF file"),
    ((b"bm",), "a BMP file"),
)

UPRIGHT = 1
_ORIENTATION, _SHORT = 0x0112, 3  # a field of EXIF, and its type
_ORIENTATIONS = range(1, 9)
_EXIF = b"Exif\0\0"
_START_OF_SCAN, _END = 0xDA, 0xD9
_PNG_ALPHA = frozenset({4, 6})  # colour types
_WEBP_ALPHA = 0x10  # in the flags of VP8X, and in what follows the sizes of VP8L

Size = tuple[int, int]


def kind(data: bytes) -> str | None:
    """Return the picture format that the magic bytes name, None if they name none."""
    if data[4:8] == b"ftyp":
        brands = (data[at : at + 4] for at in range(8, 64, 4))
        return "avif" if any(brand in AVIF_BRANDS for brand in brands) else None
    if data[:4] == b"RIFF":
        return "webp" if data[8:12] == b"WEBP" else None
    return next((name for magic, name in MAGIC if data.startswith(magic)), None)


def png_size(data: bytes) -> Size:
    """Read IHDR, which the format puts first."""
    if data[12:16] != b"IHDR":
        raise ValueError
    return struct.unpack_from(">II", data, 16)


def jpg_size(data: bytes) -> Size:
    """Read the segment that starts the frame."""
    for marker, body in _jpg_chunks(data):
        if marker[0] in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", body, 1)
            return width, height
    raise ValueError


def webp_size(data: bytes) -> Size:
    """Read the first chunk: extended, lossless or lossy."""
    chunk = data[12:16]
    if chunk == b"VP8X":
        wide, high = data[24:27], data[27:30]
        if len(high) != len(b"VP8"):
            raise ValueError
        return int.from_bytes(wide, "little") + 1, int.from_bytes(high, "little") + 1
    if chunk == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if chunk != b"VP8 ":
        raise ValueError
    width, height = struct.unpack_from("<HH", data, 26)
    return width & 0x3FFF, height & 0x3FFF


def avif_size(data: bytes) -> Size:
    """Read the first image spatial extents property of the header."""
    at = data.index(b"ispe", 0, AVIF_HEADER)
    return struct.unpack_from(">II", data, at + 8)


def gif_size(data: bytes) -> Size:
    """Read the logical screen."""
    return struct.unpack_from("<HH", data, 6)


def ico_size(data: bytes) -> Size:
    """Read the first entry of the directory, where 0 stands for 256."""
    return data[6] or 256, data[7] or 256


READERS = {
    "png": png_size,
    "jpg": jpg_size,
    "webp": webp_size,
    "avif": avif_size,
    "gif": gif_size,
    "ico": ico_size,
}


# --- besides its size -------------------------------------------------------------


def instead(data: bytes) -> str:
    """Return what some bytes are that are no picture: ``a web page``, ``empty``."""
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        return "empty"
    for beginnings, name in NOT_PICTURES:
        if start.startswith(beginnings):
            return name
    if start.startswith(b"<"):
        return "an SVG drawing" if b"<svg" in start else "markup"
    return "text" if _readable(start) else "of no known format"


def _readable(start: bytes) -> bool:
    return b"\0" not in start and all(
        byte >= ord(" ") or byte in b"\t\r\n" for byte in start
    )


def chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and body of every whole part before the coded pixels, and after.

    They are chunks of PNG and WebP, and segments of JPEG, called by their marker; the
    pixels themselves are left out. A file that is cut off ends early.
    """
    walk = {"png": _png_chunks, "jpg": _jpg_chunks, "webp": _webp_chunks}
    name = kind(data)
    with suppress(*CUT_OFF):
        yield from walk[name](data) if name in walk else ()


def has_alpha(data: bytes) -> bool:
    """Whether a png, jpg or webp has transparency, as far as its header says."""
    if kind(data) == "png":
        keyed = any(name == b"tRNS" for name, _ in chunks(data))
        return data[25] in _PNG_ALPHA or keyed
    if kind(data) != "webp":
        return False
    flags = {b"VP8X": 20, b"VP8L": 24}.get(data[12:16])
    return flags is not None and bool(data[flags] & _WEBP_ALPHA)


def orientation(data: bytes) -> int:
    """Return how a picture is to be turned, as EXIF counts: 1 to 8, 1 for not at all.

    Only EXIF counts, as in browsers; one that is broken says nothing.
    """
    for name, body in chunks(data):
        block = body.removeprefix(_EXIF)
        if name in {b"eXIf", b"EXIF"} or (name == b"\xe1" and block is not body):
            with suppress(*CUT_OFF):
                return _turned(block)
            return UPRIGHT
    return UPRIGHT


def _turned(block: bytes) -> int:
    """Return the orientation in a block of TIFF fields."""
    order = {b"II": "<", b"MM": ">"}.get(block[:2], "")
    if not order:
        return UPRIGHT
    at = struct.unpack_from(f"{order}I", block, 4)[0]
    for entry in range(struct.unpack_from(f"{order}H", block, at)[0]):
        place = at + 2 + 12 * entry
        field, form, _, value = struct.unpack_from(f"{order}HHIH", block, place)
        if field == _ORIENTATION and form == _SHORT:
            return value if value in _ORIENTATIONS else UPRIGHT
    return UPRIGHT


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at, name = len(PNG), b""
    while name != b"IEND":
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            return
        if name != b"IDAT":
            yield name, data[at + 8 : end]
        at = end + 4


def _jpg_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the segments before the first scan; what shows a picture stands there.

    Like decoders, it passes over what stands between segments and is none.
    """
    at = 2
    while (at := data.find(b"\xff", at)) >= 0:
        marker = data[at + 1]
        if marker in {0, JPEG_FILL} or marker in JPEG_BARE:
            at += 1 if marker == JPEG_FILL else 2
            continue
        end = at + 2 + max(2, struct.unpack_from(">H", data, at + 2)[0])
        if marker in {_START_OF_SCAN, _END} or end > len(data):
            return
        yield bytes([marker]), data[at + 4 : end]
        at = end


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at < len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        end = at + 8 + length
        if end > len(data):
            return
        if name not in {b"VP8 ", b"VP8L", b"ALPH"}:
            yield name, data[at + 8 : end]
        at = end + length % 2
