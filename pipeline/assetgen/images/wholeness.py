"""This file is whether a picture's file holds all the pixels that it promises.

Decoders are lenient where bytes are missing: Pillow leaves black what a PNG does not
say, and grey what a JPEG does not. A picture that was bought has to be whole, so each
format is asked in its own way whether its data ends before its pixels do.
"""

from __future__ import annotations

import re
import struct
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from assetgen import headers
from assetgen.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image

# Samples of a pixel by PNG's colour type: grey, RGB, palette, grey with alpha, RGBA.
_SAMPLES = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# Adam7: the first column and row of each pass, and how far apart its pixels stand.
_WHOLE = ((0, 0, 1, 1),)
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
_PIECE = 1 << 20  # bytes that are inflated at a time; none of them are kept

_SCAN, _END = 0xDA, 0xD9
_ARITHMETIC = frozenset(range(0xC9, 0xD0))
_RESTART = re.compile(rb"(?=\xff[\xd0-\xd7])")
# A marker in a scan: what follows an FF is neither a zero nor a restart.
_SCAN_END = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")
# Bits for a decoder that runs out of them. Without an FF they are no marker, and a
# decoder that has all its pixels passes over them.
_FILLING = bytes((n * 97 + 41) % 251 for n in range(96))
_LARGE = 25_000_000  # pixels
_STRIP = 256  # rows that are compared at a time


def check_whole(data: bytes, image: Image) -> None:
    """Raise ImageError if a picture's file ends before its pixels do.

    Args:
        data: The file, of which everything was decoded that is there.
        image: What its decoder made of it.
    """
    name = headers.kind(data)
    if name == "png":
        _check_png(data)
    elif name == "jpg":
        try:
            _check_jpg(data, image)
        except headers.CUT_OFF:
            raise ImageError("the jpg picture is damaged in its segments") from None
    elif int.from_bytes(data[4:8], "little") + 8 > len(data):
        raise _cut_off("webp")


def _cut_off(name: str, why: str = "before its end") -> ImageError:
    return ImageError(f"the {name} picture is cut off {why}")


# --- png --------------------------------------------------------------------------


def _check_png(data: bytes) -> None:
    """Check every checksum, and that the rows are all there."""
    from zlib import crc32, decompressobj, error  # noqa: PLC0415  for a picture at hand

    inflater, wanted, found = decompressobj(), _png_bytes(data), 0
    for kind, start, end in _png_chunks(data):
        checksum = int.from_bytes(data[end : end + 4], "big")
        if crc32(data[start - 4 : end]) != checksum:
            raise ImageError("the png picture is damaged: a checksum is wrong")
        if kind != b"IDAT" or found >= wanted or inflater.eof:
            continue
        rest = data[start:end]
        try:
            while rest and found < wanted:
                found += len(inflater.decompress(rest, _PIECE))
                rest = inflater.unconsumed_tail
        except error:
            raise ImageError("the png picture is damaged in its pixels") from None
    if found < wanted:
        raise _cut_off("png", f"after {found / wanted:.0%} of its pixels")


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start and end of every chunk's body, up to the end mark."""
    at, kind = len(headers.PNG), b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data.ljust(at + 8, b"\0"), at)
        end = at + 8 + length
        if not kind.isalpha() or end + 4 > len(data):
            raise _cut_off("png")
        yield kind, at + 8, end
        at = end + 4


def _png_bytes(data: bytes) -> int:
    """Return how many bytes all rows of all passes have, one in each for its filter."""
    width, height, depth, colour, _, _, laced = struct.unpack_from(">2I5B", data, 16)
    bits = depth * _SAMPLES.get(colour, 1)
    total = 0
    for left, top, across, down in _PASSES if laced else _WHOLE:
        columns = (width - left + across - 1) // across
        rows = (height - top + down - 1) // down
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


# --- jpg --------------------------------------------------------------------------


class _Segment(NamedTuple):
    """One segment: its marker, and where its body starts and ends.

    Of a scan, `data` is where the coded pixels behind its header end.
    """

    marker: int
    start: int
    end: int
    data: int


def _check_jpg(data: bytes, image: Image) -> None:
    """Decode it once more with bits to spare: a whole picture does not change.

    A decoder that runs out of bits paints grey and says nothing that Pillow passes on.
    Given more of them, it goes on where it stopped. Arithmetic coding is left alone:
    there a file may rightly leave out the zeros at its end.
    """
    segments = list(_segments(data))
    frame = next((s for s in segments if s.marker in headers.JPEG_FRAMES), None)
    scans = [s for s in segments if s.marker == _SCAN]
    if frame is None or not scans or segments[-1].marker != _END:
        raise _cut_off("jpg")
    body = data[frame.start : frame.end]
    named = {body[6 + 3 * n] for n in range(body[5])}
    coded = {data[s.start + 1 + 2 * n] for s in scans for n in range(data[s.start])}
    if not named <= coded:
        raise _cut_off("jpg", "before the last of its colours")
    if frame.marker not in _ARITHMETIC and not _same(image, data, _spared(data, scans)):
        raise _cut_off("jpg", "before the last of its pixels")


def _segments(data: bytes) -> Iterator[_Segment]:
    """Yield the segments up to the end mark, or as far as the file goes.

    Like the decoders, it passes over what stands between segments and is none.
    """
    at = 2
    while (at := data.find(b"\xff", at)) >= 0:
        marker = data[at + 1] if at + 1 < len(data) else 0
        if marker in {0, headers.JPEG_FILL} or marker in headers.JPEG_BARE:
            at += 1 if marker == headers.JPEG_FILL else 2
            continue
        if marker == _END:
            yield _Segment(marker, at, at, at)
            return
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        start, end = at + 4, at + 2 + max(2, length)
        if end > len(data):
            return
        at = end
        if marker == _SCAN:
            found = _SCAN_END.search(data, end)
            at = found.start() if found else len(data)
        yield _Segment(marker, start, end, at)


def _spared(data: bytes, scans: list[_Segment]) -> bytes:
    """Return a file with more bits at the end of everything that is coded.

    A scan that stops at a restart needs another one, which is passed over otherwise.
    """
    parts, at = [], 0
    for scan in scans:
        body, count = _RESTART.subn(_FILLING, data[scan.end : scan.data])
        restart = bytes([0xFF, 0xD0 + count % 8])
        parts += [data[at : scan.end], body, _FILLING, restart, _FILLING]
        at = scan.data
    return b"".join([*parts, data[at:]])


def _same(image: Image, data: bytes, spared: bytes) -> bool:
    """Whether two files show the same pixels, the first of which is decoded already.

    Of a large one, which would not be in memory twice, an eighth a side has to do.
    """
    if image.width * image.height > _LARGE:
        return _coarse(data).tobytes() == _coarse(spared).tobytes()
    other = _opened(spared)
    for top in range(0, image.height, _STRIP):
        box = (0, top, image.width, min(top + _STRIP, image.height))
        if image.crop(box).tobytes() != other.crop(box).tobytes():
            return False
    return True


def _coarse(data: bytes) -> Image:
    """Return a JPEG at an eighth of its size, all of its bits having been read."""
    image = _opened(data)
    image.draft(None, (image.width // 8, image.height // 8))
    image.load()
    return image


def _opened(data: bytes) -> Image:
    from PIL import Image  # noqa: PLC0415  # planning never pays for Pillow

    return Image.open(BytesIO(data), formats=["JPEG"])
