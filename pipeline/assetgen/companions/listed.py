"""This file is what a composer may know: an asset and its published files."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


@dataclass(frozen=True, slots=True)
class Listed:
    """One published file that a text tells of, as the index has it.

    Attributes:
        path: Below the output, with ``/``.
        variant: As in the index: ``@2x``, ``master``, ``ios:light``.
        width, height: In pixels.
        size: The file's, in bytes.
        format: ``png``, ``webp``, …
        read: Returns the file's bytes, for what only pixels can tell.
    """

    path: str
    variant: str
    width: int
    height: int
    size: int
    sha256: str
    format: str
    read: Callable[[], bytes]

    @classmethod
    def of(cls, row: Mapping[str, object], read: Callable[[], bytes]) -> Listed:
        """Return what a text may know of a file, given its row in the index."""
        return cls(
            path=str(row["path"]),
            variant=str(row["variant"]),
            width=_number(row["width"]),
            height=_number(row["height"]),
            size=_number(row["bytes"]),
            sha256=str(row["sha256"]),
            format=str(row["format"]),
            read=read,
        )


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about.

    Attributes:
        path: Where the text itself is published, below the output.
        asset: The asset's name.
        alt: What a person who cannot see the picture should read.
        files: What it tells of, in the order asked for; what is not published (because
            a person put a file of their own in its place) is left out.
        packet: The XMP with which these files say how they were made, "" if they do
            not.
    """

    path: str
    asset: str
    alt: str | None
    files: tuple[Listed, ...]
    packet: str = ""

    def relative(self, path: str) -> str:
        """Return a path of the output as seen from the folder of the text."""
        return posixpath.relpath(path, posixpath.dirname(self.path) or ".")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
