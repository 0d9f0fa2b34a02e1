"""A draft can be told from its file alone, and its mark touches no pixel."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from picture_files import opened, saved
from PIL import Image

from assetgen.errors import ImageError
from assetgen.images.metadata import is_draft, mark_draft
from assetgen.images.sniff import sniff, verify

KINDS = [
    ("PNG", {}),
    ("JPEG", {}),
    ("JPEG", {"exif": b"Exif\0\0" + bytes(30)}),
    ("WEBP", {"quality": 80}),
    ("WEBP", {"lossless": True}),
    ("WEBP", {"lossless": True, "exif": b"Exif\0\0" + bytes(31)}),
    ("AVIF", {}),
    ("ICO", {"sizes": [(16, 16), (33, 21)]}),
]


def picture(name: str, mode: str, options: dict[str, object]) -> bytes:
    image = Image.linear_gradient("L").resize((33, 21)).convert("RGB")
    if mode == "RGBA" and name != "JPEG":
        image.putalpha(Image.radial_gradient("L").resize((33, 21)))
    return saved(image, name, **options)


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize(("name", "options"), KINDS)
def test_the_mark_is_found_and_the_pixels_stay(
    name: str, options: dict[str, object], mode: str
) -> None:
    plain = picture(name, mode, options)

    marked = mark_draft(plain)

    assert (is_draft(plain), is_draft(marked)) == (False, True)
    assert sniff(marked) == sniff(plain)
    assert opened(marked).mode == opened(plain).mode
    assert opened(marked).tobytes() == opened(plain).tobytes()


@pytest.mark.parametrize(("name", "options"), KINDS[:6])
def test_other_tools_read_the_mark_as_xmp(
    name: str, options: dict[str, object]
) -> None:
    info = opened(mark_draft(picture(name, "RGB", options))).info

    packet = info.get("xmp") or info["XML:com.adobe.xmp"]
    tree = ET.fromstring(packet)  # noqa: S314  # our own bytes
    description = tree.find(".//{*}Description")
    assert description is not None
    assert description.get("{urn:assetgen:1}draft") == "True"


def test_a_png_says_it_in_plain_text_too() -> None:
    assert opened(mark_draft(picture("PNG", "RGB", {}))).info["assetgen"] == "draft"


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
def test_a_marked_picture_is_still_accepted(name: str) -> None:
    plain = picture(name, "RGB", {})

    assert verify(mark_draft(plain)) == verify(plain)


@pytest.mark.parametrize(("name", "options"), KINDS)
def test_marking_twice_is_marking_once(name: str, options: dict[str, object]) -> None:
    once = mark_draft(picture(name, "RGBA", options))

    assert mark_draft(once) == once


def test_every_picture_of_an_icon_survives_its_mark() -> None:
    plain = picture("ICO", "RGBA", {"sizes": [(16, 16), (33, 21)]})

    found = opened(mark_draft(plain))

    assert found.info["sizes"] == opened(plain).info["sizes"]
    for size in found.info["sizes"]:
        expected = opened(plain).ico.getimage(size)
        assert found.ico.getimage(size).tobytes() == expected.tobytes()


def test_a_format_without_a_place_for_it_is_refused() -> None:
    with pytest.raises(ImageError, match="a gif has no place for metadata"):
        mark_draft(picture("GIF", "RGB", {}))
