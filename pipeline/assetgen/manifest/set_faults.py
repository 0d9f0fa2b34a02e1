"""This file is what can be wrong with a platform set, or with what it is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assetgen.manifest.issues import Wrong, unknown
from assetgen.manifest.pictures import header_of
from assetgen.manifest.platform import words_in
from assetgen.steps import OPAQUE_FORMATS, PICTURE_WORDS
from assetgen.svg import safety
from assetgen.svg.faults import SvgFault
from assetgen.svg.tree import parse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from assetgen.manifest.sets import Drawn

# What texts may say besides what is known of the pictures.
VALUES = ("title", "background", "theme", "stem", "name", "here", "asset", "alt")
PATH_WORDS = ("dir", "stem", "name")


def _placed(path: Path, fault: SvgFault) -> str:
    place = f"{path.name}:{fault.line}:{fault.column}: " if fault.line else ""
    return f"{place}{fault.message}"


def looked_at(name: str, path: Path) -> None:
    """Raise `Wrong` for a file that is no picture, or a drawing that does things."""
    if name != "svg":
        header_of(path)
        return
    try:
        root = parse(path.read_text("utf-8"))
        wrong = next(safety.faults(root, media=True), None)
    except SvgFault as fault:
        raise Wrong(_placed(path, fault), hint=fault.hint) from None
    except (OSError, UnicodeDecodeError):
        raise Wrong(f"`{path.name}` is no drawing that assetgen reads") from None
    if wrong is not None:
        raise Wrong(_placed(path, wrong), hint=wrong.hint)
    if next(safety.embedded(root), None):
        hint = "put them in as `data:` addresses, or leave them out"
        raise Wrong(f"`{path.name}` shows files that no browser would find", hint=hint)


def place_faults(
    node: object, ids: set[str] | None
) -> Iterator[tuple[str, str | None]]:
    """Yield message and hint for every place that nothing fills.

    `ids` are the pictures that a text may tell of, None for a path, which tells of
    none.
    """
    try:
        words = tuple(dict.fromkeys(words_in(node)))
    except ValueError:
        yield "a brace has no partner", "places look like `{stem}`"
        return
    known = PATH_WORDS if ids is None else VALUES
    for word in words:
        head, dot, tail = word.partition(".")
        if not dot or ids is None:
            if word not in known:
                yield unknown("place", word, known)
        elif wrong := next((one for one in head.split("|") if one not in ids), None):
            yield unknown("picture", wrong, ids)
        elif tail not in PICTURE_WORDS:
            yield unknown("word", tail, PICTURE_WORDS)


def shape_faults(
    fields: Drawn, given: Mapping[str, Any]
) -> Iterator[tuple[str, str | None]]:
    """Yield message and hint for what says where a subject stands, and cannot."""
    words = [word for word in ("safe", "fill", "plate") if getattr(fields, word)]
    if words and not (given.get("width") and given.get("height")):
        message = f"`{words[0]}` needs both sides of the box"
        yield message, "add a `size`, or a `width` and a `height`"
    if fields.corners and not OPAQUE_FORMATS.isdisjoint(given["formats"]):
        yield "round corners need a format with transparency", "such as png"
