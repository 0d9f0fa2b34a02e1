"""This file is the shape of what is made of a picture: sizes, cut-outs, provenance.

The descriptions are what an editor shows (`assetgen schema`).
"""

from __future__ import annotations

import re
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from assetgen.catalogue import nearest
from assetgen.manifest.issues import Wrong
from assetgen.steps import Fit

LARGEST = 16_383  # pixels: the longest side that WebP can hold

Side = Annotated[int, Field(ge=1, le=LARGEST)]
Quality = Annotated[int, Field(ge=1, le=100)]
FormatWord = Literal["png", "webp", "jpg", "jpeg", "avif", "ico"]
PositionWord = Literal[
    "center",
    "centre",
    "top",
    "right top",
    "right",
    "right bottom",
    "bottom",
    "left bottom",
    "left",
    "left top",
    "north",
    "northeast",
    "east",
    "southeast",
    "south",
    "southwest",
    "west",
    "northwest",
]
Words = Annotated[str, Field(min_length=1)]
_POINT = r"^(\d{1,3}(?:\.\d+)?) ?% +(\d{1,3}(?:\.\d+)?) ?%$"
LOOKING = ("attention", "entropy")


def _position(value: object) -> object:
    """Return a position as one text: its word, or two shares in per cent."""
    whole = value.strip() if isinstance(value, str) else value
    shares: list[object] = whole if isinstance(whole, list) else []
    found = re.match(_POINT, whole) if isinstance(whole, str) else None
    if found:
        shares = [float(part) / 100 for part in found.groups()]
    if isinstance(whole, str) and not found:
        known = (*get_args(PositionWord), *LOOKING)
        if whole in known:
            return whole
        turned = " ".join(reversed(whole.split()))
        hint = nearest(turned if turned in known else whole, known)
        message = f"`{whole}` is no position"
        raise Wrong(message, hint=hint or "such as `right top`, `attention`, `30% 40%`")
    numbers = [one for one in shares if isinstance(one, int | float) and 0 <= one <= 1]
    if len(numbers) != 2 or len(shares) != 2:  # noqa: PLR2004  across and down
        message = "a point is two shares, from the left and from the top"
        raise Wrong(message, hint="such as `[0.3, 0.4]` or `30% 40%`")
    return " ".join(f"{round(one * 100, 4):g}%" for one in numbers)


_Share = Annotated[float, Field(ge=0, le=1)]
_Point = Annotated[list[_Share], Field(min_length=2, max_length=2)]
Position = Annotated[
    str,
    BeforeValidator(
        _position,
        json_schema_input_type=PositionWord
        | Literal["attention", "entropy"]
        | Annotated[str, Field(pattern=_POINT)]
        | _Point,
    ),
]


