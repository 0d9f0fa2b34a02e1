"""What became of a submission decides whether it may ever be sent again."""

from __future__ import annotations

import socket
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, Shop, creates, paid, statuses

from assetgen.clock import utc_text
from assetgen.testing.kie import (
    GENERATION,
    INSUFFICIENT,
    INTERNAL,
    PROHIBITED,
    Body,
    Cut,
    Fail,
    Fate,
    KieServer,
    Page,
    Refuse,
    Reset,
)

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.testing.kie import Behaviour

LOST_REPLIES = {
    "reset after it was taken": Reset(made=True),
    "half a JSON": Cut(0.5),
    "a page of the edge after it was taken": Page(524, made=True),
    "a page of the edge": Page(502),
    "no JSON": Body(b"<html>", made=True),
    "nothing at all": Body(b"", made=True),
    "200 without a task": Body(b'{"code":200,"msg":"success","data":{}}', made=True),
    "500 without a reason": Refuse(500),
    "500 after it was taken": Refuse(500, made=True, status=500),
}


@pytest.mark.parametrize("trouble", LOST_REPLIES.values(), ids=LOST_REPLIES)
def test_a_lost_reply_is_never_sent_again(shop: Shop, trouble: Behaviour) -> None:
    shop.write("coin", "star").server.on("create", trouble, where="coin")
    for attempt in range(3):
        report = shop.build()
        assert report.exit_code == 5
        star = "built" if attempt == 0 else "reused"
        assert statuses(report) == {"coin": "unsure", "star": star}
        assert report.submitted == (1 if attempt == 0 else 0)
        assert creates(shop) == 2
    assert shop.states().count("ambiguous") == 1
    assert shop.server.account.duplicates == ()


def test_doubt_says_what_a_person_needs_to_find_the_job(shop: Shop) -> None:
    shop.server.on("create", Reset(made=True))
    (outcome,) = shop.write("coin").build().outcomes
    (intent,) = shop.intents()
    for words in ("nano-banana-pro", "a coin", "$0.09", utc_text(intent.created)[:13]):
        assert words in (outcome.error or "")
    assert "the answer was lost: the connection broke" in (outcome.error or "")
    for command in ("assetgen resolve coin --adopt", "--resend"):
        assert command in (outcome.hint or "")


def test_a_vendor_whom_nobody_understands_is_not_given_more_and_more(
    shop: Shop,
) -> None:
    shop.server.on("create", Page(502, made=True), times=None)
    names = [f"coin-{number}" for number in range(30)]
    report = shop.write(*names).build()
    assert report.exit_code == 5
    assert creates(shop) == 10
    assert list(statuses(report).values()).count("unsure") == 10


