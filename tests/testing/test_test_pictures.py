"""The painter of tests: real files, the same for the same wish."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from assetgen.testing.pictures import Look, colours_of, look_of, picture


@pytest.mark.parametrize("file_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("look", ["subject", "scene", "blank"])
def test_a_picture_is_what_was_asked_for(look: Look, file_format: str) -> None:
    data = picture((90, 61), look, file_format=file_format)
    with Image.open(io.BytesIO(data)) as drawn:
        drawn.load()
        assert (drawn.format, drawn.size, drawn.mode) == (file_format, (90, 61), "RGB")


def test_a_cutout_has_soft_alpha() -> None:
    with Image.open(io.BytesIO(picture((200, 200), "cutout"))) as drawn:
        alpha = drawn.getchannel("A")
    assert alpha.getextrema() == (0, 255)
    assert any(alpha.histogram()[1:255])


def test_another_seed_is_another_picture_and_the_same_is_the_same() -> None:
    pictures = [picture((64, 64), "scene", seed=str(n)) for n in range(50)]
    picture.cache_clear()
    assert len(set(pictures)) == 50
    assert picture((64, 64), "scene", seed="7") == pictures[7]


def test_the_smallest_picture_can_be_drawn() -> None:
    for look in ("subject", "cutout", "scene", "blank"):
        with Image.open(io.BytesIO(picture((1, 1), look, seed="x"))) as drawn:
            assert drawn.size == (1, 1)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("a coin, isolated", "subject"),
        ("a coin on a plain white background", "subject"),
        ("a coin on a White Ground", "subject"),
        ("a harbour at dusk", "scene"),
    ],
)
def test_the_prompt_says_what_is_drawn(prompt: str, expected: str) -> None:
    assert look_of(prompt) == expected
    assert look_of(prompt, transparent=True) == "cutout"


def test_colours_are_the_prompt_s_or_its_hash_s() -> None:
    assert colours_of("from #0A0B0C to #ffffff") == ((10, 11, 12), (255, 255, 255))
    assert colours_of("from #0A0B0C")[0] == (10, 11, 12)
    assert colours_of("a coin") != colours_of("a star")
