"""This file is which files an asset publishes, and that no two write the same one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assetgen.manifest.issues import Issue, unknown
from assetgen.manifest.model import INDEX, File
from assetgen.manifest.names import collisions, folded, path_fault
from assetgen.manifest.platform import Platform
from assetgen.manifest.sidecars import sidecars_of
from assetgen.manifest.use import UseFields
from assetgen.manifest.variants import Size, size_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from assetgen.emission import Emission
    from assetgen.manifest.brand import Brand
    from assetgen.manifest.fields import IncludeFields
    from assetgen.manifest.issues import Keys
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.model import Asset
    from assetgen.manifest.sheets import Sheet
    from assetgen.manifest.use import One
    from assetgen.manifest.using import Uses
    from assetgen.manifest.wishes import Given, Wish
    from assetgen.steps import Companion


# A size or a platform set, and where in the field it is asked for.
Asked = tuple[Size | Platform, "Keys"]


class Sizes:
    """The sets of all files, and every list of sizes, each read once."""

    def __init__(self, brand: Brand | None, mistakes: Mistakes) -> None:
        self._mistakes = mistakes
        self._brand = brand
        self._uses: Uses | None = None
        self._sets: dict[str, tuple[Size | Platform, ...]] = {}
        self._first: dict[str, Sheet[IncludeFields]] = {}
        self._read: dict[tuple[int, Keys], tuple[Asked, ...]] = {}

    @property
    def files(self) -> tuple[Path, ...]:
        """Return the user's own files of sets, for the stamp."""
        return tuple(dict.fromkeys(self._uses.files)) if self._uses else ()

    def add_sets(self, sheet: Sheet[IncludeFields]) -> None:
        """Add the named sets of one file; a name that exists already is a mistake."""
        for name, written in (sheet.shape.variants or {}).items():
            keys = ("variants", name)
            if name in self._sets:
                first = self._first[name].document.place(keys, key=True)
                message = (
                    f"a second set is called `{name}`; the first stands at {first}"
                )
                issue = Issue(keys, message, "give one another name", on_key=True)
                self._mistakes.add(sheet.document, issue)
                continue
            self._first[name] = sheet
            self._sets[name] = tuple(self._listed(written, sheet, keys))
        for gone in sheet.left_out:
            if gone[:1] == ("variants",) and len(gone) > 1:
                self._sets.setdefault(str(gone[1]), ())

    def of(self, given: Given | None) -> tuple[Asked, ...]:
        """Return the sizes that a field asks for, each with where it asks for it."""
        if given is None:
            return ()
        name = (id(given.sheet), given.keys)
        if name not in self._read:
            self._read[name] = tuple(self._wanted(given))
        return self._read[name]

    def _wanted(self, given: Given) -> Iterator[Asked]:
        several = isinstance(given.value, list)
        for index, one in enumerate(given.value if several else [given.value]):
            inner: Keys = (index,) if several else ()
            for size in self._one(one, given.sheet, (*given.keys, *inner)):
                yield size, inner

    def _listed(
        self,
        written: One | list[One],
        sheet: Sheet[IncludeFields],
        keys: Keys,
    ) -> Iterator[Size | Platform]:
        several = isinstance(written, list)
        for index, one in enumerate(
            written if isinstance(written, list) else [written]
        ):
            yield from self._one(one, sheet, (*keys, index) if several else keys)

    def _one(
        self, one: One, sheet: Sheet[IncludeFields], keys: Keys
    ) -> Iterator[Size | Platform]:
        """Yield what is written in one place, unless it is a mistake."""
        found: Size | Platform | None
        if isinstance(one, str) and one in self._sets:
            yield from self._sets[one]  # a set may name one that stands above it
            return
        if isinstance(one, str | UseFields):
            found = self._platform(one, sheet, keys)
        else:
            found, issues = size_of(one, keys)
            for issue in issues:
                self._mistakes.add(sheet.document, issue)
        if found is not None:
            yield found

    def _platform(
        self, one: str | UseFields, sheet: Sheet[IncludeFields], keys: Keys
    ) -> Platform | None:
        """Return a platform set in use, None if there is none of that name."""
        # Their shapes cost 30 ms, and many manifests have sizes of their own only.
        from assetgen.manifest.using import Uses, set_names  # noqa: PLC0415

        self._uses = self._uses or Uses(self._brand, self._mistakes)
        try:
            return self._uses.of(one, sheet, keys)
        except KeyError:
            word = one if isinstance(one, str) else one.set
            message, hint = unknown("set", word, set_names(self._sets))
            if hint and hint.startswith("known here"):
                hint = "`assetgen sets` lists the platforms; your own sets stand "
                hint += "under `variants:`, or in a file: `./sets/icons.yaml`"
            at = keys if isinstance(one, str) else (*keys, "set")
            self._mistakes.add(sheet.document, Issue(at, message, hint))
            return None


