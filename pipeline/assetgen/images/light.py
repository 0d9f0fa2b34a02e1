"""This file is resizing by light instead of by numbers, and a gentle sharpening.

A coded value is about the square root of the light it stands for. Averaged as they are,
the numbers make fine bright detail darker; averaged as light, a size looks like its
picture seen from farther away. (libvips and ImageMagick call it linear light.)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

    from assetgen.images.resize import Layout

STEPS = 65_535
GAP = 3.0  # how large a picture stays, in multiples, before the exact resampling
OPAQUE = 255.0
CRISP_UP_TO = 48  # pixels: what is larger needs no help
# A third of what a bell of this many pixels takes away: enough to be seen at 24 pixels,
# too little for a rim.
RADIUS, AMOUNT = 0.7, 0.35


def light_of(value: float) -> float:
    """Return the light behind a coded sRGB value, both 0 to 1 (IEC 61966-2-1)."""
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  the standard's numbers


def resized_by_light(image: Image, one: Layout) -> Image:
    """Return the part of an RGB or RGBA picture that a layout shows, at its size."""
    from PIL import Image  # noqa: PLC0415  # planning never pays for Pillow

    if one.scaled == image.size:
        left, top = one.crop
        return image.crop((left, top, left + one.shown[0], top + one.shown[1]))
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    cover = alpha.convert("F") if alpha else None
    thin = _shrunk(cover, image.size, one) if cover else None
    to_light = [light_of(value / 255) * STEPS for value in range(256)]
    bands = []
    for name in "RGB":
        light = image.getchannel(name).point(to_light, "F")
        if cover is None or thin is None:
            bands.append(_coded(_shrunk(light, image.size, one)))
        else:
            weighted = _product(light, cover, 1 / OPAQUE)
            bands.append(_coded(_quotient(_shrunk(weighted, image.size, one), thin)))
    if thin is not None:
        bands.append(_rounded(thin).convert("L"))
    return Image.merge("RGBA" if thin else "RGB", bands)


def crisp(image: Image) -> Image:
    """Return a small picture a little sharper; its outline stays as it is."""
    from PIL import Image, ImageFilter  # noqa: PLC0415  # planning never pays for Pillow

    if max(image.size) > CRISP_UP_TO:
        return image
    bell = ImageFilter.GaussianBlur(RADIUS)
    if image.mode == "RGB":
        return Image.blend(image.filter(bell), image, 1 + AMOUNT)
    # Blurred with its alpha multiplied in: what is beyond the outline has no colour.
    soft = image.convert("RGBa").filter(bell).convert("RGBA").convert("RGB")
    made = Image.blend(soft, image.convert("RGB"), 1 + AMOUNT)
    made.putalpha(image.getchannel("A"))
    return made


def _shrunk(plane: Image, size: tuple[int, int], one: Layout) -> Image:
    from PIL.Image import Resampling  # noqa: PLC0415  # planning never pays for Pillow

    across, down = size[0] / one.scaled[0], size[1] / one.scaled[1]
    left, top = one.crop
    box = (
        left * across,
        top * down,
        min((left + one.shown[0]) * across, size[0]),
        min((top + one.shown[1]) * down, size[1]),
    )
    return plane.resize(one.shown, Resampling.LANCZOS, box=box, reducing_gap=GAP)


def _code(light: float) -> float:
    """Return the coded value of some light, both 0 to 1."""
    return light * 12.92 if light <= 0.0031308 else 1.055 * light ** (1 / 2.4) - 0.055  # noqa: PLR2004  the standard's numbers


def _coded(plane: Image) -> Image:
    """Return a plane of light (F, 0 to STEPS) as coded values of eight bits."""
    table = [int(255 * _code(value / STEPS) + 0.5) for value in range(STEPS + 1)]
    return _rounded(plane).point(table, "L")


def _rounded(plane: Image) -> Image:
    """Return a plane (F) in whole numbers, what overshoots cut off."""
    from PIL import ImageMath  # noqa: PLC0415  # planning never pays for Pillow

    found: Image = ImageMath.lambda_eval(
        lambda args: args["convert"](
            args["min"](args["max"](args["plane"] + 0.5, 0), STEPS), "I"
        ),
        plane=plane,
    )
    return found


def _product(one: Image, other: Image, share: float) -> Image:
    from PIL import ImageMath  # noqa: PLC0415  # planning never pays for Pillow

    found: Image = ImageMath.lambda_eval(
        lambda args: args["one"] * args["other"] * share, one=one, other=other
    )
    return found


def _quotient(plane: Image, alpha: Image) -> Image:
    """Return a weighted plane without its weight; what is transparent stays black."""
    from PIL import ImageMath  # noqa: PLC0415  # planning never pays for Pillow

    found: Image = ImageMath.lambda_eval(
        lambda args: args["plane"] * OPAQUE / args["max"](args["alpha"], 0.5),
        plane=plane,
        alpha=alpha,
    )
    return found
