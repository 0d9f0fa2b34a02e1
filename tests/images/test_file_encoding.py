"""Files are plain, repeatable, as small as asked, and carry nothing but pixels."""

from __future__ import annotations

import struct
from io import BytesIO

import numpy as np
import pytest
from picture_files import opened
from PIL import Image

from assetgen.errors import ImageError
from assetgen.images.encode import encode
from assetgen.images.sniff import sniff
from assetgen.steps import FORMATS, Format, Rendition

LOSSY: tuple[Format, ...] = ("jpg", "webp", "avif")


def picture(size: int = 128, mode: str = "RGB", noise: float = 6) -> Image.Image:
    random = np.random.default_rng(1)
    rows, columns = np.mgrid[0:size, 0:size]
    bands = [rows, columns, (rows + columns) // 2, 255 - rows][: len(mode)]
    pixels = np.stack(bands, axis=-1) * (255 / size)
    pixels = pixels + random.normal(0, noise, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def png_chunks(data: bytes) -> list[bytes]:
    kinds, at = [], 8
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        kinds.append(kind)
        at += 12 + length
    return kinds


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_file_is_of_its_format_and_size(name: Format, mode: str) -> None:
    image = picture(96, "RGB" if name == "jpg" else mode)

    found = sniff(encode(image, Rendition(format=name)))

    assert (found.format, found.width, found.height) == (name, 96, 96)


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_pixels_give_the_same_bytes(name: Format) -> None:
    made = {encode(picture(), Rendition(format=name)) for _ in range(3)}

    assert len(made) == 1


@pytest.mark.parametrize("noise", [0, 60])
@pytest.mark.parametrize("size", [20, 300])
def test_png_keeps_every_pixel_of_drawings_and_of_noise(
    noise: float, size: int
) -> None:
    image = picture(size, "RGBA", noise)

    assert opened(encode(image, Rendition())).tobytes() == image.tobytes()


def test_noise_and_drawings_are_packed_each_in_its_own_way() -> None:
    """Matching strings beats runs on a drawing, and the other way round on noise."""
    tile = Image.effect_noise((8, 8), 90).convert("RGB")
    drawing = Image.new("RGB", (256, 256))
    for at in range(0, 256 * 32, 8):
        drawing.paste(tile, (at % 256, at // 256 * 8))
    runs = BytesIO()
    drawing.save(runs, "PNG", compress_type=3)
    noise = picture(256, noise=1)
    strings = BytesIO()
    noise.save(strings, "PNG", compress_level=5)

    assert len(encode(drawing, Rendition())) < 0.5 * len(runs.getvalue())
    assert len(encode(noise, Rendition())) < len(strings.getvalue())


def test_a_png_holds_pixels_only() -> None:
    image = picture()
    image.info = {"dpi": (300, 300), "icc_profile": b"x", "comment": "hello"}

    kinds = png_chunks(encode(image, Rendition()))

    assert set(kinds) == {b"IHDR", b"IDAT", b"IEND"}


@pytest.mark.parametrize("name", LOSSY)
def test_no_passenger_is_on_board(name: Format) -> None:
    image = picture()
    passengers = {
        "icc_profile": b"a profile",
        "exif": b"Exif\0\0passenger",
        "xmp": b"<passenger/>",
        "comment": b"passenger",
    }
    image.info = dict(passengers)

    data = encode(image, Rendition(format=name))

    assert b"passenger" not in data
    assert set(opened(data).info) & set(passengers) == set()


@pytest.mark.parametrize("name", LOSSY)
def test_quality_costs_bytes(name: Format) -> None:
    sizes = [
        len(encode(picture(), Rendition(format=name, quality=quality)))
        for quality in (30, 60, 90)
    ]

    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[2]


def test_lossless_webp_keeps_every_pixel() -> None:
    image = picture()

    data = encode(image, Rendition(format="webp", lossless=True))

    assert opened(data).convert("RGB").tobytes() == image.tobytes()


def test_lossless_avif_is_refused_instead_of_being_almost_lossless() -> None:
    with pytest.raises(ImageError, match="avif without loss is not possible"):
        encode(picture(), Rendition(format="avif", lossless=True))


@pytest.mark.parametrize("name", LOSSY)
def test_a_limit_in_bytes_is_met_with_the_best_quality_that_meets_it(
    name: Format,
) -> None:
    free = [
        len(encode(picture(), Rendition(format=name, quality=quality)))
        for quality in range(30, 91, 10)
    ]
    limit = free[3] + 1

    found = len(encode(picture(), Rendition(format=name, quality=90, max_bytes=limit)))

    assert free[2] < found <= limit


@pytest.mark.parametrize("name", LOSSY)
def test_a_limit_that_is_met_anyway_changes_nothing(name: Format) -> None:
    free = encode(picture(), Rendition(format=name))

    asked = Rendition(format=name, max_bytes=len(free))

    assert encode(picture(), asked) == free


@pytest.mark.parametrize("name", FORMATS)
def test_a_limit_that_cannot_be_met_says_how_small_it_gets(name: Format) -> None:
    with pytest.raises(
        ImageError, match="does not fit into 40 bytes: the smallest has"
    ):
        encode(picture(), Rendition(format=name, max_bytes=40))


def test_a_png_tries_harder_before_it_gives_up() -> None:
    image = picture(256, noise=0)
    easy = len(encode(image, Rendition()))

    assert len(encode(image, Rendition(max_bytes=easy))) <= easy


def test_a_limit_counts_what_is_added_to_the_bytes() -> None:
    free = len(encode(picture(), Rendition(format="webp")))
    asked = Rendition(format="webp", max_bytes=free)

    found = encode(picture(), asked, finish=lambda data: data + bytes(200))

    assert free - 200 <= len(found) + 200
    assert len(found) <= free


def test_an_icon_is_one_png_that_readers_find() -> None:
    image = picture(48, "RGBA")

    found = opened(encode(image, Rendition(format="ico")))

    assert (found.format, found.size) == ("ICO", (48, 48))
    assert found.tobytes() == image.tobytes()


@pytest.mark.parametrize(("name", "side"), [("ico", 257), ("webp", 16_384)])
def test_what_a_format_cannot_hold_is_refused(name: Format, side: int) -> None:
    image = Image.new("RGB", (side, 4))

    with pytest.raises(ImageError, match=f"{side:,} by 4 pixels, and {name} holds"):
        encode(image, Rendition(format=name))


def test_a_side_that_nobody_wrote_is_explained_by_the_one_that_somebody_did() -> None:
    image = Image.new("RGB", (1, 20_000))

    with pytest.raises(ImageError) as caught:
        encode(image, Rendition(format="webp", width=1))

    assert caught.value.message == (
        "at `width: 1` the picture is 1 by 20,000 pixels, and webp holds 16,383 a side"
    )
    assert "leave `webp` out" in (caught.value.hint or "")


def test_an_icon_of_256_says_so() -> None:
    assert sniff(encode(picture(256), Rendition(format="ico"))).width == 256


def test_pure_noise_becomes_a_jpeg_of_full_quality(
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Pillow's buffer for optimised JPEG is too small for it, and libjpeg says so."""
    random = np.random.default_rng(0)
    noise = random.integers(0, 256, (300, 300, 3), np.uint8)

    data = encode(Image.fromarray(noise), Rendition(format="jpg", quality=100))

    assert opened(data).size == (300, 300)
    assert capfd.readouterr().err == ""
