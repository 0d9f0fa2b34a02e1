"""This file is the plate that an icon stands on: its corners, and what is beyond it.

A launcher or a dock shows an icon through a shape. Where the system cuts it, a picture
has to go on behind the edge; where the system does not, the shape is drawn here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.images.resize import inner

if TYPE_CHECKING:
    from PIL.Image import Image

Size = tuple[int, int]

# A mask is drawn this much larger, and reduced: Pillow draws steps, not edges.
FINER = 4


def mirrored(image: Image, canvas: Size, at: Size) -> Image:
    """Return an opaque picture that goes on beyond its sides as its mirror image.

    `at` is where its left upper corner stands on the canvas. More than one picture's
    length beyond a side nothing is drawn.
    """
    from PIL import Image, ImageOps  # noqa: PLC0415  # planning never pays for Pillow

    made = Image.new("RGB", canvas)
    for across in (-1, 0, 1):
        for down in (-1, 0, 1):
            tile = ImageOps.mirror(image) if across else image
            tile = ImageOps.flip(tile) if down else tile
            made.paste(
                tile, (at[0] + across * image.width, at[1] + down * image.height)
            )
    return made


def rounded(canvas: Image, plate: float, corners: float) -> Image:
    """Return a picture of which only a plate with round corners is left.

    Args:
        canvas: RGB or RGBA, opaque where the plate is.
        plate: Its share of both sides; it stands in the middle.
        corners: The radius of its corners, as a share of its shorter side.
    """
    from PIL import Image, ImageDraw  # noqa: PLC0415  # planning never pays for Pillow

    wide, high = inner(canvas.size, (plate, plate))
    large = Image.new("L", (wide * FINER, high * FINER))
    radius = corners * min(large.size)
    edges = (0, 0, large.width - 1, large.height - 1)
    ImageDraw.Draw(large).rounded_rectangle(edges, radius, fill=255)
    mask = Image.new("L", canvas.size)
    at = (canvas.width - wide) // 2, (canvas.height - high) // 2
    mask.paste(large.reduce(FINER), at)
    made = canvas.convert("RGB")
    made.putalpha(mask)
    return made
