"""This file is the recipe of a published file: our steps from picture to bytes.

A recipe names no picture: together with the digest of the picture that it starts from
it says whether a published file is still the right one. It holds our own versions of
the steps and no library's, so that a newer encoder changes nothing by itself.
"""

from __future__ import annotations

from dataclasses import asdict
from functools import lru_cache
from typing import TYPE_CHECKING

from assetgen.digest import key_of
from assetgen.layers import said
from assetgen.steps import CUT_VERSION, DERIVE_VERSION, PROVENANCE_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assetgen.manifest.model import Asset, File
    from assetgen.steps import Companion, Rendition

RECIPE_VERSION = 1
SAYING = ("hash", "words")


def recipe_of(asset: Asset, file: File) -> str:
    """Return the key of everything we do to a picture until it is this file."""
    if file.companion is not None:
        return _text(asset, file.companion)
    made = _made(asset, file)
    bought = asset.request is not None and file.start is None
    if not (bought and asset.provenance):
        return made
    signed = asset.certificate.digest if asset.certificate else ""
    return _marked(made, asset.provenance, signed)


def only_said_otherwise(asset: Asset, file: File, before: str) -> bool:
    """Return whether an earlier recipe made the same pixels, and said something else.

    Another certificate counts as something else in the pixels: nobody knows which.
    """
    if file.companion is not None:
        return False
    made = _made(asset, file)
    return before == made or before in {_marked(made, word, "") for word in SAYING}


def _made(asset: Asset, file: File) -> str:
    """Return the key of how the pixels are made and coded."""
    made = _uncovered(asset, file)
    own = any(part.start is None for part in file.drawn) or file.is_master
    if not asset.layers or not own:
        return made
    return key_of("overlaid", RECIPE_VERSION, [said(asset.layers), made])


def _uncovered(asset: Asset, file: File) -> str:
    """Return that key without what is laid on the picture."""
    extension = file.path.rpartition(".")[2]
    cut = asset.cut if file.cut else None
    steps: list[object] | None = None
    if cut is not None:
        steps = [CUT_VERSION, cut.method, cut.model, dict(cut.options)]
        steps += [cut.later] if cut.later else []
    if file.parts or file.rules or file.start:
        return _of_a_set(file, steps, extension)
    if steps is None:
        return _uncut(file.rendition, extension)
    return _recipe(steps, file.rendition, extension)


def start_of(file: File, picture: str, black: str | None) -> str:
    """Return what an asset's picture is called where a file starts from it.

    What is cut out of two pictures starts from both; "" while one of them is unknown.
    """
    if black is None or not file.cut:
        return picture
    return key_of("pair", RECIPE_VERSION, [picture, black]) if picture and black else ""


def source_of(file: File, picture: str, digest: Callable[[Path], str]) -> str:
    """Return what a file starts from, as the index names it; "" if nobody knows yet.

    Args:
        file: The file.
        picture: What the asset's own picture is called, "" if it is not here yet.
        digest: Names the bytes of a file of the user's.
    """
    if file.start is not None:
        return digest(file.start)
    if not file.inputs or not picture:
        return picture
    own = [digest(path) for path in file.inputs]
    return key_of("sources", RECIPE_VERSION, [picture, *own])


def _text(asset: Asset, companion: Companion) -> str:
    """Return the recipe of a text: how it is written, and how what it lists is made."""
    if not companion.lists:
        return key_of("companion", RECIPE_VERSION, companion.said)
    by_path = {file.path: file for file in asset.files}
    listed = [recipe_of(asset, by_path[path]) for path in companion.lists]
    fields = [companion.said, asset.name, asset.alt, listed]
    return key_of("companion", RECIPE_VERSION, fields)


def _of_a_set(file: File, cut: list[object] | None, extension: str) -> str:
    """Return the recipe of a file of a platform set.

    What its takers accept is part of it, so that a stricter rule looks at it again.
    """
    fields = {
        "cut": cut,
        "derive": [
            [DERIVE_VERSION, part.rendition.said, part.start is None, part.bitmap]
            for part in file.drawn
        ],
        "format": extension,
        "rules": None if file.rules is None else asdict(file.rules),
    }
    return key_of("set", RECIPE_VERSION, fields)


@lru_cache(maxsize=4096)
def _marked(made: str, said: str, signed: str) -> str:
    """Return the recipe of a file that says how it was made, and who signs that."""
    more = [signed] if signed else []
    return key_of("marked", RECIPE_VERSION, [PROVENANCE_VERSION, said, made, *more])


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
