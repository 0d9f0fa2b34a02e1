"""Where a picture goes in its box: sharp's five fits, to the pixel."""

from __future__ import annotations

import pytest

from assetgen.errors import ImageError
from assetgen.images.resize import Layout, layout
from assetgen.steps import Fit, Rendition

# What sharp 0.35.5 makes: canvas, and left, top, right, bottom of the picture on it.
SHARP = [
    ((1000, 333), (500, None), "inside", "center", (500, 167), (0, 0, 500, 167)),
    ((1000, 333), (None, 100), "inside", "center", (300, 100), (0, 0, 300, 100)),
    ((1000, 333), (300, 300), "inside", "center", (300, 100), (0, 0, 300, 100)),
    ((333, 1000), (300, 300), "inside", "center", (100, 300), (0, 0, 100, 300)),
    ((1376, 768), (640, None), "inside", "center", (640, 357), (0, 0, 640, 357)),
    ((5, 700), (10, 10), "inside", "center", (1, 10), (0, 0, 1, 10)),
    ((1000, 500), (100, 100), "cover", "center", (100, 100), (0, 0, 100, 100)),
    ((1001, 500), (100, 100), "cover", "right", (100, 100), (0, 0, 100, 100)),
    ((500, 1000), (100, 80), "cover", "bottom", (100, 80), (0, 0, 100, 80)),
    ((500, 1000), (101, 50), "cover", "left top", (101, 50), (0, 0, 101, 50)),
    ((1000, 501), (101, 100), "contain", "center", (101, 100), (0, 24, 101, 75)),
    ((1000, 500), (101, 100), "contain", "right bottom", (101, 100), (0, 49, 101, 100)),
    ((500, 1000), (101, 100), "contain", "center", (101, 100), (25, 0, 75, 100)),
    ((500, 1000), (100, 100), "contain", "left", (100, 100), (0, 0, 50, 100)),
    ((1000, 500), (100, 100), "outside", "center", (200, 100), (0, 0, 200, 100)),
    ((500, 999), (100, 150), "outside", "center", (100, 200), (0, 0, 100, 200)),
    ((1000, 500), (100, 100), "fill", "center", (100, 100), (0, 0, 100, 100)),
    ((1000, 500), (100, None), "fill", "center", (100, 500), (0, 0, 100, 500)),
    ((1000, 500), (None, 60), "fill", "center", (1000, 60), (0, 0, 1000, 60)),
    ((1000, 500), (100, None), "cover", "center", (100, 50), (0, 0, 100, 50)),
    ((1000, 500), (None, 100), "contain", "center", (200, 100), (0, 0, 200, 100)),
]

# The crop of a picture of 101 x 64 that is not scaled: an odd pixel goes to the left.
CROPS = {
    "center": (26, 0),
    "top": (26, 0),
    "right top": (51, 0),
    "right": (51, 0),
    "right bottom": (51, 0),
    "bottom": (26, 0),
    "left bottom": (0, 0),
    "left": (0, 0),
    "left top": (0, 0),
}


@pytest.mark.parametrize(("size", "box", "fit", "position", "canvas", "place"), SHARP)
def test_a_fit_is_sharps_to_the_pixel(  # noqa: PLR0913, PLR0917  # a table's row
    size: tuple[int, int],
    box: tuple[int | None, int | None],
    fit: Fit,
    position: str,
    canvas: tuple[int, int],
    place: tuple[int, int, int, int],
) -> None:
    found = layout(
        size,
        Rendition(
            width=box[0], height=box[1], fit=fit, position=position, enlarge=True
        ),
    )

    edges = (*found.at, found.at[0] + found.shown[0], found.at[1] + found.shown[1])
    assert (found.canvas, edges) == (canvas, place)


@pytest.mark.parametrize(("position", "crop"), CROPS.items())
def test_cover_crops_at_the_position(position: str, crop: tuple[int, int]) -> None:
    asked = Rendition(width=50, height=64, fit="cover", position=position)

    assert layout((101, 64), asked).crop == crop


def test_neither_width_nor_height_keeps_the_size() -> None:
    assert layout((70, 50), Rendition()).canvas == (70, 50)


@pytest.mark.parametrize(
    ("fit", "shown", "at"),
    [
        ("inside", (60, 30), (20, 10)),
        ("outside", (60, 30), (20, 10)),
        ("cover", (80, 30), (10, 10)),
        ("fill", (80, 30), (10, 10)),
        ("contain", (60, 30), (20, 10)),
    ],
)
def test_padding_is_a_share_of_the_shorter_side_on_every_side(
    fit: Fit, shown: tuple[int, int], at: tuple[int, int]
) -> None:
    asked = Rendition(width=100, height=50, fit=fit, padding=0.2)

    found = layout((400, 200), asked)

    assert (found.canvas, found.shown, found.at) == ((100, 50), shown, at)


def test_pixels_are_kept_free_whatever_the_other_side_becomes() -> None:
    found = layout((400, 200), Rendition(width=100, border=7))

    assert (found.canvas, found.shown, found.at) == ((100, 50), (72, 36), (14, 7))


def test_pixels_that_leave_nothing_of_the_side_nobody_wrote_are_refused() -> None:
    with pytest.raises(ImageError, match="leaves nothing of 100x10") as caught:
        layout((400, 40), Rendition(width=100, border=5))

    assert "`10%`" in (caught.value.hint or "")


def test_padding_keeps_the_canvas_that_a_width_alone_promises() -> None:
    found = layout((400, 200), Rendition(width=100, padding=0.1))

    assert found == Layout(
        scaled=(80, 40), crop=(0, 0), shown=(80, 40), canvas=(100, 50), at=(10, 5)
    )


@pytest.mark.parametrize(
    ("box", "fit"),
    [
        ((101, None), "inside"),
        ((None, 51), "inside"),
        ((60, 60), "cover"),
        ((101, 60), "contain"),
        ((90, 51), "outside"),
        ((90, 51), "fill"),
    ],
)
def test_a_picture_grows_only_when_it_may(
    box: tuple[int | None, int | None], fit: Fit
) -> None:
    with pytest.raises(ImageError, match="is larger than the picture"):
        layout((100, 50), Rendition(width=box[0], height=box[1], fit=fit))

    allowed = Rendition(width=box[0], height=box[1], fit=fit, enlarge=True)
    found = layout((100, 50), allowed).scaled
    assert found[0] > 100 or found[1] > 50


@pytest.mark.parametrize(
    ("box", "fit"), [((300, 40), "inside"), ((300, 50), "contain"), ((9, 50), "cover")]
)
def test_a_box_that_is_larger_in_one_way_may_still_fit(
    box: tuple[int, int], fit: Fit
) -> None:
    found = layout((100, 50), Rendition(width=box[0], height=box[1], fit=fit))

    assert found.scaled <= (100, 50)


def test_growing_beyond_reason_is_refused() -> None:
    with pytest.raises(ImageError, match="100 megapixels"):
        layout((100, 100), Rendition(width=20_000, enlarge=True))
