"""This file is where the subject of a picture is, as far as pixels tell.

The subject of a cut-out is all that is not transparent; that of a picture on a ground
of one colour is all that is not that colour. Around any other picture nobody can say.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import floor, hypot
from typing import TYPE_CHECKING

from assetgen.images.resize import Layout, checked, held

if TYPE_CHECKING:
    from PIL.Image import Image

    from assetgen.steps import Rendition

Size = tuple[int, int]

VISIBLE = 12  # of 255: what has less alpha is a shadow's end or noise
DIFFERENT = 40  # of 255, in one channel: what differs less is the ground
SLACK = 0.98  # of the radius is filled: resampling may spread a pixel outwards


@dataclass(frozen=True, slots=True)
class Circle:
    """A circle around a subject, in pixels: its centre and its radius."""

    across: float
    down: float
    radius: float


def circle_of(plane: Image, above: int = VISIBLE) -> Circle | None:
    """Return the circle around all of a plane (L) that is above a level, or None.

    Its centre is the middle of the subject's box, which is what looks centred.
    """
    mask = plane.point([255 if level > above else 0 for level in range(256)])
    box = mask.getbbox()
    if box is None:
        return None
    across, down = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return Circle(across, down, reach(mask, across, down))


def reach(mask: Image, across: float, down: float) -> float:
    """Return how far a mask goes from a point, in pixels; 0 for an empty one."""
    farthest = 0.0
    for row in range(mask.height):
        box = mask.crop((0, row, mask.width, row + 1)).getbbox()
        if box is not None:
            high = max(abs(row - down), abs(row + 1 - down))
            wide = max(abs(box[0] - across), abs(box[2] - across))
            farthest = max(farthest, hypot(wide, high))
    return farthest


def subject_mask(image: Image) -> Image | None:
    """Return a mask of the subject of an RGB or RGBA picture.

    None if nobody can say: it is opaque, and its border is not of one colour.
    """
    from PIL import Image, ImageChops  # noqa: PLC0415  # planning has no pixels

    if image.mode == "RGBA":
        alpha = image.getchannel("A")
        if alpha.getextrema() != (255, 255):
            return alpha.point([0 if v <= DIFFERENT else 255 for v in range(256)])
        image = image.convert("RGB")
    ground = Image.new("RGB", image.size, image.getpixel((0, 0)))
    bands = ImageChops.difference(image, ground).split()
    most = bands[0]
    for band in bands[1:]:
        most = ImageChops.lighter(most, band)
    mask = most.point([0 if v <= DIFFERENT else 255 for v in range(256)])
    width, height = mask.size
    edges = (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    )
    return None if any(mask.crop(edge).getbbox() for edge in edges) else mask


def in_circle(size: Size, rendition: Rendition, circle: Circle) -> Layout:
    """Place a picture so that its subject fills a rendition's safe circle.

    Raises ImageError if the box is beyond reason. The subject grows no more than `held`
    says, and stands in the middle.
    """
    canvas = (rendition.width or size[0], rendition.height or size[1])
    scale = rendition.safe * min(canvas) / 2 * SLACK / max(circle.radius, 0.5)
    scale = held(scale, rendition)
    wide, high = (max(1, floor(length * scale + 0.5)) for length in size)
    left = floor(canvas[0] / 2 - circle.across * wide / size[0] + 0.5)
    top = floor(canvas[1] / 2 - circle.down * high / size[1] + 0.5)
    at, crop = (max(0, left), max(0, top)), (max(0, -left), max(0, -top))
    shown = (
        min(wide - crop[0], canvas[0] - at[0]),
        min(high - crop[1], canvas[1] - at[1]),
    )
    found = Layout((wide, high), crop, shown, canvas, at)
    return checked(size, found, replace(rendition, enlarge=True))
