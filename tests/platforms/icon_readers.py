"""Readers of icon files that share no line with what writes them."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from itertools import starmap

PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True)
class Pixels:
    """Decoded pixels: rows of RGBA from above."""

    width: int
    height: int
    rgba: bytes

    def at(self, x: int, y: int) -> tuple[int, ...]:
        """Return one pixel."""
        start = 4 * (y * self.width + x)
        return tuple(self.rgba[start : start + 4])


@dataclass(frozen=True)
class PngHead:
    """What a PNG's header says; `colours` is its colour type (2 RGB, 6 RGBA)."""

    width: int
    height: int
    depth: int
    colours: int


def png_head(data: bytes) -> PngHead:
    """Read the header of a PNG."""
    assert data.startswith(PNG)
    assert data[12:16] == b"IHDR"
    return PngHead(*struct.unpack(">IIBB", data[16:26]))


def png_pixels(data: bytes) -> Pixels:
    """Decode a PNG of eight bits, RGB or RGBA, without interlacing."""
    head = png_head(data)
    assert head.depth == 8
    step = {2: 3, 6: 4}[head.colours]
    packed, at = b"", 8
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        if kind == b"IDAT":
            packed += data[at + 8 : at + 8 + length]
        at += 12 + length
    raw, before, out = zlib.decompress(packed), bytearray(head.width * step), b""
    for row in range(head.height):
        start = row * (head.width * step + 1)
        line = bytearray(raw[start + 1 : start + 1 + head.width * step])
        _unfilter(raw[start], line, before, step)
        out += _rgba(line, step)
        before = line
    return Pixels(head.width, head.height, out)


def _rgba(line: bytearray, step: int) -> bytes:
    if step == 4:
        return bytes(line)
    trios = (bytes(line[at : at + 3]) for at in range(0, len(line), 3))
    return b"".join(trio + b"\xff" for trio in trios)


def _unfilter(kind: int, line: bytearray, above: bytearray, step: int) -> None:
    for at in range(len(line)):
        left = line[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        up = above[at]
        guess = left + up - corner
        nearest = min((left, up, corner), key=lambda one: abs(guess - one))
        added = (0, left, up, (left + up) // 2, nearest)[kind]
        line[at] = (line[at] + added) & 255


@dataclass(frozen=True)
class Entry:
    """One picture of an ico: its size as the directory says, and its bytes."""

    width: int
    height: int
    bits: int
    data: bytes

    @property
    def is_png(self) -> bool:
        """Return whether it is a PNG rather than a bitmap."""
        return self.data.startswith(PNG)

    def pixels(self) -> Pixels:
        """Decode it."""
        return png_pixels(self.data) if self.is_png else _bitmap(self.data)


def ico_entries(data: bytes) -> list[Entry]:
    """Read an ico; its pictures must lie behind each other without a gap."""
    zero, kind, count = struct.unpack("<3H", data[:6])
    assert (zero, kind) == (0, 1)
    found, end = [], 6 + 16 * count
    for number in range(count):
        row = struct.unpack("<4B2H2I", data[6 + 16 * number : 22 + 16 * number])
        assert row[7] == end
        end += row[6]
        picture = data[row[7] : row[7] + row[6]]
        found.append(Entry(row[0] or 256, row[1] or 256, row[5], picture))
    assert end == len(data)
    return found


def _bitmap(data: bytes) -> Pixels:
    size, width, double, planes, bits, coded = struct.unpack("<I2i2HI", data[:20])
    assert (size, planes, bits, coded) == (40, 1, 32, 0)
    height = double // 2
    rows = [data[40 + 4 * width * y : 40 + 4 * width * (y + 1)] for y in range(height)]
    out = b"".join(
        bytes([row[x + 2], row[x + 1], row[x], row[x + 3]])
        for row in reversed(rows)
        for x in range(0, 4 * width, 4)
    )
    mask = data[40 + 4 * width * height :]
    stride = (width + 31) // 32 * 4
    assert len(mask) == stride * height
    for y in range(height):
        for x in range(width):
            clear = mask[(height - 1 - y) * stride + x // 8] >> (7 - x % 8) & 1
            assert bool(clear) == (out[4 * (y * width + x) + 3] == 0)
    return Pixels(width, height, out)


def icns_entries(data: bytes) -> dict[str, bytes]:
    """Read an icns: type → bytes."""
    assert data[:4] == b"icns"
    assert struct.unpack(">I", data[4:8])[0] == len(data)
    found, at = {}, 8
    while at < len(data):
        kind, length = struct.unpack(">4sI", data[at : at + 8])
        found[kind.decode()] = data[at + 8 : at + length]
        at += length
    assert at == len(data)
    return found


def icns_pixels(side: int, colours: bytes, mask: bytes) -> Pixels:
    """Decode one of the two smallest pictures of an icns: colours and a mask."""
    planes, at = b"", 0
    while at < len(colours):
        code = colours[at]
        if code < 128:
            planes += colours[at + 1 : at + 2 + code]
            at += 2 + code
        else:
            planes += colours[at + 1 : at + 2] * (code - 125)
            at += 2
    area = side * side
    assert len(planes) == 3 * area
    assert len(mask) == area
    bands = (planes[:area], planes[area : 2 * area], planes[2 * area :], mask)
    rgba = b"".join(starmap(lambda *four: bytes(four), zip(*bands, strict=True)))
    return Pixels(side, side, rgba)
