"""This file is what happens during a build as sentences. Pure."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from assetgen.consent import dollars
from assetgen.events import (
    Noted,
    Outcome,
    Removed,
    Started,
    Status,
    Stray,
    Submitted,
    Waiting,
    Working,
)
from assetgen.providers.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assetgen.events import Event, Report

# What a summary says of each status, in its order.
COUNTED = {
    Status.BUILT: "built",
    Status.DRAFT: "drafts",
    Status.REUSED: "up to date",
    Status.KEPT: "kept",
    Status.PENDING: "still running",
    Status.WAITING: "waiting for you",
    Status.UNSURE: "unsure",
    Status.SKIPPED: "skipped",
    Status.EDITED: "edited",
    Status.LOST: "lost",
    Status.FAILED: "failed",
}
NAMES_SHOWN = 5


def sentence(event: Event) -> str:  # noqa: PLR0911  one for each kind of event
    """Return one line about an event."""
    match event:
        case Started():
            return _opening(event)
        case Submitted():
            job = f"{event.provider} job {inert(event.job)}"
            return f"{event.asset}: bought for {dollars(event.usd)}, {job}"
        case Waiting():
            waited = duration(event.seconds)
            return f"{event.asset}: {inert(event.state)}, {waited}, job {event.job}"
        case Working():
            return f"{event.asset}: {event.stage}"
        case Noted():
            return f"{event.asset}: {event.text}" if event.asset else event.text
        case Stray():
            return f"{event.asset}: {inert(event.text, limit=400)}"
        case Removed():
            return f"removed {event.path}"
        case Outcome():
            return ending(event)


def ending(outcome: Outcome) -> str:
    """Return one line about how an asset ended."""
    why = outcome.error or outcome.reason
    return f"{outcome.asset}: {outcome.status}{f' ({why})' if why else ''}"


def _opening(event: Started) -> str:
    """Return what a build is about to do."""
    assets = counted(event.assets, "asset")
    if not event.purchases:
        return f"{assets}, nothing to buy"
    return (
        f"{assets}, {counted(event.purchases, 'picture')} to buy: {dollars(event.usd)}"
    )


def summary(report: Report) -> str:
    """Return what a build came to: ``2 built, 14 up to date; $0.18 spent (42 s)``."""
    found = Counter(outcome.status for outcome in report.outcomes)
    parts = [
        f"{found[status]} {_number(word, found[status])}"
        for status, word in COUNTED.items()
        if found[status]
    ]
    unpriced = any(outcome.usd is None for outcome in report.outcomes)
    spent = f"{dollars(report.spent)} spent" if report.spent else "nothing spent"
    if unpriced:
        spent = f"{dollars(report.spent)} and an unknown price spent"
    return f"{', '.join(parts) or 'no assets'}; {spent} ({duration(report.seconds)})"


def complaints(outcomes: Iterable[Outcome]) -> Iterator[tuple[str, str | None]]:
    """Yield a line and a hint for each thing that went wrong, the same ones once.

    Ten thousand assets that no budget covers are one line, not ten thousand.
    """
    alike: dict[tuple[str, str, str], list[Outcome]] = {}
    for outcome in outcomes:
        if outcome.exit_code:
            why = outcome.error or outcome.reason
            hint = (outcome.hint or "").replace(outcome.asset, "NAME")
            alike.setdefault((outcome.status, why, hint), []).append(outcome)
    for (status, why, hint), group in alike.items():
        if len(group) == 1:
            yield f"{group[0].asset}: {status}: {why}", group[0].hint
            continue
        names = ", ".join(each.asset for each in group[:NAMES_SHOWN])
        more = ", …" if len(group) > NAMES_SHOWN else ""
        yield f"{len(group)} assets {status}: {why}: {names}{more}", hint or None


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 asset``, ``2,000 assets``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def size(count: int) -> str:
    """Return a number of bytes as people read it: ``312 B``, ``4.2 MB``."""
    value = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if value < 1000:  # noqa: PLR2004  the step between two units
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"


def duration(seconds: float) -> str:
    """Return a time as people say it: ``0.3 s``, ``42 s``, ``3 min 5 s``, ``2 h``."""
    if seconds < 10:  # noqa: PLR2004  a tenth matters below ten seconds
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _number(word: str, count: int) -> str:
    return word.removesuffix("s") if word == "drafts" and count == 1 else word
