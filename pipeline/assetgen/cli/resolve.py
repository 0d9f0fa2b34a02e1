"""This file is `assetgen resolve`: settle a purchase whose outcome is unknown."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice
from assetgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.journal import Intent, Journal
    from assetgen.manifest.model import Asset
    from assetgen.project import Project
    from assetgen.providers.base import Provider
    from assetgen.review.desk import Desk
    from assetgen.review.resolve import Verdict
    from assetgen.review.said import Said

EXAMPLE = """\b
Example:
  assetgen resolve coin-reward
  assetgen resolve coin-reward --adopt 281e5b0f39b9
  assetgen resolve coin-reward --resend --reason "not in the vendor's log"
"""
UNDECIDED = 5


@click.command("resolve", epilog=EXAMPLE)
@positionals("[MANIFEST] NAME")
@click.option(
    "--adopt", "job", metavar="TASK_ID", help="It was bought: that is its job."
)
@click.option("--resend", is_flag=True, help="It was not bought: send it once more.")
@click.option("--abandon", is_flag=True, help="Let it go, whether bought or not.")
@click.option("--reason", metavar="TEXT", default="", help="Why, for the journal.")
@voice
def command(  # noqa: PLR0913  its options
    asked: Asked,
    console: Console,
    *,
    job: str | None,
    resend: bool,
    abandon: bool,
    reason: str,
) -> int:
    """Settle a submission of which nobody knows whether the vendor took it.

    Without an option it shows what is unsure, and exits 5. Nothing is sent here:
    `--resend` lets the next build send it once, `--adopt` lets it collect the job.
    """
    from assetgen.cli.reviewing import sentence, who
    from assetgen.review.resolve import Verdict

    (name,) = asked.exactly("NAME")
    if (job is not None) + resend + abandon > 1:
        message = "`--adopt`, `--resend` and `--abandon` exclude each other"
        raise UsageError(message)
    project = asked.open()
    if job is None and not resend and not abandon:
        return _show(console, project, name)
    verdict = Verdict(who(), reason)
    said = _settle(project, name, verdict, job=job, resend=resend)
    console.data(sentence(said))
    if console.as_json:
        console.json({"assets": {said.asset: said.to_json()}, "exit": 0})
    return 0


def _settle(
    project: Project, name: str, verdict: Verdict, *, job: str | None, resend: bool
) -> Said:
    """Write a decision down: adopt a job, resend, or else abandon."""
    from assetgen.cli.reviewing import at_journal
    from assetgen.review import resolve
    from assetgen.review.said import Said, foretold

    with at_journal(project) as (desk, journal):
        asset = _asset(project, name, journal)
        name = asset.name if asset else name
        unsure = _doubts(project, journal, name, asset)
        if job is not None:
            _adopt(project, (desk, journal), asset, unsure, (job, verdict))
            did = f"job `{job}` is now the purchase of `{name}`"
        elif not unsure:
            raise resolve.no_doubt(name)
        elif resend:
            resolve.resend(journal, unsure, verdict)
            did = f"what was sent for `{name}` counts as not bought"
        else:
            resolve.abandon(journal, unsure, verdict)
            did = f"what was sent for `{name}` is let go, whether bought or not"
        then = foretold(desk.outlook(asset)) if asset else "no asset needs it any more"
        return Said(name, did, then, {"settled": len(unsure), "job": job})


def _adopt(
    project: Project,
    place: tuple[Desk, Journal],
    asset: Asset | None,
    unsure: Sequence[Intent],
    named: tuple[str, Verdict],
) -> None:
    """Make a job the answer to a doubt, or a purchase that the journal never saw."""
    from assetgen.review import named_job

    (desk, journal), (job, verdict) = place, named
    if unsure:
        provider = _provider(project, unsure[0].provider)
        same = [each for each in unsure if each.provider == provider.name]
        adopting = named_job.adopt_for_doubt(journal, provider, same, job, verdict)
    elif asset is not None and asset.request is not None:
        provider = _provider(project, asset.request.provider)
        adopting = named_job.adopt_unheard_of(
            desk, journal, provider, asset, (job, verdict)
        )
    else:
        message = f"nothing is bought for `{asset.name if asset else ''}`"
        raise UsageError(message)
    asyncio.run(adopting)


def _provider(project: Project, name: str) -> Provider:
    """Return a provider by its name; raises UsageError if it is not installed."""
    if name in project.broken:
        raise project.broken[name]
    if name not in project.providers:
        message = f"no provider `{name}` is installed"
        raise UsageError(message)
    return project.providers[name]


def _asset(project: Project, name: str, journal: Journal | None) -> Asset | None:
    """Return the asset of a name, None for one that only the journal remembers."""
    try:
        return project.one(name)
    except UsageError:
        if journal and journal.by_asset(project.manifest.root, name):
            return None
        raise


def _doubts(
    project: Project, journal: Journal, name: str, asset: Asset | None
) -> tuple[Intent, ...]:
    """Return what is unsure about an asset."""
    from assetgen.review.resolve import doubts

    request = asset.request if asset else None
    return doubts(journal, project.manifest.root, name, request)


def _show(console: Console, project: Project, name: str) -> int:
    """Show what is unsure and how to settle it; return 5, or 0 if all is sure."""
    from assetgen.journal import Journal

    path = project.settings.journal
    with Journal.open(path, clock=project.clock, reading=True) as journal:
        asset = _asset(project, name, journal)
        name = asset.name if asset else name
        unsure = _doubts(project, journal, name, asset)
    if console.as_json:
        console.json(_doubts_json(name, unsure))
    elif not unsure:
        console.data(f"nothing is unsure about `{name}`")
    else:
        console.data(_page(name, unsure))
    return UNDECIDED if unsure else 0


def _doubts_json(name: str, unsure: Sequence[Intent]) -> dict[str, object]:
    """Return the object of `resolve --json` without a decision."""
    from assetgen.events import number
    from assetgen.review.resolve import doubt_json, possible_cost

    return {
        "asset": name,
        "unsure": [doubt_json(intent) for intent in unsure],
        "possible_usd": number(possible_cost(unsure)),
        "commands": [command for command, _ in _ways(name)] if unsure else [],
        "exit": UNDECIDED if unsure else 0,
    }


def _page(name: str, unsure: Sequence[Intent]) -> str:
    """Return what is unsure and the commands that settle it, as text."""
    from assetgen.clock import utc_text
    from assetgen.consent import dollars
    from assetgen.review.resolve import prompt_head

    lines = [f"nobody knows whether this was bought for `{name}`:", ""]
    for intent in unsure:
        model = f"{intent.provider} {intent.model}, take {intent.take}"
        lines += [
            f"  {utc_text(intent.created)}  {model}, {dollars(intent.price)}",
            f"    {prompt_head(intent)}",
            *([f"    {intent.why}"] if intent.why else []),
            f"    intent {intent.id}",
        ]
    lines += ["", "look into the vendor's log, then say which it was:", ""]
    width = max(len(way) for way, _ in _ways(name))
    lines += [f"  {way:<{width}}  {meaning}" for way, meaning in _ways(name)]
    return "\n".join(lines)


def _ways(name: str) -> tuple[tuple[str, str], ...]:
    """Return the commands that settle a doubt, each with what it says."""
    return (
        (f"assetgen resolve {name} --adopt TASK_ID", "bought: collect that job"),
        (f"assetgen resolve {name} --resend", "not bought: send it once more"),
        (f"assetgen resolve {name} --abandon", "let it go, whether bought or not"),
    )
