"""This file is the whole picture: read the words, choose colours, paint, encode."""

from __future__ import annotations

import io
from random import Random
from typing import TYPE_CHECKING

from PIL import Image
from PIL.PngImagePlugin import PngInfo

from assetgen.catalogue import nominal_size
from assetgen.digest import key_of
from assetgen.providers.draft.catalogue import SKETCH
from assetgen.providers.draft.paint import Canvas, Spot
from assetgen.providers.draft.palette import harmony, set_apart
from assetgen.providers.draft.reading import read
from assetgen.providers.draft.scenes import scene
from assetgen.providers.draft.subjects import parts_of
from assetgen.providers.draft.view import View

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.providers.draft.reading import Brief
    from assetgen.request import Request

_REACH = 0.34  # one unit of a lone subject, as a share of the picture's shorter side
_FLAT = 0.25  # how much light and shade remain when the words want it flat
_QUALITY = 92


def drawn(request: Request) -> bytes:
    """Return the picture of a request as a PNG or JPEG, the same bytes every time.

    Raises NotAColor if its `palette` holds something else.
    """
    inputs = request.inputs
    palette = str(inputs.get("palette", ""))
    brief = read(request.prompt, str(inputs.get("ground", "auto")), palette)
    picture = draw(brief, size_of(request, brief), _seed(request))
    return encoded(picture, str(inputs.get("source_format", "png")))


def size_of(request: Request, brief: Brief) -> tuple[int, int]:
    """Return (width, height) in pixels; ``auto`` is a square, or 3:2 for a scene."""
    size = SKETCH.size(request.inputs)
    if size is not None:
        return size
    square = SKETCH.size({**request.inputs, "aspect_ratio": "1:1"})
    side = square[0] if square else SKETCH.side
    return nominal_size("1:1" if brief.plain else "3:2", side) or (side, side)


def draw(brief: Brief, size: tuple[int, int], seed: str) -> Picture:
    """Return the picture of a brief in RGB; a seed names one of its many takes."""
    random = Random(seed)  # noqa: S311  for variety, not for secrets
    palette = harmony(brief.colors, brief.ground, random)
    if not brief.plain:
        return scene(brief, View(palette, size, random, brief.hour, brief.lean))
    palette = set_apart(palette)
    ground = Image.new("RGB", size, palette.ground.rgb)
    canvas = Canvas(ground, palette, _FLAT if brief.flat else 1.0)
    spot = Spot(size[0] / 2, size[1] / 2, min(size) * _REACH)
    canvas.paint(parts_of(brief, random), spot)
    return canvas.picture


def encoded(picture: Picture, kind: str) -> bytes:
    """Return a picture's file, ``png`` or ``jpg``, which names what drew it."""
    file = io.BytesIO()
    if kind == "jpg":
        said = b"assetgen draft"
        picture.save(file, "JPEG", quality=_QUALITY, subsampling=0, comment=said)
        return file.getvalue()
    info = PngInfo()
    info.add_text("Software", "assetgen draft")
    # The fastest level: grain leaves little to gain, and drafts are drawn to be seen.
    picture.save(file, "PNG", pnginfo=info, compress_level=1)
    return file.getvalue()


def _seed(request: Request) -> str:
    """Return what decides where things lie: the same at every size and format."""
    inputs = {
        name: value
        for name, value in request.keyed.items()
        if name not in {"resolution", "source_format"}
    }
    fields = [request.model, request.prompt, inputs, request.take]
    return key_of("draft", 1, fields)
