"""This file is the recipe of a published file: our steps from picture to bytes.

A recipe names no picture: together with the digest of the picture that it starts from
it says whether a published file is still the right one. It holds our own versions of
the steps and no library's, so that a newer encoder changes nothing by itself.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from assetgen.digest import key_of
from assetgen.steps import CUT_VERSION, DERIVE_VERSION

if TYPE_CHECKING:
    from assetgen.manifest.model import Asset, File
    from assetgen.steps import Rendition

RECIPE_VERSION = 1


def recipe_of(asset: Asset, file: File) -> str:
    """Return the key of everything we do to a picture until it is this file."""
    extension = file.path.rpartition(".")[2]
    cut = asset.cut if file.cut else None
    if cut is None:
        return _uncut(file.rendition, extension)
    steps = [CUT_VERSION, cut.method, cut.model, dict(cut.options)]
    return _recipe(steps, file.rendition, extension)


@lru_cache(maxsize=4096)
def _uncut(rendition: Rendition | None, extension: str) -> str:
    """Return the recipe of a file with its ground; a set of sizes has few of them."""
    return _recipe(None, rendition, extension)


def _recipe(
    cut: list[object] | None, rendition: Rendition | None, extension: str
) -> str:
    fields = {
        "cut": cut,
        "derive": None if rendition is None else [DERIVE_VERSION, rendition.said],
        "format": extension,
    }
    return key_of("recipe", RECIPE_VERSION, fields)
