"""What leaves the machine when kie.ai is asked, over real sockets that misbehave."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import os
import socket
import traceback
from collections.abc import Awaitable, Callable
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from scripted_server import Scripted, free_port, hear, http, listening, scripted

from assetgen.errors import AccountError, ResultError, Unavailable, UsageError
from assetgen.providers.base import (
    Accepted,
    NotSent,
    Pending,
    Ready,
    Refused,
    Unclear,
)
from assetgen.providers.kie import Kie
from assetgen.providers.kie.catalogue import MODELS
from assetgen.providers.kie.patience import Patience
from assetgen.request import Request
from assetgen.testing import VirtualClock

if TYPE_CHECKING:
    from assetgen.providers.base import Submission

CANARY = "canary-7f3a9c51d2e84b60"
JOB = "f23dc0faa81bda75e5a7a20e572a507b"
TAKEN = http({"code": 200, "msg": "success", "data": {"taskId": JOB}})
REQUEST = Request.of(
    MODELS["nano-banana-pro"],
    "a gold coin",
    {"aspect_ratio": "1:1", "resolution": "1K", "output_format": "png"},
)

Sending = Callable[[], Awaitable[None]]


class Leave:
    """Counts how often leave to send was asked."""

    def __init__(self) -> None:
        self.times = 0

    async def __call__(self) -> None:
        """Give leave."""
        self.times += 1


def kie(url: str, patience: Patience | None = None, **environment: str) -> Kie:
    provider = Kie({"KIE_API_KEY": CANARY, "KIE_BASE_URL": url, **environment})
    provider.patience = patience or Patience(connect=5, call=5, download=5, stall=5)
    return provider


async def submitted(provider: Kie, sending: Sending | None = None) -> Submission:
    try:
        return await provider.submit(REQUEST, sending or Leave())
    finally:
        await provider.aclose()


# --- a submission that goes well ----------------------------------------------------


def test_a_submission_is_one_post_with_everything_in_it() -> None:
    """Path, key, name and body are what kie.ai documents."""

    async def story() -> None:
        async with scripted(TAKEN) as server:
            outcome = await submitted(kie(server.url))
            assert outcome == Accepted(JOB)
            (heard,) = server.heard
            assert (heard.method, heard.target) == ("POST", "/api/v1/jobs/createTask")
            assert heard.headers["authorization"] == f"Bearer {CANARY}"
            assert heard.headers["user-agent"].startswith("assetgen/")
            assert heard.headers["content-type"] == "application/json"
            assert heard.body == (
                b'{"input":{"aspect_ratio":"1:1","output_format":"png",'
                b'"prompt":"a gold coin","resolution":"1K"},"model":"nano-banana-pro"}'
            )

    asyncio.run(story())


def test_leave_is_asked_when_the_connection_stands_and_nothing_is_sent() -> None:
    """At that moment the server has a connection and not one byte."""
    arrived = bytearray()
    connected = asyncio.Event()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.set()
        while data := await reader.read(4096):
            arrived.extend(data)
            if b"gold" in arrived:
                writer.write(TAKEN)
        writer.close()

    async def sending() -> None:
        async with asyncio.timeout(5):
            await connected.wait()
        await asyncio.sleep(0.05)
        assert bytes(arrived) == b""

    async def story() -> None:
        async with listening(talk) as port:
            outcome = await submitted(kie(f"http://127.0.0.1:{port}"), sending)
            assert outcome == Accepted(JOB)
            assert arrived.startswith(b"POST ")

    asyncio.run(story())


def test_nothing_is_sent_without_leave() -> None:
    """What `sending` raises comes out, even if it looks like a network's error."""

    async def refuse() -> None:
        raise OSError("no space left on device")

    async def story() -> None:
        async with scripted(TAKEN) as server:
            with pytest.raises(OSError, match="no space left"):
                await submitted(kie(server.url), refuse)
            assert (server.connections, server.heard) == (1, [])

    asyncio.run(story())


