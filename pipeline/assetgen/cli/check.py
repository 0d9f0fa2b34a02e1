"""This file is `assetgen check`: prove that everything here agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import here, positionals, voice
from assetgen.console.words import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.review.check import Disagreement

EXAMPLE = """\b
Example:
  assetgen check
  assetgen check --allow-pending --json
"""


@click.command("check", epilog=EXAMPLE)
@positionals("[MANIFEST]")
@click.option(
    "--allow-pending",
    is_flag=True,
    help="Forgive what is only not bought yet: new, changed or retaken.",
)
@voice
def command(asked: Asked, console: Console, *, allow_pending: bool) -> int:
    """Prove that manifest, receipts, originals and published files agree.

    By keys and digests alone: makes nothing anew, needs no key, no network and no
    journal, and writes nothing. Exits 3 if something would have to be bought or made
    again, or a person edited it, and 8 if something is damaged.
    """
    from assetgen.project import open_project
    from assetgen.review.check import (
        disagreements,
        evidence,
        exit_code,
    )

    asked.exactly()
    project = open_project(here(), asked.manifest, remember=False)
    knowledge = evidence(project.manifest)
    plan = project.plan(knowledge)
    found = disagreements(plan, knowledge)
    code = exit_code(found, allow_pending=allow_pending)
    if console.as_json:
        console.json(
            {
                "assets": {each.asset: each.to_json() for each in found},
                "checked": len(plan.assets),
                "exit": code,
            }
        )
    else:
        _say(console, found, len(plan.assets), allow_pending=allow_pending)
    return code


def _say(
    console: Console,
    found: Sequence[Disagreement],
    checked: int,
    *,
    allow_pending: bool,
) -> None:
    """Write one line for each disagreement, and what they add up to."""
    for each in found:
        forgiven = " (forgiven)" if allow_pending and each.pending else ""
        console.data(f"{each.asset}: {each.why}{forgiven}; {each.todo}")
    forgotten = sum(each.pending for each in found) if allow_pending else 0
    mend = f"{len(found) - forgotten or 'nothing'} to mend"
    later = f", {forgotten} to buy" if forgotten else ""
    console.say(f"{counted(checked, 'asset')} checked, {mend}{later}")
