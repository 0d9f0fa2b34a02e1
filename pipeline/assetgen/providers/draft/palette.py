"""This file is the palette of one picture: few colours, in harmony, with roles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assetgen.providers.draft.oklch import Tint, of_hex

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from assetgen.providers.draft.parts import Role

# What is drawn when nobody names a colour: pairs that need no third opinion.
_HOUSE = (
    ("#6D5EF6", "#FF9E7A", "#7FD8E8"),
    ("#2F7DF6", "#7FE0D0", "#FFC46B"),
    ("#F2668B", "#FFB56B", "#8F7BF2"),
    ("#12A58C", "#F7C65B", "#5B8DEF"),
    ("#F0803C", "#F25C7A", "#F9C66B"),
    ("#8A5CF0", "#F28BC2", "#6FB8F5"),
    ("#1F8FB8", "#F59A76", "#8ADBC8"),
    ("#4458D8", "#9AA8FF", "#FFB088"),
)
_GREY = 0.025  # less chroma than this has no hue to speak of
_DAYLIGHT = 265.0
_SICKLY = (98, 138)  # yellow-greens that nobody asked for
_ALL = 3
_CLEAR = 0.16  # further from the ground than this, a thing is seen at a glance
_TWIN = 0.08  # closer than this, two colours do the same work


_LEAF = Tint(0.68, 0.13, 155)  # what grows is green in every palette


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one picture.

    Attributes:
        main, second, third: What it is drawn in, the asked colours first.
        ground: What it stands on.
    """

    main: Tint
    second: Tint
    third: Tint
    ground: Tint

    def of(self, role: Role) -> Tint:
        """Return the colour of a part."""
        main = self.main
        light, chroma = main.light, main.chroma
        colors = {
            "main": main,
            "second": self.second,
            "third": self.third,
            "pale": main.at(0.955, min(0.022, chroma)),
            "soft": main.at(0.86, min(0.075, chroma * 0.6)),
            "deep": main.at(min(0.34, light * 0.62), min(0.1, chroma)),
            "leaf": _LEAF,
        }
        return colors[role]

    def glow(self, base: Tint) -> Tint:
        """Return what the room throws back on a part of some colour."""
        return base.mixed(self.second, 0.35).at(min(0.93, base.light + 0.22))

    @property
    def shadow(self) -> Tint:
        """Return the colour of shadows: never grey, never black."""
        return self.main.at(
            min(0.3, self.main.light * 0.5), min(0.11, self.main.chroma * 0.9)
        )


def harmony(asked: Sequence[Tint], ground: Tint | None, random: Random) -> Palette:
    """Return a palette of the asked colours, completed to what a picture needs."""
    chosen: list[Tint] = []
    for color in asked:
        if all(color.apart(other) > _TWIN for other in chosen):
            chosen.append(color)
    if not chosen:
        chosen = [of_hex(text) for text in random.choice(_HOUSE)]
    # A subject may be black or white if that is all there is; else it has a hue.
    chosen.sort(key=lambda color: color.chroma < _GREY)
    chosen = [_cooled(color) for color in chosen]
    main = chosen[0]
    second = chosen[1] if len(chosen) > 1 else _neighbour(main, 38)
    third = chosen[2] if len(chosen) >= _ALL else _neighbour(main, -28)
    return Palette(main, second, third, ground or Tint(1.0, 0.0, 0.0))


def _neighbour(color: Tint, turn: float) -> Tint:
    """Return a colour that goes with another: next to it on the wheel, lighter."""
    if color.chroma < _GREY:
        return color.at(min(0.9, max(0.45, 1.1 - color.light)))
    near = color.turned(turn)
    if _SICKLY[0] < near.hue < _SICKLY[1]:
        near = color.turned(-turn)
    return near.at(min(0.84, color.light + 0.1), min(0.16, color.chroma))


def _cooled(color: Tint) -> Tint:
    """Return a grey with the hue of daylight, which its shades will take on."""
    return replace(color, hue=_DAYLIGHT) if color.chroma < _GREY / 2 else color


def set_apart(palette: Palette) -> Palette:
    """Return a palette whose main colour can be told from a plain ground."""
    if palette.main.apart(palette.ground) > _CLEAR:
        return palette
    main, ground = palette.main, palette.ground
    light = ground.light - 0.15
    if light < main.light / 2:
        light = ground.light + 0.25
    chroma = max(main.chroma, 0.018)
    return replace(palette, main=Tint(light, chroma, main.hue))
