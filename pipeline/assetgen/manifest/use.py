"""This file is the shape of a platform set's use: what a manifest gives it."""

from __future__ import annotations

from pydantic import Field

from assetgen.manifest.finishing import Shape, Side, VariantFields, Words


class UseFields(Shape):
    """A platform set with what it is given: hand-tuned pictures, a colour, a name."""

    set: Words = Field(
        description="Its name (`assetgen sets` lists them), or the path of your own."
    )
    small: Words | None = Field(
        default=None, description="A picture drawn for the smallest sizes."
    )
    dark: Words | None = Field(
        default=None, description="A picture for dark surroundings."
    )
    tinted: Words | None = Field(
        default=None, description="A picture in grey that a system colours."
    )
    monochrome: Words | None = Field(
        default=None, description="A picture whose shape alone counts."
    )
    foreground: Words | None = Field(
        default=None, description="A picture that stands before the background."
    )
    svg: Words | None = Field(
        default=None, description="A drawing that is published as it is."
    )
    background: Words | None = Field(
        default=None,
        description="The colour behind pictures that may not be transparent: a "
        "colour, or the name of one of the brand's. Default: the set's.",
    )
    theme: Words | None = Field(
        default=None, description="The colour of a browser's own frame, likewise."
    )
    title: Words | None = Field(
        default=None, description="What texts call it. Default: the brand's name."
    )
    base: Words = Field(
        default="/", description="What stands before a path below the output in HTML."
    )
    width: Side | None = Field(
        default=None, description="The width at scale 1, in sets that have scales."
    )
    height: Side | None = Field(default=None, description="The height, likewise.")
    sizes: Words = Field(
        default="100vw", description="How wide a page shows it: `sizes` in HTML."
    )


# What may stand under `variants:`: a size, a width, the name of a set, or a set in use.
One = VariantFields | Side | Words | UseFields
Wanted = One | list[One]
