"""This file is a subject in a studio: on a podium, before a wall in its own colours."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter

from assetgen.providers.draft import backdrop
from assetgen.providers.draft.paint import Canvas, Spot
from assetgen.providers.draft.parts import Part
from assetgen.providers.draft.shapes import box, oval

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.providers.draft.oklch import Tint
    from assetgen.providers.draft.palette import Palette
    from assetgen.providers.draft.parts import Parts, Role
    from assetgen.providers.draft.view import View

_FLOATS = 0.34  # how high over its podium, in units of the subject
_STEPS = ((1.62, 0.2, 0.26), (1.2, 0.0, 0.2))  # half breadth, drop and height of each


def studio(view: View, parts: Parts, *, stands: bool) -> Picture:
    """Return a subject that stands on a podium, or floats over it."""
    wall, floor = _walls(view)
    width, height = view.size
    spot = Spot(width * view.middle, height * 0.43, view.unit * 0.27)
    room = Canvas(_room(view, wall, floor), replace(view.palette, main=floor))
    lowest = max((part.shape.box for part in parts), key=lambda found: found[3])
    top = lowest[3] if stands else lowest[3] + _FLOATS
    _podium(room, spot, top, view.palette)
    reach = (lowest[2] - lowest[0]) * 0.56 if stands else 0.62
    foot = replace(spot, x=spot.x + spot.unit * 0.05, y=spot.y + spot.unit * top)
    _shadow(room.picture, foot, reach, view.palette.shadow, 0.5)
    stage = Canvas(room.picture, view.palette)
    _beads(stage, spot, view)
    stage.paint(parts, spot)
    return stage.picture


def _walls(view: View) -> tuple[Tint, Tint]:
    """Return the colours of wall and floor: the asked ground's, else the palette's."""
    main, ground = view.palette.main, view.palette.ground
    if (ground.light, ground.chroma) != (1.0, 0.0):
        return ground, ground.at(ground.light - 0.04)
    if view.dark:
        chroma = min(0.1, main.chroma)
        return main.at(0.3, chroma), main.at(0.25, chroma * 0.9)
    return main.at(0.895, min(0.06, main.chroma)), main.at(
        0.865, min(0.07, main.chroma)
    )


def _room(view: View, wall: Tint, floor: Tint) -> Picture:
    """Return an empty studio, lit from behind the subject and from the right."""
    upper, lower = wall.at(wall.light - 0.02), floor.at(floor.light - 0.04)
    stops = [upper, wall, wall, floor, lower]
    small = backdrop.sky(backdrop.small_size(view.size), stops)
    second = view.palette.second
    warm = second.at(wall.light + 0.02, min(0.1, second.chroma))
    backdrop.glow(small, (view.middle + 0.34, 0.05), 0.6, warm, 0.6)
    lit = wall.at(min(0.985, wall.light + 0.09), wall.chroma * 0.5)
    backdrop.glow(small, (view.middle, 0.4), 0.42, lit, 0.85)
    return backdrop.enlarged(small, view.size)


def _podium(room: Canvas, spot: Spot, top: float, palette: Palette) -> None:
    """Build two round steps whose upper one ends at `top`."""
    under = replace(spot, y=spot.y + spot.unit * (top + 0.62))
    _shadow(room.picture, under, 1.9, palette.shadow, 0.3)
    for across, drop, tall in _STEPS:
        upper, down = top + drop, across * 0.2
        lower = upper + tall
        side = box(-across, upper, across, lower) + oval(0, lower, across, down)
        face = oval(0, upper, across, down)
        wall = Part(side, puff=0.3, gloss=0, shade=0, lift=-0.03)
        plate = Part(face, puff=0.03, gloss=0.25, shade=0, lift=0.04)
        room.paint([wall, plate], spot)


def _beads(stage: Canvas, spot: Spot, view: View) -> None:
    """Set a few balls about the stage, which give it depth."""
    random = view.random
    roles: tuple[Role, ...] = ("second", "third", "main")
    for side in (-1, -1, 1, 1):
        reach = random.uniform(0.08, 0.2)
        room = spot.x if side < 0 else view.size[0] - spot.x
        x = side * min(room / spot.unit - reach - 0.08, random.uniform(1.25, 1.75))
        ball = oval(x, random.uniform(-0.9, 0.75), reach)
        bead = Part(ball, random.choice(roles), puff=reach * 0.6, gloss=0.8)
        stage.paint([bead], spot)


def _shadow(
    picture: Picture, spot: Spot, reach: float, color: Tint, share: float
) -> None:
    """Let a soft shadow lie on the floor, `reach` units to each side."""
    across, down = reach * spot.unit, reach * spot.unit * 0.24
    margin = down * 1.6
    width, height = round(2 * (across + margin)), round(2 * (down + margin))
    factor = max(1, width // 200)
    small = Image.new("L", (max(4, width // factor), max(4, height // factor)))
    inner = [margin, margin, width - margin, height - margin]
    ellipse = [edge / factor for edge in inner]
    ImageDraw.Draw(small).ellipse(ellipse, fill=round(255 * share))
    soft = small.filter(ImageFilter.GaussianBlur(down * 0.5 / factor))
    full = soft.resize((width, height), Image.Resampling.BICUBIC)
    picture.paste(
        color.rgb, (round(spot.x - width / 2), round(spot.y - height / 2)), full
    )
