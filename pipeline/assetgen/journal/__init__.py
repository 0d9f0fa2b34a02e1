"""This folder is the journal: every purchase as facts, written before it happens."""

from __future__ import annotations

from assetgen.journal.claims import Claimed, Unsettled
from assetgen.journal.journal import Journal
from assetgen.journal.states import Decision, Event, IllegalMove, Intent, State

__all__ = [
    "Claimed",
    "Decision",
    "Event",
    "IllegalMove",
    "Intent",
    "Journal",
    "State",
    "Unsettled",
]
