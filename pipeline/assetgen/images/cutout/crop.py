"""This file is trimming a cut-out to its subject, and showing it to a person."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image

from assetgen.images.cutout.planes import above
from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.steps import Rendition

if TYPE_CHECKING:
    from assetgen.images.cutout.base import CutResult

# Alpha up to this is no subject: nobody sees it.
UNSEEN = 4

# What a rejected cut-out is shown on, and how large at most.
GROUNDS = ((18, 18, 18), (255, 255, 255))
SHOWN = 1024


def cropped(result: CutResult, how: str) -> CutResult:
    """Return a cut-out trimmed to its subject, with room around it; see `Cut.crop`.

    More room than the picture has is added, transparent. A shadow is part of the
    subject.
    """
    if not how:
        return result
    image = result.image or Master.open(result.data).image.convert("RGBA")
    box = above(image.getchannel("A"), UNSEEN).getbbox()
    if box is None:
        return result
    room = _room(how, max(box[2] - box[0], box[3] - box[1]))
    left, top, right, bottom = box
    trimmed = image.crop((left - room, top - room, right + room, bottom + room))
    if trimmed.size == image.size and not (left - room or top - room):
        return result
    data = encode(trimmed, Rendition(format="png"))
    return replace(result, data=data, image=trimmed)


def on_both_grounds(data: bytes) -> bytes:
    """Return a PNG of a cut-out on a dark and on a light ground, side by side."""
    image = Master.open(data).image.convert("RGBA")
    image.thumbnail((SHOWN, SHOWN))
    width, height = image.size
    page = Image.new("RGB", (2 * width, height))
    for number, ground in enumerate(GROUNDS):
        under = Image.new("RGBA", image.size, (*ground, 255))
        page.paste(
            Image.alpha_composite(under, image).convert("RGB"), (number * width, 0)
        )
    return encode(page, Rendition(format="png"))


def _room(how: str, longer: int) -> int:
    """Return the pixels of room that a crop leaves."""
    if how.endswith("%"):
        return round(longer * float(how[:-1]) / 100)
    return int(how)
