"""Builds that are rung up: at once, once, and never led astray."""

from __future__ import annotations

import random
import socket
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from ringing_projects import Bellhouse, statuses

from assetgen.errors import UsageError
from assetgen.events import Noted, Outcome
from assetgen.listening import Webhook, check_webhook
from assetgen.providers.kie import Kie
from assetgen.testing.kie import (
    Body,
    Callback,
    Cut,
    Fail,
    Fate,
    Page,
    Reset,
    Slow,
)

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.events import Report

NEVER = Fate(latency=5, callbacks=())


def test_a_ring_is_answered_by_one_question(house: Bellhouse) -> None:
    report = house.write("coin", "star").build()
    assert (report.exit_code, report.submitted) == (0, 2)
    for task in house.server.account.tasks:
        assert house.polls_of(task) == 1
    assert house.answered(2) == [200, 200]


def test_each_purchase_has_an_address_of_its_own(house: Bellhouse) -> None:
    """It ends with the journal's token, and is in no key: the receipt knows nothing."""
    house.write("coin", "star").build()
    told = {str(task.order["callBackUrl"]) for task in house.server.account.tasks}
    base = house.webhook.url
    assert told == {f"{base}/{intent.id}" for intent in house.intents()}
    receipts = "".join(p.read_text() for p in house.root.glob("originals/*.json"))
    assert receipts
    assert all(intent.id not in receipts for intent in house.intents())


