"""This file is `assetgen build`: make what is missing and publish it."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assetgen.cli.idle import nothing
from assetgen.cli.money import USD
from assetgen.cli.parameters import positionals, voice
from assetgen.console.harmless import harmless_json
from assetgen.console.words import complaints, counted, summary
from assetgen.errors import AssetgenError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.console.progress import Follower
    from assetgen.events import Report
    from assetgen.listening import Webhook
    from assetgen.plan import Plan
    from assetgen.project import Project
    from assetgen.running import Options

EXAMPLE = """\b
Example:
  assetgen build
  assetgen build coin-reward 'icons/*' --budget 2.50
  assetgen build --frozen        in CI: fails if something would have to be bought
"""
INTERRUPTED = (130, 143)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the options of `build` say, as they were typed."""

    draft: bool
    frozen: bool
    budget: Decimal | None
    yes: bool
    partial: bool
    unpriced: tuple[str, ...]
    rebuy: tuple[str, ...]
    reencode: bool
    tags: tuple[str, ...]
    workers: int | None
    fail_fast: bool
    patience: float
    report: Path | None
    webhook: str | None
    webhook_port: int | None
    webhook_bind: str | None


@click.command("build", epilog=EXAMPLE)
@positionals()
@click.option("--draft", is_flag=True, help="Placeholders where nothing is bought.")
@click.option("--frozen", is_flag=True, help="Buy nothing; exit 3 if that is needed.")
@click.option("--budget", type=USD, help="What this build may spend at most.")
@click.option("--yes", is_flag=True, help="Agree to the total within the budget.")
@click.option("--partial", is_flag=True, help="Buy what the budget covers, in order.")
@click.option(
    "--allow-unpriced",
    "unpriced",
    metavar="MODEL",
    multiple=True,
    help="Buy from MODEL although its price is unknown.",
)
@click.option("--rebuy", metavar="NAME", multiple=True, help="Buy a lost one again.")
@click.option("--reencode", is_flag=True, help="Make every file again.")
@click.option(
    "--tag", "tags", metavar="TAG", multiple=True, help="Only assets so tagged."
)
@click.option("--workers", type=click.IntRange(min=1), help="Threads for pixels.")
@click.option("--fail-fast", is_flag=True, help="Buy nothing more after a failure.")
@click.option(
    "--lock-timeout",
    "patience",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=0.0,
    help="Wait for another build of this project.",
)
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write what happened as JSON.",
)
@click.option("--webhook", metavar="URL", help="Where the provider may call back.")
@click.option(
    "--webhook-port",
    metavar="PORT",
    type=click.IntRange(0, 65535),
    help="Where those calls come in here; 8787 by default.",
)
@click.option(
    "--webhook-bind",
    metavar="ADDRESS",
    help="On which address of this machine; 127.0.0.1 by default.",
)
@voice
def command(asked: Asked, console: Console, **options: object) -> int:
    """Make what is missing and publish it.

    Buys only within a budget, after `--yes`, or when you agree at the terminal; a
    picture that was bought once is never bought again. Names and globs limit the build
    to some assets; without any, published files that nobody asks for are removed.
    """
    choices = Choices(**options)  # type: ignore[arg-type]  # click has checked them
    started = time.monotonic()
    try:
        _prove_writable(choices.report)
        project = asked.open()
        report = _built(project, asked, choices, console)
    except AssetgenError as error:
        console.error(error)
        report = _stopped(error, time.monotonic() - started)
    _write_report(choices.report, report)
    if report.crash is not None:
        from assetgen.cli.reporting import reported

        console.error(reported(sys.argv[1:], report.crash))
    if console.as_json:
        console.json(report.to_json())
    return report.exit_code


