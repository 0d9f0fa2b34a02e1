"""This file is what a manifest says beside its assets: folders, budget, providers."""

from __future__ import annotations

import os
import re
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.errors import ManifestError
from assetgen.manifest.brand import Brand, read_brand
from assetgen.manifest.fields import BudgetFields
from assetgen.manifest.issues import Issue, unknown
from assetgen.manifest.model import ProviderSettings
from assetgen.manifest.names import folded
from assetgen.manifest.sheets import missing_file, path_wrong, shown_beside
from assetgen.manifest.source import read

if TYPE_CHECKING:
    from collections.abc import Collection

    from assetgen.manifest.fields import ManifestFields
    from assetgen.manifest.issues import Keys
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.sheets import Sheet

BRAND = "brand.yaml"
FONT_ENDINGS = (".ttf", ".otf", ".ttc", ".otc")
ONE_OUTPUT = "default"  # the name of an output that was given as a plain path

_WAIT = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?(s|m|h)?")
_SECONDS = {"s": 1, "m": 60, "h": 3600, None: 1}
_LONGEST_WAIT = 30 * 24 * 3600.0


class Preamble:
    """The folders and settings of a manifest; what is wrong with them is reported."""

    def __init__(self, sheet: Sheet[ManifestFields], mistakes: Mistakes) -> None:
        self._sheet = sheet
        self._shape = sheet.shape
        self._mistakes = mistakes

    def outputs(self) -> dict[str, Path]:
        """Return output name → absolute folder; two names need two folders."""
        written = self._shape.output
        if isinstance(written, str):
            return {ONE_OUTPUT: self._folder(written, ("output",))}
        found: dict[str, Path] = {}
        taken: dict[str, str] = {}
        for name, text in written.items():
            found[name] = self._folder(text, ("output", name))
            other = taken.setdefault(folded(os.path.realpath(found[name])), name)
            if other != name:
                message = f"`{name}` and `{other}` are the same folder"
                hint = "each output has an index of its own, so it needs its own folder"
                self._add(("output", name), message, hint)
        return found

    def originals(self) -> Path:
        """Return the absolute folder of bought pictures."""
        return self._folder(self._shape.originals, ("originals",))

    def templates_path(self) -> Path:
        """Return where the folder of templates is, or would be."""
        return Path(os.path.normpath(self._sheet.folder / self._shape.templates))

    def templates(self) -> Path | None:
        """Return the folder of templates; None if there is none and none was named."""
        folder = self._folder(self._shape.templates, ("templates",))
        if folder.is_dir():
            return folder
        if "templates" in self._shape.model_fields_set:
            hint = "paths start from the folder of this file"
            self._add(("templates",), f"no folder `{self._shape.templates}`", hint)
        return None

    def fonts(self) -> tuple[Path, ...]:
        """Return the font files of the project, sorted within each folder."""
        written = self._shape.fonts
        several = isinstance(written, list)
        found: dict[Path, None] = {}
        for index, text in enumerate(
            [written] if isinstance(written, str) else written
        ):
            keys: Keys = ("fonts", index) if several else ("fonts",)
            path = Path(os.path.normpath(self._sheet.folder / text))
            wrong, hint = path_wrong(text)
            if wrong:
                self._add(keys, wrong, hint)
            elif path.is_dir():
                found.update(dict.fromkeys(_fonts_below(path)))
            elif path.is_file():
                found[path] = None
            elif "fonts" in self._shape.model_fields_set:
                hint = "paths start from the folder of this file"
                self._add(keys, f"no file or folder `{text}`", hint)
        return tuple(found)

    def font_folders(self) -> dict[Path, bool]:
        """Return every folder that fonts are looked for in, and whether it is there."""
        written = self._shape.fonts
        listed = [written] if isinstance(written, str) else written
        paths = [Path(os.path.normpath(self._sheet.folder / text)) for text in listed]
        paths += [path.parent for path in self.fonts()]
        return {path: path.is_dir() for path in paths if not path.is_file()}

    def money(self) -> tuple[Decimal | None, Decimal | None]:
        """Return what a build and what a month may spend in USD, as it was written."""
        budget = self._shape.budget
        if isinstance(budget, BudgetFields):
            build = self._usd(budget.build, ("budget", "build"))
            return build, self._usd(budget.month, ("budget", "month"))
        return self._usd(budget, ("budget",)), None

    def _usd(self, read: float | None, keys: Keys) -> Decimal | None:
        if read is None:
            return None
        raw = self._sheet.document.raw(keys)
        try:
            return Decimal(raw if raw is not None else str(read))
        except ArithmeticError:
            return Decimal(str(read))

    def providers(self, known: Collection[str]) -> dict[str, ProviderSettings]:
        """Return the settings of every provider that the manifest names."""
        found = {}
        for name, fields in self._shape.providers.items():
            if name not in known:
                message, hint = unknown("provider", name, known)
                self._add(("providers", name), message, hint, on_key=True)
                continue
            usual = ProviderSettings()
            found[name] = ProviderSettings(
                concurrency=fields.concurrency or usual.concurrency,
                timeout=usual.timeout
                if fields.timeout is None
                else self._seconds(fields.timeout, ("providers", name, "timeout")),
            )
        return found

    def _seconds(self, written: float | str, keys: Keys) -> float:
        found = _WAIT.fullmatch(str(written).strip())
        seconds = float(found[1]) * _SECONDS[found[2]] if found else 0.0
        if not 0 < seconds <= _LONGEST_WAIT:
            message = f"expected a time such as `15m`, `90s` or `2h`, got `{written}`"
            self._add(keys, message)
        return seconds

    def _folder(self, text: str, keys: Keys) -> Path:
        message, hint = path_wrong(text)
        if message:
            self._add(keys, message, hint)
        folder = Path(os.path.normpath(self._sheet.folder / text))
        if folder.exists() and not folder.is_dir():
            self._add(keys, f"`{text}` is a file, not a folder")
        return folder

    def _add(
        self, keys: Keys, message: str, hint: str | None = None, *, on_key: bool = False
    ) -> None:
        self._mistakes.add(self._sheet.document, Issue(keys, message, hint, on_key))

    # --- the brand ------------------------------------------------------------------

    def brand_path(self) -> Path:
        """Return where the brand file is, or would be."""
        written = self._shape.brand or BRAND
        return Path(os.path.normpath(self._sheet.folder / written))

    def brand(self) -> Brand | None:
        """Return the brand, an empty one if there is no file; None after a mistake."""
        path = self.brand_path()
        if self._sheet.is_hurt(("brand",)):
            return None
        if not path.is_file():
            if self._shape.brand is None:
                return Brand()
            message, hint = path_wrong(self._shape.brand)
            if message:
                self._add(("brand",), message, hint)
            else:
                missing = missing_file(path, self._shape.brand, ("brand",))
                self._mistakes.add(self._sheet.document, missing)
            return None
        return read_brand_file(path, self._sheet, self._mistakes)


def _fonts_below(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.suffix.lower() in FONT_ENDINGS and path.is_file()
    )


def read_brand_file(
    path: Path, sheet: Sheet[ManifestFields], mistakes: Mistakes
) -> Brand | None:
    """Return the brand of a file; None after a mistake, which is reported."""
    shown = shown_beside(sheet.document.shown, path, sheet.folder)
    mistakes.reading(shown)
    try:
        document = read(path, shown)
    except ManifestError as error:
        mistakes.extend(error.problems)
        return None
    brand, issues = read_brand(document.value, raw=document.raw)
    for issue in issues:
        mistakes.add(document, issue)
    return brand
