"""This file is the free work on one asset: from its picture to its published files.

It runs on a thread of its own, needs no network, and does nothing twice: the shelf
knows every cut-out and every derived file by the bytes that it starts from. Pictures
come first, texts that tell of them last.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assetgen.cache import Result
from assetgen.companions.compose import compose
from assetgen.companions.listed import Listed, Subject
from assetgen.digest import digest_bytes
from assetgen.errors import ImageError, UsageError
from assetgen.files import reason_of, write_atomic
from assetgen.images.accept import accept
from assetgen.images.containers import contained
from assetgen.images.cutout.choose import Rejected
from assetgen.images.cutout.crop import on_both_grounds
from assetgen.images.derive import as_format, derive
from assetgen.images.examiner import examine
from assetgen.images.sniff import sniff
from assetgen.layers import key_on
from assetgen.planning import prompt_digest
from assetgen.publish import made_row
from assetgen.recipe import recipe_of, source_of, start_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from assetgen.cache import Cache
    from assetgen.images.cutout.base import CutResult
    from assetgen.images.cutout.choose import Cutting
    from assetgen.images.provenance import Mark
    from assetgen.images.sealing import Seals
    from assetgen.manifest.model import Asset, File
    from assetgen.publish import Index
    from assetgen.steps import Companion, Cut, Rendition


@dataclass(frozen=True, slots=True)
class Piece:
    """A picture on the workbench.

    Attributes:
        data, digest: Its bytes and their name.
        source: What the index calls it: the digest, or for a draft its key.
        draft: It is a placeholder, and so is every file made from it.
        mark: What every file made from it says of its making, None for nothing.
        black: The same picture on black, where the two are to be cut out together.
    """

    data: bytes
    digest: str
    source: str
    draft: bool = False
    mark: Mark | None = None
    black: Piece | None = None


@dataclass(frozen=True, slots=True)
class _Made:
    """Bytes of one file, and their size in pixels if they are a picture."""

    data: bytes
    size: tuple[int, int] | None


class Workbench:
    """Where pictures become files; safe to use from several threads.

    Args:
        indexes: Output name → its index.
        cutting: The ways to cut pictures out.
        rejected: The folder in which a cut-out that is not published can be looked at.
        seals: What files are signed with.
        reencode: Make files again although the shelf has them.
    """

    def __init__(  # noqa: PLR0913  everything it works with, and nothing global
        self,
        cache: Cache,
        indexes: Mapping[str, Index],
        *,
        cutting: Cutting,
        rejected: Path,
        seals: Seals,
        reencode: bool = False,
    ) -> None:
        self._cache = cache
        self._indexes = indexes
        self._cutting = cutting
        self._rejected = rejected
        self._seals = seals
        self._reencode = reencode

    def make(self, asset: Asset, files: Iterable[File], piece: Piece) -> list[str]:
        """Make and publish files of an asset; return what a person should know.

        Raises ImageError if the picture cannot be cut out, resized or encoded, or is
        not what its taker accepts; files that were made before that are published.
        """
        wanted = tuple(files)
        pictures = [file for file in wanted if file.companion is None]
        if pictures:  # a text is never signed, and needs no key
            piece = self._sealed(asset, piece)
        notes: list[str] = []
        own = _Drawer()
        for cut in (False, True):
            group = [file for file in pictures if file.cut is cut]
            if not group:
                continue
            start = self._cut_out(asset, piece, notes) if cut else piece
            start = self._overlaid(asset, start)
            finished = self._render(group, start, own)
            if not piece.draft:  # nobody publishes a placeholder for what it shows
                _judge(group, finished)
            for file, made in zip(group, finished, strict=True):
                self._publish(asset, file, made, piece, own)
        for file in wanted:
            if file.companion is not None:
                text = self._text(asset, file, file.companion, piece)
                self._publish(asset, file, text, piece, own)
        return notes

    def _sealed(self, asset: Asset, piece: Piece) -> Piece:
        """Return a picture whose files are signed if that is asked; no draft is."""
        if asset.certificate is None or piece.mark is None or piece.draft:
            return piece
        if asset.request is None:
            return piece
        seal = self._seals.of(asset.certificate)
        return replace(piece, mark=replace(piece.mark, seal=seal))

    def _cut_out(self, asset: Asset, piece: Piece, notes: list[str]) -> Piece:
        """Return the picture without its background, from the shelf if it is there."""
        if asset.cut is None:
            message = f"{asset.name} is not to be cut out"
            raise ImageError(message)
        identity = self._cutting.identity(asset.cut)
        if piece.black is not None:
            identity |= {"black": piece.black.digest}
        key = asset.cut.key(piece.digest, identity)
        made = self._cache.made(key)
        if made is None:
            result = self._cut_anew(asset, asset.cut, piece)
            known = shelve(self._cache, key, result.data, result.note or "")
            made = known, result.data
        known, data = made
        if known.note and not piece.draft:
            notes.append(known.note)
        return replace(piece, data=data, digest=known.digest)

    def _overlaid(self, asset: Asset, piece: Piece) -> Piece:
        """Return the picture with everything on it, from the shelf if it is there."""
        if not asset.layers:
            return piece
        key = key_on(asset.layers, piece.digest)
        made = self._cache.made(key)
        if made is None:
            # Most pictures have none, and XML takes a while to import.
            from assetgen.images.overlay import overlaid  # noqa: PLC0415 - see above

            data = overlaid(piece.data, asset.layers)
            made = shelve(self._cache, key, data), data
        known, data = made
        return replace(piece, data=data, digest=known.digest)

    def _cut_anew(self, asset: Asset, cut: Cut, piece: Piece) -> CutResult:
        """Cut a picture out; one that is not fit to publish can be looked at."""
        try:
            black = piece.black.data if piece.black else None
            return self._cutting.cut(piece.data, cut, draft=piece.draft, black=black)
        except Rejected as error:
            place = self._rejected / f"{asset.name}-{piece.digest[:8]}.png"
            try:
                write_atomic(place, on_both_grounds(error.made))
            except OSError as failure:
                seen = f"`{place}` cannot be written: {reason_of(failure)}"
            else:
                seen = f"look at `{place}`"
            message = f"{error.message}; {seen}"
            raise ImageError(message, hint=_hint(asset, error.hint)) from error
        except ImageError as error:
            raise ImageError(error.message, hint=_hint(asset, error.hint)) from error

    def _render(self, files: Sequence[File], start: Piece, own: _Drawer) -> list[_Made]:
        """Return the bytes of files; each picture they start from is decoded once."""
        # The pictures in a container are not signed: nobody looks for that in there.
        bare = _unsealed(start)
        wanted: dict[tuple[Path | None, bool], dict[Rendition, None]] = {}
        for file in files:
            inside = bool(file.parts) and bare is not start
            for part in file.drawn:
                wanted.setdefault((part.start, inside), {})[part.rendition] = None
        made = {}
        for (path, inside), renditions in wanted.items():
            first = own.piece(path) if path else bare if inside else start
            made[path, inside] = self._derived(tuple(renditions), first)
        finished = []
        for file in files:
            inside = bool(file.parts) and bare is not start
            parts = [made[part.start, inside][part.rendition] for part in file.drawn]
            master = file.is_master
            finished.append(_master(file, start) if master else _assembled(file, parts))
        return finished

    def _derived(
        self, renditions: Sequence[Rendition], start: Piece
    ) -> dict[Rendition, _Made]:
        """Return what renditions make of one picture, from the shelf where it is."""
        made: dict[Rendition, _Made] = {}
        todo: list[tuple[Rendition, str]] = []
        name = start.mark.digest if start.mark else ""
        for rendition in renditions:
            key = rendition.key(start.digest, name)
            anew = self._reencode or start.draft
            found = None if anew else self._known(rendition, key, start)
            if found is None:
                todo.append((rendition, key))
            else:
                known, data = found
                made[rendition] = _Made(data, (known.width, known.height))
        fresh = derive(start.data, [each for each, _ in todo], finish=start.mark)
        for (rendition, key), derived in zip(todo, fresh, strict=True):
            if not start.draft:
                shelve(self._cache, key, derived.data)
            made[rendition] = _Made(derived.data, (derived.width, derived.height))
        return made

    def _known(
        self, rendition: Rendition, key: str, start: Piece
    ) -> tuple[Result, bytes] | None:
        """Return a file from the shelf, None if it has to be made.

        One that was made without a mark gets it; where a limit in bytes holds, that
        might be too much.
        """
        found = self._cache.made(key)
        if found is not None or start.mark is None or rendition.max_bytes:
            return found
        plain = self._cache.made(rendition.key(start.digest))
        if plain is None:
            return None
        data = start.mark(plain[1])
        return shelve(self._cache, key, data), data

    def _text(
        self, asset: Asset, file: File, companion: Companion, piece: Piece
    ) -> _Made:
        """Return a text about files that are published by now."""
        index = self._indexes[asset.output]
        listed = []
        for path in companion.lists:
            row = index.row(path)
            if row is not None:
                read = self._reader(index, path, str(row["sha256"]))
                listed.append(Listed.of(row, read))
        said = piece.mark.packet.decode() if piece.mark else ""
        subject = Subject(file.path, asset.name, asset.alt, tuple(listed), said)
        return _Made(compose(companion, subject), None)

    def _reader(self, index: Index, path: str, digest: str) -> Callable[[], bytes]:
        """Return what returns a published file's bytes."""
        cache, place = self._cache, index.folder / path

        def read() -> bytes:
            return cache.get_bytes(digest) or place.read_bytes()

        return read

    def _publish(
        self, asset: Asset, file: File, made: _Made, piece: Piece, own: _Drawer
    ) -> None:
        """Put one file where it belongs and list it."""
        index = self._indexes[asset.output]
        row = made_row(
            path=file.path,
            data=made.data,
            size=made.size,
            form=file.companion.kind if file.companion else _ending(file),
            asset=asset.name,
            variant=file.variant,
            alt=asset.alt,
            manifest=index.manifest,
            prompt_sha256=prompt_digest(asset.request),
            source=source_of(file, _start(file, piece), own.digest),
            recipe=recipe_of(asset, file),
            draft=piece.draft and file.start is None,
        )
        # Before the file: should the index be lost, its bytes still say whose it is.
        bought = row.sha256 == piece.digest and not piece.draft and not asset.source
        if not bought and not self._cache.has_bytes(row.sha256):
            self._cache.put_bytes(made.data)
        index.publish(row, made.data)


