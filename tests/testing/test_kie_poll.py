"""recordInfo: the exact shape of the wire, and the ways in which a task lives."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from raw_client import Raw

from assetgen.testing.kie import (
    ABSENT,
    GENERATION,
    INTERNAL,
    MEDIA,
    PROHIBITED,
    Fail,
    Fate,
    KieServer,
    as_object,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def test_a_task_in_flight_has_the_shape_of_the_wire(raw: Raw) -> None:
    task = raw.bought("a coin", aspect_ratio="1:1")
    found = raw.record(task)
    created = found.pop("createTime")
    param = json.loads(found.pop("param"))
    assert json.loads(param.pop("input")) == {"prompt": "a coin", "aspect_ratio": "1:1"}
    assert param == {"model": "nano-banana-pro"}
    assert isinstance(created, int)
    assert found == {
        "taskId": task,
        "model": "nano-banana-pro",
        "state": "generating",
        "resultJson": "",
        "failCode": None,
        "failMsg": None,
        "costTime": None,
        "completeTime": None,
        "creditsConsumed": 0,
        "updateTime": created,
    }


def test_a_success_says_where_what_and_when(server: KieServer, raw: Raw) -> None:
    server.on("create", Fate(latency=55.5))
    task = raw.bought()
    server.clock.advance(56)
    found = raw.record(task)
    assert (found["state"], found["costTime"], found["creditsConsumed"]) == (
        "success",
        55,
        18,
    )
    assert found["completeTime"] - found["createTime"] == 55_500
    (url,) = json.loads(found["resultJson"])["resultUrls"]
    assert url.startswith(f"{server.files_url}/p/{task}_1_")


def test_the_callback_address_is_echoed(raw: Raw) -> None:
    order = {
        "model": "nano-banana-pro",
        "callBackUrl": "https://example.org/bell",
        "input": {"prompt": "a coin"},
    }
    answer = raw.api("POST", "/api/v1/jobs/createTask", order)
    param = json.loads(raw.record(answer.json["data"]["taskId"])["param"])
    assert param["callBackUrl"] == "https://example.org/bell"


def test_keys_of_param_are_shuffled(raw: Raw) -> None:
    inputs = {"aspect_ratio": "1:1", "resolution": "1K", "output_format": "png"}
    orders = set()
    for number in range(8):
        task = raw.bought(f"coin {number}", **inputs)
        orders.add(tuple(json.loads(json.loads(raw.record(task)["param"])["input"])))
    assert len(orders) > 1


def test_the_newer_fields_can_be_absent(server: KieServer, raw: Raw) -> None:
    server.change(newer_fields=False)
    assert not {"creditsConsumed", "updateTime"} & set(raw.record(raw.bought()))


def test_a_fresh_task_is_not_known_at_once(server: KieServer, raw: Raw) -> None:
    server.on("create", Fate(latency=60, hidden=30))
    task = raw.bought()
    answer = raw.poll(task)
    assert (answer.status, answer.json) == (
        200,
        {"code": 422, "msg": "recordInfo is null", "data": None},
    )
    server.clock.advance(31)
    assert raw.record(task)["state"] == "generating"


def test_states_share_the_task_s_life(server: KieServer, raw: Raw) -> None:
    states = ("waiting", "queuing", "running", "dreaming")
    server.on("create", Fate(latency=40, states=states))
    task = raw.bought()
    server.clock.advance(5)
    seen = []
    for _ in range(5):
        seen.append(raw.record(task)["state"])
        server.clock.advance(10)
    assert seen == [*states, "success"]


def test_a_task_can_wait_for_minutes_and_then_succeed(
    server: KieServer, raw: Raw
) -> None:
    server.on("create", Fate(latency=500, states=("waiting",)))
    task = raw.bought()
    server.clock.advance(490)
    first = raw.record(task)["state"]
    server.clock.advance(20)
    assert (first, raw.record(task)["state"]) == ("waiting", "success")


def test_after_ten_minutes_a_task_is_given_up(server: KieServer, raw: Raw) -> None:
    server.on("create", Fate(latency=1000, states=("waiting",)))
    task = raw.bought()
    server.clock.advance(599)
    assert raw.poll(task).code == 200
    server.clock.advance(2)
    assert (raw.poll(task).code, server.account.charged) == (408, 0)
    server.clock.advance(1000)
    assert raw.poll(task).code == 408


@pytest.mark.parametrize(
    "fail", [MEDIA, PROHIBITED, INTERNAL, GENERATION, Fail("", ""), Fail(None, None)]
)
def test_a_failure_says_why(server: KieServer, raw: Raw, fail: Fail) -> None:
    server.on("create", Fate(fail=fail))
    task = raw.bought()
    server.clock.advance(3)
    found = raw.record(task)
    assert (found["state"], found["failCode"], found["failMsg"]) == (
        "fail",
        fail.code,
        fail.msg,
    )
    assert (found["resultJson"], found["creditsConsumed"]) == ("", 0)


@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (lambda _: None, None),
        (lambda _: "{}", "{}"),
        (lambda _: "null", "null"),
        (lambda _: "not json", "not json"),
        (lambda _: '{"resultUrls": []}', '{"resultUrls": []}'),
    ],
)
def test_result_json_can_be_anything(
    server: KieServer, raw: Raw, result: Callable[[list[str]], object], expected: object
) -> None:
    server.on("create", Fate(latency=0, result=result))
    assert raw.record(raw.bought())["resultJson"] == expected


def test_result_json_can_be_parsed_already_or_absent(
    server: KieServer, raw: Raw
) -> None:
    server.on("create", Fate(latency=0, result=as_object))
    server.on("create", Fate(latency=0, result=lambda _: ABSENT))
    parsed, absent = raw.record(raw.bought()), raw.record(raw.bought())
    assert len(parsed["resultJson"]["resultUrls"]) == 1
    assert "resultJson" not in absent


def test_a_task_can_have_several_pictures(server: KieServer, raw: Raw) -> None:
    server.on("create", Fate(latency=0, pictures=6))
    urls = json.loads(raw.record(raw.bought())["resultJson"])["resultUrls"]
    assert len({raw.get(url).body for url in urls}) == 6


def test_a_poll_needs_a_task(raw: Raw) -> None:
    answer = raw.api("GET", "/api/v1/jobs/recordInfo")
    assert (answer.code, answer.json["msg"]) == (400, "taskId parameter is required")
    assert raw.poll("0" * 32).code == 422


def test_another_account_s_task_is_unknown() -> None:
    with KieServer({"mine": 100, "yours": 100}) as server:
        task = Raw(server).bought()
        assert Raw(server, "yours").poll(task).json["msg"] == "recordInfo is null"
        assert server.account.balance_of("yours") == 100


def test_latency_can_be_a_function_of_the_call(raw: Raw, server: KieServer) -> None:
    server.on("create", Fate(latency=lambda call: len(call.prompt)), times=2)
    short, long = raw.bought("x"), raw.bought("x" * 100)
    server.clock.advance(50)
    states = [raw.record(task)["state"] for task in (short, long)]
    assert states == ["success", "generating"]