def test_a_slow_journal_is_not_interrupted() -> None:
    """The limit on connecting does not run while leave is being asked."""

    async def slow() -> None:
        await asyncio.sleep(0.4)

    async def story() -> None:
        async with scripted(TAKEN) as server:
            provider = kie(server.url, Patience(connect=0.2, call=5))
            assert await submitted(provider, slow) == Accepted(JOB)

    asyncio.run(story())


@pytest.mark.parametrize("size", [10, 100_000])
def test_a_compressed_answer_is_read(size: int) -> None:
    answer = json.dumps({"code": 200, "data": {"taskId": JOB}, "msg": "x" * size})
    body = gzip.compress(answer.encode())

    async def story() -> None:
        async with scripted(http(body, content_encoding="gzip")) as server:
            assert await submitted(kie(server.url)) == Accepted(JOB)

    asyncio.run(story())


def test_every_submission_has_a_connection_of_its_own() -> None:
    """A kept connection that dies on the second POST can lose nothing."""

    async def story() -> None:
        async with scripted(TAKEN) as server:
            provider = kie(server.url)
            outcomes = [await provider.submit(REQUEST, Leave()) for _ in range(5)]
            await provider.aclose()
            assert outcomes == [Accepted(JOB)] * 5
            assert (server.connections, len(server.heard)) == (5, 5)

    asyncio.run(story())


# --- answers that get lost after it has left ----------------------------------------


