"""This file is `assetgen retake`: another picture of the same request, please."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.journal import Intent

EXAMPLE = """\b
Example:
  assetgen retake coin-reward --reason "the rim is too dark"
  assetgen build coin-reward
"""


@click.command("retake", epilog=EXAMPLE)
@positionals("[MANIFEST] NAME...")
@click.option("--reason", metavar="TEXT", default="", help="Why, for the receipt.")
@voice
def command(asked: Asked, console: Console, *, reason: str) -> int:
    """Want another picture of the same request at the next build, and show its price.

    Buys nothing itself: the wish stands in the receipt, and wishing twice before a
    build is wishing once. The picture of today can be picked again later. Where the
    first picture failed or is lost, the wish stands in the journal of this machine.
    """
    from assetgen.cli.reviewing import at_desk, decide, who
    from assetgen.journal import Journal
    from assetgen.review.retake import retake

    names = asked.some()
    project = asked.open()
    assets = project.select(names) or ()

    def again(intent: Intent) -> None:
        path = project.settings.journal
        with Journal.open(path, clock=project.clock) as journal:
            journal.retake(intent.id, who=who(), why=reason or "another try was wanted")

    with at_desk(project) as desk:
        return decide(console, assets, lambda asset: retake(desk, asset, again, reason))
