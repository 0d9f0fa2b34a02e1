"""This file is the way from a brief to the parts of its subject."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.providers.draft import carriers, desk, marks, things
from assetgen.providers.draft.lexicon import CARRIERS

if TYPE_CHECKING:
    from random import Random

    from assetgen.providers.draft.parts import Finish, Parts
    from assetgen.providers.draft.reading import Brief

# What a carrier carries when nobody says; a logo's mark is picked by chance.
_USUAL = {
    "coin": "five_star",
    "badge": "check",
    "shield": "check",
    "medal": "five_star",
}
_LOGOS = ("sparkle", "bolt", "leaf", "gem", "play", "drop", "moon")


def parts_of(brief: Brief, random: Random) -> Parts:
    """Return the parts of a brief's subject; a medallion if it names none."""
    pick = random.randrange(1 << 16)
    finish: Finish = "metal" if brief.metal else "clay"
    if brief.subject is None:
        return marks.medallion(pick)
    if brief.subject not in CARRIERS:
        return _thing(brief.subject)
    usual = _USUAL.get(brief.subject, _LOGOS[pick % len(_LOGOS)])
    build = getattr(carriers, brief.subject)
    made: Parts = build(_thing(brief.mark or usual), finish)
    return made


def _thing(name: str) -> Parts:
    shelf = next(shelf for shelf in (marks, things, desk) if hasattr(shelf, name))
    made: Parts = getattr(shelf, name)()
    return made
