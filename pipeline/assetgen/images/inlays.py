"""This file is the pictures inside a drawing, made ready to be drawn.

The renderer picks pixels out of a picture that is larger than it is drawn, which leaves
jagged edges, and it knows neither how a picture is turned nor what its colours mean.
So each is brought upright, into sRGB and down to its size by our own resampling, as
every other size of a picture is.
"""

from __future__ import annotations

import base64
import math
from typing import TYPE_CHECKING

from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.images.examiner import examine
from assetgen.images.passengers import shown_through
from assetgen.images.resize import layout, resized
from assetgen.images.sniff import sniff
from assetgen.steps import Rendition
from assetgen.svg.safety import HREFS, PICTURES, data_of
from assetgen.svg.scale import Scales, number
from assetgen.svg.tree import walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from assetgen.svg.scale import Pair
    from assetgen.svg.tree import Node

# Who writes one of these wants the pixels as they are.
_AS_IT_IS = ("optimizeSpeed", "pixelated", "crisp-edges")


def inlay(root: Node, read: Callable[[str], bytes]) -> None:
    """Put every picture of a drawing into it, at the size at which it is drawn.

    Args:
        root: The drawing, with its size in pixels set; changed in place.
        read: Returns the bytes of a file that the drawing names.

    Raises ImageError if one of them is no whole picture.
    """
    scales = Scales(root)
    for node in walk(root):
        if node.kind not in PICTURES:
            continue
        for name in HREFS:
            value = node.get(name, "").strip()
            if value and not value.startswith("#"):
                data = data_of(value) if value.startswith("data:") else read(value)
                if data is not None:
                    node.set(name, _address(_ready(node, data, scales.of(node))))


def _address(data: bytes) -> str:
    kind = sniff(data).format.replace("jpg", "jpeg")
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _ready(node: Node, data: bytes, scale: Pair | None) -> bytes:
    """Return a picture as it is drawn best; its element says where it stands then."""
    examine(data, plain=True)
    image = Master.open(data).image
    size = _size(node, image, scale) if scale and node.kind == "image" else image.size
    if size == image.size and not shown_through(data):
        return data
    one = layout(image.size, Rendition(width=size[0], height=size[1], fit="fill"))
    return encode(resized(image, [one])[one], Rendition())


def _size(node: Node, image: Image, scale: Pair) -> tuple[int, int]:
    """Return the pixels that a picture is drawn with, never more than it has.

    Its element is given the very place that it covers, so that rounding moves nothing.
    """
    across, down = image.size
    said = {name: number(node.get(name)) for name in ("width", "height", "x", "y")}
    rendering = f"{node.get('image-rendering', '')} {node.get('style', '')}"
    if any(node.get(name) and said[name] is None for name in said) or any(
        word in rendering for word in _AS_IT_IS
    ):
        return image.size
    width = said["width"] or (said["height"] or down) * across / down
    height = said["height"] or width * down / across
    units = width / across, height / down
    words = (node.get("preserveAspectRatio") or "").split()
    if "slice" in words:
        units = max(units), max(units)
    elif "none" not in words:
        units = min(units), min(units)
    drawn = tuple(
        min(length, max(1, math.ceil(length * unit * each - 1e-6)))
        for length, unit, each in zip(image.size, units, scale, strict=True)
    )
    if drawn != image.size and "slice" not in words and "none" not in words:
        _place(
            node,
            (said["x"] or 0.0, said["y"] or 0.0),
            (width, height),
            words,
            (across * units[0], down * units[1]),
        )
    return drawn[0], drawn[1]


def _place(
    node: Node, corner: Pair, box: Pair, words: list[str], covered: Pair
) -> None:
    """Say exactly where in its box a picture stands that keeps its proportions."""
    word = next((word for word in words if word.startswith("x")), "xMidYMid")
    shares = {"Min": 0.0, "Mid": 0.5, "Max": 1.0}
    left = corner[0] + (box[0] - covered[0]) * shares.get(word[1:4], 0.5)
    top = corner[1] + (box[1] - covered[1]) * shares.get(word[5:8], 0.5)
    node.set("preserveAspectRatio", "none")
    places = {"x": left, "y": top, "width": covered[0], "height": covered[1]}
    for name, value in places.items():
        node.set(name, repr(value))
