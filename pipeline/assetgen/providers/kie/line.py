"""This file is one connection to kie.ai's API: one request after the other, read whole.

It speaks httpcore2 itself. What httpx2 lays above it, addresses parsed anew and a pool
searched for its only connection, takes half of the time of a question, and a build of
a thousand pictures asks thousands (`bench/overhead.py`).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import httpcore2
import httpx2

from assetgen.providers.kie.patience import HEADERS_MOST, JSON_MOST

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Mapping, Sequence

# Seconds after which a connection that was not used is not trusted any more.
IDLE = 15.0
_GZIP = 16 + zlib.MAX_WBITS

NETWORK = (
    httpcore2.TimeoutException,
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.ProxyError,
    httpcore2.UnsupportedProtocol,
    httpcore2.ConnectionNotAvailable,
)


class TooMuch(Exception):
    """An answer is longer than any honest one."""


class Garbled(Exception):
    """The body of an answer is not what its headers say."""


@dataclass(frozen=True, slots=True)
class Whole:
    """One answer that was read to its end, its body decoded."""

    status: int
    headers: Sequence[tuple[bytes, bytes]]
    body: bytes

    def values(self, name: bytes) -> list[str]:
        """Return the values of a header, by its lower-case name."""
        return [
            value.decode("latin-1")
            for key, value in self.headers
            if key.lower() == name
        ]


class Line:
    """One connection to a host, made with its first request.

    Args:
        base: The address of the API; requests name what comes below it.
        tls: How its certificate is checked.
        proxy: The address of a proxy that leads there.
    """

    def __init__(
        self, base: httpx2.URL, tls: ssl.SSLContext, proxy: str | None
    ) -> None:
        self._base = base
        self._path = base.raw_path.rstrip(b"/")
        port = base.port or (443 if base.scheme == "https" else 80)
        origin = httpcore2.Origin(base.raw_scheme, base.raw_host, port)
        self._way: httpcore2.AsyncHTTPConnection | httpcore2.AsyncConnectionPool
        if proxy is None:
            self._way = httpcore2.AsyncHTTPConnection(
                origin, ssl_context=tls, keepalive_expiry=IDLE
            )
        else:
            self._way = httpcore2.AsyncConnectionPool(
                ssl_context=tls,
                proxy=_proxy(proxy),
                max_connections=1,
                keepalive_expiry=IDLE,
            )

    @property
    def spent(self) -> bool:
        """Whether it cannot take another request."""
        way = self._way
        if isinstance(way, httpcore2.AsyncConnectionPool):
            return False
        return way.is_closed() or not way.is_idle() or way.has_expired()

    async def exchange(
        self,
        method: bytes,
        path: bytes,
        headers: Iterable[tuple[bytes, bytes]],
        content: bytes | None,
        extensions: Mapping[str, object],
    ) -> Whole:
        """Return the whole answer to one request; it is never repeated.

        Raises one of `NETWORK`, TooMuch, Garbled or OSError.
        """
        url = httpcore2.URL(
            scheme=self._base.raw_scheme,
            host=self._base.raw_host,
            port=self._base.port,
            target=self._path + path,
        )
        own = [(b"Host", self._base.netloc), *headers]
        if content is not None:
            own.append((b"Content-Length", b"%d" % len(content)))
        request = httpcore2.Request(
            method, url, headers=own, content=content, extensions=dict(extensions)
        )
        response = await self._way.handle_async_request(request)
        try:
            return await _whole(response)
        finally:
            await response.aclose()

    async def aclose(self) -> None:
        """Hang up."""
        await self._way.aclose()


async def _whole(response: httpcore2.Response) -> Whole:
    if sum(len(name) + len(value) + 4 for name, value in response.headers) > (
        HEADERS_MOST
    ):
        raise TooMuch("its headers are too long")
    answer = Whole(response.status, response.headers, b"")
    coding = ",".join(answer.values(b"content-encoding")).strip().lower()
    if coding not in {"", "identity", "gzip"}:
        raise Garbled("its body is compressed in a way that nobody asked for")
    unpacked = zlib.decompressobj(_GZIP) if coding == "gzip" else None
    body = bytearray()
    async for piece in response.aiter_stream():
        body += _plain(piece, unpacked, JSON_MOST + 1 - len(body))
        if len(body) > JSON_MOST:
            raise TooMuch(f"it is longer than {JSON_MOST} bytes")
    return Whole(answer.status, answer.headers, bytes(body))


def _plain(piece: bytes, unpacked: zlib._Decompress | None, room: int) -> bytes:
    """Return what a piece of a body stands for, hardly more than there is room."""
    if unpacked is None:
        return piece
    try:
        return unpacked.decompress(piece, max(room, 1))
    except zlib.error:
        raise Garbled("its body is not compressed as it says") from None


def _proxy(address: str) -> httpcore2.Proxy:
    parsed = httpx2.Proxy(address)
    url = httpcore2.URL(
        scheme=parsed.url.raw_scheme,
        host=parsed.url.raw_host,
        port=parsed.url.port,
        target=parsed.url.raw_path,
    )
    return httpcore2.Proxy(url, auth=parsed.raw_auth, headers=parsed.headers.raw)
