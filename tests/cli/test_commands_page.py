"""The page of commands is their own help; run this file to write it anew."""

from __future__ import annotations

import os
from pathlib import Path

import click
from click.testing import CliRunner

from assetgen.cli.group import COMMANDS, group

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "commands.md"
HEAD = """\
# Commands

What `--help` says, for every command. This page is written and proven by
`tests/cli/test_commands_page.py`.
"""


def page() -> str:
    """Return the page as it should be."""
    parts = [HEAD, *(_chapter(*words) for words in _commands())]
    return "\n".join(parts)


def _commands() -> list[tuple[str, ...]]:
    """Return every command line that has a help of its own."""
    found: list[tuple[str, ...]] = [()]
    context = click.Context(group)
    for name in COMMANDS:
        found.append((name,))
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            found += [(name, below) for below in command.commands]
    return found


def _chapter(*words: str) -> str:
    os.environ["COLUMNS"] = "90"
    runner = CliRunner()
    result = runner.invoke(group, [*words, "--help"], prog_name="assetgen")
    title = " ".join(["assetgen", *words])
    return f"## `{title}`\n\n```text\n{result.output.rstrip()}\n```\n"


def test_the_page_is_what_the_commands_say() -> None:
    """A changed option changes the page in the same commit."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_no_mark_of_the_formatter_is_read_aloud() -> None:
    """Click keeps lines after a control character, which a raw string does not have."""
    assert "\\" not in page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