def test_without_a_doorbell_the_vendor_is_told_nothing(
    house: Bellhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_POLL_INTERVAL", "1")
    house.rung = False
    assert house.write("coin").build().exit_code == 0
    assert "callBackUrl" not in house.task().order
    assert house.server.account.rings == ()


def test_a_doorbell_that_never_rings_costs_nothing(
    house: Bellhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_POLL_INTERVAL", "1")
    house.server.on("create", NEVER)
    assert house.write("coin").build().exit_code == 0
    assert house.server.account.rings == ()
    assert house.polls_of(house.task()) <= 7


@pytest.mark.parametrize("shape", ["A", "B", "C", "D", "E", "F"])
def test_every_shape_rings(house: Bellhouse, shape: str) -> None:
    ring = Callback(shape=shape)  # type: ignore[arg-type]
    house.server.on("create", Fate(latency=5, callbacks=(ring,)))
    assert house.write("coin").build().exit_code == 0
    assert house.polls_of(house.task()) == 1


def test_a_failure_rings_too(house: Bellhouse) -> None:
    house.server.on("create", Fate(latency=5, fail=Fail("422", "not this one")))
    report = house.write("coin").build()
    assert (report.exit_code, house.states()) == (1, ["failed"])
    assert house.polls_of(house.task()) == 1


def test_a_hundred_copies_are_one_question(house: Bellhouse) -> None:
    copies = Fate(latency=5, callbacks=(Callback(times=100),))
    house.server.on("create", copies, where="coin")
    house.server.on("create", Fate(latency=100, callbacks=()), where="star")
    assert house.write("coin", "star").build().exit_code == 0
    assert house.polls_of(house.task("coin")) == 1
    assert house.answered(100) == [200] * 100


@pytest.mark.parametrize("signature", ["wrong", "stale", "none"])
def test_a_forged_ring_is_refused_and_changes_nothing(
    house: Bellhouse, monkeypatch: pytest.MonkeyPatch, signature: str
) -> None:
    monkeypatch.setenv("KIE_POLL_INTERVAL", "40")
    forged = Callback(signature=signature)  # type: ignore[arg-type]
    house.server.on("create", Fate(latency=5, callbacks=(forged,)))
    assert house.write("coin").build().exit_code == 0
    assert set(house.answered(3)) - {None} == {401}
    assert house.polls_of(house.task()) == 1


def test_a_signed_lie_opens_no_connection(house: Bellhouse) -> None:
    """Neither its result nor its verdict is believed; the record is."""
    with Nobody() as (port, heard):
        lie = Callback(urls=(f"http://127.0.0.1:{port}/picture.png",), after=-1)
        fail = Callback(state="fail", after=-2)
        house.server.on("create", Fate(latency=5, callbacks=(lie, fail, Callback())))
        report = house.write("coin").build()
    assert (statuses(report), house.states()) == ({"coin": "built"}, ["done"])
    assert heard == []


class Nobody:
    """A port that nobody is to connect to."""

    def __enter__(self) -> tuple[int, list[object]]:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._heard: list[object] = []
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return int(self._socket.getsockname()[1]), self._heard

    def _accept(self) -> None:
        while True:
            try:
                line, address = self._socket.accept()
            except OSError:
                return
            self._heard.append(address)
            line.close()

    def __exit__(self, *_: object) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


def test_who_is_rung_for_does_not_queue(
    house: Bellhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of thirty jobs that want to be asked about at once, the rung one is next."""
    house.server.on("create", Fate(latency=25, callbacks=()), where="slow", times=None)
    house.server.on("create", Fate(latency=8), where="rung")
    names = [f"slow-{number}" for number in range(30)]
    monkeypatch.setenv("KIE_POLL_INTERVAL", "0.5")
    # A question each half second, ten real milliseconds: the machine may be slower.
    monkeypatch.setattr(Kie, "poll_limit", (2, 1.0))
    assert house.write("rung", *names).build().exit_code == 0
    (ring,) = house.server.account.rings
    later = [call.task for call in house.server.account.polls if call.at > ring.at]
    assert house.task("rung").id in later[:20]


def test_a_success_that_the_record_does_not_know_yet_is_waited_for(
    house: Bellhouse,
) -> None:
    early = Callback(state="success", after=-2)
    house.server.on("create", Fate(latency=5, callbacks=(early, Callback())))
    assert house.write("coin").build().exit_code == 0
    assert house.states() == ["done"]


def test_a_ring_about_an_unknown_task_is_heard_and_ignored(house: Bellhouse) -> None:
    stranger = Callback(task="0" * 32, after=-2)
    house.server.on("create", Fate(latency=5, callbacks=(stranger, Callback())))
    assert house.write("coin").build().exit_code == 0
    assert house.answered(2) == [200, 200]
    assert house.polls_of(house.task()) == 1


LIES: tuple[Callback, ...] = (
    Callback(after=-2, state="fail"),
    Callback(after=-1, times=3),
    Callback(after=0, shape="B"),
    Callback(after=1, task="0" * 32),
    Callback(after=2, state="fail"),
)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("fail", [None, Fail("422", "not this one")])
def test_whatever_rings_the_end_is_that_of_the_record(
    house: Bellhouse, fail: Fail | None, seed: int
) -> None:
    """Also what comes after the end, while the build waits for something else."""
    rings = tuple(random.Random(seed).sample(LIES, 4))  # noqa: S311  the same each time
    fate = Fate(latency=5, fail=fail, callbacks=rings)
    house.server.on("create", fate, where="coin")
    house.server.on("create", Fate(latency=15), where="star")
    report = house.write("coin", "star").build()
    coin = "failed" if fail else "built"
    assert statuses(report) == {"coin": coin, "star": "built"}
    assert house.server.account.accepted() == 2


def test_a_ring_before_the_vendor_has_answered_is_remembered(house: Bellhouse) -> None:
    house.server.on("create", Slow(before=20), Fate(latency=1))
    assert house.write("coin").build().exit_code == 0
    assert house.polls_of(house.task()) == 1
    assert house.answered(1) == [200]
    (ring,) = house.server.account.rings
    assert ring.at < house.server.account.polls[0].at


# --- settling what nobody was sure of ----------------------------------------------

LOST = {
    "reset": Reset(made=True),
    "half a JSON": Cut(0.5),
    "a page of the edge": Page(524, made=True),
    "nothing at all": Body(b"", made=True),
}


@pytest.mark.parametrize("trouble", LOST.values(), ids=LOST)
def test_a_late_callback_settles_a_lost_reply(
    house: Bellhouse, trouble: Reset | Cut | Page | Body
) -> None:
    """The asset is finished in the same build, and bought once."""
    house.server.on("create", trouble)
    report = house.write("coin").build()
    assert (report.exit_code, statuses(report)) == (0, {"coin": "built"})
    assert (report.submitted, house.submitted()) == (1, [house.task().id])
    assert (house.states(), house.server.account.accepted()) == (["done"], 1)


def test_a_doubt_that_nobody_rings_for_stays_one(house: Bellhouse) -> None:
    """After a minute of the vendor's; that is one of ours and a fifth."""
    house.server.on("create", Reset(made=True), NEVER)
    report = house.write("coin").build()
    assert (report.exit_code, statuses(report)) == (5, {"coin": "unsure"})
    assert (house.states(), report.submitted) == (["ambiguous"], 0)


@pytest.mark.parametrize("trouble", ["another task", "unsigned", "another picture's"])
def test_a_doubt_is_settled_by_nothing_that_is_not_proven(
    house: Bellhouse, trouble: str
) -> None:
    star = Callback(task="0" * 32)
    if trouble == "unsigned":
        star = Callback(signature="none")
    if trouble == "another picture's":
        house.write("star").build()
        star = Callback(task=house.task("star").id)
    house.server.on("create", Reset(made=True), where="coin")
    house.server.on("create", Fate(latency=5, callbacks=(star,)), where="coin")
    report = house.write("coin").build()
    assert (report.exit_code, house.states()[-1]) == (5, "ambiguous")


@pytest.mark.parametrize("other", ["words", "address"])
def test_a_job_that_was_not_asked_for_here_settles_nothing(
    house: Bellhouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """A colleague's job with our key: with other words, or told to call elsewhere."""
    monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "colleague" / "home"))
    colleague = replace(house, root=tmp_path / "colleague")
    colleague.write("star" if other == "words" else "coin").build()
    monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "home" / "assetgen"))
    ring = Callback(task=house.server.account.tasks[0].id)
    house.server.on("create", Reset(made=True), Fate(latency=5, callbacks=(ring,)))
    report = house.write("coin").build()
    assert (report.exit_code, house.states()) == (5, ["ambiguous"])


