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

Share = Annotated[str, Field(pattern=r"^[0-9]{1,2}(\.[0-9]+)?%$|^100%$")]
Input = Literal["small", "dark", "tinted", "monochrome", "foreground"]


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
    when: Literal["given", "transparent", "opaque"] | None = Field(
        default=None,
        description="Leave it out unless its `from` is given; unless the picture can "
        "be transparent (or `from` is given); or unless it cannot.",
    )
    tone: Tone = Field(
        default="colour",
        description="`grey`: without colour; `white`: the shape alone, in white.",
    )
    safe: Share | None = Field(
        default=None,
        description="Diameter of the centred circle that the subject is fitted into, "
        "as a share of the shorter side, and checked to stay inside.",
    )
    fill: Share | None = Field(
        default=None,
        description="As `safe`, but nobody is refused for reaching further out. A "
        "subject never grows for it.",
    )
    bleed: bool = Field(
        default=False,
        description="A picture without transparency runs to the edges, whole.",
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
        description="The sizes in it, in pixels a side."
    )
    small_up_to: Side = Field(
        default=16, description="The largest size that `small` is taken for."
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
        if any(min(one.sizes) <= one.small_up_to for one in self.containers.values()):
            found.add("small")
        if any(text.make == "svg" for text in self.texts):
            found.add("svg")
        return tuple(sorted(found))


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
