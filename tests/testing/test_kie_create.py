"""createTask: what is accepted, what is refused, and what it costs."""

from __future__ import annotations

import gzip
import json
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from raw_client import Raw

from assetgen.testing.kie import INSUFFICIENT, PROHIBITED, Fate, KieServer, Refuse
from assetgen.testing.kie.models import MODELS

VALID: dict[str, tuple[dict[str, str], str]] = {
    "nano-banana-pro": ({"resolution": "4K"}, "24"),
    "nano-banana-2": ({"resolution": "2K"}, "12"),
    "nano-banana-2-1": ({}, "4"),
    "google/nano-banana": ({"aspect_ratio": "16:9"}, "4"),
    "seedream/4.5-text-to-image": ({"aspect_ratio": "1:1", "quality": "basic"}, "6.5"),
    "flux-2/pro-text-to-image": ({"aspect_ratio": "1:1", "resolution": "2K"}, "7"),
    "flux-2/flex-text-to-image": ({"aspect_ratio": "1:1", "resolution": "1K"}, "14"),
    "gpt-image/1.5-text-to-image": ({"aspect_ratio": "3:2", "quality": "high"}, "22"),
    "gpt-image-2-text-to-image": ({"aspect_ratio": "16:9", "resolution": "4K"}, "16"),
    "gpt-image-2-5-flare-text-to-image": ({"background": "transparent"}, "6"),
    "gpt-image-2-5-sunburst-text-to-image": ({"resolution": "2K"}, "10"),
}


def test_an_accepted_task_is_answered_as_on_the_wire(raw: Raw) -> None:
    answer = raw.create()
    task = answer.json["data"]["taskId"]
    assert re.fullmatch(r"[0-9a-f]{32}", task)
    assert answer.status == 200
    assert answer.json == {
        "code": 200,
        "msg": "success",
        "data": {"taskId": task, "recordId": task},
    }


def test_answers_wear_the_edge_s_headers(raw: Raw) -> None:
    headers = raw.create().headers
    assert headers["server"] == "cloudflare"
    assert headers["content-type"] == "application/json;charset=UTF-8"
    assert {"cf-ray", "cf-cache-status"} <= set(headers)
    assert re.fullmatch(r"JSESSIONID=\w+; Path=/; HttpOnly", headers["set-cookie"])


def test_answers_are_gzipped_for_who_accepts_it(server: KieServer, raw: Raw) -> None:
    answer = raw.call(
        "GET", f"{server.url}/api/v1/chat/credit", headers={"Accept-Encoding": "gzip"}
    )
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.body))["code"] == 401


def test_valid_is_a_table_of_all_models() -> None:
    assert set(VALID) == set(MODELS)


@pytest.mark.parametrize("model", VALID)
def test_a_model_costs_what_it_costs(server: KieServer, raw: Raw, model: str) -> None:
    inputs, price = VALID[model]
    assert raw.create(model=model, **inputs).code == 200
    assert server.account.charged == Decimal(price)
    assert server.account.balance == 1000 - Decimal(price)
    assert server.account.ignored == ()


@pytest.mark.parametrize("model", VALID)
def test_every_model_wants_a_prompt(server: KieServer, raw: Raw, model: str) -> None:
    answer = raw.create("", model, **VALID[model][0])
    assert (answer.status, answer.code) == (200, 500)
    assert answer.json["msg"] == "prompt is required"
    assert (server.account.charged, server.account.tasks) == (0, ())