def test_one_job_for_two_purchases_leaves_the_second_in_doubt(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A vendor who answers so has lied once; what it took for the second is unknown."""
    monkeypatch.setenv("KIE_TIMEOUT", "5")  # nobody makes the first one's picture
    known = Body(b'{"code": 200, "data": {"taskId": "a-job"}}', made=True)
    shop.server.on("create", known, times=2)
    report = shop.write("coin", "star").build()
    assert report.exit_code == 8
    (second,) = (one for one in report.outcomes if one.exit_code == 8)
    assert "`a-job` to two jobs" in (second.error or "")
    assert f"assetgen resolve {second.asset}" in (second.hint or "")
    assert "--adopt" not in (second.hint or "")  # that job is another's
    assert "ambiguous" in shop.states()
    assert shop.build().exit_code == 5
    assert creates(shop) == 2


def test_doubt_counts_as_spent(shop: Shop) -> None:
    """A budget of two pictures: one is in doubt, so one more may be bought."""
    shop.server.on("create", Reset(made=True), where="coin")
    shop.write("coin", "star")
    report = shop.build(budget=2 * PRICE)
    assert report.spent == 2 * PRICE
    unsure = next(o for o in report.outcomes if o.asset == "coin")
    assert (unsure.usd, unsure.job) == (PRICE, None)
    assert "coin" in (unsure.hint or "")


POSTPONED = {
    "429 in the body": Refuse(429),
    "429 by HTTP": Refuse(429, status=429),
    "429 with a time": Refuse(429, headers=(("retry-after", "2"),)),
    "455 in the body": Refuse(455),
    "455 by HTTP": Refuse(455, status=503),
}


@pytest.mark.parametrize("trouble", POSTPONED.values(), ids=POSTPONED)
def test_what_was_not_taken_is_sent_until_it_is_bought_once(
    shop: Shop, trouble: Behaviour
) -> None:
    shop.write("coin").server.on("create", trouble, times=3)
    report = shop.build()
    assert (report.exit_code, report.submitted) == (0, 1)
    assert (paid(shop), creates(shop)) == (1, 4)


def test_a_vendor_that_only_says_too_fast_is_not_asked_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with KieServer(speed=1000) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        server.on("create", Refuse(429), times=None)
        shop = Shop(tmp_path / "project", server)
        report = shop.write("coin", "star").build()
        assert (report.exit_code, report.submitted, report.spent) == (7, 0, 0)
        assert creates(shop) < 200
        assert set(shop.states()) == {"released"}


def test_a_vendor_who_is_not_there_sold_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    monkeypatch.setenv("KIE_BASE_URL", nobody)
    report = shop.write("coin", "star", "ring").build()
    assert (report.exit_code, report.submitted, report.spent) == (7, 0, 0)
    assert set(shop.states()) == {"released"}
    monkeypatch.setenv("KIE_BASE_URL", shop.server.url)
    assert shop.build().exit_code == 0
    assert paid(shop) == 3


ACCOUNT = {
    "401 in the body": Refuse(401),
    "401 by HTTP": Refuse(401, status=401),
    "402 in the body": Refuse(402),
    "402 in words": Refuse(500, INSUFFICIENT),
    "433": Refuse(433),
}


@pytest.mark.parametrize("trouble", ACCOUNT.values(), ids=ACCOUNT)
def test_an_account_at_fault_stops_everything_at_once(
    shop: Shop, trouble: Behaviour
) -> None:
    names = [f"coin-{number}" for number in range(120)]
    shop.server.on("create", trouble, times=None)
    report = shop.write(*names).build()
    assert (report.exit_code, report.submitted, report.spent) == (9, 0, 0)
    assert creates(shop) == 1
    assert set(statuses(report).values()) == {"failed", "skipped"}
    assert not [intent for intent in shop.intents() if intent.committed]


def test_an_account_at_fault_while_polling_stops_buying(shop: Shop) -> None:
    names = [f"coin-{number}" for number in range(40)]
    shop.server.on("poll", Refuse(401), times=None)
    report = shop.write(*names).build()
    assert report.exit_code == 9
    assert creates(shop) < 40
    shop.server.calm()
    assert shop.build().exit_code == 0
    assert paid(shop) == 40


REFUSED = {
    "422 in the body": Refuse(422),
    "422 by HTTP": Refuse(422, status=422),
    "500 that means 422": Refuse(500, "aspect_ratio is not within the range of x"),
    "501": Refuse(501),
    "505": Refuse(505),
}


@pytest.mark.parametrize("trouble", REFUSED.values(), ids=REFUSED)
def test_a_refused_request_fails_its_asset_and_no_other(
    shop: Shop, trouble: Behaviour
) -> None:
    shop.server.on("create", trouble, where="coin", times=None)
    report = shop.write("coin", "star").build()
    assert (report.exit_code, report.submitted, report.spent) == (1, 1, PRICE)
    assert statuses(report) == {"coin": "failed", "star": "built"}
    assert creates(shop) == 2


@pytest.mark.parametrize("fail", [PROHIBITED, Fail("400", "no"), Fail("", None)])
def test_a_job_that_failed_is_not_bought_again(shop: Shop, fail: Fail) -> None:
    shop.server.on("create", Fate(fail=fail), where="coin")
    shop.write("coin", "star")
    for _ in range(3):
        report = shop.build()
        assert report.exit_code == 1
        assert statuses(report)["coin"] == "failed"
        assert "buys it anew" not in (report.outcomes[0].hint or "")
        assert paid(shop) == 2
    assert report.spent == Decimal(0)


@pytest.mark.parametrize("fail", [INTERNAL, GENERATION])
def test_a_fault_of_the_vendors_that_cost_nothing_is_tried_again_next_time(
    shop: Shop, fail: Fail
) -> None:
    shop.server.on("create", Fate(fail=fail))
    report = shop.write("coin").build()
    assert (report.exit_code, creates(shop)) == (1, 1)
    assert report.spent == 0
    assert "the next build buys it anew" in (report.outcomes[0].hint or "")
    assert shop.build().exit_code == 0
    assert creates(shop) == 2


def test_a_budget_is_not_used_up_by_what_was_refunded(shop: Shop) -> None:
    """In one build a failed job gives its price back to the budget."""
    shop.server.on("create", Fate(fail=PROHIBITED), where="coin")
    report = shop.write("coin", "star").build(budget=2 * PRICE)
    assert (report.exit_code, report.spent) == (1, PRICE)
