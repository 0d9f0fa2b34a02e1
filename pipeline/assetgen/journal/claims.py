"""This file is why a request cannot be claimed: somebody else, or a doubt, holds it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.errors import StillRunning, Undecided
from assetgen.journal.owner import is_gone
from assetgen.journal.states import GONE, State

if TYPE_CHECKING:
    from assetgen.journal.states import Intent


class Claimed(StillRunning):
    """Another build is buying this very request, or has bought it meanwhile."""

    def __init__(self, intent: Intent) -> None:
        done = intent.state is State.DONE
        super().__init__(
            f"`{intent.asset}` of `{intent.project}` "
            f"{'has bought' if done else 'is buying'} the same request",
            hint="run build again to use its picture",
        )
        self.intent = intent


class Unsettled(Undecided):
    """Money went, or may have gone, into this request; only a person goes on."""

    def __init__(self, intent: Intent) -> None:
        gone = intent.state in GONE
        super().__init__(
            f"this request is {intent.state} since an earlier build"
            f"{f': {intent.why}' if intent.why else ''}",
            hint=f"`assetgen build --rebuy {intent.asset}` buys it again"
            if gone
            else f"`assetgen resolve {intent.asset}` settles it",
        )
        self.intent = intent


def in_doubt(intent: Intent) -> bool:
    """Return whether nobody knows, or will come to know, if it was bought.

    What a dead process was sending is in doubt before the journal says so.
    """
    cut_off = intent.state is State.SENDING and is_gone(intent.owner)
    return cut_off or intent.state is State.AMBIGUOUS
