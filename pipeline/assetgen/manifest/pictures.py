"""This file is what the header of a picture file tells: size, kind, transparency.

Nothing is decoded: a `source:` is only measured here, so that sizes and file names
are known before anything runs.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.lfs import PULL, is_pointer
from assetgen.manifest.issues import Wrong

if TYPE_CHECKING:
    from pathlib import Path

KINDS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
_ORIENTATION = 274  # EXIF tag; from 5 on, width and height change places


@dataclass(frozen=True, slots=True)
class Header:
    """A picture as its header describes it, upright: pixels, format, transparency."""

    size: tuple[int, int]
    format: str
    alpha: bool


def header_of(path: Path) -> Header:
    """Return what a file's header says; raises `Wrong` if it is no picture of ours."""
    # It costs 60 ms, and most manifests have no `source:`.
    from PIL import Image  # noqa: PLC0415 - see above

    try:
        with warnings.catch_warnings():
            # Its size is checked again where it is decoded, under limits.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(path, formats=tuple(KINDS)) as picture:
                size = picture.size
                if (
                    picture.format == "JPEG"
                    and picture.getexif().get(_ORIENTATION, 1) > 4  # noqa: PLR2004 (see there)
                ):
                    size = size[::-1]
                alpha = picture.has_transparency_data
                return Header(size, KINDS[str(picture.format)], alpha)
    except Image.DecompressionBombError:
        raise Wrong(f"`{path.name}` has more pixels than assetgen decodes") from None
    except Exception:  # noqa: BLE001 (a decoder meets foreign bytes: any error is theirs)
        if is_pointer(path):
            message = f"`{path.name}` is a Git LFS pointer, not the picture itself"
            raise Wrong(message, hint=PULL) from None
        message = f"`{path.name}` is no picture that assetgen reads"
        raise Wrong(message, hint="use a png, jpg or webp file") from None
