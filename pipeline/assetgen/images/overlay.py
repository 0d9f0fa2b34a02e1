"""This file is layers laid on a picture: bytes in, bytes out.

A logo keeps its proportions, letters stand by their capitals and their baseline, and
nothing reaches over an edge: what does not fit fails with its reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr  # writing only: nothing is parsed

from assetgen.digest import digest_bytes
from assetgen.errors import ImageError, UsageError
from assetgen.files import reason_of
from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.images.examiner import examine
from assetgen.images.raster import rasterize
from assetgen.images.resize import layout, resized
from assetgen.layers import Misfit, measured, placed
from assetgen.steps import Rendition
from assetgen.svg.drawing import Drawing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from assetgen.layers import Layer, Letters, Pair
    from assetgen.svg.fonts import Part

_LARGEST = 16_383  # pixels of a side that is drawn
# Letters are measured at this size before they are fitted to a width.
_SAMPLE = 200.0


@dataclass(frozen=True, slots=True)
class _Stamp:
    """Pixels to lay on, and the box in them that is placed: left, top, width, height.

    The box may be smaller than the ink: below a baseline hang letters like `g`.
    """

    image: Image
    box: tuple[int, int, int, int]


def overlaid(data: bytes, layers: Sequence[Layer]) -> bytes:
    """Return a picture, as PNG, with every layer on it, the first one lowest.

    Raises ImageError if one does not fit or cannot be drawn, UsageError if a file in
    it changed since the manifest was read.
    """
    from PIL import Image  # noqa: PLC0415  planning never pays for Pillow

    start = Master.open(data).image
    canvas = start.convert("RGBA")
    for layer in layers:
        try:
            stamp = _stamp(layer, canvas.size)
            corner = placed(layer, stamp.box[2:], canvas.size)
        except Misfit as misfit:
            raise ImageError(misfit.message, hint=misfit.hint) from None
        whole = Image.new("RGBA", canvas.size, (0, 0, 0, 0))
        whole.paste(stamp.image, _ink_at(layer, stamp, corner, canvas.size))
        if layer.opacity < 1:
            thin = whole.getchannel("A").point(lambda a, o=layer.opacity: round(a * o))
            whole.putalpha(thin)
        canvas = Image.alpha_composite(canvas, whole)
    opaque = start.mode == "RGB"
    return encode(canvas.convert("RGB") if opaque else canvas, Rendition())


def _ink_at(layer: Layer, stamp: _Stamp, corner: Pair, picture: Pair) -> Pair:
    """Return where a stamp's pixels go; raises ImageError if ink would be cut off."""
    at = corner[0] - stamp.box[0], corner[1] - stamp.box[1]
    ink = stamp.image.getbbox() or (0, 0, 0, 0)
    cut = at[0] + ink[0] < 0 or at[1] + ink[1] < 0
    if cut or at[0] + ink[2] > picture[0] or at[1] + ink[3] > picture[1]:
        message = f"{layer.name} reaches over the edge of the picture"
        raise ImageError(message, hint="give it a larger `margin`, or another place")
    return at


def _stamp(layer: Layer, picture: Pair) -> _Stamp:
    """Return the pixels of a layer at their size on a picture; raises Misfit."""
    if layer.letters is not None:
        return _lettered(layer, layer.letters, picture)
    if layer.drawing is not None:
        drawing = layer.drawing
        size = measured(layer, drawing.size, picture)
        sized = Drawing.of(
            drawing.text, size, drawing.fonts, drawing.images, drawing.name
        )
        image = Master.open(rasterize(sized)).image
    else:
        data = _bytes_of(layer.picture)
        examine(data, plain=True)
        logo = Master.open(data).image
        size = measured(layer, logo.size, picture)
        box = Rendition(width=size[0], height=size[1], fit="fill")
        one = layout(logo.size, box)
        image = resized(logo, [one])[one]
    return _Stamp(image.convert("RGBA"), (0, 0, *size))


def _bytes_of(part: Part | None) -> bytes:
    if part is None:
        message = "a layer is a picture, a drawing or letters"
        raise AssertionError(message)
    try:
        data = part.path.read_bytes()
    except OSError as error:
        message = f"cannot read `{part.path.name}`: {reason_of(error)}"
        raise UsageError(message) from error
    if digest_bytes(data) != part.digest:
        message = f"`{part.path.name}` changed while the build ran"
        raise UsageError(message, hint="run build again")
    examine(data, plain=True)
    return data


# --- letters ----------------------------------------------------------------------


def _lettered(layer: Layer, letters: Letters, picture: Pair) -> _Stamp:
    if letters.size is not None:
        size = letters.size.of(picture[1])
    else:
        width = layer.width.of(picture[0]) if layer.width else picture[0]
        sample = _drawn(letters, _SAMPLE, layer.name)
        size = _SAMPLE * width / sample.box[2]
    return _drawn(letters, size, layer.name)


def _drawn(letters: Letters, size: float, name: str) -> _Stamp:
    """Return letters drawn at a font size in pixels.

    The box is as wide as the ink, and as high as from the capitals of the first line
    to the baseline of the last: words with and without a `g` stand alike.
    """
    lines = letters.text.split("\n")
    longest = max(len(line) for line in lines)
    across = round(size * (longest + 4))  # nearly all letters are narrower than high
    while True:
        down = round(size * (2 + letters.leading * len(lines)))
        if max(across, down) > _LARGEST:
            message = f"{name} is too large to be drawn"
            raise Misfit(message, "set a smaller `size` or `width`")
        drawing = Drawing.of(
            _svg(letters, lines, size, across), (across, down), letters.fonts, name=name
        )
        image = Master.open(rasterize(drawing)).image.convert("RGBA")
        ink = image.getbbox()
        if ink is None:
            raise Misfit(f"{name} shows nothing", "write some letters")
        if ink[0] > 0 and ink[2] < across:
            break
        across *= 2  # it was cut off: letters that are wider than high
    top = round(size * (1 - letters.capitals) + size * 0.5)
    last = round(size * 1.5 + size * letters.leading * (len(lines) - 1))
    return _Stamp(image, (ink[0], top, ink[2] - ink[0], max(1, last - top)))


def _svg(letters: Letters, lines: Sequence[str], size: float, across: int) -> str:
    """Return lines of letters as a drawing; the first baseline is at 1.5 sizes."""
    anchors = {"left": ("start", size), "right": ("end", across - size)}
    anchor, x = anchors.get(letters.align, ("middle", across / 2))
    spans = "".join(
        f'<tspan x="{x:g}" y="{size * (1.5 + letters.leading * number):g}">'
        f"{escape(line)}</tspan>"
        for number, line in enumerate(lines)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" '
        f'viewBox="0 0 {across} {round(size * (2 + letters.leading * len(lines)))}">'
        f'<text xml:space="preserve" font-family={quoteattr(letters.family)} '
        f'font-size="{size:g}" font-weight="{letters.weight}" '
        f'font-style="{"italic" if letters.italic else "normal"}" '
        f'text-anchor="{anchor}" fill="{letters.color}">{spans}</text></svg>'
    )
