"""Fetching a finished picture: from where it may be, whole, without the key."""

from __future__ import annotations

import asyncio
import contextlib
import gzip
import ipaddress
import logging
import shutil
import socket
import ssl
import subprocess
from typing import TYPE_CHECKING

import httpx2
import pytest
from scripted_server import http, listening, scripted

from assetgen.errors import ResultError, Unavailable
from assetgen.providers.base import Accepted, Ready, Unclear
from assetgen.providers.kie import Kie, download
from assetgen.providers.kie.address import check_url, is_public, resolved
from assetgen.providers.kie.catalogue import MODELS
from assetgen.providers.kie.patience import Patience
from assetgen.request import Request

if TYPE_CHECKING:
    from pathlib import Path

    from scripted_server import Talk

    from assetgen.providers.base import Submission

CANARY = "canary-7f3a9c51d2e84b60"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 400


def kie(base: str, **environment: str) -> Kie:
    provider = Kie({"KIE_API_KEY": CANARY, "KIE_BASE_URL": base, **environment})
    provider.patience = Patience(connect=5, call=5, download=3, stall=0.8)
    return provider


async def fetched(url: str, provider: Kie | None = None) -> bytes:
    provider = provider or kie("http://127.0.0.1:9")
    try:
        return await provider.fetch(Ready(url))
    finally:
        await provider.aclose()


def test_a_picture_comes_whole_and_the_file_host_learns_nothing() -> None:
    """No key, no cookie; the name is kept although the connection goes to a number."""

    async def story() -> None:
        async with scripted(http(PICTURE, set_cookie="a=b")) as host:
            data = await fetched(f"http://localhost:{host.port}/a.png?sig=1")
            assert data == PICTURE
            (heard,) = host.heard
            assert heard.target == "/a.png?sig=1"
            assert heard.headers["host"] == f"localhost:{host.port}"
            assert heard.headers["accept-encoding"] == "identity"
            assert heard.headers["user-agent"].startswith("assetgen/")
            assert set(heard.headers) & {"authorization", "cookie"} == set()
            assert CANARY not in str(heard)

    asyncio.run(story())


async def both(provider: Kie, *urls: str) -> None:
    try:
        for url in urls:
            assert await provider.fetch(Ready(url)) == PICTURE
    finally:
        await provider.aclose()


def test_pictures_of_one_host_share_a_connection_and_other_names_do_not() -> None:
    """A connection's certificate was checked for one name, so it serves no other."""

    async def story() -> None:
        async with scripted(http(PICTURE)) as host:
            urls = [f"{host.url}/{name}.png" for name in "abc"]
            await both(kie(host.url), *urls)
            assert (host.connections, len(host.heard)) == (1, 3)
            await both(kie(host.url), urls[0], f"http://localhost:{host.port}/d.png")
            assert (host.connections, len(host.heard)) == (3, 5)

    asyncio.run(story())


