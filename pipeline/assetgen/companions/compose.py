"""This file is the list of composers: who writes which text, as UTF-8 bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assetgen.companions.fill import filled
from assetgen.companions.picture import picture
from assetgen.companions.sidecar import sidecar
from assetgen.companions.verbatim import verbatim

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assetgen.companions.listed import Subject
    from assetgen.steps import Companion

    Composer = Callable[[Companion, object, Subject], str]

COMPOSERS: Mapping[str, Composer] = {
    "fill": filled,
    "picture": picture,
    "sidecar": sidecar,
    "verbatim": verbatim,
}


def compose(companion: Companion, subject: Subject) -> bytes:
    """Return the bytes of a companion; they end with a line feed."""
    write = COMPOSERS[companion.composer]
    text = write(companion, json.loads(companion.options), subject)
    return (text.rstrip("\n") + "\n").encode()
