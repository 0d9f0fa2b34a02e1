"""This file is what Git LFS leaves where a file should be: a pointer to its bytes.

The format is https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md: at most 1024
bytes, the version first, then sorted keys, among them ``oid sha256:…``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.errors import OutOfDate

if TYPE_CHECKING:
    from pathlib import Path

BEGINNING = b"version https://git-lfs.github.com/spec/"
LONGEST = 1024  # bytes
PULL = "run `git lfs pull`"


def pointed(data: bytes) -> str | None:
    """Return the digest that a Git LFS pointer names, None if it is no pointer."""
    plain = data.replace(b"\r\n", b"\n") if len(data) <= LONGEST else b""
    if not plain.startswith(BEGINNING + b"v1\n"):
        return None
    for line in plain.decode("utf-8", "replace").splitlines():
        if line.startswith("oid sha256:"):
            return line.removeprefix("oid sha256:").strip()
    return ""


def is_pointer(path: Path) -> bool:
    """Return whether a pointer, of any version, stands where a file should."""
    try:
        with path.open("rb") as file:
            return file.read(len(BEGINNING)) == BEGINNING
    except OSError:
        return False


def pointer(path: str) -> OutOfDate:
    """Return what to raise for a Git LFS pointer where a file should be."""
    message = f"`{path}` is a Git LFS pointer, not the file itself"
    return OutOfDate(message, hint=PULL)