# --- the files of one asset -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Picture:
    """What is known of an asset's picture before it exists.

    Attributes:
        nominal: (width, height), None if unknown.
        jpeg: It comes as a jpg.
        alpha: It may have transparency, by itself or because it is cut out.
    """

    nominal: tuple[int, int] | None
    jpeg: bool
    alpha: bool
    cut: bool


def files_of(
    wish: Wish,
    folder: str,
    picture: Picture,
    sizes: tuple[Asked, ...],
    mistakes: Mistakes,
) -> tuple[File, ...]:
    """Return the files an asset publishes, the master first, sidecars last."""
    files = list(_masters(wish, folder, picture, mistakes))
    for size, inner in sizes:
        if isinstance(size, Size):
            _check_size(wish, size, inner, picture, mistakes)
            files += size.files(wish.name, folder, cut=picture.cut)
        else:
            _check_platform(wish, size, inner, picture, mistakes)
            for fault in size.faults:
                mistakes.spoil(wish.name, fault)
            files += size.files(
                wish.name,
                folder,
                cut=picture.cut,
                alpha=picture.alpha,
                nominal=picture.nominal,
            )
    files += sidecars_of(files, wish.get("provenance"))
    _check_paths(wish, files, mistakes)
    return tuple(files)


def _check_platform(
    wish: Wish, platform: Platform, inner: Keys, picture: Picture, mistakes: Mistakes
) -> None:
    plate = platform.too_small(picture.nominal, alpha=picture.alpha)
    if plate is None or picture.nominal is None:
        return
    rendition = plate.rendition
    asked = " by ".join(str(s) for s in (rendition.width, rendition.height) if s)
    across, down = picture.nominal
    message = (
        f"`{platform.label}` wants {asked} pixels, and the picture of `{wish.name}` is "
        f"{across} by {down}"
    )
    hint = "ask for a higher `resolution`, or for a set without so large a picture"
    mistakes.at(wish.given["variants"], message, hint, inner=inner)


def _check_paths(wish: Wish, files: Iterable[File], mistakes: Mistakes) -> None:
    for file in files:
        fault = path_fault(file.path)
        if not fault:
            continue
        message = f"the path `{file.path}` {fault}"
        if file.is_master:
            mistakes.entry(wish, message)
        else:
            mistakes.at(wish.given["variants"], message)
        return  # the others have the same name or suffix, and so the same fault


def _masters(
    wish: Wish, folder: str, picture: Picture, mistakes: Mistakes
) -> Iterator[File]:
    wanted = wish.given.get("master")
    value = True if wanted is None else wanted.value
    if value == "both" and not picture.cut:
        if wanted is not None and wanted.own:
            message = "`master: both` publishes the picture with and without background"
            mistakes.at(wanted, message, "add `removeBg: true`, or write `true`")
        value = True
    if value is False:
        return
    stem = f"{folder}/{wish.name.rpartition('/')[2]}".lstrip("/")
    both = value == "both"
    ending = "jpg" if picture.jpeg and (both or not picture.cut) else "png"
    yield File(f"{stem}.{ending}", "master", None, cut=picture.cut and not both)
    if both:
        yield File(f"{stem}-nobg.png", "nobg", None, cut=True)


def _check_size(
    wish: Wish, size: Size, inner: Keys, picture: Picture, mistakes: Mistakes
) -> None:
    if picture.nominal is None or not size.too_large(picture.nominal):
        return
    rendition = size.renditions[0]
    asked = " by ".join(str(s) for s in (rendition.width, rendition.height) if s)
    across, down = picture.nominal
    kind = "high" if rendition.width is None else "wide"
    unit = "pixels" if " by " in asked else f"pixels {kind}"
    message = (
        f"a variant of {asked} {unit} is larger than the picture of `{wish.name}`, "
        f"which is {across} by {down}"
    )
    hint = "ask for a smaller one, a higher `resolution`, or write `enlarge: true`"
    mistakes.at(wish.given["variants"], message, hint, inner=inner)


def folder_of(wish: Wish, written: str | None, mistakes: Mistakes) -> str:
    """Return an asset's folder below its output, "" for the output itself."""
    if written is None:
        return wish.name.rpartition("/")[0]
    folder = written.removeprefix("./").removesuffix("/")
    if folder in {"", "."}:
        return ""
    fault = path_fault(folder)
    if fault:
        hint = "a path starts at the output: `icons/small`"
        mistakes.at(wish.given["path"], f"the path `{written}` {fault}", hint)
        return ""
    return folder


