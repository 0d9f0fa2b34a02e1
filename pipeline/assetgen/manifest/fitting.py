"""This file is how a set is fitted to what a manifest gives: colours, names, pictures.

A hand-tuned picture is measured here, and read when it is needed. What is wrong in a
file of the user's own is told at its place, and left out.
"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pydantic import ValidationError

from assetgen.errors import Problem
from assetgen.manifest.colors import parse_color
from assetgen.manifest.finishing import VariantFields
from assetgen.manifest.issues import Issue, Wrong, issues_from, unknown
from assetgen.manifest.model import Part
from assetgen.manifest.platform import Plate, Platform
from assetgen.manifest.set_faults import looked_at, place_faults, shape_faults
from assetgen.manifest.sets import (
    PictureFields,
    SetFields,
    sizes_of,
)
from assetgen.manifest.sheets import missing_file, path_wrong
from assetgen.manifest.source import dotted
from assetgen.manifest.variants import size_of
from assetgen.steps import CONTAINERS, OPAQUE_FORMATS, Rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assetgen.manifest.brand import Brand
    from assetgen.manifest.fields import IncludeFields
    from assetgen.manifest.issues import Keys
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.sets import Drawn, TextFields
    from assetgen.manifest.sheets import Sheet
    from assetgen.manifest.source import Document
    from assetgen.manifest.use import UseFields
    from assetgen.steps import Rendition

BITMAP_BELOW = 256  # pixels: from here on every reader of ico expects a PNG
FILLS = frozenset({"contain", "cover", "fill"})  # fits that give exactly the box
BACKGROUND = "{background}"


class Fitter:
    """Puts what a manifest gives into a set."""

    def __init__(  # noqa: PLR0913, PLR0917  the two files it stands between
        self,
        document: Document,
        fields: SetFields,
        use: UseFields,
        sheet: Sheet[IncludeFields],
        keys: Keys,
        brand: Brand | None,
        mistakes: Mistakes,
    ) -> None:
        self._document = document
        self._fields = fields
        self._use = use
        self._sheet = sheet
        self._keys = keys
        self._brand = brand
        self._mistakes = mistakes
        self._spoilt: list[Problem] = []
        self._background = self._colour("background", fields.background)

    def platform(self) -> Platform:
        """Return the set in use; what is wrong is told and left out."""
        use, fields = self._use, self._fields
        inputs = dict(self._inputs())
        plates = [
            *self._pictures(inputs),
            *self._containers(inputs),
        ]
        values = {
            "background": self._background,
            "theme": self._colour("theme", self._background),
        }
        title = use.title or (self._brand.name if self._brand else "")
        if title:
            values["title"] = title
        texts = tuple(self._sound_texts({plate.id for plate in plates}))
        svg = inputs.get("svg")
        label = f"{fields.name}@{fields.version}"
        drawing = svg.read_text("utf-8") if svg else ""
        return Platform(
            label,
            tuple(plates),
            texts,
            values,
            use.base,
            use.sizes,
            svg,
            drawing,
            tuple(self._spoilt),
        )

    # --- what the manifest gives -----------------------------------------------------

    def _told(self, key: str, message: str, hint: str | None = None) -> None:
        issue = Issue((*self._keys, key), message, hint)
        self._mistakes.add(self._sheet.document, issue)

    def _spoil(self, key: str, fault: Wrong) -> None:
        """Keep what is wrong inside a picture for the assets that use the set."""
        keys = (*self._keys, key)
        place = self._sheet.document.place(keys, key=False)
        problem = Problem(place, dotted(keys), fault.message, fault.hint)
        self._spoilt.append(problem)

    def _colour(self, key: str, otherwise: str) -> str:
        """Return a colour that was given, as it is or by the brand's name for it."""
        written = cast("str | None", getattr(self._use, key))
        if written is None:
            return otherwise
        colors = self._brand.colors if self._brand else {}
        if written in colors:
            return colors[written].value
        try:
            return parse_color(written)
        except Wrong as wrong:
            named = f"; or one of the brand's: {', '.join(colors)}" if colors else ""
            self._told(key, wrong.message, (wrong.hint or "") + named)
            return otherwise

    def _inputs(self) -> Iterator[tuple[str, Path]]:
        """Yield the hand-tuned pictures that were given."""
        reads = self._fields.reads()
        for name in ("small", "dark", "tinted", "monochrome", "foreground", "svg"):
            written = cast("str | None", getattr(self._use, name))
            if written is None:
                continue
            if name not in reads:
                known = ", ".join(f"`{one}`" for one in reads)
                hint = f"it takes {known}" if known else "it takes no pictures"
                message = f"`{self._fields.name}` takes no `{name}`"
                issue = Issue((*self._keys, name), message, hint, on_key=True)
                self._mistakes.add(self._sheet.document, issue)
                continue
            path = Path(os.path.normpath(self._sheet.folder / written))
            wrong, hint_ = path_wrong(written)
            if wrong:
                self._told(name, wrong, hint_)
            elif not path.is_file():
                missing = missing_file(path, written, (*self._keys, name))
                self._mistakes.add(self._sheet.document, missing)
            else:
                try:
                    looked_at(name, path)
                except Wrong as fault:
                    self._spoil(name, fault)
                else:
                    yield name, path

    # --- the pictures ----------------------------------------------------------------

    def _fault(self, keys: Keys, message: str, hint: str | None = None) -> None:
        self._mistakes.add(self._document, Issue(keys, message, hint))

    def _pictures(self, inputs: Mapping[str, Path]) -> Iterator[Plate]:
        for name, fields in self._fields.pictures.items():
            keys: Keys = ("pictures", name)
            sizes: Mapping[str, int | None] = fields.each or {"": fields.size}
            for each, size in sizes.items():
                called = f"{name}-{each}" if each else name
                start = _start(fields, size, inputs)
                pattern = fields.file.replace("{each}", each)
                for one in self._renditions(fields, pattern, size, keys):
                    rendition = _as_drawn(one) if start else one
                    plain = rendition.format == _formats(fields, pattern)[0]
                    yield Plate(
                        called if plain else f"{called}-{rendition.format}",
                        pattern,
                        fields.suffix,
                        rendition,
                        (),
                        start,
                        self._rules(fields, rendition),
                        fields,
                    )

    def _containers(self, inputs: Mapping[str, Path]) -> Iterator[Plate]:
        for name, fields in self._fields.containers.items():
            keys: Keys = ("containers", name)
            form = fields.file.rpartition(".")[2]
            faults = list(place_faults(fields.file, None))
            if form not in CONTAINERS:
                faults.append(("a container ends with `.ico` or `.icns`", None))
            for message, hint in faults:
                self._fault((*keys, "file"), message, hint)
            if faults:
                continue
            parts = []
            for size in sizes_of(fields):
                start = _start(fields, size, inputs)
                bitmap = fields.bitmaps and size < BITMAP_BELOW
                for one in self._renditions(fields, "{stem}.png", size, keys):
                    drawn = replace(_as_drawn(one) if start else one, channel=True)
                    parts.append(Part(drawn, start, bitmap))
            if parts:
                yield Plate(
                    name,
                    fields.file,
                    fields.suffix,
                    max(parts, key=lambda one: one.rendition.width or 0).rendition,
                    tuple(parts),
                    None,
                    None,
                    fields,
                )

    def _given(self, fields: Drawn, pattern: str, size: int | None) -> dict[str, Any]:
        """Return a picture as a manifest would write the size."""
        given = {
            name: getattr(fields, name)
            for name in VariantFields.model_fields
            if name in fields.model_fields_set and name != "safe"
        }
        given |= {"file": pattern, "suffix": fields.suffix}
        given["formats"] = _formats(fields, pattern)
        given |= self._box(fields, size)
        opaque = not OPAQUE_FORMATS.isdisjoint(given["formats"])
        if given.get("background") == BACKGROUND or (
            "background" not in given and (opaque or fields.alpha == "no")
        ):
            given["background"] = self._background
        return given

    def _renditions(
        self, fields: Drawn, pattern: str, size: int | None, keys: Keys
    ) -> tuple[Rendition, ...]:
        """Return how a picture is drawn, once for each of its formats."""
        given = self._given(fields, pattern, size)
        for message, hint in shape_faults(fields, given):
            self._fault(keys, message, hint)
        try:
            size_fields = VariantFields.model_validate(given)
        except ValidationError as error:
            for issue in issues_from(error, VariantFields):
                at = "file" if issue.keys[0] == "formats" else "size"
                self._fault((*keys, at), issue.message, issue.hint)
            return ()
        found, issues = size_of(size_fields, keys)
        for issue in issues:
            self._mistakes.add(self._document, issue)
        return tuple(
            replace(
                rendition,
                tone=fields.tone,
                safe=_share(fields.safe),
                fill=_shares(fields.fill),
                bleed=bool(fields.safe or fields.fill),
                plate=_share(fields.plate),
                mirror=fields.mirror,
                corners=_share(fields.corners),
                channel=fields.alpha == "channel",
            )
            for rendition in (found.renditions if found else ())
        )

    def _box(self, fields: Drawn, size: int | None) -> dict[str, object]:
        """Return the sides of a picture and how it meets them."""
        scale = fields.scale if isinstance(fields, PictureFields) else None
        fit = {} if "fit" in fields.model_fields_set else {"fit": "contain"}
        side = fields.side if isinstance(fields, PictureFields) else "both"
        if size is not None:
            return (
                {"width": size, "height": size, **fit}
                if side == "both"
                else {side: size}
            )
        if scale is None:
            return {}
        sides: dict[str, int | None] = {
            "width": self._use.width
            or (None if self._use.height else self._fields.width),
            "height": self._use.height,
        }
        box: dict[str, object] = {
            name: max(1, round(side * scale)) for name, side in sides.items() if side
        }
        return box | (fit if len(box) > 1 else {})

    def _rules(self, fields: Drawn, rendition: Rendition) -> Rules:
        exact = rendition.fit in FILLS or rendition.bleed
        return Rules(
            f"{self._fields.name}@{self._fields.version}",
            width=(rendition.width or 0) if exact else 0,
            height=(rendition.height or 0) if exact else 0,
            alpha=fields.alpha or "",
            max_bytes=rendition.max_bytes or 0,
            # What is on a plate with corners is seen to its edge: nothing to check.
            safe=0.0 if fields.corners else _share(fields.safe),
            grey=fields.tone in {"grey", "tint"},
        )

    # --- the texts -------------------------------------------------------------------

    def _sound_texts(self, ids: set[str]) -> Iterator[TextFields]:
        """Yield the texts of which every place is filled; the others are told."""
        for number, text in enumerate(self._fields.texts):
            keys: Keys = ("texts", number)
            way = "json" if text.text is None else "text"
            said = text.structure if text.text is None else text.text
            known = ids | ({"svg"} if "svg" in self._fields.reads() else set())
            faults = [
                ((*keys, "file"), fault) for fault in place_faults(text.file, None)
            ]
            faults += [((*keys, way), fault) for fault in place_faults(said, known)]
            if text.beside and text.beside not in known:
                told = unknown("picture", text.beside, known)
                faults.append(((*keys, "beside"), told))
            for at, (message, hint) in faults:
                self._fault(at, message, hint)
            if not faults:
                yield text


