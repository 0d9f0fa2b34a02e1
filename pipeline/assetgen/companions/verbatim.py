"""This file is the composer `verbatim`: a text of the user's own, as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assetgen.companions.listed import Subject
    from assetgen.steps import Companion


def verbatim(companion: Companion, options: object, subject: Subject) -> str:
    """Return the text; options are `{"text": …}`."""
    del companion, subject
    if not isinstance(options, dict):
        raise TypeError(options)
    return str(options["text"])
