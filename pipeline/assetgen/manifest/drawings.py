"""This file is every drawing of a manifest: SVG templates, and SVG files as `source:`.

Each is looked at before anything runs: whether it is SVG, holds nothing that acts or
fetches, and has every letter in a font of the project.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.digest import digest_file
from assetgen.errors import Place, Problem
from assetgen.lfs import BEGINNING, PULL
from assetgen.manifest.issues import Wrong
from assetgen.manifest.pictures import header_of
from assetgen.manifest.sheets import path_wrong, shown_beside
from assetgen.svg.faults import LONGEST, SvgFault
from assetgen.svg.fonts import NotAFont, Part

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.manifest.fields import ManifestFields
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.sheets import Sheet
    from assetgen.manifest.wishes import Given, Wish
    from assetgen.svg.drawing import Drawing
    from assetgen.svg.fonts import Fonts

ENDING = ".svg"


@dataclass(frozen=True, slots=True)
class _Text:
    """A drawing's text and where it comes from.

    Attributes:
        same_lines: Its lines are those of the file.
        owner: The asset that it makes or is laid on, "" for a template: what is wrong
            in there is a mistake of the project, in a file that the asset alone has.
    """

    text: str
    path: Path
    given: Given
    same_lines: bool = True
    owner: str = ""


class Drawings:
    """Looks at drawings; what is wrong with them is reported.

    Args:
        main: The manifest; pictures in drawings come from its folder or below.
        templates: The folder of templates, None if there is none.
        fonts: The fonts of the project.

    Attributes:
        files: Every file that was read, for the stamp.
    """

    def __init__(
        self,
        main: Sheet[ManifestFields],
        templates: Path | None,
        fonts: Fonts,
        mistakes: Mistakes,
    ) -> None:
        self._main = main
        self._templates = templates
        self._fonts = fonts
        self._mistakes = mistakes
        self._blind = False
        self.files: dict[Path, None] = {}

    def of_template(self, wish: Wish, text: str) -> Drawing | None:
        """Return the drawing of `kind: template`, None after a mistake."""
        given = wish.given["template"]
        path = (self._templates or wish.folder) / given.value
        try:
            source = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            source = "{%"  # it was read a moment ago; only the lines are in question
        same = "{%" not in source and "{#" not in source
        return self._drawing(_asked(wish), _Text(text, path, given, same))

    def of_file(self, wish: Wish, given: Given, path: Path) -> Drawing | None:
        """Return the drawing that a `source:` file is, None if something is wrong."""
        return self._file(_asked(wish), given, path, wish.name)

    def of_overlay(self, given: Given, path: Path, owner: str) -> Drawing | None:
        """Return the drawing that is laid on an asset's picture, None likewise."""
        self.files[path] = None
        return self._file((None, None), given, path, owner)

    def _file(
        self, asked: tuple[int | None, int | None], given: Given, path: Path, owner: str
    ) -> Drawing | None:
        try:
            large = path.stat().st_size > LONGEST
            text = "" if large else path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
            self._inside(owner, given, f"`{path.name}` cannot be read: {reason}")
            return None
        if large:
            message = f"`{path.name}` has more than {LONGEST:,} bytes"
            self._inside(owner, given, message, "use a png of it")
            return None
        if text.startswith(BEGINNING.decode()):
            message = f"`{path.name}` is a Git LFS pointer, not the drawing itself"
            self._inside(owner, given, message, PULL)
            return None
        return self._drawing(asked, _Text(text, path, given, owner=owner))

    def _inside(
        self, owner: str, given: Given, message: str, hint: str | None = None
    ) -> None:
        """Tell what is wrong inside a file, as its owner's fault."""
        document = given.sheet.document
        self._mistakes.inside(owner, document, given.keys, (message, hint))

    def fonts(self) -> Fonts | None:
        """Return the fonts of the project, None if one of them is none, reported."""
        if self._blind:
            return None
        try:
            self._fonts.families  # noqa: B018 - they are read when first asked for
        except NotAFont as error:
            self._blind = True
            message = f"`{error.path.name}` is no font that assetgen reads"
            hint = "fonts are ttf, otf or ttc files; woff and woff2 are for browsers"
            place = Place(self._shown(error.path))
            self._mistakes.extend([Problem(place, "", message, hint)])
            return None
        return self._fonts

    def _drawing(
        self, asked: tuple[int | None, int | None], text: _Text
    ) -> Drawing | None:
        # Reading XML takes 15 ms to import, and most manifests have no drawing.
        from assetgen.svg.drawing import looked_at  # noqa: PLC0415 - see above

        image = self._image_of(text.path)
        try:
            drawing, faults = looked_at(
                text.text, text.path.name, asked, self._fonts, image
            )
        except NotAFont:
            self.fonts()
            return None
        for fault in faults:
            self._report(text, fault)
        if drawing is not None:
            parts = (*drawing.fonts, *drawing.images.values())
            self.files.update(dict.fromkeys(part.path for part in parts))
        return drawing

    def _report(self, text: _Text, fault: SvgFault) -> None:
        if text.owner and not fault.line:
            self._inside(text.owner, text.given, fault.message, fault.hint)
        elif not fault.line:
            self._mistakes.at(text.given, fault.message, fault.hint)
        elif text.same_lines:
            place = Place(self._shown(text.path), fault.line, max(fault.column, 1))
            path = ".".join(map(str, text.given.keys))
            problem = Problem(place, path, fault.message, fault.hint)
            if text.owner:
                self._mistakes.spoil(text.owner, problem)
            else:
                self._mistakes.extend([problem])
        else:
            message = f"{fault.message} (line {fault.line} of what the template makes)"
            self._mistakes.at(text.given, message, fault.hint)

    def _shown(self, path: Path) -> str:
        return shown_beside(self._main.document.shown, path, self._main.folder)

    def _image_of(self, drawing: Path) -> Callable[[str], Part]:
        """Return what finds the pictures that a drawing names."""

        def image(written: str) -> Part:
            wrong, hint = path_wrong(written)
            if wrong:
                raise SvgFault(wrong, hint)
            path = Path(os.path.normpath(drawing.parent / written))
            homes = (drawing.parent.resolve(), self._main.folder.resolve())
            real = path.resolve()
            if not any(real.is_relative_to(home) for home in homes):
                message = f"`{written}` is outside the project"
                raise SvgFault(
                    message, "pictures of a drawing are files of the project"
                )
            if not path.is_file():
                message = f"no file `{written}`"
                raise SvgFault(message, "its path starts from the drawing's own folder")
            try:
                header_of(path)
            except Wrong as error:
                raise SvgFault(error.message, error.hint) from None
            return Part(path, digest_file(path))

        return image


def _asked(wish: Wish) -> tuple[int | None, int | None]:
    return wish.get("width"), wish.get("height")
