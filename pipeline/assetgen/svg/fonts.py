"""This file is the fonts of a project: their families, and the letters they have.

Fonts of the system are never used, so that a drawing has the same letters everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

# OpenType: https://learn.microsoft.com/typography/opentype/spec/otff
_COLLECTION = b"ttcf"
_MAGIC = frozenset({b"\0\1\0\0", b"OTTO", b"true", _COLLECTION})
# What is written without ink: separators, controls, marks that only choose a form.
_SILENT = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf"})
_SELECTORS = range(0xFE00, 0xFE10)
# Where a font does not say how high its capitals are: what most of them have.
_CAPITALS = 0.72


class NotAFont(Exception):
    """A file that is no font which letters can be drawn with."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.path = path


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the project that a drawing is made with: where, and its digest."""

    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Face:
    """One style of a family: the file it is in, its letters, its measures.

    Attributes:
        family: As `font-family` names it: ``Inter``.
        weight: 100 to 900, as CSS counts.
        letters: The code points that it has.
        capitals: Height of a capital above the baseline, as a share of the font size.
    """

    part: Part
    family: str
    weight: int
    letters: frozenset[int]
    capitals: float


class Fonts:
    """Every face of some font files, each read once, and only when it is asked for.

    Raises NotAFont, when first asked, for a file that is none.
    """

    def __init__(self, paths: Iterable[Path] = ()) -> None:
        self.paths = tuple(paths)

    @cached_property
    def families(self) -> Mapping[str, tuple[Face, ...]]:
        """Return every face by the name of its family."""
        found: dict[str, tuple[Face, ...]] = {}
        for path in self.paths:
            for face in faces_of(path):
                found[face.family] = (*found.get(face.family, ()), face)
        return found

    def lacking(self, text: str, families: Iterable[str]) -> list[str]:
        """Return the characters of a text that no face of these families has."""
        letters: set[int] = set()
        for family in families:
            for face in self.families.get(family, ()):
                letters |= face.letters
        return [
            each
            for each in dict.fromkeys(text)
            if not (_is_silent(each) or ord(each) in letters)
        ]

    def parts(self, families: Iterable[str]) -> tuple[Part, ...]:
        """Return the files of these families, by digest."""
        found = {
            face.part.digest: face.part
            for family in families
            for face in self.families.get(family, ())
        }
        return tuple(found[digest] for digest in sorted(found))


def faces_of(path: Path) -> list[Face]:
    """Return the faces of a font file; raises NotAFont, or OSError."""
    # It takes a tenth of a second, and most manifests draw no letters.
    from fontTools.ttLib import TTCollection, TTFont  # noqa: PLC0415 - see above

    data = path.read_bytes()
    part = Part(path, digest_bytes(data))
    if data[:4] not in _MAGIC:
        raise NotAFont(path)
    try:
        if data[:4] == _COLLECTION:
            fonts = list(TTCollection(BytesIO(data), lazy=True))
        else:
            fonts = [TTFont(BytesIO(data), lazy=True)]
        return [_face(part, font) for font in fonts]
    except Exception as error:  # foreign bytes make a reader raise anything
        raise NotAFont(path) from error


def named(characters: Iterable[str]) -> str:
    """Return characters as a message names them: ```☃` (U+2603)``, at most five."""
    shown = [f"`{each}` (U+{ord(each):04X})" for each in characters]
    more = f" and {len(shown) - 5} more" if len(shown) > 5 else ""  # noqa: PLR2004 - see above
    return ", ".join(shown[:5]) + more


def _face(part: Part, font: object) -> Face:
    names, shape, head = font["name"], font["OS/2"], font["head"]  # type: ignore[index]  # fontTools has no types
    # The typographic family first, as the renderer looks for it; a font without a
    # PostScript name is none to it.
    family = names.getDebugName(16) or names.getDebugName(1)
    if not family or not names.getDebugName(6):
        raise NotAFont(part.path)
    high = getattr(shape, "sCapHeight", 0) / head.unitsPerEm
    letters = font.getBestCmap()  # type: ignore[attr-defined]  # the same
    return Face(
        part,
        family,
        shape.usWeightClass,
        frozenset(letters),
        high if high > 0 else _drawn(font, letters.get(ord("H"))) or _CAPITALS,
    )


def _drawn(font: object, glyph: str | None) -> float:
    """Return the height of a glyph above the baseline in ems, 0 if it has none."""
    from fontTools.pens.boundsPen import BoundsPen  # noqa: PLC0415 - as above

    if glyph is None:
        return 0.0
    glyphs = font.getGlyphSet()  # type: ignore[attr-defined]  # fontTools has no types
    pen = BoundsPen(glyphs)
    glyphs[glyph].draw(pen)
    return float(pen.bounds[3]) / font["head"].unitsPerEm if pen.bounds else 0.0  # type: ignore[index]  # the same


def _is_silent(character: str) -> bool:
    import unicodedata  # noqa: PLC0415 - most manifests draw no letters

    return unicodedata.category(character) in _SILENT or ord(character) in _SELECTORS
