"""This file is the way from files to a `Manifest`: read, render, look up, lay out.

Every mistake of every file comes in one `ManifestError`; a check that fails leaves out
what it could not read, and the others go on.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assetgen.errors import ManifestError
from assetgen.manifest.assets import Known, Maker
from assetgen.manifest.drawings import Drawings
from assetgen.manifest.emitting import emission_of
from assetgen.manifest.fields import ManifestFields
from assetgen.manifest.layout import Sizes, check_layout
from assetgen.manifest.mistakes import Mistakes
from assetgen.manifest.model import Manifest
from assetgen.manifest.preamble import Preamble
from assetgen.manifest.render import Renderer
from assetgen.manifest.sheets import (
    Found,
    Sheet,
    include_sheets,
    included,
    shape_of,
    shown_beside,
)
from assetgen.manifest.source import Document, read
from assetgen.manifest.wishes import wishes
from assetgen.manifest.words import Storyteller
from assetgen.svg.fonts import Fonts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from assetgen.catalogue import Model
    from assetgen.errors import Place
    from assetgen.manifest.brand import Brand
    from assetgen.manifest.fields import IncludeFields
    from assetgen.manifest.model import Asset
    from assetgen.manifest.render import Memo


def load_manifest(  # noqa: PLR0913 (each is a different thing, and all are named)
    path: Path,
    *,
    shown: str,
    providers: Mapping[str, Mapping[str, Model]],
    free: Collection[str],
    cutouts: Collection[str],
    memo: Memo | None = None,
) -> Manifest:
    """Return the manifest in a file, with everything that belongs to it, checked.

    Reads the manifest, what it includes, the brand, templates and the headers of
    `source:` pictures; runs templates in a process of their own.

    Args:
        path, shown: The manifest's file, and its path as messages show it.
        providers, free, cutouts: What can draw and cut here, as `Known` has it.
        memo: Remembers rendered words between runs.

    Raises:
        ManifestError: With every mistake of every file, in file order.
    """
    path = Path(os.path.abspath(path))  # noqa: PTH100 (a link keeps its own folder)
    mistakes = Mistakes()
    mistakes.reading(shown)
    main = _main(path, shown, mistakes)
    preamble = Preamble(main, mistakes)
    found = included(main, {path, preamble.brand_path()}, mistakes)
    sheets = [main, *include_sheets(main, found.files, mistakes)]
    folder, brand = preamble.templates(), preamble.brand()
    teller = _storyteller(brand, folder, main, memo, mistakes)
    outputs, originals = preamble.outputs(), preamble.originals()
    drawings = Drawings(main, folder, Fonts(preamble.fonts()), mistakes)
    sizes = _sizes(sheets, brand, mistakes)
    maker = Maker(Known(providers, free, cutouts), outputs, sizes, drawings, mistakes)
    pairs = maker.make(list(wishes(sheets, mistakes)), teller)
    emission = emission_of(main, outputs, mistakes)
    check_layout(pairs, outputs, originals, emission, mistakes)
    money, settings = preamble.money(), preamble.providers(providers)
    mistakes.raise_all()
    watched = _watched(preamble, found, teller, drawings)
    assets = tuple(asset for _, asset in pairs)
    return Manifest(
        path=path,
        name=shown,
        assets=assets,
        outputs=outputs,
        originals=originals,
        budget=money[0],
        monthly=money[1],
        emission=emission,
        providers=settings,
        inputs=(path, *watched.inputs, *sizes.files, *_pictures(assets)),
        absent=watched.absent,
        folders=watched.folders,
        palette=tuple(color.value for color in brand.colors.values()) if brand else (),
        locate=_locator(sheets),
    )


def _storyteller(
    brand: Brand | None,
    folder: Path | None,
    main: Sheet[ManifestFields],
    memo: Memo | None,
    mistakes: Mistakes,
) -> Storyteller:
    renderer = Renderer(folder)

    def shown(name: str) -> str:
        path = (folder or main.folder) / name
        return shown_beside(main.document.shown, path, main.folder)

    return Storyteller(
        brand,
        lambda jobs: renderer.render_all(jobs, memo=memo),
        shown,
        mistakes,
    )


class _Watched(NamedTuple):
    """What a stamp has to watch besides: files, what is not there, folders."""

    inputs: tuple[Path, ...]
    absent: tuple[Path, ...]
    folders: tuple[Path, ...]


def _watched(
    preamble: Preamble, found: Found, teller: Storyteller, drawings: Drawings
) -> _Watched:
    """Return every other file that was read, and every path that is not there."""
    brand, folder = preamble.brand_path(), preamble.templates_path()
    files: list[Path] = [*found.files]
    absent: list[Path] = [*found.absent]
    (files if brand.is_file() else absent).append(brand)
    if not folder.is_dir():
        absent.append(folder)
    files += [folder / name for name in sorted(teller.files)]
    absent += [folder / name for name in sorted(teller.absent)]
    folders = [*found.folders]
    if drawings.files:
        for each, is_there in preamble.font_folders().items():
            (folders if is_there else absent).append(each)
    return _Watched((*files, *drawings.files), tuple(absent), tuple(folders))


def _pictures(assets: Iterable[Asset]) -> tuple[Path, ...]:
    """Return the user's own files that something is made of or with, each once."""
    found: dict[Path, None] = {}
    for asset in assets:
        if asset.source is not None:
            found[asset.source] = None
        if asset.certificate is not None:
            found[asset.certificate.path] = None
        for file in asset.files:
            found.update(dict.fromkeys(file.inputs))
    return tuple(found)


def _main(path: Path, shown: str, mistakes: Mistakes) -> Sheet[ManifestFields]:
    """Return the manifest itself; if it cannot be read, the brand is looked at too."""
    try:
        document = read(path, shown)
    except ManifestError as error:
        mistakes.extend(error.problems)
        empty = Document(None, shown)
        sheet = shape_of(empty, path.parent, ManifestFields, mistakes)
        Preamble(sheet, mistakes).brand()
        mistakes.raise_all()
        raise
    return shape_of(document, path.parent, ManifestFields, mistakes)


def _sizes(
    sheets: Iterable[Sheet[IncludeFields]], brand: Brand | None, mistakes: Mistakes
) -> Sizes:
    sizes = Sizes(brand, mistakes)
    for sheet in sheets:
        sizes.add_sets(sheet)
    return sizes


def _locator(
    sheets: list[Sheet[IncludeFields]],
) -> Callable[[tuple[str, ...]], Place | None]:
    """Return what finds the place of an entry, in whichever file it stands."""

    def locate(keys: tuple[str, ...]) -> Place | None:
        for sheet in sheets:
            there: object = sheet.document.value
            for key in keys:
                if not isinstance(there, dict) or key not in there:
                    break
                there = there[key]
            else:
                return sheet.document.place(keys, key=True)
        return None

    return locate
