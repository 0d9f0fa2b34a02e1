"""This file is what happens during a build, as values, and what it adds up to.

Whoever works says so by handing one of these to a listener; only `console` turns them
into words on a terminal, only the report turns them into JSON.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from decimal import Decimal
from enum import StrEnum


class Status(StrEnum):
    """How an asset stands at the end of a run (spec: the report's `status`)."""

    BUILT = "built"
    REUSED = "reused"
    FAILED = "failed"
    UNSURE = "unsure"
    PENDING = "pending"
    WAITING = "waiting"
    SKIPPED = "skipped"
    EDITED = "edited"
    KEPT = "kept"
    LOST = "lost"
    DRAFT = "draft"


@dataclass(frozen=True, slots=True)
class Started:
    """A build begins: how many assets, how many purchases, for how much (USD)."""

    assets: int
    purchases: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Submitted:
    """A vendor took a job; from here on it is paid for."""

    asset: str
    provider: str
    model: str
    job: str
    usd: Decimal | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """A job was asked about and is not ready; `state` in the vendor's word."""

    asset: str
    job: str
    state: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Working:
    """An asset entered a stage: submitting, drawing, downloading, cutting, deriving."""

    asset: str
    stage: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something a person may want to know; `asset` is "" if it is about all."""

    asset: str
    text: str


@dataclass(frozen=True, slots=True)
class Stray:
    """What became of a job that is paid and that no asset asks for any more."""

    asset: str
    job: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Removed:
    """A published file that nobody asks for any more is gone; path as the report's."""

    path: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one asset ended: one line of the report.

    Attributes:
        status, reason: What and why.
        files: Its published files, relative to the manifest.
        usd: What was newly committed for it in this run; None if nobody knows.
        job: The vendor's id of the job behind its picture.
        error: One sentence for `failed`, `unsure`, `pending`.
        hint: What to do about it.
        exit_code: What this asset alone would make the run exit with.
    """

    asset: str
    status: Status
    reason: str
    files: tuple[str, ...] = ()
    usd: Decimal | None = Decimal(0)
    job: str | None = None
    error: str | None = None
    hint: str | None = None
    exit_code: int = 0

    def on_top_of(self, earlier: Outcome) -> Outcome:
        """Return this outcome with what an earlier try of the same run committed."""
        known = self.usd is not None and earlier.usd is not None
        usd = (self.usd or 0) + (earlier.usd or 0) if known else None
        return replace(self, usd=None if usd is None else Decimal(usd))


Event = Started | Submitted | Waiting | Working | Noted | Stray | Removed | Outcome
Listener = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What a run adds up to; its JSON is the contract of `--report` and `--json`.

    Attributes:
        crash: A bug of ours that one asset met; in no JSON, its report is a file.
    """

    outcomes: tuple[Outcome, ...]
    submitted: int
    spent: Decimal
    seconds: float
    exit_code: int
    error: str | None = None
    hint: str | None = None
    crash: Exception | None = None

    def count(self, status: Status) -> int:
        """Return how many assets ended with that status."""
        return sum(outcome.status is status for outcome in self.outcomes)

    def to_json(self) -> dict[str, object]:
        """Return the object of the specification."""
        body: dict[str, object] = {
            "assets": {o.asset: outcome_json(self._told(o)) for o in self.outcomes},
            "spent_usd": number(self.spent),
            "submitted": self.submitted,
            "reused": self.count(Status.REUSED),
            "failed": self.count(Status.FAILED),
            "seconds": round(self.seconds, 3),
            "exit": self.exit_code,
        }
        if self.error is not None and not self.outcomes:
            body["error"] = self.error  # the object has no other place for it
        return body

    def _told(self, outcome: Outcome) -> Outcome:
        """Return an asset's outcome with what stopped the run, if that stopped it."""
        if outcome.error is None and outcome.status is Status.SKIPPED:
            return replace(outcome, error=self.error)
        return outcome

    def settled(self) -> Report:
        """Return the report of the same build once more, with nothing to do."""
        return replace(
            self,
            outcomes=tuple(map(_settled, self.outcomes)),
            submitted=0,
            spent=Decimal(0),
        )


def _settled(outcome: Outcome) -> Outcome:
    """Return how an asset ends when there is nothing to do for it any more."""
    built = outcome.status is Status.BUILT
    if not built and outcome.usd == 0:
        return outcome
    return replace(
        outcome,
        status=Status.REUSED if built else outcome.status,
        reason="up to date" if built else outcome.reason,
        usd=Decimal(0),
    )


def outcome_json(outcome: Outcome) -> dict[str, object]:
    """Return an asset's line of the report."""
    return {
        "status": str(outcome.status),
        "reason": outcome.reason,
        "files": list(outcome.files),
        "price_usd": number(outcome.usd),
        "task_id": outcome.job,
        "error": outcome.error,
    }


def event_json(event: Event) -> dict[str, object]:
    """Return one event as the line that `build --json` writes while it works."""
    if isinstance(event, Outcome):
        return {"event": "asset", "asset": event.asset, **outcome_json(event)}
    plain = {
        name: number(value) if isinstance(value, Decimal) else value
        for name, value in asdict(event).items()
    }
    return {"event": type(event).__name__.lower(), **plain}


def number(usd: Decimal | None) -> float | int | None:
    """Return a sum of money as a JSON number, whole when it is whole."""
    if usd is None:
        return None
    return int(usd) if usd == usd.to_integral_value() else float(usd)
