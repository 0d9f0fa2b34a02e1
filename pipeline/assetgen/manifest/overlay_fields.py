"""This file is the shape of `overlay`: what is laid on a picture, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from assetgen.manifest.finishing import PositionWord, Shape, Words

if TYPE_CHECKING:
    from collections.abc import Iterator

_Length = Annotated[int, Field(ge=0, le=16_383)] | Words
_Size = Annotated[int, Field(ge=1, le=16_383)] | Words
_Weight = Literal["normal", "bold"] | Annotated[int, Field(ge=1, le=1000)]


class OverlayFields(Shape):
    """A logo or type on a picture: exactly one of `source`, `asset` and `text`."""

    source: Words | None = Field(
        default=None, description="A file beside this one: svg, png, jpg or webp."
    )
    asset: Words | None = Field(
        default=None,
        description="Another asset that is a `source` or a `kind: template`.",
    )
    text: Words | None = Field(
        default=None, description="The words, a template; lines as they are written."
    )
    font: Words | None = Field(
        default=None,
        description="With `text`: a family of `fonts`. Default: the only one.",
    )
    weight: _Weight = Field(
        default="normal", description="With `text`: `bold`, or 100 to 900."
    )
    italic: bool = Field(default=False, description="With `text`.")
    size: _Size | None = Field(
        default=None,
        description="With `text`: of the font, in pixels or as a share of the "
        "picture's height. Default: 10%, or what makes it as wide as `width`.",
    )
    color: Words = Field(
        default="#000000",
        description="With `text`: a colour, or the name of one of the brand's.",
    )
    align: Literal["left", "center", "right"] | None = Field(
        default=None,
        description="With `text` of several lines. Default: as `position` says.",
    )
    leading: Annotated[float, Field(gt=0, le=10)] = Field(
        default=1.2,
        description="With `text`: from baseline to baseline, in font sizes.",
    )
    width: _Size | None = Field(
        default=None, description="Pixels, or a share of the picture's width: `20%`."
    )
    height: _Size | None = Field(
        default=None, description="Pixels, or a share of the picture's height: `20%`."
    )
    position: PositionWord = Field(
        default="center", description="Where it stands: `left bottom`, `northeast`, …"
    )
    x: _Length | None = Field(
        default=None,
        description="Its left edge in place of `position`: pixels, or a share.",
    )
    y: _Length | None = Field(
        default=None,
        description="Its upper edge in place of `position`: pixels, or a share.",
    )
    margin: _Length = Field(
        default="5%",
        description="Room to the edges: pixels, or a share of the shorter side.",
    )
    opacity: Annotated[float, Field(gt=0, le=1)] = Field(
        default=1.0, description="Above 0, up to 1."
    )

    def texts(self) -> Iterator[tuple[str, str]]:
        """Yield every field that may be a template: its name and its text."""
        for name in ("source", "asset", "text", "font", "color"):
            value = getattr(self, name)
            if value is not None:
                yield name, value


Overlay = OverlayFields | Annotated[list[OverlayFields], Field(min_length=1)]
