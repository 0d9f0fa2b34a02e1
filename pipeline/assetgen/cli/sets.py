"""This file is `assetgen sets`: the platform sets, and the file of each to copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import voice

if TYPE_CHECKING:
    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen sets
  assetgen sets pwa > sets/pwa.yaml
"""


@click.command("sets", epilog=EXAMPLE)
@click.argument("name", required=False, metavar="[NAME]")
@voice
def command(name: str | None, console: Console) -> int:
    """List the platform sets, or print the file of one.

    An asset asks for a set by its name, `variants: favicon`, or for a changed copy of
    its file by the path of that, `variants: ./sets/favicon.yaml`.
    """
    from assetgen.manifest.sets import platform_names, platform_set

    if name is not None:
        return _one(name, console)
    found = [platform_set(each) for each in platform_names()]
    if console.as_json:
        sets = {
            one.name: {
                "version": one.version,
                "about": one.about,
                "takes": list(one.reads()),
            }
            for one in found
        }
        console.json({"sets": sets})
        return 0
    width = max(len(one.name) for one in found)
    console.rows(("", f"{one.name:<{width}}  {one.about}") for one in found)
    console.say("`assetgen sets NAME > my-set.yaml` copies one, to be changed")
    return 0


def _one(name: str, console: Console) -> int:
    """Print the file of a set, word for word."""
    from assetgen.errors import UsageError
    from assetgen.manifest.issues import unknown
    from assetgen.manifest.sets import platform_names, platform_path, platform_set

    path = platform_path(name)
    if path is None:
        message, hint = unknown("set", name, platform_names())
        raise UsageError(message, hint=hint)
    if console.as_json:
        found = platform_set(name)
        console.json(found.model_dump(by_alias=True, exclude_unset=True))
    else:
        console.data(path.read_text(encoding="utf-8").rstrip("\n"))
    return 0
