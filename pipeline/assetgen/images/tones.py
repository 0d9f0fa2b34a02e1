"""This file is a picture in fewer colours: in grey, in grey for a tint, in white.

A tinted icon is grey on black, and the system multiplies a colour into it: what is dark
stays dark in any tint. Apple asks for one that is drawn so (Human Interface Guidelines,
App icons); one that is derived is brightened, or a dark blue would hardly be seen.
"""

from __future__ import annotations

from math import log
from typing import TYPE_CHECKING

from assetgen.errors import ImageError

if TYPE_CHECKING:
    from PIL.Image import Image

    from assetgen.steps import Tone

SOLID = 128  # of 255: what has less alpha says little about how bright a subject is
INK = 16  # of 255: what is darker is black on purpose, an eye or an outline
BRIGHTEST = 0.995  # of the subject is at most as bright as what becomes white
WANTED = 0.6  # how bright the mean of a tinted subject should be, black being 0
STEEPEST = 0.45  # the exponent that brightens most


def toned(image: Image, tone: Tone) -> Image:
    """Return an RGB or RGBA picture without colour, or in white alone.

    Raises ImageError for a picture in white that has no transparency.
    """
    from PIL import Image  # noqa: PLC0415  # planning never pays for Pillow

    if tone == "colour":
        return image
    if tone in {"grey", "tint"}:
        grey = image.convert("RGB").convert("L")
        alpha = image.getchannel("A") if image.mode == "RGBA" else None
        if tone == "tint":
            grey = grey.point(_brightening(grey, alpha))
        made = grey.convert("RGB")
        if alpha is not None:
            made.putalpha(alpha)
        return made
    if image.mode != "RGBA":
        raise ImageError(
            "a picture in white alone needs transparency, and this one has none",
            hint="cut it out with `removeBg: true`, or give a picture that is",
        )
    white = Image.new("RGBA", image.size, "white")
    white.putalpha(image.getchannel("A"))
    return white


def _brightening(grey: Image, alpha: Image | None) -> list[int]:
    """Return what each level of grey becomes; black stays black.

    The brightest of the subject becomes white; a subject that is dark in the mean is
    brightened by an exponent, a bright one is left as it is.
    """
    mask = alpha.point([0] * SOLID + [255] * (256 - SOLID)) if alpha else None
    counts = grey.histogram(mask)[:256]
    lit = counts[INK:]
    if not sum(lit):
        return list(range(256))
    white = _reached(counts, BRIGHTEST * sum(counts))
    mean = sum(min(level / white, 1) * n for level, n in enumerate(counts[INK:], INK))
    mean /= sum(lit)
    power = min(1.0, max(STEEPEST, log(WANTED) / log(min(mean, 0.999))))
    return [round(255 * min(level / white, 1.0) ** power) for level in range(256)]


def _reached(counts: list[int], wanted: float) -> int:
    """Return the level at which so many pixels are counted, at least `INK`."""
    seen = 0
    for level, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return max(level, INK)
    return 255
