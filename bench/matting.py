"""This file is the benchmark of cutting out: how far from the truth each method is.

The pictures are composed here, on grounds of one colour, so that their alpha is known.
Beside `plain` stands rembg, without and with matting. No weights are downloaded: in
place of a network rembg gets the best mask that a network of 320² could give, the true
alpha at that size. So its columns are what it would do with a network that makes no
mistake, and what is compared is the edge.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
import warnings
from typing import TYPE_CHECKING

import numpy as np
from matting_pairs import print_pairs
from matting_scores import MEASURES, encoded, score
from matting_sources import CLASSES, compose
from PIL import Image

from assetgen.images.cutout.gates import GATES, Limits, measure
from assetgen.images.cutout.halo import halo
from assetgen.images.cutout.plain import Plain
from assetgen.images.decode import Master
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from matting_sources import Plane, Truth

    Method = Callable[[Image.Image, Truth], Image.Image]

NETWORK = 320
WRONG = "halo of the truth with the ground in its edge"


class Ideal:
    """A session of rembg that knows the truth, as finely as a network of 320² could."""

    def __init__(self, alpha: Plane) -> None:
        plane = Image.fromarray(np.rint(255 * alpha).astype(np.uint8))
        small = plane.resize((NETWORK, NETWORK), Image.Resampling.BOX)
        self._mask = small.resize(plane.size, Image.Resampling.LANCZOS)

    def predict(
        self, image: Image.Image, *_: object, **__: object
    ) -> list[Image.Image]:
        """Return the mask."""
        assert image.size == self._mask.size  # noqa: S101  one truth, one picture
        return [self._mask]


def plain(image: Image.Image, truth: Truth) -> Image.Image:  # noqa: ARG001  no need
    """Cut out by assetgen's method for one-colour grounds."""
    made = Plain().cut(encoded(image), Cut("plain")).image
    assert made is not None  # noqa: S101  it has it at hand
    return made


def by_rembg(**how: bool) -> Method:
    """Return rembg with some of its own options."""

    def cut(image: Image.Image, truth: Truth) -> Image.Image:
        import rembg  # noqa: PLC0415  compiles for a minute when it is new

        # Its `ValueError` for a trimap without a sure ground is caught by itself.
        return rembg.remove(image, session=Ideal(truth.alpha), **how)

    return cut


METHODS: Mapping[str, Method] = {
    "plain": plain,
    "rembg": by_rembg(),
    "rembg, colours estimated": by_rembg(decontaminate=True),
    "rembg, pymatting": by_rembg(alpha_matting=True),
}


def main() -> int:
    """Print the table; exit 1 if a method beats `plain` where it must not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--side", type=int, default=1024, help="pixels a side")
    parser.add_argument("--pictures", type=int, default=4, help="of each class")
    parser.add_argument("--only", action="append", help="a method", choices=METHODS)
    parser.add_argument("--keep", metavar="FOLDER", help="write what was made there")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
    methods = {name: METHODS[name] for name in asked.only or METHODS}
    lost = 0
    print(f"{'':16}{'':26}" + "".join(f"{each:>9}" for each in (*MEASURES, "s")))
    seen: dict[str, list[float]] = {gate: [] for gate in (*GATES, WRONG)}
    for kind in CLASSES:
        rows = {name: tried(kind, name, asked, seen) for name in methods}
        for name, row in rows.items():
            print(f"{kind:16}{name:26}" + "".join(f"{v:9.2f}" for v in row.values()))
        lost += beaten(kind, rows)
    print()
    print_pairs(asked.side, asked.pictures)
    print()
    wrong = sorted(seen.pop(WRONG)) or [0.0]
    past = sum(value > (Limits().halo or 0) for value in wrong)
    print(f"{WRONG}: {wrong[0]:.1f} to {wrong[-1]:.1f}, {past} of {len(wrong)} caught")
    for gate, values in seen.items():
        if not values:
            continue
        limit = getattr(Limits(), gate)
        print(f"gate {gate}: {min(values):.3f} to {max(values):.3f}, limit {limit}")
    return 1 if lost else 0


def tried(
    kind: str, name: str, asked: argparse.Namespace, seen: dict[str, list[float]]
) -> dict[str, float]:
    """Return the means of a method over a class; notes what the gates see of ours."""
    rows = []
    for seed in range(asked.pictures):
        truth = compose(kind, asked.side, seed)
        levels = np.rint(truth.picture.clip(0, 255)).astype(np.uint8)
        image = Master.open(encoded(Image.fromarray(levels))).image
        started = time.perf_counter()
        made = METHODS[name](image.copy(), truth)
        rows.append(score(made, truth) | {"s": time.perf_counter() - started})
        if name == "plain":
            result = Plain().cut(encoded(image), Cut("plain"))
            found = measure(image, made, result.knows)
            for gate in GATES:
                seen[gate].append(getattr(found, gate) or 0.0)
            seen[WRONG].append(halo(image, with_ground(image, truth)) or 0.0)
        if asked.keep:
            os.makedirs(asked.keep, exist_ok=True)  # noqa: PTH103  one line
            made.save(f"{asked.keep}/{kind}-{seed}-{name}.png".replace(" ", "-"))
    return {key: float(np.mean([row[key] for row in rows])) for key in rows[0]}


def with_ground(image: Image.Image, truth: Truth) -> Image.Image:
    """Return the true alpha with the colours as they were: a halo all around."""
    made = image.convert("RGB")
    made.putalpha(Image.fromarray(np.rint(255 * truth.alpha).astype(np.uint8)))
    return made


def beaten(kind: str, rows: Mapping[str, Mapping[str, float]]) -> int:
    """Return in how many of SAD and fringe `plain` is not the best, and say so."""
    ours, found = rows.get("plain"), 0
    for what in ("SAD", "fringe"):
        for name, row in rows.items():
            if ours is not None and row[what] < ours[what]:
                print(f"  {kind}: `{name}` is better in {what}")
                found += 1
    return found


if __name__ == "__main__":
    sys.exit(main())
