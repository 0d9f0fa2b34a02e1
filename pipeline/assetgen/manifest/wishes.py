"""This file is what an entry asks for once defaults are laid under it, per asset.

The manifest's defaults lie lowest, an included file's own on top of them, the entry's
own fields win, and null clears. Every value keeps the place where it was written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from assetgen.manifest.issues import Issue
from assetgen.manifest.matrix import MOST, combinations, count
from assetgen.manifest.names import path_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from assetgen.manifest.fields import AssetFields, IncludeFields, Scalar
    from assetgen.manifest.issues import Keys
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.sheets import Sheet

# The three ways to say what the picture shows; an own one replaces a default's.
WAYS = ("prompt", "template", "source")
_NONE: Mapping[str, Scalar] = {}


@dataclass(frozen=True, slots=True)
class Given:
    """One field's value, where it stands, and whether the asset itself says it."""

    value: Any
    sheet: Sheet[IncludeFields]
    keys: Keys
    own: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """One asset before anything is looked up: its fields, and its matrix values.

    Attributes:
        hurt: Some field of it was wrong and was left out, so what is missing may be
            that.
    """

    name: str
    base: str
    sheet: Sheet[IncludeFields]
    keys: tuple[str, str]
    given: Mapping[str, Given]
    matrix: Mapping[str, Scalar] = field(default_factory=dict)
    hurt: bool = False

    def get(self, name: str) -> Any:  # noqa: ANN401 (a field can be of any type)
        """Return a field's value, None if nobody gives one."""
        found = self.given.get(name)
        return None if found is None else found.value

    @property
    def is_drawing(self) -> bool:
        """Tell whether its template is the picture itself, in SVG, and no words."""
        return self.get("kind") == "template" and "template" in self.given

    @property
    def folder(self) -> Path:
        """Return the folder that the paths of its own file start from."""
        return self.sheet.folder


def wishes(
    sheets: Iterable[Sheet[IncludeFields]], mistakes: Mistakes
) -> Iterator[Wish]:
    """Yield every asset of some files, the first of which lays defaults for all."""
    lowest: dict[str, Given] = {}
    names: dict[str, Wish] = {}
    for number, sheet in enumerate(sheets):
        defaults = lowest | _written(sheet.shape.defaults, sheet, ("defaults",))
        _check_ways(defaults, sheet, ("defaults",), mistakes)
        if number == 0:
            lowest = defaults
        for name, fields in (sheet.shape.assets or {}).items():
            for wish in _expanded(name, fields, sheet, defaults, mistakes):
                earlier = names.setdefault(wish.name, wish)
                if earlier is wish:
                    yield wish
                else:
                    _same_name(wish, earlier, mistakes)


def _written(
    fields: AssetFields | None,
    sheet: Sheet[IncludeFields],
    keys: Keys,
    *,
    own: bool = False,
) -> dict[str, Given]:
    """Return the fields that somebody wrote, by their name here."""
    if fields is None:
        return {}
    known = type(fields).model_fields
    return {
        name: Given(
            getattr(fields, name), sheet, (*keys, known[name].alias or name), own
        )
        for name in fields.model_fields_set
    }


def _expanded(
    name: str,
    fields: AssetFields,
    sheet: Sheet[IncludeFields],
    defaults: Mapping[str, Given],
    mistakes: Mistakes,
) -> Iterator[Wish]:
    keys = ("assets", name)
    own = _written(fields, sheet, keys, own=True)
    _check_ways(own, sheet, keys, mistakes)
    laid = dict(defaults)
    if any(own[way].value is not None for way in WAYS if way in own):
        laid = {key: value for key, value in laid.items() if key not in WAYS}
    given = {k: v for k, v in (laid | own).items() if v.value is not None}
    hurt = sheet.is_hurt(keys) or sheet.is_hurt(("defaults",))
    if "kind" in own and own["kind"].value and "template" not in given and not hurt:
        message = "`kind: template` needs a `template`"
        hint = "name an SVG file of the templates folder: `template: badge.svg`"
        mistakes.at(own["kind"], message, hint)
    elif not any(way in given for way in WAYS) and not hurt:
        message = "missing `prompt`, `template` or `source`"
        hint = "say what the picture shows: `prompt: a red coin on white`"
        mistakes.add(sheet.document, Issue(keys, message, hint, on_key=True))
    if "matrix" not in given:
        if _name_fits(name, Given(name, sheet, keys, own=True), mistakes, on_key=True):
            yield Wish(name, name, sheet, keys, given, _NONE, hurt)
        return
    for full, values in _combined(name, given["matrix"], mistakes):
        yield Wish(full, name, sheet, keys, given, values, hurt)


def _combined(
    name: str, matrix: Given, mistakes: Mistakes
) -> Iterator[tuple[str, dict[str, Scalar]]]:
    number = count(matrix.value)
    if number > MOST:
        message = f"this matrix makes {number:,} assets; at most {MOST:,} are allowed"
        mistakes.at(matrix, message)
        return

    def text(key: str, index: int) -> str:
        value = matrix.value[key][index]
        if isinstance(value, str):
            return value
        raw = matrix.sheet.document.raw((*matrix.keys, key, index))
        return raw if raw is not None else str(value).lower()

    for full, values in combinations(name, matrix.value, text):
        if _name_fits(full, matrix, mistakes, on_key=False):
            yield full, values


def _name_fits(name: str, where: Given, mistakes: Mistakes, *, on_key: bool) -> bool:
    fault = path_fault(name)
    if not fault and name.lower().endswith((".yaml", ".yml")):
        fault = "ends like a manifest, and a command would take it for one"
    if fault:
        hint = "a name becomes a file: letters, digits, `-`, `_`, `.`, and `/`"
        message = f"the name `{name}` {fault}"
        mistakes.at(where, message, hint, on_key=on_key)
    return fault is None


def _check_ways(
    given: Mapping[str, Given],
    sheet: Sheet[IncludeFields],
    keys: Keys,
    mistakes: Mistakes,
) -> None:
    said = [
        given[way]
        for way in WAYS
        if way in given and given[way].value is not None and given[way].sheet is sheet
    ]
    if len(said) > 1:
        first, second = (str(one.keys[-1]) for one in said[:2])
        message = f"`{first}` and `{second}` cannot stand together"
        hint = "keep exactly one of `prompt`, `template` and `source`"
        issue = Issue((*keys, second), message, hint, on_key=True)
        mistakes.add(sheet.document, issue)


def _same_name(wish: Wish, earlier: Wish, mistakes: Mistakes) -> None:
    place = earlier.sheet.document.place(earlier.keys, key=True)
    message = f"a second asset is called `{wish.name}`; the first stands at {place}"
    issue = Issue(wish.keys, message, "give one of them another name", on_key=True)
    mistakes.add(wish.sheet.document, issue)
