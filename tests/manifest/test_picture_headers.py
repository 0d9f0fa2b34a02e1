"""A header is read by nobody but us: it is a header, or what is wrong has words."""

from __future__ import annotations

import random
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from assetgen.manifest.issues import Wrong
from assetgen.manifest.pictures import Header, header_of

if TYPE_CHECKING:
    from pathlib import Path


def saved(mode: str, form: str, **options: object) -> bytes:
    out = BytesIO()
    Image.linear_gradient("L").resize((40, 30)).convert(mode).save(out, form, **options)
    return out.getvalue()


def turned(turn: int, *, big: bool = False) -> Image.Exif:
    exif = Image.Exif()
    exif.endian = ">" if big else "<"
    exif[0x010F] = "a maker"
    exif[0x0112] = turn
    return exif


@pytest.mark.parametrize(
    ("data", "header"),
    [
        (saved("RGB", "PNG"), Header((40, 30), "png", alpha=False)),
        (saved("RGBA", "PNG"), Header((40, 30), "png", alpha=True)),
        (saved("LA", "PNG"), Header((40, 30), "png", alpha=True)),
        (saved("L", "PNG", transparency=3), Header((40, 30), "png", alpha=True)),
        (saved("P", "PNG"), Header((40, 30), "png", alpha=False)),
        (saved("RGB", "JPEG"), Header((40, 30), "jpg", alpha=False)),
        (saved("CMYK", "JPEG"), Header((40, 30), "jpg", alpha=False)),
        (saved("RGB", "WEBP"), Header((40, 30), "webp", alpha=False)),
        (saved("RGBA", "WEBP"), Header((40, 30), "webp", alpha=False)),
        (saved("RGB", "WEBP", lossless=True), Header((40, 30), "webp", alpha=False)),
    ],
)
def test_a_header_is_what_a_decoder_says(
    tmp_path: Path, data: bytes, header: Header
) -> None:
    """WebP leaves out an alpha channel that is opaque everywhere."""
    (tmp_path / "a").write_bytes(data)
    image = Image.open(BytesIO(data))

    assert header_of(tmp_path / "a") == header
    assert (image.size, image.has_transparency_data) == (header.size, header.alpha)


@pytest.mark.parametrize("lossless", [False, True])
def test_the_transparency_of_a_webp_is_seen(tmp_path: Path, *, lossless: bool) -> None:
    out = BytesIO()
    Image.new("RGBA", (9, 9), (9, 9, 9, 9)).save(out, "WEBP", lossless=lossless)
    (tmp_path / "a").write_bytes(out.getvalue())

    assert header_of(tmp_path / "a").alpha


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("big", [False, True])
def test_every_way_to_turn_a_picture_is_seen(
    tmp_path: Path, form: str, turn: int, *, big: bool
) -> None:
    (tmp_path / "a").write_bytes(saved("RGB", form, exif=turned(turn, big=big)))

    expected = (40, 30) if turn < 5 else (30, 40)

    assert header_of(tmp_path / "a").size == expected


SEEDS = [
    saved("RGBA", "PNG", exif=turned(6)),
    saved("P", "PNG", transparency=1),
    saved("RGB", "JPEG", exif=turned(3), progressive=True),
    saved("RGB", "WEBP", exif=turned(8)),
    saved("RGB", "WEBP", lossless=True),
]


@pytest.mark.parametrize("data", SEEDS)
def test_a_header_that_ends_anywhere_is_a_header_or_has_a_fault_in_words(
    tmp_path: Path, data: bytes
) -> None:
    for length in (*range(min(len(data), 220)), len(data) - 1):
        (tmp_path / "a").write_bytes(data[:length])
        assert _read(tmp_path / "a")


@pytest.mark.parametrize("data", SEEDS)
def test_a_garbled_header_is_a_header_or_has_a_fault_in_words(
    tmp_path: Path, data: bytes
) -> None:
    chance = random.Random(3)  # noqa: S311  # no secret
    for _ in range(300):
        garbled = bytearray(data)
        for _ in range(chance.randint(1, 12)):
            garbled[chance.randrange(min(len(data), 300))] = chance.randrange(256)
        (tmp_path / "a").write_bytes(garbled)
        assert _read(tmp_path / "a")


def _read(path: Path) -> bool:
    try:
        return min(header_of(path).size) > 0
    except Wrong as wrong:
        return path.name in wrong.message
