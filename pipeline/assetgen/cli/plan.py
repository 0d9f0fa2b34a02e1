"""This file is `assetgen plan`: what a build would do, why, and its price."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice
from assetgen.console.harmless import harmless_json
from assetgen.errors import UsageError, worst

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.knowledge import Knowledge
    from assetgen.plan import Plan

# Not a docstring: in a raw one click's mark for "keep these lines" would be read aloud.
HELP = """Show what a build would do to each asset, why, and its price.

\b
+  made for the first time      ~  changed, or made again
=  up to date                   -  removed
?  you must decide first        !  edited, broken, lost or failed: left alone
"""
EXAMPLE = """\b
Example:
  assetgen plan
  assetgen plan 'icons/*' --json
  assetgen plan --detailed-exitcode -o plan.json
"""
CHANGES, MISTAKE = 2, 1


@click.command("plan", help=HELP, epilog=EXAMPLE)
@positionals()
@click.option("--draft", is_flag=True, help="Plan `build --draft`.")
@click.option("--rebuy", metavar="NAME", multiple=True, help="Plan `build --rebuy`.")
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="Only assets so tagged."
)
@click.option(
    "--detailed-exitcode",
    is_flag=True,
    help="Exit 0 if nothing would happen, 1 for an error or mistake, 2 for changes.",
)
@click.option(
    "-o",
    "--out",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the plan as JSON.",
)
@voice
def command(  # noqa: PLR0913  one for each option
    asked: Asked,
    console: Console,
    *,
    draft: bool,
    rebuy: tuple[str, ...],
    tags: tuple[str, ...],
    detailed_exitcode: bool,
    out: Path | None,
) -> int:
    """Print the plan of a build, and exit as it was asked to."""
    from assetgen.cli.plan_pages import plan_json, plan_rows
    from assetgen.consent import Terms, decide
    from assetgen.running import settled_terms
    from assetgen.sourcing import Wish

    project = asked.open()
    with project.remembered() as knowledge:
        assets = project.select(asked.names, tags, together=True)
        again = frozenset(each.name for each in project.select(rebuy) or ())
        wish = Wish(draft=draft, rebuy=again)
        plan = project.plan(knowledge, assets=assets, wish=wish)
        month = project.month(knowledge.journal)
        terms = settled_terms(project, Terms(month=month))
        consent = decide(plan, terms)
        page = plan_json(plan, consent)
        if out is not None:
            _write(out, harmless_json(page, indent=2))
        if console.as_json:
            console.json(page)
        else:
            console.rows(plan_rows(project, plan, consent, terms))
        return _exit_code(plan, knowledge, detailed=detailed_exitcode)


def _exit_code(plan: Plan, knowledge: Knowledge, *, detailed: bool) -> int:
    """Return 0, or what damage exits with, or in detail 0, 1 or 2."""
    damaged = worst(error.exit_code for error in knowledge.troubles.values())
    if not detailed:
        return damaged
    if damaged or any(each.asset.faults for each in plan.assets):
        return MISTAKE
    return 0 if plan.idle and not any(each.edited for each in plan.assets) else CHANGES


def _write(path: Path, text: str) -> None:
    """Write a plan to a file; raises UsageError if the disk refuses it."""
    from assetgen.files import reason_of

    try:
        path.write_text(text + "\n", encoding="ascii")
    except OSError as error:
        message = f"cannot write `{path}`: {reason_of(error)}"
        raise UsageError(message) from error
