"""This file is publishing: the files of an output folder and the index beside them.

`index.json` lists what assetgen has put into an output, for programs that use the
pictures and for the next build. It is written last, in one piece. Several manifests
may share an output; each keeps the others' rows as they are.
"""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.emission import is_emitted
from assetgen.files import newer_format, remove, write_atomic
from assetgen.manifest.model import INDEX
from assetgen.plan import Entry

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

VERSION = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One published file, as the index lists it (spec: the manifest's reference).

    Attributes:
        path: Below the output, with ``/``.
        variant: The variant's suffix, ``master`` or ``nobg``; ``<set>:<picture>``.
        width, height: In pixels, None for a text.
        manifest: The manifest that published it, relative to the output.
        source_sha256: The picture it was made from; for a draft, whose picture nobody
            keeps, the key that draws it again.
        recipe: The key of our steps from that picture to this file.
    """

    path: str
    sha256: str
    bytes: int
    width: int | None
    height: int | None
    format: str
    asset: str
    variant: str
    alt: str | None
    manifest: str
    prompt_sha256: str | None
    source_sha256: str
    recipe: str
    draft: bool


class Index:
    """The index of one output folder.

    An index that is unreadable or in conflict is rebuilt, never an error; one that a
    newer assetgen wrote is refused with UsageError.

    Attributes:
        written: The digest of the index as `write` left it, "" if it did not.
    """

    def __init__(self, folder: Path, manifest: Path) -> None:
        self.folder = folder
        self._place = os.path.join(folder, "")  # noqa: PTH118  a text, ready to be added to
        self.manifest = relative(manifest, folder)
        self.written = ""
        self._seen: Mapping[str, tuple[int, ...]] = {}
        self._before = _read(folder / INDEX)
        self._rows = dict(self._before)

    def trust(self, seen: Mapping[str, tuple[int, ...]]) -> None:
        """Believe the index about files that still are as a stamp has seen them.

        Args:
            seen: Absolute path → (size, mtime, ctime, inode) at a time when this index
                and everything that it lists were known to agree. Nothing is believed
                if the index itself has changed since.
        """
        try:
            same = seen.get(f"{self._place}{INDEX}") == _measures(
                os.lstat(f"{self._place}{INDEX}")
            )
        except OSError:
            return
        self._seen = seen if same else {}

    def row(self, path: str) -> dict[str, object] | None:
        """Return the row of a path if this manifest has published it."""
        row = self._rows.get(path)
        return row if row is not None and row["manifest"] == self.manifest else None

    def entry(self, path: str) -> Entry | None:
        """Return what planning needs of a row, None if it is not this manifest's."""
        row = self.row(path)
        if row is None:
            return None
        return Entry(
            path,
            str(row["sha256"]),
            str(row["source_sha256"]),
            str(row["recipe"]),
            bool(row["draft"]),
            str(row["asset"]),
            None if row["alt"] is None else str(row["alt"]),
        )

    def entries(self) -> Iterator[Entry]:
        """Yield the entry of every file that this manifest has published."""
        return (entry for path in self.paths() if (entry := self.entry(path)))

    def listed(self) -> Iterator[dict[str, object]]:
        """Yield the row of every picture that this manifest has published, by path."""
        for path in sorted(self._rows):
            row = self.row(path)
            if row and row["width"] is not None and not is_emitted(str(row["variant"])):
                yield row

    def emitted(self) -> Iterator[str]:
        """Yield the path of every text about all pictures, and of every copy."""
        for path in list(self._rows):
            row = self.row(path)
            if row and is_emitted(str(row["variant"])):
                yield path

    def paths(self) -> Iterator[str]:
        """Yield the paths that this manifest has published."""
        return (path for path in list(self._rows) if self.row(path))

    def on_disk(self, path: str) -> str | None:
        """Return the digest of a file of the output, None if there is none.

        A symbolic link or a folder in its place counts as a file that is not ours.
        """
        target = f"{self._place}{path}"
        try:
            found = os.lstat(target)
            if not stat.S_ISREG(found.st_mode):
                return "not a plain file"
            if self._seen.get(target) == _measures(found) and path in self._before:
                return str(self._before[path]["sha256"])
            with open(target, "rb", buffering=0) as file:  # noqa: PTH123  it may be 10,000
                return digest_bytes(file.readall())
        except (FileNotFoundError, NotADirectoryError):
            return None

    def publish(self, row: Row, data: bytes) -> None:
        """Put bytes under a row's path and list it; safe to call from many threads.

        A file that already has these bytes is not written again.
        """
        if self.on_disk(row.path) != row.sha256:
            write_atomic(self.folder / row.path, data)
        self._rows[row.path] = asdict(row)

    def describe(self, path: str, *, asset: str, alt: str | None) -> None:
        """Say anew whose a listed file is and what it shows; its bytes stay."""
        self._rows[path] = {**self._rows[path], "asset": asset, "alt": alt}

    def withdraw(self, path: str, *, delete: bool) -> None:
        """Take a row out of the index and, if asked, its file and empty folders."""
        self._rows.pop(path, None)
        if not delete:
            return
        target = self.folder / path
        remove(target)
        for folder in target.parents:
            if folder == self.folder or any(folder.iterdir()):
                break
            folder.rmdir()

    def write(self) -> None:
        """Write the index if it is not what stands there already."""
        if self._rows == self._before:
            return
        data = _text(self._rows).encode()
        write_atomic(self.folder / INDEX, data)
        self.written = digest_bytes(data)
        self._before = dict(self._rows)


def _measures(found: os.stat_result) -> tuple[int, ...]:
    """Return what changes when a file does, as a stamp has it."""
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _text(rows: dict[str, dict[str, object]]) -> str:
    """Return an index as its file has it: one row a line, so that a diff can be read.

    Indented JSON would also be written by Python itself, ten times slower than by C.
    """
    encode = json.JSONEncoder(ensure_ascii=False).encode
    lines = ",\n".join(f"    {encode(rows[path])}" for path in sorted(rows))
    files = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "files": {files}\n}}\n'