def _built(
    project: Project, asked: Asked, choices: Choices, console: Console
) -> Report:
    """Build, show it as it goes, and say what it came to."""
    from assetgen.running import build_project

    follower = _follower(console)
    try:
        options = options_of(project, asked, choices, console)
        report = build_project(project, options, follower)
    finally:
        follower.close()
    idle = not follower.worked and not follower.removed and report.exit_code == 0
    console.say(nothing(len(report.outcomes)) if idle else summary(report))
    for line, hint in complaints(report.outcomes):
        console.vital(f"\n{line}" + (f"\n  hint: {hint}" if hint else ""))
    if report.exit_code in INTERRUPTED:
        console.vital(
            "interrupted: what was bought is remembered, build again to go on"
        )
    if report.error is not None:
        console.say()
        console.wrong(report.error, report.hint)
    return report


def options_of(
    project: Project, asked: Asked, choices: Choices, console: Console
) -> Options:
    """Return what was asked of a build; raises UsageError for an unknown name."""
    from assetgen.build import Limits
    from assetgen.consent import Terms
    from assetgen.running import Options
    from assetgen.sourcing import Wish

    is_asked = console.has_person and not project.settings.ci
    terms = Terms(
        budget=choices.budget,
        yes=choices.yes,
        partial=choices.partial,
        unpriced=frozenset(choices.unpriced),
        ask=_asking(console) if is_asked else None,
    )
    rebuy = project.select(choices.rebuy) or ()
    return Options(
        assets=project.select(asked.names, choices.tags, together=True),
        wish=Wish(
            draft=choices.draft,
            rebuy=frozenset(asset.name for asset in rebuy),
            reencode=choices.reencode,
        ),
        limits=Limits(
            choices.frozen, choices.fail_fast, choices.workers, choices.reencode
        ),
        terms=terms,
        patience=choices.patience,
        webhook=_webhook(choices),
    )


def _webhook(choices: Choices) -> Webhook | None:
    """Return where calls come in; raises UsageError for a place without an address."""
    from assetgen.listening import LOOPBACK, Webhook

    port, bind = choices.webhook_port, choices.webhook_bind
    if choices.webhook is not None:
        return Webhook(choices.webhook, port, bind or LOOPBACK)
    if port is None and bind is None:
        return None
    raise UsageError(
        "a place to listen, and no address for the provider to call",
        hint="`--webhook https://bell.example.com` says where it calls",
    )


def _asking(console: Console) -> Callable[[Plan], bool]:
    """Return what asks the person at the terminal whether a plan may be paid for."""
    from assetgen.consent import dollars

    def ask(plan: Plan) -> bool:
        for each in plan.purchases:
            console.detail(f"{each.asset.name}: {dollars(each.picture.price)}")
        pictures = counted(len(plan.purchases), "picture")
        return console.asks(f"Buy {pictures} for {dollars(plan.total)}?")

    return ask


def _follower(console: Console) -> Follower:
    """Return what shows the build: JSON, a moving picture, or lines."""
    from assetgen.console.progress import JsonLines, Lines

    if console.as_json:
        return JsonLines(console)
    if console.is_live:
        from assetgen.console.live import Live

        return Live(console)
    return Lines(console)


# --- the report ------------------------------------------------------------------


def _stopped(error: AssetgenError, seconds: float) -> Report:
    """Return the report of a build that never began."""
    from assetgen.events import Report

    return Report(
        (), 0, Decimal(0), seconds, error.exit_code, error.message, error.hint
    )


def _prove_writable(path: Path | None) -> None:
    """Raise UsageError if no report can be written there, before money is spent."""
    if path is not None and not path.absolute().parent.is_dir():
        message = f"no folder for the report `{path}`"
        raise UsageError(message, hint="make it first")


def _write_report(path: Path | None, report: Report) -> None:
    """Write the report's file; raises UsageError if the disk refuses it."""
    if path is None:
        return
    try:
        path.write_text(harmless_json(report.to_json()) + "\n", encoding="ascii")
    except OSError as error:
        message = f"cannot write the report `{path}`: {(error.strerror or '').lower()}"
        raise UsageError(message) from error
