"""This file is one picture into many files: decoded once, resized once a geometry.

Bytes in, bytes out; what comes out is a function of the source and of one rendition
alone, never of the other renditions that were asked for beside it.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Protocol, TypeVar

from assetgen.errors import ImageError
from assetgen.images.decode import Master, opaque_without_alpha
from assetgen.images.encode import encode
from assetgen.images.focus import focused
from assetgen.images.light import crisp, resized_by_light
from assetgen.images.passengers import shown_through, without_passengers
from assetgen.images.resize import layout, resized
from assetgen.images.sniff import sniff
from assetgen.images.subject import circle_of, in_circle, subject_mask
from assetgen.steps import OPAQUE_FORMATS, Rendition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PIL.Image import Image

    from assetgen.images.resize import Layout
    from assetgen.images.subject import Circle
    from assetgen.steps import Format, Tone

WHITE = "#FFFFFF"
CONVERTED_QUALITY = 95

T = TypeVar("T")
R = TypeVar("R")


class Mapper(Protocol):
    """What `map` does, in order; a thread pool's `map` does it on several threads."""

    def __call__(self, work: Callable[[T], R], over: Sequence[T], /) -> Iterable[R]:
        """Yield what `work` makes of each."""


@dataclass(frozen=True, slots=True)
class Derived:
    """One derived file: its bytes, its size in pixels and its format."""

    data: bytes
    width: int
    height: int
    format: Format


@dataclass(frozen=True, slots=True)
class _Drawing:
    """Pixels that wait to be encoded."""

    image: Image
    rendition: Rendition


def derive(
    data: bytes,
    renditions: Sequence[Rendition],
    *,
    finish: Callable[[bytes], bytes] | None = None,
    mapper: Mapper = map,
) -> list[Derived]:
    """Return the file of every rendition, in order.

    Args:
        data: The picture: png, jpg or webp.
        renditions: What is asked of it.
        finish: Applied to every file's bytes: what they say of their making. A limit
            in bytes holds for what it returns.
        mapper: Spreads the encoding; a pool's `map` helps one large picture, while
            many pictures do better on one thread each.

    Raises ImageError if the picture cannot be decoded, or one rendition not be made.
    """

    def encoded(drawing: _Drawing) -> Derived:
        made = encode(drawing.image, drawing.rendition, finish=finish)
        return Derived(made, *drawing.image.size, drawing.rendition.format)

    return list(mapper(encoded, _drawings(data, renditions)))


def as_format(data: bytes, wanted: Format) -> bytes:
    """Return a picture as a file of one format, png or jpg, and nothing beside it.

    One that is of this format already keeps its pixels as they are coded, unless they
    are shown turned or through a colour profile: then they are coded anew.
    """
    if sniff(data).format == wanted and not shown_through(data):
        with suppress(ImageError):  # odd enough to be coded anew
            return without_passengers(data)
    rendition = Rendition(format=wanted, quality=CONVERTED_QUALITY)
    return derive(data, [rendition])[0].data


def _drawings(data: bytes, renditions: Sequence[Rendition]) -> list[_Drawing]:
    """Return the pixels of every rendition; the picture is decoded once."""
    whole = Master.open(data)
    made: dict[int, _Drawing] = {}
    for trim in (False, True):
        chosen = [n for n, each in enumerate(renditions) if _trims(each, whole) is trim]
        if chosen:
            master = _trimmed(whole) if trim else whole
            drawn = _drawn(master, [renditions[n] for n in chosen])
            made.update(zip(chosen, drawn, strict=True))
    return [made[number] for number in range(len(renditions))]


def _trims(rendition: Rendition, master: Master) -> bool:
    """Return whether only the subject is taken: not of art that runs to the edges."""
    return rendition.trim and (master.has_alpha or not rendition.bleed)


