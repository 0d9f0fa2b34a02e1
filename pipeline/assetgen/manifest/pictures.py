"""This file is what the header of a picture file tells: size, kind, transparency.

Nothing is decoded, and no decoder sees the file: a `source:` is only measured here, so
that sizes and file names are known before anything runs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen import headers
from assetgen.files import reason_of
from assetgen.lfs import PULL
from assetgen.manifest.issues import Wrong

if TYPE_CHECKING:
    from pathlib import Path

LARGEST = 1024**3  # bytes of one file; more than any picture that is decoded
_FORMATS = "png, jpg or webp"
_SWAPPED = 4  # of EXIF's orientations, the last one that leaves width and height


@dataclass(frozen=True, slots=True)
class Header:
    """A picture as its header describes it, upright: pixels, format, transparency."""

    size: tuple[int, int]
    format: str
    alpha: bool


def header_of(path: Path) -> Header:
    """Return what a file's header says; raises `Wrong` if it is no picture of ours."""
    data = _bytes(path)
    found = headers.kind(data)
    if found is None:
        what = headers.instead(data)
        hint = PULL if "LFS" in what else f"use a {_FORMATS} file"
        raise Wrong(f"`{path.name}` is {what}, not a picture", hint=hint)
    if found not in headers.ACCEPTED:
        message = f"`{path.name}` is a picture of format {found}"
        raise Wrong(message, hint=f"convert it to {_FORMATS}")
    try:
        size, alpha = headers.READERS[found](data), headers.has_alpha(data)
    except headers.CUT_OFF:
        size, alpha = (0, 0), False
    if not all(size):
        message = f"the {found} header of `{path.name}` is cut off or damaged"
        raise Wrong(message, hint="save it anew")
    if size[0] * size[1] > headers.MAX_PIXELS:
        message = f"`{path.name}` has more pixels than assetgen decodes"
        hint = f"{size[0]:,} by {size[1]:,}; at most {headers.MAX_PIXELS:,} in all"
        raise Wrong(message, hint=hint)
    if headers.orientation(data) > _SWAPPED:
        size = size[::-1]
    return Header(size, found, alpha)


def _bytes(path: Path) -> bytes:
    """Return a file whole: what turns a picture may stand behind its pixels."""
    try:
        if path.stat().st_size > LARGEST:
            message = f"`{path.name}` has more than {LARGEST:,} bytes"
            raise Wrong(message, hint="a picture of so many cannot be decoded")
        return path.read_bytes()
    except OSError as error:
        raise Wrong(f"`{path.name}` cannot be read: {reason_of(error)}") from None