@pytest.mark.parametrize(
    ("model", "inputs", "code", "words"),
    [
        ("nano-banana-pro", {"aspect_ratio": "7:5"}, 500, "This aspect_ratio is not"),
        ("nano-banana-pro", {"aspect_ratio": 1.5}, 500, "This aspect_ratio is not"),
        ("nano-banana-pro", {"output_format": "jpeg"}, 500, "This output_format is"),
        ("google/nano-banana", {"output_format": "jpg"}, 500, "This output_format"),
        ("google/nano-banana", {"nsfw_checker": "no"}, 500, "The type of nsfw_checker"),
        ("nano-banana-pro", {"image_input": ["u"] * 9}, 500, "The length of image_"),
        ("flux-2/pro-text-to-image", {"resolution": "1K"}, 500, "This field is req"),
        ("gpt-image-2-text-to-image", {"resolution": "2K"}, 500, "This aspect_ratio"),
        (
            "gpt-image-2-5-flare-text-to-image",
            {"resolution": "2K", "aspect_ratio": "9:8"},
            500,
            "This aspect_ratio is not within the range of allowed options",
        ),
        ("google/nano-banana-pro", {}, 422, "The model name you specified is not"),
        ("", {}, 500, "This field is required"),
    ],
)
def test_a_bad_request_is_refused_in_the_vendor_s_words(  # noqa: PLR0913, PLR0917 a row of the table
    server: KieServer,
    raw: Raw,
    model: str,
    inputs: dict[str, Any],
    code: int,
    words: str,
) -> None:
    answer = raw.create(model=model, **inputs)
    assert (answer.status, answer.code) == (200, code)
    assert answer.json["msg"].startswith(words)
    assert answer.json["data"] is None
    assert [refusal.code for refusal in server.account.refused] == [code]
    assert server.account.tasks == ()


def test_a_long_prompt_is_refused(raw: Raw) -> None:
    model = "google/nano-banana"
    codes = [raw.create("x" * length, model).code for length in (5000, 5001)]
    assert codes == [200, 500]


def test_a_body_that_is_no_order_is_refused(server: KieServer, raw: Raw) -> None:
    headers = {"Authorization": f"Bearer {server.key}"}
    url = f"{server.url}/api/v1/jobs/createTask"
    bodies = [b"", b"{", b"[]", b'{"model": "nano-banana-pro", "input": "x"}']
    codes = [raw.call("POST", url, body, headers).code for body in bodies]
    assert codes == [500] * 4


def test_unknown_inputs_are_ignored_and_billed(server: KieServer, raw: Raw) -> None:
    raw.bought(seed=7, image_urls=["http://127.0.0.1/x.png"])
    assert server.account.ignored == (
        ("nano-banana-pro", "seed"),
        ("nano-banana-pro", "image_urls"),
    )
    assert server.account.charged == 18


def test_a_paused_model_takes_nothing(server: KieServer, raw: Raw) -> None:
    server.change(paused=frozenset({"nano-banana-pro"}))
    answer = raw.create()
    assert answer.code == 422
    assert answer.json["msg"] == "This interface is temporarily paused."


def test_a_wrong_key_is_401(server: KieServer, raw: Raw) -> None:
    bare = raw.call("POST", f"{server.url}/api/v1/jobs/createTask", b"{}")
    raw.key = "wrong"
    assert (bare.code, raw.create().code) == (401, 401)
    assert server.account.tasks == ()


def test_the_balance_is_a_bare_number(server: KieServer, raw: Raw) -> None:
    raw.bought(model="seedream/4.5-text-to-image", aspect_ratio="1:1", quality="high")
    answer = raw.api("GET", "/api/v1/chat/credit")
    assert answer.json == {"code": 200, "msg": "success", "data": 993.5}
    headers = {"Authorization": f"Bearer {server.key}"}
    untyped = raw.call("GET", f"{server.url}/api/v1/chat/credit", headers=headers)
    assert untyped.code == 401


def test_an_empty_purse_buys_nothing() -> None:
    with KieServer({"poor": 20}) as server:
        raw = Raw(server)
        assert [raw.create().code, raw.create().code] == [200, 402]
        assert server.account.balance == 2
        assert server.account.accepted() == 1


def test_a_failed_task_is_refunded(server: KieServer, raw: Raw) -> None:
    server.on("create", Fate(latency=5, fail=PROHIBITED))
    raw.bought()
    assert server.account.balance == 982
    server.clock.advance(6)
    assert server.account.balance == 1000


