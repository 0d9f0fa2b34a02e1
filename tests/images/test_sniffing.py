"""Only whole, sane pictures get in, and what is refused is called by its name."""

from __future__ import annotations

import struct
import zlib

import numpy as np
import pytest
from picture_files import saved
from PIL import Image, PngImagePlugin

from assetgen.errors import ImageError
from assetgen.images.sniff import (
    MAX_PIXELS,
    Sniffed,
    Verified,
    check_shape,
    sniff,
    verify,
)

FORMATS = {"png": "PNG", "jpg": "JPEG", "webp": "WEBP"}


def ramp(width: int = 40, height: int = 30) -> Image.Image:
    rows = np.arange(height, dtype=np.uint8)[:, None, None]
    columns = np.arange(width, dtype=np.uint8)[None, :, None]
    return Image.fromarray(rows * 3 + columns * np.uint8([1, 2, 3]))


def chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def png_claiming(width: int, height: int) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(500))
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize(
    ("ours", "pillows"),
    [*FORMATS.items(), ("avif", "AVIF"), ("gif", "GIF"), ("ico", "ICO")],
)
def test_a_header_tells_format_and_size(ours: str, pillows: str) -> None:
    options = {"sizes": [(40, 30)]} if ours == "ico" else {}

    data = saved(ramp(), pillows, **options)

    assert sniff(data) == Sniffed(ours, 40, 30)


@pytest.mark.parametrize("options", [{"lossless": True}, {"xmp": b"x"}, {}])
def test_every_kind_of_webp_header_is_read(options: dict[str, object]) -> None:
    assert sniff(saved(ramp(), "WEBP", **options)) == Sniffed("webp", 40, 30)


def test_a_progressive_jpeg_with_metadata_is_read() -> None:
    data = saved(ramp(), "JPEG", progressive=True, exif=b"Exif\0\0" + b"x" * 900)

    assert sniff(data) == Sniffed("jpg", 40, 30)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \n", "empty"),
        (b"<!DOCTYPE html><title>no</title>", "a web page"),
        (b"\n <html>", "a web page"),
        (b'{"code": 404}', "a JSON message"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"<?xml version='1.0'?><svg/>", "an SVG drawing"),
        (b"<?xml version='1.0'?><Error/>", "markup"),
        (b"%PDF-1.7", "a PDF document"),
        (b"PK\x03\x04\x14", "a ZIP archive"),
        (b"version https://git-lfs.github.com/spec/v1", "a Git LFS pointer"),
        (b"Too many requests", "text"),
        (b"\x00\x01\x02\x03\x04", "of no known format"),
    ],
)
def test_what_is_no_picture_is_called_by_its_name(data: bytes, what: str) -> None:
    with pytest.raises(ImageError) as caught:
        verify(data)

    assert caught.value.message == f"this is {what}, not a picture"


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF89a"])
def test_a_header_that_is_cut_off_is_refused(data: bytes) -> None:
    with pytest.raises(ImageError, match="cut off or damaged"):
        sniff(data)


@pytest.mark.parametrize(("ours", "pillows"), FORMATS.items())
def test_a_whole_picture_is_believed(ours: str, pillows: str) -> None:
    data = saved(ramp(), pillows)

    expected = Verified(ours, 40, 30, has_alpha=False)

    assert verify(data) == expected


def test_transparency_counts_only_where_something_is_transparent() -> None:
    image = ramp().convert("RGBA")
    opaque = saved(image, "PNG")
    image.putpixel((3, 3), (1, 2, 3, 4))

    found = [verify(data).has_alpha for data in (opaque, saved(image, "PNG"))]

    assert found == [False, True]


@pytest.mark.parametrize("pillows", FORMATS.values())
@pytest.mark.parametrize("share", [0.3, 0.9, 0.999])
def test_a_truncated_picture_is_refused(pillows: str, share: float) -> None:
    data = saved(ramp(200, 80), pillows)

    with pytest.raises(ImageError):
        verify(data[: int(len(data) * share)])


@pytest.mark.parametrize(("ours", "pillows"), FORMATS.items())
def test_the_right_magic_before_garbage_is_refused(ours: str, pillows: str) -> None:
    data = saved(ramp(), pillows)[:30]

    with pytest.raises(ImageError, match=ours):
        verify(data + bytes(range(256)) * 20)


