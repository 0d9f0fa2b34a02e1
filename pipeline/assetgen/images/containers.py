"""This file is several pictures in one file: icons of Windows (ico) and macOS (icns).

The pictures come as finished PNG files, each drawn for its own size; nothing is scaled
here. The same pictures give the same bytes.

ICO: https://learn.microsoft.com/previous-versions/ms997538(v=msdn.10), with PNG entries
as Windows has read them since Vista. ICNS: a header and typed entries; no vendor
documents it, so the types are those that Apple's own `iconutil` and its readers use.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from assetgen.errors import ImageError
from assetgen.images.sniff import opened, sniff

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from PIL.Image import Image

LARGEST_ENTRY = 256  # of an ico: its sides are one byte each, and 0 stands for 256

# Pixels a side → the types that show a picture of that size as PNG: at 1x and at 2x.
PNG_TYPES = {
    32: (b"ic11",),
    64: (b"ic12",),
    128: (b"ic07",),
    256: (b"ic08", b"ic13"),
    512: (b"ic09", b"ic14"),
    1024: (b"ic10",),
}
# At 1x the two smallest have a type of colours and one of transparency. As PNG (icp4,
# icp5) several versions of macOS show them garbled.
PLAIN_TYPES = {16: (b"is32", b"s8mk"), 32: (b"il32", b"l8mk")}
LONGEST_RUN, LONGEST_LITERAL, SHORTEST_RUN = 130, 128, 3


def contained(form: str, pictures: Iterable[tuple[bytes, bool]]) -> bytes:
    """Return a container of PNG files, each beside whether it is kept as a bitmap.

    They keep their order: some readers of ico take the first one. A bitmap is what an
    old reader of ico expects below 256 pixels; icns has its own rules and does not ask.
    Raises ImageError for a size that the container cannot hold.
    """
    pairs = list(pictures)
    for data, _ in pairs:
        _check(form, data)
    return _ico(pairs) if form == "ico" else _icns([data for data, _ in pairs])


def _check(form: str, data: bytes) -> None:
    found = sniff(data)
    square = found.width == found.height
    fits = (
        found.width <= LARGEST_ENTRY
        if form == "ico"
        else square and (found.width in PNG_TYPES or found.width in PLAIN_TYPES)
    )
    if not fits:
        raise ImageError(f"{found.width}x{found.height} pixels have no place in {form}")


def _ico(pairs: Sequence[tuple[bytes, bool]]) -> bytes:
    offset = 6 + 16 * len(pairs)
    table, bodies = struct.pack("<3H", 0, 1, len(pairs)), b""
    for data, bitmap in pairs:
        image = opened(data).convert("RGBA")
        body = _bitmap(image) if bitmap else data
        sides = (length % LARGEST_ENTRY for length in image.size)
        table += struct.pack(
            "<4B2H2I", *sides, 0, 0, 1, 32, len(body), offset + len(bodies)
        )
        bodies += body
    return table + bodies


def _bitmap(image: Image) -> bytes:
    """Return a bitmap without a file's header: colours from below, then a mask.

    Its height counts both. Rows of the mask are whole 32-bit words; a set bit is a
    pixel that shows what is behind it.
    """
    from PIL.Image import Transpose  # noqa: PLC0415  planning never pays for Pillow

    width, height = image.size
    upside = image.transpose(Transpose.FLIP_TOP_BOTTOM)
    colours = upside.tobytes("raw", "BGRA")
    clear = upside.getchannel("A").point([255] + [0] * 255).convert("1", dither=None)
    bits, row, whole = clear.tobytes(), (width + 7) // 8, (width + 31) // 32 * 4
    mask = b"".join(
        bits[at : at + row].ljust(whole, b"\0") for at in range(0, height * row, row)
    )
    size = len(colours) + len(mask)
    header = struct.pack(
        "<I2i2H6I", 40, width, 2 * height, 1, 32, 0, size, 0, 0, 0, 0
    )  # fmt: skip
    return header + colours + mask


def _icns(pictures: Iterable[bytes]) -> bytes:
    entries = b""
    for data in pictures:
        size = sniff(data).width
        if size in PLAIN_TYPES:
            colours, mask = PLAIN_TYPES[size]
            *planes, alpha = opened(data).convert("RGBA").split()
            packed = b"".join(_packed(plane.tobytes()) for plane in planes)
            entries += _entry(colours, packed) + _entry(mask, alpha.tobytes())
        for kind in PNG_TYPES.get(size, ()):
            entries += _entry(kind, data)
    return b"icns" + struct.pack(">I", 8 + len(entries)) + entries


def _entry(kind: bytes, body: bytes) -> bytes:
    return kind + struct.pack(">I", 8 + len(body)) + body


def _packed(plane: bytes) -> bytes:
    """Return one colour of an icon in its run-length code.

    A byte below 128 says that so many and one more follow as they are; one from 128
    that the next is repeated so many times less 125.
    """
    out, literal, at = BytesIO(), bytearray(), 0

    def spill() -> None:
        for start in range(0, len(literal), LONGEST_LITERAL):
            piece = literal[start : start + LONGEST_LITERAL]
            out.write(bytes([len(piece) - 1]) + piece)
        literal.clear()

    while at < len(plane):
        run = 1
        while (
            run < LONGEST_RUN and plane[at : at + 1] == plane[at + run : at + run + 1]
        ):
            run += 1
        if run < SHORTEST_RUN:
            literal.append(plane[at])
            at += 1
            continue
        spill()
        out.write(bytes([run + 125, plane[at]]))
        at += run
    spill()
    return out.getvalue()
