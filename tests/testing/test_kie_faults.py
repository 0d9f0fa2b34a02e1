"""Faults: what the wire does, whom it hits, and what was made nevertheless."""

from __future__ import annotations

import http.client
import math
from typing import TYPE_CHECKING

import pytest
from raw_client import Raw

from assetgen.testing.kie import (
    Body,
    Cut,
    Fate,
    KieServer,
    Page,
    Refuse,
    Reset,
    Slow,
    Switches,
)
from assetgen.testing.kie.switches import Habits

if TYPE_CHECKING:
    from assetgen.testing.kie import Call


@pytest.mark.parametrize("status", [502, 503, 504, 520, 522, 524])
def test_the_edge_answers_with_a_page(server: KieServer, raw: Raw, status: int) -> None:
    server.on("create", Page(status))
    answer = raw.create()
    assert answer.status == status
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.body.startswith(b"<!DOCTYPE html>")
    assert server.account.tasks == ()


def test_a_page_may_hide_a_task(server: KieServer, raw: Raw) -> None:
    server.on("create", Page(524, made=True))
    assert raw.create("gold").status == 524
    assert server.account.accepted("gold") == 1


@pytest.mark.parametrize("made", [False, True])
def test_a_reset_is_a_reset(server: KieServer, raw: Raw, made: bool) -> None:  # noqa: FBT001 a case
    """The client sees its connection reset, and cannot know whether it has bought."""
    server.on("create", Reset(made=made))
    with pytest.raises(ConnectionResetError):
        raw.create("gold")
    assert server.account.accepted("gold") == made
    assert len(server.account.creates) == 1


def test_an_answer_can_be_any_bytes(server: KieServer, raw: Raw) -> None:
    bodies = [b"", b'{"code":200,"msg":"succ', b"[]", b'{"code":200,"data":{}}']
    server.on("create", *(Body(body, made=True) for body in bodies))
    answers = [raw.create() for _ in bodies]
    assert [answer.body for answer in answers] == bodies
    assert {answer.status for answer in answers} == {200}
    assert server.account.accepted() == 4


def test_an_answer_can_be_cut(server: KieServer, raw: Raw) -> None:
    server.on("create", Cut(0.5))
    with pytest.raises(http.client.IncompleteRead):
        raw.create("gold")
    assert server.account.accepted("gold") == 1


def test_an_answer_can_be_late(server: KieServer, raw: Raw) -> None:
    before = server.clock.monotonic()
    server.on("poll", Slow(before=0.03))
    assert raw.poll(raw.bought()).code == 200
    assert server.clock.monotonic() - before >= 0.03


def test_an_answer_may_never_come(server: KieServer, raw: Raw) -> None:
    server.change(longest_wait=0.1)
    server.on("create", Slow(before=math.inf))
    with pytest.raises(ConnectionResetError):
        raw.create()
    assert server.account.accepted() == 1


def test_stopping_does_not_wait_for_a_late_answer() -> None:
    server = KieServer(lag=1000)
    server.start()
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    connection.request("GET", "/api/v1/chat/credit", headers={"User-Agent": "x"})
    while not server.calls:
        pass
    server.stop()
    with pytest.raises(OSError, match=r"reset|closed"):
        connection.getresponse()
    connection.close()


def test_faults_are_met_in_order_and_run_out(server: KieServer, raw: Raw) -> None:
    server.on("create", Refuse(429), times=2)
    server.on("create", Refuse(455))
    assert server.unmet == 3
    assert [raw.create().code for _ in range(4)] == [429, 429, 455, 200]
    assert server.unmet == 0


def test_a_fault_can_be_for_some_calls_only(server: KieServer, raw: Raw) -> None:
    def square(call: Call) -> bool:
        return call.input.get("aspect_ratio") == "1:1"

    server.on("create", Refuse(455), where="gold", times=None)
    server.on("create", Refuse(433), where=square)
    codes = [raw.create(word).code for word in ("coin", "gold", "a gold coin")]
    assert codes == [200, 455, 455]
    assert raw.create(aspect_ratio="1:1").code == 433
    server.calm()
    assert raw.create("gold").code == 200


def test_a_fault_and_a_fate_can_meet_in_one_call(server: KieServer, raw: Raw) -> None:
    server.on("create", Reset(made=True), Fate(latency=77))
    with pytest.raises(ConnectionResetError):
        raw.create()
    (task,) = server.account.tasks
    assert round(task.ends - task.born) == 77


def test_a_fate_is_for_creates(server: KieServer) -> None:
    with pytest.raises(ValueError, match="a fate is decided when a task is created"):
        server.on("poll", Fate())


def test_a_refusal_can_have_headers_and_a_status(server: KieServer, raw: Raw) -> None:
    server.on("create", Refuse(429, status=429, headers=(("retry-after", "3"),)))
    answer = raw.create()
    assert (answer.status, answer.code) == (429, 429)
    assert answer.headers["retry-after"] == "3"


def test_python_urllib_is_banned_on_both_hosts(server: KieServer, raw: Raw) -> None:
    for url in (f"{server.url}/api/v1/chat/credit", f"{server.files_url}/p/x"):
        answer = raw.call("GET", url, headers={"User-Agent": "Python-urllib/3.11"})
        assert (answer.status, answer.body) == (403, b"error code: 1010")


def test_more_agents_can_be_banned(server: KieServer, raw: Raw) -> None:
    server.change(blocked_agents=("raw/",))
    assert raw.create().status == 403


def test_an_unknown_path_is_404(raw: Raw) -> None:
    assert raw.api("GET", "/api/v1/jobs").code == 404


def test_calls_are_kept_with_their_headers(server: KieServer, raw: Raw) -> None:
    task = raw.bought("gold")
    raw.poll(task)
    raw.get(raw.picture_url(task))
    endpoints = [call.endpoint for call in server.calls]
    assert endpoints == ["create", "poll", "poll", "file"]
    assert [call.number for call in server.calls] == [1, 2, 3, 4]
    assert {call.prompt for call in server.calls} == {"gold"}
    assert {call.headers["user-agent"] for call in server.calls} == {"raw/1"}
    assert (len(server.account.polls), len(server.account.downloads)) == (2, 1)


def test_connections_are_kept_alive(server: KieServer) -> None:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    sockets = set()
    for _ in range(3):
        connection.request("GET", "/", headers={"User-Agent": "x"})
        connection.getresponse().read()
        sockets.add(id(connection.sock))
    connection.close()
    assert len(sockets) == 1


def test_time_runs_faster_on_request() -> None:
    with KieServer(speed=1000, latency=20) as server:
        raw = Raw(server)
        task = raw.bought()
        while raw.record(task)["state"] != "success":
            pass
        born = server.account.tasks[0].born
        assert server.clock.now() >= born + 20


def test_a_bug_of_the_server_is_not_hidden() -> None:
    def broken(_: Call) -> float:
        raise ZeroDivisionError

    bad = KieServer(latency=broken)
    bad.start()
    with pytest.raises((http.client.RemoteDisconnected, ConnectionResetError)):
        Raw(bad).create()
    with pytest.raises(BaseExceptionGroup, match="the test server crashed"):
        bad.stop()


def test_a_server_that_never_started_can_be_stopped() -> None:
    server = KieServer()
    server.stop()
    with pytest.raises(ConnectionRefusedError):
        Raw(server).create()


def test_it_says_how_to_reach_it(server: KieServer) -> None:
    assert server.env == {"KIE_API_KEY": "test-key", "KIE_BASE_URL": server.url}


def test_habits_are_the_switches() -> None:
    assert set(Habits.__annotations__) == set(Switches.__dataclass_fields__)