def test_one_flipped_bit_in_a_png_is_found() -> None:
    data = bytearray(saved(ramp(), "PNG"))
    data[len(data) // 2] ^= 0x10

    with pytest.raises(ImageError, match="damaged"):
        verify(bytes(data))


def test_bytes_behind_the_end_do_not_condemn_a_picture() -> None:
    data = saved(ramp(), "PNG") + b"PK\x03\x04"

    assert verify(data).format == "png"


@pytest.mark.parametrize(
    ("width", "height", "megapixels"), [(65_000, 65_000, 100), (17_800, 10_000, 100)]
)
def test_a_bomb_is_refused_by_its_header(
    width: int, height: int, megapixels: int
) -> None:
    with pytest.raises(ImageError) as caught:
        verify(png_claiming(width, height))

    assert caught.value.message == (
        f"this png claims {width}x{height} pixels, more than the {megapixels} "
        "megapixels that are allowed"
    )


def test_a_picture_just_within_the_limit_is_only_short_of_data() -> None:
    side = int(MAX_PIXELS**0.5)

    with pytest.raises(ImageError, match="cannot be decoded"):
        verify(png_claiming(side, side))


def test_a_bomb_of_text_is_refused() -> None:
    info = PngImagePlugin.PngInfo()
    for number in range(70):
        info.add_text(f"key{number}", "x" * 1_000_000, zip=True)

    with pytest.raises(ImageError, match="damaged"):
        verify(saved(ramp(), "PNG", pnginfo=info))


@pytest.mark.parametrize("pillows", ["PNG", "WEBP"])
def test_an_animation_is_refused(pillows: str) -> None:
    frames = [ramp().rotate(turn) for turn in (0, 90, 180)]
    data = saved(frames[0], pillows, save_all=True, append_images=frames[1:])

    with pytest.raises(ImageError, match="an animation of 3 frames"):
        verify(data)


@pytest.mark.parametrize("pillows", ["AVIF", "GIF", "ICO"])
def test_formats_that_are_known_but_not_accepted_are_refused(pillows: str) -> None:
    with pytest.raises(ImageError, match="is not accepted"):
        verify(saved(ramp(), pillows))


@pytest.mark.parametrize(
    ("image", "why"),
    [
        (Image.new("RGB", (9, 9), "black"), "one colour everywhere"),
        (Image.new("L", (9, 9), 7), "one colour everywhere"),
        (Image.new("P", (9, 9), 7), "one colour everywhere"),
        (Image.new("RGBA", (9, 9), (1, 2, 3, 99)), "one colour everywhere"),
        (Image.new("RGBA", (9, 9), (1, 2, 3, 0)), "transparent everywhere"),
    ],
)
def test_a_blank_picture_is_refused(image: Image.Image, why: str) -> None:
    with pytest.raises(ImageError) as caught:
        verify(saved(image, "PNG"))

    assert caught.value.message == f"the picture is blank: {why}"


def test_colours_hidden_under_nothing_do_not_make_a_picture() -> None:
    image = ramp().convert("RGBA")
    image.putalpha(0)

    with pytest.raises(ImageError, match="transparent everywhere"):
        verify(saved(image, "PNG"))


def test_one_colour_with_a_shape_is_a_picture() -> None:
    image = Image.new("RGBA", (9, 9), (255, 255, 255, 0))
    image.putpixel((4, 4), (255, 255, 255, 255))

    assert verify(saved(image, "PNG")).has_alpha


@pytest.mark.parametrize("nominal", [(30, 40), (40, 28), (400, 320)])
def test_a_picture_of_another_shape_than_asked_is_refused(
    nominal: tuple[int, int],
) -> None:
    with pytest.raises(ImageError, match="wrong shape"):
        check_shape((40, 30), nominal)


@pytest.mark.parametrize("nominal", [(40, 30), (41, 30), (60, 45), (20, 15)])
def test_a_size_that_is_only_nominal_passes(nominal: tuple[int, int]) -> None:
    check_shape((40, 30), nominal)


# --- pictures that are not whole, and whose files say nothing of it ---------------


def png_of(image: Image.Image, rows: bytes, *, laced: bool = False) -> bytes:
    """Return a sound PNG file of a picture's size that holds only these bytes."""
    header = struct.pack(">2I5B", *image.size, 8, 2, 0, 0, laced)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


def laced_rows(image: Image.Image) -> bytes:
    """Return the rows of the seven passes of an interlaced PNG, unfiltered."""
    steps = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4))
    steps += ((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    pixels = np.asarray(image)
    passes = [pixels[top::down, left::across] for left, top, across, down in steps]
    return b"".join(b"\0" + row.tobytes() for p in passes if p.size for row in p)


def plain_rows(image: Image.Image) -> bytes:
    return b"".join(b"\0" + row.tobytes() for row in np.asarray(image))


@pytest.mark.parametrize("laced", [False, True])
@pytest.mark.parametrize("size", [(40, 30), (1, 1), (3, 2), (9, 17)])
def test_a_png_with_all_its_rows_is_whole(
    size: tuple[int, int], *, laced: bool
) -> None:
    image = ramp(*size)
    rows = laced_rows(image) if laced else plain_rows(image)

    found = verify(png_of(image, rows, laced=laced), plain=True)

    assert (found.width, found.height) == size


@pytest.mark.parametrize("laced", [False, True])
@pytest.mark.parametrize("missing", [1, 121, 1210, 3000])
def test_a_sound_png_that_holds_too_few_rows_is_cut_off(
    missing: int, *, laced: bool
) -> None:
    """The decoder would leave them black and say nothing."""
    rows = (laced_rows if laced else plain_rows)(ramp())
    data = png_of(ramp(), rows[:-missing], laced=laced)

    with pytest.raises(ImageError, match="png picture is cut off"):
        verify(data)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGB", "RGBA"])
def test_rows_are_counted_in_every_kind_of_png(mode: str) -> None:
    image = ramp(37, 11).convert("L") if mode == "I;16" else ramp(37, 11)

    assert verify(saved(image.convert(mode), "PNG")).width == 37


def in_scan(data: bytes, share: float) -> bytes:
    """Return a JPEG whose first scan ends early, with everything that follows it."""
    start = data.index(b"\xff\xda")
    start += 2 + int.from_bytes(data[start + 2 : start + 4], "big")
    end = start
    while data[end] != 0xFF or data[end + 1] in {0, *range(0xD0, 0xD8)}:
        end += 1
    kept = data[start : start + int((end - start) * share)].rstrip(b"\xff")
    return data[:start] + kept + data[end:]


JPEGS = {
    "plain": {},
    "progressive": {"progressive": True},
    "full colour": {"subsampling": "4:4:4"},
    "restarts": {"restart_marker_blocks": 3},
    "restarts in rows": {"restart_marker_rows": 1},
}


@pytest.mark.parametrize("options", JPEGS.values(), ids=JPEGS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_jpeg_whose_pixels_end_early_is_cut_off(
    mode: str, options: dict[str, object]
) -> None:
    """The decoder would paint the rest grey and say nothing."""
    data = saved(ramp(200, 160).convert(mode), "JPEG", **options)
    assert verify(data).format == "jpg"

    for share in (0.1, 0.5, 0.9):
        with pytest.raises(ImageError, match="cut off before the last of its pixels"):
            verify(in_scan(data, share))


@pytest.mark.parametrize("options", JPEGS.values(), ids=JPEGS)
def test_a_large_jpeg_is_looked_at_coarsely(
    options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assetgen.images.wholeness._LARGE", 1000)
    data = saved(ramp(200, 160), "JPEG", **options)
    assert verify(data).format == "jpg"

    with pytest.raises(ImageError, match="cut off before the last of its pixels"):
        verify(in_scan(data, 0.5))


def test_the_end_mark_of_a_thumbnail_is_not_the_pictures_own() -> None:
    thumbnail = saved(ramp(9, 9), "JPEG")
    data = saved(ramp(200, 160), "JPEG", exif=b"Exif\0\0" + thumbnail)

    assert verify(data).width == 200
    with pytest.raises(ImageError, match="cut off"):
        verify(data[:-300])


@pytest.mark.parametrize("share", [0.2, 0.6, 0.95])
@pytest.mark.parametrize("options", [{}, {"lossless": True}], ids=["lossy", "lossless"])
def test_a_webp_whose_pixels_end_early_is_refused(
    share: float, options: dict[str, object]
) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (90, 90, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), "WEBP", **options)
    kept = data[20 : 20 + int((len(data) - 20) * share / 2) * 2]
    body = b"WEBP" + data[12:16] + struct.pack("<I", len(kept)) + kept

    with pytest.raises(ImageError):
        verify(b"RIFF" + struct.pack("<I", len(body)) + body)
