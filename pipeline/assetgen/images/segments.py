"""This file is what a picture's file is made of: its parts, in order, none decoded.

A part is a chunk of PNG or WebP, a segment of JPEG, a box of AVIF. What stands behind
the end mark is a part too, called `TAIL`. Joined in order, the raw bytes of all parts
are the file without its signature.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen import headers
from assetgen.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TAIL = "tail"
# In a JPEG's scan a marker is an FF that neither a zero nor a restart follows.
_SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
_START_OF_SCAN, _END = 0xDA, 0xD9
_APPLICATIONS = range(0xE0, 0xF0)


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a file.

    Attributes:
        name: `IDAT`, `APP1`, `VP8L`, `mdat`, …; or `TAIL`.
        raw: All its bytes as they stand in the file.
        body: What it holds, without name, length and checksum.
    """

    name: str
    raw: bytes
    body: bytes


def parts(data: bytes) -> tuple[Part, ...]:
    """Return the parts of a png, jpg, webp or avif file.

    Raises ImageError for another format, and for a file that is cut off.
    """
    name = headers.kind(data) or "picture of this kind"
    if name not in _READERS:
        raise ImageError(f"a {name} is not made of parts that are known here")
    try:
        return tuple(_READERS[name](data))
    except (IndexError, struct.error, ValueError) as error:
        raise ImageError(f"the {name} is cut off or damaged") from error


def _png(data: bytes) -> Iterator[Part]:
    at, name = len(headers.PNG), ""
    while name != "IEND":
        length = struct.unpack_from(">I", data, at)[0]
        name = data[at + 4 : at + 8].decode("latin-1")
        end = at + 12 + length
        yield _part(name, data, at, end, data[at + 8 : end - 4])
        at = end
    yield from _tail(data, at)


def _jpg(data: bytes) -> Iterator[Part]:
    at = 2
    while True:
        start = at
        while data[at + 1] == headers.JPEG_FILL:
            at += 1
        if data[at] != headers.JPEG_FILL:
            raise ValueError
        marker = data[at + 1]
        if marker == _END:
            yield _part("EOI", data, start, at + 2, b"")
            break
        if marker in headers.JPEG_BARE:
            at += 2
            yield _part(f"M{marker:02X}", data, start, at, b"")
            continue
        end = at + 2 + max(2, struct.unpack_from(">H", data, at + 2)[0])
        body = data[at + 4 : end]
        if marker == _START_OF_SCAN:
            found = _SCAN_END.search(data, end)
            if found is None:
                raise ValueError
            end = found.start()
        yield _part(_jpg_name(marker), data, start, end, body)
        at = end
    yield from _tail(data, at + 2)


def _jpg_name(marker: int) -> str:
    if marker in _APPLICATIONS:
        return f"APP{marker - 0xE0}"
    return {_START_OF_SCAN: "SOS", 0xFE: "COM"}.get(marker, f"M{marker:02X}")


def _webp(data: bytes) -> Iterator[Part]:
    at, stop = 12, 8 + int.from_bytes(data[4:8], "little")
    while at < stop:
        length = struct.unpack_from("<I", data, at + 4)[0]
        end = at + 8 + length + length % 2
        name = data[at : at + 4].decode("latin-1")
        yield _part(name, data, at, end, data[at + 8 : at + 8 + length])
        at = end
    yield from _tail(data, at)


def _avif(data: bytes) -> Iterator[Part]:
    at = 0
    while at < len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        header = 8
        if length == 1:
            length, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        end = at + length if length else len(data)
        if end < at + header:
            raise ValueError
        text = name.decode("latin-1")
        yield _part(text, data, at, end, data[at + header : end])
        at = end


def _part(name: str, data: bytes, at: int, end: int, body: bytes) -> Part:
    """Return a part; raises ValueError if the file ends before it does."""
    if end > len(data):
        raise ValueError
    return Part(name, data[at:end], body)


def _tail(data: bytes, at: int) -> Iterator[Part]:
    if at < len(data):
        yield Part(TAIL, data[at:], data[at:])


_READERS: dict[str, Callable[[bytes], Iterator[Part]]] = {
    "png": _png,
    "jpg": _jpg,
    "webp": _webp,
    "avif": _avif,
}
