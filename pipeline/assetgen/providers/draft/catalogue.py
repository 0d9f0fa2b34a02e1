"""This file is the catalogue of `draft`: one artist, by the version of its hand.

A better artist later gets an id of its own, so that drafts of the old one are known to
be old. Its ratios and resolutions are all that any vendor here has, so that a draft can
stand in for every picture.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from assetgen.catalogue import SIDES, Dial, Input, Model, Rate

PROVIDER: Final = "draft"
ARTIST: Final = "sketch-1"

_RATIOS: Final = (
    *("1:1", "2:3", "3:2", "3:4", "4:3", "4:5", "5:4", "9:16", "16:9", "21:9", "9:21"),
    *("1:2", "2:1", "1:3", "3:1", "1:4", "4:1", "1:8", "8:1"),
    *("27:16", "16:27", "9:8", "8:9", "auto"),
)
_FORMATS: Final = ("png", "jpg")


def _same(name: str, words: tuple[str, ...]) -> Dial:
    return Dial(name, {word: word for word in words})


SKETCH: Final = Model(
    name=ARTIST,
    provider=PROVIDER,
    inputs={
        "aspect_ratio": Input("string", "1:1", choices=_RATIOS),
        "resolution": Input("string", "1K", choices=tuple(SIDES)),
        "source_format": Input("string", "png", choices=_FORMATS),
        "ground": Input("string", "auto", choices=("auto", "plain", "scene")),
        "palette": Input("string", "", most=2_000),
    },
    aspect_ratio=_same("aspect_ratio", _RATIOS),
    resolution=_same("resolution", tuple(SIDES)),
    source_format=_same("source_format", _FORMATS),
    prompt_limit=100_000,
    rates=(Rate(Decimal(0)),),
    priced_on="2026-11-20",
    procedural=True,
    notes=("draws placeholders from a prompt's colours and nouns, offline",),
)
MODELS: Final = {ARTIST: SKETCH}
