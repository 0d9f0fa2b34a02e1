"""This file is what a subject is made of: parts, each a shape of one material."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assetgen.providers.draft.shapes import Shape

# Which colour of the palette a part has.
Role = Literal["main", "second", "third", "pale", "deep", "soft", "leaf"]
Finish = Literal["clay", "metal", "glow"]


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a subject; later parts lie in front of earlier ones.

    Attributes:
        shape: Its outline, in units of the subject.
        role: Which colour of the palette it has.
        puff: How far in from the edge it is rounded, in the same units.
        thick: How far it is pulled out into depth.
        gloss: How strongly it mirrors the lamp, 0…1.
        shade: How strongly its shadow falls on what is behind it, 0…1.
        finish: Its material: matt clay, polished metal, or a light of its own.
        lift: Lightness added to its colour, to tell neighbours of one role apart.
    """

    shape: Shape
    role: Role = "main"
    puff: float = 0.16
    thick: float = 0.0
    gloss: float = 0.6
    shade: float = 0.45
    finish: Finish = "clay"
    lift: float = 0.0


Parts = list[Part]


def arranged(
    parts: Iterable[Part],
    size: float = 1.0,
    right: float = 0.0,
    down: float = 0.0,
    turn: float = 0.0,
) -> Parts:
    """Return parts turned, scaled and then moved as one thing."""

    def move(part: Part) -> Part:
        shape = part.shape.turned(turn) if turn else part.shape
        return replace(
            part,
            shape=shape.scaled(size).moved(right, down),
            puff=part.puff * size,
            thick=part.thick * size,
        )

    return [move(part) for part in parts]


def recast(parts: Iterable[Part], change: Callable[[Role], Role]) -> Parts:
    """Return parts in other colours of the palette."""
    return [replace(part, role=change(part.role)) for part in parts]
