"""Which purchases may be made, for every way to agree and every way not to."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from assetgen.consent import Terms, decide, dollars
from assetgen.errors import SpendingError
from assetgen.manifest.model import Asset
from assetgen.plan import AssetPlan, Deed, Picture, Plan
from assetgen.request import Request

NINE = Decimal("0.09")
NOBODY = Terms()


def wanted(
    name: str, price: Decimal | None = NINE, deed: Deed = Deed.BUY, model: str = "m"
) -> AssetPlan:
    """Return the plan of one asset."""
    request = Request("kie", model, f"a {name}", {}, {}, (), 1)
    keys = ("assets", name)
    asset = Asset(name, name, keys, request, None, None, (), None, price, "output")
    return AssetPlan(asset, Picture(deed, "never made", "", request, price), ())


TWO = Plan((wanted("coin"), wanted("star")))
BOTH = frozenset({"coin", "star"})


def asking(heard: list[Plan], *, answer: bool):  # noqa: ANN201  a person
    """Return a person at the terminal who always says the same."""

    def ask(plan: Plan) -> bool:
        heard.append(plan)
        return answer

    return ask


def refused(plan: Plan, terms: Terms) -> SpendingError:
    """Return the refusal of a plan of which nothing may be bought."""
    found = decide(plan, terms)
    assert found.assets == frozenset()
    assert isinstance(found.refusal, SpendingError)
    return found.refusal


def test_nobody_is_asked_about_a_plan_that_buys_nothing() -> None:
    heard: list[Plan] = []
    terms = Terms(ask=asking(heard, answer=False), lasting=False)
    found = decide(Plan((wanted("coin", deed=Deed.HAVE),)), terms)
    assert (found.assets, found.refusal, heard) == (frozenset(), None, [])


def test_without_a_word_nothing_is_bought_and_the_total_is_told() -> None:
    refusal = refused(TWO, NOBODY)
    assert str(refusal) == "nobody agreed to spend $0.18"
    assert refusal.hint == "`--yes`, or a `budget:` that covers it"


@pytest.mark.parametrize(
    "terms",
    [
        Terms(yes=True),
        Terms(yes=True, lasting=False),
        Terms(budget=Decimal("0.18")),
        Terms(budget=Decimal("0.19"), partial=True),
        Terms(budget=Decimal("0.18"), yes=True, lasting=False),
    ],
)
def test_yes_or_a_budget_that_covers_the_total_is_consent(terms: Terms) -> None:
    """To the cent is covered."""
    found = decide(TWO, terms)
    assert (found.assets, found.refusal) == (BOTH, None)


def test_only_what_is_to_be_bought_is_agreed_to() -> None:
    plan = Plan((*TWO.assets, wanted("gem", deed=Deed.COLLECT)))
    assert decide(plan, Terms(yes=True)).assets == BOTH


@pytest.mark.parametrize("answer", [True, False])
def test_a_person_at_the_terminal_decides_on_the_plan_itself(answer: bool) -> None:  # noqa: FBT001
    heard: list[Plan] = []
    found = decide(TWO, Terms(ask=asking(heard, answer=answer)))
    assert heard == [TWO]
    assert found.assets == (BOTH if answer else frozenset())
    assert (found.refusal is None) is answer


@pytest.mark.parametrize("terms", [Terms(yes=True), Terms(budget=Decimal(1))])
def test_nobody_is_asked_who_has_agreed_before(terms: Terms) -> None:
    heard: list[Plan] = []
    found = decide(TWO, replace(terms, ask=asking(heard, answer=False)))
    assert (found.assets, heard) == (BOTH, [])


@pytest.mark.parametrize("budget", [Decimal("0.179999"), Decimal(0)])
@pytest.mark.parametrize("yes", [True, False])
def test_a_smaller_budget_refuses_all_whoever_agrees(
    budget: Decimal,
    yes: bool,  # noqa: FBT001
) -> None:
    """A person at the terminal is not even asked."""
    heard: list[Plan] = []
    terms = Terms(budget=budget, yes=yes, ask=asking(heard, answer=True))
    refusal = refused(TWO, terms)
    assert str(refusal).startswith("$0.18 to buy, and the budget is $0")
    assert refusal.hint == "`--budget 0.18` covers it, `--partial` buys what fits"
    assert heard == []


@pytest.mark.parametrize(
    ("budget", "names"),
    [
        ("0.04", set()),
        ("0.05", {"dot"}),
        ("0.09", {"coin"}),
        ("0.14", {"coin", "dot"}),
        ("0.18", {"coin", "star"}),
        ("0.23", {"coin", "star", "dot"}),
    ],
)
def test_partial_buys_in_order_what_the_budget_covers(
    budget: str, names: set[str]
) -> None:
    """Each price is taken from what is left; what does not fit is passed over."""
    plan = Plan((*TWO.assets, wanted("ring"), wanted("dot", Decimal("0.05"))))
    found = decide(plan, Terms(budget=Decimal(budget), partial=True))
    assert found.assets == names
    assert isinstance(found.refusal, SpendingError)


def test_partial_passes_over_what_is_too_dear_and_goes_on() -> None:
    plan = Plan((wanted("wall", Decimal(5)), wanted("coin"), wanted("star")))
    found = decide(plan, Terms(budget=Decimal("0.18"), partial=True))
    assert found.assets == BOTH


def test_partial_without_a_budget_agrees_to_nothing() -> None:
    assert "nobody agreed" in str(refused(TWO, Terms(partial=True)))


@pytest.mark.parametrize(
    "terms",
    [
        Terms(budget=Decimal(1)),
        Terms(budget=NINE, partial=True),
        Terms(ask=lambda _plan: True),
    ],
)
def test_where_the_journal_dies_only_yes_agrees(terms: Terms) -> None:
    """Neither a budget nor a person has heard of that risk."""
    fleeting = replace(terms, lasting=False)
    refusal = refused(TWO, fleeting)
    assert str(refusal).startswith("`CI` is set")
    assert "`--yes` agrees to that" in str(refusal.hint)
    assert decide(TWO, replace(fleeting, yes=True)).assets


class TestUnpriced:
    """Nobody can agree to a price that nobody knows, unless they say so by name."""

    PLAN = Plan((
        wanted("coin"), wanted("star", None, model="new"),
        wanted("gem", None, model="odd"),
    ))  # fmt: skip

    @pytest.mark.parametrize("allowed", [set(), {"new"}, {"odd"}, {"m"}])
    def test_yes_is_not_enough(self, allowed: set[str]) -> None:
        terms = Terms(yes=True, budget=Decimal(9), unpriced=frozenset(allowed))
        refusal = refused(self.PLAN, terms)
        model = "odd" if "new" in allowed else "new"
        assert str(refusal) == f"no price is known for 2 of 3 pictures: {model}"
        assert refusal.hint == f"`--allow-unpriced {model}` takes the risk"

    def test_each_model_by_its_name_is(self) -> None:
        terms = Terms(yes=True, unpriced=frozenset({"new", "odd"}))
        assert decide(self.PLAN, terms).assets == {"coin", "star", "gem"}

    def test_allowing_is_not_agreeing(self) -> None:
        terms = Terms(unpriced=frozenset({"new", "odd"}))
        assert "nobody agreed" in str(refused(self.PLAN, terms))

    def test_partial_neither_takes_nor_gives_for_them(self) -> None:
        terms = Terms(
            budget=Decimal("0.05"), partial=True, unpriced=frozenset({"new", "odd"})
        )
        assert decide(self.PLAN, terms).assets == {"star", "gem"}
        backwards = Plan(self.PLAN.assets[::-1])
        assert decide(backwards, terms).assets == {"star", "gem"}


@pytest.mark.parametrize(
    ("usd", "expected"),
    [
        (None, "$?"),
        (Decimal(0), "$0.00"),
        (Decimal("0.09"), "$0.09"),
        (Decimal("0.0900"), "$0.09"),
        (Decimal(12), "$12.00"),
        (Decimal("0.0325"), "$0.0325"),
        (Decimal("0.03250"), "$0.0325"),
        (Decimal("1E+2"), "$100.00"),
    ],
)
def test_a_sum_reads_as_people_write_it(usd: Decimal | None, expected: str) -> None:
    assert dollars(usd) == expected