async def served_and_gone(
    _: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    writer.write(http(PICTURE))
    await writer.drain()
    writer.close()


def test_a_host_that_hung_up_after_a_picture_is_connected_to_anew() -> None:
    async def story() -> None:
        async with scripted(served_and_gone) as host:
            provider = kie(host.url)
            for count in (1, 2):
                assert await provider.fetch(Ready(f"{host.url}/a.png")) == PICTURE
                await asyncio.sleep(0.05)
                assert host.connections == count
            await provider.aclose()

    asyncio.run(story())


async def cut(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(http(PICTURE)[:-1000])
    await writer.drain()


async def chunked(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
    with contextlib.suppress(ConnectionError):
        while True:
            writer.write(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
            await writer.drain()


async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(http(PICTURE)[:5000])
    await writer.drain()
    await reader.read()


async def until_the_end(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + PICTURE)
    await writer.drain()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (cut, Unavailable),
        (stall, Unavailable),
        (b"", Unavailable),
        (http(status=500), Unavailable),
        (http(status=503), Unavailable),
        (http(status=429), Unavailable),
        (http(PICTURE, content_encoding="gzip"), Unavailable),
        (http(b""), ResultError),
        (http(status=204), ResultError),
        (http(status=400), ResultError),
        (chunked, ResultError),
        (http(gzip.compress(bytes(9 * 2**20)), content_encoding="gzip"), ResultError),
        (http(PICTURE, x_long="h" * 80 * 1024), ResultError),
        (http(status=302), ResultError),
        (http(status=302, location="http://[half"), ResultError),
    ],
)
def test_what_is_not_a_whole_picture_is_no_picture(
    answer: bytes | Talk, error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Passing trouble is Unavailable, so the caller tries again; the rest is not."""
    monkeypatch.setattr(download, "PICTURE_MOST", 8 * 2**20)

    async def story() -> None:
        async with scripted(answer) as host:
            with pytest.raises(error):
                await fetched(f"{host.url}/a.png")

    asyncio.run(story())


@pytest.mark.parametrize(
    "answer", [until_the_end, http(gzip.compress(PICTURE), content_encoding="gzip")]
)
def test_a_picture_may_come_without_a_length_or_compressed(
    answer: bytes | Talk,
) -> None:
    async def story() -> None:
        async with scripted(answer) as host:
            assert await fetched(f"{host.url}/a.png") == PICTURE

    asyncio.run(story())


def test_a_slow_but_steady_download_is_not_a_stalled_one() -> None:
    """What brings its KiB in every window may take longer than one window."""

    async def steady(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        data = http(PICTURE)
        part = len(data) // 10
        for start in range(0, len(data), part):
            writer.write(data[start : start + part])
            await writer.drain()
            await asyncio.sleep(0.25)

    async def story() -> None:
        async with scripted(steady) as host:
            provider = kie("http://127.0.0.1:9")
            provider.patience = Patience(download=60, stall=2)
            assert await fetched(f"{host.url}/a.png", provider) == PICTURE

    asyncio.run(story())


# --- redirects ----------------------------------------------------------------------


@pytest.mark.parametrize("hops", [5, 6])
def test_five_redirects_are_followed_and_no_more(hops: int) -> None:
    async def story() -> None:
        moves = [http(status=302, location=f"/{hop}.png") for hop in range(hops)]
        async with scripted(*moves, http(PICTURE)) as host:
            if hops <= 5:
                assert await fetched(f"{host.url}/a.png") == PICTURE
            else:
                with pytest.raises(ResultError, match="redirects over 5 times"):
                    await fetched(f"{host.url}/a.png")

    asyncio.run(story())


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "https://169.254.169.254/meta", "file:///etc/passwd", "//"],
)
def test_every_hop_is_checked(target: str) -> None:
    async def story() -> None:
        async with scripted(http(status=302, location=target)) as host:
            with pytest.raises(ResultError):
                await fetched(f"{host.url}/a.png")

    asyncio.run(story())


# --- addresses ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://files.example/a.png",
        "ftp://files.example/a.png",
        "file:///etc/passwd",
        "//files.example/a.png",
        "https:///a.png",
        "https://user:word@files.example/a.png",
        "https://user@files.example/a.png",
        "https://127.0.0.1/",
        "http://127.0.0.1/",
        "https://127.1.2.3/",
        "https://10.0.0.1/",
        "https://172.16.0.1/",
        "https://192.168.0.1/",
        "https://169.254.169.254/",
        "https://100.64.0.1/",
        "https://100.100.100.200/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://240.0.0.1/",
        "https://255.255.255.255/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::7f00:1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:a9fe:a9fe]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://[64:ff9b:1::a9fe:a9fe]/",
        "https://[2002:a9fe:a9fe::1]/",
        "https://[2002:7f00:1::1]/",
        "https://[2001::1]/",
        "https://[fe80::1]/",
        "https://[fc00::1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://[2001:db8::1]/",
        "https://example.com\\@127.0.0.1/",
    ],
)
def test_an_address_that_is_not_public_is_refused_as_written(url: str) -> None:
    with pytest.raises(ResultError):
        check_url(httpx2.URL(url), loopback=False)


@pytest.mark.parametrize("host", ["127.1", "0x7f000001", "2130706433", "localhost"])
def test_an_address_that_is_not_public_is_refused_as_resolved(host: str) -> None:
    """What the system makes of a name counts, not how it is written."""
    with pytest.raises(ResultError):
        asyncio.run(resolved(httpx2.URL(f"https://{host}/"), loopback=False))


@pytest.mark.parametrize(
    "url",
    ["https://①②⑦.0.0.1/", "https://a\tb/", "https://[::1%0]/", "https://0177.0.0.1/"],
)
def test_an_address_that_is_none_is_an_error_not_a_crash(url: str) -> None:
    with pytest.raises((ResultError, Unavailable)):
        asyncio.run(fetched(url, kie("https://api.example")))


@pytest.mark.parametrize("text", ["1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"])
def test_public_addresses_are_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text)) is True


def answering(*addresses: str, asked: list[str]) -> object:
    """Return a resolver that knows one name, and notes how often it is asked."""

    def getaddrinfo(host: str, port: int, *_: object, **__: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, 1, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


@pytest.mark.parametrize(
    "addresses", [("127.0.0.1",), ("1.1.1.1", "127.0.0.1"), ("10.0.0.1", "1.1.1.1")]
)
def test_a_name_with_any_private_address_is_never_connected_to(
    addresses: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def story() -> None:
        async with scripted(http(PICTURE)) as host:
            monkeypatch.setattr(
                socket, "getaddrinfo", answering(*addresses, asked=asked)
            )
            with pytest.raises(ResultError, match="not public"):
                await fetched(
                    f"https://files.example:{host.port}/a.png",
                    kie("https://api.example"),
                )
            assert (host.connections, asked) == (0, ["files.example"])

    asyncio.run(story())


def test_this_machine_serves_results_only_while_the_api_is_here() -> None:
    async def story() -> None:
        async with scripted(http(PICTURE)) as host:
            with pytest.raises(ResultError, match="is not an https address"):
                await fetched(f"{host.url}/a.png", kie("https://api.example"))
            assert host.connections == 0
            assert await fetched(f"{host.url}/a.png") == PICTURE

    asyncio.run(story())


# --- TLS ----------------------------------------------------------------------------


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return a server's certificate for two names, trusted here."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    pem, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    names = "subjectAltName=DNS:api.example,DNS:localhost,IP:127.0.0.1"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    command += ["-subj", "/CN=test", "-addext", names, "-keyout", key, "-out", pem]
    subprocess.run(command, check=True, capture_output=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    return context


def test_an_encrypted_address_never_leads_to_an_unencrypted_one(
    tls: ssl.SSLContext,
) -> None:
    """The certificate is checked for the name, while the connection is to a number."""

    async def story() -> None:
        async with (
            scripted(http(PICTURE)) as plain,
            scripted(
                http(PICTURE), http(status=302, location=plain.url), tls=tls
            ) as host,
        ):
            url = f"https://localhost:{host.port}/a.png"
            assert await fetched(url) == PICTURE
            with pytest.raises(ResultError, match="to an unencrypted address"):
                await fetched(url)
            assert plain.connections == 0

    asyncio.run(story())


async def submitted_by_proxy(
    answer: bytes | Talk, tls: ssl.SSLContext
) -> tuple[Submission, list[str]]:
    """Submit once through a proxy; return what it came to and each step of the way."""
    steps: list[str] = []
    async with scripted(answer, tls=tls) as api:

        async def tunnel(
            reader: asyncio.StreamReader, writer: asyncio.StreamWriter
        ) -> None:
            head = await reader.readuntil(b"\r\n\r\n")
            steps.append(head.decode().split("\r\n")[0])
            writer.write(b"HTTP/1.1 200 Connected\r\n\r\n")
            far = await asyncio.open_connection("127.0.0.1", api.port)
            await asyncio.gather(pump(reader, far[1]), pump(far[0], writer))

        async def sending() -> None:
            steps.append(f"leave, {len(api.heard)} heard")

        async with listening(tunnel) as port:
            proxy = f"http://127.0.0.1:{port}"
            provider = kie("https://api.example", HTTPS_PROXY=proxy)
            request = Request.of(MODELS["nano-banana-pro"], "a coin", {})
            outcome = await provider.submit(request, sending)
            await provider.aclose()
        steps.append(f"{len(api.heard)} heard on {api.connections} connection")
    return outcome, steps


BY_PROXY = [
    "CONNECT api.example:443 HTTP/1.1",
    "leave, 0 heard",
    "1 heard on 1 connection",
]


def test_a_purchase_goes_through_a_proxy_once_with_leave_after_the_tunnel(
    tls: ssl.SSLContext,
) -> None:
    """CONNECT and TLS come first; leave is asked once, for the request itself."""
    taken = http({"code": 200, "data": {"taskId": "t1"}})
    outcome, steps = asyncio.run(submitted_by_proxy(taken, tls))
    assert (outcome, steps) == (Accepted("t1"), BY_PROXY)


@pytest.mark.parametrize("trouble", ["closed", "half an answer"])
def test_a_lost_answer_behind_a_proxy_is_not_asked_for_again(
    tls: ssl.SSLContext, trouble: str
) -> None:
    """Neither the proxy's tunnel nor the request in it is tried a second time."""

    async def lose(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if trouble == "half an answer":
            writer.write(http({"code": 200, "data": {"taskId": "t1"}})[:-9])
            await writer.drain()
        writer.close()

    outcome, steps = asyncio.run(submitted_by_proxy(lose, tls))
    assert isinstance(outcome, Unclear)
    assert steps == BY_PROXY


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
    finally:
        writer.close()


# --- an address that is gone --------------------------------------------------------


@pytest.mark.parametrize("status", [403, 404, 410])
def test_a_picture_that_is_gone_is_asked_for_at_a_fresh_address(status: int) -> None:
    """The key goes to the API for it, and to no file host."""

    async def story() -> None:
        async with (
            scripted(http(PICTURE)) as fresh,
            scripted(http(status=status)) as old,
        ):
            answer = http({"code": 200, "data": f"{fresh.url}/b.png?sig=s3cret"})
            async with scripted(answer) as api:
                url = f"{old.url}/a.png"
                assert await fetched(url, kie(api.url)) == PICTURE
                (heard,) = api.heard
                assert heard.target == "/api/v1/common/download-url"
                assert heard.body == f'{{"url":"{url}"}}'.encode()
                assert heard.headers["authorization"] == f"Bearer {CANARY}"
                assert CANARY not in str([*fresh.heard, *old.heard])

    asyncio.run(story())


@pytest.mark.parametrize(
    "answer",
    [
        http({"code": 422, "msg": "url is wrong", "data": None}),
        http({"code": 200, "data": None}),
        http("<html>", status=502),
    ],
)
def test_a_picture_without_a_fresh_address_is_gone(answer: bytes) -> None:
    async def story() -> None:
        async with scripted(answer) as api, scripted(http(status=404)) as old:
            with pytest.raises(ResultError, match="not at its address any more"):
                await fetched(f"{old.url}/a.png", kie(api.url))

    asyncio.run(story())


def test_no_log_line_has_an_address(caplog: pytest.LogCaptureFixture) -> None:
    """A presigned address is a secret in itself, at every level of logging."""
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        async with scripted(http(PICTURE)) as host:
            await fetched(f"{host.url}/a.png?sig=s3cret")

    asyncio.run(story())
    assert "s3cret" not in caplog.text
