"""This file is the hand-off: texts about all pictures of an output, and hashed copies.

They are made from the index, like the index itself at the end of every build, and have
rows in it: so a file that a person edited is known, and one that nobody asks for any
more is removed. What only pixels can tell is remembered on the shelf by the file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from assetgen.cache import Result
from assetgen.companions.hand_off import Entry, Shown, to_json, to_typescript
from assetgen.companions.pages import to_css, to_html
from assetgen.digest import key_of
from assetgen.emission import COPY, TEXT, hashed_name, listing
from assetgen.errors import ImageError, OutOfDate
from assetgen.images.glance import VERSION, Glance, glance
from assetgen.publish import made_row
from assetgen.steps import SIDECAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assetgen.emission import Emission
    from assetgen.knowledge import Knowledge
    from assetgen.publish import Index

    Rows = Sequence[Mapping[str, object]]

WRITERS: Mapping[str, Callable[[Sequence[Entry]], str]] = {
    "json": to_json,
    "typescript": to_typescript,
    "css": to_css,
    "html": to_html,
}
# Whose pixels tell most for least: the first that is there.
_LOOKED_AT = ("png", "webp", "jpg", "avif")
_ENOUGH = 64  # pixels of width that a glance needs


class HandOff:
    """What one build hands off.

    Args:
        emission: What the manifest asks for, None for nothing.
    """

    def __init__(self, emission: Emission | None, knowledge: Knowledge) -> None:
        self._emission = emission
        self._knowledge = knowledge

    def write(self) -> None:
        """Write what is not as it should be, and take away what nobody asks for.

        Raises OutOfDate for a file that a person edited or put there: it is left alone.
        """
        edited: list[str] = []
        for output, index in self._knowledge.indexes.items():
            emission = self._emission
            wanted: set[str] = set()
            if emission is not None and output in emission.outputs:
                wanted = self._written(output, index, emission, edited)
            for path in list(index.emitted()):
                if path not in wanted:
                    ours = index.on_disk(path) == _digest(index, path)
                    index.withdraw(path, delete=ours)
        if edited:
            message = f"`{edited[0]}` was edited since it was published"
            more = f", and {len(edited) - 1} more" if len(edited) > 1 else ""
            hint = "deleting it brings ours back; left alone"
            raise OutOfDate(f"{message}{more}", hint=hint)

    def _written(
        self, output: str, index: Index, emission: Emission, edited: list[str]
    ) -> set[str]:
        """Write texts and copies of one output; return all their paths."""
        rows = list(index.listed())
        wanted = set(emission.paths())
        if emission.hashed:
            wanted |= set(self._copies(output, index, rows, edited))
        source = listing(rows)
        stale = {
            path: form
            for path, form in emission.paths().items()
            if not self._current(index, path, source, emission.recipe(form))
        }
        entries = self._entries(index, rows, emission) if stale else ()
        for path, form in stale.items():
            text = WRITERS[form](entries).rstrip("\n") + "\n"
            row = made_row(
                path=path,
                data=text.encode(),
                size=None,
                form=form,
                asset="",
                variant=f"{TEXT}{form}",
                alt=None,
                manifest=index.manifest,
                prompt_sha256=None,
                source=source,
                recipe=emission.recipe(form),
                draft=False,
            )
            if self._is_ours(output, path):
                self._knowledge.cache.put_bytes(text.encode())
                index.publish(row, text.encode())
            else:
                edited.append(path)
        return wanted

    def _current(self, index: Index, path: str, source: str, recipe: str) -> bool:
        entry = index.entry(path)
        if entry is None or (entry.source_sha256, entry.recipe) != (source, recipe):
            return False
        return index.on_disk(path) == entry.sha256

    def _is_ours(self, output: str, path: str) -> bool:
        """Tell whether a file may be written: none is there, or it is as we left it."""
        found = self._knowledge.on_disk(output, path)
        entry = self._knowledge.entry(output, path)
        if found is None or (entry is not None and entry.sha256 == found):
            return True
        return self._knowledge.ours(found)

    def _copies(
        self, output: str, index: Index, rows: Rows, edited: list[str]
    ) -> Iterator[str]:
        """Publish a copy of every picture under its hashed name; yield their paths."""
        for row, copy in _copied(index, rows):
            path, digest = str(row["path"]), str(row["sha256"])
            yield copy
            if index.on_disk(copy) == digest and index.row(copy):
                continue
            if not self._is_ours(output, copy):
                edited.append(copy)
                continue
            data = self._bytes(index, path, digest)
            made = made_row(
                path=copy,
                data=data,
                size=_size(row),
                form=str(row["format"]),
                asset=str(row["asset"]),
                variant=f"{COPY}{row['variant']}",
                alt=None if row["alt"] is None else str(row["alt"]),
                manifest=index.manifest,
                prompt_sha256=_text(row["prompt_sha256"]),
                source=str(row["source_sha256"]),
                recipe=str(row["recipe"]),
                draft=bool(row["draft"]),
            )
            index.publish(made, data)

    # --- what texts tell ------------------------------------------------------------

    def _entries(
        self, index: Index, rows: Rows, emission: Emission
    ) -> tuple[Entry, ...]:
        """Return every asset of an output, by name."""
        by_asset: dict[str, list[Mapping[str, object]]] = {}
        for row in rows:
            by_asset.setdefault(str(row["asset"]), []).append(row)
        return tuple(
            self._entry(index, name, by_asset[name], emission)
            for name in sorted(by_asset)
        )

    def _entry(self, index: Index, name: str, rows: Rows, emission: Emission) -> Entry:
        seen = self._glance(index, rows)
        return Entry(
            name=name,
            alt=_text(rows[0]["alt"]),
            color=seen.color if seen else None,
            blurhash=seen.blurhash if seen else None,
            draft=any(bool(row["draft"]) for row in rows),
            files=tuple(_shown(row, emission) for row in rows),
        )

    def _glance(self, index: Index, rows: Rows) -> Glance | None:
        """Return what an asset is at a glance, None if none of its files can tell."""
        files = [row for row in rows if row["format"] in _LOOKED_AT]
        if not files:
            return None
        row = min(files, key=_rank)
        path, digest = str(row["path"]), str(row["sha256"])
        key = key_of("glance", VERSION, digest)
        known = self._knowledge.cache.result(key)
        if known is not None and " " in known.note:
            return Glance(*known.note.split(" ", 1))
        try:
            found = glance(self._bytes(index, path, digest))
        except ImageError:
            return None
        size = _number(row["width"]), _number(row["height"])
        note = f"{found.color} {found.blurhash}"
        result = Result(digest, *size, str(row["format"]), note)
        self._knowledge.cache.record(key, result)
        return found

    def _bytes(self, index: Index, path: str, digest: str) -> bytes:
        """Return the bytes of a published file, from the shelf where it is edited."""
        if index.on_disk(path) == digest:
            return (index.folder / path).read_bytes()
        data = self._knowledge.picture(digest)
        if data is None:
            message = f"`{path}` was edited since it was published"
            raise OutOfDate(message, hint="deleting it brings ours back")
        return data


def _copied(index: Index, rows: Rows) -> Iterator[tuple[Mapping[str, object], str]]:
    """Yield what is copied with the copy's path: pictures, and what is beside them."""
    for row in rows:
        copy = hashed_name(str(row["path"]), str(row["sha256"]))
        yield row, copy
        sidecar = index.row(f"{row['path']}{SIDECAR}")
        if sidecar is not None:
            yield sidecar, f"{copy}{SIDECAR}"


def _size(row: Mapping[str, object]) -> tuple[int, int] | None:
    """Return a picture's (width, height) in pixels, None for a text."""
    if row["width"] is None:
        return None
    return _number(row["width"]), _number(row["height"])


def _shown(row: Mapping[str, object], emission: Emission) -> Shown:
    path = str(row["path"])
    if emission.hashed:
        path = hashed_name(path, str(row["sha256"]))
    return Shown(
        src=emission.base + quote(path, safe="/@+~"),
        variant=str(row["variant"]),
        format=str(row["format"]),
        width=_number(row["width"]),
        height=_number(row["height"]),
        size=_number(row["bytes"]),
        sha256=str(row["sha256"]),
    )


def _rank(row: Mapping[str, object]) -> tuple[int, int, int, str]:
    """Rank what is looked at: the smallest that is large enough, then the largest."""
    width = _number(row["width"])
    small = width < _ENOUGH
    form = _LOOKED_AT.index(str(row["format"]))
    return int(small), -width if small else width, form, str(row["path"])


def _digest(index: Index, path: str) -> str | None:
    entry = index.entry(path)
    return None if entry is None else entry.sha256


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _text(value: object) -> str | None:
    return None if value is None else str(value)
