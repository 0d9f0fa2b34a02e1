"""This file is how far each pixel has departed from the colour of the ground.

Along an edge the departure is linear in alpha: half covered, half departed, whatever
the colours. So alpha there is one division.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import ImageChops, ImageFilter

from assetgen.images.cutout.planes import blank, grow, level_at, mapped

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

# A channel of the ground darker than this says nothing about how much light is gone.
DIM = 64

# Departures of the border beyond this are a subject that touches it, not noise.
LOUDEST = 24
QUIET_SHARE = 0.995


@dataclass(frozen=True, slots=True)
class Departure:
    """How far pixels are from the ground, each a plane.

    Attributes:
        total: In any direction.
        dark: As a loss of light: the alpha of a black shadow.
        hue: How unequal that loss is in the channels, and any gain; 0 in a shadow.
    """

    total: Picture
    dark: Picture
    hue: Picture

    def coloured(self, noise: int) -> Picture:
        """Return by how much each pixel is too coloured to be shadow, 0 if it is not.

        Light bounced from the subject tints a shadow, the more the deeper it is.
        """
        most = mapped(self.dark, lambda v: 8 + noise + min(v // 3, 32))
        return ImageChops.subtract(self.hue, most)


def departure(picture: Picture, ground: tuple[int, int, int]) -> Departure:
    """Return how far the pixels of an RGB picture are from one colour."""
    loss: list[int] = []
    gain: list[int] = []
    for level in ground:
        # Bounded from below, so that noise on a dark ground, or above a white one,
        # does not count many times over. Above the bound, a loss is a share of light.
        down, up = max(level, DIM), max(255 - level, 128)
        loss += [max(0, round(255 * (level - v) / down)) for v in range(256)]
        gain += [max(0, round(255 * (v - level) / up)) for v in range(256)]
    losses = picture.point(loss).split()
    gained = _lightest(*picture.point(gain).split())
    dark = _lightest(*losses)
    least: Picture | None = None
    for plane, level in zip(losses, ground, strict=True):
        if level >= DIM:
            least = plane if least is None else ImageChops.darker(least, plane)
    uneven = ImageChops.subtract(dark, least or blank(dark))
    return Departure(
        total=ImageChops.lighter(dark, gained),
        dark=dark,
        hue=ImageChops.lighter(uneven, gained),
    )


def departure_in_shadow(
    picture: Picture, ground: tuple[int, int, int], depth: Picture
) -> Picture:
    """Return how far pixels are from the ground with a shadow of that depth on it."""
    lit = ImageChops.invert(depth)
    bands = zip(picture.split(), ground, strict=True)
    return _lightest(
        *(
            ImageChops.difference(
                band, lit.point([v * level // 255 for v in range(256)])
            )
            for band, level in bands
        )
    )


def border_noise(picture: Picture, ground: tuple[int, int, int]) -> int:
    """Return the departure that means nothing: what nearly all of the border has."""
    width, height = picture.size
    strips = (
        (0, 0, width, 3),
        (0, height - 3, width, height),
        (0, 0, 3, height),
        (width - 3, 0, width, height),
    )
    histograms = [
        departure(picture.crop(strip), ground).total.histogram() for strip in strips
    ]
    counts = [sum(each[level] for each in histograms) for level in range(LOUDEST + 1)]
    below = 0
    for level, count in enumerate(counts):
        below += count
        if below >= QUIET_SHARE * sum(counts):
            return level
    return LOUDEST


def ringing(total: Picture, ground: Picture) -> int:
    """Return the departure that lossy compression leaves beside the subject.

    It is what changes from pixel to pixel there; a shadow does not. `ground` is the
    mask of what is not subject.
    """
    subject = ImageChops.invert(ground)
    beside = ImageChops.subtract(grow(subject, 6), grow(subject, 2))
    detail = ImageChops.difference(total, total.filter(ImageFilter.BoxBlur(1)))
    return min(20, 2 * level_at(detail, beside, 0.95))


def _lightest(a: Picture, b: Picture, c: Picture) -> Picture:
    return ImageChops.lighter(ImageChops.lighter(a, b), c)
