"""Nothing is bought that nobody agreed to, and free work is done all the same."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, creates, paid, statuses

from assetgen.providers.kie.catalogue import MODELS
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from money_projects import Shop

    from assetgen.plan import Plan

SOURCED = """\
version: 1
assets:
  coin: {provider: kie, prompt: a coin}
  logo: {source: logo.png, variants: [{width: 8, formats: [png]}]}
"""


@pytest.fixture
def with_logo(shop: Shop) -> Shop:
    """Return a project with one picture to buy and one that is a file."""
    shop.write_text(SOURCED)
    (shop.root / "logo.png").write_bytes(picture((32, 32), seed="logo"))
    return shop


def test_without_a_word_from_anybody_only_free_work_is_done(with_logo: Shop) -> None:
    report = with_logo.build(yes=False)
    assert (report.exit_code, creates(with_logo)) == (4, 0)
    assert statuses(report) == {"coin": "skipped", "logo": "built"}
    assert with_logo.published() == {"logo.png", "logo-8w.png"}
    assert (report.submitted, report.spent) == (0, 0)


def test_a_budget_that_covers_the_total_is_consent(shop: Shop) -> None:
    report = shop.write("coin", "star").build(yes=False, budget=2 * PRICE)
    assert (report.exit_code, paid(shop)) == (0, 2)
    assert (report.submitted, report.spent) == (2, 2 * PRICE)
    assert statuses(report) == {"coin": "built", "star": "built"}


def test_the_budget_of_the_manifest_counts_without_a_word(shop: Shop) -> None:
    shop.write("coin", "star", head="budget: 0.18")
    assert shop.build(yes=False).exit_code == 0
    shop.write("coin", "star", "ring", "crown", "gem", head="budget: 0.18")
    assert shop.build().exit_code == 4
    assert paid(shop) == 2


@pytest.mark.parametrize("yes", [True, False])
def test_a_smaller_budget_buys_nothing_whoever_agreed(shop: Shop, yes: bool) -> None:  # noqa: FBT001
    report = shop.write("coin", "star").build(yes=yes, budget=Decimal("0.17"))
    assert (report.exit_code, creates(shop)) == (4, 0)
    assert statuses(report) == {"coin": "skipped", "star": "skipped"}


def test_partial_buys_in_manifest_order_and_then_exits_4(shop: Shop) -> None:
    shop.write("coin", "star", "ring")
    report = shop.build(yes=False, partial=True, budget=Decimal("0.20"))
    assert report.exit_code == 4
    assert statuses(report) == {"coin": "built", "star": "built", "ring": "skipped"}
    assert [task.prompt for task in shop.server.account.tasks] == ["a coin", "a star"]


def test_an_unknown_price_is_bought_only_if_that_model_is_allowed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "nano-banana-pro"
    unpriced = {**MODELS, name: replace(MODELS[name], rates=())}
    monkeypatch.setattr("assetgen.providers.kie.MODELS", unpriced)
    shop.write("coin")
    assert shop.build(budget=Decimal(100)).exit_code == 4
    assert creates(shop) == 0
    report = shop.build(unpriced=frozenset({name}))
    assert (report.exit_code, paid(shop)) == (0, 1)


def test_on_a_machine_that_is_thrown_away_agreeing_is_not_enough(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    shop.write("coin")
    assert shop.build(yes=False, budget=Decimal(5)).exit_code == 4
    assert creates(shop) == 0
    monkeypatch.setenv("ASSETGEN_DURABLE", "1")
    assert shop.build(yes=False, budget=Decimal(5)).exit_code == 0
    assert paid(shop) == 1


def test_on_such_a_machine_yes_takes_the_risk(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    assert shop.write("coin").build(yes=True).exit_code == 0
    assert paid(shop) == 1


@pytest.mark.parametrize(("answer", "code", "bought"), [(True, 0, 1), (False, 4, 0)])
def test_a_person_at_the_terminal_decides(
    shop: Shop,
    answer: bool,  # noqa: FBT001
    code: int,
    bought: int,
) -> None:
    asked: list[Plan] = []

    def ask(plan: Plan) -> bool:
        asked.append(plan)
        return answer

    report = shop.write("coin").build(yes=False, ask=ask)
    assert (report.exit_code, paid(shop)) == (code, bought)
    assert [plan.total for plan in asked] == [PRICE]


def test_nobody_is_asked_where_nothing_is_to_be_bought(shop: Shop) -> None:
    shop.write("coin").build()

    def ask(_: Plan) -> bool:
        pytest.fail("there is nothing to agree to")

    assert shop.build(yes=False, ask=ask).exit_code == 0


def test_a_build_that_nobody_agreed_to_spoils_nothing_for_the_next(shop: Shop) -> None:
    """A journal without a line is whole."""
    shop.write("coin")
    assert shop.build(yes=False).exit_code == 4
    assert shop.build(yes=False).exit_code == 4
    assert shop.build().exit_code == 0
    assert paid(shop) == 1
