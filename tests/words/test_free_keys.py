"""The keys of free steps are the same for ever: an upgrade makes no file again.

If one of these fails, do not write new numbers: every file that anybody has published
would be made once more. A field that a step learns later is left out at its default.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from assetgen.manifest.model import Asset, File
from assetgen.recipe import recipe_of
from assetgen.steps import FIRST_FIELDS, Companion, Cut, Rendition

SOURCE = "a" * 64
PLAIN = Rendition()
FULL = Rendition(
    format="webp",
    width=24,
    height=3,
    fit="cover",
    position="top",
    background="#FFFFFF",
    padding=0.1,
    enlarge=True,
    quality=3,
    lossless=True,
    max_bytes=9,
)
ASSET = Asset(
    name="coin",
    base="coin",
    keys=("assets", "coin"),
    request=None,
    source=Path("coin.png"),
    cut=Cut("auto", "", {}),
    files=(),
    nominal=None,
    price=None,
    output="default",
)


@pytest.mark.parametrize(
    ("rendition", "recipe", "key"),
    [
        (
            PLAIN,
            "0c546048dbea37f052109c5e317a26547732b58aaf4c5b0615e5e904a08fd619",
            "322feb24b1c1f49d5554fe42398b7b1852f4336d71fb449aa6d3199d8bbf15dc",
        ),
        (
            FULL,
            "5d2a41c7db11111ae74135567c234f21d661868452259bcec842b9248c66bc4a",
            "a6540f87a787bfda9d18f5c65024150cfcfa340540263bb84612a3552ec303f6",
        ),
    ],
)
def test_deriving_a_file_has_the_key_it_always_had(
    rendition: Rendition, recipe: str, key: str
) -> None:
    assert rendition.recipe == recipe
    assert rendition.key(SOURCE) == key


@pytest.mark.parametrize(
    ("file", "recipe"),
    [
        (
            File("coin.webp", "", FULL, cut=False),
            "9755710b2743236a24fcac94e961a1a2d8e60bc399850bbbe5ae7ff93f16081e",
        ),
        (
            File("coin.png", "", PLAIN, cut=True),
            "6e279fc30721694ed6e3da3d5850a197a1cd977460188be4c259be55bd91eb95",
        ),
        (
            File("coin.png", "master", None, cut=False),
            "0485f5e0de30cd53706f5906e2f6271d28647523b52e920387a8e5bea33eb371",
        ),
    ],
)
def test_a_published_file_has_the_recipe_it_always_had(file: File, recipe: str) -> None:
    assert recipe_of(ASSET, file) == recipe


def test_what_stands_beside_an_icon_has_the_recipe_it_always_had() -> None:
    icon = File("coin.ico", "", Rendition(format="ico", width=16), cut=False)
    said = Companion("sidecar", "xmp", (icon.path,))
    sidecar = File("coin.ico.xmp", "", None, cut=False, companion=said)
    recipe = "690f55fdbe76e99cd17829e31223aec852451847382148bfddb654afc2a8c2d0"
    assert recipe_of(replace(ASSET, files=(icon, sidecar)), sidecar) == recipe


def test_cutting_out_has_the_key_it_always_had() -> None:
    key = Cut("plain", "", {"holes": True}).key(SOURCE, {"v": 1})
    assert key == "afed09d447b0ee062d7599c88bb17357083df28f877adb44c10a2d8e61beae3d"


def test_every_field_changes_the_key_where_it_says_something() -> None:
    """Also one that came later and is left out at its default."""
    default = Rendition()
    later = set(default.__dataclass_fields__) - FIRST_FIELDS
    other: dict[type, object] = {bool: True, str: "x", float: 0.5, int: 7, tuple: (7,)}
    for name in later:
        was = getattr(default, name)
        changed = replace(default, **{name: 7 if was is None else other[type(was)]})
        assert name not in default.said
        assert changed.recipe != default.recipe
