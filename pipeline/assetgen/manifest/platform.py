"""This file is a platform set in use: what an asset publishes because of it.

A set is compiled once for each place that asks for it, with the colours, names and
hand-tuned pictures given there; an asset adds its name, its folder and its picture.
"""

from __future__ import annotations

import json
import string
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from assetgen.manifest.model import File, Part
from assetgen.manifest.variants import enlarges
from assetgen.steps import Companion, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from assetgen.errors import Problem
    from assetgen.manifest.sets import ContainerFields, PictureFields, TextFields
    from assetgen.steps import Rendition

UNKNOWN = 1024  # pixels: the side of a picture of which nobody knows the size yet


@dataclass(frozen=True, slots=True)
class Plate:
    """One picture or container of a set, ready for any asset.

    Attributes:
        id: What texts call it.
        pattern: Of its path.
        suffix: What follows the asset's name, and names the variant; "" for none.
        rendition: How it is drawn; of a container, its largest.
        parts: Of a container.
        start: The hand-tuned picture it starts from, None for the asset's own.
    """

    id: str
    pattern: str
    suffix: str
    rendition: Rendition
    parts: tuple[Part, ...]
    start: Path | None
    rules: Rules | None
    fields: PictureFields | ContainerFields

    def fits(self, picture: tuple[int, int], *, alpha: bool) -> bool:
        """Return whether a picture of that (width, height) is large enough for it.

        One that may be transparent is fitted in whole, and one that is not covers what
        it may run to the edges of.
        """
        rendition = self.rendition
        if rendition.enlarge or self.start is not None:
            return True
        if rendition.bleed and not alpha:
            rendition = _shrunk(rendition, "cover", (rendition.plate or 1.0,) * 2)
        elif rendition.fill:
            rendition = _shrunk(rendition, "contain", rendition.fill)
        elif rendition.safe:
            room = (1 - rendition.safe) / 2
            rendition = replace(rendition, fit="contain", padding=room)
        return not enlarges(rendition, picture)


@dataclass(frozen=True, slots=True)
class Platform:
    """A set in use.

    Attributes:
        label: ``favicon@1``.
        values: What texts may say besides pictures.
        svg, drawing: The file of the drawing that was given, and what it says.
        faults: What is wrong inside the pictures that were given.
    """

    label: str
    plates: tuple[Plate, ...]
    texts: tuple[TextFields, ...]
    values: Mapping[str, str]
    base: str
    sizes: str
    svg: Path | None = None
    drawing: str = ""
    faults: tuple[Problem, ...] = ()

    def too_small(
        self, picture: tuple[int, int] | None, *, alpha: bool
    ) -> Plate | None:
        """Return the first plate that a picture is too small for, None if it is not."""
        if picture is None:
            return None
        for plate in self.plates:
            left_out = _left_out(plate, alpha=alpha, nominal=picture)
            if not left_out and not plate.fits(picture, alpha=alpha):
                return plate
        return None

    def files(
        self,
        name: str,
        folder: str,
        *,
        cut: bool,
        alpha: bool,
        nominal: tuple[int, int] | None,
    ) -> Iterator[File]:
        """Yield the files of an asset, its texts last.

        Args:
            name: The asset's.
            folder: Of the output, "" for the output itself.
            cut: The picture is cut out.
            alpha: It can be transparent.
            nominal: Its (width, height) in pixels, None if unknown.
        """
        made: dict[str, File] = {}
        for plate in self.plates:
            if _left_out(plate, alpha=alpha, nominal=nominal):
                continue
            file = self._picture(plate, name, folder, cut=cut)
            made[plate.id] = file
            yield file
        for text in self.texts:
            if self._unlinked(text) or (text.beside and text.beside not in made):
                continue
            if text.make == "svg":
                written = self._drawing(text, name, folder)
            else:
                written = self._text(text, name, folder, made)
            if written is not None:
                made |= {"svg": written} if text.make == "svg" else {}
                yield written

    def notes(self, name: str) -> Iterator[str]:
        """Yield what a person should know about the files of an asset."""
        for text in self.texts:
            if self._unlinked(text):
                file = _path(text.file, name, "", None)
                yield (
                    f"`{self.label}` leaves `{file}` out: its addresses have to be "
                    "whole (`base: https://…/`)"
                )

    def _unlinked(self, text: TextFields) -> bool:
        """Return whether a text would name pictures where nobody finds them."""
        return text.absolute and not self.base.startswith(("https://", "http://"))

    def _picture(self, plate: Plate, name: str, folder: str, *, cut: bool) -> File:
        path = _path(plate.pattern, name, folder, plate)
        own = plate.start is not None and not plate.parts
        return File(
            path,
            plate.suffix or f"{self.label.partition('@')[0]}:{plate.id}",
            None if plate.parts else plate.rendition,
            cut=cut and not own,
            start=None if plate.parts else plate.start,
            parts=plate.parts,
            rules=plate.rules,
        )

    def _drawing(self, text: TextFields, name: str, folder: str) -> File | None:
        """Return the drawing that was given, None if none was."""
        if self.svg is None:
            return None
        path = _path(text.file, name, folder, None)
        options = json.dumps({"text": self.drawing}, ensure_ascii=False)
        companion = Companion("verbatim", text.kind, (), options)
        variant = f"{self.label.partition('@')[0]}:svg"
        return File(
            path, variant, None, cut=False, companion=companion, beside=(self.svg,)
        )

    def _text(
        self, text: TextFields, name: str, folder: str, made: Mapping[str, File]
    ) -> File | None:
        """Return a text, or None if it says nothing: all its pictures are left out."""
        path = _path(text.file, name, folder, None)
        folder = path.rpartition("/")[0]
        values = {
            "stem": name.rpartition("/")[2],
            "name": name,
            "here": f"{self.base}{folder}/" if folder else self.base,
            **self.values,
        }
        values.setdefault("title", values["stem"])
        if text.make is not None:
            listed = dict(made)
            options: dict[str, object] = {"base": self.base, "sizes": self.sizes}
        else:
            words = set(words_in(text.structure if text.text is None else text.text))
            heads = {
                head
                for word in words
                if "." in word
                for head in word.partition(".")[0].split("|")
            }
            listed = {name: one for name, one in made.items() if name in heads}
            if heads and not listed:
                return None
            options = {
                "values": {w: values[w] for w in sorted(words) if w in values},
                "ids": {name: one.path for name, one in listed.items()},
                "base": self.base,
            }
            options |= (
                {"json": text.structure} if text.text is None else {"text": text.text}
            )
        own = [path for one in listed.values() for path in one.inputs]
        companion = Companion(
            text.make or "fill",
            text.kind,
            tuple(one.path for one in listed.values()),
            json.dumps(options, ensure_ascii=False, separators=(",", ":")),
        )
        variant = f"{self.label.partition('@')[0]}:{text.kind}"
        beside = tuple(dict.fromkeys(own))
        return File(path, variant, None, cut=False, companion=companion, beside=beside)


