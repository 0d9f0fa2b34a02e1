"""Resampled pixels are those of a Lanczos filter in exact arithmetic, or near."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from assetgen.images.resize import layout, resized
from assetgen.steps import Rendition

if TYPE_CHECKING:
    from numpy.typing import NDArray


def lanczos(length: int, target: int) -> NDArray[np.float64]:
    """Return the weights (target x length) of Lanczos with three lobes."""
    scale = length / target
    middles = (np.arange(target)[:, None] + 0.5) * scale
    away = (np.arange(length)[None] + 0.5 - middles) / scale
    weights = np.sinc(away) * np.sinc(away / 3) * (np.abs(away) < 3)
    return weights / weights.sum(axis=1, keepdims=True)


def premultiplied(image: Image.Image) -> NDArray[np.float64]:
    pixels = np.asarray(image).astype(np.float64)
    if image.mode == "RGBA":
        pixels[..., :3] *= pixels[..., 3:] / 255
    return pixels


def reference(image: Image.Image, width: int, height: int) -> NDArray[np.float64]:
    pixels = premultiplied(image)
    down, across = lanczos(image.height, height), lanczos(image.width, width)
    made = np.einsum("yr,rcb,xc->yxb", down, pixels, across, optimize=True)
    return np.clip(made, 0, 255)


def psnr(found: NDArray[np.float64], expected: NDArray[np.float64]) -> float:
    return float(10 * np.log10(255**2 / np.mean((found - expected) ** 2)))


def detailed(width: int, height: int, mode: str) -> Image.Image:
    """Return a picture with edges and detail that every filter has to deal with."""
    random = np.random.default_rng(3)
    coarse = random.integers(0, 255, (height // 16 + 1, width // 16 + 1, len(mode)))
    pixels = np.kron(coarse, np.ones((16, 16, 1)))[:height, :width]
    pixels += random.normal(0, 8, pixels.shape)
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("width", [24, 72, 200, 640])
@pytest.mark.parametrize("size", [(1600, 900), (1601, 901)])
def test_a_size_is_near_the_exact_filter(
    mode: str, width: int, size: tuple[int, int]
) -> None:
    image = detailed(*size, mode)
    one = layout(size, Rendition(width=width))

    found = premultiplied(resized(image, [one])[one])

    assert psnr(found, reference(image, *one.canvas)) > 45


def test_no_size_depends_on_the_others() -> None:
    image = detailed(1200, 1000, "RGBA")
    layouts = [
        layout(image.size, Rendition(width=width, height=height, fit="fill"))
        for width, height in ((700, 20), (24, 24), (20, 700), (300, 250), (1200, 1000))
    ]

    together = resized(image, layouts)

    alone = {one: resized(image, [one])[one] for one in layouts}
    assert {one: made.tobytes() for one, made in together.items()} == {
        one: made.tobytes() for one, made in alone.items()
    }


@pytest.mark.parametrize("width", [16, 100, 400])
def test_a_cut_out_gets_no_halo_of_the_colour_under_it(width: int) -> None:
    pixels = np.zeros((800, 800, 4), np.uint8)
    pixels[..., 1] = 255  # green wherever nothing is seen
    pixels[200:600, 200:600] = (255, 0, 0, 255)
    image = Image.fromarray(pixels)
    one = layout(image.size, Rendition(width=width))

    found = np.asarray(resized(image, [one])[one])

    visible = found[..., 3] > 8
    assert found[visible][:, 1].max() == 0
    assert found[visible][:, 0].min() > 240


def test_a_crop_shows_the_same_pixels_as_the_whole() -> None:
    image = detailed(1000, 600, "RGB")
    whole = layout(image.size, Rendition(height=150))
    part = layout(image.size, Rendition(width=100, height=150, fit="cover"))

    made = resized(image, [whole, part])

    left = part.crop[0]
    expected = np.asarray(made[whole])[:, left : left + 100].astype(int)
    assert np.abs(np.asarray(made[part]).astype(int) - expected).max() <= 1


def test_the_same_size_keeps_every_pixel_even_the_hidden_ones() -> None:
    image = detailed(50, 40, "RGBA")
    one = layout(image.size, Rendition())

    assert resized(image, [one])[one].tobytes() == image.tobytes()
