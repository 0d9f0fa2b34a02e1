"""What a size may say about place, trim, light and sharpness reaches the engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assetgen.manifest.finishing import VariantFields
from assetgen.manifest.variants import size_of

if TYPE_CHECKING:
    from assetgen.steps import Rendition


def rendition(**fields: object) -> Rendition:
    size, issues = size_of(VariantFields.model_validate(fields), ("variants",))
    assert issues == ()
    assert size is not None
    return size.renditions[0]


@pytest.mark.parametrize(
    ("written", "understood"),
    [
        ("north", "top"),
        ("right bottom", "right bottom"),
        ("attention", "attention"),
        ([0.3, 0.4], "30% 40%"),
        ([0, 1], "0% 100%"),
        ("30% 40%", "30% 40%"),
        (" 33.3 %  66.7 % ", "33.3% 66.7%"),
    ],
)
def test_a_position_is_a_word_or_a_point(written: object, understood: str) -> None:
    assert rendition(width=9, fit="cover", position=written).position == understood


def test_each_field_is_one_of_the_rendition() -> None:
    made = rendition(width=9, trim=True, linear=True, sharpen=True)

    assert (made.trim, made.linear, made.sharpen) == (True, True, True)


def test_a_safe_circle_bounds_opaque_pictures_too() -> None:
    made = rendition(width=100, height=100, safe="80%")

    assert (made.safe, made.fit) == (0.8, "contain")
    # The square in a circle of 80: 56.6 a side.
    assert 100 * (1 - 2 * made.padding) == pytest.approx(56.57, abs=0.01)


def test_a_size_that_says_nothing_of_all_this_is_as_before() -> None:
    said = rendition(width=9).said

    assert not {"safe", "trim", "linear", "sharpen"} & said.keys()
    assert said["position"] == "center"


def test_a_padding_in_pixels_needs_no_second_side() -> None:
    one, both = (
        rendition(width=40, padding=4),
        rendition(width=40, height=80, padding=4),
    )

    assert (one.border, one.padding) == (4, 0.0)
    assert (both.border, both.padding) == (0, 0.1)
    assert "border" not in both.said


def test_a_padding_in_pixels_that_leaves_nothing_of_a_side_is_a_mistake() -> None:
    fields = VariantFields.model_validate({"width": 20, "padding": 10})

    _, issues = size_of(fields, ("variants",))

    assert [issue.keys for issue in issues] == [("variants", "padding")]