class _Drawer:
    """The user's own files that something starts from, each read once."""

    def __init__(self) -> None:
        self._read: dict[Path, bytes] = {}
        self._pieces: dict[Path, Piece] = {}

    def piece(self, path: Path) -> Piece:
        """Return a picture; raises UsageError if it cannot be read, or ImageError."""
        if path not in self._pieces:
            data = self._bytes(path)
            examine(data, plain=True)
            digest = digest_bytes(data)
            self._pieces[path] = Piece(data, digest, digest)
        return self._pieces[path]

    def digest(self, path: Path) -> str:
        """Return the digest of a file as it was read, which may be no picture."""
        return digest_bytes(self._bytes(path))

    def _bytes(self, path: Path) -> bytes:
        if path not in self._read:
            try:
                self._read[path] = path.read_bytes()
            except OSError as error:
                message = f"cannot read `{path.name}`: {reason_of(error)}"
                raise UsageError(message) from error
        return self._read[path]


def shelve(cache: Cache, key: str, data: bytes, note: str = "") -> Result:
    """Put the picture of a free step on the shelf and remember what it is."""
    digest, found = cache.put_bytes(data), sniff(data)
    result = Result(digest, found.width, found.height, found.format, note)
    cache.record(key, result)
    return result


def _unsealed(piece: Piece) -> Piece:
    """Return a picture whose files are marked, and not signed."""
    if piece.mark is None or piece.mark.seal is None:
        return piece
    return replace(piece, mark=replace(piece.mark, seal=None))


