"""What travels in a picture's file is found, and taken out without coding it again."""

from __future__ import annotations

import struct
import zlib

import pytest
from picture_files import opened, saved
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from assetgen.errors import ImageError
from assetgen.images.passengers import shown_through, without_passengers
from assetgen.images.segments import TAIL, parts
from assetgen.images.sniff import verify
from assetgen.images.telling import told

NAME = b"passenger"
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
ZIP = b"PK\x03\x04" + NAME + b"<?php passenger ?>"


def picture(mode: str = "RGB") -> Image.Image:
    image = Image.linear_gradient("L").resize((40, 24)).convert("RGB")
    image.paste((200, 30, 30), (5, 5, 20, 15))
    return image.convert(mode)


def exif(turn: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[0x010E] = NAME.decode()
    found[0x0112] = turn
    found.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 0.0)})
    return found


def laden_png(image: Image.Image) -> bytes:
    info = PngInfo()
    info.add_text("Comment", NAME.decode())
    info.add_text("Packed", NAME.decode(), zip=True)
    info.add_itxt("XML:com.adobe.xmp", f"<x>{NAME.decode()}</x>")
    info.add(b"prVt", NAME)
    info.add(b"tIME", bytes(7))
    data = saved(
        image, "PNG", pnginfo=info, exif=exif(), dpi=(72, 72), icc_profile=PROFILE
    )
    return data + ZIP


def laden_jpg(image: Image.Image, **options: object) -> bytes:
    data = saved(
        image,
        "JPEG",
        comment=NAME,
        exif=exif(),
        xmp=b"<x>passenger</x>",
        icc_profile=PROFILE,
        **options,
    )
    photoshop = b"Photoshop 3.0\0" + NAME
    segment = b"\xff\xed" + struct.pack(">H", len(photoshop) + 2) + photoshop
    return data[:2] + segment + data[2:] + ZIP


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_keeps_its_pixels_and_nothing_else(mode: str) -> None:
    image = picture("L").convert("I;16") if mode == "I;16" else picture(mode)
    laden = laden_png(image)

    bare = without_passengers(laden)

    assert opened(bare).tobytes() == opened(laden).tobytes()
    assert opened(bare).mode == opened(laden).mode
    assert {part.name for part in parts(bare)} <= {"IHDR", "PLTE", "IDAT", "IEND"}
    assert NAME not in bare
    assert bare.endswith(b"IEND\xaeB`\x82")


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpg_keeps_its_pixels_and_nothing_else(
    mode: str,
    progressive: bool,  # noqa: FBT001  # a parameter
) -> None:
    laden = laden_jpg(picture(mode), progressive=progressive, restart_marker_blocks=1)

    bare = without_passengers(laden)

    assert opened(bare).tobytes() == opened(laden).tobytes()
    assert {name for name in _names(bare) if name.startswith(("APP", "COM"))} <= {
        "APP0",
        "APP14",
    }
    assert NAME not in bare
    assert bare.endswith(b"\xff\xd9")


def test_the_thumbnail_of_a_jfif_header_goes_too() -> None:
    data = saved(picture(), "JPEG")
    thumbnail = b"JFIF\0\1\1\0\0\1\0\1\2\2" + b"passenger..."
    segment = b"\xff\xe0" + struct.pack(">H", len(thumbnail) + 2) + thumbnail
    laden = data[:2] + segment + data[20:]

    bare = without_passengers(laden)

    assert NAME in laden
    assert NAME not in bare
    assert opened(bare).tobytes() == opened(data).tobytes()


@pytest.mark.parametrize("name", ["PNG", "JPEG"])
def test_a_file_without_passengers_is_left_alone(name: str) -> None:
    data = saved(picture(), name)

    assert without_passengers(data) == data


@pytest.mark.parametrize("make", [laden_png, laden_jpg])
def test_freeing_twice_is_freeing_once(make: object) -> None:
    once = without_passengers(make(picture()))

    assert without_passengers(once) == once
    assert verify(once).width == 40


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_the_parts_of_a_file_are_the_whole_file(name: str) -> None:
    data = saved(picture(), name) + (b"tail" if name != "AVIF" else b"")

    joined = b"".join(part.raw for part in parts(data))

    assert data.endswith(joined)
    assert len(data) - len(joined) == {"PNG": 8, "JPEG": 2, "WEBP": 12}.get(name, 0)


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP"])
def test_what_hangs_on_behind_the_end_is_a_part_of_its_own(name: str) -> None:
    assert parts(saved(picture(), name) + ZIP)[-1].raw == ZIP
    assert parts(saved(picture(), name) + ZIP)[-1].name == TAIL


@pytest.mark.parametrize("name", ["PNG", "JPEG", "WEBP", "AVIF"])
def test_a_file_that_is_cut_off_is_refused_wherever_it_is(name: str) -> None:
    data = saved(picture(), name)

    for length in range(12, len(data) - 1):
        if name == "AVIF" and _ends_a_box(data, length):
            continue
        with pytest.raises(ImageError):
            parts(data[:length])


def test_only_png_and_jpg_are_freed() -> None:
    with pytest.raises(ImageError, match="only png and jpg"):
        without_passengers(saved(picture(), "WEBP"))


@pytest.mark.parametrize("turn", [1, 6])
@pytest.mark.parametrize("name", ["PNG", "JPEG"])
def test_a_picture_that_its_exif_turns_is_told_apart(name: str, turn: int) -> None:
    assert shown_through(saved(picture(), name, exif=exif(turn))) is (turn != 1)


def test_only_a_profile_that_is_not_srgb_shows() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()

    assert not shown_through(saved(picture(), "PNG", icc_profile=PROFILE))
    assert not shown_through(saved(picture(), "PNG", icc_profile=b"broken"))
    assert shown_through(saved(picture(), "PNG", icc_profile=lab))


def test_passengers_are_named_for_people() -> None:
    png = told(laden_png(picture()))
    jpg = told(laden_jpg(picture()))

    assert set(png.others) == {
        "EXIF",
        "a position (GPS)",
        "text",
        "a time",
        "a density",
        "a colour profile",
        "bytes behind the end",
    }
    assert set(jpg.others) == {
        "EXIF",
        "a position (GPS)",
        "Photoshop data",
        "a comment",
        "a profile or preview",
        "bytes behind the end",
    }


def test_a_file_without_passengers_has_none_to_name() -> None:
    for name in ("PNG", "JPEG", "WEBP", "AVIF"):
        assert told(saved(picture(), name)).others == ()


def test_a_bomb_in_a_text_chunk_costs_nothing() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    body = b"Comment\0\0" + bomb
    chunk = struct.pack(">I", len(body)) + b"zTXt" + body
    chunk += struct.pack(">I", zlib.crc32(b"zTXt" + body))
    data = saved(picture(), "PNG")

    assert told(data[:33] + chunk + data[33:]).others == ("text",)
    assert without_passengers(data[:33] + chunk + data[33:]) == data


def _names(data: bytes) -> set[str]:
    return {part.name for part in parts(data)}


def _ends_a_box(data: bytes, length: int) -> bool:
    """Whether a box ends exactly there: cut off, such a file is whole to the box."""
    at = 0
    while at < length:
        at += int.from_bytes(data[at : at + 4], "big")
    return at == length
