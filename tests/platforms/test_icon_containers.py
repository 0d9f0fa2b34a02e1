"""What stands in an icon file is read back by a reader of our own, pixel by pixel."""

from __future__ import annotations

from io import BytesIO

import pytest
from icon_readers import (
    Pixels,
    icns_entries,
    icns_pixels,
    ico_entries,
    png_head,
    png_pixels,
)
from PIL import Image, ImageDraw

from assetgen.errors import ImageError
from assetgen.images.containers import contained


def drawn(side: int) -> Image.Image:
    """Return a disc on nothing, with a corner that is half transparent."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.ellipse((1, 1, side - 2, side - 2), fill=(236, 72, 153, 255))
    pen.rectangle((side // 2, side // 2, side - 1, side - 1), fill=(10, 20, 30, 128))
    return image


def png(side: int) -> bytes:
    out = BytesIO()
    drawn(side).save(out, "PNG")
    return out.getvalue()


def same(found: Pixels, side: int) -> bool:
    """Return whether pixels are those that were drawn, where they can be seen."""
    wanted = drawn(side).tobytes()
    assert (found.width, found.height) == (side, side)
    return all(
        found.rgba[at : at + 4] == wanted[at : at + 4]
        or found.rgba[at + 3] == wanted[at + 3] == 0
        for at in range(0, len(wanted), 4)
    )


@pytest.mark.parametrize("bitmap", [False, True])
def test_every_picture_of_an_ico_is_what_was_drawn(bitmap: bool) -> None:  # noqa: FBT001  the parameter
    sides = (16, 20, 33, 48, 256)
    pictures = [(png(side), bitmap and side < 256) for side in sides]
    entries = ico_entries(contained("ico", pictures))
    assert [entry.width for entry in entries] == list(sides)
    assert [entry.height for entry in entries] == list(sides)
    assert {entry.bits for entry in entries} == {32}
    assert [entry.is_png for entry in entries] == [not bitmap] * 4 + [True]
    assert all(
        same(entry.pixels(), side) for entry, side in zip(entries, sides, strict=True)
    )


def test_every_picture_of_an_icns_is_what_was_drawn() -> None:
    sides = (16, 32, 64, 128, 256, 512, 1024)
    entries = icns_entries(contained("icns", [(png(side), False) for side in sides]))
    types = {
        "ic11": 32,
        "ic12": 64,
        "ic07": 128,
        "ic08": 256,
        "ic13": 256,
        "ic09": 512,
        "ic14": 512,
        "ic10": 1024,
    }
    assert set(entries) == {*types, "is32", "s8mk", "il32", "l8mk"}
    for kind, side in types.items():
        assert (png_head(entries[kind]).width, entries[kind]) == (side, png(side))
    assert same(icns_pixels(16, entries["is32"], entries["s8mk"]), 16)
    assert same(icns_pixels(32, entries["il32"], entries["l8mk"]), 32)


@pytest.mark.parametrize("side", [16, 32])
def test_colours_that_never_repeat_are_packed_and_unpacked(side: int) -> None:
    noise = Image.frombytes(
        "RGBA", (side, side), bytes(at * 167 % 251 for at in range(4 * side * side))
    )
    out = BytesIO()
    noise.save(out, "PNG")
    entries = icns_entries(contained("icns", [(out.getvalue(), False)]))
    colours, mask = {16: ("is32", "s8mk"), 32: ("il32", "l8mk")}[side]
    found = icns_pixels(side, entries[colours], entries[mask])
    assert found.rgba == noise.tobytes()


def test_the_reader_of_png_reads_what_pillow_writes() -> None:
    """The readers are proven too, or they would prove nothing."""
    assert same(png_pixels(png(40)), 40)


@pytest.mark.parametrize(("form", "side"), [("ico", 300), ("icns", 48), ("icns", 300)])
def test_a_size_without_a_place_is_refused(form: str, side: int) -> None:
    with pytest.raises(ImageError, match="have no place"):
        contained(form, [(png(side), False)])


def test_the_same_pictures_make_the_same_bytes() -> None:
    for form in ("ico", "icns"):
        first, again = (
            contained(form, [(png(side), True) for side in (16, 32)]) for _ in range(2)
        )
        assert first == again


def test_an_ico_keeps_the_order_that_its_reader_asks_for() -> None:
    """Some readers take the first picture, whatever its size."""
    entries = ico_entries(contained("ico", [(png(side), True) for side in (32, 16)]))
    assert [entry.width for entry in entries] == [32, 16]
    assert same(entries[0].pixels(), 32)
