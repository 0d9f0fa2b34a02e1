"""This file is `assetgen keep`: the picture stays although its request changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen keep coin-reward --reason "only the wording changed"
"""


@click.command("keep", epilog=EXAMPLE)
@positionals("[MANIFEST] NAME...")
@click.option("--reason", metavar="TEXT", default="", help="Why, for the receipt.")
@voice
def command(asked: Asked, console: Console, *, reason: str) -> int:
    """Keep the chosen picture although its request changed, until it changes again.

    Also takes back a `retake` that no build has carried out.
    """
    from assetgen.cli.reviewing import at_desk, decide
    from assetgen.review.keep import keep

    names = asked.some()
    project = asked.open()
    assets = project.select(names) or ()
    with at_desk(project) as desk:
        return decide(console, assets, lambda asset: keep(desk, asset, reason))