# --- all files together -----------------------------------------------------------


def shared_once(pairs: Iterable[tuple[Wish, Asset]]) -> Iterator[tuple[Wish, Asset]]:
    """Yield assets without the texts that an earlier one publishes word for word.

    So several pictures may stand in one catalogue, which has one text of its own.
    """
    seen: dict[tuple[str, str], Companion] = {}
    for wish, asset in pairs:
        files = tuple(file for file in asset.files if _is_first(file, asset, seen))
        same = len(files) == len(asset.files)
        yield wish, asset if same else replace(asset, files=files)


def _is_first(file: File, asset: Asset, seen: dict[tuple[str, str], Companion]) -> bool:
    companion = file.companion
    if companion is None or companion.lists or file.beside:
        return True
    place = (asset.output, file.path)
    if seen.setdefault(place, companion) is companion:
        return True
    return seen[place] != companion


@dataclass(frozen=True, slots=True)
class _Writer:
    wish: Wish | None
    label: str

    @property
    def name(self) -> str:
        return self.wish.name if self.wish else self.label


def check_layout(
    pairs: Iterable[tuple[Wish, Asset]],
    outputs: Mapping[str, Path],
    originals: Path,
    emission: Emission | None,
    mistakes: Mistakes,
) -> None:
    """Report every two things that would write one file, on any disk."""
    pairs = list(pairs)
    written = list(_written(pairs, outputs, originals))
    texts = _Writer(None, "a text of `emit`")
    for name, folder in outputs.items():
        if emission is not None and name in emission.outputs:
            root = folder.as_posix()
            written += [(f"{root}/{path}", texts) for path in emission.paths()]
    told: set[tuple[str, str]] = set()
    for path, writer, other_path, other in collisions(written):
        pair = (writer.name, other.name)
        if pair in told:
            continue
        told.add(pair)
        if writer.wish is not None:
            _tell(writer.wish, path, other_path, other, mistakes)
        elif other.wish is not None:
            _tell(other.wish, other_path, path, writer, mistakes)
    _check_sources(pairs, written, mistakes)


def _written(
    pairs: Iterable[tuple[Wish, Asset]], outputs: Mapping[str, Path], originals: Path
) -> Iterator[tuple[str, _Writer]]:
    roots = {name: folder.as_posix() for name, folder in outputs.items()}
    for root in roots.values():
        yield f"{root}/{INDEX}", _Writer(None, "the index of the output")
    kept = originals.as_posix()
    for wish, asset in pairs:
        master = _Writer(wish, "its master")
        variant = _Writer(wish, "a variant")
        root = roots[asset.output]
        for file in asset.files:
            yield f"{root}/{file.path}", master if file.is_master else variant
        if asset.request is not None:
            original = _Writer(wish, "its original")
            yield f"{kept}/{asset.name}.png", original
            yield f"{kept}/{asset.name}.json", original


def _tell(
    wish: Wish, path: str, other_path: str, other: _Writer, mistakes: Mistakes
) -> None:
    short, other_short = (one.rpartition("/")[2] for one in (path, other_path))
    if other.wish is wish:
        message = f"two of its files would be `{short}`"
        hint = "give one a `suffix`, leave a format out, or write `master: false`"
        mistakes.entry(wish, message, hint)
        return
    name = f"`{other.wish.name}`" if other.wish else other.label
    place = ""
    if other.wish:
        place = f" ({other.wish.sheet.document.place(other.wish.keys, key=True)})"
    hint = "rename one of them"
    if folded(path) == folded(other_path):
        same = f"`{short}`" if short == other_short else f"`{short}`, `{other_short}`"
        message = f"`{wish.name}` and {name}{place} would write the same file: {same}"
        if short != other_short:
            hint = f"names that differ so little are one file on many disks; {hint}"
    else:
        message = f"`{wish.name}` and {name}{place} need one path as file and folder"
    mistakes.entry(wish, message, hint)


def _check_sources(
    pairs: Iterable[tuple[Wish, Asset]],
    written: Iterable[tuple[str, _Writer]],
    mistakes: Mistakes,
) -> None:
    sources = {
        folded(path.as_posix()): wish
        for wish, asset in pairs
        for path in (asset.source, *(one for f in asset.files for one in f.inputs))
        if path
    }
    if not sources:
        return
    for path, writer in written:
        if writer.wish and folded(path) in sources:
            message = f"`{writer.wish.name}` would be written over its own source"
            if sources[folded(path)] is not writer.wish:
                message = (
                    f"`{writer.wish.name}` would be written over the source of "
                    f"`{sources[folded(path)].name}`"
                )
            mistakes.entry(writer.wish, message, "move the source, or set a `path`")
