"""This file is how a set that a manifest names becomes one in use.

It finds the set's file and checks it; a mistake in a file of the user's own is told at
its place.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import ValidationError

from assetgen.errors import ManifestError
from assetgen.manifest.fitting import Fitter
from assetgen.manifest.issues import Issue, issues_from
from assetgen.manifest.sets import (
    SetFields,
    is_path,
    platform_names,
    platform_path,
)
from assetgen.manifest.sheets import missing_file, path_wrong, shown_beside
from assetgen.manifest.source import read
from assetgen.manifest.use import UseFields

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.manifest.brand import Brand
    from assetgen.manifest.fields import IncludeFields
    from assetgen.manifest.issues import Keys
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.platform import Platform
    from assetgen.manifest.sheets import Sheet
    from assetgen.manifest.source import Document


class Uses:
    """Every set that a manifest uses, each file read once.

    Attributes:
        files: The user's own files that were read, for the stamp.
    """

    def __init__(self, brand: Brand | None, mistakes: Mistakes) -> None:
        self._brand = brand
        self._mistakes = mistakes
        self._read: dict[Path, tuple[Document, SetFields] | None] = {}
        self.files: list[Path] = []

    def of(
        self, word: str | UseFields, sheet: Sheet[IncludeFields], keys: Keys
    ) -> Platform | None:
        """Return the set that stands under some keys of a file, None after a mistake.

        Raises KeyError for a word that is no set of ours and no path.
        """
        use = UseFields(set=word) if isinstance(word, str) else word
        at = keys if isinstance(word, str) else (*keys, "set")
        found = self._found(use.set, sheet, at)
        if found is None:
            return None
        document, fields = found
        return Fitter(
            document, fields, use, sheet, keys, self._brand, self._mistakes
        ).platform()

    def _found(
        self, word: str, sheet: Sheet[IncludeFields], keys: Keys
    ) -> tuple[Document, SetFields] | None:
        """Return the file of a set and what it says."""
        if not is_path(word):
            path = platform_path(word)
            if path is None:
                raise KeyError(word)
            found = self._checked(path, f"assetgen/platforms/{path.name}")
            if found and word.partition("@")[2] not in {"", str(found[1].version)}:
                message = f"`{word}` is not the version of this assetgen's set"
                hint = f"this is `{found[1].name}@{found[1].version}`; keep a copy of "
                hint += "the file to stay with another one"
                self._mistakes.add(sheet.document, Issue(keys, message, hint))
            return found
        wrong, why = path_wrong(word)
        path = Path(os.path.normpath(sheet.folder / word))
        if wrong:
            self._mistakes.add(sheet.document, Issue(keys, wrong, why))
        elif not path.is_file():
            self._mistakes.add(sheet.document, missing_file(path, word, keys))
        else:
            self.files.append(path)
            shown = shown_beside(sheet.document.shown, path, sheet.folder)
            return self._checked(path, shown)
        return None

    def _checked(self, path: Path, shown: str) -> tuple[Document, SetFields] | None:
        if path not in self._read:
            self._read[path] = self._fresh(path, shown)
        return self._read[path]

    def _fresh(self, path: Path, shown: str) -> tuple[Document, SetFields] | None:
        self._mistakes.reading(shown)
        try:
            document = read(path, shown)
            return document, SetFields.model_validate(document.value or {})
        except ManifestError as error:
            self._mistakes.extend(error.problems)
        except ValidationError as error:
            for issue in issues_from(error, SetFields):
                self._mistakes.add(document, issue)
        return None


def set_names(own: Iterable[str]) -> tuple[str, ...]:
    """Return every name that may stand for a set, the manifest's own first."""
    return (*own, *platform_names())
