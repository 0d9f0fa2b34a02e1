"""This file is what many commands take: `[MANIFEST] [NAME]...`, `--json`, `-q`, `-v`.

A command that uses both decorators is a function of `asked` and `console`::

    @click.command("why", epilog=…)
    @positionals("[MANIFEST] NAME")
    @voice
    def command(asked: Asked, console: Console) -> int:
        (name,) = asked.exactly("NAME")
        project = asked.open()
"""

from __future__ import annotations

import functools
import gc
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from assetgen.cli.front import Front
from assetgen.console import Console
from assetgen.console.console import NORMAL, QUIET, VERBOSE
from assetgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.project import Project

    Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Asked:
    """What the words after a command say.

    Attributes:
        manifest: The manifest as it was typed, None for the nearest one.
        names: All other words: assets and globs, in the order they were typed.
    """

    manifest: str | None
    names: tuple[str, ...]

    def open(self) -> Project:
        """Open the project that is meant, seen from the working directory.

        Ten thousand assets are a million objects without one circle among them, and
        they stay: looking for circles is left until they are read, and to what is new.
        """
        from assetgen.project import open_project

        gc.disable()
        try:
            return open_project(here(), self.manifest)
        finally:
            gc.freeze()
            gc.enable()

    def exactly(self, *words: str) -> tuple[str, ...]:
        """Return the names if there are as many as `words` names; else UsageError."""
        if len(self.names) != len(words):
            got = f"`{' '.join(self.names)}`" if self.names else "nothing"
            message = f"expected {' '.join(words) or 'no names'}, got {got}"
            raise UsageError(message, hint=_help())
        return self.names

    def some(self) -> tuple[str, ...]:
        """Return the names; raises UsageError if there is none."""
        if not self.names:
            message = "expected the name of an asset, got none"
            raise UsageError(message, hint=_help())
        return self.names


def here() -> Path:
    """Return the working directory; raises UsageError if somebody has removed it."""
    try:
        return Path.cwd()
    except OSError as error:
        message = "the folder you are in does not exist any more"
        raise UsageError(message, hint="`cd` to one that does") from error


def positionals(
    metavar: str = "[MANIFEST] [NAME]...",
) -> Callable[[Function], Function]:
    """Give a command the argument `asked`; `metavar` is how its help shows it."""
    return click.argument(
        "asked",
        nargs=-1,
        metavar=metavar,
        callback=lambda _ctx, _parameter, words: sorted_out(words),
    )


def voice(function: Function) -> Function:
    """Give a command the argument `console`, made from `--json`, `-q` and `-v`."""

    @functools.wraps(function)
    def speaking(
        *args: object, as_json: bool, quiet: bool, verbose: bool, **values: object
    ) -> object:
        loudness = QUIET if quiet else VERBOSE if verbose else NORMAL
        console = Console(as_json=as_json, loudness=loudness)
        root = click.get_current_context().find_root()
        if isinstance(root.obj, Front):
            root.obj.own = console
        return function(*args, console=console, **values)

    command: Any = speaking
    for option in (
        click.option("-v", "--verbose", is_flag=True, help="Say more."),
        click.option("-q", "--quiet", is_flag=True, help="Say errors only."),
        click.option("--json", "as_json", is_flag=True, help="Print JSON to stdout."),
    ):
        command = option(command)
    return command  # type: ignore[no-any-return]  # click has no types for it


def sorted_out(words: tuple[str, ...]) -> Asked:
    """Return which of these words is the manifest and which are names.

    Raises UsageError if two of them are manifests.
    """
    manifests = [word for word in words if word.endswith((".yaml", ".yml"))]
    if len(manifests) > 1:
        message = f"two manifests: `{manifests[0]}` and `{manifests[1]}`"
        raise UsageError(message, hint="one command works on one manifest")
    names = tuple(word for word in words if word not in manifests)
    return Asked(manifests[0] if manifests else None, names)


def _help() -> str:
    """Return where the right words are written down."""
    return f"`{click.get_current_context().command_path} --help` has an example"
