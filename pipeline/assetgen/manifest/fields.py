"""This file is the shape of `assets.yaml`: every key, its type, and what it means.

The descriptions are what an editor shows (`assetgen schema`). Only the shape is
checked here; what needs a catalogue, a template or a disk is checked by the loader.
Nothing is converted: what YAML read as a text stays one.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from assetgen.manifest.emitting import Emit
from assetgen.manifest.finishing import (
    CutFields,
    ProvenanceFields,
    Shape,
    Side,
    Words,
)
from assetgen.manifest.issues import Wrong, describe
from assetgen.manifest.overlay_fields import Overlay
from assetgen.manifest.use import Wanted

Scalar = str | bool | int | float
_Values = Annotated[list[Scalar], Field(min_length=1)]


def _matrix_values(value: object) -> object:
    if not isinstance(value, list):
        hint = f"write `[{value}]`" if isinstance(value, Scalar) else None
        raise Wrong("expected a list of values", hint=hint)
    if not value:
        raise Wrong("a matrix makes one asset per value, and this list has none")
    return value


def _version(value: object) -> object:
    if value != 1 or isinstance(value, bool):
        what = "a text" if isinstance(value, str) else describe(value)
        message = f"this assetgen reads version 1 of the format, not {what}"
        raise Wrong(message, hint="write `version: 1`, or update assetgen")
    return value


_Usd = Annotated[float, Field(ge=0, allow_inf_nan=False)]


def _budget(value: object) -> object:
    if isinstance(value, str):
        message = f"expected a number of USD, got {describe(value)}"
        raise Wrong(message, hint="write it without a sign: `budget: 5.00`")
    if isinstance(value, int | float) and value < 0:
        raise Wrong(f"expected at least 0.0, got {describe(value)}")
    return value


class BudgetFields(Shape):
    """What may be spent, in USD."""

    build: Annotated[_Usd | None, BeforeValidator(_budget)] = Field(
        default=None, description="What one build may newly commit."
    )
    month: Annotated[_Usd | None, BeforeValidator(_budget)] = Field(
        default=None,
        description="What all builds of this folder may commit in a month (UTC).",
    )


class AssetFields(Shape):
    """One picture: its words, who draws it, and what is made of it.

    Every field may be null, which clears a default.
    """

    prompt: str | None = Field(
        default=None, description="The words, as a Jinja2 template."
    )
    template: str | None = Field(
        default=None,
        description="A file of the templates folder with the words, or with "
        "`kind: template` the drawing (SVG).",
    )
    source: str | None = Field(
        default=None,
        description="A picture that exists, beside this file; nothing is bought.",
    )
    kind: Literal["template"] | None = Field(
        default=None,
        description="`template`: the template is the picture itself, in SVG; nothing "
        "is bought. Default: its words are sent to a model.",
    )
    width: Side | None = Field(
        default=None,
        description="Of a drawing (SVG): its width in pixels. Default: its own.",
    )
    height: Side | None = Field(
        default=None,
        description="Of a drawing (SVG): its height in pixels. Default: its own.",
    )
    vars: dict[str, Any] | None = Field(
        default=None, description="Values for templates: `{{ vars.mood }}`."
    )
    matrix: (
        dict[
            Words,
            Annotated[
                _Values, BeforeValidator(_matrix_values, json_schema_input_type=_Values)
            ],
        ]
        | None
    ) = Field(
        default=None,
        description="Lists of values: one asset per combination, named "
        "`<name>-<value>…`; `{{ matrix.hue }}` in templates.",
    )
    exclude: list[str] | str | None = Field(
        default=None,
        description="What must not be in the picture: the last sentence of the prompt.",
    )
    provider: str | None = Field(default=None, description="Who draws it.")
    model: str | None = Field(
        default=None, description="Which of the provider's models."
    )
    aspect_ratio: str | None = Field(default=None, description="`16:9`, unquoted.")
    resolution: str | int | None = Field(default=None, description="`1K`, `2K`, `4K`.")
    source_format: Literal["png", "jpg", "jpeg"] | None = Field(
        default=None, description="What is asked of the model; png where it has it."
    )
    params: dict[str, Any] | None = Field(
        default=None, description="Further inputs of the model, by their own names."
    )
    sub_brand: str | None = Field(
        default=None, description="One of the brand's `brands:`."
    )
    remove_bg: bool | CutFields | None = Field(
        default=None,
        alias="removeBg",
        description="Cut the picture out of its background.",
    )
    overlay: Overlay | None = Field(
        default=None,
        description="A logo or type that is laid on the picture, or a list of these, "
        "the lowest first.",
    )
    variants: Wanted | None = Field(
        default=None,
        description="The name of a set, sizes, or a list of these; a number is a "
        "width.",
    )
    master: bool | Literal["both"] | None = Field(
        default=None,
        description="Whether `<name>.png` itself is published; `both` publishes it "
        "as bought and `<name>-nobg.png` cut out.",
    )
    provenance: bool | ProvenanceFields | None = Field(
        default=None,
        description="Whether bought pictures say that a model made them. Default: true",
    )
    alt: str | None = Field(
        default=None, description="What a person who cannot see it should read."
    )
    tags: list[str] | str | None = Field(
        default=None, description="Words to select by: `build --tag`."
    )
    path: str | None = Field(
        default=None,
        description="Folder below the output. Default: the name up to its last `/`.",
    )
    to: str | None = Field(
        default=None, description="Which output, by its name. Default: the first."
    )

    @model_validator(mode="before")
    @classmethod
    def _has_fields(cls, value: object) -> object:
        if not isinstance(value, dict):
            message = f"expected fields, got {describe(value)}"
            hint = "write them below, further to the right: `prompt: a red coin`"
            raise Wrong(message, hint=hint)
        return value


class ProviderFields(Shape):
    """What a manifest may say about a provider: never a key, never an address."""

    concurrency: Annotated[int, Field(ge=1, le=1000)] | None = Field(
        default=None, description="Jobs that may be out at once."
    )
    timeout: Annotated[float, Field(gt=0, allow_inf_nan=False)] | Words | None = Field(
        default=None,
        description="How long a build waits for one job: `15m`, `90s`, or seconds.",
    )


class IncludeFields(Shape):
    """An included file: more assets and variants, with defaults of its own."""

    defaults: AssetFields | None = Field(
        default=None, description="Any field of an asset; its own field wins."
    )
    variants: dict[Words, Wanted] | None = Field(
        default=None, description="Named sets of sizes that assets refer to."
    )
    assets: dict[str, AssetFields] | None = Field(
        default=None, description="The pictures, by name; `/` makes folders."
    )


class ManifestFields(IncludeFields):
    """The manifest of a project."""

    version: Annotated[Literal[1], BeforeValidator(_version)] = Field(
        default=1, description="The version of this format."
    )
    brand: Words | None = Field(
        default=None,
        description="The brand file. Default: `brand.yaml` beside this file.",
    )
    templates: Words = Field(
        default="templates/",
        description="Where `template:` and `{% include %}` look.",
    )
    fonts: Words | list[Words] = Field(
        default="fonts/",
        description="Fonts of drawings: a folder, or a list of folders and files "
        "(ttf, otf, ttc).",
    )
    output: Words | Annotated[dict[Words, Words], Field(min_length=1)] = Field(
        default="output/",
        description="Where finished files go: a folder, or names for several.",
    )
    originals: Words = Field(
        default="originals/", description="Every bought picture; commit it."
    )
    emit: Emit | None = Field(
        default=None,
        description="Texts for other programs about all pictures: a list of `json`, "
        "`typescript`, `css` and `html`, or `{formats: […], names: hashed, …}`.",
    )
    budget: Annotated[
        _Usd | BudgetFields | None,
        BeforeValidator(_budget, json_schema_input_type=_Usd | BudgetFields | None),
    ] = Field(
        default=None,
        description="USD that one build may spend, or `{build: 5, month: 50}`.",
    )
    include: Words | list[Words] = Field(
        default=[], description="More files, as patterns: `assets/*.yaml`."
    )
    providers: dict[str, ProviderFields] = Field(
        default={}, description="Settings per provider; never a key or an address."
    )
