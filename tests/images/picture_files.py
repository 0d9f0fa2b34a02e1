"""How tests of pixels make a file of a picture, and look into one."""

from __future__ import annotations

from io import BytesIO

from PIL import Image


def saved(image: Image.Image, name: str = "PNG", **options: object) -> bytes:
    """Return a picture as a file of the format that Pillow calls `name`."""
    out = BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def opened(data: bytes) -> Image.Image:
    """Return the pixels of a file, all of them."""
    image = Image.open(BytesIO(data))
    image.load()
    return image
