"""This file is what `overlay` asks for, checked: every layer with its file or font."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.digest import digest_file
from assetgen.layers import Layer, Length, Letters, Misfit, measured, placed
from assetgen.manifest.colors import parse_color
from assetgen.manifest.issues import Wrong, unknown
from assetgen.manifest.pictures import header_of
from assetgen.manifest.sheets import missing_file, path_wrong
from assetgen.manifest.variants import anchor
from assetgen.svg.fonts import Part, named

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.layers import Pair
    from assetgen.manifest.drawings import Drawings
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.overlay_fields import OverlayFields
    from assetgen.manifest.wishes import Given, Wish
    from assetgen.manifest.words import Told
    from assetgen.svg.drawing import Drawing

_SHARE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")
_WAYS = ("source", "asset", "text")
_OF_TEXT = ("font", "weight", "italic", "size", "color", "align", "leading")
_WEIGHTS = {"normal": 400, "bold": 700}
_USUAL_SIZE = Length(0.1, is_share=True)


class Overlays:
    """Makes layers of what `overlay` says; what is wrong with it is reported.

    Args:
        drawings: Looks at svg files, and knows the fonts.
        told: Every wish by its name, with its rendered words: what `asset` may name.
    """

    def __init__(
        self,
        drawings: Drawings,
        told: Mapping[str, tuple[Wish, Told]],
        mistakes: Mistakes,
    ) -> None:
        self._drawings = drawings
        self._told = told
        self._mistakes = mistakes

    def of(self, wish: Wish, told: Told, nominal: Pair | None) -> tuple[Layer, ...]:
        """Return the layers of an asset, the lowest first.

        `nominal` is the size of its picture in pixels, None if unknown.
        """
        given = wish.given.get("overlay")
        if given is None:
            return ()
        several = isinstance(given.value, list)
        layers = []
        for number, fields in enumerate(given.value if several else [given.value]):
            inner = (number,) if several else ()
            found = _One(self, wish, given, inner, fields, told).layer()
            if found is not None:
                layers.append(found)
                self._check_fit(found, given, inner, nominal)
        return tuple(layers)

    def wrong(
        self,
        given: Given,
        inner: tuple[str | int, ...],
        said: tuple[str, str | None],
    ) -> None:
        """Report a mistake in what stands `inner` in the field."""
        self._mistakes.at(given, said[0], said[1], inner=inner)

    @property
    def drawings(self) -> Drawings:
        """Return what looks at drawings."""
        return self._drawings

    def file(
        self, owner: Wish, given: Given, inner: tuple[str | int, ...], written: str
    ) -> Part | Drawing | None:
        """Return a file that is laid on the picture of `owner`.

        None after a mistake, or if something is wrong inside the file.
        """
        wrong = path_wrong(written)
        path = Path(os.path.normpath(given.sheet.folder / written))
        if wrong[0]:
            self.wrong(given, inner, (wrong[0], wrong[1]))
            return None
        if not path.is_file():
            issue = missing_file(path, written, (*given.keys, *inner))
            self._mistakes.add(given.sheet.document, issue)
            return None
        if path.suffix.lower() == ".svg":
            return self._drawings.of_overlay(given, path, owner.name)
        try:
            header_of(path)
        except Wrong as fault:
            keys, said = (*given.keys, *inner), (fault.message, fault.hint)
            self._mistakes.inside(owner.name, given.sheet.document, keys, said)
            return None
        self._drawings.files[path] = None
        return Part(path, digest_file(path))

    def asset(
        self, owner: Wish, given: Given, inner: tuple[str | int, ...], name: str
    ) -> Part | Drawing | None:
        """Return the picture of another asset, None as for `file`."""
        if name not in self._told:
            self.wrong(given, inner, unknown("asset", name, self._told))
            return None
        wish, told = self._told[name]
        hint = "only a `source` or a `kind: template` is laid on another picture"
        if wish.get("remove_bg"):
            said = f"`{name}` is cut out first, which an overlay does not do", hint
            self.wrong(given, inner, said)
        elif wish.is_drawing:
            text = told.drawing
            return self._drawings.of_template(wish, text) if text is not None else None
        elif "source" in wish.given:
            return self.file(owner, wish.given["source"], (), wish.get("source"))
        else:
            self.wrong(given, inner, (f"`{name}` is made by a model", hint))
        return None

    def _check_fit(
        self,
        layer: Layer,
        given: Given,
        inner: tuple[str | int, ...],
        nominal: Pair | None,
    ) -> None:
        """Report a logo that would not fit on a picture whose size is known."""
        if nominal is None or layer.letters is not None:
            return
        natural = layer.drawing.size if layer.drawing else (0, 0)
        if layer.picture is not None:
            natural = header_of(layer.picture.path).size
        try:
            placed(layer, measured(layer, natural, nominal), nominal)
        except Misfit as misfit:
            self.wrong(given, inner, (misfit.message, misfit.hint))


class _One:
    """One entry of `overlay`, on its way to a layer."""

    def __init__(  # noqa: PLR0913, PLR0917  what it stands between
        self,
        overlays: Overlays,
        owner: Wish,
        given: Given,
        inner: tuple[int, ...],
        fields: OverlayFields,
        told: Told,
    ) -> None:
        self._overlays = overlays
        self._owner = owner
        self._given = given
        self._inner = inner
        self._fields = fields
        self._told = told
        self._hurt = False

    def layer(self) -> Layer | None:
        """Return the layer, None after a mistake."""
        fields = self._fields
        ways = [name for name in _WAYS if getattr(fields, name) is not None]
        if len(ways) != 1:
            what = " and ".join(f"`{name}`" for name in ways) or "nothing"
            message = (
                f"an overlay is one of `source`, `asset` and `text`, this is {what}"
            )
            self._wrong((), message)
            return None
        picture, letters = None, None
        if ways == ["text"]:
            letters = self._letters()
        else:
            picture = self._picture(ways[0])
            self._check_text_only()
        where = self._where()
        if self._hurt or (picture is None and letters is None):
            return None
        is_part = isinstance(picture, Part)
        return Layer(
            picture=picture if isinstance(picture, Part) else None,
            drawing=None if is_part else picture,  # type: ignore[arg-type]  # not a Part
            letters=letters,
            width=self._length("width"),
            height=self._length("height"),
            position=anchor(fields.position),
            at=where,
            margin=self._length("margin") or Length(0),
            opacity=fields.opacity,
        )

    def _wrong(
        self, inner: tuple[str, ...], message: str, hint: str | None = None
    ) -> None:
        self._hurt = True
        self._overlays.wrong(self._given, (*self._inner, *inner), (message, hint))

    def _word(self, name: str) -> str:
        """Return a field's text, rendered if it is a template."""
        written = str(getattr(self._fields, name) or "")
        return self._told.overlay.get((*self._inner, name), written)

    def _picture(self, way: str) -> Part | Drawing | None:
        written = self._word(way)
        find = self._overlays.file if way == "source" else self._overlays.asset
        return find(self._owner, self._given, (*self._inner, way), written)

    def _check_text_only(self) -> None:
        for name in sorted(self._fields.model_fields_set & set(_OF_TEXT)):
            self._wrong((name,), f"`{name}` belongs to `text`", "take it out")

    def _where(self) -> tuple[Length, Length] | None:
        across, down = self._length("x"), self._length("y")
        if (across is None) != (down is None):
            one, other = ("x", "y") if down is None else ("y", "x")
            self._wrong((one,), f"`{one}` needs a `{other}`")
            return None
        if across is None or down is None:
            return None
        if "position" in self._fields.model_fields_set:
            message = "`position` and `x` say two places"
            self._wrong(("position",), message, "keep one of them")
        return across, down

    def _length(self, name: str) -> Length | None:
        """Return a length that was written, None if none was."""
        value = getattr(self._fields, name)
        if value is None or isinstance(value, int):
            return None if value is None else Length(value)
        found = _SHARE.fullmatch(value.strip())
        share = float(found[1]) / 100 if found else 2.0
        if share > 1 or (not share and name not in {"x", "y", "margin"}):
            message = f"expected pixels or a share such as `20%`, got `{value}`"
            self._wrong((name,), message)
            return None
        return Length(share, is_share=True)

    # --- type -------------------------------------------------------------------

    def _letters(self) -> Letters | None:
        fields, text = self._fields, self._word("text")
        if not text.strip():
            self._wrong(("text",), "the text is empty")
            return None
        size, width = self._length("size"), fields.width
        if size is not None and width is not None:
            message = "`width` and `size` both say how large the letters are"
            self._wrong(("size",), message, "keep one of them")
        if fields.height is not None:
            self._wrong(("height",), "letters have a `size` or a `width`, no `height`")
        family, color = self._family(text), self._color()
        if family is None or color is None:
            return None
        fonts = self._overlays.drawings.fonts()
        weight = _WEIGHTS.get(str(fields.weight)) or int(fields.weight)
        faces = fonts.families[family] if fonts else ()
        face = min(faces, key=lambda each: abs(each.weight - weight))
        parts = fonts.parts([family]) if fonts else ()
        self._overlays.drawings.files.update(dict.fromkeys(p.path for p in parts))
        return Letters(
            text=text,
            family=family,
            weight=weight,
            italic=fields.italic,
            size=size if size or width else _USUAL_SIZE,
            color=color,
            align=fields.align or self._side(),
            leading=fields.leading,
            fonts=parts,
            capitals=face.capitals,
        )

    def _side(self) -> str:
        words = anchor(self._fields.position).split()
        if self._fields.x is not None:
            return "left"
        return next((word for word in words if word in {"left", "right"}), "center")

    def _family(self, text: str) -> str | None:
        """Return the family that draws a text, None after a mistake."""
        fonts = self._overlays.drawings.fonts()
        if fonts is None:
            self._hurt = True
            return None
        known, wanted = sorted(fonts.families), self._word("font")
        if not wanted and len(known) == 1:
            wanted = known[0]
        if not wanted or not known:
            listed = ", ".join(f"`{name}`" for name in known)
            hint = f"fonts of this project: {listed}"
            if not known:
                hint = "put its file (ttf or otf) into the folder `fonts/`"
            self._wrong(("text",), "the text names no `font`", hint)
            return None
        if wanted not in known:
            self._wrong(("font",), *unknown("font", wanted, known))
            return None
        lacking = fonts.lacking(text, [wanted])
        if lacking:
            message = f"the font `{wanted}` has no {named(lacking)}"
            hint = "use a font that has it, or write it differently"
            self._wrong(("text",), message, hint)
        return wanted

    def _color(self) -> str | None:
        written, colors = self._word("color"), self._told.colors
        if written in colors:
            return colors[written].value
        try:
            return parse_color(written)
        except Wrong as wrong:
            message, hint = unknown("color", written, colors)
            if written.startswith("#") or "(" in written or not colors:
                message, hint = wrong.message, wrong.hint
            self._wrong(("color",), message, hint)
            return None
