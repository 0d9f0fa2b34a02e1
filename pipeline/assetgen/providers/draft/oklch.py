"""This file is colour as the eye sees it: OKLCH, and ramps of one colour in light.

A colour is lightness 0…1, chroma 0…0.4 and hue in degrees, so that two colours with the
same numbers look equally light and equally strong. The matrices are Björn Ottosson's
(https://bottosson.github.io/posts/oklab/).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

RGB = tuple[int, int, int]

# A yellow in shadow turns orange and not green; no other hue needs such a push.
_YELLOW = 100.0
_SLACK = 0.002  # of a channel: less than half a step of 255


@dataclass(frozen=True, slots=True)
class Tint:
    """One colour: `light` 0…1, `chroma` 0…0.4, `hue` in degrees."""

    light: float
    chroma: float
    hue: float

    def at(self, light: float, chroma: float | None = None) -> Tint:
        """Return the same hue at another lightness and, perhaps, chroma."""
        return replace(
            self, light=light, chroma=self.chroma if chroma is None else chroma
        )

    def turned(self, degrees: float) -> Tint:
        """Return the colour with its hue turned."""
        return replace(self, hue=(self.hue + degrees) % 360)

    def mixed(self, other: Tint, share: float) -> Tint:
        """Return a mixture with `share` of the other colour, straight through OKLab."""
        ours, theirs = _axes(self), _axes(other)
        a, b = (p + (q - p) * share for p, q in zip(ours, theirs, strict=True))
        light = self.light + (other.light - self.light) * share
        return Tint(light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)

    def apart(self, other: Tint) -> float:
        """Return how different two colours look; 0.02 is just noticed."""
        ours, theirs = _axes(self), _axes(other)
        return math.hypot(self.light - other.light, *map(float.__sub__, ours, theirs))

    @property
    def rgb(self) -> RGB:
        """Return it in sRGB, its chroma lowered as far as a screen needs."""
        return _rgb(self)


def tint(rgb: RGB) -> Tint:
    """Return an sRGB colour as a `Tint`."""
    red, green, blue = (_linear(level / 255) for level in rgb)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    light = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return Tint(light, math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360)


def of_hex(text: str) -> Tint:
    """Return the colour of ``#RGB`` or ``#RRGGBB``."""
    digits = text.removeprefix("#")
    if len(digits) == len("RGB"):
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = bytes.fromhex(digits)
    return tint((red, green, blue))


def ramp(base: Tint, contrast: float = 1.0) -> tuple[RGB, ...]:
    """Return 256 colours: the base as it looks from deep shade (0) to full light (255).

    The base itself stands in the middle. Shade is cooler and light is warmer, as under
    a lamp; a contrast of 0 is the base everywhere.
    """
    return _ramp(base, round(contrast, 3))


@lru_cache(maxsize=256)
def _ramp(base: Tint, contrast: float) -> tuple[RGB, ...]:
    lit = [_lit(base, contrast, step / 16) for step in range(-16, 17)]
    # Light and shade meet in the base; unless rounded off, that is a visible crease.
    for _ in range(3):
        inner = zip(lit, lit[1:], lit[2:], strict=False)
        lit = [lit[0], *(a.mixed(c, 0.5).mixed(b, 0.4) for a, b, c in inner), lit[-1]]
    return blend(lit)


def _lit(base: Tint, contrast: float, amount: float) -> Tint:
    """Return the base at -1 (shade) … 1 (light)."""
    away = math.sin(math.radians(base.hue - _YELLOW))
    near_yellow = max(0.0, math.cos(math.radians(base.hue - _YELLOW)))
    if amount < 0:
        depth = -amount * contrast
        turn = 15 * depth * (away - 1.6 * near_yellow)
        # A pale thing stays pale in the shade; it takes on colour instead of soot.
        fall = 0.4 - 0.2 * min(1.0, max(0.0, (base.light - 0.72) / 0.22))
        chroma = (
            base.chroma * (1 - 0.05 * depth)
            + max(0.0, 0.07 - base.chroma) * 0.8 * depth
        )
        return Tint(base.light * (1 - fall * depth), chroma, (base.hue + turn) % 360)
    lift = min(1.0, amount * contrast)
    eased = lift * (0.7 + 0.3 * lift)
    light = base.light + (0.985 - base.light) * 0.84 * eased
    chroma = base.chroma * (1 - 0.8 * eased)
    return Tint(light, chroma, (base.hue - 8 * lift * away) % 360)


def blend(stops: list[Tint], count: int = 256) -> tuple[RGB, ...]:
    """Return `count` colours that run evenly through some stops."""
    found, last = [], len(stops) - 1
    for step in range(count):
        place = step / (count - 1) * last
        left = min(int(place), last - 1)
        found.append(stops[left].mixed(stops[left + 1], place - left).rgb)
    return tuple(found)


def _axes(color: Tint) -> tuple[float, float]:
    angle = math.radians(color.hue)
    return color.chroma * math.cos(angle), color.chroma * math.sin(angle)


@lru_cache(maxsize=4096)
def _rgb(color: Tint) -> RGB:
    light = min(max(color.light, 0.0), 1.0)
    low, high = 0.0, color.chroma
    found = _channels(color.at(light))
    if not _shown(found):
        for _ in range(10):
            middle = (low + high) / 2
            found = _channels(color.at(light, middle))
            low, high = (middle, high) if _shown(found) else (low, middle)
        found = _channels(color.at(light, low))
    red, green, blue = (round(255 * min(max(level, 0.0), 1.0)) for level in found)
    return red, green, blue


def _shown(channels: tuple[float, ...]) -> bool:
    return all(-_SLACK <= level <= 1 + _SLACK for level in channels)


def _channels(color: Tint) -> tuple[float, float, float]:
    a, b = _axes(color)
    long = (color.light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (color.light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (color.light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        _gamma(4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short),
        _gamma(-1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short),
        _gamma(-0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short),
    )


def _linear(level: float) -> float:
    small = 0.04045
    return level / 12.92 if level <= small else math.pow((level + 0.055) / 1.055, 2.4)


def _gamma(level: float) -> float:
    small = 0.0031308
    if level <= small:
        return 12.92 * level
    return 1.055 * math.pow(level, 1 / 2.4) - 0.055
