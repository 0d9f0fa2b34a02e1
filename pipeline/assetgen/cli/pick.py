"""This file is `assetgen pick`: an earlier take becomes the chosen one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen pick coin-reward 1
  assetgen pick coin-reward 4f9a12
"""


@click.command("pick", epilog=EXAMPLE)
@positionals("[MANIFEST] NAME TAKE")
@voice
def command(asked: Asked, console: Console) -> int:
    """Make an earlier take the chosen one, or settle a merge of two choices.

    TAKE is its number, or the first digits of its picture's digest where two takes
    have the same number. A TAKE that is not there lists those that are.
    """
    from assetgen.cli.reviewing import at_desk, decide
    from assetgen.review.pick import pick

    name, take = asked.exactly("NAME", "TAKE")
    project = asked.open()
    asset = project.one(name)
    with at_desk(project) as desk:
        return decide(console, [asset], lambda asset: pick(desk, asset, take))
