"""This file is the list of providers: who is installed, and loading one by name.

A provider is an entry point of the group ``assetgen.providers``: its name is the word
in a manifest's `provider:` field, its value a `Provider` class, made by
``cls(environment, clock)``. The built-ins register the same way.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING

from assetgen.errors import UsageError
from assetgen.plugins import Plugin, find, load_plugin
from assetgen.providers.base import Provider

if TYPE_CHECKING:
    from collections.abc import Mapping

GROUP = "assetgen.providers"


def names() -> list[str]:
    """Return the names of all installed providers, sorted; loads none of them."""
    return sorted(find(GROUP))


def plugins() -> Mapping[str, Plugin]:
    """Return where every provider comes from, by its name; loads none of them."""
    return find(GROUP)


def load(name: str) -> type[Provider]:
    """Return a provider's class by its name.

    Raises UsageError if no such provider is installed, if it cannot be imported, or if
    it is not a `Provider` of that name.
    """
    loaded = load_plugin(GROUP, name)
    if not inspect.isclass(loaded) or not issubclass(loaded, Provider):
        raise UsageError(f"the provider `{name}` is not a class made from `Provider`")
    if inspect.isabstract(loaded):
        missing = ", ".join(f"`{word}`" for word in sorted(loaded.__abstractmethods__))
        raise UsageError(f"the provider `{name}` does not define {missing}")
    if getattr(loaded, "name", None) != name:
        raise UsageError(f"the provider `{name}` does not carry that name itself")
    return loaded
