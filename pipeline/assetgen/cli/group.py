"""This file is the list of commands; `--help` reads it and imports none of them.

Each command is the value `command` of the file of its name in this folder.
"""

from __future__ import annotations

import importlib
import os
from types import MappingProxyType
from typing import TYPE_CHECKING

import click

from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

COMMANDS: Mapping[str, str] = MappingProxyType({
    "init": "Start a project here.",
    "validate": "Find every mistake in every file.",
    "prompt": "Show the exact request that would be sent.",
    "plan": "Show what a build would do, why, and its price.",
    "why": "Show what changed since an asset's picture was bought.",
    "build": "Make what is missing and publish it.",
    "check": "Prove that everything here agrees.",
    "status": "Show how every asset stands.",
    "retake": "Want another picture of the same request.",
    "pick": "Choose an earlier take.",
    "keep": "Keep a picture although its request changed.",
    "adopt": "Make a file the chosen picture.",
    "resolve": "Settle a purchase whose outcome is unknown.",
    "spend": "Show what was paid, and for what.",
    "cache": "List, check or clean the store.",
    "weights": "List, pull or check the models of rembg.",
    "sets": "List the platform sets, or copy one.",
    "schema": "Print the JSON Schema of the files.",
    "models": "Show who can draw, and at what price.",
    "provenance": "Show what a picture's file says about its making.",
    "doctor": "Show what works here.",
})  # fmt: skip


class Commands(click.Group):
    """The group of all commands, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's own
        """Return all names, in the order in which a person meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's own
        """Import a command and return it; None if there is no such command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"assetgen.cli.{cmd_name}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed; a misspelt one gets the nearest name."""
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            from assetgen.catalogue import nearest
            from assetgen.errors import UsageError

            hint = nearest(name, COMMANDS) or "`assetgen --help` lists all commands"
            message = f"no command `{name}`"
            raise UsageError(message, hint=hint)
        return super().resolve_command(ctx, args)

    def format_commands(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write the list of commands from the table above."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


# Not docstrings: in a raw one click's mark for "keep these lines" would be read aloud.
HELP = """Buy declared pictures once: from assets.yaml to published brand assets.

\b
assetgen COMMAND [MANIFEST] [NAME]... [OPTIONS]

A word that ends in .yaml or .yml is the manifest (default: the nearest assets.yaml
here or above); the others are assets, with globs. Data goes to stdout, everything
else to stderr.
"""
EPILOG = """\b
Example:
  assetgen init shop && cd shop && assetgen build

\b
Exit codes:
  0  everything is there            6  another build holds the project
  1  some assets failed             7  not now: run again to go on
  2  fix files, flags, settings     8  what is remembered is damaged
  3  out of date, edited or lost    9  key refused, or no credit
  4  not agreed to, over budget    70  a bug; a report is written
  5  a person must decide         130, 143  interrupted
"""


@click.command(
    cls=Commands,
    help=HELP,
    epilog=EPILOG,
    context_settings={"max_content_width": 100},
)
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False),
    help="Run as if started in DIR.",
)
@click.version_option(VERSION, message="assetgen %(version)s")
@click.pass_context
def group(ctx: click.Context, folder: str | None) -> None:
    """Carry out one command, as if started in another folder if `-C` says so."""
    if folder is not None:
        ctx.call_on_close(_there_and_back(folder))


def _there_and_back(folder: str) -> Callable[[], None]:
    """Go to a folder and return what goes back: one process may run many commands."""
    before = os.getcwd()  # noqa: PTH109  pathlib is not needed for `--help`
    os.chdir(folder)
    return lambda: os.chdir(before)
