"""The arithmetic under the cutouts agrees with the slow way to do it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFilter

from assetgen.images.cutout.holes import hull_area
from assetgen.images.cutout.planes import grow, level_at, shrink
from assetgen.images.cutout.regions import paint, regions


def speckled(width: int, height: int, seed: int, share: float = 0.5) -> Image.Image:
    """Return a random mask."""
    random = np.random.default_rng(seed)
    return Image.fromarray(
        np.where(random.random((height, width)) < share, 255, 0).astype(np.uint8)
    )


@pytest.mark.parametrize("pixels", [1, 2, 3, 5, 8])
def test_grow_and_shrink_are_the_filters_of_pillow(pixels: int) -> None:
    """Away from the border, where the filters differ, all values are the same."""
    noise = np.random.default_rng(3).integers(0, 256, (40, 50), dtype=np.uint8)
    plane = Image.fromarray(noise)
    inner = (pixels, pixels, 50 - pixels, 40 - pixels)
    for ours, filter_ in (
        (grow, ImageFilter.MaxFilter),
        (shrink, ImageFilter.MinFilter),
    ):
        theirs = plane.filter(filter_(2 * pixels + 1))
        assert ours(plane, pixels).crop(inner).tobytes() == theirs.crop(inner).tobytes()


@settings(max_examples=30, deadline=None)
@given(
    width=st.integers(1, 24),
    height=st.integers(1, 24),
    seed=st.integers(0, 999),
    share=st.sampled_from([0.2, 0.5, 0.7]),
)
def test_regions_are_what_a_flood_fill_reaches(
    width: int, height: int, seed: int, share: float
) -> None:
    """Every region is one flood fill, and together they are the mask."""
    mask = speckled(width, height, seed, share)
    found = regions(mask)
    assert paint(found, mask.size).tobytes() == mask.tobytes()
    for region in found:
        row, start, _ = region.runs[0]
        filled = mask.copy()
        ImageDraw.floodfill(filled, (start, row), 128)
        reached = filled.point([255 if level == 128 else 0 for level in range(256)])
        assert paint([region], mask.size).tobytes() == reached.tobytes()
        assert region.area == reached.histogram()[255]
        assert region.box == reached.getbbox()


def test_the_hull_of_a_shape_is_its_convex_area() -> None:
    """A rectangle fills its hull; an L of three squares fills six sevenths of it."""
    assert hull_area(((0, 0, 4), (1, 0, 4))) == 8
    assert hull_area(((0, 0, 1), (1, 0, 2))) == 3.5


def test_the_level_of_a_portion_is_its_quantile() -> None:
    """Half of the values of a mask lie at or under their median."""
    plane = Image.frombytes("L", (4, 1), bytes([1, 2, 3, 200]))
    mask = Image.frombytes("L", (4, 1), bytes([255, 255, 255, 0]))
    assert level_at(plane, mask, 0.5) == 2
    assert level_at(plane, Image.new("L", (4, 1)), 0.5) == 0
