"""This file is pixels into files: png, jpg, webp, avif and ico, plain and repeatable.

Nothing but pixels goes in: no profile (they are sRGB), no EXIF, no text, no time. The
same pixels give the same bytes on every run of the same Pillow, whatever the number
of processors.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from assetgen.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from assetgen.steps import Rendition

WEBP_METHOD = 4
# Measured by SSIM against sharp's effort 3, which is this speed. Without trellis
# quantisation, quality 62 looks like 60 with it, in 3 % (cut-outs) to 9 % (photos)
# fewer bytes and a tenth less time; a faster alpha saves another tenth of a cut-out's
# time for 1 % of its bytes. Speed 7 is no faster; speed 8 is 10 to 20 % larger and
# looks worse.
AVIF_SPEED = 6
AVIF_TUNING = {"disable-trellis-quant": "1", "a:cpu-used": "8"}
AVIF_TUNED_QUALITY = 2
PNG_LEVEL = 5
PNG_BEST_LEVEL = 9
# zlib's Z_RLE: on noise it is as small as any level of string matching or smaller, in
# a sixth of the time. A band of rows tells which kind of picture it is.
PNG_RUNS = 3
PNG_RUNS_MAY_COST = 1.01
PNG_BAND = 32
# Colour at full resolution from here on, where halving it is what the eye sees first.
JPG_FULL_COLOUR = 90
LONGEST = {"webp": 16_383, "jpg": 65_535, "avif": 65_535, "ico": 256}


def encode(
    image: Image,
    rendition: Rendition,
    *,
    finish: Callable[[bytes], bytes] | None = None,
) -> bytes:
    """Return an RGB or RGBA picture as a file of the rendition's format.

    `finish` is applied to the bytes before they are measured against `max_bytes`.
    Raises ImageError if the format cannot hold the picture, or not in so few bytes.
    """
    limit = LONGEST.get(rendition.format)
    if limit and max(image.size) > limit:
        raise _too_long(image.size, rendition, limit)

    # Pillow keeps a save's options on the picture: two threads must not share one.
    own = image.copy()
    own.info = {}

    def attempt(quality: int) -> bytes:
        data = _written(own, rendition, quality)
        return finish(data) if finish else data

    return _within(rendition, attempt)


def _too_long(size: tuple[int, int], rendition: Rendition, limit: int) -> ImageError:
    sides = {"width": rendition.width, "height": rendition.height}
    asked = [f"`{name}: {side}`" for name, side in sides.items() if side]
    at = f"at {asked[0]} " if len(asked) == 1 else ""
    return ImageError(
        f"{at}the picture is {size[0]:,} by {size[1]:,} pixels, and "
        f"{rendition.format} holds {limit:,} a side",
        hint=f"leave `{rendition.format}` out of the `formats`, or give a box of a "
        "`width` and a `height`",
    )


def _within(rendition: Rendition, attempt: Callable[[int], bytes]) -> bytes:
    """Return the attempt of the highest quality that meets the limit in bytes."""
    best = attempt(rendition.quality)
    limit = rendition.max_bytes
    if limit is None or len(best) <= limit:
        return best
    if rendition.lossless or rendition.format in {"png", "ico"}:
        raise _too_large(rendition, len(best))
    low, high, found = 1, rendition.quality - 1, None
    while low <= high:
        quality = (low + high) // 2
        data = attempt(quality)
        if len(data) <= limit:
            found, low = data, quality + 1
        else:
            high = quality - 1
            best = min(best, data, key=len)
    if found is None:
        raise _too_large(rendition, len(best))
    return found


def _too_large(rendition: Rendition, smallest: int) -> ImageError:
    return ImageError(
        f"the {rendition.format} does not fit into {rendition.max_bytes} bytes: "
        f"the smallest has {smallest}",
        hint="allow more bytes, or ask for a smaller size or another format",
    )


def _written(image: Image, rendition: Rendition, quality: int) -> bytes:
    try:
        match rendition.format:
            case "png":
                return _png(image, best=rendition.max_bytes is not None)
            case "jpg":
                return _jpg(image, quality)
            case "webp":
                return _webp(image, quality, lossless=rendition.lossless)
            case "avif":
                return _avif(image, quality, lossless=rendition.lossless)
            case "ico":
                return _ico(image)
    except (OSError, ValueError) as error:
        raise ImageError(
            f"the {rendition.format} cannot be written: {error}"
        ) from error


def _saved(image: Image, name: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, name, **options)
    return out.getvalue()


def _png(image: Image, *, best: bool) -> bytes:
    if best:
        return min(_deflated(image, PNG_BEST_LEVEL), _runs(image), key=len)
    middle = image.height // 2
    band = image.crop((0, middle, image.width, min(middle + PNG_BAND, image.height)))
    noisy = len(_runs(band)) <= PNG_RUNS_MAY_COST * len(_deflated(band, PNG_LEVEL))
    return _runs(image) if noisy else _deflated(image, PNG_LEVEL)


def _deflated(image: Image, level: int) -> bytes:
    return _saved(image, "PNG", compress_level=level)


def _runs(image: Image) -> bytes:
    return _saved(image, "PNG", compress_level=1, compress_type=PNG_RUNS)


def _jpg(image: Image, quality: int) -> bytes:
    subsampling = "4:4:4" if quality >= JPG_FULL_COLOUR else "4:2:0"
    plain = _saved(image, "JPEG", quality=quality, subsampling=subsampling)
    # Pillow's buffer for an optimised JPEG holds a byte a pixel, and libjpeg complains
    # on stderr when it is too small; such noise gains nothing from optimising.
    if len(plain) * 1.1 > image.width * image.height:
        return plain
    tight = _saved(
        image,
        "JPEG",
        quality=quality,
        subsampling=subsampling,
        optimize=True,
        progressive=True,
    )
    return min(plain, tight, key=len)


def _webp(image: Image, quality: int, *, lossless: bool) -> bytes:
    if lossless:
        return _saved(image, "WEBP", lossless=True, method=WEBP_METHOD)
    return _saved(image, "WEBP", quality=quality, method=WEBP_METHOD)


def _avif(image: Image, quality: int, *, lossless: bool) -> bytes:
    if lossless:
        raise ImageError(
            "avif without loss is not possible: its encoder converts colours",
            hint="use `lossless` with webp, or a quality of 100",
        )
    # The tuning is spelt for the encoder that Pillow's own wheels hold.
    from PIL import AvifImagePlugin  # noqa: PLC0415  # avif alone needs it

    options: dict[str, object] = {}
    if AvifImagePlugin.get_codec_version("aom"):
        quality = min(100, quality + AVIF_TUNED_QUALITY)
        options = {"codec": "aom", "advanced": AVIF_TUNING}
    # One thread and no tiling: otherwise the bytes depend on the machine's processors.
    # Full colour as sharp does it: half would soften the edges of saturated shapes.
    return _saved(
        image,
        "AVIF",
        quality=quality,
        speed=AVIF_SPEED,
        subsampling="4:4:4",
        max_threads=1,
        autotiling=False,
        **options,
    )


def _ico(image: Image) -> bytes:
    """Wrap a PNG in an icon file of one entry; readers expect RGBA in it."""
    picture = _png(image.convert("RGBA"), best=False)
    offset = 6 + 16
    sides = (length % 256 for length in image.size)  # 0 stands for 256
    entry = struct.pack("<4B2H2I", *sides, 0, 0, 1, 32, len(picture), offset)
    return struct.pack("<3H", 0, 1, 1) + entry + picture
