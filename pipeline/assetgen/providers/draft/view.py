"""This file is what every scene is painted from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from assetgen.providers.draft.palette import Palette
    from assetgen.providers.draft.reading import Hour

_ASIDE = 0.2  # how far from the middle a subject stands that leaves space, of the width


@dataclass(frozen=True, slots=True)
class View:
    """One scene to be painted.

    Attributes:
        palette: Its colours.
        size: (width, height) in pixels.
        random: Where chance comes from; every use moves it on.
        hour: Its light.
        lean: Where its subject stands: -1 left, 0 in the middle, 1 right.
    """

    palette: Palette
    size: tuple[int, int]
    random: Random
    hour: Hour = "day"
    lean: int = 0

    @property
    def dark(self) -> bool:
        """Return whether it is night."""
        return self.hour == "night"

    @property
    def unit(self) -> float:
        """Return the shorter side in pixels."""
        return float(min(self.size))

    @property
    def middle(self) -> float:
        """Return where its subject stands, as a share of the width."""
        return 0.5 + _ASIDE * self.lean
