"""What a receipt names was paid for, and is never paid for again unasked."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, Shop, creates, paid, statuses

from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from pathlib import Path

POINTER = """\
version https://git-lfs.github.com/spec/v1
oid sha256:{digest}
size {size}
"""


@pytest.fixture
def bought(shop: Shop) -> Shop:
    """Return a project whose two pictures are bought and published."""
    assert shop.write("coin", "star").build().exit_code == 0
    return shop


def clone_of(shop: Shop, name: str = "clone") -> Shop:
    """Return a copy of what is committed: the manifest and the originals."""
    clone = Shop(shop.root.with_name(name), shop.server)
    shutil.copytree(
        shop.root, clone.root, ignore=shutil.ignore_patterns("output", ".assetgen.lock")
    )
    return clone


def calls(shop: Shop) -> int:
    """Return how many calls of any kind the vendor has had."""
    return len(shop.server.calls)


def move(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Go on as on another machine: another home and no key."""
    monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "another-home"))
    monkeypatch.delenv("KIE_API_KEY")


def test_a_clone_builds_everything_for_nothing_without_a_key(
    bought: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    clone, before = clone_of(bought), calls(bought)
    move(monkeypatch, tmp_path)
    report = clone.build(yes=False)
    assert (report.exit_code, report.submitted, report.spent) == (0, 0, 0)
    assert clone.published() == bought.published() == {"coin.png", "star.png"}
    assert calls(bought) == before
    assert not (tmp_path / "another-home" / "journal.db").exists()


def test_deleting_what_is_published_costs_nothing(bought: Shop) -> None:
    before = calls(bought)
    shutil.rmtree(bought.root / "output")
    assert bought.build(yes=False).exit_code == 0
    assert bought.published() == {"coin.png", "star.png"}
    assert calls(bought) == before


@pytest.mark.parametrize("home", ["the same home", "another home"])
def test_a_renamed_asset_takes_its_picture_along(
    bought: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    if home == "another home":
        monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "another-home"))
    report = bought.write("star", badge="a coin").build()
    assert (report.exit_code, report.submitted, creates(bought)) == (0, 0, 2)
    old, new = bought.receipt("coin"), bought.receipt("badge")
    assert old is not None
    assert new is not None
    assert (new.sha256, new.job) == (old.sha256, old.job)


def test_a_deleted_receipt_is_written_again_from_the_journal(bought: Shop) -> None:
    shutil.rmtree(bought.root / "originals")
    report = bought.build(yes=False)
    assert (report.exit_code, report.submitted, creates(bought)) == (0, 0, 2)
    receipt = bought.receipt("coin")
    assert receipt is not None
    assert receipt.price_usd == PRICE


def test_a_deleted_picture_comes_back_from_the_shelf(bought: Shop) -> None:
    (bought.root / "originals" / "coin.png").unlink()
    shutil.rmtree(bought.root / "output")
    assert bought.build(yes=False).exit_code == 0
    assert creates(bought) == 2


def test_an_lfs_pointer_is_not_damage(bought: Shop) -> None:
    receipt = bought.receipt("coin")
    assert receipt is not None
    text = POINTER.format(digest=receipt.sha256, size=receipt.bytes)
    (bought.root / "originals" / "coin.png").write_text(text)
    shutil.rmtree(bought.root / "output")
    report = bought.build()
    assert (report.exit_code, creates(bought)) == (3, 2)
    assert statuses(report) == {"coin": "waiting", "star": "built"}
    assert "git lfs pull" in (report.outcomes[0].hint or "")


@pytest.mark.parametrize("size", ["another size", "the same size"])
def test_another_picture_in_place_of_the_bought_one_stops_spending(
    bought: Shop, size: str
) -> None:
    path = bought.root / "originals" / "coin.png"
    data = picture((32, 32), seed="other") if size == "another size" else None
    path.write_bytes(data or path.read_bytes()[:-1] + b"?")
    bought.write("coin", "star", "ring")
    report = bought.build()
    assert (report.exit_code, creates(bought)) == (8, 2)
    assert statuses(report)["ring"] == "skipped"
    assert report.error is not None


def test_a_damaged_receipt_stops_spending_and_nothing_else(bought: Shop) -> None:
    (bought.root / "originals" / "coin.json").write_text('{"version": 1, "as')
    shutil.rmtree(bought.root / "output")
    report = bought.write("coin", "star", "ring").build()
    assert (report.exit_code, creates(bought)) == (8, 2)
    assert statuses(report) == {"coin": "waiting", "star": "built", "ring": "skipped"}


