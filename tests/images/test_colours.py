"""Whatever a file says of its colours, master and sizes look like it in sRGB."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from coloraide import Color
from picture_files import opened, saved
from PIL import Image

from assetgen.errors import ImageError
from assetgen.images.decode import Master
from assetgen.images.derive import as_format
from assetgen.images.segments import parts

if TYPE_CHECKING:
    from collections.abc import Callable

PATCHES = ((200, 60, 60), (60, 200, 90), (30, 60, 220), (128, 128, 128), (250, 240, 20))
CHROMATICITIES = {
    "srgb": (31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000),
    "display-p3": (31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000),
}


def patches() -> Image.Image:
    """Return a picture of a few flat colours."""
    squares = np.repeat(np.uint8([PATCHES]), 8, axis=0).repeat(8, axis=1)
    return Image.fromarray(squares)


def saying(image: Image.Image, **chunks: bytes) -> bytes:
    """Return a PNG with more chunks behind its header."""
    data = saved(image, "PNG")
    more = b"".join(
        struct.pack(">I", len(body))
        + name.encode()
        + body
        + struct.pack(">I", zlib.crc32(name.encode() + body))
        for name, body in chunks.items()
    )
    return data[:33] + more + data[33:]


def gamma(value: float, primaries: str = "") -> dict[str, bytes]:
    said = {"gAMA": struct.pack(">I", round(value * 100_000))}
    if primaries:
        said["cHRM"] = struct.pack(">8I", *CHROMATICITIES[primaries])
    return said


def video(value: float) -> float:
    """Return the light of a number by the curve of BT.709."""
    return value / 4.5 if value < 0.081 else ((value + 0.099) / 1.099) ** (1 / 0.45)


def in_srgb(
    space: str, curve: Callable[[float], float] = float
) -> list[tuple[int, ...]]:
    """Return the patches in sRGB, by a library that is not ours; clipped as a screen.

    `curve` makes the numbers of a linear space of theirs.
    """
    found = []
    for patch in PATCHES:
        numbers = [curve(value / 255) for value in patch]
        color = Color(space, numbers).convert("srgb")
        found.append(tuple(round(min(max(c, 0), 1) * 255) for c in color[:3]))
    return found


def shown(image: Image.Image) -> list[tuple[int, ...]]:
    """Return the colour in the middle of every patch."""
    points = [(8 * n + 4, 4) for n in range(len(PATCHES))]
    return [image.convert("RGB").getpixel(point) for point in points]  # type: ignore[misc]


def close(one: list[tuple[int, ...]], other: list[tuple[int, ...]]) -> bool:
    return bool(np.abs(np.int16(one) - np.int16(other)).max() <= 2)


SAYING = {
    "P3": ({"cICP": bytes([12, 13, 0, 1])}, in_srgb("display-p3")),
    "BT.2020, linear": ({"cICP": bytes([9, 8, 0, 1])}, in_srgb("rec2020-linear")),
    "video": ({"cICP": bytes([1, 1, 0, 1])}, in_srgb("srgb-linear", video)),
    "sRGB": ({"cICP": bytes([1, 13, 0, 1])}, list(PATCHES)),
    "linear": (gamma(1.0), in_srgb("srgb-linear")),
    "an old Mac": (gamma(1 / 1.8, "srgb"), in_srgb("srgb-linear", lambda v: v**1.8)),
    "P3 by numbers": (
        gamma(1 / 2.2, "display-p3"),
        in_srgb("display-p3-linear", lambda v: v**2.2),
    ),
    "the usual gamma": (gamma(1 / 2.2), list(PATCHES)),
    "the usual gamma and primaries": (gamma(1 / 2.2, "srgb"), list(PATCHES)),
    "sRGB before gamma": ({"sRGB": b"\0"} | gamma(1.0), list(PATCHES)),
    "P3 before gamma": (
        {"cICP": bytes([12, 13, 0, 1])} | gamma(1.0),
        in_srgb("display-p3"),
    ),
    "no gamma at all": (gamma(0), list(PATCHES)),
    "numbers that nobody knows": ({"cICP": bytes([77, 88, 0, 1])}, list(PATCHES)),
    "primaries on one line": (
        {"gAMA": struct.pack(">I", 50_000), "cHRM": struct.pack(">8I", *[20_000] * 8)},
        list(PATCHES),
    ),
}


@pytest.mark.parametrize(("said", "expected"), SAYING.values(), ids=SAYING)
def test_master_and_sizes_have_the_colours_that_a_png_says(
    said: dict[str, bytes], expected: list[tuple[int, ...]]
) -> None:
    data = saying(patches(), **said)

    published = as_format(data, "png")

    assert close(shown(Master.open(data).image), expected)
    assert close(shown(opened(published)), expected)
    telling = {"cICP", "gAMA", "cHRM", "iCCP"}
    assert telling.isdisjoint(part.name for part in parts(published))


@pytest.mark.parametrize("mode", ["L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_has_the_colours_that_it_says(mode: str) -> None:
    image = patches().convert("L") if mode == "I;16" else patches()
    light = opened(saying(image.convert(mode), **gamma(1.0)))

    found = shown(Master.open(saying(image.convert(mode), **gamma(1.0))).image)

    plain = shown(Master.open(saved(light, "PNG")).image)
    expected = [
        tuple(
            round(Color("srgb-linear", [c / 255] * 3).convert("srgb")[0] * 255)
            for c in p
        )
        for p in plain
    ]
    assert close(found, expected)


@pytest.mark.parametrize(("transfer", "name"), [(16, "PQ"), (18, "HLG")])
def test_a_picture_brighter_than_files_can_be_fails_with_a_way_on(
    transfer: int, name: str
) -> None:
    data = saying(patches(), cICP=bytes([9, transfer, 0, 1]))

    for work in (lambda: Master.open(data), lambda: as_format(data, "png")):
        with pytest.raises(ImageError, match=name) as caught:
            work()
        assert caught.value.hint == "export it without HDR"


def test_a_master_of_inks_is_published_in_srgb() -> None:
    data = saved(patches().convert("CMYK"), "JPEG", quality=98)

    published = opened(as_format(data, "jpg"))

    assert published.mode == "RGB"
    assert close(shown(published), shown(Master.open(data).image))


def test_only_exif_turns_a_picture_as_in_a_browser() -> None:
    """Pillow would turn it by its XMP as well, and the master would not be turned."""
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/" tiff:Orientation="6"/>'
    data = saved(Image.new("RGB", (30, 20), "red"), "JPEG", xmp=xmp)

    assert Master.open(data).image.size == (30, 20)
    assert Image.open(BytesIO(as_format(data, "jpg"))).size == (30, 20)
