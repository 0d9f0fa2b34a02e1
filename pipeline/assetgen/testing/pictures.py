"""This file is a painter for tests: real pictures, quickly, always the same.

The looks: ``subject`` is a soft-shaded ball on a plain ground, ``cutout`` the same ball
with true alpha around it, ``glass`` a ball that the ground shows through, ``scene`` a
gradient from edge to edge; ``blank`` is one colour and nothing else. Every `seed` gives
other bytes.
"""

from __future__ import annotations

import hashlib
import io
import re
from functools import lru_cache
from typing import Literal

from PIL import Image, ImageChops, ImageDraw, ImageFilter

Look = Literal["subject", "cutout", "glass", "scene", "blank"]
Colour = tuple[int, int, int]

WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)
# Drawn at most this large and then scaled: speed, and soft edges for nothing.
EASEL = 512
SEAL_CELLS = 36
FAINT = 6


def colours_of(text: str) -> tuple[Colour, Colour]:
    """Return the first two hex colours of a text, or two that its hash picks."""
    found = [_rgb(digits) for digits in re.findall(r"#([0-9a-fA-F]{6})\b", text)]
    hashed = hashlib.sha256(text.encode()).hexdigest()
    found += [_rgb(hashed[at : at + 6]) for at in (0, 6)]
    return found[0], found[1]


def look_of(prompt: str, *, transparent: bool = False) -> Look:
    """Return the look that a prompt asks for."""
    if transparent:
        return "cutout"
    if re.search(r"\bglass\b", prompt, re.IGNORECASE):
        return "glass"
    alone = re.search(
        r"isolated|(white|plain|solid) (back)?ground", prompt, re.IGNORECASE
    )
    return "subject" if alone else "scene"


@lru_cache(maxsize=256)
def picture(  # noqa: PLR0913  what can be ordered of a painter
    size: tuple[int, int],
    look: Look = "scene",
    colours: tuple[Colour, Colour] = ((37, 99, 235), (245, 158, 11)),
    file_format: str = "PNG",
    seed: str = "",
    *,
    ground: Colour | None = WHITE,
) -> bytes:
    """Return a picture as the bytes of a PNG, JPEG or WEBP file.

    Args:
        size: Width and height in pixels.
        look: What is on it.
        colours: The subject's, or the two ends of the scene.
        file_format: Pillow's name of the format.
        seed: Any text; other seeds give other bytes.
        ground: What `subject` and `glass` stand on; None for their true alpha.
    """
    scale = min(1.0, EASEL / max(size))
    small = (max(1, round(size[0] * scale)), max(1, round(size[1] * scale)))
    drawn = _draw(small, look, colours, seed, ground)
    drawn = drawn.resize(size, Image.Resampling.BILINEAR)
    if file_format == "JPEG":
        drawn = drawn.convert("RGB")
    into = io.BytesIO()
    if file_format == "PNG":
        drawn.save(into, "PNG", compress_level=1)
    elif file_format == "WEBP":
        drawn.save(into, "WEBP", quality=80, method=0)
    else:
        drawn.save(into, file_format, quality=90)
    return into.getvalue()


def _draw(
    size: tuple[int, int],
    look: Look,
    colours: tuple[Colour, Colour],
    seed: str,
    ground: Colour | None,
) -> Image.Image:
    if look == "blank":
        return Image.new("RGB", size, colours[0])
    if look == "scene":
        ramp = Image.linear_gradient("L").rotate(90).resize(size)
        scene = Image.composite(
            Image.new("RGB", size, colours[1]), Image.new("RGB", size, colours[0]), ramp
        )
        return _sealed(scene, seed)
    mask = Image.new("L", size, 0)
    ImageDraw.Draw(mask).ellipse(_middle(size), fill=255)
    mask = mask.filter(ImageFilter.BoxBlur(1))
    ball = _sealed(_ball(size, colours[0]), seed)
    if look == "glass":
        mask = ImageChops.multiply(mask, _thickness(size))
    if look == "cutout" or ground is None:
        ball.putalpha(mask)
        return ball
    return Image.composite(ball, Image.new("RGB", size, ground), mask)


def _thickness(size: tuple[int, int]) -> Image.Image:
    """Return how opaque glass is: a firm core, and clear around it."""
    wide = Image.new("L", size, 140)
    left, top, right, bottom = _middle(size)
    across, down = (right - left) / 4, (bottom - top) / 4
    core = (left + across, top + down, right - across, bottom - down)
    ImageDraw.Draw(wide).ellipse(core, fill=255)
    return wide.filter(ImageFilter.BoxBlur(2))


def _ball(size: tuple[int, int], colour: Colour) -> Image.Image:
    """Return a ground lit from the middle: the colour there, half of it outside."""
    dark: Colour = (colour[0] // 2, colour[1] // 2, colour[2] // 2)
    light = Image.radial_gradient("L").resize(size)
    return Image.composite(
        Image.new("RGB", size, dark), Image.new("RGB", size, colour), light
    )


def _middle(size: tuple[int, int]) -> tuple[float, float, float, float]:
    width, height = size
    radius = min(width, height) * 0.36
    return (
        width / 2 - radius,
        height / 2 - radius,
        width / 2 + radius,
        height / 2 + radius,
    )


def _sealed(image: Image.Image, seed: str) -> Image.Image:
    """Return the picture with a faint pattern in its middle that only the seed makes.

    Two pictures of one prompt must be two files, as a real model's are.
    """
    if not seed:
        return image
    bits = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8])
    cell = max(1, min(image.size) // 40)
    left, top = image.width // 2 - 3 * cell, image.height // 2 - 3 * cell
    pen = ImageDraw.Draw(image)
    for at in range(SEAL_CELLS):
        if bits >> at & 1:
            x, y = left + at % 6 * cell, top + at // 6 * cell
            if not (0 <= x < image.width and 0 <= y < image.height):
                continue
            tone = tuple(
                _shift(part) for part in image.crop((x, y, x + 1, y + 1)).tobytes()
            )
            pen.rectangle((x, y, x + cell - 1, y + cell - 1), fill=tone)
    return image


def _shift(part: int) -> int:
    return part - FAINT if part > FAINT else part + FAINT


def _rgb(digits: str) -> Colour:
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)