async def hang_up(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def reset(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    handle = writer.get_extra_info("socket")
    handle.setsockopt(
        socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
    )
    writer.transport.abort()


async def half(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(TAKEN[:-10])
    await writer.drain()
    writer.close()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()


async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    for byte in TAKEN:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.1)


async def endless_100(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while True:
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        await writer.drain()
        await asyncio.sleep(0)


LOST = {
    "closed": hang_up,
    "reset": reset,
    "half": half,
    "silence": silence,
    "drip": drip,
    "endless 100": endless_100,
    "headers of 80 KiB": http("{}", x_long="h" * 80 * 1024),
    "headers without end": b"HTTP/1.1 200 OK\r\nx: " + b"h" * 300 * 1024,
    "not HTTP": b"SSH-2.0-OpenSSH_9.6\r\n\r\n",
    "a body of 2 MiB": http(b" " * 2 * 1024 * 1024),
    "a gzip bomb": http(
        gzip.compress(b" " * 50 * 1024 * 1024), content_encoding="gzip"
    ),
    "broken gzip": http(b"not gzip at all", content_encoding="gzip"),
    "half of a gzip": http(
        gzip.compress(b'{"code": 200}')[:-12], content_encoding="gzip"
    ),
    "a compression of its own": http("{}", content_encoding="br"),
    "HTML": http("<html>520</html>", status=520),
}


@pytest.mark.parametrize("answer", LOST.values(), ids=LOST)
def test_a_lost_answer_is_unclear_and_nothing_is_sent_again(answer: bytes) -> None:
    async def story() -> None:
        leave = Leave()
        async with scripted(answer) as server:
            outcome = await submitted(
                kie(server.url, Patience(connect=5, call=0.6)), leave
            )
            assert isinstance(outcome, Unclear)
            assert (leave.times, server.connections, len(server.heard)) == (1, 1, 1)

    asyncio.run(story())


def test_a_hundred_connections_that_die_while_they_are_kept_lose_nothing() -> None:
    """Each dies with the second request on it, read and unanswered (R07)."""

    async def one_then_silence(
        reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        writer.write(TAKEN)
        await writer.drain()
        second = await hear(reader)
        if second is not None:
            twice.append(second)
        writer.close()

    twice: list[object] = []

    async def story() -> None:
        async with scripted(one_then_silence) as server:
            provider = kie(server.url)
            for _ in range(100):
                assert await provider.submit(REQUEST, Leave()) == Accepted(JOB)
            await provider.aclose()
            assert (server.connections, len(server.heard), twice) == (100, 100, [])

    asyncio.run(story())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="it counts there")
def test_no_question_and_no_download_leaves_a_descriptor_open() -> None:
    """After hundreds of each, as many are open as after the first ones."""
    waiting = http({"code": 200, "data": {"taskId": JOB, "state": "waiting"}})

    async def story() -> None:
        async with scripted(waiting) as api, scripted(http(b"picture")) as host:
            provider = kie(api.url)

            async def some() -> int:
                for _ in range(10):
                    await asyncio.gather(*(provider.poll(JOB) for _ in range(8)))
                    await provider.fetch(Ready(f"{host.url}/a.png"))
                await asyncio.sleep(0.05)
                return len(os.listdir("/proc/self/fd"))  # noqa: PTH208  names will do

            first = await some()
            counts = [await some() for _ in range(3)]
            assert max(counts) <= first + 8
            assert api.connections <= 8
            await provider.aclose()

    asyncio.run(story())


def test_a_cancelled_submission_is_not_sent_again() -> None:
    """Ctrl-C comes out as what it is; the journal says SENDING."""
    arrived = asyncio.Event()

    async def arrive(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read()

    async def story() -> None:
        leave = Leave()
        async with scripted(arrive) as server:
            task = asyncio.create_task(submitted(kie(server.url), leave))
            await arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert (leave.times, len(server.heard)) == (1, 1)

    asyncio.run(story())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_purchase_is_never_redirected(status: int) -> None:
    async def story() -> None:
        async with (
            scripted(TAKEN) as other,
            scripted(http(status=status, location=other.url)) as server,
        ):
            outcome = await submitted(kie(server.url))
            assert isinstance(outcome, Refused)
            assert (len(server.heard), other.connections) == (1, 0)

    asyncio.run(story())


# --- trouble before anything has left -----------------------------------------------


async def unsent(provider: Kie) -> NotSent | Refused:
    leave = Leave()
    outcome = await submitted(provider, leave)
    assert isinstance(outcome, NotSent | Refused)
    assert leave.times == 0
    return outcome


def test_a_refused_connection_is_not_sent() -> None:
    outcome = asyncio.run(unsent(kie(f"http://127.0.0.1:{free_port()}")))
    assert isinstance(outcome, NotSent)


def test_a_name_that_does_not_resolve_is_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    outcome = asyncio.run(unsent(kie("https://api.example")))
    assert isinstance(outcome, NotSent)


def test_a_failed_tls_handshake_is_not_sent() -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def story() -> None:
        async with listening(talk) as port:
            outcome = await unsent(kie(f"https://127.0.0.1:{port}"))
            assert isinstance(outcome, NotSent)

    asyncio.run(story())


def test_a_handshake_that_hangs_is_not_sent() -> None:
    async def story() -> None:
        async with listening(silence) as port:
            provider = kie(f"https://127.0.0.1:{port}", Patience(connect=0.2, call=5))
            assert await unsent(provider) == NotSent(
                "kie.ai was not reached: it took too long"
            )

    asyncio.run(story())


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (http(status=502), NotSent),
        (http(status=407), Refused),
        (hang_up, NotSent),
        (b"HTTP/1.1 200 Connected\r\n\r\n garbage instead of TLS", NotSent),
    ],
)
def test_a_proxy_that_does_not_lead_there_is_not_sent(
    answer: bytes, kind: type[Submission]
) -> None:
    """CONNECT is not our request: no leave is asked for it, and it has no key."""

    async def story() -> None:
        async with scripted(answer) as proxy:
            brief = Patience(connect=0.4)
            provider = kie("https://api.example", brief, HTTPS_PROXY=proxy.url)
            assert isinstance(await unsent(provider), kind)
            (heard,) = proxy.heard
            assert (heard.method, heard.target) == ("CONNECT", "api.example:443")
            assert CANARY not in str(heard)

    asyncio.run(story())


def test_this_machine_is_not_reached_through_a_proxy() -> None:
    async def story() -> None:
        async with scripted(TAKEN) as server, scripted(http(status=502)) as proxy:
            outcome = await submitted(kie(server.url, HTTPS_PROXY=proxy.url))
            assert (outcome, proxy.connections) == (Accepted(JOB), 0)

    asyncio.run(story())


def test_without_a_key_nothing_is_opened() -> None:
    async def story() -> None:
        async with scripted(TAKEN) as server:
            with pytest.raises(UsageError, match="needs a key"):
                await submitted(kie(server.url, KIE_API_KEY=""))
            assert server.connections == 0

    asyncio.run(story())


# --- questions ----------------------------------------------------------------------


def record(**data: object) -> bytes:
    return http({"code": 200, "msg": "success", "data": {"taskId": JOB, **data}})


def test_questions_share_a_connection() -> None:
    async def story() -> None:
        done = {"state": "success", "resultJson": '{"resultUrls":["https://a/b.png"]}'}
        async with scripted(record(state="waiting"), record(**done)) as server:
            provider = kie(server.url)
            answers = [await provider.poll(JOB) for _ in range(2)]
            await provider.aclose()
            assert answers == [Pending("waiting"), Ready("https://a/b.png")]
            assert server.connections == 1
            assert server.heard[0].target == f"/api/v1/jobs/recordInfo?taskId={JOB}"

    asyncio.run(story())


@pytest.mark.parametrize("answer", [*LOST.values()], ids=[*LOST])
def test_a_lost_answer_to_a_question_is_unavailable(answer: bytes) -> None:
    async def story() -> None:
        async with scripted(answer) as server:
            provider = kie(server.url, Patience(connect=5, call=0.6))
            with pytest.raises(Unavailable):
                await provider.poll(JOB)
            await provider.aclose()

    asyncio.run(story())


def test_a_job_that_the_vendor_does_not_know_is_borne_with_for_a_while() -> None:
    """That is normal after createTask; after 90 s it is an error, no purchase."""
    nothing = http({"code": 422, "msg": "recordInfo is null", "data": None})

    async def story() -> None:
        async with scripted(nothing) as server:
            clock = VirtualClock()
            provider = Kie({"KIE_API_KEY": CANARY, "KIE_BASE_URL": server.url}, clock)
            assert await provider.poll(JOB) == Pending("not known")
            await clock.advance(89)
            assert await provider.poll(JOB) == Pending("not known")
            await clock.advance(2)
            with pytest.raises(ResultError, match=f"does not know job `{JOB}`"):
                await provider.poll(JOB)
            await provider.aclose()

    asyncio.run(story())


def test_the_balance_is_asked_with_a_content_type() -> None:
    """Without one, kie.ai answers a GET with 401."""

    async def story() -> None:
        async with scripted(http('{"code":200,"data":5916.25}')) as server:
            provider = kie(server.url)
            assert await provider.balance() == Decimal("29.58125")
            await provider.aclose()
            assert server.heard[0].headers["content-type"] == "application/json"

    asyncio.run(story())


# --- the key ------------------------------------------------------------------------


def shown(error: BaseException) -> str:
    return "".join(traceback.format_exception(error)) + repr(error)


def test_the_key_is_in_no_message_trace_or_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not even if the vendor quotes it, and with every logger at its loudest."""
    caplog.set_level(logging.DEBUG)
    quoting = http({"code": 422, "msg": f"the key {CANARY} may not"})
    refused = http({"code": 401, "msg": f"Bearer {CANARY} is unknown"})

    async def story() -> list[str]:
        async with scripted(quoting, refused, refused, hang_up) as server:
            provider = kie(server.url)
            texts = [repr(provider.settings), repr(provider), provider.account()]
            texts += [repr(await provider.submit(REQUEST, Leave())) for _ in range(2)]
            for error in (AccountError, Unavailable):
                with pytest.raises(error) as caught:
                    await provider.poll(JOB)
                texts.append(shown(caught.value))
            await provider.aclose()
            return texts

    texts = asyncio.run(story())
    assert "***" in "".join(texts)
    for secret in (CANARY, CANARY[:12]):
        assert [text for text in [*texts, caplog.text] if secret in text] == []


def test_the_scripted_server_can_be_heard() -> None:
    """A guard on these tests: what is not sent would be noticed."""
    assert Scripted([]).heard == []
