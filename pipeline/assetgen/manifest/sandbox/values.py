"""This file is what a template sees: texts, numbers, lists, mappings, colours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Undefined
from jinja2.exceptions import SecurityError
from jinja2.runtime import LoopContext


class Refused(SecurityError):
    """What a template may not do or use so much of, in our own words."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class Values(dict[str, Any]):
    """A mapping that knows its name, for messages: ``brand.colors``."""

    path = ""


class Items(list[Any]):
    """A list that reads well in a sentence, and knows its name."""

    path = ""

    def __str__(self) -> str:
        return printed(self)


class Swatch(str):
    """A colour: its hex value, with a name beside it."""

    __slots__ = ("name", "path")
    name: str
    path: str

    @property
    def named(self) -> str:
        """Return the colour as prompts say it: ``amber (#F59E0B)``."""
        return f"{self.name} ({self})"


def revived(value: Any, path: str) -> Any:  # noqa: ANN401 - JSON
    """Return plain JSON as what templates see, each part knowing its name."""
    if isinstance(value, list):
        items = Items(revived(item, f"{path}[{n}]") for n, item in enumerate(value))
        items.path = path
        return items
    if not isinstance(value, dict):
        return value
    if path.startswith(("brand.colors.", "brand.colors[")):
        swatch = Swatch(value["value"])
        swatch.name, swatch.path = value["name"], path
        return swatch
    values = Values({k: revived(v, below(path, k)) for k, v in value.items()})
    values.path = path
    return values


def below(path: str, key: object) -> str:
    """Return how a template writes a key of something: ``a.b``, ``a['b-c']``."""
    if not path:
        return str(key)
    name = str(key)
    if isinstance(key, str) and name.isidentifier():
        return f"{path}.{name}"
    return f"{path}[{key!r}]"


def printed(value: object) -> str:
    """Return the text of a value; raises Refused for what is none."""
    if isinstance(value, str | Undefined):
        return str.__str__(value) if isinstance(value, str) else str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {printed(item)}" for key, item in value.items())
    if isinstance(value, Iterable) and not isinstance(value, type | LoopContext):
        return ", ".join(printed(item) for item in value)
    if value is None:
        raise Refused(
            "a value that is printed here is empty", "write `|default('…', true)`"
        )
    kind = type(value).__name__.lower()
    raise Refused(f"a template prints values, this is a {kind}", "call it: `name()`")
