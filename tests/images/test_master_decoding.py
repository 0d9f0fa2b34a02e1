"""A master is upright, in sRGB and eight bits deep, however it was stored."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from picture_files import saved
from PIL import Image

from assetgen.errors import ImageError
from assetgen.images.decode import Master

# Display P3 primaries and sRGB's inverse, both adapted to D50 (rows X, Y, Z).
P3_TO_XYZ = np.array(
    [
        [0.51512, 0.29198, 0.15710],
        [0.24120, 0.69225, 0.06657],
        [-0.00105, 0.04189, 0.78407],
    ]
)
XYZ_TO_SRGB = np.linalg.inv(
    np.array(
        [
            [0.43607, 0.38515, 0.14307],
            [0.22249, 0.71687, 0.06061],
            [0.01392, 0.09708, 0.71410],
        ]
    )
)


def p3_profile(gamma: float = 2.2) -> bytes:
    """Return a small ICC v2 profile: P3 primaries and a pure power curve."""

    def fixed(*values: float) -> bytes:
        return struct.pack(f">{len(values)}i", *(round(v * 65536) for v in values))

    name = b"Test P3\0"
    curve = b"curv" + bytes(4) + struct.pack(">IHxx", 1, round(gamma * 256))
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", len(name)) + name + bytes(80),
        b"wtpt": b"XYZ \0\0\0\0" + fixed(0.9642, 1, 0.8249),
        **{
            bytes([letter]) + b"XYZ": b"XYZ \0\0\0\0" + fixed(*P3_TO_XYZ[:, band])
            for band, letter in enumerate(b"rgb")
        },
        **{bytes([letter]) + b"TRC": curve for letter in b"rgb"},
    }
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for tag, data in tags.items():
        padded = data + bytes(-len(data) % 4)
        table += tag + struct.pack(">II", start + len(body), len(data))
        body += padded
    size = struct.pack(">I", start + len(body))
    kind = b"\0\0\0\0\x02\x10\0\0mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28)
    header = size + kind + fixed(0.9642, 1, 0.8249)
    return header.ljust(128, b"\0") + table + body


def srgb_of_p3(colour: tuple[int, int, int]) -> list[int]:
    linear = XYZ_TO_SRGB @ P3_TO_XYZ @ (np.array(colour) / 255) ** 2.2
    linear = np.clip(linear, 0, 1)
    curved = np.where(
        linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return [int(value) for value in np.round(curved * 255)]


@pytest.mark.parametrize(
    "colour", [(200, 100, 100), (60, 160, 80), (30, 40, 200), (128, 128, 128)]
)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_an_embedded_profile_is_applied(
    colour: tuple[int, int, int], mode: str
) -> None:
    image = Image.new(mode, (4, 4), (*colour, 128)[: len(mode)])
    data = saved(image, icc_profile=p3_profile())

    found = Master.open(data).image.getpixel((1, 1))

    assert list(found[:3]) == pytest.approx(srgb_of_p3(colour), abs=2)
    assert found[3:] == ((128,) if mode == "RGBA" else ())


def test_a_broken_profile_is_ignored() -> None:
    data = saved(Image.new("RGB", (4, 4), (9, 8, 7)), icc_profile=b"no profile")

    assert Master.open(data).image.getpixel((0, 0)) == (9, 8, 7)


def test_a_profile_for_other_channels_is_ignored() -> None:
    data = saved(Image.new("L", (4, 4), 77), icc_profile=p3_profile())

    assert Master.open(data).image.getpixel((0, 0)) == (77, 77, 77)


# Where the first pixel of a picture of 10 x 6 goes, by orientation.
CORNERS = {
    1: (0, 0),
    2: (9, 0),
    3: (9, 5),
    4: (0, 5),
    5: (0, 0),
    6: (5, 0),
    7: (5, 9),
    8: (0, 9),
}


@pytest.mark.parametrize(("orientation", "corner"), CORNERS.items())
def test_the_orientation_of_a_camera_is_applied(
    orientation: int, corner: tuple[int, int]
) -> None:
    image = Image.new("RGB", (10, 6), "white")
    image.putpixel((0, 0), (255, 0, 0))
    exif = Image.Exif()
    exif[0x0112] = orientation

    found = Master.open(saved(image, exif=exif)).image

    assert found.size == ((10, 6) if orientation < 5 else (6, 10))
    assert found.getpixel(corner) == (255, 0, 0)


def test_a_cmyk_jpeg_becomes_rgb() -> None:
    image = Image.new("CMYK", (16, 16), (0, 255, 255, 0))

    found = Master.open(saved(image, "JPEG", quality=100)).image

    assert found.mode == "RGB"
    assert found.getpixel((5, 5)) == pytest.approx((255, 0, 0), abs=3)


def test_sixteen_bits_of_grey_are_scaled_and_not_clipped() -> None:
    deep = np.array([[0, 257, 32_768, 65_535]], np.uint16)

    found = Master.open(saved(Image.fromarray(deep))).image

    assert [found.getpixel((x, 0))[0] for x in range(4)] == [0, 1, 128, 255]


def test_a_palette_with_transparency_becomes_rgba() -> None:
    image = Image.new("P", (4, 1))
    image.putpalette([10, 20, 30, 40, 50, 60])
    image.putpixel((1, 0), 1)

    found = Master.open(saved(image, transparency=bytes([0, 200]))).image

    assert [found.getpixel((x, 0)) for x in range(2)] == [
        (10, 20, 30, 0),
        (40, 50, 60, 200),
    ]


@pytest.mark.parametrize(
    ("image", "options", "mode", "pixel"),
    [
        (Image.new("1", (4, 4), 1), {}, "RGB", (255, 255, 255)),
        (Image.new("L", (4, 4), 9), {}, "RGB", (9, 9, 9)),
        (Image.new("LA", (4, 4), (9, 7)), {}, "RGBA", (9, 9, 9, 7)),
        (Image.new("P", (4, 4), 0), {}, "RGB", (0, 0, 0)),
        (
            Image.new("RGB", (4, 4), (1, 2, 3)),
            {"transparency": (1, 2, 3)},
            "RGBA",
            None,
        ),
    ],
)
def test_every_mode_becomes_rgb_or_rgba(
    image: Image.Image,
    options: dict[str, object],
    mode: str,
    pixel: tuple[int, ...] | None,
) -> None:
    found = Master.open(saved(image, **options)).image

    assert (found.mode, found.getpixel((0, 0))) == (mode, pixel or (1, 2, 3, 0))


def test_an_alpha_that_hides_nothing_is_dropped() -> None:
    master = Master.open(saved(Image.new("RGBA", (4, 4), (1, 2, 3, 255))))

    assert (master.image.mode, master.has_alpha) == ("RGB", False)


def test_what_is_no_picture_has_no_master() -> None:
    with pytest.raises(ImageError, match="a web page"):
        Master.open(b"<html></html>")