def test_a_callback_settles_what_an_earlier_build_left_in_doubt(
    house: Bellhouse,
) -> None:
    """This build says so, and collects it once all else is done."""
    ring = Fate(latency=5, callbacks=(Callback(after=150),))
    house.server.on("create", Reset(made=True), ring, where="coin")
    assert house.write("coin").build().exit_code == 5
    house.server.on("create", Fate(latency=200), where="star")
    report = house.write("coin", "star").build()
    assert (report.exit_code, report.submitted) == (0, 1)
    assert statuses(report) == {"coin": "built", "star": "built"}
    assert {each.asset: float(each.usd or 0) for each in report.outcomes} == {
        "coin": 0,
        "star": 0.09,
    }
    job = house.task("coin").id
    notes = [each for each in house.said if isinstance(each, Noted) and each.asset]
    assert [(note.asset, job in note.text) for note in notes] == [("coin", True)]
    report = house.build()
    assert statuses(report) == {"coin": "reused", "star": "reused"}
    assert house.server.account.accepted("coin") == 1


def test_a_callback_that_comes_later_than_its_purchase_waits_settles_it_too(
    house: Bellhouse,
) -> None:
    """After the minute for it is over, while the build waits for something else."""
    ring = Fate(latency=5, callbacks=(Callback(after=100),))
    house.server.on("create", Reset(made=True), ring, where="coin")
    house.server.on("create", Fate(latency=250), where="star")
    report = house.write("coin", "star").build()
    assert (report.exit_code, report.submitted) == (0, 2)
    assert statuses(report) == {"coin": "built", "star": "built"}
    assert float(report.spent) == 0.18
    assert (house.states(), house.server.account.accepted()) == (["done"] * 2, 2)
    told = [each for each in house.said if isinstance(each, Outcome)]
    assert [each.status for each in told if each.asset == "coin"] == ["unsure", "built"]


