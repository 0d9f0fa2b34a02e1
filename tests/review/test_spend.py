"""What was paid, each purchase once, whoever knows of it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest

from assetgen.testing.kie import PROHIBITED, Fate, Reset

if TYPE_CHECKING:
    from reviewer import Reviewer


@pytest.fixture
def two(coin: Reviewer) -> Reviewer:
    """Return a person who has bought two takes of a coin, and a star."""
    coin.write(coin="a coin", star="a star")
    coin.run("retake", "coin")
    coin.build()
    assert coin.bought == 3
    return coin


def forget(me: Reviewer) -> None:
    """Take the journal away, as on a colleague's machine."""
    path = me.open().settings.journal
    path.unlink()
    path.with_suffix(".head").unlink()


def test_each_purchase_counts_once(two: Reviewer) -> None:
    """The journal knows all three, receipts and history the same three."""
    said = two.json("spend")
    assert said["total"]["pictures"] == 3
    assert said["total"]["paid_usd"] == 0.27
    assert float(two.server.account.charged) * 0.005 == pytest.approx(0.27)
    assert {name: row["pictures"] for name, row in said["by_asset"].items()} == {
        "coin": 2, "star": 1
    }  # fmt: skip
    assert list(said["by_model"]) == ["nano-banana-pro"]
    assert len(said["by_month"]) == 1


def test_receipts_know_what_others_bought(two: Reviewer) -> None:
    before = two.json("spend")["total"]
    forget(two)
    after = two.json("spend")["total"]
    assert (after["pictures"], after["paid_usd"]) == (3, before["paid_usd"])


def test_a_shared_request_was_paid_once(coin: Reviewer) -> None:
    coin.write(coin="a coin", twin="a coin")
    coin.build()
    assert coin.json("spend")["total"]["pictures"] == 1
    forget(coin)
    assert coin.json("spend")["total"]["pictures"] == 1


def test_what_failed_for_nothing_costs_nothing(coin: Reviewer) -> None:
    coin.write(coin="a coin", star="a star")
    coin.server.on("create", Fate(fail=PROHIBITED))
    coin.build(exits=1)
    assert coin.json("spend")["total"]["paid_usd"] == 0.09


def test_what_is_unsure_stands_apart(coin: Reviewer) -> None:
    coin.write(coin="a coin", star="a star")
    coin.server.on("create", Reset(made=True))
    coin.build(exits=5)
    said = coin.json("spend")
    assert (said["total"]["paid_usd"], said["unsure_usd"]) == (0.09, 0.09)
    assert "of unknown outcome, not in the total: $0.09" in coin.run("spend")


def test_what_is_resent_is_reserved(coin: Reviewer) -> None:
    coin.write(coin="a coin", star="a star")
    coin.server.on("create", Reset(made=True))
    coin.build(exits=5)
    coin.run("resolve", "star", "--resend")
    said = coin.json("spend")
    assert (said["reserved_usd"], said["unsure_usd"]) == (0.09, 0)


def test_estimate_and_charge_stand_side_by_side(two: Reviewer) -> None:
    lines = two.run("spend").splitlines()
    assert lines[0].split() == [
        "month", "asset", "model", "pictures", "estimate", "charged", "paid"
    ]  # fmt: skip
    assert lines[-1].split() == ["total", "3", "$0.27", "$0.27", "$0.27"]
    assert len(lines) == 4


def test_the_same_as_csv(two: Reviewer) -> None:
    rows = list(csv.DictReader(io.StringIO(two.run("spend", "--csv"))))
    assert [(row["asset"], row["pictures"], row["paid_usd"]) for row in rows] == [
        ("coin", "2", "0.18"), ("star", "1", "0.09")
    ]  # fmt: skip
    two.run("spend", "--csv", "--json", exits=2)


def test_other_projects_count_only_when_asked_for(
    two: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = two.root.parent / "other"
    other.mkdir()
    monkeypatch.chdir(other)
    here = two.root
    two.root = other
    two.write(moon="a moon")
    two.build()
    assert two.json("spend")["total"]["pictures"] == 1
    assert two.json("spend", "--all")["total"]["pictures"] == 4
    monkeypatch.chdir(here)
    assert two.json("spend")["total"]["pictures"] == 3


def test_all_needs_no_project(two: Reviewer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(two.root.parent)
    assert two.json("spend", "--all")["total"]["pictures"] == 3
    two.run("spend", exits=2)


def test_an_unreadable_receipt_is_said_not_to_count(two: Reviewer) -> None:
    forget(two)
    (two.root / "originals" / "coin.json").write_text("{}")
    said = two.json("spend", exits=8)
    assert said["total"]["pictures"] == 1
    assert "not counted" in two.err


def test_nothing_bought_is_nothing_paid(me: Reviewer) -> None:
    me.write(coin="a coin")
    assert me.json("spend")["total"]["paid_usd"] == 0
    assert not me.open().settings.journal.exists()


def test_the_months_budget_is_shown_beside_what_it_bounds(coin: Reviewer) -> None:
    """Also by `plan`, which says what a build would be held by."""
    text = (coin.root / "assets.yaml").read_text()
    coin.write_text(f"budget: {{month: 0.27}}\n{text}  star: {{prompt: a star}}\n")
    assert coin.run("spend").splitlines()[-1] == (
        "this month: $0.09 of $0.27 committed, $0.18 left"
    )
    assert coin.json("spend")["month"] == {"budget_usd": 0.27, "committed_usd": 0.09}
    assert "this month" not in coin.run("spend", "--all")
    assert "this month" not in coin.run("spend", "--csv")
    assert coin.run("plan").splitlines()[-1] == (
        "the month's budget of $0.27 ($0.09 of it committed) covers it"
    )
    coin.write_text(f"budget: {{build: 5, month: 0.17}}\n{text}  star: {{prompt: s}}\n")
    assert "$0.08 are left of the month's $0.17" in coin.run("plan")
    coin.build(exits=4)
    assert "$0.09 are committed already" in coin.err
    assert coin.bought == 1


def test_a_charge_that_nobody_said_is_not_called_zero(me: Reviewer) -> None:
    me.server.change(newer_fields=False)  # the vendor says nothing of credits
    me.write(coin="a coin")
    me.build()
    lines = me.run("spend").splitlines()
    assert [line.split()[-3:] for line in lines[1:]] == [["not", "said", "$0.09"]] * 2
    page = me.json("spend")
    assert (page["total"]["charged_usd"], page["total"]["paid_usd"]) == (None, 0.09)
    row = me.run("spend", "--csv").splitlines()[1]
    assert row.endswith(",1,0.09,,0.09")
