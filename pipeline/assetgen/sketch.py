"""This file is what a free provider is asked for in place of a picture. Pure.

A placeholder has the words, the shape and the size of the picture that it stands for,
a plain ground where the picture is to be cut out, and the brand's colours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assetgen.catalogue import SIDES, nominal_size
from assetgen.request import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.catalogue import Dial, Model, Scalar
    from assetgen.manifest.model import Asset


def sketch_of(asset: Asset, model: Model, palette: Sequence[str]) -> Request:
    """Return the request to draw a placeholder of an asset.

    Args:
        asset: One that has a request, of whichever provider.
        model: The free provider's model that draws it.
        palette: The brand's colours as ``#RRGGBB``.
    """
    if asset.request is None:
        message = f"{asset.name} is a file, which nobody draws"
        raise AssertionError(message)
    own = asset.request.provider == model.provider
    inputs = dict(asset.request.inputs) if own else _shape(asset, model)
    hints: dict[str, Scalar] = {
        "ground": "plain" if asset.cut else "auto",
        "palette": ",".join(palette),
    }
    for name, value in hints.items():
        known = model.inputs.get(name)
        if known is not None and inputs.get(name, known.default) == known.default:
            inputs[name] = value
    return Request.of(model, asset.request.prompt, inputs)


def _shape(asset: Asset, model: Model) -> dict[str, Scalar]:
    """Return a model's inputs for the shape and size that an asset promises."""
    inputs = {
        name: each.default
        for name, each in model.inputs.items()
        if each.default is not None
    }
    width, height = asset.nominal or (1024, 1024)
    if model.aspect_ratio:
        word = min(
            (each for each in model.aspect_ratio.words if nominal_size(each, 1024)),
            key=lambda each: abs(math.log(_ratio(each) * height / width)),
        )
        _turn(inputs, model.aspect_ratio, word)
    if model.resolution:
        side = math.sqrt(width * height)
        word = min(
            model.resolution.words,
            key=lambda each: abs(math.log(SIDES.get(each, 1024) / side)),
        )
        _turn(inputs, model.resolution, word)
    return inputs


def _turn(inputs: dict[str, Scalar], dial: Dial, word: str) -> None:
    """Set the input that a dial stands for."""
    inputs[dial.input] = dial.words[word]


def _ratio(word: str) -> float:
    """Return width by height of a ratio such as ``16:9``."""
    across, _, down = word.partition(":")
    return float(across) / float(down)
