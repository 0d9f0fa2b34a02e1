"""This file is a drawing that was looked at: what is drawn, with what, how large.

Its key says which picture it will be, without drawing it: the text, the digests of the
fonts and pictures in it, its size, and our version of the way from there to pixels.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.digest import key_of
from assetgen.svg import letters, safety
from assetgen.svg.daylight import by_day
from assetgen.svg.faults import SvgFault
from assetgen.svg.size import size_of
from assetgen.svg.tree import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assetgen.svg.fonts import Fonts, Part

VERSION = 1
# Since pictures in drawings are brought to their size before they are drawn.
VERSION_WITH_PICTURES = 2


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG text with everything that it is drawn with.

    Attributes:
        text: The SVG itself, every template in it rendered.
        size: Width and height in pixels.
        fonts: The files of the families that it names, by digest.
        images: The pictures in it: path as it is written there → file.
        name: What messages call it: ``badge.svg``.
        key: The name of the picture that it makes.
    """

    text: str
    size: tuple[int, int]
    fonts: tuple[Part, ...]
    images: Mapping[str, Part]
    name: str
    key: str

    @classmethod
    def of(
        cls,
        text: str,
        size: tuple[int, int],
        fonts: tuple[Part, ...] = (),
        images: Mapping[str, Part] | None = None,
        name: str = "",
    ) -> Drawing:
        """Return a drawing under its key."""
        fields = {
            "svg": text,
            "size": list(size),
            "fonts": [part.digest for part in fonts],
            "images": {href: part.digest for href, part in (images or {}).items()},
        }
        pictured = bool(images) or "data:image" in text
        version = VERSION_WITH_PICTURES if pictured else VERSION
        key = key_of("drawing", version, fields)
        return cls(text, size, fonts, images or {}, name, key)


def looked_at(
    text: str,
    name: str,
    asked: tuple[int | None, int | None],
    fonts: Fonts,
    image: Callable[[str], Part],
) -> tuple[Drawing | None, list[SvgFault]]:
    """Return the drawing that a text is, or everything that is wrong with it.

    Args:
        text: The SVG.
        name: What messages call it.
        asked: Width and height in pixels, None where it follows from the drawing.
        fonts: Those of the project; may raise NotAFont.
        image: Returns the file of a path that the drawing names; raises SvgFault.
    """
    found: list[SvgFault] = []
    try:
        root = parse(text)
    except SvgFault as fault:
        return None, [fault]
    by_day(root)
    found += safety.faults(root)
    size, images, families = (1, 1), {}, dict[str, None]()
    try:
        size = size_of(root, *asked)
        lines = letters.lines(root)
    except SvgFault as fault:
        return None, [*found, fault]
    if lines:
        found += letters.faults(lines, fonts)
        families = dict.fromkeys(name for line in lines for name in line.families)
    if not found:
        for node, _, path in safety.embedded(root):
            try:
                images[path] = image(path)
            except SvgFault as fault:
                found.append(
                    SvgFault(fault.message, fault.hint, node.line, node.column)
                )
    if found:
        return None, found
    parts = fonts.parts(families) if lines else ()
    return Drawing.of(text, size, parts, images, name), []