def _formats(fields: Drawn, pattern: str) -> list[str]:
    """Return the formats of a picture: what its path ends with, unless it is open."""
    ending = pattern.rpartition(".")[2]
    if ending != "{ext}":
        return ["jpg" if ending == "jpeg" else ending]
    written = fields.formats
    return [written] if isinstance(written, str) else list(written)


def _share(text: str | None) -> float:
    return float(text.rstrip("%")) / 100 if text else 0.0


def _shares(text: str | None) -> tuple[float, ...]:
    """Return two shares, across and down, of one or two that are written."""
    found = [_share(word) for word in (text or "").split()]
    return (found[0], found[-1]) if found else ()


def _start(fields: Drawn, size: int | None, inputs: Mapping[str, Path]) -> Path | None:
    """Return the hand-tuned picture that a place starts from, None if none does."""
    if fields.start is not None and fields.start in inputs:
        return inputs[fields.start]
    fits = size in sizes_of(fields) and size <= fields.small_up_to
    return inputs.get("small") if fits else None


def _as_drawn(rendition: Rendition) -> Rendition:
    """Return how a hand-tuned picture is drawn: in its size, and else as it is.

    Whoever drew it chose its room, its shape and its greys.
    """
    return replace(
        rendition,
        fit="contain",
        padding=0.0,
        safe=0.0,
        fill=(),
        plate=0.0,
        mirror=False,
        corners=0.0,
        trim=False,
        sharpen=False,
        tone="grey" if rendition.tone == "tint" else rendition.tone,
    )
