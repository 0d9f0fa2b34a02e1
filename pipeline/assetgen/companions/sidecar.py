"""This file is the composer `sidecar`: what a file's pictures say, beside that file.

For files into which no reader of XMP looks. It is the very packet of the pictures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assetgen.companions.listed import Subject
    from assetgen.steps import Companion


def sidecar(companion: Companion, options: object, subject: Subject) -> str:
    """Return the packet; raises ValueError if there is nothing to say."""
    del companion, options
    if not subject.packet:
        message = f"nobody says how the pictures of {subject.asset} were made"
        raise ValueError(message)
    return subject.packet
