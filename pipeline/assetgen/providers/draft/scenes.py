"""This file is which scene a brief gets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.providers.draft import backdrop, land, ornament, sky, skyline, space
from assetgen.providers.draft.paint import Canvas, Spot
from assetgen.providers.draft.studio import studio
from assetgen.providers.draft.subjects import parts_of

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.providers.draft.parts import Parts
    from assetgen.providers.draft.reading import Brief
    from assetgen.providers.draft.view import View

# What belongs to a place and does not stand before it.
_SCENERY = frozenset(
    {"sun", "moon", "cloud", "five_star", "leaf", "flower", "drop", "house", "plant"}
    | {"flame"}
)
# What has a foot to stand on; everything else floats.
_STANDS = frozenset(
    {"gift", "parcel", "lock", "camera", "trophy", "plant", "cup", "house", "cart"}
    | {"book", "cube", "ball"}
)
_PLACES = {
    "mountains": land.mountains,
    "desert": land.dunes,
    "sea": land.sea,
    "city": skyline.city,
    "forest": skyline.forest,
    "pattern": ornament.pattern,
    "abstract": ornament.abstract,
}


def scene(brief: Brief, view: View) -> Picture:
    """Return the picture of a brief that is not a lone subject."""
    shown = brief.subject and not (brief.place and brief.subject in _SCENERY)
    parts = parts_of(brief, view.random) if shown else None
    return backdrop.grained(_painted(brief, view, parts), view.random)


def _painted(brief: Brief, view: View, parts: Parts | None) -> Picture:
    if brief.place == "sky":
        return sky.adrift(view, parts)
    if brief.place is None and parts:
        return studio(view, parts, stands=brief.subject in _STANDS)
    if brief.place == "night":
        picture = space.space(view, planet=not parts)
    else:
        picture = _PLACES[brief.place or "abstract"](view)
    if parts and brief.place != "pattern":
        x, y = view.size[0] * view.middle, view.size[1] * 0.46
        Canvas(picture, view.palette).paint(parts, Spot(x, y, view.unit * 0.3))
    return picture
