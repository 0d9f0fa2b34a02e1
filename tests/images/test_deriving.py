"""One picture becomes many files, each a function of the source and its own wishes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from picture_files import opened, saved
from PIL import Image, ImageCms

from assetgen.errors import ImageError
from assetgen.images.derive import as_format, derive
from assetgen.images.metadata import is_draft, mark_draft
from assetgen.steps import FORMATS, Format, Rendition

RED, BLUE, WHITE = (255, 0, 0), (0, 0, 255), (255, 255, 255)


def cut_out() -> bytes:
    """Return a red square of 200 in the middle of 400 transparent pixels."""
    image = Image.new("RGBA", (400, 400), (0, 255, 0, 0))
    image.paste((*RED, 255), (100, 100, 300, 300))
    return saved(image)


def photo(width: int = 320, height: int = 240) -> bytes:
    random = np.random.default_rng(2)
    coarse = random.integers(0, 255, (height // 8, width // 8, 3), np.uint8)
    return saved(Image.fromarray(coarse).resize((width, height)))


def one(data: bytes, **wishes: object) -> Image.Image:
    return opened(derive(data, [Rendition(**wishes)])[0].data)


def test_files_come_in_the_order_of_the_wishes() -> None:
    wishes = [
        Rendition(format=name, width=width)
        for width in (64, 16, 128)
        for name in FORMATS
    ]

    found = [(made.format, made.width, made.height) for made in derive(photo(), wishes)]

    assert found == [(wish.format, wish.width, wish.width * 3 // 4) for wish in wishes]


def test_what_is_said_of_a_file_is_true() -> None:
    for made in derive(photo(), [Rendition(format=name, width=50) for name in FORMATS]):
        assert opened(made.data).size == (made.width, made.height)


def test_no_file_depends_on_its_company_or_on_threads() -> None:
    wishes = [
        Rendition(format=name, width=width, quality=quality)
        for width in (24, 100, 320)
        for name in FORMATS
        for quality in (40, 80)
        if not (name == "ico" and width > 256)
    ]
    alone = [derive(photo(), [wish])[0] for wish in wishes]

    with ThreadPoolExecutor(4) as pool:
        together = derive(photo(), wishes, mapper=pool.map)

    assert together == alone


def test_a_background_is_put_behind_the_picture() -> None:
    found = one(cut_out(), width=40, background="#0000FF")

    assert (found.mode, found.getpixel((1, 1)), found.getpixel((20, 20))) == (
        "RGB",
        BLUE,
        RED,
    )


def test_a_format_without_alpha_stands_on_white() -> None:
    found = one(cut_out(), width=200, format="jpg", quality=100)

    assert found.getpixel((3, 3)) == WHITE


@pytest.mark.parametrize("name", ["png", "webp", "avif", "ico"])
def test_a_format_with_alpha_stays_transparent(name: Format) -> None:
    found = one(cut_out(), width=40, format=name).convert("RGBA")

    assert (found.getpixel((1, 1))[3], found.getpixel((20, 20))[3]) == (0, 255)


@pytest.mark.parametrize(
    ("name", "background", "pixel"),
    [
        ("png", None, (0, 0, 0, 0)),
        ("png", "#0000FF", (*BLUE, 255)),
        ("jpg", None, (*WHITE, 255)),
    ],
)
def test_the_room_beside_a_contained_picture_has_the_ground(
    name: Format, background: str | None, pixel: tuple[int, ...]
) -> None:
    wide = saved(Image.new("RGB", (400, 100), RED))

    found = one(
        wide,
        width=100,
        height=100,
        fit="contain",
        format=name,
        background=background,
        quality=100,
    ).convert("RGBA")

    assert found.getpixel((50, 5)) == pytest.approx(pixel, abs=2)
    assert found.getpixel((50, 50)) == pytest.approx((*RED, 255), abs=2)


def test_padding_leaves_the_border_free() -> None:
    solid = saved(Image.new("RGB", (200, 200), RED))

    found = one(solid, width=100, padding=0.1)

    assert found.getbbox() == (10, 10, 90, 90)


def test_an_opaque_picture_gets_no_alpha() -> None:
    assert one(saved(Image.new("RGBA", (60, 60), (*RED, 255))), width=30).mode == "RGB"


def test_growing_needs_permission() -> None:
    with pytest.raises(
        ImageError, match="640x480 is larger than the picture"
    ) as caught:
        derive(photo(), [Rendition(width=640)])

    assert "enlarge: true" in (caught.value.hint or "")
    assert one(photo(), width=640, enlarge=True).size == (640, 480)


def test_passengers_of_the_source_stay_behind() -> None:
    exif = Image.Exif()
    exif[0x010E] = "passenger"
    source = saved(opened(photo()), "JPEG", exif=exif, comment=b"passenger")

    made = derive(source + b"passenger", [Rendition(format=name) for name in LARGE])

    assert [b"passenger" in file.data for file in made] == [False] * len(LARGE)


LARGE: tuple[Format, ...] = ("png", "jpg", "webp", "avif")


@pytest.mark.parametrize("draft", [True, False])
def test_every_file_of_a_draft_says_so(draft: bool) -> None:  # noqa: FBT001  # a parameter
    wishes = [Rendition(format=name, width=32) for name in FORMATS]

    made = derive(photo(), wishes, finish=mark_draft if draft else None)

    assert [is_draft(file.data) for file in made] == [draft] * len(FORMATS)


def test_a_draft_has_the_same_pixels() -> None:
    wishes = [Rendition(format=name, width=32) for name in FORMATS]

    plain, marked = (
        derive(photo(), wishes, finish=finish) for finish in (None, mark_draft)
    )

    assert [opened(made.data).tobytes() for made in marked] == [
        opened(made.data).tobytes() for made in plain
    ]


def test_a_colour_that_is_none_is_an_error() -> None:
    with pytest.raises(ImageError, match="`bluish` is not a colour"):
        derive(photo(), [Rendition(background="bluish", fit="contain", padding=0.1)])


def test_bytes_of_the_wanted_format_lose_their_passengers_only() -> None:
    assert as_format(photo() + b"behind the end", "png") == photo()


@pytest.mark.parametrize("name", ["PNG", "JPEG"])
def test_a_master_that_its_exif_turns_is_published_upright(name: str) -> None:
    turned, exif = opened(photo(64, 48)).transpose(Image.Transpose.ROTATE_90), None
    exif = Image.Exif()
    exif[0x0112] = 6  # to be shown turned by 90 degrees clockwise
    data = saved(turned, name, exif=exif)

    found = opened(as_format(data, "png" if name == "PNG" else "jpg"))

    assert (found.size, found.format, dict(found.getexif())) == ((64, 48), name, {})
    assert found.getpixel((3, 3)) == pytest.approx(
        opened(photo(64, 48)).getpixel((3, 3)), abs=8
    )


def test_a_master_in_another_colour_space_is_published_in_srgb() -> None:
    image = opened(photo(64, 48))
    lab = ImageCms.createProfile("LAB")
    to_lab = ImageCms.buildTransform(ImageCms.createProfile("sRGB"), lab, "RGB", "LAB")
    profile = ImageCms.ImageCmsProfile(lab).tobytes()
    tiff = ImageCms.applyTransform(image, to_lab)
    data = saved(Image.merge("RGB", tiff.split()), "PNG", icc_profile=profile)

    found = opened(as_format(data, "png"))

    assert "icc_profile" not in found.info


def test_bytes_of_another_format_are_converted_at_full_size() -> None:
    source = saved(opened(photo()), "WEBP", lossless=True)

    found = opened(as_format(source, "png"))

    assert (found.format, found.tobytes()) == ("PNG", opened(photo()).tobytes())


def test_a_cut_out_becomes_a_jpeg_on_white() -> None:
    found = opened(as_format(cut_out(), "jpg"))

    assert (found.format, found.size, found.getpixel((2, 2))) == (
        "JPEG",
        (400, 400),
        WHITE,
    )
