"""This file is a server that answers each request with exactly the bytes it is told.

For what no honest server does: half answers, none, too many. Everything else is
tested against `assetgen.testing.KieServer`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Heard:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Scripted:
    """What the server saw; `answers` are used up in order, the last one for ever."""

    answers: list[bytes | Talk]
    port: int = 0
    connections: int = 0
    heard: list[Heard] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer the requests of one connection."""
        self.connections += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while (request := await hear(reader)) is not None:
                self.heard.append(request)
                left = len(self.answers) > 1
                answer = self.answers.pop(0) if left else self.answers[0]
                if not isinstance(answer, bytes):
                    await answer(reader, writer)
                    break
                writer.write(answer)
                await writer.drain()


async def hear(reader: asyncio.StreamReader) -> Heard | None:
    """Return the next request, None when the other side has hung up."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    first, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers = {
        name.lower(): value
        for name, _, value in (line.partition(": ") for line in rest)
    }
    method, target, _ = first.split(" ", 2)
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Heard(method, target, headers, body)


@contextlib.asynccontextmanager
async def scripted(
    *answers: bytes | Talk, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Scripted]:
    """Serve some answers on a free port of this machine."""
    server = Scripted(list(answers))
    async with listening(server.serve, tls) as port:
        server.port = port
        yield server


@contextlib.asynccontextmanager
async def listening(
    talk: Talk, tls: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """Serve raw connections on a free port; yields the port."""
    talks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            talks.add(task)
        try:
            with contextlib.suppress(ConnectionError, asyncio.CancelledError):
                await talk(reader, writer)
                await writer.drain()
        finally:
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls) as server:
        yield server.sockets[0].getsockname()[1]
        for task in talks:
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)


def http(
    body: bytes | str | dict[str, object] = b"", status: int = 200, **headers: str
) -> bytes:
    """Return a whole HTTP answer; header names are written with underscores."""
    if isinstance(body, dict):
        body = json.dumps(body)
    data = body.encode() if isinstance(body, str) else body
    fields = {"content-length": str(len(data))}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status} Whatever", *(f"{k}: {v}" for k, v in fields.items())]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
