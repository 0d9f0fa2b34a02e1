"""The files that an asset publishes, and the pictures it starts from."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from small_projects import only, paths, picture

from assetgen.errors import ManifestError

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Load


# --- files ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("", ["a.png"]),
        ("master: false", []),
        ("removeBg: true, master: both", ["a.png", "a-nobg.png"]),
        ("source_format: jpg", ["a.jpg"]),
        ("source_format: jpeg", ["a.jpg"]),
        ("source_format: jpg, removeBg: true", ["a.png"]),
        ("source_format: jpg, removeBg: true, master: both", ["a.jpg", "a-nobg.png"]),
        ("path: x/y", ["x/y/a.png"]),
        ("path: ./x/", ["x/a.png"]),
        ("variants: 24", ["a.png", "a-24w.png", "a-24w.webp"]),
        ("variants: {height: 24, formats: webp}", ["a.png", "a-24h.webp"]),
        ("variants: [{width: 8, formats: [jpeg, jpg]}]", ["a.png", "a-8w.jpg"]),
        ("variants: {suffix: '', formats: [webp]}", ["a.png", "a.webp"]),
        (
            "variants: [s, 9]",
            ["a.png", "a@1.ico", "a-9w.png", "a-9w.webp", "a@1.ico.xmp"],
        ),
        (
            (
                "path: x, variants: {width: 8, height: 9, formats: webp, "
                "file: '{dir}/{width}x{height}/{name}{suffix}.{ext}'}"
            ),
            ["x/a.png", "x/8x9/a-8w.webp"],
        ),
        (
            "variants: {width: 8, formats: ico, file: favicon.ico}",
            ["a.png", "favicon.ico", "favicon.ico.xmp"],
        ),
        ("variants: s, provenance: true", ["a.png", "a@1.ico", "a@1.ico.xmp"]),
        ("variants: s, provenance: false", ["a.png", "a@1.ico"]),
        ("variants: s, provenance: {sidecars: false}", ["a.png", "a@1.ico"]),
        (
            "variants: s, provenance: {prompt: true}",
            ["a.png", "a@1.ico", "a@1.ico.xmp"],
        ),
    ],
)
def test_an_asset_publishes(load: Load, fields: str, expected: list[str]) -> None:
    sets = "variants: {s: {suffix: '@1', width: 16, formats: ico}}"
    words = f"prompt: x, provider: kie, {fields}"
    assert paths(only(load, words, sets)) == expected


def test_a_name_with_slashes_makes_folders(load: Load) -> None:
    manifest = load(
        "assets: {credits/coin: {prompt: x, variants: 24}, b/c: {prompt: x, path: ''}}"
    )
    assert [path for asset in manifest.assets for path in paths(asset)] == [
        "credits/coin.png",
        "credits/coin-24w.png",
        "credits/coin-24w.webp",
        "c.png",
    ]


def test_one_name_in_two_outputs_is_two_files(load: Load) -> None:
    manifest = load(
        "output: {web: w, app: p}\n"
        "assets: {x/a: {prompt: x, path: ''}, y/a: {prompt: x, path: '', to: app}}"
    )
    assert [asset.output for asset in manifest.assets] == ["web", "app"]


def test_a_format_without_alpha_stands_on_white_and_says_so(load: Load) -> None:
    asset = only(load, "prompt: x, removeBg: true, variants: {width: 8, formats: jpg}")
    rendition = asset.files[1].rendition
    assert rendition is not None
    assert rendition.background == "#FFFFFF"
    assert asset.notes == (
        "`jpg` has no transparency: the picture stands on white (`background`)",
    )


def test_every_field_of_a_variant_reaches_its_rendition(load: Load) -> None:
    asset = only(
        load,
        "prompt: x, variants: {suffix: s, width: 200, height: 100, fit: cover, "
        "position: southeast, background: '#abc', padding: 10, enlarge: true, "
        "formats: webp, quality: 33, lossless: true, max_bytes: 999}",
    )
    rendition = asset.files[1].rendition
    assert rendition is not None
    assert rendition.said == {
        "format": "webp",
        "width": 200,
        "height": 100,
        "fit": "cover",
        "position": "right bottom",
        "background": "#AABBCC",
        "padding": 0.1,
        "enlarge": True,
        "quality": 33,
        "lossless": True,
        "max_bytes": 999,
    }


@pytest.mark.parametrize(
    ("size", "fits"),
    [
        ("{width: 1024}", True),
        ("{width: 1025}", False),
        ("{width: 1025, enlarge: true}", True),
        ("{width: 2000, height: 500}", True),
        ("{width: 2000, height: 500, fit: contain}", True),
        ("{width: 2000, height: 500, fit: cover}", False),
        ("{width: 2000, height: 500, fit: fill}", False),
        ("{width: 2000, height: 500, fit: outside}", False),
        ("{width: 1200, height: 1200, padding: 10%}", True),
    ],
)
def test_a_variant_may_not_need_more_pixels_than_there_are(
    load: Load, size: str, *, fits: bool
) -> None:
    if fits:
        assert only(load, f"prompt: x, variants: {size}").files
    else:
        with pytest.raises(ManifestError, match="larger than the picture"):
            only(load, f"prompt: x, variants: {size}")


def test_the_size_of_an_automatic_ratio_is_known_only_later(load: Load) -> None:
    words = "prompt: x, provider: kie, model: google/imagen4, aspect_ratio: auto"
    asset = only(load, f"{words}, variants: [5000]")
    assert asset.nominal is None


# --- sources ----------------------------------------------------------------------


def test_a_source_is_relative_to_the_file_that_names_it(
    load: Load, project: Path
) -> None:
    manifest = load(
        "include: [brand/more.yaml]",
        {
            "brand/more.yaml": "assets: {logo: {source: logo.jpg}}",
            "brand/logo.jpg": picture("JPEG"),
        },
    )
    (asset,) = manifest.assets
    assert asset.source == project / "brand/logo.jpg"
    assert (asset.request, asset.price, paths(asset)) == (None, 0, ["logo.jpg"])


def test_bought_fields_of_defaults_are_no_matter_to_a_source(load: Load) -> None:
    asset = only(
        load,
        "source: l.webp, removeBg: true",
        "defaults: {provider: kie, aspect_ratio: 16:9, exclude: [x]}",
        **{"l.webp": picture("WEBP")},
    )
    assert (asset.nominal, paths(asset), asset.notes) == ((300, 200), ["a.png"], ())


def test_a_photo_on_its_side_is_measured_upright(load: Load) -> None:
    file, exif = io.BytesIO(), Image.Exif()
    exif[274] = 6
    Image.new("RGB", (300, 200)).save(file, "JPEG", exif=exif)
    asset = only(load, "source: l.jpg", **{"l.jpg": file.getvalue()})
    assert asset.nominal == (200, 300)