def test_a_doubt_that_was_settled_and_is_not_ready_is_pending(
    house: Bellhouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "170")
    early = Callback(after=-900, state="success")
    ring = Fate(latency=1000, callbacks=(early,))
    house.server.on("create", Reset(made=True), ring, where="coin")
    house.server.on("create", Fate(latency=150), where="star")
    report = house.write("coin", "star").build()
    assert (report.exit_code, report.submitted) == (7, 2)
    assert statuses(report) == {"coin": "pending", "star": "built"}


def build_in_doubt(house: Bellhouse, doubtful: str, *names: str) -> Report:
    """Build pairs of one glass, of which a late callback settles one picture."""
    ring = Fate(latency=5, callbacks=(Callback(after=100),))
    house.server.on("create", Reset(made=True), ring, where=doubtful)
    house.server.on("create", Fate(latency=250), where="star")
    house.write("star")
    manifest = house.root / "assets.yaml"
    glass = "{prompt: a glass on a white background, removeBg: {method: difference}}"
    lines = "".join(f"  {name}: {glass}\n" for name in names)
    manifest.write_text(f"{manifest.read_text()}{lines}")
    return house.build()


@pytest.mark.parametrize("doubtful", ["a glass", "pure black"])
def test_what_waited_for_a_doubt_is_finished_once_a_callback_has_settled_it(
    house: Bellhouse, doubtful: str
) -> None:
    """Of two pictures of one subject, whichever it was, in the same build."""
    report = build_in_doubt(house, doubtful, "glass")
    assert statuses(report) == dict.fromkeys(
        ("star", "glass", "glass-on-black"), "built"
    )
    assert (report.exit_code, report.submitted) == (0, 3)
    assert float(report.spent) == 0.27
    assert (house.states(), house.server.account.accepted()) == (["done"] * 3, 3)
    assert house.build().submitted == 0


def test_a_pair_that_two_share_and_a_callback_settled_is_counted_once(
    house: Bellhouse,
) -> None:
    report = build_in_doubt(house, "a glass", "one", "two")
    assert house.server.account.accepted() == 3
    assert float(report.spent) == 0.27
    assert report.exit_code == 0


# --- before anything is bought ------------------------------------------------------


def test_a_port_that_is_taken_is_said_before_anything_is_bought(
    house: Bellhouse,
) -> None:
    words = f"port {house.port}: address already in use"
    with (
        socket.create_server(("127.0.0.1", house.port)),
        pytest.raises(UsageError, match=words),
    ):
        house.write("coin").build()
    assert house.server.account.creates == ()


def test_nobody_listens_where_nothing_is_to_be_told(house: Bellhouse) -> None:
    house.write("coin").build()
    with socket.create_server(("127.0.0.1", house.port)):
        assert house.build().exit_code == 0


def test_an_address_that_cannot_be_called_is_said_before_anything_is_done() -> None:
    kie = Kie({"KIE_API_KEY": "a-key-of-nobody"})
    with pytest.raises(UsageError):
        check_webhook(Webhook("http://127.0.0.1:8787"), [kie])
    check_webhook(Webhook("https://bell.example.com"), [kie])
    check_webhook(None, [kie])


@pytest.mark.parametrize(
    ("webhook", "port"),
    [
        (Webhook("http://127.0.0.1:9000/bell"), 9000),
        (Webhook("http://127.0.0.1:9000/bell", 9001), 9001),
        (Webhook("http://127.0.0.1/bell"), 8787),
        (Webhook("https://bell.example.com:9000"), 8787),
    ],
)
def test_the_port_is_that_of_an_address_on_this_machine(
    webhook: Webhook, port: int
) -> None:
    assert webhook.way_in == port
