"""This file is how assetgen finds what others add to it: entry points, loaded late.

Looking reads package metadata only. A plugin is imported when it is named, so a broken
one disturbs nobody else, and its failure says which package to mend.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points
from typing import TYPE_CHECKING

from assetgen.catalogue import nearest
from assetgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing that an installed package adds.

    Attributes:
        name: The word by which people name it.
        target: What is loaded: ``package.module:Name``.
        distribution: The package that brings it.
        version: That package's version.
    """

    name: str
    target: str
    distribution: str
    version: str


def find(group: str) -> Mapping[str, Plugin]:
    """Return the plugins of a group by name, without importing any.

    Raises UsageError if two packages claim one name.
    """
    found: dict[str, Plugin] = {}
    for entry in entry_points(group=group):
        plugin = _plugin(entry)
        other = found.setdefault(plugin.name, plugin)
        if other != plugin:
            raise UsageError(
                f"`{plugin.name}` is claimed by two packages as one of `{group}`: "
                f"`{other.distribution}` and `{plugin.distribution}`",
                hint="remove one of them",
            )
    return found


def load_plugin(group: str, name: str) -> object:
    """Return what a plugin's entry point names.

    Raises UsageError if there is no such plugin, or if importing it fails, however.
    """
    plugins = find(group)
    if name not in plugins:
        word = group.rpartition(".")[2].removesuffix("s")
        raise UsageError(
            f"no {word} named `{name}`",
            hint=nearest(name, plugins) or f"there are: {', '.join(sorted(plugins))}",
        )
    plugin = plugins[name]
    (entry,) = {
        entry
        for entry in entry_points(group=group, name=name)
        if _plugin(entry) == plugin
    }
    try:
        return entry.load()
    except Exception as error:
        raise UsageError(
            f"`{name}` cannot be loaded: {type(error).__name__}: {error}",
            hint=f"update or remove `{plugin.distribution}` {plugin.version}",
        ) from error


def _plugin(entry: EntryPoint) -> Plugin:
    package = entry.dist
    return Plugin(
        name=entry.name,
        target=entry.value,
        distribution=package.name if package else "",
        version=package.version if package else "",
    )
