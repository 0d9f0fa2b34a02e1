"""This file is how large a drawing is, and how it is made to be of another size."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assetgen.svg.faults import SvgFault

if TYPE_CHECKING:
    from assetgen.svg.tree import Node

# CSS: an inch is 96 pixels (https://www.w3.org/TR/css-values-4/#absolute-lengths).
_UNITS = {
    "": 1.0,
    "px": 1.0,
    "in": 96.0,
    "cm": 96 / 2.54,
    "mm": 96 / 25.4,
    "pt": 96 / 72,
    "pc": 16.0,
}
_LENGTH = re.compile(r"\s*([0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*([a-z]*)\s*")
_SHORT = 40  # characters of a length that are read
_THINNEST = 10_000.0
_LARGEST = 16_383  # pixels of a side: what WebP can hold
_MOST = 100_000_000  # pixels that are decoded anywhere in assetgen


def size_of(
    root: Node, width: int | None = None, height: int | None = None
) -> tuple[int, int]:
    """Return the pixels of a drawing: as asked, the other side in proportion.

    With neither side asked for, it is the drawing's own size. Raises SvgFault if the
    drawing does not say how large it is, or is too large.
    """
    across, down = _own(root)
    if not 1 / _THINNEST <= across / down <= _THINNEST:
        message = f"the drawing is {across:g} by {down:g}"
        raise SvgFault(message, "a side is at most 10,000 times the other", root.line)
    if width is None and height is None:
        sides = round(min(across, 1e9)), round(min(down, 1e9))
    elif height is None:
        sides = width or 1, round((width or 1) * down / across)
    elif width is None:
        sides = round(height * across / down), height
    else:
        sides = width, height
    sides = max(sides[0], 1), max(sides[1], 1)
    if max(sides) > _LARGEST or sides[0] * sides[1] > _MOST:
        message = f"the drawing would be {sides[0]:,} by {sides[1]:,} pixels"
        raise SvgFault(message, "set a smaller `width` or `height`", root.line)
    return sides


def set_size(root: Node, size: tuple[int, int]) -> None:
    """Give a drawing a size in pixels; what it shows keeps its proportions.

    It is centred, unless its own `preserveAspectRatio` says otherwise.
    """
    if root.get("viewBox") is None:
        across, down = _own(root)
        root.set("viewBox", f"0 0 {across:g} {down:g}")
    root.set("width", str(size[0]))
    root.set("height", str(size[1]))


def _own(root: Node) -> tuple[float, float]:
    """Return the size that a drawing says it has, in pixels."""
    box = _box(root)
    across, down = _side(root.get("width")), _side(root.get("height"))
    if across and down:
        return across, down
    if box is None:
        message = "the drawing does not say how large it is"
        raise SvgFault(message, 'write `<svg viewBox="0 0 512 512" …>`', root.line)
    if across:
        return across, across * box[1] / box[0]
    if down:
        return down * box[0] / box[1], down
    return box


def _box(root: Node) -> tuple[float, float] | None:
    """Return width and height of the `viewBox`, None if it has none."""
    written = root.get("viewBox")
    if written is None:
        return None
    try:
        numbers = [float(part) for part in re.split(r"[\s,]+", written.strip())]
        _, _, across, down = numbers
    except ValueError:
        across = down = 0.0
    if not (0 < across < float("inf") and 0 < down < float("inf")):
        message = f"`{written}` is no `viewBox`"
        hint = "it is four numbers: left, top, width, height"
        raise SvgFault(message, hint, root.line)
    return across, down


def _side(written: str | None) -> float | None:
    """Return a length in pixels, None for a share or what is no length."""
    found = _LENGTH.fullmatch((written or "")[:_SHORT])
    if found is None or found[2] not in _UNITS:
        return None
    pixels = float(found[1]) * _UNITS[found[2]]
    return pixels if 0 < pixels < float("inf") else None