class Shape(BaseModel):
    """A mapping of the manifest: no key beside the known ones, no conversion."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class VariantFields(Shape):
    """One size of a picture, in one file per format."""

    suffix: str = Field(
        default="",
        description="What follows the asset's name: `@2x`. Default: `-{width}w`.",
    )
    width: Side | None = Field(default=None, description="Width of the box in pixels.")
    height: Side | None = Field(
        default=None, description="Height of the box in pixels."
    )
    fit: Fit = Field(
        default="inside",
        description="How the picture meets the box: `inside` fits it whole, `cover` "
        "fills the box and crops, `contain` fits it whole and fills up with the "
        "background, `outside` covers the box without cropping, `fill` stretches.",
    )
    position: Position = Field(
        default="center",
        description="Which part stays with `cover`, where it stands with `contain`: a "
        "side, a corner, or a point as in CSS: `30% 40%`, `[0.3, 0.4]`. With `cover`, "
        "`attention` and `entropy` look for the part that draws the eye.",
    )
    background: Words | None = Field(
        default=None,
        description="A colour behind the picture. Default: none; white for jpg.",
    )
    padding: Annotated[int, Field(ge=0)] | Words = Field(
        default=0,
        description="Room on every side: pixels, or a share of the shorter side of "
        "the box, as `10%`.",
    )
    safe: Words | None = Field(
        default=None,
        description="Fits the subject into a centred circle of that share of the "
        "shorter side: `80%`. Needs `width` and `height`.",
    )
    trim: bool = Field(
        default=False,
        description="Only the subject is taken: what is not transparent, or not the "
        "colour of the border.",
    )
    linear: bool = Field(
        default=False,
        description="Resizes by light instead of by numbers: fine bright detail stays "
        "as bright as it is.",
    )
    sharpen: bool = Field(
        default=False,
        description="Sharpens gently what is 48 pixels or less; larger sizes stay.",
    )
    enlarge: bool = Field(
        default=False, description="Whether it may be larger than the picture is."
    )
    formats: FormatWord | Annotated[list[FormatWord], Field(min_length=1)] = Field(
        default=["png", "webp"], description="One file is made in each."
    )
    quality: Quality | dict[FormatWord, Quality] | None = Field(
        default=None,
        description="1 to 100, or one per format. Default: webp 82, jpg 85, avif 60.",
    )
    lossless: bool = Field(default=False, description="webp without loss.")
    max_bytes: Annotated[int, Field(ge=1)] | None = Field(
        default=None,
        description="The file may not be larger; the quality is lowered to fit.",
    )
    file: Words | None = Field(
        default=None,
        description="A pattern for the path below the output, out of {dir} {name} "
        "{stem} {suffix} {width} {height} {ext}. Default: "
        "`{dir}/{stem}{suffix}.{ext}`.",
    )


_Part = Annotated[float, Field(ge=0, le=1)]
_Gate = Literal[False] | _Part | Words


class GateFields(Shape):
    """What a cut-out may measure before it is published; `false` for no limit."""

    coverage: (
        Literal[False]
        | Annotated[list[_Part | Words], Field(min_length=2, max_length=2)]
        | None
    ) = Field(
        default=None,
        description="Least and most of the picture that is left: `[0.5%, 99%]`.",
    )
    solid: _Gate | None = Field(
        default=None, description="Least share of what is left that is opaque: `10%`."
    )
    border: _Gate | None = Field(
        default=None, description="Most of the border that the subject touches: `2%`."
    )
    checkerboard: _Gate | None = Field(
        default=None,
        description="Most of the picture that is painted transparency: `1%`.",
    )
    halo: Literal[False] | Annotated[float, Field(ge=0, le=200)] | None = Field(
        default=None, description="Most ΔE of the old ground along the edge: `10`."
    )
    holes: _Gate | None = Field(
        default=None,
        description="Most of the picture that is an opening left filled: `0.2%`.",
    )
    outline: _Gate | None = Field(
        default=None,
        description="With `plain`: most of the subject's outline that does not differ "
        "from the ground: `10%`.",
    )
    mismatch: _Gate | None = Field(
        default=None,
        description="With `difference`: most of the subject that its two pictures "
        "contradict: `2%`.",
    )


class CutFields(Shape):
    """How a picture is cut out of its background."""

    method: Words = Field(
        default="auto", description="`auto`, or the name of a method of this machine."
    )
    model: str = Field(
        default="", description="With `rembg` or `auto`, the network: `u2netp`."
    )
    holes: bool | None = Field(
        default=None,
        description="With `plain`: whether enclosed patches of ground are holes.",
    )
    shadow: bool | None = Field(
        default=None, description="With `plain`: whether a soft shadow stays."
    )
    licence: Literal["accept"] | None = Field(
        default=None,
        description="With `rembg`: you may use weights that are not for commerce.",
    )
    file: Words | None = Field(
        default=None,
        description="With a `*_custom` network: its file below rembg's own folder.",
    )
    service: Words | None = Field(
        default=None,
        description="With `http`: the form that the service takes, `form` (default) or "
        "`remove.bg`.",
    )
    header: Words | None = Field(
        default=None,
        description="With `http`: the header that carries the key. Default: "
        "`X-API-Key`.",
    )
    crop: bool | Annotated[int, Field(ge=0, le=LARGEST)] | Words = Field(
        default=False,
        description="Trims to the subject: `true`, or the room left around it: pixels, "
        "or a share of its longer side, as `10%`.",
    )
    gates: bool | GateFields = Field(
        default=True,
        description="What the cut-out has to pass; `false` publishes it as it is.",
    )


class ProvenanceFields(Shape):
    """What published files say about how they were made."""

    prompt: bool = Field(
        default=False,
        description="Whether they hold the words of the prompt, not their SHA-256.",
    )
    sidecars: bool = Field(
        default=True,
        description="Whether an icon file (ico, icns), into which no reader of XMP "
        "looks, has what it says in a file beside it too: `favicon.ico.xmp`.",
    )
    certificate: Words | None = Field(
        default=None,
        description="A certificate chain (PEM) beside this file: what files say is "
        "signed with it (C2PA). Its key is named by `ASSETGEN_SIGNING_KEY`.",
    )