def _shrunk(
    rendition: Rendition, fit: Literal["cover", "contain"], shares: tuple[float, ...]
) -> Rendition:
    """Return a rendition into the middle of a box, for what has to be that large."""
    sides = zip((rendition.width, rendition.height), shares, strict=True)
    wide, high = (side and max(1, round(side * share)) for side, share in sides)
    return replace(rendition, fit=fit, padding=0.0, border=0, width=wide, height=high)


def _skips(plate: Plate) -> bool:
    return getattr(plate.fields, "larger", None) == "skip"


def _left_out(plate: Plate, *, alpha: bool, nominal: tuple[int, int] | None) -> bool:
    if plate.fields.when == "given" and plate.start is None:
        return True
    if plate.fields.when == "transparent" and plate.start is None and not alpha:
        return True
    if plate.fields.when == "opaque" and alpha:
        return True
    known = nominal or (UNKNOWN, UNKNOWN)
    return _skips(plate) and not plate.fits(known, alpha=alpha)


def _path(pattern: str, name: str, folder: str, plate: Plate | None) -> str:
    """Return a path; without a folder, `{dir}/` is nothing."""
    if not folder:
        pattern = pattern.replace("{dir}/", "")
    values = {"dir": folder, "name": name, "stem": name.rpartition("/")[2]}
    if plate is not None:
        values |= {
            "suffix": plate.suffix,
            "width": str(plate.rendition.width),
            "height": str(plate.rendition.height),
            "ext": plate.rendition.format,
        }
    return pattern.format(**values)


def words_in(node: object) -> Iterator[str]:
    """Yield every word between braces in a text or a structure.

    Raises ValueError for a brace without partner, or a place with a format in it.
    """
    if isinstance(node, str):
        for _, word, extra, conversion in string.Formatter().parse(node):
            if extra or conversion or word == "":
                raise ValueError(node)
            if word is not None:
                yield word
    elif isinstance(node, dict):
        for key, value in node.items():
            yield from (*words_in(key), *words_in(value))
    elif isinstance(node, list):
        for value in node:
            yield from words_in(value)
