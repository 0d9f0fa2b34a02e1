"""This file is the YAML files of one manifest, each read and brought into its shape.

A field that does not fit its shape is reported and left out, so that whatever else is
wrong with the file is found in the same run.
"""

from __future__ import annotations

import glob
import os
import posixpath
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import ValidationError

from assetgen.catalogue import nearest
from assetgen.errors import ManifestError
from assetgen.manifest.fields import IncludeFields, ManifestFields
from assetgen.manifest.issues import Issue, issues_from
from assetgen.manifest.source import read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assetgen.manifest.issues import Keys
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.source import Document

Shape_co = TypeVar("Shape_co", bound=IncludeFields, covariant=True)

# How many keys name the smallest thing that can be left out and the rest still used.
_DEPTH = {"assets": 3, "defaults": 2, "variants": 2, "providers": 2}
_ROUNDS = 4  # leaving out a field can bring to light at most the next layer's faults


@dataclass(frozen=True, slots=True, eq=False)
class Sheet(Generic[Shape_co]):
    """One YAML file: what it says, in shape, and what had to be left out of it."""

    document: Document
    folder: Path
    shape: Shape_co
    left_out: frozenset[Keys] = frozenset()

    def is_hurt(self, keys: Keys) -> bool:
        """Tell whether something at or below `keys` was left out."""
        return any(gone[: len(keys)] == keys for gone in self.left_out)


def shape_of(
    document: Document, folder: Path, model: type[Shape_co], mistakes: Mistakes
) -> Sheet[Shape_co]:
    """Return a document in its shape; what does not fit is reported and left out."""
    value: Any = {} if document.value is None else document.value
    if isinstance(value, dict):
        value = {k: v for k, v in value.items() if not k.startswith("x-")}
    gone: set[Keys] = set()
    for _ in range(_ROUNDS):
        try:
            shape = model.model_validate(value or value)
        except ValidationError as error:
            issues = issues_from(error, model)
            for issue in issues:
                mistakes.add(document, issue)
            faulty = {_smallest(issue.keys) for issue in issues}
            if () in faulty:
                break
            gone |= faulty
            value = _without(value, faulty)
        else:
            return Sheet(document, folder, shape, frozenset(gone))
    return Sheet(document, folder, model(), frozenset({(), *gone}))


def _smallest(keys: Keys) -> Keys:
    return keys[: _DEPTH.get(str(keys[0]), 1)] if keys else ()


def _without(value: Mapping[str, object], faulty: set[Keys]) -> dict[str, object]:
    """Return a mapping without what stands under some keys, sharing all else."""
    here = {keys[0] for keys in faulty if len(keys) == 1}
    deeper: dict[object, set[Keys]] = {}
    for keys in faulty:
        if len(keys) > 1:
            deeper.setdefault(keys[0], set()).add(keys[1:])
    kept: dict[str, object] = {k: v for k, v in value.items() if k not in here}
    for key, rest in deeper.items():
        inner = kept.get(str(key))
        if isinstance(inner, dict):
            kept[str(key)] = _without(inner, rest)
    return kept


# --- included files ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Found:
    """Files that `include:` names, and what a stamp has to watch.

    Attributes:
        folders: Searched folders: a new file in one of them may be included too.
        absent: What was named and is not there.
    """

    files: tuple[Path, ...]
    folders: tuple[Path, ...]
    absent: tuple[Path, ...]


def included(main: Sheet[ManifestFields], skip: set[Path], mistakes: Mistakes) -> Found:
    """Return the files that a manifest includes: patterns in order, each one sorted."""
    wanted = main.shape.include
    files: dict[Path, None] = {}
    folders: dict[Path, None] = {}
    absent: list[Path] = []
    for index, pattern in enumerate([wanted] if isinstance(wanted, str) else wanted):
        keys: Keys = ("include",) if isinstance(wanted, str) else ("include", index)
        message, hint = path_wrong(pattern)
        if message:
            mistakes.add(main.document, Issue(keys, message, hint))
            continue
        if glob.has_magic(pattern):
            folders.update(dict.fromkeys(_searched(main.folder, pattern)))
            found = sorted(_globbed(main.folder, pattern) - skip)
        else:
            found = [Path(os.path.normpath(main.folder / pattern))]
            if not found[0].is_file():
                absent += found
                mistakes.add(main.document, missing_file(found[0], pattern, keys))
                continue
        files.update(dict.fromkeys(found))
    return Found(tuple(files), tuple(folders), tuple(absent))


def _globbed(folder: Path, pattern: str) -> set[Path]:
    # `Path.glob` takes neither `..` nor an absolute pattern.
    names = glob.iglob(pattern, root_dir=folder, recursive=True)  # noqa: PTH207
    paths = (Path(os.path.normpath(folder / name)) for name in names)
    return {path for path in paths if path.is_file()}


def _searched(folder: Path, pattern: str) -> Iterator[Path]:
    """Yield the folders in which a new file could match a pattern."""
    parts = pattern.split("/")
    steady = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    root = Path(os.path.normpath(folder.joinpath(*parts[:steady])))
    yield root
    if steady < len(parts) - 1:
        for path, _, _ in os.walk(root):
            yield Path(path)


def include_sheets(
    main: Sheet[ManifestFields], files: tuple[Path, ...], mistakes: Mistakes
) -> Iterator[Sheet[IncludeFields]]:
    """Yield the included files that can be read at all; the others are reported."""
    for path in files:
        shown = shown_beside(main.document.shown, path, main.folder)
        mistakes.reading(shown)
        try:
            document = read(path, shown)
        except ManifestError as error:
            mistakes.extend(error.problems)
        else:
            yield shape_of(document, path.parent, IncludeFields, mistakes)


# --- paths that a person wrote ----------------------------------------------------


def shown_beside(shown: str, path: Path, folder: Path) -> str:
    """Return how messages show a file, given how they show the manifest in `folder`."""
    relative = os.path.relpath(path, folder).replace(os.sep, "/")
    return posixpath.normpath(posixpath.join(posixpath.dirname(shown), relative))


def path_wrong(text: str) -> tuple[str | None, str | None]:
    """Return message and hint if a path is not written in the way all systems read."""
    if "\\" in text:
        return f"`{text}` has a backslash", "folders are written with `/`"
    if text.startswith("~"):
        message = f"`{text}` starts with `~`, which only a shell understands"
        return message, "start from the folder of this file: `../shared`"
    if not text.isprintable():
        return "this path holds an invisible character", None
    return None, None


def missing_file(path: Path, text: str, keys: Keys) -> Issue:
    """Return the mistake of naming a file that is not there, with the nearest one."""
    folder = path.parent
    try:
        beside = sorted(one.name for one in folder.iterdir())
    except OSError:
        return Issue(keys, f"no file `{text}`", f"there is no folder `{folder.name}`")
    if path.is_dir():
        return Issue(keys, f"`{text}` is a folder, not a file")
    if path.exists():
        return Issue(keys, f"`{text}` is no ordinary file", "copy what it holds")
    if path.is_symlink():
        return Issue(keys, f"`{text}` is a link to a file that is not there")
    above = text.rpartition("/")[0]
    known = [f"{above}/{name}" if above else name for name in beside]
    hint = nearest(text, known) or "paths start from the folder of this file"
    return Issue(keys, f"no file `{text}`", hint)
