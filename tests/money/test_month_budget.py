"""A month has a budget too, and no number of builds passes it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, creates, statuses

from assetgen.clock import month_start
from assetgen.errors import SpendingError
from assetgen.journal import Journal
from assetgen.request import Request
from assetgen.testing.clock import VirtualClock
from assetgen.testing.kie import PROHIBITED, Fate, Reset

if TYPE_CHECKING:
    from pathlib import Path

    from money_projects import Shop

    from assetgen.testing.kie import Behaviour

TWO = "budget: {build: 5, month: 0.18}"


def bound(journal: Journal, words: str, monthly: str = "0.18", **more: str) -> str:
    """Plan a purchase within a month's budget and return its token."""
    inputs = {"resolution": "1K"}
    intent = journal.plan(
        Request("kie", "nano-banana-pro", words, inputs, inputs),
        account="mine",
        asset=words,
        project=more.get("project", "/project"),
        price=PRICE,
        monthly=Decimal(monthly),
    )
    return intent.id


def test_the_longer_form_has_the_builds_budget_too(shop: Shop) -> None:
    shop.write("coin", "star", head="budget: {build: 0.18}")
    assert shop.build(yes=False).exit_code == 0
    shop.write("ring", "crown", "gem", head="budget: {build: 0.18}")
    assert (shop.build().exit_code, creates(shop)) == (4, 2)


def test_builds_of_one_month_share_its_budget(shop: Shop) -> None:
    for names in (("coin",), ("coin", "star")):
        assert shop.write(*names, head=TWO).build(yes=False).exit_code == 0
    report = shop.write("coin", "star", "ring", head=TWO).build()
    assert (report.exit_code, report.spent, creates(shop)) == (4, 0, 2)
    assert statuses(report)["ring"] == "skipped"
    assert report.error == (
        "$0.09 to buy, and $0.00 are left of the month's $0.18: $0.18 are committed "
        "already"
    )


def test_a_month_alone_is_consent_and_a_builds_budget_does_not_lift_it(
    shop: Shop,
) -> None:
    head = "budget: {month: 0.18}"
    assert shop.write("coin", head=head).build(yes=False).exit_code == 0
    shop.write("coin", "star", "ring", head=head)
    assert shop.build(budget=Decimal(5)).exit_code == 4
    report = shop.build(budget=Decimal(5), partial=True)
    assert (report.exit_code, creates(shop)) == (4, 2)
    assert statuses(report) == {"coin": "reused", "star": "built", "ring": "skipped"}


@pytest.mark.parametrize("fate", [Fate(latency=1000), Reset(made=True)])
def test_what_is_out_or_unsure_counts(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, fate: Behaviour
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "3")
    shop.server.on("create", fate, where="coin")
    head = "budget: {month: 0.09}"
    assert shop.write("coin", head=head).build().exit_code in {5, 7}
    report = shop.write("coin", "star", head=head).build()
    assert (statuses(report)["star"], creates(shop)) == ("skipped", 1)


def test_what_failed_for_nothing_does_not_count(shop: Shop) -> None:
    shop.server.on("create", Fate(fail=PROHIBITED), where="coin")
    head = "budget: {month: 0.09}"
    assert shop.write("coin", head=head).build().exit_code == 1
    assert shop.write("star", head=head).build().exit_code == 0
    assert [intent.charged for intent in shop.intents()] == [0, PRICE]


def test_two_builds_at_once_do_not_pass_it_together(tmp_path: Path) -> None:
    """Each has planned within the budget; the second reservation is refused."""
    path = tmp_path / "journal.db"
    with Journal.open(path) as one, Journal.open(path) as other:
        bound(one, "a coin", "0.10")
        with pytest.raises(SpendingError, match=r"0\.09 USD are committed since"):
            bound(other, "a star", "0.10")
        assert len(other.intents()) == 1
        bound(other, "a star", "0.10", project="/elsewhere")


def at(text: str) -> VirtualClock:
    """Return a clock that stands at a day."""
    clock = VirtualClock()
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()
    clock.now = lambda: moment  # type: ignore[method-assign]
    return clock


def test_a_clock_that_is_set_back_refunds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "journal.db"
    with Journal.open(path, clock=at("2026-11-30T23:59:59")) as journal:
        bound(journal, "a coin", "0.09")
    with (
        Journal.open(path, clock=at("2026-10-15")) as journal,
        pytest.raises(SpendingError),
    ):
        bound(journal, "a star", "0.09")
    with Journal.open(path, clock=at("2026-12-01")) as journal:
        bound(journal, "a star", "0.09")


def test_what_was_given_back_is_free_again(tmp_path: Path) -> None:
    with Journal.open(tmp_path / "journal.db") as journal:
        journal.release(bound(journal, "a coin", "0.09"))
        bound(journal, "a star", "0.09")


@pytest.mark.parametrize(
    ("moment", "start"),
    [
        ("2026-11-01T00:00:00", "2026-11-01T00:00:00"),
        ("2026-10-31T23:59:59.9", "2026-10-01T00:00:00"),
        ("2028-02-29T12:00:00", "2028-02-01T00:00:00"),
        ("2027-01-01T00:00:00.1", "2027-01-01T00:00:00"),
    ],
)
def test_a_month_begins_on_its_first_day_in_utc(moment: str, start: str) -> None:
    seconds = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
    expected = datetime.fromisoformat(start).replace(tzinfo=UTC).timestamp()
    assert month_start(seconds) == expected