def relative(path: Path, folder: Path) -> str:
    """Return a path as seen from a folder, with ``/``, also across ``..``."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:  # another drive on Windows
        return path.as_posix()


def made_row(  # noqa: PLR0913  a row has that many columns
    *,
    path: str,
    data: bytes,
    size: tuple[int, int] | None,
    form: str,
    asset: str,
    variant: str,
    alt: str | None,
    manifest: str,
    prompt_sha256: str | None,
    source: str,
    recipe: str,
    draft: bool,
) -> Row:
    """Return the row of bytes that are about to be published."""
    return Row(
        path=path,
        sha256=digest_bytes(data),
        bytes=len(data),
        width=size[0] if size else None,
        height=size[1] if size else None,
        format=form,
        asset=asset,
        variant=variant,
        alt=alt,
        manifest=manifest,
        prompt_sha256=prompt_sha256,
        source_sha256=source,
        recipe=recipe,
        draft=draft,
    )


def _read(path: Path) -> dict[str, dict[str, object]]:
    """Return the rows of an index by path, none if it cannot be understood."""
    try:
        body = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(body, dict) or not isinstance(body.get("files"), list):
        return {}
    version = body.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise newer_format(f"`{path.name}`", body.get("needs"))
    columns = set(Row.__dataclass_fields__)
    return {
        str(row["path"]): row
        for row in body["files"]
        if isinstance(row, dict) and columns <= row.keys() and _inside(row["path"])
    }


def _inside(path: object) -> bool:
    """Return whether a path of an index, which anybody may write, stays below it."""
    if not isinstance(path, str) or "\\" in path or ":" in path:
        return False
    return all(part not in {"", ".", ".."} for part in path.split("/"))
