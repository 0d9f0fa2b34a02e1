"""Callbacks: whom the vendor calls, how often, and in which shapes."""

from __future__ import annotations

import base64
import hmac
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from raw_client import Raw

from assetgen.testing.kie import PROHIBITED, Callback, Fate, KieServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

KEY = "a-key-of-nobody"


class House:
    """Somebody who can be called: what came, and what is answered."""

    def __init__(self) -> None:
        self.came: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.status = 200
        house = self

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["content-length"])
                headers = {name.lower(): value for name, value in self.headers.items()}
                house.came.append((headers, json.loads(self.rfile.read(size))))
                self.send_response(house.status)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/bell"


@pytest.fixture
def house() -> Iterator[House]:
    """Return somebody at home."""
    house = House()
    thread = threading.Thread(target=house.server.serve_forever, args=(0.02,))
    thread.start()
    yield house
    house.server.shutdown()
    thread.join()
    house.server.server_close()


def order(server: KieServer, url: str | None, prompt: str = "a coin") -> str:
    """Order a picture and say whom to call about it; return the task's id."""
    body: dict[str, object] = {"model": "nano-banana-pro", "input": {"prompt": prompt}}
    if url is not None:
        body["callBackUrl"] = url
    answer = Raw(server).api("POST", "/api/v1/jobs/createTask", body)
    return str(answer.json["data"]["taskId"])


def until(true: Callable[[], bool]) -> None:
    """Wait until something is true, for ten seconds at most."""
    end = time.monotonic() + 10
    while not true():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.01)


def test_a_market_model_s_callback_is_its_record(house: House) -> None:
    with KieServer(speed=50, latency=5) as server:
        task = order(server, house.url)
        until(lambda: len(house.came) == 1)
        ((headers, body),) = house.came
        assert (body["code"], body["data"]) == (200, Raw(server).record(task))
        assert not [name for name in headers if name.startswith("x-webhook")]


def test_a_failure_has_a_code_of_its_own(house: House) -> None:
    with KieServer(speed=50, fate=Fate(fail=PROHIBITED)) as server:
        order(server, house.url)
        until(lambda: len(house.came) == 1)
    ((_, body),) = house.came
    assert (body["code"], body["msg"]) == (501, "Playground task failed.")
    assert (body["data"]["state"], body["data"]["resultJson"]) == ("fail", None)


def test_nobody_is_called_who_was_not_named_or_is_not_on_this_machine(
    house: House,
) -> None:
    with KieServer(speed=50) as server:
        order(server, None)
        order(server, "https://bell.example.com/kie")
        until(lambda: len(server.account.rings) == 3)
        assert {ring.status for ring in server.account.rings} == {None}
    assert house.came == []


def test_who_does_not_hear_is_called_three_times(house: House) -> None:
    house.status = 500
    with KieServer(speed=50) as server:
        order(server, house.url)
        until(lambda: len(server.account.rings) == 3)
        order(server, None)
        server.clock.advance(100)
        assert [ring.status for ring in server.account.rings] == [500] * 3
    assert len(house.came) == 3


def test_a_signature_covers_the_task_and_the_time(house: House) -> None:
    kinds = ("right", "wrong", "stale", "none")
    calls = tuple(
        Callback(after=15 * n, signature=kind) for n, kind in enumerate(kinds)
    )  # type: ignore[arg-type]
    with KieServer(speed=50, hmac_key=KEY, fate=Fate(callbacks=calls)) as server:
        assert server.env["KIE_WEBHOOK_HMAC_KEY"] == KEY
        task = order(server, house.url)
        until(lambda: len(house.came) == 4)
        now = server.clock.now()
    right, wrong, stale, none = (headers for headers, _ in house.came)

    def signed(headers: dict[str, str]) -> bool:
        text = f"{task}.{headers['x-webhook-timestamp']}".encode()
        digest = hmac.digest(KEY.encode(), text, "sha256")
        return headers["x-webhook-signature"] == base64.b64encode(digest).decode()

    assert [signed(headers) for headers in (right, wrong, stale)] == [True, False, True]
    assert now - int(stale["x-webhook-timestamp"]) > 3000
    assert "x-webhook-signature" not in none


@pytest.mark.parametrize("state", ["success", "fail"])
@pytest.mark.parametrize("shape", ["A", "B", "C", "D", "E", "F"])
def test_a_lie_has_any_shape(house: House, shape: str, state: str) -> None:
    lie = Callback(shape=shape, state=state, task="another", urls=("https://a.b/c",))  # type: ignore[arg-type]
    with KieServer(speed=50, fate=Fate(callbacks=(lie,))) as server:
        task = order(server, house.url)
        until(lambda: len(house.came) == 1)
    text = json.dumps(house.came[0][1])
    assert ("another" in text, f'"{task}"' in text) == (True, False)
    told = state == "success" and shape != "F"
    assert ("https://a.b/c" in text) >= told
