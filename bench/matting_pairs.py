"""This file is the benchmark of `difference`: cut-outs from two grounds.

The same subject is laid on white and on black, as exactly as eight bits can, and then
as a model draws it: with grain, through a JPEG, some pixels beside itself. Above it
stands what the picture on white alone tells.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import numpy as np
from matting_scores import MEASURES, encoded, score
from matting_sources import WHITE, compose
from PIL import Image

from assetgen.errors import ImageError
from assetgen.images.cutout.difference import Difference
from assetgen.images.cutout.plain import Plain
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matting_sources import Plane, Truth

KINDS = ("glass", "smoke", "soft edges", "shadows", "white on white", "near white")
GRAIN = 2.0
QUALITY = 90
MOVED = (2, 1)


def on_ground(truth: Truth, level: float) -> Plane:
    """Return the subject on a grey ground."""
    return truth.colour + (1 - truth.alpha[..., None]) * level


def pictured(plane: Plane) -> Image.Image:
    """Return a plane as a picture of eight bits."""
    return Image.fromarray(np.rint(plane.clip(0, 255)).astype(np.uint8))


def grained(plane: Plane, seed: int) -> Image.Image:
    """Return a plane with the grain of a model."""
    grain = np.random.default_rng(seed).normal(0, GRAIN, plane.shape)
    return pictured(plane + grain)


def compressed(plane: Plane, seed: int) -> Image.Image:  # noqa: ARG001  nothing by chance
    """Return a plane as a JPEG shows it."""
    file = io.BytesIO()
    pictured(plane).save(file, "JPEG", quality=QUALITY)
    return Image.open(file).convert("RGB")


def moved(plane: Plane, seed: int) -> Image.Image:
    """Return the one on black some pixels beside the other (its seed is odd)."""
    if seed % 2 == 0:
        return pictured(plane)
    return pictured(np.roll(plane, MOVED, (1, 0)))


WAYS: Mapping[str, Callable[[Plane, int], Image.Image]] = {
    "exact": lambda plane, _: pictured(plane),
    "grain of 2": grained,
    "JPEG of 90": compressed,
    "2 px beside": moved,
}


def print_pairs(side: int, pictures: int) -> None:
    """Print the table."""
    print("on white and on black:")
    for kind in KINDS:
        truths = [compose(kind, side, 4 * seed) for seed in range(pictures)]
        alone = [by_plain(truth) for truth in truths]
        row("plain, on white", kind, truths, alone)
        for name, way in WAYS.items():
            made = [
                by_difference(
                    way(on_ground(truth, WHITE[0]), 2 * seed),
                    way(on_ground(truth, 0), 2 * seed + 1),
                )
                for seed, truth in enumerate(truths)
            ]
            row(f"difference, {name}", kind, truths, made)


def row(
    name: str, kind: str, truths: list[Truth], made: list[Image.Image | None]
) -> None:
    """Print the means of a method over a class, and how often it gave none."""
    pairs = zip(truths, made, strict=True)
    rows = [score(image, truth) for truth, image in pairs if image is not None]
    means = [float(np.mean([each[key] for each in rows])) for key in MEASURES if rows]
    refused = f"  {len(made) - len(rows)} refused" if len(rows) < len(made) else ""
    print(f"{kind:16}{name:26}" + "".join(f"{v:9.2f}" for v in means) + refused)


def by_plain(truth: Truth) -> Image.Image | None:
    """Return what `plain` makes of the subject on white."""
    picture = encoded(pictured(on_ground(truth, WHITE[0])))
    return Plain().cut(picture, Cut("plain")).image


def by_difference(white: Image.Image, black: Image.Image) -> Image.Image | None:
    """Return what `difference` makes of both, None if it refuses."""
    try:
        pair = Difference().cut_pair(encoded(white), encoded(black), Cut("difference"))
    except ImageError:
        return None
    return pair.image
