"""This file is which colours a picture's numbers mean, if they are not those of sRGB.

A PNG may say it in four ways, of which the first that it has counts (PNG, third
edition, 4.3): `cICP`, an ICC profile, `sRGB`, and `gAMA` with `cHRM`. The first and the
last are numbers without words; they become a profile here, so that there is one way
into sRGB for all of them. jpg and webp have their profile, or are sRGB.
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from assetgen import headers
from assetgen.errors import ImageError
from assetgen.images.sniff import beheld, sniff

if TYPE_CHECKING:
    from PIL.Image import Image

Pair = tuple[float, float]
Primaries = tuple[Pair, Pair, Pair, Pair]
Row = tuple[float, float, float]
Matrix = tuple[Row, Row, Row]

# x and y of red, green, blue and white, by their numbers in H.273, table 2.
_D65 = (0.3127, 0.3290)
_SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65)
_PRIMARIES: dict[int, Primaries] = {
    1: _SRGB,
    9: ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65),  # BT.2020
    11: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),  # DCI-P3
    12: ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65),  # Display P3
}
# How light becomes of a number, as ICC's parametric curves say it (H.273, table 3).
_GAMMA, _PARTS = 0, 3  # kinds of curve: g; g, a, b, c, d
_SRGB_CURVE = (_PARTS, (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
_VIDEO = (_PARTS, (1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081))
_CURVES: dict[int, tuple[int, tuple[float, ...]]] = {
    **dict.fromkeys((1, 6, 14, 15), _VIDEO),
    4: (_GAMMA, (2.2,)),
    5: (_GAMMA, (2.8,)),
    8: (_GAMMA, (1.0,)),
    13: _SRGB_CURVE,
}
_HDR = {16: "PQ", 18: "HLG"}
# gAMA and cHRM that mean sRGB, give or take: most programs that write them do.
_USUAL, _NEAR_GAMMA, _NEAR = 1 / 2.2, 0.01, 0.006
# The white of profiles, and Bradford's cones (ICC.1:2022, annex E).
_D50 = (0.9642, 1.0, 0.8249)
_CONES: Matrix = (
    (0.8951, 0.2664, -0.1614),
    (-0.7502, 1.7135, 0.0367),
    (0.0389, -0.0685, 1.0296),
)


def profile_of(data: bytes, embedded: bytes | None) -> bytes | None:
    """Return the ICC profile of a picture's colours, None if they are taken for sRGB.

    Args:
        data: The file.
        embedded: The profile in it, as its decoder found it.

    Raises ImageError if they are brighter than any screen's that files are made for.
    """
    said = dict(headers.chunks(data)) if headers.kind(data) == "png" else {}
    coded = said.get(b"cICP", b"")
    if len(coded) == 4:  # noqa: PLR2004  primaries, transfer, matrix, range
        if coded[1] in _HDR:
            raise ImageError(
                f"this png is HDR ({_HDR[coded[1]]}), and files are made for sRGB",
                hint="export it without HDR",
            )
        if coded[0] in _PRIMARIES and coded[1] in _CURVES:
            return _made(_PRIMARIES[coded[0]], *_CURVES[coded[1]])
    if embedded or b"sRGB" in said or b"gAMA" not in said:
        return embedded
    return _by_gamma(said[b"gAMA"], said.get(b"cHRM", b""))


def in_srgb(image: Image, data: bytes) -> Image:
    """Return a picture of eight bits a band as RGB or RGBA, in sRGB.

    A profile that is broken or made for other channels is ignored, as browsers do.
    """
    profile = profile_of(data, image.info.get("icc_profile"))
    if image.mode in {"L", "LA"} and profile and _is_ours(profile):
        image = image.convert("RGB" if image.mode == "L" else "RGBA")
    alpha = image.getchannel("A") if image.mode == "LA" else None
    flat = image.getchannel("L") if alpha else image
    wanted = "RGBA" if flat.mode == "RGBA" else "RGB"
    converted = _transformed(flat, profile, wanted) if profile else None
    if converted is None:
        converted = flat if flat.mode == wanted else flat.convert(wanted)
    if alpha:
        converted.putalpha(alpha)
    return converted


def is_srgb(data: bytes) -> bool:
    """Whether a picture's numbers are shown right by who takes them for sRGB.

    Inks (CMYK) are not; colours that nobody can show right are. Raises ImageError
    as `profile_of` does.
    """
    from PIL import ImageCms  # noqa: PLC0415  planning never pays for Pillow

    with beheld(data, sniff(data).format) as image:
        embedded, inks = image.info.get("icc_profile"), image.mode == "CMYK"
    profile = profile_of(data, embedded)
    if inks or profile is None:
        return not inks
    try:
        described = ImageCms.getProfileDescription(BytesIO(profile))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return True
    return described.startswith("sRGB")


def _transformed(image: Image, profile: bytes, wanted: str) -> Image | None:
    from PIL import ImageCms  # noqa: PLC0415  # few pictures carry a profile

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        if ImageCms.getProfileDescription(source).startswith("sRGB"):
            return None
        # Pillow's sRGB is only the target in memory: the time it carries goes nowhere.
        target = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode=wanted)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return None


# --- numbers into a profile -------------------------------------------------------


def _by_gamma(gamma: bytes, chromaticities: bytes) -> bytes | None:
    """Return what `gAMA` and `cHRM` mean, None for sRGB and for nonsense."""
    exponent = int.from_bytes(gamma, "big") / 100_000
    primaries: Primaries = _SRGB
    if len(chromaticities) == 32:  # noqa: PLR2004  eight numbers
        white, *inks = (
            (x / 100_000, y / 100_000)
            for x, y in struct.iter_unpack(">2I", chromaticities)
        )
        primaries = (inks[0], inks[1], inks[2], white)
    apart = [
        abs(one - other)
        for pair, usual in zip(primaries, _SRGB, strict=True)
        for one, other in zip(pair, usual, strict=True)
    ]
    if abs(exponent - _USUAL) < _NEAR_GAMMA and max(apart) < _NEAR:
        return None
    try:
        return _made(primaries, _GAMMA, (1 / exponent,))
    except (ZeroDivisionError, struct.error):
        return None


def _made(primaries: Primaries, kind: int, curve: tuple[float, ...]) -> bytes | None:
    """Return an ICC profile (version 4) of three primaries and one curve for all.

    None for sRGB itself. Raises ZeroDivisionError for primaries that span no colours.
    """
    if primaries == _SRGB and (kind, curve) == _SRGB_CURVE:
        return None
    columns = tuple(zip(*_to_d50(primaries), strict=True))
    bent = b"para\0\0\0\0" + struct.pack(">2H", kind, 0) + _fixed(curve)
    tags = {
        b"wtpt": b"XYZ \0\0\0\0" + _fixed(_D50),
        **{
            name + b"XYZ": b"XYZ \0\0\0\0" + _fixed(column)
            for name, column in zip((b"r", b"g", b"b"), columns, strict=True)
        },
        **{name + b"TRC": bent for name in (b"r", b"g", b"b")},
    }
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, tag in tags.items():
        table += name + struct.pack(">2I", start + len(body), len(tag))
        body += tag
    head = struct.pack(">I4xI", start + len(body), 0x04000000)
    head += b"mntrRGB XYZ " + bytes(12) + b"acsp" + bytes(28) + _fixed(_D50)
    head = head.ljust(80, b"\0") + _OURS
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


_OURS = b"assg"  # who made a profile; read again in this process alone


def _is_ours(profile: bytes) -> bool:
    return profile[80:84] == _OURS


def _fixed(numbers: tuple[float, ...]) -> bytes:
    return struct.pack(f">{len(numbers)}i", *(round(n * 65_536) for n in numbers))


def _to_d50(primaries: Primaries) -> Matrix:
    """Return the matrix from linear numbers to XYZ under the white of profiles."""
    *inks, white = (_light(pair) for pair in primaries)
    columns = tuple(zip(*inks, strict=True))
    unscaled: Matrix = (columns[0], columns[1], columns[2])
    amounts = _times(_inverse(unscaled), white)
    matrix = _scaled(unscaled, amounts)
    here, there = _times(_CONES, white), _times(_CONES, _D50)
    ratios = (there[0] / here[0], there[1] / here[1], there[2] / here[2])
    adapted = _product(_scaled(_inverse(_CONES), ratios), _CONES)
    return _product(adapted, matrix)


def _light(pair: Pair) -> Row:
    """Return XYZ of a chromaticity, as bright as white."""
    return pair[0] / pair[1], 1.0, (1 - pair[0] - pair[1]) / pair[1]


def _times(matrix: Matrix, row: Row) -> Row:
    first, second, third = (
        sum(a * b for a, b in zip(line, row, strict=True)) for line in matrix
    )
    return first, second, third


def _scaled(matrix: Matrix, amounts: Row) -> Matrix:
    """Return a matrix with every column times its amount."""
    a, b, c = amounts
    first, second, third = ((x * a, y * b, z * c) for x, y, z in matrix)
    return first, second, third


def _product(one: Matrix, other: Matrix) -> Matrix:
    columns = (_times(one, column) for column in zip(*other, strict=True))
    first, second, third = zip(*columns, strict=True)
    return first, second, third


def _inverse(m: Matrix) -> Matrix:
    (a, b, c), (d, e, f), (g, h, i) = m
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / whole, (c * h - b * i) / whole, (b * f - c * e) / whole),
        ((f * g - d * i) / whole, (a * i - c * g) / whole, (c * d - a * f) / whole),
        ((d * h - e * g) / whole, (b * g - a * h) / whole, (a * e - b * d) / whole),
    )
