"""This file is `assetgen doctor`: what works here, and what to do about the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen doctor
  assetgen doctor --offline --json
"""
SIGNS = {"ok": ("good", "="), "note": ("change", "~"), "broken": ("wrong", "!")}


@click.command("doctor", epilog=EXAMPLE)
@positionals("[MANIFEST]")
@click.option("--offline", is_flag=True, help="Ask no provider for its balance.")
@click.option("--mend", is_flag=True, help="Write a damaged journal anew first.")
@voice
def command(asked: Asked, console: Console, *, offline: bool, mend: bool) -> int:
    """Show what works here: keys, balance, formats, disk, store and journal.

    Spends nothing and never shows a key. Exits 0 unless something is broken, and then
    with the code that a build would exit with. A damaged journal is written anew only
    if every event of it is there; the damaged one is kept beside it.
    """
    from assetgen.cli.examinations import examine
    from assetgen.errors import worst

    asked.exactly()
    if mend:
        console.say(_mended(asked))
    findings = list(examine(asked, offline=offline))
    if console.as_json:
        console.json({"findings": [finding.to_json() for finding in findings]})
    else:
        width = max(len(finding.subject) for finding in findings)
        for each in findings:
            tone, sign = SIGNS[each.state]
            rows = [(tone, f"{sign} {each.subject:<{width}}  {each.text}")]
            if each.hint:
                rows.append(("", f"  {'':<{width}}  hint: {each.hint}"))
            console.rows(rows)
    return worst(finding.exit_code for finding in findings)


def _mended(asked: Asked) -> str:
    """Mend the journal if it is damaged; return what became of it."""
    from assetgen.cli.surroundings import settings_here
    from assetgen.clock import SystemClock, utc_text
    from assetgen.errors import Damaged
    from assetgen.journal import Journal
    from assetgen.journal.mending import mend

    path = settings_here(asked.manifest).journal
    try:
        with Journal.open(path, reading=True) as journal:
            journal.verify()
    except Damaged:
        stamp = utc_text(SystemClock().now()).replace(":", "").replace("-", "")
        count, aside = mend(path, stamp)
        return f"mended: {count:,} purchases, each proven; the damaged one is `{aside}`"
    return "the journal is whole, there is nothing to mend"
