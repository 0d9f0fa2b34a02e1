"""This file is the free work on one asset: from its picture to its published files.

It runs on a thread of its own, needs no network, and does nothing twice: the shelf
knows every cut-out and every derived file by the bytes that it starts from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.cache import Result
from assetgen.errors import ImageError
from assetgen.images.cutout.choose import cut_out, identity
from assetgen.images.derive import as_format, derive
from assetgen.images.metadata import mark_draft
from assetgen.images.sniff import sniff
from assetgen.planning import prompt_digest
from assetgen.publish import made_row
from assetgen.recipe import recipe_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assetgen.cache import Cache
    from assetgen.manifest.model import Asset, File
    from assetgen.publish import Index


@dataclass(frozen=True, slots=True)
class Piece:
    """A picture on the workbench.

    Attributes:
        data, digest: Its bytes and their name.
        source: What the index calls it: the digest, or for a draft its key.
        draft: It is a placeholder, and so is every file made from it.
    """

    data: bytes
    digest: str
    source: str
    draft: bool = False


@dataclass(frozen=True, slots=True)
class _Made:
    """Bytes of one file with their size in pixels."""

    data: bytes
    size: tuple[int, int]


class Workbench:
    """Where pictures become files; safe to use from several threads.

    Args:
        indexes: Output name → its index.
        reencode: Make files again although the shelf has them.
    """

    def __init__(
        self, cache: Cache, indexes: Mapping[str, Index], *, reencode: bool = False
    ) -> None:
        self._cache = cache
        self._indexes = indexes
        self._reencode = reencode

    def make(self, asset: Asset, files: Iterable[File], piece: Piece) -> list[str]:
        """Make and publish files of an asset; return what a person should know.

        Raises ImageError if the picture cannot be cut out, resized or encoded; files
        that were made before that are published.
        """
        wanted = tuple(files)
        notes: list[str] = []
        for cut in (False, True):
            group = [file for file in wanted if file.cut is cut]
            if not group:
                continue
            start = self._cut_out(asset, piece, notes) if cut else piece
            for file, made in zip(group, self._render(group, start), strict=True):
                self._publish(asset, file, made, piece)
        return notes

    def _cut_out(self, asset: Asset, piece: Piece, notes: list[str]) -> Piece:
        """Return the picture without its background, from the shelf if it is there."""
        if asset.cut is None:
            message = f"{asset.name} is not to be cut out"
            raise ImageError(message)
        key = asset.cut.key(piece.digest, identity(asset.cut))
        made = self._cache.made(key)
        if made is None:
            result = cut_out(piece.data, asset.cut)
            known = shelve(self._cache, key, result.data, result.note or "")
            made = known, result.data
        known, data = made
        if known.note:
            notes.append(known.note)
        return Piece(data, known.digest, piece.source, piece.draft)

    def _render(self, files: Sequence[File], start: Piece) -> list[_Made]:
        """Return the bytes of files that all start from one picture, decoded once."""
        made: dict[int, _Made] = {}
        todo: list[tuple[int, str]] = []
        for number, file in enumerate(files):
            if file.rendition is None:
                made[number] = _master(file, start)
                continue
            key = file.rendition.key(start.digest)
            anew = self._reencode or start.draft
            found = None if anew else self._cache.made(key)
            if found is None:
                todo.append((number, key))
            else:
                known, data = found
                made[number] = _Made(data, (known.width, known.height))
        renditions = [files[number].rendition for number, _ in todo]
        fresh = derive(
            start.data, [each for each in renditions if each], draft=start.draft
        )
        for (number, key), derived in zip(todo, fresh, strict=True):
            if not start.draft:
                shelve(self._cache, key, derived.data)
            made[number] = _Made(derived.data, (derived.width, derived.height))
        return [made[number] for number in range(len(files))]

    def _publish(self, asset: Asset, file: File, made: _Made, piece: Piece) -> None:
        """Put one file where it belongs and list it."""
        index = self._indexes[asset.output]
        row = made_row(
            path=file.path,
            data=made.data,
            size=made.size,
            asset=asset.name,
            variant=file.variant,
            alt=asset.alt,
            manifest=index.manifest,
            prompt_sha256=prompt_digest(asset.request),
            source=piece.source,
            recipe=recipe_of(asset, file),
            draft=piece.draft,
        )
        # Before the file: should the index be lost, its bytes still say whose it is.
        bought = made.data is piece.data and not piece.draft and asset.source is None
        if not bought and not self._cache.has_bytes(row.sha256):
            self._cache.put_bytes(made.data)
        index.publish(row, made.data)


def shelve(cache: Cache, key: str, data: bytes, note: str = "") -> Result:
    """Put the picture of a free step on the shelf and remember what it is."""
    digest, found = cache.put_bytes(data), sniff(data)
    result = Result(digest, found.width, found.height, found.format, note)
    cache.record(key, result)
    return result


def _master(file: File, start: Piece) -> _Made:
    """Return the picture itself, in the format that its published name promises."""
    extension = file.path.rpartition(".")[2]
    data = as_format(start.data, "jpg" if extension == "jpg" else "png")
    if start.draft:
        data = mark_draft(data)
    found = sniff(data)
    return _Made(data, (found.width, found.height))
