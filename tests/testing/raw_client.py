"""A raw client for the test server, so that nothing of ours stands in between."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.testing.kie import KieServer

AGENT = "raw/1"


class Answer:
    """What came back."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def json(self) -> dict[str, Any]:
        """Return the body as an object."""
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def code(self) -> int:
        """Return the envelope's code."""
        return int(self.json["code"])


class Raw:
    """Calls a server with `http.client`, one connection for each call."""

    def __init__(self, server: KieServer, key: str | None = None) -> None:
        self.server = server
        self.key = server.key if key is None else key

    def call(
        self,
        method: str,
        url: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request exactly so."""
        split = urlsplit(url)
        connection = http.client.HTTPConnection(split.netloc, timeout=10)
        target = f"{split.path}?{split.query}" if split.query else split.path
        try:
            connection.request(
                method, target, body, {"User-Agent": AGENT, **(headers or {})}
            )
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def api(self, method: str, path: str, body: object = None) -> Answer:
        """Call the API with the key."""
        headers = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": "application/json",
        }
        data = None if body is None else json.dumps(body).encode()
        return self.call(method, f"{self.server.url}{path}", data, headers)

    def create(
        self, prompt: str = "a coin", model: str = "nano-banana-pro", **inputs: object
    ) -> Answer:
        """Order one picture."""
        order = {"model": model, "input": {"prompt": prompt, **inputs}}
        return self.api("POST", "/api/v1/jobs/createTask", order)

    def bought(self, prompt: str = "a coin", **inputs: Any) -> str:  # noqa: ANN401 inputs are anything
        """Order one picture that is accepted, and return its task's id."""
        answer = self.create(prompt, **inputs)
        assert answer.code == 200, answer.body
        return str(answer.json["data"]["taskId"])

    def poll(self, task: str) -> Answer:
        """Ask how a task stands."""
        return self.api("GET", f"/api/v1/jobs/recordInfo?taskId={task}")

    def record(self, task: str) -> dict[str, Any]:
        """Return the record of a task that is known."""
        found: dict[str, Any] = self.poll(task).json["data"]
        return found

    def picture_url(self, task: str) -> str:
        """Let a task finish and return where its first picture is."""
        self.server.clock.advance(3)
        return str(json.loads(self.record(task)["resultJson"])["resultUrls"][0])

    def get(self, url: str, **headers: str) -> Answer:
        """Fetch an address without the key."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.call("GET", url, headers=named)
