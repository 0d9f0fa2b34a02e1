"""This file is a shelf on a disk: one file per name, below one folder.

The folder may be deleted at any time. It may be read-only: then it still serves, and
only `put` and `delete` raise. Names are paths below the folder as they are (`cache`
spreads them over subfolders); everything else in it is ours but no object: a README,
and temporary files, whose names begin with a dot.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from typing import TYPE_CHECKING

from assetgen.files import make_folder, sweep, write_atomic
from assetgen.stores.base import Store
from assetgen.stores.names import checked, is_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

README = """\
This folder is assetgen's store: pictures and what was derived from them, by digest.

You may delete all of it. Derived files are made again for nothing; the chosen
pictures are in each project's `originals/`. Earlier takes that you bought are only
here: `assetgen cache gc` keeps those, deleting the folder does not.
"""

DAY = 86_400.0


class DiskStore(Store):
    """Bytes by name in the files of a folder, which is made when first needed.

    Args:
        root: The folder, absolute.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._ready = False

    def get(self, name: str) -> bytes | None:
        """Return the bytes of that name, None if there are none.

        Marks the file as used, at most once a day, because `cache gc` goes by that.
        """
        path = self._path(name)
        try:
            with path.open("rb") as file:
                used = os.fstat(file.fileno()).st_mtime
                data = file.read()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None
        if time.time() - used > DAY:
            with contextlib.suppress(OSError):  # read-only, or deleted meanwhile
                os.utime(path)
        return data

    def put(self, name: str, data: bytes) -> None:
        """Shelve bytes under a name; visible only whole and durable, last one wins.

        Also makes the folder, and once a day sweeps what dead writers left.
        """
        path = self._path(name)
        self._prepare()
        if path.is_dir():  # not ours, and it would block this name for ever
            path.rename(path.with_name(f".misplaced-{secrets.token_hex(4)}"))
        write_atomic(path, data)

    def has(self, name: str) -> bool:
        """Return whether there is something of that name."""
        return self._path(name).is_file()

    def delete(self, name: str) -> None:
        """Remove a name; nothing happens if it is not there."""
        with contextlib.suppress(FileNotFoundError, NotADirectoryError):
            self._path(name).unlink()

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield every name that starts with a prefix, sorted."""
        folder, _, _ = prefix.rpartition("/")
        found = self._walk(f"{folder}/" if folder else "")
        return iter(sorted(name for name in found if name.startswith(prefix)))

    def size(self, name: str) -> int:
        """Return how many bytes a name has, 0 if it is not there."""
        found = self._stat(name)
        return found.st_size if found else 0

    def modified(self, name: str) -> float:
        """Return when a name was last put or used, seconds since 1970; 0 if never."""
        found = self._stat(name)
        return found.st_mtime if found else 0.0

    def sweep(self) -> int:
        """Remove temporary files older than an hour; return how many."""
        return sweep(self.root, below=True)

    def _path(self, name: str) -> Path:
        return self.root.joinpath(*checked(name).split("/"))

    def _stat(self, name: str) -> os.stat_result | None:
        path = self._path(name)
        try:
            return path.stat() if path.is_file() else None
        except (FileNotFoundError, NotADirectoryError):
            return None

    def _walk(self, below: str) -> Iterator[str]:
        """Yield every name below a folder (``cas/ab/``), in no order."""
        if below and not is_name(below.rstrip("/")):
            return
        try:
            entries = list(os.scandir(self.root / below))
        except (FileNotFoundError, NotADirectoryError):
            return
        for entry in entries:
            name = f"{below}{entry.name}"
            if entry.is_dir(follow_symlinks=False):
                yield from self._walk(f"{name}/")
            elif is_name(name):
                yield name

    def _prepare(self) -> None:
        """Make the folder say what it is, and sweep it if nobody did today."""
        if self._ready:
            return
        make_folder(self.root)
        readme = self.root / "README"
        try:
            fresh = time.time() - readme.stat().st_mtime < DAY
        except FileNotFoundError:
            fresh = False
        if not fresh:
            # Its time is when the store was last swept, by the clock of its disk.
            write_atomic(readme, README.encode())
            sweep(self.root, below=True, now=readme.stat().st_mtime)
        self._ready = True
