"""This file is the second picture of `removeBg: {method: difference}`: on black.

Transparency is exact where the same subject is known on two grounds (Smith and Blinn,
"Blue screen matting", SIGGRAPH 1996). No model draws the same picture twice from words,
so the second one is asked of a model that is shown the first: a purchase of its own,
with a receipt of its own, under the asset's name and `-on-black`. Which picture it is
shown is known once the first one is here; until then its request has only a place.

FROZEN with the paid key, for ever: the words below, and when the first of them are
added.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assetgen.manifest.prompts import assemble
from assetgen.request import Reference, Request
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.catalogue import Model
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.model import Asset
    from assetgen.manifest.wishes import Given

METHOD = "difference"
SUFFIX = "-on-black"

ON_WHITE = "Isolated on a plain, pure white background (#FFFFFF)."
ON_BLACK = (
    "Show this very picture once more with one change: its background becomes plain, "
    "pure black (#000000). Keep everything else exactly as it is, pixel for pixel: the "
    "same subject in the same place at the same size, with the same shapes, colours, "
    "light and details. Where the subject is soft or see-through, the black shows "
    "through it. Add no shadow, no glow, no outline and no text."
)
# Words that ask for a white ground themselves, so that a picture which was bought for
# another way of cutting out serves as it is.
_PLAIN = r"(?:(?:pure|plain|solid|clean|flat|seamless|simple|uniform|empty),? )*"
_WHITE = re.compile(
    rf"\b{_PLAIN}white back(?:ground|drop)\b"
    rf"|\bon (?:an? )?{_PLAIN}white(?= *(?:[.,;:!)]|$))",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:no|not|non|off|without)[ -](?:an? )?$", re.IGNORECASE)


def on_white(words: str) -> str:
    """Return a prompt that asks for a white ground, as it is if it does so already."""
    even = " ".join(words.split())
    found = [each.start() for each in _WHITE.finditer(even)]
    said = any(not _NOT.search(even[:start]) for start in found)
    return words if said else assemble(words, ON_WHITE)


def pairing(
    cut: Cut | None,
    given: Given | None,
    model: Model | None,
    able: Iterable[Model],
    mistakes: Mistakes,
) -> tuple[Cut | None, str]:
    """Return how a picture is cut out, and why that is not what was asked for.

    A default that the picture cannot have is dropped, and the reason is what `plan`
    says of it; an asset's own is a mistake.

    Args:
        cut: As it is asked for, from `given`.
        model: Who is paid for the picture, None if nobody is.
        able: The models that could be asked for both, for a hint.
    """
    if cut is None or given is None or cut.method != METHOD:
        return cut, ""
    if model is not None and model.showing is not None:
        return cut, ""
    if model is None:
        why = f"`{METHOD}` buys a picture twice, and this one is not bought"
        hint = "use `removeBg: true`"
    else:
        why = f"`{model.name}` cannot be shown its own picture to draw it on black"
        names = ", ".join(f"`{each.name}`" for each in able if each.showing)
        hint = f"models that can: {names}" if names else "use `removeBg: true`"
    if given.own:
        mistakes.at(given, why, hint, inner=("method",))
    return single(cut), f"{why}: cut out as `true` does"


def single(cut: Cut | None) -> Cut | None:
    """Return how a picture is cut out of which there is one only: a placeholder."""
    if cut is None or cut.method != METHOD:
        return cut
    return Cut(crop=cut.crop, gates=cut.gates)


def twin(asset: Asset, model: Model) -> Asset:
    """Return the asset that is the same picture on black: a purchase without files."""
    if asset.request is None or model.showing is None:
        message = f"{asset.name} cannot be drawn again on black"
        raise AssertionError(message)
    shown = Reference(model.showing.input, "")
    inputs = dict(asset.request.inputs)
    request = Request.of(model, ON_BLACK, inputs, references=(shown,))
    note = f"`{asset.name}` once more, on black, for its transparency"
    return replace(
        asset,
        name=asset.twin,
        request=request,
        cut=None,
        files=(),
        price=model.price(inputs),
        alt=None,
        notes=(note,),
        layers=(),
        faults=(),
        twin="",
        twin_of=asset.name,
    )


def name_of_twin(name: str) -> str:
    """Return what an asset's picture on black is called."""
    return f"{name}{SUFFIX}"
