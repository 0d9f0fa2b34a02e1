"""This file is the end of a build: what nobody asks for goes, and lists are written."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError
from assetgen.events import Noted, Removed
from assetgen.files import unwritable
from assetgen.outcomes import LEFT_ALONE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from assetgen.emission import Emission
    from assetgen.events import Listener
    from assetgen.knowledge import Knowledge
    from assetgen.plan import Removal


class Ending:
    """What is done once every asset has ended.

    Args:
        removals: The published files that nobody asks for any more.
        emission: What other programs get beside the pictures, None for nothing.
        knowledge: Its indexes are written.
        shown: Output name → what stands before its paths in messages.
    """

    def __init__(
        self,
        removals: Iterable[Removal],
        emission: Emission | None,
        knowledge: Knowledge,
        shown: Mapping[str, str],
    ) -> None:
        self._removals = tuple(removals)
        self._emission = emission
        self._knowledge = knowledge
        self._shown = shown

    def close(self, tell: Listener, *, early: bool) -> list[AssetgenError]:
        """Remove what is not asked for, write the indexes, return what that met.

        `early` is a build that was interrupted: it removes nothing.
        """
        troubles: list[AssetgenError] = []
        steps: list[Callable[[], None]] = [
            index.write for index in self._knowledge.indexes.values()
        ]
        if not early:
            steps = [lambda: self._remove(tell), self._hand_off, *steps]
        for step in steps:
            try:
                step()
            except OSError as error:
                troubles.append(unwritable(error, place_of(error)))
            except AssetgenError as error:
                troubles.append(error)
        return troubles

    def _hand_off(self) -> None:
        """Write what other programs get, where anybody asks for it or did."""
        indexes = self._knowledge.indexes.values()
        if self._emission or any(any(index.emitted()) for index in indexes):
            from assetgen.handoff import HandOff  # noqa: PLC0415 - most builds have none

            HandOff(self._emission, self._knowledge).write()

    def _remove(self, tell: Listener) -> None:
        """Remove what nobody asks for any more, unless a person has edited it."""
        for removal in self._removals:
            index = self._knowledge.indexes[removal.output]
            index.withdraw(removal.path, delete=not removal.edited)
            shown = f"{self._shown[removal.output]}{removal.path}"
            if removal.edited:
                tell(Noted("", f"`{shown}` is not ours any more: {LEFT_ALONE}"))
            else:
                tell(Removed(shown))


def place_of(error: OSError) -> Path:
    """Return the file that an error of the disk is about, as far as it says."""
    return Path(os.fsdecode(error.filename or "the disk"))
