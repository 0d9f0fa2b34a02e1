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
from assetgen.images.plates import mirrored, rounded
from assetgen.images.resize import covering, filling, layout, resized
from assetgen.images.sniff import sniff
from assetgen.images.subject import VISIBLE, circle_of, in_circle, subject_mask
from assetgen.images.tones import toned
from assetgen.steps import OPAQUE_FORMATS, Rendition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from PIL.Image import Image

    from assetgen.images.resize import Layout
    from assetgen.images.subject import Circle
    from assetgen.steps import Format

WHITE = "#FFFFFF"
EMPTY = "there is nothing in this picture but transparency"
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
            wanted = [renditions[n] for n in chosen]
            drawn = _drawn(master, wanted, opaque=not whole.has_alpha)
            made.update(zip(chosen, drawn, strict=True))
    return [made[number] for number in range(len(renditions))]


def _trims(rendition: Rendition, master: Master) -> bool:
    """Return whether only the subject is taken: not of art that runs to the edges."""
    if master.has_alpha:
        return rendition.trim or bool(rendition.fill)
    return rendition.trim and not rendition.bleed


def _trimmed(master: Master) -> Master:
    """Return the subject of a picture; raises ImageError if nobody can tell it."""
    if master.has_alpha:  # the end of a shadow is cut off where nobody sees it
        levels = [0 if level <= VISIBLE else 255 for level in range(256)]
        mask: Image | None = master.image.getchannel("A").point(levels)
    else:
        mask = subject_mask(master.image)
    box = mask.getbbox() if mask else None
    if box is None and master.has_alpha:
        raise ImageError(EMPTY)
    if box is None:
        raise ImageError(
            "there is no subject to trim to: nothing is transparent, and the border is"
            " not of one colour",
            hint="cut it out with `removeBg: true`, or leave `trim` out",
        )
    return replace(master, image=opaque_without_alpha(master.image.crop(box)))


def _drawn(
    master: Master, renditions: Sequence[Rendition], *, opaque: bool
) -> list[_Drawing]:
    """Return the pixels of every rendition; those that are alike share one picture.

    `opaque`: nothing of the whole picture is transparent, whatever of it is shown.
    """
    layouts = _layouts(master, renditions, opaque=opaque)
    plain = [
        one
        for one, rendition in zip(layouts, renditions, strict=True)
        if not rendition.linear
    ]
    shown = resized(master.image, plain)
    canvases: dict[tuple[object, ...], Image] = {}
    drawings = []
    for one, rendition in zip(layouts, renditions, strict=True):
        linear = rendition.linear
        key = (one, *_finish(rendition))
        if key not in canvases:
            image = resized_by_light(master.image, one) if linear else shown[one]
            canvases[key] = _finished(image, one, rendition, opaque=opaque)
        drawings.append(_Drawing(canvases[key], rendition))
    return drawings


def _finish(rendition: Rendition) -> tuple[object, ...]:
    """Return all that decides what becomes of a picture after it was resized."""
    return (
        rendition.linear,
        rendition.sharpen,
        rendition.tone,
        _ground(rendition),
        rendition.plate,
        rendition.mirror,
        rendition.corners,
        rendition.channel,
    )


def _finished(
    image: Image, one: Layout, rendition: Rendition, *, opaque: bool
) -> Image:
    """Return a resized picture on its canvas."""
    image = toned(crisp(image) if rendition.sharpen else image, rendition.tone)
    ground = _ground(rendition)
    if opaque and rendition.mirror:
        canvas = mirrored(image, one.canvas, one.at)
    else:
        canvas = _on_canvas(image, one, ground)
    if rendition.corners and (opaque or ground):
        canvas = rounded(canvas, rendition.plate or 1.0, rendition.corners)
    return canvas.convert("RGBA") if rendition.channel else canvas


def _layouts(
    master: Master, renditions: Iterable[Rendition], *, opaque: bool
) -> list[Layout]:
    """Return where the picture goes in each; its subject is looked for once."""
    size, circle = master.image.size, None
    found = []
    for each in renditions:
        rendition = focused(master.image, each)
        if rendition.bleed and opaque:
            found.append(covering(size, rendition))
        elif rendition.fill and not opaque:
            found.append(filling(size, rendition))
        elif rendition.safe and master.has_alpha:
            circle = circle or circle_of(master.image.getchannel("A"))
            found.append(_safe(size, rendition, circle))
        else:
            found.append(layout(size, rendition))
    return found


def _safe(size: tuple[int, int], rendition: Rendition, circle: Circle | None) -> Layout:
    if circle is None:
        raise ImageError(EMPTY)
    return in_circle(size, rendition, circle)


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
