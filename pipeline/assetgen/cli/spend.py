"""This file is `assetgen spend`: what was paid, and for what."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import here, positionals, voice
from assetgen.errors import AssetgenError, UsageError, worst

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.consent import Month
    from assetgen.console import Console
    from assetgen.journal import Intent
    from assetgen.project import Project
    from assetgen.receipts import Receipt
    from assetgen.review.spend import Bill
    from assetgen.settings import Settings

EXAMPLE = """\b
Example:
  assetgen spend
  assetgen spend --all --csv > paid.csv
"""


@click.command("spend", epilog=EXAMPLE)
@positionals("[MANIFEST]")
@click.option("--all", "everywhere", is_flag=True, help="For all projects of yours.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV to stdout.")
@voice
def command(asked: Asked, console: Console, *, everywhere: bool, as_csv: bool) -> int:
    """Show what was paid for this project, by month, asset and model.

    From your own journal and from the receipts, which also know what others bought. A
    charge is what the vendor said it took; where it did not say, the estimate counts.
    What is only reserved, or of unknown outcome, stands apart from the total.
    """
    from assetgen.review.spend import bills, to_json

    asked.exactly()
    if as_csv and console.as_json:
        message = "`--csv` and `--json` exclude each other"
        raise UsageError(message)
    project, settings = _surroundings(asked, everywhere=everywhere)
    receipts, codes = _receipts(console, project)
    mine, everything = _journal(settings, None if everywhere else project)
    found = bills(mine, everything, receipts)
    month = None if everywhere or project is None else _month(project)
    if console.as_json:
        console.json(to_json(found, month))
    elif as_csv:
        console.data(_csv(found))
    else:
        console.data("\n".join([_table(found), *_month_row(month)]))
    return worst(codes)


def _surroundings(asked: Asked, *, everywhere: bool) -> tuple[Project | None, Settings]:
    """Return the project here and its settings; none is needed for all of them."""
    from assetgen.cli.surroundings import settings_here
    from assetgen.project import find_manifest

    if everywhere and asked.manifest is None:
        try:
            find_manifest(here())
        except UsageError:
            return None, settings_here()
    project = asked.open()
    return project, project.settings


def _receipts(
    console: Console, project: Project | None
) -> tuple[list[Receipt], list[int]]:
    """Return the project's receipts; warn of those that cannot be read and counted."""
    found: list[Receipt] = []
    codes: list[int] = []
    for _, receipt in project.originals.receipts() if project else ():
        if isinstance(receipt, AssetgenError):
            console.warn(f"not counted: {receipt.message}", receipt.hint)
            codes.append(receipt.exit_code)
        else:
            found.append(receipt)
    return found, codes


def _journal(
    settings: Settings, project: Project | None
) -> tuple[tuple[Intent, ...], tuple[Intent, ...]]:
    """Return the journal's purchases for a project (None: all), and all of them."""
    from assetgen.journal import Journal

    with Journal.open(settings.journal, reading=True) as journal:
        everything = journal.intents()
    if project is None:
        return everything, everything
    root = str(project.manifest.root)
    return tuple(each for each in everything if each.project == root), everything


def _month(project: Project) -> Month | None:
    """Return how the month's budget stands, None if there is none."""
    if project.manifest.monthly is None:
        return None
    with project.remembered() as knowledge:
        return project.month(knowledge.journal)


def _month_row(month: Month | None) -> list[str]:
    """Return the line about the month's budget."""
    from assetgen.consent import dollars

    if month is None:
        return []
    committed, limit = dollars(month.committed), dollars(month.limit)
    return [f"this month: {committed} of {limit} committed, {dollars(month.left)} left"]


def _csv(found: tuple[Bill, ...]) -> str:
    """Return the full table as CSV: a header, then one row per line of the table."""
    from assetgen.review.spend import COLUMNS, by_all, grouped

    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for key, row in grouped(found, by_all).items():
        writer.writerow([*key, row.pictures, row.estimate, row.charged, row.paid])
    return text.getvalue().rstrip("\n")


def _table(found: tuple[Bill, ...]) -> str:
    """Return the full table as text, its total, and what is not counted in it."""
    from assetgen.consent import dollars
    from assetgen.review.spend import by_all, grouped, kind_sum

    head = ("month", "asset", "model", "pictures", "estimate", "charged", "paid")
    total = kind_sum(found, "paid")
    groups = [*grouped(found, by_all).items(), (("total", "", ""), total)]
    rows = [
        (
            *key,
            str(row.pictures),
            dollars(row.estimate),
            "not said" if row.charged is None else dollars(row.charged),
            dollars(row.paid),
        )
        for key, row in groups
    ]
    lines = _aligned([head, *rows], text_columns=3)
    if total.unpriced:
        lines.append(f"{total.unpriced} of unknown price are not in the total")
    for kind, words in (("reserved", "reserved"), ("unsure", "of unknown outcome")):
        apart = kind_sum(found, kind)  # type: ignore[arg-type]  # two of its words
        if any(bill.kind == kind for bill in found):
            lines.append(f"{words}, not in the total: {dollars(apart.estimate)}")
    return "\n".join(lines)


def _aligned(rows: list[tuple[str, ...]], *, text_columns: int) -> list[str]:
    """Return rows as lines: words to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            f"{cell:<{width}}" if number < text_columns else f"{cell:>{width}}"
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
