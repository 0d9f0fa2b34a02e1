"""What `removeBg: {method: difference}` asks for: a picture, and it again on black."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from small_projects import picture

from assetgen.manifest.twins import on_white
from assetgen.steps import Cut

if TYPE_CHECKING:
    from conftest import Load

WHITE = "Isolated on a plain, pure white background (#FFFFFF)."
PAIR = """\
assets:
  coin:
    prompt: a coin
    provider: kie
    exclude: [text]
    aspect_ratio: 16:9
    tags: [gold]
    alt: A coin
    removeBg: {method: difference, crop: true}
    variants: [64]
  star: {prompt: a star}
"""


def test_the_second_picture_is_an_asset_that_publishes_nothing(load: Load) -> None:
    coin, black, star = load(PAIR).assets
    assert [each.name for each in (coin, black, star)] == [
        "coin",
        "coin-on-black",
        "star",
    ]
    assert (coin.twin, coin.twin_of) == ("coin-on-black", "")
    assert (black.twin, black.twin_of) == ("", "coin")
    assert (black.files, black.cut, black.alt) == ((), None, None)
    assert (black.tags, black.price) == (("gold",), Decimal("0.09"))
    assert coin.request is not None
    assert black.request is not None
    assert black.request.inputs == coin.request.inputs
    assert black.request.prompt == (  # frozen: another word buys every pair again
        "Show this very picture once more with one change: its background becomes "
        "plain, pure black (#000000). Keep everything else exactly as it is, pixel for "
        "pixel: the same subject in the same place at the same size, with the same "
        "shapes, colours, light and details. Where the subject is soft or see-through, "
        "the black shows through it. Add no shadow, no glow, no outline and no text."
    )
    assert black.layers == ()
    assert [each.input for each in black.request.references] == ["image_input"]
    assert not black.request.is_known
    assert black.request.showing("0" * 64).is_known
    assert (star.twin, star.twin_of) == ("", "")


def test_a_white_ground_is_asked_for_before_what_is_excluded(load: Load) -> None:
    coin = load(PAIR).assets[0]
    assert coin.request is not None
    assert coin.request.prompt == f"a coin. {WHITE} No text."


@pytest.mark.parametrize(
    "words",
    [
        "a coin on a pure white background",
        "A coin on white",
        "a coin\non a plain,\nwhite background, soft light",
        "White backdrop, a coin",
        "a coin (on white)",
        "no text, on a clean, plain white background",
    ],
)
def test_words_that_ask_for_a_white_ground_stay_as_they_are(words: str) -> None:
    """So a picture that is bought already serves."""
    assert on_white(words) == words


@pytest.mark.parametrize(
    "words",
    [
        "a white kitten on a blue background",
        "a coin",
        "an off-white coin",
        "a snowman on white snow",
        "a black logo on a white t-shirt",
        "a house with a white ground floor",
        "a cup on a white marble table, blue wall behind",
        "a lamp, no white background",
        "a lamp without a white background",
        "a lamp, off white background",
    ],
)
def test_words_that_do_not_are_told_to(words: str) -> None:
    assert on_white(words) == f"{words}. {WHITE}"


def test_a_placeholder_has_no_second_picture(load: Load) -> None:
    how = "{method: difference, gates: {halo: 20}}"
    (coin,) = load(f"assets: {{coin: {{prompt: a coin, removeBg: {how}}}}}").assets
    assert (coin.twin, coin.cut) == ("", Cut(gates={"halo": 20.0}))


def test_a_default_that_a_picture_cannot_have_is_dropped_with_a_note(
    load: Load,
) -> None:
    logo, tile, coin, _ = load(
        "defaults: {provider: kie, removeBg: {method: difference, crop: true}}\n"
        "assets:\n"
        "  logo: {source: logo.png}\n"
        "  tile: {prompt: a tile, model: google/imagen4}\n"
        "  coin: {prompt: a coin}\n",
        {"logo.png": picture()},
    ).assets
    assert [each.twin for each in (logo, tile, coin)] == ["", "", "coin-on-black"]
    assert logo.cut == tile.cut == Cut(crop="0")
    assert "this one is not bought: cut out as `true` does" in logo.notes[0]
    assert "`google/imagen4` cannot be shown its own picture" in tile.notes[0]
    assert tile.request is not None
    assert tile.request.prompt == "a tile"


def test_a_matrix_makes_a_second_picture_of_each(load: Load) -> None:
    found = load(
        "assets:\n"
        "  coin:\n"
        "    matrix: {metal: [gold, tin]}\n"
        "    prompt: a {{ matrix.metal }} coin\n"
        "    provider: kie\n"
        "    removeBg: {method: difference}\n"
    ).assets
    assert [each.name for each in found] == [
        "coin-gold",
        "coin-gold-on-black",
        "coin-tin",
        "coin-tin-on-black",
    ]
    assert {each.base for each in found} == {"coin"}
