"""This file is finding openings of a subject that a method has left filled.

A network often takes a ring for a disc. Where the ground is one colour, the rule in
`holes` says what is an opening; it is asked whatever method has cut.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import ImageChops

from assetgen.images.cutout.ground import coarse_factor, find_ground
from assetgen.images.cutout.outside import find_outside
from assetgen.images.cutout.plain import flattened
from assetgen.images.cutout.planes import above, share, shrink
from assetgen.images.cutout.regions import paint, regions

if TYPE_CHECKING:
    from PIL.Image import Image as Picture


def filled_openings(picture: Picture, alpha: Picture) -> float:
    """Return how much of a picture is an opening that its cut-out shows opaque.

    It is 0 where the ground is not one colour: then nobody knows what an opening is.
    """
    flat = flattened(picture)
    ground = find_ground(flat)
    if not ground.plain or ground.field is not None:
        return 0.0
    factor = coarse_factor(flat.size)
    outside = find_outside(flat.reduce(factor), ground.colour, holes=None)
    inner = [r for r in regions(shrink(outside.ground, 1)) if not r.reaches_border]
    if not inner:
        return 0.0
    openings = paint(inner, outside.ground.size)
    return share(ImageChops.darker(openings, above(alpha.reduce(factor), 127)))
