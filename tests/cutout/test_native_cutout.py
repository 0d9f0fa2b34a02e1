"""A picture that comes with transparency keeps it."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from assetgen.errors import ImageError
from assetgen.images.cutout.choose import Cutting
from assetgen.images.cutout.native import Native
from assetgen.steps import Cut


def drawn(background: tuple[int, int, int, int], name: str = "PNG") -> bytes:
    """Return a disc on a background as a file."""
    image = Image.new("RGBA", (64, 48), background)
    ImageDraw.Draw(image).ellipse((12, 8, 50, 40), fill=(200, 40, 60, 255))
    file = io.BytesIO()
    image.save(file, name, lossless=True)
    return file.getvalue()


def test_a_png_with_alpha_is_passed_on_byte_for_byte() -> None:
    """Nothing is encoded twice."""
    picture = drawn((0, 0, 0, 0))
    result = Native().cut(picture, Cut("native"))
    assert (result.data, result.method, result.note) == (picture, "native", None)


def test_another_format_becomes_a_png_of_the_same_pixels() -> None:
    """WebP in, PNG in RGBA out."""
    picture = drawn((0, 0, 0, 0), "WEBP")
    result = Native().cut(picture, Cut("native"))
    with Image.open(io.BytesIO(result.data)) as made:
        assert (made.format, made.mode, made.size) == ("PNG", "RGBA", (64, 48))
        assert made.getpixel((30, 24)) == (200, 40, 60, 255)
        assert made.getchannel("A").getpixel((0, 0)) == 0


def test_an_alpha_channel_without_transparency_is_refused() -> None:
    """All 255 is opaque, whatever the mode says."""
    with pytest.raises(ImageError, match="no transparency of its own"):
        Native().cut(drawn((255, 255, 255, 255)), Cut("native"))


def test_an_empty_picture_has_lost_its_subject() -> None:
    """Transparency everywhere is nothing."""
    file = io.BytesIO()
    Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(file, "PNG")
    with pytest.raises(ImageError, match="the subject was lost"):
        Cutting().cut(file.getvalue(), Cut("native"))
