"""This file is platform sets: the shape of their files, and where they are found.

A set is data: the pictures that one platform wants, with what it accepts, and the texts
that go with them. Ours stand in `platforms/`; a copy of one, changed, is as good.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from assetgen.manifest.finishing import Shape, Side, VariantFields, Words
from assetgen.manifest.issues import Wrong
from assetgen.manifest.source import read
from assetgen.steps import Tone

SHELF = Path(__file__).parent.parent / "platforms"

_SHARE = r"([0-9]{1,2}(\.[0-9]+)?|100)%"
Share = Annotated[str, Field(pattern=f"^{_SHARE}$")]
Shares = Annotated[str, Field(pattern=f"^{_SHARE}( {_SHARE})?$")]
Input = Literal["dark", "tinted", "monochrome", "foreground"]


class Drawn(VariantFields):
    """What pictures and containers of a set have in common: how they are drawn.

    `{background}` stands for the colour that whoever uses the set gives.
    """

    file: Words = Field(
        description="A pattern for the path below the output, out of {dir} {name} "
        "{stem} {suffix} {width} {height} {each} {ext}. It ends with the format.",
    )
    start: Input | None = Field(
        default=None,
        alias="from",
        description="A hand-tuned picture that it starts from, if one is given.",
    )
    small_up_to: Side = Field(
        default=16,
        description="The largest size, in pixels a side, that starts from `small`, if "
        "that is given.",
    )
    when: Literal["given", "transparent", "opaque"] | None = Field(
        default=None,
        description="Leave it out unless its `from` is given; unless the picture can "
        "be transparent (or `from` is given); or unless it cannot.",
    )
    tone: Tone = Field(
        default="colour",
        description="`grey`: without colour; `tint`: likewise, bright enough to be "
        "coloured on black; `white`: the shape alone, in white.",
    )
    safe: Share | None = Field(
        default=None,
        description="As `fill`, but into a centred circle, of that share of the "
        "shorter side across; whether it stays inside is checked.",
    )
    fill: Shares | None = Field(
        default=None,
        description="A cut-out is trimmed, and stands in the middle as large as that "
        "share of the box, or two, across and down; it grows by half at most. A "
        "picture without transparency runs to the edges.",
    )
    plate: Share | None = Field(
        default=None,
        description="The share of the box that a picture without transparency covers "
        "in place of all of it.",
    )
    mirror: bool = Field(
        default=False,
        description="Beyond its plate it goes on as its own mirror image, for a system "
        "that moves its icons.",
    )
    corners: Share | None = Field(
        default=None,
        description="The radius of the plate's corners, as a share of its shorter "
        "side. A cut-out has a plate where it has a background.",
    )
    alpha: Literal["no", "yes", "channel"] | None = Field(
        default=None,
        description="What is accepted: `no` alpha channel, `yes`: something "
        "transparent, `channel`: one, whatever is in it.",
    )


class PictureFields(Drawn):
    """One picture of a set, or with `each` several that differ in size."""

    size: Side | None = Field(default=None, description="Both sides, in pixels.")
    side: Literal["both", "width", "height"] = Field(
        default="both", description="Which sides a size is of."
    )
    scale: Annotated[float, Field(gt=0, le=16)] | None = Field(
        default=None,
        description="In place of a size: times the width and height given with the "
        "set.",
    )
    each: dict[Words, Side] | None = Field(
        default=None,
        description="Word → size: one picture for each, its word in place of {each}.",
    )
    larger: Literal["skip"] | None = Field(
        default=None, description="Leave it out where the picture is smaller."
    )


class ContainerFields(Drawn):
    """Several sizes of a picture in one file: `.ico` or `.icns`."""

    sizes: Annotated[list[Side], Field(min_length=1)] = Field(
        description="The sizes in it, in pixels a side, in their order."
    )
    bitmaps: bool = Field(
        default=False,
        description="ico: sizes below 256 are kept as bitmaps, for old readers.",
    )


class TextFields(Shape):
    """A text that goes with the pictures.

    Places are `{title}`, `{background}`, … and `{picture.path}`, `{picture.url}`, …; a
    line, or an item, that tells of a picture which was left out is left out too.
    """

    file: Words = Field(description="A pattern for the path below the output.")
    kind: Literal["json", "html", "xml", "text", "svg"] = Field(
        description="What it is: how places are escaped, and its format in the index."
    )
    structure: Any = Field(
        default=None, alias="json", description="What a JSON text says."
    )
    text: str | None = Field(default=None, description="The words.")
    make: Literal["picture", "svg"] | None = Field(
        default=None,
        description="`picture`: an HTML `<picture>` of all pictures of the set; `svg`: "
        "the drawing that is given, which other texts then call `svg`.",
    )
    beside: Words | None = Field(
        default=None, description="A picture without which it is left out."
    )
    absolute: bool = Field(
        default=False,
        description="It is read far from the site: it is left out, and that is told, "
        "unless `base` is an `https://` address.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> TextFields:
        ways = (self.structure, self.text, self.make)
        if sum(way is not None for way in ways) != 1:
            raise Wrong("a text has one of `json`, `text` and `make`")
        return self


class SetFields(Shape):
    """A platform set."""

    name: Words = Field(alias="set", description="What it is called.")
    version: Annotated[int, Field(ge=1)] = Field(
        description="Goes up when what it makes changes."
    )
    about: Words = Field(description="What it is for, as one sentence.")
    master: Words | None = Field(
        default=None, description="What the picture should be like."
    )
    pages: list[Words] = Field(default=[], description="Where its numbers come from.")
    background: Words = Field(
        default="#FFFFFF", description="The colour of {background}, if none is given."
    )
    width: Side | None = Field(
        default=None, description="The width at scale 1, if none is given."
    )
    pictures: dict[Words, PictureFields] = Field(
        default={}, description="The pictures, by a name that texts use."
    )
    containers: dict[Words, ContainerFields] = Field(
        default={}, description="Files of several sizes, by a name that texts use."
    )
    texts: list[TextFields] = Field(default=[], description="What goes with them.")

    def reads(self) -> tuple[str, ...]:
        """Return the hand-tuned pictures that a person may give with the set."""
        drawn = [*self.pictures.values(), *self.containers.values()]
        found: set[str] = {one.start for one in drawn if one.start}
        if any(size <= one.small_up_to for one in drawn for size in sizes_of(one)):
            found.add("small")
        if any(text.make == "svg" for text in self.texts):
            found.add("svg")
        return tuple(sorted(found))


def sizes_of(drawn: Drawn) -> list[int]:
    """Return the sides, in pixels, of every square that is drawn at a size."""
    if isinstance(drawn, ContainerFields):
        return list(dict.fromkeys(drawn.sizes))
    if not isinstance(drawn, PictureFields) or drawn.side != "both":
        return []
    return list((drawn.each or {}).values()) + ([drawn.size] if drawn.size else [])


@cache
def platform_names() -> tuple[str, ...]:
    """Return the names of our own sets."""
    return tuple(sorted(path.stem for path in SHELF.glob("*.yaml")))


def platform_path(name: str) -> Path | None:
    """Return the file of one of our own sets; `name@1` asks for that version."""
    bare = name.partition("@")[0]
    return SHELF / f"{bare}.yaml" if bare in platform_names() else None


def platform_set(name: str) -> SetFields:
    """Return one of our own sets; raises KeyError if there is none of that name."""
    path = platform_path(name)
    if path is None:
        raise KeyError(name)
    return SetFields.model_validate(read(path, path.name).value)


def is_path(word: str) -> bool:
    """Return whether a word names a file rather than a set."""
    return word.startswith((".", "/")) or word.endswith((".yaml", ".yml"))
