"""This file is the night sky: a cloud of light, stars, a planet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

from assetgen.providers.draft import backdrop
from assetgen.providers.draft.paint import Canvas, Spot
from assetgen.providers.draft.parts import Part
from assetgen.providers.draft.shapes import oval

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.providers.draft.oklch import Tint
    from assetgen.providers.draft.view import View

_OPPOSITE = 100  # degrees; colours further apart make mud where they flow together


def space(view: View, *, planet: bool) -> Picture:
    """Return a night full of stars, a cloud of light and, perhaps, a planet."""
    main, second = view.palette.main, view.palette.second
    apart = abs((main.hue - second.hue + 180) % 360 - 180)
    other = second if apart < _OPPOSITE else main.turned(30)
    deep = main.at(0.15, min(0.06, main.chroma))
    glows = main.at(0.24, min(0.1, main.chroma)), other.at(0.3, min(0.1, other.chroma))
    tones = [deep, glows[0], deep, glows[1], main.at(0.19, min(0.06, main.chroma))]
    small = backdrop.mesh(backdrop.small_size(view.size), tones, view.random)
    x, y = view.random.uniform(0.25, 0.75), view.random.uniform(0.25, 0.5)
    backdrop.glow(small, (x, y), 0.42, other.at(0.6, min(0.14, other.chroma)), 0.55)
    inner = main.at(0.75, min(0.12, main.chroma))
    backdrop.glow(small, (x + 0.1, y - 0.06), 0.25, inner, 0.5)
    picture = backdrop.enlarged(small, view.size)
    _stars(picture, main.at(0.97, 0.02), view)
    if planet:
        globe = Part(oval(0, 0, 1), puff=0.42, gloss=0.14, shade=0, lift=-0.2)
        side = view.size[0] * view.random.choice((0.12, 0.9))
        spot = Spot(side, view.size[1] * 1.06, view.unit * 0.62)
        Canvas(picture, view.palette, 0.8).paint([globe], spot)
    return picture


def _stars(picture: Picture, color: Tint, view: View) -> None:
    (width, height), random = view.size, view.random
    mask = Image.new("L", view.size)
    draw = ImageDraw.Draw(mask)
    unit = view.unit / 1000
    for _ in range(round(260 * max(width, height) / view.unit)):
        x, y = random.uniform(0, width), random.uniform(0, height)
        reach = unit * (0.5 + 1.5 * random.random() ** 4)
        box = (x - reach, y - reach, x + reach, y + reach)
        draw.ellipse(box, fill=random.randint(60, 255))
    soft = mask.filter(ImageFilter.GaussianBlur(max(0.5, unit * 0.4)))
    picture.paste(color.rgb, None, soft)
