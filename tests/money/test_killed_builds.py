"""A build that is killed, stopped or met by another buys nothing twice."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from money_projects import Shop, creates, paid, statuses

from assetgen.errors import Locked
from assetgen.testing.kie import Fate, Slow

if TYPE_CHECKING:
    from collections.abc import Callable

DRIVER = Path(__file__).with_name("build_apart.py")


@pytest.fixture(autouse=True)
def real_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poll in real seconds: a process of its own has no share in the vendor's."""
    monkeypatch.setenv("KIE_POLL_INTERVAL", "0.05")


def start(shop: Shop, point: str = "", **environment: str) -> subprocess.Popen[str]:
    """Start a build in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-W", "error", str(DRIVER), str(shop.root), point],
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def until(happened: Callable[[], bool]) -> None:
    """Wait until something is so, at most 30 s."""
    end = time.monotonic() + 30
    while not happened():
        assert time.monotonic() < end
        time.sleep(0.01)


# Where it dies → (createTask calls of both builds, exit code of the second).
POINTS = {
    "after:Journal.plan": (1, 0),
    "before:Journal.sending": (1, 0),
    "after:Journal.sending": (0, 5),
    "before:Journal.submitted": (1, 5),
    "after:Journal.submitted": (1, 0),
    "before:Journal.ready": (1, 0),
    "after:Journal.ready": (1, 0),
    "before:Cache.put_bytes": (1, 0),
    "after:Cache.put_bytes": (1, 0),
    "before:Journal.fetched": (1, 0),
    "after:Journal.fetched": (1, 0),
    "before:Originals.write": (1, 0),
    "after:Originals.write": (1, 0),
    "before:Journal.done": (1, 0),
    "after:Journal.done": (1, 0),
    "before:Index.publish": (1, 0),
    "before:Index.write": (1, 0),
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_anywhere_the_next_build_buys_nothing_twice(
    shop: Shop, point: str
) -> None:
    shop.write("coin")
    with start(shop, point) as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    calls, code = POINTS[point]
    report = shop.build()
    assert (creates(shop), report.exit_code) == (calls, code)
    assert shop.server.account.duplicates == ()
    last = shop.states()[-1]
    assert last == ("ambiguous" if code else "done")
    assert shop.build().exit_code == code
    assert creates(shop) == calls


def test_killed_while_a_reply_is_on_its_way_the_outcome_is_unknown(shop: Shop) -> None:
    shop.server.on("create", Slow(before=500))
    with start(shop.write("coin")) as process:
        until(lambda: paid(shop) == 1)
        process.kill()
        process.communicate()
    for _ in range(2):
        report = shop.build()
        assert (report.exit_code, statuses(report)) == (5, {"coin": "unsure"})
        assert creates(shop) == 1


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_a_signal_awaits_the_reply_in_flight_and_nothing_more_goes_out(
    shop: Shop, number: signal.Signals, code: int
) -> None:
    names = [f"coin-{index}" for index in range(25)]
    shop.server.on("create", Slow(before=60), times=None)
    with start(shop.write(*names)) as process:
        until(lambda: len(shop.server.account.creates) >= 1)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == code, err
    bought = paid(shop)
    assert creates(shop) == bought
    assert bought < 25
    report = json.loads(out)
    assert (report["exit"], report["submitted"]) == (code, bought)
    assert shop.states().count("submitted") == bought
    kinds = [asset["status"] for asset in report["assets"].values()]
    assert (kinds.count("pending"), kinds.count("skipped")) == (bought, 25 - bought)
    shop.server.calm()
    assert shop.build().exit_code == 0
    assert paid(shop) == 25


def test_a_signal_is_no_news_to_what_waits_for_its_turn(shop: Shop) -> None:
    """Twenty are out, which is all that the vendor allows; five have not been sent."""
    names = [f"coin-{index}" for index in range(25)]
    shop.server.on("create", Fate(latency=5000), times=None)
    with start(shop.write(*names)) as process:
        until(lambda: paid(shop) == 20)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "Traceback" not in err
    assert paid(shop) == 20


def test_a_signal_while_jobs_are_waited_for_leaves_them_to_the_next_build(
    shop: Shop,
) -> None:
    shop.server.on("create", Fate(latency=5000), times=None)
    shop.server.change(patience=9000.0)
    with start(shop.write("coin", "star")) as process:
        until(lambda: paid(shop) == 2 and len(shop.server.account.polls) > 4)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=30)
    assert process.returncode == 130
    assert set(shop.states()) == {"submitted"}
    shop.server.clock.advance(5000)
    assert shop.build().exit_code == 0
    assert (creates(shop), json.loads(out)["spent_usd"]) == (2, 0.18)


def test_a_second_signal_ends_at_once(shop: Shop) -> None:
    """It does not even note that the outcome is unknown: the next build does that."""
    shop.server.on("create", Slow(before=2000))
    with start(shop.write("coin")) as process:
        until(lambda: len(shop.server.account.creates) == 1)
        while process.poll() is None:
            process.send_signal(signal.SIGINT)
            time.sleep(0.5)
    assert process.returncode == 130
    assert shop.states() == ["sending"]
    assert shop.build().exit_code == 5
    assert creates(shop) == 1


def test_a_reply_that_does_not_come_in_time_leaves_doubt_and_no_warning(
    shop: Shop,
) -> None:
    shop.server.on("create", Slow(before=2000))
    with start(shop.write("coin")) as process:
        until(lambda: len(shop.server.account.creates) == 1)
        process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 143
    assert "never retrieved" not in err
    assert "Traceback" not in err
    assert shop.states() == ["ambiguous"]


def test_a_build_that_meets_another_says_who_holds_the_project(shop: Shop) -> None:
    shop.server.on("create", Fate(latency=500))
    with start(shop.write("coin")) as process:
        until(lambda: paid(shop) == 1)
        with pytest.raises(Locked) as held:
            shop.build()
        process.kill()
        process.communicate()
    assert held.value.exit_code == 6
    assert f"process {process.pid} on " in held.value.message
    shop.server.clock.advance(500)
    assert shop.build().exit_code == 0  # the kernel gave the lock back
    assert creates(shop) == 1


def test_a_build_that_waits_for_another_finds_everything_done(shop: Shop) -> None:
    shop.server.on("create", Fate(latency=50))
    shop.write("coin")
    with start(shop) as first, start(shop, PATIENCE="60") as second:
        outs = [each.communicate(timeout=60)[0] for each in (first, second)]
    codes = sorted([first.returncode, second.returncode])
    assert codes in ([0, 0], [0, 6])
    assert creates(shop) == 1
    assert any(outs)


def test_checkouts_of_one_user_buy_each_picture_once(shop: Shop) -> None:
    names = [f"coin-{index}" for index in range(12)]
    shops = [Shop(shop.root.with_name(f"clone-{i}"), shop.server) for i in range(3)]
    running = [start(each.write(*names)) for each in shops]
    for process in running:
        with process:
            process.communicate(timeout=90)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert paid(shop) == 12
    for each in shops:
        assert each.build().exit_code == 0
        assert len(each.published()) == 12
    assert (paid(shop), creates(shop)) == (12, 12)
