"""This file is what the first bytes of a picture say, without decoding it.

Each reader takes a file's bytes and returns width and height in pixels; bytes that
end too early raise ValueError, struct.error or IndexError, which `sniff` explains.
"""

from __future__ import annotations

import struct

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
    """Walk the segments to the one that starts the frame."""
    at = 2
    while True:
        while data[at + 1] == JPEG_FILL:
            at += 1
        if data[at] != JPEG_FILL:
            raise ValueError
        marker = data[at + 1]
        if marker in JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return width, height
        if marker in JPEG_BARE:
            at += 2
        else:
            at += 2 + max(2, struct.unpack_from(">H", data, at + 2)[0])


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
