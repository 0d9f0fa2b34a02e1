"""Every job is collected, also when no asset asks for its picture any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, creates, statuses

from assetgen.events import Stray
from assetgen.project import open_project
from assetgen.running import build_project
from assetgen.strays import Strays
from assetgen.testing.kie import PROHIBITED, Fate, Reset

if TYPE_CHECKING:
    from money_projects import Shop

LONG = 1000  # seconds that a job takes which no build waits for


@pytest.fixture
def slow(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """Return a project whose `coin` is out and paid, and no build has waited for."""
    monkeypatch.setenv("KIE_TIMEOUT", "3")
    shop.server.on("create", Fate(latency=LONG), where="a coin")
    assert shop.write("coin", "star").build().exit_code == 7
    assert sorted(shop.states()) == ["done", "submitted"]
    return shop


def let_it_finish(shop: Shop) -> None:
    """Let so much time pass that the slow job is ready."""
    shop.server.change(patience=10.0 * LONG)
    shop.server.clock.advance(LONG)


def told(shop: Shop) -> list[str]:
    """Return what the last build has said about jobs that nobody asks for."""
    return [event.text for event in shop.said if isinstance(event, Stray)]


def test_the_job_of_a_removed_asset_is_collected_and_comes_back_for_nothing(
    slow: Shop,
) -> None:
    let_it_finish(slow)
    report = slow.write("star").build(yes=False)
    assert (report.exit_code, statuses(report)) == (0, {"star": "reused"})
    (said,) = told(slow)
    assert "collected a picture that no asset asks for any more (job " in said
    assert set(slow.states()) == {"done"}
    report = slow.write("coin", "star").build(yes=False)
    assert (report.exit_code, report.spent) == (0, 0)
    assert (statuses(report)["coin"], creates(slow)) == ("built", 2)


def test_the_job_of_the_last_asset_is_collected_too(slow: Shop) -> None:
    """A manifest that buys nothing any more still owes its jobs a visit."""
    let_it_finish(slow)
    slow.write_text("version: 1\nassets: {}\n")
    assert slow.build(yes=False).exit_code == 0
    assert set(slow.states()) == {"done"}


def test_a_renamed_asset_takes_its_job_along(slow: Shop) -> None:
    let_it_finish(slow)
    report = slow.write("star", medal="a coin").build(yes=False)
    assert (report.exit_code, statuses(report)["medal"]) == (0, "built")
    assert (told(slow), creates(slow)) == ([], 2)


def test_the_job_of_earlier_words_becomes_an_earlier_take(slow: Shop) -> None:
    let_it_finish(slow)
    report = slow.write("star", coin="a new coin").build()
    assert (report.exit_code, report.spent, creates(slow)) == (0, PRICE, 3)
    receipt = slow.receipt("coin")
    assert receipt is not None
    (take,) = receipt.takes
    first = next(t for t in slow.server.account.tasks if t.prompt == "a coin")
    assert (take.job, take.take, take.price_usd) == (first.id, 1, PRICE)
    assert f"`assetgen pick coin {take.sha256[:12]}`" in told(slow)[0]
    report = slow.write("coin", "star").build(yes=False)
    assert (report.exit_code, report.spent, creates(slow)) == (0, 0, 3)


def test_a_job_that_is_still_running_is_named_and_exits_7(slow: Shop) -> None:
    report = slow.write("star").build(yes=False)
    assert (report.exit_code, statuses(report)) == (7, {"star": "reused"})
    assert report.error is not None
    job = next(t.id for t in slow.server.account.tasks if t.prompt == "a coin")
    assert job in report.error
    assert sorted(slow.states()) == ["done", "submitted"]


def test_a_build_of_some_assets_and_a_frozen_one_ask_for_no_other_job(
    slow: Shop,
) -> None:
    let_it_finish(slow)
    asked = len(slow.server.account.polls)
    slow.write("star")
    assert slow.build("star", yes=False).exit_code == 0
    assert slow.build(frozen=True).exit_code == 0
    assert len(slow.server.account.polls) == asked
    assert sorted(slow.states()) == ["done", "submitted"]


def test_a_job_of_another_key_is_named_and_kept_for_that_key(
    slow: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_finish(slow)
    asked = len(slow.server.account.polls)
    with monkeypatch.context() as other:
        other.setenv("KIE_API_KEY", "another-key-of-mine")
        assert slow.write("star").build(yes=False).exit_code == 0
        assert len(slow.server.account.polls) == asked
        assert "another key" in told(slow)[0]
    assert slow.build(yes=False).exit_code == 0
    assert set(slow.states()) == {"done"}


def test_a_job_that_failed_meanwhile_is_said_and_stops_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "3")
    shop.server.on("create", Fate(fail=PROHIBITED, latency=LONG), where="a coin")
    shop.write("coin", "star").build()
    let_it_finish(shop)
    report = shop.write("star").build(yes=False)
    assert (report.exit_code, sorted(shop.states())) == (0, ["done", "failed"])
    assert "the provider failed" in told(shop)[0]


def test_a_doubt_that_no_asset_waits_for_is_still_said(shop: Shop) -> None:
    shop.server.on("create", Reset(made=True), where="a coin")
    assert shop.write("coin", "star").build().exit_code == 5
    for _ in range(2):
        assert shop.write("star").build(yes=False).exit_code == 0
        assert "`assetgen resolve coin`" in told(shop)[0]
    assert sorted(shop.states()) == ["ambiguous", "done"]


def test_another_manifest_of_the_folder_leaves_the_job_to_its_own(slow: Shop) -> None:
    let_it_finish(slow)
    text = "version: 1\noutput: other/\noriginals: others/\nassets: {}\n"
    (slow.root / "other.yaml").write_text(text)
    other = open_project(slow.root, "other.yaml", clock=slow.server.clock)
    assert build_project(other, slow.options(), slow.said.append).exit_code == 0
    assert sorted(slow.states()) == ["done", "submitted"]


def test_a_picture_that_came_just_before_a_kill_is_kept_without_asking(
    slow: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_it_finish(slow)
    with monkeypatch.context() as killed:
        killed.setattr(Strays, "keep", lambda _: None)
        slow.write("star").build(yes=False)
    assert sorted(slow.states()) == ["done", "fetched"]
    asked = len(slow.server.account.polls)
    assert slow.build(yes=False).exit_code == 0
    assert (len(slow.server.account.polls), set(slow.states())) == (asked, {"done"})
