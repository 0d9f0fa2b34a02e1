"""This file is `resolve`: a person settles a submission whose outcome is unknown.

Nothing is sent here. What they decide is an event in the journal, with who, when and
why; the next build acts on it, and may send what was resent once.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.clock import utc_text
from assetgen.errors import UsageError
from assetgen.events import number
from assetgen.journal.claims import in_doubt
from assetgen.journal.states import State

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from assetgen.journal import Intent, Journal
    from assetgen.request import Request

HEAD = 80  # characters of a prompt by which a person knows it again
CUT_OFF = "the build died while it was being sent"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a person decided: who, and why if they said so."""

    who: str
    why: str = ""


def doubts(
    journal: Journal, project: Path, name: str, request: Request | None
) -> tuple[Intent, ...]:
    """Return the purchases of an asset that nobody is sure of, oldest first.

    Args:
        journal: Open to read at least.
        project: The folder of its manifest.
        name: The asset's; it need not be in the manifest any more.
        request: What it asks for, None if it asks nobody; the same request counts
            under other names and in other projects too, because it stands in the way.
    """
    found = list(journal.by_asset(project, name))
    if request is not None:
        found += journal.takes(request.again(1).key)
    unsure = {intent.number: intent for intent in found if in_doubt(intent)}
    return tuple(unsure[number] for number in sorted(unsure))


def resend(journal: Journal, unsure: Iterable[Intent], verdict: Verdict) -> None:
    """Say that nothing was bought: the next build may send each of them once."""
    for intent in unsure:
        token = _ambiguous(journal, intent)
        journal.resolve_resend(token, who=verdict.who, why=verdict.why)


def abandon(journal: Journal, unsure: Iterable[Intent], verdict: Verdict) -> None:
    """Let them go: what they cost is gone, and nothing is bought in their place."""
    for intent in unsure:
        token = _ambiguous(journal, intent)
        journal.resolve_abandon(token, who=verdict.who, why=verdict.why)


def adopt_job(journal: Journal, intent: Intent, job: str, verdict: Verdict) -> Intent:
    """Say that a vendor's job is that purchase; the next build collects it.

    Raises UsageError if the job is another purchase's.
    """
    token = _ambiguous(journal, intent)
    return journal.resolve_adopt(token, job, who=verdict.who, why=verdict.why)


def no_doubt(name: str) -> UsageError:
    """Return what to raise where a person settles what is not in doubt."""
    return UsageError(
        f"nothing is unsure about `{name}`", hint="`assetgen status` shows what is"
    )


def possible_cost(unsure: Iterable[Intent]) -> Decimal:
    """Return the USD that doubts may have cost."""
    return sum((intent.price or Decimal(0) for intent in unsure), Decimal(0))


def prompt_head(intent: Intent) -> str:
    """Return the first words of what was asked, in one line."""
    words = " ".join(str(intent.request.get("prompt", "")).split())
    return words if len(words) <= HEAD else f"{words[: HEAD - 1]}…"


def doubt_json(intent: Intent) -> dict[str, object]:
    """Return a doubt as an object of `--json`."""
    return {
        "intent": intent.id,
        "asset": intent.asset,
        "take": intent.take,
        "at": utc_text(intent.created),
        "provider": intent.provider,
        "model": intent.model,
        "prompt": prompt_head(intent),
        "price_usd": number(intent.price),
        "why": intent.why,
    }


def _ambiguous(journal: Journal, intent: Intent) -> str:
    """Return the intent's token; what a dead build was sending is AMBIGUOUS first."""
    if intent.state is State.SENDING:
        journal.ambiguous(intent.id, CUT_OFF)
    return intent.id
