"""What was bought before and is nowhere any more is asked for, not bought again.

Its receipt is gone, too: where there is one, the asset is `lost`.
"""

from __future__ import annotations

import shutil

import pytest
from money_projects import Shop, creates, statuses

from assetgen.testing.kie import KieServer, Page


@pytest.fixture
def gone(shop: Shop) -> Shop:
    """Return a project whose picture was bought and then deleted everywhere."""
    assert shop.write("coin").build().exit_code == 0
    forget(shop)
    return shop


def forget(shop: Shop) -> None:
    """Delete originals, receipts and the store; the journal stays."""
    shutil.rmtree(shop.root / "originals")
    shutil.rmtree(shop.open().settings.store)


def test_it_is_collected_from_the_vendor_for_nothing(gone: Shop) -> None:
    report = gone.build(yes=False)
    assert (report.exit_code, report.submitted, report.spent) == (0, 0, 0)
    assert statuses(report) == {"coin": "built"}
    assert (creates(gone), gone.states()) == (1, ["done"])
    receipt = gone.receipt("coin")
    assert receipt is not None
    assert receipt.job == gone.server.account.tasks[0].id
    assert gone.build(yes=False).exit_code == 0
    with gone.journal() as journal:
        journal.verify()


def test_a_plan_says_so_and_a_frozen_build_leaves_it(gone: Shop) -> None:
    project = gone.open()
    with project.remembered() as knowledge:
        (asset,) = project.plan(knowledge).assets
    assert (asset.picture.deed, asset.picture.price) == ("collect", 0)
    assert "nowhere" in asset.picture.reason
    report = gone.build(frozen=True)
    assert (report.exit_code, statuses(report)) == (3, {"coin": "pending"})
    assert gone.states() == ["done"]


def test_what_the_vendor_has_not_any_more_is_lost_and_bought_on_request_only(
    gone: Shop,
) -> None:
    gone.server.on("file", Page(404), times=None)
    report = gone.build()
    assert (report.exit_code, statuses(report)) == (1, {"coin": "failed"})
    gone.server.calm()
    for _ in range(2):
        report = gone.build()
        assert (report.exit_code, statuses(report)) == (3, {"coin": "lost"})
    assert creates(gone) == 1
    report = gone.build(rebuy=frozenset({"coin"}))
    assert (report.exit_code, creates(gone)) == (0, 2)


def test_a_damaged_copy_stops_one_build_and_is_collected_by_the_next(
    shop: Shop,
) -> None:
    assert shop.write("coin").build().exit_code == 0
    receipt = shop.receipt("coin")
    assert receipt is not None
    shutil.rmtree(shop.root / "originals")
    sha256 = receipt.sha256
    copy = shop.open().settings.store / "cas" / sha256[:2] / sha256[2:]
    copy.write_bytes(copy.read_bytes()[:-1] + b"?")
    assert shop.build().exit_code == 8
    report = shop.build()
    assert (report.exit_code, creates(shop)) == (0, 1)
    again = shop.receipt("coin")
    assert again is not None
    assert again.sha256 == sha256


def test_a_build_that_cannot_wait_leaves_it_to_the_next(
    gone: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone.server.on("file", Page(503), times=None)
    monkeypatch.setenv("KIE_TIMEOUT", "1")
    report = gone.build()
    assert (report.exit_code, statuses(report)) == (7, {"coin": "pending"})
    gone.server.calm()
    monkeypatch.setenv("KIE_TIMEOUT", "60")
    assert gone.build().exit_code == 0
    assert creates(gone) == 1


def test_another_checkout_collects_it_as_its_own(gone: Shop) -> None:
    other = Shop(gone.root.with_name("other"), gone.server).write(
        "badge", badge="a coin"
    )
    report = other.build(yes=False)
    assert (report.exit_code, creates(gone)) == (0, 1)
    (intent,) = gone.intents()
    assert (intent.asset, intent.project) == ("badge", str(other.root))
    # Its picture is on the shelf now, from which the first one takes it.
    assert gone.build(yes=False).exit_code == 0
    assert creates(gone) == 1


def test_what_another_key_bought_is_lost_not_bought(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = {"key-one-long": 1000.0, "key-two-long": 1000.0}
    with KieServer(keys, speed=50, scale=0.06) as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_API_KEY", "key-one-long")
        shop.server = server
        assert shop.write("coin").build().exit_code == 0
        forget(shop)
        monkeypatch.setenv("KIE_API_KEY", "key-two-long")
        report = shop.build()
        assert (report.exit_code, statuses(report)) == (3, {"coin": "lost"})
        assert len(server.account.tasks) == 1
        report = shop.build(rebuy=frozenset({"coin"}))
        assert (report.exit_code, len(server.account.tasks)) == (0, 2)
