"""What is bought is collected, however long it takes and whatever goes wrong."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, creates, paid, statuses
from PIL import Image

from assetgen.digest import digest_bytes
from assetgen.testing.kie import (
    Body,
    Cut,
    Fate,
    Length,
    Page,
    Refuse,
    Reset,
)
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from money_projects import Shop

    from assetgen.testing.kie import Behaviour


def test_a_job_that_is_slow_is_pending_and_collected_by_the_next_build(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "5")
    shop.server.on("create", Fate(latency=1000), where="coin")
    report = shop.write("coin", "star").build()
    assert (report.exit_code, report.submitted, report.spent) == (7, 2, 2 * PRICE)
    assert statuses(report) == {"coin": "pending", "star": "built"}
    task = next(t for t in shop.server.account.tasks if t.prompt == "a coin")
    pending = report.outcomes[0]
    assert (pending.job, pending.usd) == (task.id, PRICE)
    shop.server.change(patience=5000.0)
    shop.server.clock.advance(1000)
    report = shop.build()
    assert (report.exit_code, report.submitted, report.spent) == (0, 0, 0)
    assert statuses(report) == {"coin": "built", "star": "reused"}
    assert (creates(shop), set(shop.states())) == (2, {"done"})


def test_collecting_asks_nobody_for_consent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "3")
    shop.server.on("create", Fate(latency=100))
    assert shop.write("coin").build().exit_code == 7
    shop.server.clock.advance(100)
    assert shop.build(yes=False).exit_code == 0
    assert creates(shop) == 1


@pytest.mark.parametrize(
    "fate",
    [Fate(states=("waiting", "brooding", "")), Fate(hidden=2, latency=4)],
    ids=["unknown states", "a job that is not known at first"],
)
def test_a_state_that_nobody_knows_is_waited_for(shop: Shop, fate: Fate) -> None:
    shop.server.on("create", fate)
    assert shop.write("coin").build().exit_code == 0
    assert paid(shop) == 1


PASSING = {
    "502": Page(502),
    "reset": Reset(),
    "429": Refuse(429),
    "500": Refuse(500),
    "half": Cut(0.5),
    "nothing": Body(b""),
    "455": Refuse(455),
}


@pytest.mark.parametrize("trouble", PASSING.values(), ids=PASSING)
def test_trouble_while_asking_passes(shop: Shop, trouble: Behaviour) -> None:
    shop.server.on("poll", trouble, times=3)
    report = shop.write("coin").build()
    assert (report.exit_code, paid(shop), report.submitted) == (0, 1, 1)


ODD_RESULTS: dict[str, Callable[[list[str]], object]] = {
    "nothing": lambda _: "",
    "null": lambda _: None,
    "an empty object": lambda _: "{}",
    "no addresses": lambda _: json.dumps({"resultUrls": []}),
    "no JSON": lambda _: '{"resultUrls": [',
    "two pictures": lambda urls: json.dumps({"resultUrls": urls * 2}),
    "a number": lambda _: json.dumps({"resultUrls": [7]}),
}


@pytest.mark.parametrize("result", ODD_RESULTS.values(), ids=ODD_RESULTS)
def test_a_success_without_one_picture_is_no_reason_to_buy(
    shop: Shop, result: Callable[[list[str]], object]
) -> None:
    shop.server.on("create", Fate(result=result), where="coin")
    shop.write("coin", "star")
    for _ in range(3):
        report = shop.build()
        assert report.exit_code == 1
        assert statuses(report)["coin"] == "failed"
        assert creates(shop) == 2


def one_colour() -> bytes:
    """Return a whole PNG that shows nothing."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), "white").save(file, "PNG")
    return file.getvalue()


GONE = {
    "404": Page(404),
    "403": Page(403),
    "410": Page(410),
    "a web page": Page(200),
    "zero bytes": Body(b"", content_type="image/png"),
    "half a picture": Body(picture((400, 400), seed="x")[:1000]),
    "a blank picture": Body(one_colour()),
    "a picture of another shape": Body(picture((400, 200), seed="x")),
    "JSON": Body(b'{"code": 404}'),
}


@pytest.mark.parametrize("trouble", GONE.values(), ids=GONE)
def test_a_picture_that_cannot_be_had_is_lost_and_not_bought_again(
    shop: Shop, trouble: Behaviour
) -> None:
    shop.server.on("file", trouble, where="coin", times=None)
    report = shop.write("coin", "star").build()
    assert (report.exit_code, report.submitted) == (1, 2)
    assert statuses(report) == {"coin": "failed", "star": "built"}
    assert "build --rebuy coin" in (report.outcomes[0].hint or "")
    assert len(shop.server.account.downloads) > 2  # it was asked for again
    shop.server.calm()
    report = shop.build()
    assert (report.exit_code, creates(shop)) == (3, 2)
    assert statuses(report) == {"coin": "lost", "star": "reused"}
    report = shop.build(rebuy=frozenset({"coin"}))
    assert (report.exit_code, report.submitted, creates(shop)) == (0, 1, 3)


LATER = {
    "503": Page(503),
    "cut short": Cut(0.5),
    "a wrong length": Length(40),
    "reset": Reset(),
    "429": Page(429),
}


@pytest.mark.parametrize("trouble", LATER.values(), ids=LATER)
def test_a_download_that_fails_for_now_is_tried_again(
    shop: Shop, trouble: Behaviour
) -> None:
    shop.server.on("file", trouble, times=2)
    report = shop.write("coin").build()
    assert (report.exit_code, paid(shop), report.submitted) == (0, 1, 1)


def test_a_file_host_that_is_down_leaves_the_job_to_the_next_build(shop: Shop) -> None:
    shop.server.on("file", Page(503), times=None)
    report = shop.write("coin").build()
    assert (report.exit_code, statuses(report)) == (7, {"coin": "pending"})
    shop.server.change()
    shop.server.calm()
    report = shop.build()
    assert report.exit_code in {0, 7}
    assert creates(shop) == 1


def test_an_address_that_has_expired_is_replaced_by_a_fresh_one(shop: Shop) -> None:
    shop.server.change(url_lifetime=0.0)
    report = shop.write("coin").build()
    assert (report.exit_code, paid(shop)) == (0, 1)


def test_the_original_is_the_vendors_picture_byte_for_byte(shop: Shop) -> None:
    shop.write("coin").build()
    (task,) = shop.server.account.tasks
    data = (shop.root / "originals" / "coin.png").read_bytes()
    receipt = shop.receipt("coin")
    assert receipt is not None
    assert receipt.sha256 == digest_bytes(data)
    assert (receipt.job, receipt.price_usd) == (task.id, PRICE)
    assert shop.server.account.authorization_on_files == ()