def _judge(files: Sequence[File], finished: Sequence[_Made]) -> None:
    """Raise Unaccepted for the first file that its taker refuses."""
    for file, made in zip(files, finished, strict=True):
        if file.rules is not None:
            accept(file.path, made.data, file.rules)


def _master(file: File, start: Piece) -> _Made:
    """Return the picture itself, in the format that its published name promises."""
    data = as_format(start.data, "jpg" if _ending(file) == "jpg" else "png")
    if start.mark is not None:
        data = start.mark(data)
    found = sniff(data)
    return _Made(data, (found.width, found.height))


def _hint(asset: Asset, hint: str | None) -> str | None:
    """Return what to do about a cut-out, where two pictures do not tell it too."""
    if not asset.twin:
        return hint
    again = f"`assetgen retake {asset.twin}` has it drawn on black once more"
    return f"{again}; {hint}" if hint else again


def _start(file: File, piece: Piece) -> str:
    """Return what the index calls the picture that a file starts from."""
    return start_of(file, piece.source, piece.black.digest if piece.black else None)


def _assembled(file: File, parts: Sequence[_Made]) -> _Made:
    """Return the file that some pictures make: the one itself, or a container."""
    if not file.parts:
        return parts[0]
    pictures = [
        (part.data, how.bitmap) for part, how in zip(parts, file.parts, strict=True)
    ]
    largest = max(part.size for part in parts if part.size)
    return _Made(contained(_ending(file), pictures), largest)


def _ending(file: File) -> str:
    """Return what a path ends with: the format that its name promises."""
    return file.path.rpartition(".")[2]
