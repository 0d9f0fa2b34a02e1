"""This file is the brand: what all prompts share, read from plain data and checked.

`BrandFile` is what a person may write (the JSON Schema comes from it), `Brand` what
the rest of assetgen sees: frozen, colours read, sub-brands resolved.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Annotated

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictStr,
    ValidationError,
)

from assetgen.manifest.colors import parse_color
from assetgen.manifest.issues import Issue, Wrong, describe, issues_from

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assetgen.manifest.issues import Keys

    Raw = Callable[[Keys], str | None]


@dataclass(frozen=True, slots=True)
class Color:
    """One colour: its value as ``#RRGGBB``, upper case, and its name in words."""

    value: str
    name: str

    @property
    def named(self) -> str:
        """Return the colour as a prompt says it: ``amber (#F59E0B)``."""
        return f"{self.name} ({self.value})"


@dataclass(frozen=True, slots=True)
class Brand:
    """What all prompts share. Its names are lists and mappings, in file order.

    Attributes:
        name: The brand's name, "" if the file does not say.
        gradients: Name → ``#RRGGBB`` stops.
        exclude: What no picture shows: words, or a whole sentence.
        brands: The sub-brands, each with everything it inherits.
    """

    name: str = ""
    colors: Mapping[str, Color] = field(default_factory=dict)
    gradients: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    keywords: tuple[str, ...] = ()
    exclude: tuple[str, ...] | str = ()
    brands: Mapping[str, Brand] = field(default_factory=dict)

    def values(self) -> dict[str, object]:
        """Return the brand as templates get it (plain JSON; sub-brands apart)."""
        exclude = self.exclude
        return {
            "name": self.name,
            "colors": {
                key: {"value": color.value, "name": color.name}
                for key, color in self.colors.items()
            },
            "gradients": {key: list(stops) for key, stops in self.gradients.items()},
            "keywords": list(self.keywords),
            "exclude": exclude if isinstance(exclude, str) else list(exclude),
        }


# --- what a person may write --------------------------------------------------------


def _key(key: object) -> object:
    """Return the names of a scale (``500``) as text; the rest is for pydantic."""
    return str(key) if isinstance(key, int) and not isinstance(key, bool) else key


def _color(value: object) -> object:
    if value is None or isinstance(value, int | float):
        message = f"expected a colour, got {describe(value)}"
        raise Wrong(message, hint='write colours in quotes: `"#EC4899"`')
    return parse_color(value) if isinstance(value, str) else value


Name = Annotated[StrictStr, BeforeValidator(_key), Field(min_length=1)]
Words = Annotated[StrictStr, Field(min_length=1)]
Hex = Annotated[StrictStr, BeforeValidator(_color)]

_STRICT = ConfigDict(extra="forbid", frozen=True)


class SubColorFile(BaseModel):
    """What a sub-brand changes of a colour."""

    model_config = _STRICT

    value: Hex | None = Field(
        default=None, description="`#RGB`, `#RRGGBB` or a CSS colour function."
    )
    name: Words | None = Field(
        default=None,
        description="What `{{ brand.colors.x.name }}` is; the colour's key if not set.",
    )


class ColorFile(SubColorFile):
    """A colour that has a name in words."""

    value: Hex = Field(description="`#RGB`, `#RRGGBB` or a CSS colour function.")


class _Shared(BaseModel):
    """What a brand and a sub-brand are written alike with."""

    model_config = _STRICT

    name: Words | None = Field(default=None, description="The brand's name.")
    gradients: dict[Name, Annotated[list[Hex], Field(min_length=1)]] = Field(
        default_factory=dict, description="Lists of colours, by name."
    )
    keywords: list[Words] | None = Field(
        default=None, description="Words for prompts: `{{ brand.keywords }}`."
    )
    exclude: list[Words] | Words | None = Field(
        default=None,
        description="One last sentence of every prompt: a list of what must not be "
        "in the picture, or the sentence itself.",
    )


class SubBrandFile(_Shared):
    """What a sub-brand changes: maps merge by key, lists replace."""

    colors: dict[Name, Hex | SubColorFile] = Field(
        default_factory=dict, description="Colours that are new or different."
    )


class BrandFile(_Shared):
    """What all prompts share: colours, gradients, words."""

    colors: dict[Name, Hex | ColorFile] = Field(
        default_factory=dict, description="`{{ brand.colors.primary }}`, by name."
    )
    brands: dict[Name, SubBrandFile] = Field(
        default_factory=dict, description="Sub-brands; each inherits all of this."
    )


# --- reading ------------------------------------------------------------------------


def read_brand(
    value: object, *, raw: Raw | None = None
) -> tuple[Brand | None, list[Issue]]:
    """Return the brand that plain data describes, or every mistake in it.

    Args:
        value: The file's content; None (an empty file) is an empty brand.
        raw: Returns a scalar as it was written, given its keys, so that ``000000``
            is called that and not ``0``.
    """
    try:
        file = BrandFile.model_validate({} if value is None else value)
    except ValidationError as error:
        issues = issues_from(error, BrandFile)
        return None, [_as_written(issue, raw) for issue in issues]
    issues = _without_value(file)
    return (None, issues) if issues else (_brand(file), [])


def _without_value(file: BrandFile) -> list[Issue]:
    """Return the colours that a sub-brand leaves without a value."""
    return [
        Issue(("brands", name, "colors", key), "missing `value`", on_key=True)
        for name, sub in file.brands.items()
        for key, color in sub.colors.items()
        if isinstance(color, SubColorFile) and not color.value
        if key not in file.colors
    ]


def _as_written(issue: Issue, raw: Raw | None) -> Issue:
    """Return the issue of a colour that YAML took for a number, with its own text."""
    unquoted = issue.message.startswith("expected a colour, got `")
    text = raw(issue.keys) if raw and unquoted and not issue.on_key else None
    if text is None:
        return issue
    try:
        value = parse_color(text if text.startswith("#") else f"#{text}")
    except Wrong:
        return issue
    message = f"expected a colour, got `{text}` without its `#`"
    return Issue(issue.keys, message, f'write `"{value}"`, in quotes')


def _brand(file: BrandFile) -> Brand:
    base = _merged(Brand(), file)
    brands = {key: _merged(base, sub) for key, sub in file.brands.items()}
    return replace(base, brands=brands)


def _merged(base: Brand, file: BrandFile | SubBrandFile) -> Brand:
    exclude = tuple(file.exclude) if isinstance(file.exclude, list) else file.exclude
    gradients = {key: tuple(stops) for key, stops in file.gradients.items()}
    keywords = base.keywords if file.keywords is None else tuple(file.keywords)
    colors = {
        key: _color_over(base.colors.get(key), key, written)
        for key, written in file.colors.items()
    }
    return Brand(
        name=base.name if file.name is None else file.name,
        colors={**base.colors, **colors},
        gradients={**base.gradients, **gradients},
        keywords=keywords,
        exclude=base.exclude if exclude is None else exclude,
    )


def _color_over(base: Color | None, key: str, written: str | SubColorFile) -> Color:
    """Return a colour over the one it stands for: a map merges, a text replaces."""
    if isinstance(written, str):
        return Color(written, key)
    under = base or Color("", key)
    return Color(written.value or under.value, written.name or under.name)
