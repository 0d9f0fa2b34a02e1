"""This file is how an asset ended, in the words of the report. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.errors import StillRunning, Undecided, Waiting
from assetgen.events import Outcome, Status
from assetgen.plan import Deed

if TYPE_CHECKING:
    from assetgen.errors import AssetgenError
    from assetgen.plan import AssetPlan

LEFT_ALONE = "left alone; `assetgen adopt` takes it, deleting it brings ours back"


@dataclass(frozen=True, slots=True)
class Money:
    """What a run did for one asset with money.

    Attributes:
        usd: Newly committed, None if nobody knows how much.
        job: The vendor's id of the job behind its picture.
    """

    usd: Decimal | None = Decimal(0)
    job: str | None = None


def finished(
    plan: AssetPlan, money: Money, files: tuple[str, ...], *, made: bool
) -> Outcome:
    """Return the outcome of an asset that was brought to its end."""
    name, usd, job = plan.asset.name, money.usd, money.job or plan.picture.job
    if plan.edited:
        reason = f"{edits(plan)}: {LEFT_ALONE}"
        return Outcome(name, Status.EDITED, reason, files, usd, job, exit_code=3)
    special = {Deed.KEEP: Status.KEPT, Deed.DRAW: Status.DRAFT}
    status = special.get(plan.picture.deed, Status.BUILT if made else Status.REUSED)
    return Outcome(name, status, _reason(plan, status, made=made), files, usd, job)


def edits(plan: AssetPlan) -> str:
    """Return which files of an asset are not as they were left, and how many more."""
    first, *others = plan.edited
    more = f", and {len(others)} more" if others else ""
    return f"`{first.file.path}` was {first.reason}{more}"


def standstill(
    plan: AssetPlan,
    files: tuple[str, ...],
    *,
    frozen: bool,
    allowed: bool,
    trouble: AssetgenError | None,
) -> Outcome | None:
    """Return the outcome of an asset that this run does nothing for, or None.

    Args:
        plan: What would happen to it.
        files: What it has published so far.
        frozen: This run asks no paying provider and changes no receipt.
        allowed: Somebody agreed to buy its picture.
        trouble: Why its receipt cannot be believed.
    """
    found = _obstacle(plan, frozen=frozen, allowed=allowed, trouble=trouble)
    if found is None:
        return None
    status, exit_code, hint = found
    reason = plan.picture.reason
    error = reason if status in {Status.FAILED, Status.UNSURE} else None
    job = plan.picture.job
    return Outcome(
        plan.asset.name, status, reason, files, Decimal(0), job, error, hint, exit_code
    )


def failed(
    plan: AssetPlan, error: AssetgenError, money: Money, files: tuple[str, ...]
) -> Outcome:
    """Return the outcome of an asset that something went wrong with."""
    if isinstance(error, StillRunning):
        status = Status.PENDING
    elif isinstance(error, Undecided):
        status = Status.UNSURE
    elif isinstance(error, Waiting):
        status = Status.WAITING
    elif error.exit_code in {0, 3, 4}:
        status = Status.SKIPPED
    else:
        status = Status.FAILED
    return Outcome(
        plan.asset.name,
        status,
        plan.picture.reason,
        files,
        money.usd,
        money.job or plan.picture.job,
        error.message,
        error.hint,
        error.exit_code,
    )


def cut_short(plan: AssetPlan, money: Money, files: tuple[str, ...]) -> Outcome:
    """Return the outcome of an asset that an interruption cut short."""
    status = Status.PENDING if money.job else Status.SKIPPED
    return Outcome(
        plan.asset.name,
        status,
        "interrupted",
        files,
        money.usd,
        money.job,
        hint="run build again to go on",
    )


def _reason(plan: AssetPlan, status: Status, *, made: bool) -> str:
    """Return why an asset was made, or that it was not."""
    if status is Status.REUSED:
        return "up to date"
    if (
        plan.picture.deed in {Deed.HAVE, Deed.READ, Deed.RENDER}
        and made
        and plan.making
    ):
        return plan.making[0].reason
    return plan.picture.reason


def _obstacle(
    plan: AssetPlan, *, frozen: bool, allowed: bool, trouble: AssetgenError | None
) -> tuple[Status, int, str | None] | None:
    """Return what stands in an asset's way: status, exit code, what to do."""
    deed, name, broken = plan.picture.deed, plan.asset.name, plan.asset.broken
    if trouble is not None:
        return Status.WAITING, trouble.exit_code, trouble.hint
    always: dict[Deed, tuple[Status, int, str | None]] = {
        Deed.ASK: (
            Status.UNSURE,
            5,
            (
                f"look for it at the provider, then `assetgen resolve {name} --adopt "
                "TASK_ID` if it is there, `--resend` if it is not"
            ),
        ),
        Deed.BLOCKED: (
            Status.EDITED,
            3,
            (
                f"`assetgen adopt {name} FILE` makes a file of yours the picture; move "
                "it away and build again, and a picture is bought"
            ),
        ),
        Deed.LOST: (Status.LOST, 3, f"`assetgen build --rebuy {name}` buys it again"),
        Deed.FAILED: (
            Status.FAILED,
            1,
            f"change it, or `assetgen retake {name}` asks once more",
        ),
        Deed.BROKEN: (Status.FAILED, 1, broken.hint if broken else None),
        Deed.WAIT: (Status.WAITING, 0, None),
    }
    if deed in always:
        return always[deed]
    if frozen and deed is Deed.COLLECT:
        return Status.PENDING, 3, "`assetgen build` without `--frozen` collects it"
    if frozen and deed in {Deed.BUY, Deed.SHARE, Deed.REUSE}:
        return Status.SKIPPED, 3, "`assetgen build` without `--frozen` makes it"
    if deed in {Deed.BUY, Deed.SHARE} and not allowed:
        return Status.SKIPPED, 4, None
    return None
