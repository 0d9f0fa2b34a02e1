"""This file is a cut-out service on this machine, over a real socket, for tests.

It takes both forms that `removeBg: {method: http}` knows, cuts what stands on a plain
ground, and keeps an account of what it would have charged::

    with CutoutServer() as server:
        server.on("gateway")  # the next answer is lost, after the work was done
        ...
        assert server.charged == 1
"""

from __future__ import annotations

import base64
import json
from collections import deque
from dataclasses import dataclass
from email import message_from_bytes, policy
from io import BytesIO
from typing import TYPE_CHECKING, Literal, Self

from PIL import Image

from assetgen.errors import ImageError
from assetgen.images.cutout.plain import Plain
from assetgen.steps import Cut
from assetgen.testing.clock import FastClock
from assetgen.testing.kie.transport import HTML, JSON, TEXT, Incoming, Listener, Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY = "test-key"

Answer = Literal[
    "binary",  # the picture, as a PNG
    "webp",  # the picture, as a WebP
    "json",  # {"data": {"result_b64": …}}
    "address",  # a `data:` address in JSON
    "base64",  # bare text
    "refused",  # 401
    "no credit",  # 402
    "busy",  # 429
    "broken",  # 500
    "bad picture",  # 400
    "gateway",  # 504, after the work was done
    "hang up",  # no answer, after the work was done
    "words",  # 200 and a web page
    "opaque",  # 200 and a picture without transparency
    "small",  # 200 and a picture of half the size
]
REFUSALS: Mapping[str, tuple[int, str]] = {
    "refused": (401, "the API key is not valid"),
    "no credit": (402, "there is no credit left"),
    "busy": (429, "too many requests, come back later"),
    "broken": (500, "something went wrong"),
    "bad picture": (400, "no foreground was found"),
}

LOST = frozenset({"gateway", "hang up", "words"})


@dataclass(frozen=True, slots=True)
class Upload:
    """One request: headers (lower case), the form's fields, its file, the answer."""

    headers: Mapping[str, str]
    fields: Mapping[str, str]
    file: str
    picture: bytes
    answer: Answer

    @property
    def charged(self) -> bool:
        """Whether the work was done, and so costs something."""
        return self.answer not in REFUSALS


class CutoutServer:
    """A service that removes backgrounds; `with` starts and stops it.

    Attributes:
        uploads: Every request, in the order of arrival.
        url: Where it is.
    """

    def __init__(self, key: str = KEY) -> None:
        self.key = key
        self.uploads: list[Upload] = []
        self._next: deque[Answer] = deque()
        self._listener = Listener(self._respond, FastClock(1.0), lambda: 5.0, 0)
        self.url = f"http://127.0.0.1:{self._listener.port}/v1/cut"

    def on(self, *answers: Answer) -> None:
        """Queue how the next requests are answered; then it is ``binary`` again."""
        self._next.extend(answers)

    @property
    def charged(self) -> int:
        """Return how many requests have cost something."""
        return sum(upload.charged for upload in self.uploads)

    @property
    def env(self) -> dict[str, str]:
        """Return the settings that point the assetgen command at this server."""
        return {"REMOVEBG_URL": self.url, "REMOVEBG_API_KEY": self.key}

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.stop()
        if self._listener.crashes:
            raise BaseExceptionGroup("the test server crashed", self._listener.crashes)

    def _respond(self, incoming: Incoming) -> Reply:
        fields, file, picture = _form(incoming)
        answer = self._next.popleft() if self._next else "binary"
        made = Reply(b"")
        try:
            if answer not in REFUSALS and answer not in LOST:
                made = _made(answer, picture)
        except ImageError:  # what a real one finds no foreground in, it refuses
            answer = "bad picture"
        self.uploads.append(Upload(incoming.headers, fields, file, picture, answer))
        if answer in REFUSALS:
            status, words = REFUSALS[answer]
            body = json.dumps({"errors": [{"title": words}]}).encode()
            return Reply(body, status)
        if answer == "gateway":
            return Reply(b"<html>Gateway Time-out</html>", 504, HTML)
        if answer == "hang up":
            return Reply(reset=True)
        if answer == "words":
            return Reply(b"<html>Welcome</html>", 200, HTML)
        return made


def _made(answer: Answer, picture: bytes) -> Reply:
    """Return the reply that has a picture in it."""
    data = Plain().cut(picture, Cut("plain")).data
    text = base64.b64encode(data)
    if answer == "json":
        body = json.dumps({"data": {"id": 7, "result_b64": text.decode()}})
        return Reply(body.encode(), 200, JSON)
    if answer == "address":
        body = json.dumps({"image": f"data:image/png;base64,{text.decode()}"})
        return Reply(body.encode(), 200, JSON)
    if answer == "base64":
        return Reply(text, 200, TEXT)
    if answer in {"webp", "opaque", "small"}:
        return Reply(_altered(answer, data), 200, "image/png")
    return Reply(data, 200, "image/png")


def _altered(answer: Answer, data: bytes) -> bytes:
    """Return a cut-out in another format, without its alpha, or smaller."""
    file = BytesIO()
    with Image.open(BytesIO(data)) as image:
        if answer == "webp":
            image.save(file, "WEBP", lossless=True)
        elif answer == "opaque":
            image.convert("RGB").save(file, "PNG")
        else:
            image.reduce(2).save(file, "PNG")
    return file.getvalue()


def _form(incoming: Incoming) -> tuple[dict[str, str], str, bytes]:
    """Return a multipart form's fields, the name of its file, and the file."""
    head = f"Content-Type: {incoming.headers['content-type']}\r\n\r\n".encode()
    message = message_from_bytes(head + incoming.body, policy=policy.HTTP)
    fields: dict[str, str] = {}
    name, picture = "", b""
    for part in message.iter_parts():
        content = part.get_payload(decode=True)
        called = str(part.get_param("name", header="content-disposition"))
        if part.get_filename():
            name, picture = called, bytes(content) if content else b""
        else:
            fields[called] = bytes(content).decode() if content else ""
    return fields, name, picture
