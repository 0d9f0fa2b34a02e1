"""The receiver answers first, believes little, and bears with nobody for long."""

from __future__ import annotations

import asyncio
import json
import os
import resource
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assetgen.doorbell import Doorbell
from assetgen.errors import UsageError
from assetgen.providers.kie import Kie
from assetgen.receiver import Bounds, receiving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

TOKEN = "oY3n2bC1kQ9sT5vW7xZ0aBcD"  # noqa: S105  of nothing
TASK = "f23dc0faa81bda75e5a7a20e572a507b"
BODY = json.dumps({"code": 200, "data": {"taskId": TASK, "state": "success"}}).encode()


class Door:
    """A receiver with one bell, and raw callers of it."""

    def __init__(self, doorbell: Doorbell, port: int) -> None:
        self.bell = doorbell.bell(TOKEN)
        self.port = port

    async def said(self, request: bytes, *, more: bytes = b"") -> bytes:
        """Send bytes, and `more` after a moment; return all that is answered."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(request)
            await writer.drain()
            if more:
                await asyncio.sleep(0.02)
                writer.write(more)
            return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def status(self, request: bytes) -> int:
        """Send bytes and return the status of the answer."""
        return int((await self.said(request)).split(b" ", 2)[1])

    async def has_rung(self) -> bool:
        """Return whether the bell rings for the task within a moment."""
        self.bell.belongs_to(TASK)
        return await self.bell.cuts_short(asyncio.sleep(0.1))


@asynccontextmanager
async def door(bounds: Bounds | None = None) -> AsyncIterator[Door]:
    """Open a receiver on a free port; no signatures are asked for."""
    doorbell = Doorbell(Kie({"KIE_API_KEY": "a-key-of-nobody"}), "https://bell.example")
    async with receiving([doorbell], "127.0.0.1", 0, bounds) as (_, port):
        yield Door(doorbell, port)


def run(work: Callable[[Door], Awaitable[None]], bounds: Bounds | None = None) -> None:
    """Run something at an open door, and see that nothing is left open after it."""
    before = open_files()

    async def inside() -> None:
        async with door(bounds) as opened:
            await work(opened)

    asyncio.run(inside())
    assert open_files() <= before


def open_files() -> int:
    """Return how many files and sockets this process has open."""
    if Path("/proc/self/fd").exists():
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  only their number
    return 0


def post(body: bytes = BODY, path: str = f"/bell/{TOKEN}", *headers: str) -> bytes:
    """Return a request as kie.ai sends it."""
    head = [f"POST {path} HTTP/1.1", "Host: bell.example", *headers]
    head += (
        []
        if any("ength:" in line for line in headers)
        else [f"Content-Length: {len(body)}"]
    )
    return "\r\n".join([*head, "", ""]).encode() + body


def test_a_call_is_taken_and_rings() -> None:
    async def work(door: Door) -> None:
        answer = await door.said(post())
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert answer.endswith(b'{"code": 200, "msg": "success"}')
        assert await door.has_rung()

    run(work)


@pytest.mark.parametrize(
    "path",
    [
        f"/{TOKEN}",
        f"/a/b/{TOKEN}",
        f"/bell/{TOKEN}?a=b",
        f"http://bell.example/{TOKEN}",
    ],
)
def test_what_stands_before_the_token_is_the_proxy_s(path: str) -> None:
    async def work(door: Door) -> None:
        assert await door.status(post(BODY, path)) == 200
        assert await door.has_rung()

    run(work)


REFUSED = {
    "no such bell": (post(BODY, "/bell/another"), 404),
    "no bell": (post(BODY, "/"), 404),
    "a token in the query": (post(BODY, f"/bell?{TOKEN}"), 404),
    "a token and more": (post(BODY, f"/bell/{TOKEN}/"), 404),
    "no post": (post().replace(b"POST", b"GET", 1), 405),
    "only the head": (post().replace(b"POST", b"HEAD", 1), 405),
    "a web page": (post(BODY, f"/{TOKEN}", "Origin: https://evil.example"), 403),
    "a page without a name": (post(BODY, f"/{TOKEN}", "Origin: null"), 403),
    "too long by its word": (post(b"", f"/{TOKEN}", "Content-Length: 1048577"), 413),
    "no task": (post(b"{}"), 400),
    "no JSON": (post(b"task"), 400),
    "no length": (post(b"", f"/{TOKEN}", "Content-Length: 12x"), 400),
    "two lengths": (
        post(BODY, f"/{TOKEN}", "Content-Length: 1", "content-length: 2"),
        400,
    ),
    "no host": (post().replace(b"Host: bell.example\r\n", b""), 400),
    "no HTTP": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", 400),
    "HTTP/2": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 405),
    "a head without end": (post(BODY, "/" + "a" * 200_000), 431),
}


@pytest.mark.parametrize(("request_", "status"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_call_is_refused(request_: bytes, status: int) -> None:
    async def work(door: Door) -> None:
        assert await door.status(request_) == status
        assert not await door.has_rung()

    run(work)


def test_a_body_that_grows_too_long_is_not_read_to_its_end() -> None:
    async def work(door: Door) -> None:
        chunk = b"1000\r\n" + b"a" * 0x1000 + b"\r\n"
        head = post(b"", f"/{TOKEN}", "Transfer-Encoding: chunked", "X-Length: 0")
        assert await door.status(head + chunk * 300) == 413

    run(work)


def test_a_body_in_chunks_is_read() -> None:
    async def work(door: Door) -> None:
        head = post(b"", f"/{TOKEN}", "Transfer-Encoding: chunked", "X-Length: 0")
        chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(BODY), BODY)
        assert await door.status(head + chunks) == 200
        assert await door.has_rung()

    run(work)


def test_who_waits_for_leave_to_go_on_gets_it() -> None:
    async def work(door: Door) -> None:
        request = post(BODY, f"/{TOKEN}", "Expect: 100-continue")
        head, body = request[: -len(BODY)], request[-len(BODY) :]
        answer = await door.said(head, more=body)
        assert answer.startswith(b"HTTP/1.1 100 ")
        assert b"HTTP/1.1 200 " in answer

    run(work)


@pytest.mark.parametrize(
    "sent", [b"", b"POST", post()[:-5]], ids=["nothing", "a word", "half"]
)
def test_who_is_slow_is_hung_up_on(sent: bytes) -> None:
    async def work(door: Door) -> None:
        assert await asyncio.wait_for(door.said(sent), 5) == b""
        assert await door.status(post()) == 200

    run(work, Bounds(seconds=0.2))


def test_who_sends_byte_by_byte_is_hung_up_on() -> None:
    async def work(door: Door) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        with suppress(ConnectionError):
            for byte in post():
                writer.write(bytes([byte]))
                await asyncio.sleep(0.02)
        with suppress(ConnectionError):
            assert await reader.read() == b""
        writer.close()
        assert not await door.has_rung()

    run(work, Bounds(seconds=0.2))


def test_a_thousand_idle_callers_keep_nobody_out() -> None:
    """The oldest leave; whoever has something to say is heard at once."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < 2500:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(2500, hard), hard))

    async def work(door: Door) -> None:
        before = open_files()
        idle = [
            await asyncio.open_connection("127.0.0.1", door.port) for _ in range(1000)
        ]
        assert await door.status(post()) == 200
        assert open_files() <= before + 1000 + Bounds().callers + 2
        for _, writer in idle:
            writer.close()

    try:
        run(work)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_who_is_still_there_at_the_end_is_hung_up_on() -> None:
    async def inside() -> bytes:
        async with door() as opened:
            reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
            writer.write(post()[:-5])
            await writer.drain()
            await asyncio.sleep(0.05)
        left = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        return left

    assert asyncio.run(inside()) == b""


def test_who_hangs_up_without_reading_has_rung_all_the_same() -> None:
    async def work(door: Door) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(post())
        await writer.drain()
        writer.transport.abort()
        assert await door.has_rung()

    run(work)


@pytest.mark.parametrize("bind", ["256.0.0.1", "nobody.invalid", "192.0.2.1"])
def test_an_address_that_is_not_ours_is_a_mistake(bind: str) -> None:
    async def inside() -> None:
        async with receiving([], bind, 0):
            pytest.fail("it listens")

    with pytest.raises(UsageError, match="cannot listen on"):
        asyncio.run(inside())
