"""This file is `assetgen status`: how every asset stands, and what is still out."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.events import Outcome
    from assetgen.journal import Intent
    from assetgen.knowledge import Knowledge
    from assetgen.plan import AssetPlan
    from assetgen.project import Project

EXAMPLE = """\b
Example:
  assetgen status
  assetgen status --json | jq '.assets[] | select(.status == "unsure")'
"""

# What people read where the report's word is about a build.
WORDS = {"reused": "ready", "skipped": "to do"}


@click.command("status", epilog=EXAMPLE)
@positionals()
@voice
def command(asked: Asked, console: Console) -> int:
    """Show how every asset stands, and the jobs that are still out.

    The words are those of the report of a build. A job whose asset is gone, or that
    another key has bought, is named and never called lost.
    """
    from assetgen.events import outcome_json

    project = asked.open()
    with project.remembered() as knowledge:
        plan = project.plan(knowledge, assets=project.select(asked.names))
        outcomes = [standing(project, knowledge, each) for each in plan.assets]
        jobs = [
            job_json(project, knowledge, intent) for intent in _out(knowledge, project)
        ]
    if console.as_json:
        assets = {each.asset: outcome_json(each) for each in outcomes}
        console.json({"assets": assets, "jobs": jobs})
    else:
        console.rows(_page(outcomes, jobs))
    return 0


def standing(project: Project, knowledge: Knowledge, plan: AssetPlan) -> Outcome:
    """Return how an asset stands now, in the words of the report."""
    from assetgen.events import Status
    from assetgen.outcomes import Money, finished, standstill
    from assetgen.publish import relative

    index = knowledge.indexes[plan.asset.output]
    files = tuple(
        relative(index.folder / file.path, project.manifest.root)
        for file in plan.asset.files
        if index.row(file.path)
    )
    trouble = knowledge.troubles.get(plan.asset.name)
    stands = standstill(plan, files, frozen=True, allowed=False, trouble=trouble)
    if stands is not None:
        return _as_drafted(knowledge, plan, stands)
    ended = finished(plan, Money(), files, made=False)
    if plan.making and ended.status is not Status.EDITED:
        reason = plan.making[0].reason
        hint = "`assetgen build` makes it"
        return replace(ended, status=Status.SKIPPED, reason=reason, hint=hint)
    return ended


def _as_drafted(knowledge: Knowledge, plan: AssetPlan, stands: Outcome) -> Outcome:
    """Return how an asset stands that is not bought: as a draft, if one is shown."""
    from assetgen.events import Status

    index = knowledge.indexes[plan.asset.output]
    shown = [index.entry(file.path) for file in plan.asset.files]
    drafted = shown and all(entry is not None and entry.draft for entry in shown)
    if stands.status is not Status.SKIPPED or not drafted:
        return stands
    return replace(stands, status=Status.DRAFT, reason=f"{stands.reason}; drawn so far")


def job_json(
    project: Project, knowledge: Knowledge, intent: Intent
) -> dict[str, object]:
    """Return one job that is out, and whether its asset and its key are still here."""
    from assetgen.events import number

    known = {asset.name for asset in project.manifest.assets}
    return {
        "asset": intent.asset,
        "task_id": intent.job,
        "provider": intent.provider,
        "model": intent.model,
        "state": str(intent.state),
        "seconds": round(max(0.0, time.time() - intent.created)),
        "price_usd": number(intent.price),
        "asset_is_gone": intent.asset not in known,
        "other_key": intent.account != knowledge.accounts.get(intent.provider, ""),
    }


def _out(knowledge: Knowledge, project: Project) -> tuple[Intent, ...]:
    """Return what this project has asked for and nobody has settled."""
    if knowledge.journal is None:
        return ()
    return knowledge.journal.unfinished(project.manifest.root)


def _page(
    outcomes: list[Outcome], jobs: list[dict[str, object]]
) -> Iterator[tuple[str, str]]:
    """Yield the answer for people."""
    from assetgen.console.words import duration

    width = min(40, max((len(each.asset) for each in outcomes), default=0))
    tones = {"reused": "still", "kept": "still", "draft": "change"}
    for each in outcomes:
        tone = tones.get(each.status, "wrong" if each.error else "buy")
        word = WORDS.get(each.status, str(each.status))
        yield tone, f"{each.asset:<{width}}  {word:<8}  {each.error or each.reason}"
    if not jobs:
        return
    yield "", ""
    yield "head", "out at a provider:"
    for job in jobs:
        age = duration(float(str(job["seconds"])))
        line = f"  {job['asset']}: {_stage(job)} for {age}"
        line += " (no asset of that name any more)" if job["asset_is_gone"] else ""
        line += " (bought with another key)" if job["other_key"] else ""
        yield "change", line


def _stage(job: dict[str, object]) -> str:
    """Return how far a job has come, in the words of the report."""
    if job["task_id"]:
        return f"{job['state']}, job {job['task_id']},"
    if job["state"] in {"planned", "sending"}:
        return f"being sent ({job['state']})"
    return f"unsure, `assetgen resolve {job['asset']}` settles it,"
