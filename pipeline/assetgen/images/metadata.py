"""This file is where a picture's file says something beside its pixels.

What it says is XMP, spliced into finished bytes so that no pixel is coded twice: an
iTXt chunk of PNG, an APP1 segment of JPEG, a chunk of WebP, and a `uuid` box at the end
of AVIF (where XMP part 3 puts it for the ISO media formats). An icon carries it in its
pictures, and for readers that do not look there in a file beside it (a sidecar).
"""

from __future__ import annotations

import struct
from zlib import crc32

from assetgen import headers
from assetgen.errors import ImageError
from assetgen.images.sniff import sniff
from assetgen.images.xmp import packet

DRAFT = b'assetgen:draft="True"'
XMP_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
XMP_PNG = b"XML:com.adobe.xmp"
XMP_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
WEBP_HAS_XMP, WEBP_HAS_ALPHA = 0x04, 0x10
PNG_HEADER_END = 33


def mark_draft(data: bytes) -> bytes:
    """Return a picture's file with the mark of a draft in it, and nothing else.

    Raises what `with_mark` raises.
    """
    return with_mark(data, packet({"assetgen:draft": "True"}), draft=True)


def with_mark(data: bytes, packet: bytes, *, draft: bool) -> bytes:
    """Return a picture's file with an XMP packet in it, and a draft's plain text.

    A file may hold one packet: bytes that carry a draft's mark come back as they are.
    Raises ImageError for bytes that are no picture, or of a format without a place.
    """
    if draft and is_draft(data):
        return data
    if draft and headers.kind(data) == "png":
        data = _into_png(data, b"tEXt", b"assetgen\0draft")
    return with_xmp(data, packet)


def is_draft(data: bytes) -> bool:
    """Whether a picture's file carries the mark of a draft."""
    return DRAFT in data


def with_xmp(data: bytes, packet: bytes) -> bytes:
    """Return a picture's file with an XMP packet in it, its pixels untouched."""
    name = sniff(data).format
    if name not in PLACES:
        raise ImageError(f"a {name} has no place for metadata")
    return PLACES[name](data, packet)


def _png_with_xmp(data: bytes, packet: bytes) -> bytes:
    # Keyword, then: not compressed, no language, no translated keyword.
    return _into_png(data, b"iTXt", XMP_PNG + b"\0\0\0\0\0" + packet)


def _into_png(data: bytes, kind: bytes, body: bytes) -> bytes:
    """Insert a chunk right after the header, where a reader meets it first."""
    checksum = struct.pack(">I", crc32(kind + body))
    chunk = struct.pack(">I", len(body)) + kind + body + checksum
    return data[:PNG_HEADER_END] + chunk + data[PNG_HEADER_END:]


def _jpg_with_xmp(data: bytes, packet: bytes) -> bytes:
    """Insert a segment after the start and the JFIF segment, which must stay first."""
    at = 2
    if data[2:4] == b"\xff\xe0":
        at += 2 + struct.unpack_from(">H", data, 4)[0]
    body = XMP_JPEG + packet
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    return data[:at] + segment + data[at:]


def _webp_with_xmp(data: bytes, packet: bytes) -> bytes:
    """Append a chunk, and announce it in an extended header, made if there is none."""
    chunks = data[12 : 8 + int.from_bytes(data[4:8], "little")]
    if chunks[:4] == b"VP8X":
        flags = chunks[8] | WEBP_HAS_XMP
        chunks = chunks[:8] + bytes([flags]) + chunks[9:]
    else:
        chunks = _webp_chunk(b"VP8X", _webp_header(data)) + chunks
    body = b"WEBP" + chunks + _webp_chunk(b"XMP ", packet)
    return _webp_chunk(b"RIFF", body)


def _webp_header(data: bytes) -> bytes:
    # The lossless format keeps "alpha is used" in the bit after its two sizes.
    alpha = data[12:16] == b"VP8L" and data[24] & 0x10
    flags = WEBP_HAS_XMP | (WEBP_HAS_ALPHA if alpha else 0)
    sides = (length - 1 for length in headers.webp_size(data))
    return struct.pack("<I", flags) + b"".join(
        side.to_bytes(3, "little") for side in sides
    )


def _webp_chunk(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _avif_with_xmp(data: bytes, packet: bytes) -> bytes:
    box = XMP_UUID + packet
    return data + struct.pack(">I", len(box) + 8) + b"uuid" + box


def _ico_with_xmp(data: bytes, packet: bytes) -> bytes:
    """Put the packet into every PNG of an icon, and move what stands behind it."""
    count = struct.unpack_from("<H", data, 4)[0]
    table, pictures = data[:6], b""
    start = 6 + 16 * count
    for at in range(6, start, 16):
        length, offset = struct.unpack_from("<2I", data, at + 8)
        picture = data[offset : offset + length]
        if headers.kind(picture) == "png":
            picture = _png_with_xmp(picture, packet)
        where = struct.pack("<2I", len(picture), start + len(pictures))
        table, pictures = table + data[at : at + 8] + where, pictures + picture
    return table + pictures


PLACES = {
    "png": _png_with_xmp,
    "jpg": _jpg_with_xmp,
    "webp": _webp_with_xmp,
    "avif": _avif_with_xmp,
    "ico": _ico_with_xmp,
}
