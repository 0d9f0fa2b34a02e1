"""This file is the pictures that bench/variants.py works on, the same on every run.

Half are photo-like: noise of every scale, hard edges, a little grain. Half are
cut-outs: shaded bodies with soft rims on nothing, as a render comes out of matting.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Pixels = NDArray[np.float32]

SIZES = (1024, 1024, 1536, 1536, 2048, 2048, 2048, 2048, 3072, 3072, 4096, 4096)
QUICK_SIZES = (1024, 2048)
COLOUR_CELLS = 64


def sources(*, quick: bool) -> Iterator[bytes]:
    """Yield PNG files: photo-like and cut-out in turn, small ones first."""
    for seed, size in enumerate(QUICK_SIZES if quick else SIZES):
        random = np.random.default_rng(seed)
        yield encoded(photo(size, random))
        yield encoded(cutout(size, random))


def encoded(pixels: Pixels) -> bytes:
    """Return pixels (rows, columns, 3 or 4; 0 to 255) as a PNG file."""
    out = BytesIO()
    image = Image.fromarray(np.clip(pixels + 0.5, 0, 255).astype(np.uint8))
    image.save(out, "PNG", compress_level=3)
    return out.getvalue()


def photo(size: int, random: np.random.Generator) -> Pixels:
    """Return an opaque picture with detail at every scale and hard edges."""
    pixels = clouds(size, random)
    rows, columns = np.mgrid[0:size, 0:size].astype(np.float32) / size
    for _ in range(12):
        angle, shift = random.uniform(0, np.pi), random.uniform(-0.5, 0.5)
        edge = np.cos(angle) * (columns - 0.5) + np.sin(angle) * (rows - 0.5) > shift
        pixels[edge] += random.uniform(-25, 25, 3).astype(np.float32)
    return pixels + random.normal(0, 1.5, pixels.shape).astype(np.float32)


def clouds(size: int, random: np.random.Generator) -> Pixels:
    """Return smooth noise whose amplitude falls with its frequency, around grey."""
    pixels = np.full((size, size, 3), 128, np.float32)
    cells, amplitude = 4, 60.0
    while cells <= size // 2:
        # Fine detail is in the light, not in the colour, as in photographs.
        bands = 3 if cells <= COLOUR_CELLS else 1
        for band in range(bands):
            grid = random.normal(0, amplitude, (cells, cells)).astype(np.float32)
            layer = Image.fromarray(grid).resize((size, size), Image.Resampling.BICUBIC)
            where = pixels[..., band : band + 1] if bands > 1 else pixels
            where += np.asarray(layer)[..., None]
        cells, amplitude = cells * 2, amplitude * 0.55
    return pixels


def cutout(size: int, random: np.random.Generator) -> Pixels:
    """Return shaded balls with soft rims on transparent ground."""
    pixels = np.zeros((size, size, 4), np.float32)
    for _ in range(9):
        add_ball(pixels, random)
    grain = random.normal(0, 0.6, (size, size, 1)).astype(np.float32)
    pixels[..., :3] += grain * (pixels[..., 3:] > 0)
    return pixels


def add_ball(pixels: Pixels, random: np.random.Generator) -> None:
    """Paint one ball over what is there, within the square that holds it."""
    size = len(pixels)
    middle = random.uniform(0.3, 0.7, 2) * size
    radius = random.uniform(0.06, 0.22) * size
    left, top = (max(0, int(place - radius - 3)) for place in middle)
    side = int(2 * radius + 6)
    part = pixels[top : top + side, left : left + side]
    rows, columns = np.mgrid[0 : part.shape[0], 0 : part.shape[1]].astype(np.float32)
    away = np.hypot(columns + left - middle[0], rows + top - middle[1])
    cover = np.clip((radius - away) / 1.5 + 0.5, 0, 1)[..., None]
    colour = random.uniform(60, 230, 3).astype(np.float32)
    light = np.clip(1.25 - away / radius * 0.7, 0.2, 1.3)[..., None]
    glint = 120 * np.exp(-(((away - radius * 0.4) / (radius * 0.15)) ** 2))
    shade = np.clip(colour * light + glint[..., None], 0, 255)
    part[..., :3] = part[..., :3] * (1 - cover) + shade * cover
    part[..., 3:] = np.maximum(part[..., 3:], cover * 255)


if __name__ == "__main__":
    for number, data in enumerate(sources(quick="--quick" in sys.argv)):
        (Path(sys.argv[1]) / f"source-{number:02}.png").write_bytes(data)