def test_what_is_refunded_can_be_spent_again(server: KieServer, raw: Raw) -> None:
    server.account.purses[server.key] = Decimal(40)  # two pictures at 18
    server.on("create", Fate(latency=5, fail=PROHIBITED))
    codes = [raw.create().code for _ in range(3)]
    server.clock.advance(6)
    codes += [raw.create().code for _ in range(2)]
    assert codes == [200, 200, 402, 200, 402]


def test_the_same_payload_twice_is_billed_twice(server: KieServer, raw: Raw) -> None:
    raw.bought("a coin")
    raw.bought("a star")
    second = raw.bought("a coin")
    assert [task.id for task in server.account.duplicates] == [second]
    assert server.account.charged == 54
    assert (server.account.accepted("coin"), server.account.accepted()) == (2, 3)


def test_the_limit_is_20_creates_in_10_seconds(server: KieServer, raw: Raw) -> None:
    """Of 50 at once 20 are taken; the rest is refused, makes nothing, costs nothing."""
    with ThreadPoolExecutor(50) as pool:
        answers = list(pool.map(lambda n: raw.create(f"coin {n}"), range(50)))
    codes = sorted(answer.code for answer in answers)
    assert codes == [200] * 20 + [429] * 30
    assert {answer.status for answer in answers} == {200}
    assert (len(server.account.tasks), server.account.charged) == (20, 360)
    assert (len(server.account.creates), server.account.limited()) == (50, 30)


def test_the_window_slides(server: KieServer, raw: Raw) -> None:
    server.change(creates_per_10s=2)
    codes = []
    for _ in range(4):
        codes.append(raw.create().code)
        server.clock.advance(4)
    assert codes == [200, 200, 429, 200]


def test_polls_are_limited_too() -> None:
    with KieServer(speed=0.01, polls_per_s=2) as server:
        raw = Raw(server)
        task = raw.bought()
        codes = [raw.poll(task).code for _ in range(4)]
        server.clock.advance(1)
        assert [*codes, raw.poll(task).code] == [200, 200, 429, 429, 200]


def test_200_connections_at_once_are_served() -> None:
    with KieServer({"rich": 100_000}, creates_per_10s=1000, lag=0.3) as server:
        raw = Raw(server)
        with ThreadPoolExecutor(200) as pool:
            answers = list(pool.map(lambda n: raw.create(f"coin {n}"), range(200)))
        assert {answer.code for answer in answers} == {200}
        assert len({answer.json["data"]["taskId"] for answer in answers}) == 200


@pytest.mark.parametrize(
    "code", [400, 401, 402, 404, 408, 422, 429, 433, 455, 500, 501, 505]
)
def test_any_error_can_be_ordered(server: KieServer, raw: Raw, code: int) -> None:
    server.on("create", Refuse(code))
    answer = raw.create()
    assert (answer.status, answer.code, bool(answer.json["msg"])) == (200, code, True)
    assert server.account.tasks == ()
    assert raw.create().code == 200


def test_a_500_may_have_made_the_task(server: KieServer, raw: Raw) -> None:
    server.on("create", Refuse(500, made=True))
    assert raw.create("gold").code == 500
    assert (server.account.accepted("gold"), server.account.charged) == (1, 18)


def test_no_credit_has_three_faces(server: KieServer, raw: Raw) -> None:
    server.on("create", Refuse(402), Refuse(402, INSUFFICIENT), Refuse(500, "Credits"))
    found = [raw.create().json for _ in range(3)]
    assert [(body["code"], body["msg"][:20]) for body in found] == [
        (402, "Insufficient Credits"),
        (402, "Credits insufficient"),
        (500, "Credits"),
    ]


def test_the_envelope_can_be_the_documented_one(server: KieServer, raw: Raw) -> None:
    server.change(http_status=True, message_key="message", data_on_errors=False)
    answer = raw.create(model="no-such-model")
    assert answer.status == 422
    assert set(answer.json) == {"code", "message"}
