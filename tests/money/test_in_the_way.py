"""A file that is not ours stands where a picture would go: nothing is bought for it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, creates, statuses

from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from money_projects import Shop


@pytest.fixture
def blocked(shop: Shop) -> Shop:
    """Return a project in whose output a picture of somebody's stands already."""
    shop.write("coin", "star")
    (shop.root / "output").mkdir()
    (shop.root / "output" / "coin.png").write_bytes(picture((20, 20), seed="mine"))
    return shop


def test_it_is_told_before_money_and_stops_no_other(blocked: Shop) -> None:
    project = blocked.open()
    plan = project.plan(project.knowledge(None))
    assert (plan.total, [each.asset.name for each in plan.purchases]) == (
        PRICE,
        ["star"],
    )
    report = blocked.build()
    assert (report.exit_code, report.submitted, report.spent) == (3, 1, PRICE)
    assert statuses(report) == {"coin": "edited", "star": "built"}
    (coin, _) = report.outcomes
    assert "`coin.png` is not ours" in coin.reason
    assert coin.usd == Decimal(0)
    assert "assetgen adopt coin" in (coin.hint or "")
    assert blocked.build().exit_code == 3
    assert creates(blocked) == 1


def test_it_is_bought_once_the_file_is_gone(blocked: Shop) -> None:
    assert blocked.build().exit_code == 3
    (blocked.root / "output" / "coin.png").unlink()
    report = blocked.build()
    assert (report.exit_code, statuses(report)["coin"]) == (0, "built")
    assert creates(blocked) == 2


def test_another_asset_with_the_same_words_is_bought(blocked: Shop) -> None:
    blocked.write("coin", badge="a coin")
    report = blocked.build()
    assert statuses(report) == {"coin": "edited", "badge": "built"}
    assert creates(blocked) == 1


def test_a_picture_that_is_bought_already_is_collected(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is paid: it comes to the originals, and the file stays as it is."""
    monkeypatch.setenv("KIE_TIMEOUT", "0.01")
    assert shop.write("coin").build().exit_code == 7
    file = shop.root / "output" / "coin.png"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"mine")
    monkeypatch.setenv("KIE_TIMEOUT", "60")
    report = shop.build()
    assert (report.exit_code, statuses(report)) == (3, {"coin": "edited"})
    assert (shop.states(), file.read_bytes()) == (["done"], b"mine")
