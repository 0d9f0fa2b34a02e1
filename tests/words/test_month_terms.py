"""A month's budget bounds a build beside its own, and says so with the numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assetgen.consent import Month, Terms, decide
from assetgen.errors import SpendingError
from assetgen.manifest.model import Asset
from assetgen.plan import AssetPlan, Deed, Picture, Plan
from assetgen.request import Request

NINE = Decimal("0.09")


def wanted(name: str) -> AssetPlan:
    """Return the plan to buy one asset for nine cents."""
    request = Request("kie", "m", f"a {name}", {}, {}, (), 1)
    keys = ("assets", name)
    asset = Asset(name, name, keys, request, None, None, (), None, NINE, "output")
    return AssetPlan(asset, Picture(Deed.BUY, "never made", "", request, NINE), ())


TWO = Plan((wanted("coin"), wanted("star")))


def month(limit: str, committed: str) -> Month:
    return Month(Decimal(limit), Decimal(committed))


@pytest.mark.parametrize(
    ("limit", "committed", "left"),
    [("5", "0", "5"), ("5", "1.91", "3.09"), ("5", "5", "0"), ("5", "6", "0")],
)
def test_what_is_left_of_a_month_is_never_a_debt(
    limit: str, committed: str, left: str
) -> None:
    assert month(limit, committed).left == Decimal(left)


def test_a_month_that_covers_the_total_is_consent() -> None:
    """To the cent is covered."""
    found = decide(TWO, Terms(month=month("1", "0.82")))
    assert (found.assets, found.refusal) == ({"coin", "star"}, None)


@pytest.mark.parametrize("budget", [None, Decimal(1), Decimal("0.10")])
def test_a_month_that_is_used_up_is_what_is_told(budget: Decimal | None) -> None:
    found = decide(TWO, Terms(budget=budget, yes=True, month=month("1", "0.83")))
    assert found.assets == frozenset()
    assert isinstance(found.refusal, SpendingError)
    assert str(found.refusal) == (
        "$0.18 to buy, and $0.17 are left of the month's $1.00: "
        "$0.83 are committed already"
    )


def test_the_smaller_of_two_budgets_is_what_is_told() -> None:
    """The month would cover it, to the cent."""
    found = decide(TWO, Terms(budget=NINE, yes=True, month=month("1", "0.82")))
    assert str(found.refusal) == "$0.18 to buy, and the budget is $0.09"


def test_partial_buys_what_is_left_of_the_month() -> None:
    found = decide(TWO, Terms(partial=True, month=month("1", "0.91")))
    assert found.assets == {"coin"}
