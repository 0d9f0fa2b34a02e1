"""This file is `spend`: what was paid, from the journal and from receipts.

The journal knows what this user bought, also what failed or is in doubt; receipts know
what anybody bought for this project. A purchase that both know is counted once.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Literal

from assetgen.clock import utc_text
from assetgen.events import number
from assetgen.journal.states import State

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assetgen.consent import Month
    from assetgen.journal import Intent
    from assetgen.receipts import Receipt, Take

Kind = Literal["paid", "reserved", "unsure"]
NOTHING = Decimal(0)
COLUMNS = (
    "month",
    "asset",
    "model",
    "pictures",
    "estimate_usd",
    "charged_usd",
    "paid_usd",
)
RESERVED = {State.PLANNED, State.SENDING}
UNSURE = {State.AMBIGUOUS, State.ABANDONED}


@dataclass(frozen=True, slots=True)
class Bill:
    """One purchase.

    Attributes:
        month: ``2026-11``, in UTC.
        kind: Paid, or only reserved, or nobody knows whether it was bought.
        estimate: Our price in USD, None if it was unknown.
        charged: What the vendor says it took in USD, None if it did not say.
        paid: What counts: charged if that is known, else the estimate.
        pictures: 1 if it came to a picture, else 0.
    """

    asset: str
    model: str
    month: str
    kind: Kind
    estimate: Decimal | None
    charged: Decimal | None
    paid: Decimal
    pictures: int


@dataclass(frozen=True, slots=True)
class Sum:
    """What some purchases add up to; `unpriced` of them have no known price.

    `charged` is None where the vendor said it of none of them.
    """

    pictures: int
    estimate: Decimal
    charged: Decimal | None
    paid: Decimal
    unpriced: int

    @classmethod
    def of(cls, bills: Iterable[Bill]) -> Sum:
        """Return the sum of purchases."""
        all_ = tuple(bills)
        said = [bill.charged for bill in all_ if bill.charged is not None]
        return cls(
            pictures=sum(bill.pictures for bill in all_),
            estimate=sum((bill.estimate or NOTHING for bill in all_), NOTHING),
            charged=sum(said, NOTHING) if said else None,
            paid=sum((bill.paid for bill in all_), NOTHING),
            unpriced=sum(bill.estimate is None is bill.charged for bill in all_),
        )

    def to_json(self) -> dict[str, object]:
        """Return it as an object of `--json`."""
        return {
            "pictures": self.pictures,
            "estimate_usd": number(self.estimate),
            "charged_usd": number(self.charged),
            "paid_usd": number(self.paid),
            "unpriced": self.unpriced,
        }


def bills(
    mine: Iterable[Intent], everything: Iterable[Intent], receipts: Iterable[Receipt]
) -> tuple[Bill, ...]:
    """Return every purchase once.

    Args:
        mine: The journal's purchases that are asked about.
        everything: All of the journal's: it says more of a job than a receipt does.
        receipts: What was bought for this project, wherever.
    """
    counted = {intent.id: intent for intent in mine}
    known = {intent.job: intent for intent in everything if intent.job}
    keys = {intent.key: intent for intent in known.values()}
    foreign: dict[str, Bill] = {}
    for receipt in receipts:
        for take in (*receipt.takes, receipt.as_take()):
            if not take.key:
                continue
            intent = known.get(take.job) if take.job else keys.get(take.key)
            if intent is not None:
                counted[intent.id] = intent
            else:
                # Assets that share a request share its job: it was paid once.
                foreign.setdefault(take.job or take.sha256, _of_take(receipt, take))
    ours = (_of_intent(intent) for intent in counted.values())
    found = [*(bill for bill in ours if bill is not None), *foreign.values()]
    return tuple(sorted(found, key=lambda bill: (bill.month, bill.asset, bill.model)))


def grouped(
    all_: Iterable[Bill], name: Callable[[Bill], tuple[str, ...]]
) -> dict[tuple[str, ...], Sum]:
    """Return the sums of what was paid, by whatever names a group, in order."""
    groups: dict[tuple[str, ...], list[Bill]] = defaultdict(list)
    for bill in all_:
        if bill.kind == "paid":
            groups[name(bill)].append(bill)
    return {key: Sum.of(groups[key]) for key in sorted(groups)}


def by_all(bill: Bill) -> tuple[str, ...]:
    """Return the group of the full table: month, asset, model."""
    return bill.month, bill.asset, bill.model


def to_json(all_: tuple[Bill, ...], month: Month | None = None) -> dict[str, object]:
    """Return the object of `spend --json`; `month` is how its budget stands."""
    views: dict[str, Callable[[Bill], tuple[str, ...]]] = {
        "by_asset": lambda bill: (bill.asset,),
        "by_model": lambda bill: (bill.model,),
        "by_month": lambda bill: (bill.month,),
    }
    page: dict[str, object] = {
        "rows": [
            {"month": month, "asset": asset, "model": model, **row.to_json()}
            for (month, asset, model), row in grouped(all_, by_all).items()
        ],
        **{
            name: {key: row.to_json() for (key,), row in grouped(all_, view).items()}
            for name, view in views.items()
        },
        "total": kind_sum(all_, "paid").to_json(),
        "reserved_usd": number(kind_sum(all_, "reserved").estimate),
        "unsure_usd": number(kind_sum(all_, "unsure").estimate),
    }
    if month is not None:
        page["month"] = {
            "budget_usd": number(month.limit),
            "committed_usd": number(month.committed),
        }
    return page


def kind_sum(all_: Iterable[Bill], kind: Kind) -> Sum:
    """Return what purchases of one kind add up to."""
    return Sum.of(bill for bill in all_ if bill.kind == kind)


def _of_intent(intent: Intent) -> Bill | None:
    """Return a purchase of the journal, None if nothing was or may be paid for it."""
    failed = intent.state is State.FAILED and not intent.charged
    if failed or intent.state in {State.RELEASED, State.REJECTED}:
        return None
    kind: Kind = "paid"
    if intent.state in RESERVED:
        kind = "reserved"
    elif intent.state in UNSURE and intent.charged is None:
        kind = "unsure"
    made = {State.READY, State.FETCHED, State.DONE}
    return Bill(
        intent.asset,
        intent.model,
        utc_text(intent.created)[:7],
        kind,
        intent.price,
        intent.charged,
        intent.spent,
        int(intent.state in made),
    )


def _of_take(receipt: Receipt, take: Take) -> Bill:
    """Return a purchase that only a receipt knows."""
    chosen = take.sha256 == receipt.sha256
    charged = receipt.charged_usd if chosen else None
    paid = charged if charged is not None else take.price_usd
    model = receipt.model if chosen else None
    return Bill(
        receipt.asset,
        model or "",
        take.day[:7],
        "paid",
        take.price_usd,
        charged,
        paid or NOTHING,
        1,
    )
