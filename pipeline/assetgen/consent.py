"""This file is consent: which purchases of a plan may be made, and why no others.

A build that would buy anything shows its total first. It goes on if a budget covers
the total, if `--yes` was given, or if a person at the terminal agrees. A budget is a
bound, whoever agreed. Where the disk dies with the machine (`CI`), agreeing is not
enough: the journal would be forgotten.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError, SpendingError

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.plan import AssetPlan, Plan


@dataclass(frozen=True, slots=True)
class Month:
    """What a calendar month (UTC) may cost in USD, and what it has cost so far.

    Attributes:
        limit: For all builds of the project together.
        committed: Paid, out, reserved or in doubt since the month began.
    """

    limit: Decimal
    committed: Decimal

    @property
    def left(self) -> Decimal:
        """Return what may still be committed, 0 if it is too much already."""
        return max(self.limit - self.committed, Decimal(0))


@dataclass(frozen=True, slots=True)
class Terms:
    """What a person has said about spending, before the plan is known.

    Attributes:
        budget: USD that this build may newly commit, None if nobody said.
        yes: They agree to the total, whatever it is within the budget.
        partial: Buy what the budget covers, in manifest order.
        unpriced: Models that may be bought from although their price is unknown.
        lasting: The journal outlives this run, or they have said yes to the risk.
        ask: Asks the person at the terminal; None if there is none.
        month: What this month may cost, None if nobody said. It bounds like the
            budget, and nothing said for one build replaces it.
    """

    budget: Decimal | None = None
    yes: bool = False
    partial: bool = False
    unpriced: frozenset[str] = frozenset()
    lasting: bool = True
    ask: Callable[[Plan], bool] | None = None
    month: Month | None = None

    @property
    def left(self) -> Decimal | None:
        """Return what this build may commit under both budgets, None for anything."""
        bounds = [self.budget, self.month.left if self.month else None]
        return min((each for each in bounds if each is not None), default=None)


@dataclass(frozen=True, slots=True)
class Consent:
    """Which assets may be bought, and what stands in the way of the others."""

    assets: frozenset[str]
    refusal: AssetgenError | None = None


def decide(plan: Plan, terms: Terms) -> Consent:
    """Return what may be bought. Side effect: may ask the person at the terminal."""
    purchases = plan.purchases
    if not purchases:
        return Consent(frozenset())
    names = frozenset(purchase.asset.name for purchase in purchases)
    if unknown := [model for model in plan.unpriced if model not in terms.unpriced]:
        return _unpriced(unknown, purchases, names)
    left = terms.left
    covered = left is not None and plan.total <= left
    if left is not None and not covered:
        return _over(plan, terms, left)
    if not terms.lasting and not terms.yes:
        return Consent(frozenset(), _fleeting())
    if covered or terms.yes or (terms.ask is not None and terms.ask(plan)):
        return Consent(names)
    message = f"nobody agreed to spend {dollars(plan.total)}"
    return Consent(
        frozenset(),
        SpendingError(message, hint="`--yes`, or a `budget:` that covers it"),
    )


def _unpriced(
    unknown: list[str], purchases: tuple[AssetPlan, ...], names: frozenset[str]
) -> Consent:
    """Return a refusal: nobody can agree to a price that nobody knows."""
    count = sum(purchase.picture.price is None for purchase in purchases)
    message = f"no price is known for {count} of {len(names)} pictures: {unknown[0]}"
    return Consent(
        frozenset(),
        SpendingError(message, hint=f"`--allow-unpriced {unknown[0]}` takes the risk"),
    )


def _over(plan: Plan, terms: Terms, left: Decimal) -> Consent:
    """Return a refusal, or with `--partial` what the budget covers in order."""
    refusal = _refusal(plan, terms)
    if not terms.partial:
        return Consent(frozenset(), refusal)
    if not terms.lasting and not terms.yes:
        return Consent(frozenset(), _fleeting())
    chosen = []
    for purchase in plan.purchases:
        price = purchase.picture.price or Decimal(0)
        if price <= left:
            left -= price
            chosen.append(purchase.asset.name)
    return Consent(frozenset(chosen), refusal)


def _refusal(plan: Plan, terms: Terms) -> SpendingError:
    """Return which budget does not cover a plan, with the numbers."""
    message = f"{dollars(plan.total)} to buy, and"
    month, budget = terms.month, terms.budget
    if month is not None and plan.total > month.left:
        return SpendingError(
            f"{message} {dollars(month.left)} are left of the month's "
            f"{dollars(month.limit)}: {dollars(month.committed)} are committed already",
            hint="`budget: {month: …}` in the manifest allows more, "
            "`--partial` buys what fits",
        )
    return SpendingError(
        f"{message} the budget is {dollars(budget)}",
        hint=f"`--budget {plan.total}` covers it, `--partial` buys what fits",
    )


def _fleeting() -> SpendingError:
    """Return the refusal to spend where the journal dies with the machine."""
    return SpendingError(
        "`CI` is set: what is bought here would be forgotten with this machine",
        hint="`--yes` agrees to that; `ASSETGEN_DURABLE=1` says that the home is kept",
    )


def dollars(usd: Decimal | None) -> str:
    """Return a sum as people read it: ``$0.09``, ``$12.00``, ``$0.0325``."""
    if usd is None:
        return "$?"
    cents = usd.quantize(Decimal("0.01"))
    return f"${cents if cents == usd else usd.normalize():f}"