def test_a_take_of_any_size_in_a_receipt_keeps_nobody_waiting(bought: Shop) -> None:
    """Anybody's branch can bring one along; its number is not counted up to."""
    path = bought.root / "originals" / "coin.json"
    path.write_text(
        path.read_text().replace('"take": 1,\n  "v', f'"take": {10**30},"v')
    )
    report = bought.write("coin", "star", "ring").build()
    assert (report.exit_code, creates(bought)) == (0, 3)
    assert statuses(report) == {"coin": "built", "star": "reused", "ring": "built"}


@pytest.mark.parametrize("take", ["-1", "true", "1.5", '"1"'])
def test_a_take_that_is_none_stops_spending(bought: Shop, take: str) -> None:
    path = bought.root / "originals" / "coin.json"
    path.write_text(path.read_text().replace('"take": 1,\n  "v', f'"take": {take},"v'))
    report = bought.write("coin", "star", "ring").build()
    assert (report.exit_code, creates(bought)) == (8, 2)
    assert "no whole number" in (report.error or "")


@pytest.mark.parametrize("price", ["-5", '"NaN"', "NaN", "Infinity", '"lots"', "true"])
def test_a_price_that_is_none_stops_spending(bought: Shop, price: str) -> None:
    """`spend` adds them up, and less than nothing would hide what was paid."""
    path = bought.root / "originals" / "coin.json"
    path.write_text(
        path.read_text().replace('"price_usd": 0.09', f'"price_usd": {price}')
    )
    assert price in path.read_text()
    report = bought.write("coin", "star", "ring").build()
    assert (report.exit_code, creates(bought)) == (8, 2)


def test_a_damaged_journal_stops_spending_and_nothing_else(bought: Shop) -> None:
    home = bought.open().settings.journal
    home.write_bytes(b"not a database at all, and long enough to be read as one" * 99)
    shutil.rmtree(bought.root / "output")
    report = bought.write("coin", "star", "ring").build()
    assert (report.exit_code, creates(bought)) == (8, 2)
    assert statuses(report) == {"coin": "built", "star": "built", "ring": "skipped"}


def test_bytes_that_are_nowhere_are_lost_and_bought_only_on_request(
    bought: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "another-home"))
    (bought.root / "originals" / "coin.png").unlink()
    report = bought.build()
    assert (report.exit_code, creates(bought)) == (3, 2)
    assert statuses(report) == {"coin": "lost", "star": "reused"}
    assert bought.build(rebuy=frozenset({"coin"}), yes=False).exit_code == 4
    report = bought.build(rebuy=frozenset({"coin"}))
    assert (report.exit_code, report.submitted, creates(bought)) == (0, 1, 3)
    assert bought.build().exit_code == 0
    assert creates(bought) == 3


def test_equal_requests_are_bought_once_and_each_has_its_receipt(shop: Shop) -> None:
    same = dict.fromkeys([f"coin-{n}" for n in range(12)], "a coin")
    report = shop.write("star", **same).build()
    assert (report.exit_code, report.submitted, report.spent) == (0, 2, 2 * PRICE)
    assert paid(shop) == 2
    assert len(shop.published()) == 13
    digests = {getattr(shop.receipt(name), "sha256", None) for name in same}
    assert len(digests) == 1
    assert None not in digests
    assert set(shop.states()) == {"done"}


def test_frozen_asks_nobody_and_writes_no_receipt(bought: Shop) -> None:
    shutil.rmtree(bought.root / "output")
    home = bought.open().settings.journal.parent
    originals = bought.root / "originals"
    receipts = {path.name: path.read_bytes() for path in originals.iterdir()}
    bought.write("coin", "star", "ring", badge="a coin")
    before, journal = calls(bought), (home / "journal.db").read_bytes()
    report = bought.build(frozen=True)
    assert report.exit_code == 3
    assert statuses(report) == {
        "coin": "built", "star": "built", "ring": "skipped", "badge": "skipped",
    }  # fmt: skip
    assert calls(bought) == before
    assert {p.name: p.read_bytes() for p in originals.iterdir()} == receipts
    assert (home / "journal.db").read_bytes() == journal


def test_frozen_leaves_a_job_that_is_out_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "0.01")
    assert shop.write("coin").build().exit_code == 7
    before = calls(shop)
    report = shop.build(frozen=True)
    assert (report.exit_code, statuses(report)) == (3, {"coin": "pending"})
    assert calls(shop) == before


def test_a_build_with_nothing_to_do_changes_nothing(bought: Shop) -> None:
    before = calls(bought)
    report = bought.build(yes=False)
    body = json.loads(json.dumps(report.to_json()))
    assert body["assets"]["coin"]["status"] == "reused"
    assert (body["reused"], body["submitted"], body["spent_usd"]) == (2, 0, 0)
    assert calls(bought) == before