def _trimmed(master: Master) -> Master:
    """Return the subject of a picture; raises ImageError if nobody can tell it."""
    mask = subject_mask(master.image)
    box = mask.getbbox() if mask else None
    if box is None:
        raise ImageError(
            "there is no subject to trim to: nothing is transparent, and the border is"
            " not of one colour",
            hint="cut it out with `removeBg: true`, or leave `trim` out",
        )
    return replace(master, image=opaque_without_alpha(master.image.crop(box)))


def _drawn(master: Master, renditions: Sequence[Rendition]) -> list[_Drawing]:
    """Return the pixels of every rendition; those that are alike share one picture."""
    layouts = _layouts(master, renditions)
    plain = [
        one
        for one, rendition in zip(layouts, renditions, strict=True)
        if not rendition.linear
    ]
    shown = resized(master.image, plain)
    canvases: dict[tuple[object, ...], Image] = {}
    drawings = []
    for one, rendition in zip(layouts, renditions, strict=True):
        ground, linear = _ground(rendition), rendition.linear
        key = (
            one,
            linear,
            rendition.sharpen,
            ground,
            rendition.tone,
            rendition.channel,
        )
        if key not in canvases:
            image = resized_by_light(master.image, one) if linear else shown[one]
            image = crisp(image) if rendition.sharpen else image
            canvas = _on_canvas(_toned(image, rendition.tone), one, ground)
            canvases[key] = canvas.convert("RGBA") if rendition.channel else canvas
        drawings.append(_Drawing(canvases[key], rendition))
    return drawings


def _layouts(master: Master, renditions: Iterable[Rendition]) -> list[Layout]:
    """Return where the picture goes in each; its subject is looked for once."""
    size, circle = master.image.size, None
    found = []
    for each in renditions:
        rendition = focused(master.image, each)
        if rendition.bleed and not master.has_alpha:
            whole = replace(rendition, fit="cover", padding=0.0, border=0)
            found.append(layout(size, whole))
        elif rendition.safe and master.has_alpha:
            circle = circle or circle_of(master.image.getchannel("A"))
            found.append(_safe(size, rendition, circle))
        else:
            found.append(layout(size, rendition))
    return found


def _safe(size: tuple[int, int], rendition: Rendition, circle: Circle | None) -> Layout:
    if circle is None:
        raise ImageError("there is nothing in this picture but transparency")
    return in_circle(size, rendition, circle)


def _toned(image: Image, tone: Tone) -> Image:
    """Return a picture without colour, or in white alone."""
    from PIL import Image  # noqa: PLC0415  # planning never pays for Pillow

    if tone == "colour":
        return image
    if tone == "grey":
        return (
            image.convert("LA").convert("RGBA")
            if image.mode == "RGBA"
            else (image.convert("L").convert("RGB"))
        )
    if image.mode != "RGBA":
        raise ImageError(
            "a picture in white alone needs transparency, and this one has none",
            hint="cut it out with `removeBg: true`, or give a picture that is",
        )
    white = Image.new("RGBA", image.size, "white")
    white.putalpha(image.getchannel("A"))
    return white


def _ground(rendition: Rendition) -> str | None:
    """Return the colour behind the picture, None to let it stand on nothing."""
    opaque = rendition.format in OPAQUE_FORMATS
    return rendition.background or (WHITE if opaque else None)


def _on_canvas(shown: Image, one: Layout, ground: str | None) -> Image:
    from PIL import Image, ImageColor  # noqa: PLC0415  # planning never pays for Pillow

    has_alpha = shown.mode == "RGBA"
    if one.fills and not (has_alpha and ground):
        return shown
    if ground is None:
        canvas = Image.new("RGBA", one.canvas, (0, 0, 0, 0))
        canvas.paste(shown, one.at)
        return canvas
    try:
        colour = ImageColor.getcolor(ground, "RGB")
    except ValueError:
        raise ImageError(f"`{ground}` is not a colour") from None
    canvas = Image.new("RGB", one.canvas, colour)
    canvas.paste(shown, one.at, shown if has_alpha else None)
    return canvas
