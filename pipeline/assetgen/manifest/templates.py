"""This file is the templates folder: what stands under a name, nothing outside it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from assetgen.catalogue import nearest
from assetgen.digest import digest_bytes
from assetgen.manifest.prompts import even

if TYPE_CHECKING:
    from pathlib import Path

LONGEST = 256 * 1024  # bytes of one template


class NoTemplate(Exception):
    """A name under which the folder has nothing, or nothing that may be read.

    Attributes:
        absent: Nothing stands there, so that a template may do without it.
    """

    def __init__(
        self, message: str, hint: str | None = None, *, absent: bool = False
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.absent = absent


@dataclass(frozen=True, slots=True)
class Source:
    """A template's even text and the digest of it."""

    text: str
    digest: str


class Templates:
    """A folder of templates; each is read once, whatever happens to it meanwhile."""

    def __init__(self, folder: Path | None) -> None:
        self.folder = folder
        self._read: dict[str, Source | NoTemplate] = {}

    def source(self, name: str) -> Source:
        """Return the template of a name; raises `NoTemplate`."""
        if name not in self._read:
            try:
                self._read[name] = self._source(name)
            except NoTemplate as error:
                self._read[name] = error
        found = self._read[name]
        if isinstance(found, NoTemplate):
            raise found
        return found

    def digest(self, name: str) -> str:
        """Return the digest of a template, "" if there is none."""
        try:
            return self.source(name).digest
        except NoTemplate:
            return ""

    def names(self) -> list[str]:
        """Return the name of every file in the folder and below, sorted."""
        if self.folder is None:
            return []
        found = [
            (root, file) for root, _, files in os.walk(self.folder) for file in files
        ]
        return sorted(
            os.path.relpath(os.path.join(root, file), self.folder).replace(os.sep, "/")  # noqa: PTH118 - os.walk speaks text
            for root, file in found
        )

    def _source(self, name: str) -> Source:
        path = self._inside(name)
        try:
            size = path.stat().st_size
            data = path.read_bytes() if size <= LONGEST else b""
        except OSError as error:
            message = f"the template `{name}` cannot be read: {error.strerror}"
            raise NoTemplate(message) from None
        if size > LONGEST:
            raise NoTemplate(
                f"the template `{name}` has {size:,} bytes",
                f"a template has at most {LONGEST:,}",
            )
        try:
            text = even(data.decode())
        except UnicodeDecodeError:
            message = f"the template `{name}` is not UTF-8 text"
            raise NoTemplate(message, "save it as UTF-8") from None
        return Source(text, digest_bytes(text.encode()))

    def _inside(self, name: str) -> Path:
        """Return the file of a name, which no link and no `..` leads elsewhere."""
        if self.folder is None:
            message = f"no template named `{name}`: there is no templates folder"
            raise NoTemplate(message, absent=True)
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or set(name) & set("\0\\:") or name[:1] == "/":
            message = f"`{name}` is no name in the templates folder"
            raise NoTemplate(message, "name a file below `templates:`")
        path = self.folder.joinpath(*parts)
        try:
            real = path.resolve(strict=True)
            inside = real.is_relative_to(self.folder.resolve())
        except (OSError, RuntimeError):
            raise self._absent(name) from None
        if not inside:
            message = f"the template `{name}` is a link out of the templates folder"
            raise NoTemplate(message)
        if not real.is_file():
            raise self._absent(name)
        return real

    def _absent(self, name: str) -> NoTemplate:
        hint = nearest(name, self.names())
        return NoTemplate(f"no template named `{name}`", hint, absent=True)
