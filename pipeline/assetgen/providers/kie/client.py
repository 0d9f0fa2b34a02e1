"""This file is the line to kie.ai's API: one purchase at most per call, all bounded.

It speaks through connections, not through a client: no redirects, cookies or retries,
no settings of its own accord, and no log line that has an address in it.
"""

from __future__ import annotations

import asyncio
import urllib.parse
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from assetgen.digest import canonical_json
from assetgen.errors import Unavailable, UsageError
from assetgen.providers.base import NotSent, Refused, Unclear
from assetgen.providers.inert import inert
from assetgen.providers.kie.line import IDLE, NETWORK, Garbled, Line, TooMuch
from assetgen.providers.kie.patience import HEADERS_MOST
from assetgen.providers.kie.reply import Reply, seconds_to_wait
from assetgen.version import VERSION

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

    import httpx2

    from assetgen.clock import Clock
    from assetgen.providers.kie.patience import Patience
    from assetgen.providers.kie.settings import KieSettings

USER_AGENT = f"assetgen/{VERSION}"

# Shorter keys than this are nobody's, and might be a part of ordinary words.
_SECRET_LEAST = 8
# So many connections to one file host are kept for the pictures that follow.
_KEPT = 8


class Client:
    """A connection to the API for the life of one build.

    Args:
        settings: Whose key, which address, which proxies.
        clock: For dates in ``Retry-After``.
        patience: How long to wait.
    """

    def __init__(self, settings: KieSettings, clock: Clock, patience: Patience) -> None:
        self.settings = settings
        self.patience = patience
        self._clock = clock
        self._lines: list[Line] = []
        self._kept: dict[str, list[httpx2.AsyncHTTPTransport]] = {}

    async def submit(
        self,
        path: str,
        payload: Mapping[str, object],
        sending: Callable[[], Awaitable[None]],
    ) -> Reply | NotSent | Refused | Unclear:
        """POST something that costs money, once, on a connection of its own.

        `sending` is awaited when the connection stands, before the first byte of the
        request; what it raises is raised, and nothing is sent. A trouble before that
        moment is NotSent, any after it is Unclear.
        """
        line = self._line()
        crossing = _Crossing(sending, self.patience)
        try:
            async with asyncio.timeout(self.patience.connect) as crossing.deadline:
                return await self._exchange(
                    line, "POST", path, payload, trace=crossing.trace
                )
        except Exception as error:
            if crossing.left:
                return Unclear(f"the answer was lost: {why(error)}")
            if error is crossing.objection or not is_network(error):
                raise
            return _not_sent(error)
        finally:
            await line.aclose()

    async def ask(
        self,
        method: str,
        path: str,
        payload: Mapping[str, object] | None = None,
        **query: str,
    ) -> Reply:
        """Ask something that may be asked again; raises Unavailable if none answers."""
        asked = f"{path}?{urllib.parse.urlencode(query)}" if query else path
        line = await self._idle_line()
        try:
            async with asyncio.timeout(self.patience.call):
                return await self._exchange(line, method, asked, payload)
        except Exception as error:
            if not is_network(error):
                raise
            raise Unavailable(f"kie.ai did not answer: {why(error)}") from error
        finally:
            self._lines.append(line)

    @asynccontextmanager
    async def lent(self, host: str) -> AsyncIterator[httpx2.AsyncHTTPTransport]:
        """Lend connections to a host: those of an earlier loan if all went well.

        They are this host's alone, since their certificate was checked for its name.
        """
        kept = self._kept.setdefault(host, [])
        transport = kept.pop() if kept else self.transport(host, idle=1)
        try:
            yield transport
        except BaseException:
            await transport.aclose()
            raise
        if len(kept) < _KEPT:
            kept.append(transport)
        else:
            await transport.aclose()

    def transport(self, host: str, *, idle: int = 0) -> httpx2.AsyncHTTPTransport:
        """Return new connections to a host, of which `idle` may be used again.

        Raises UsageError if the proxy that leads there cannot be used.
        """
        import httpx2  # noqa: PLC0415  slow to import, and only a sender needs it

        try:
            return httpx2.AsyncHTTPTransport(
                verify=self._tls,
                proxy=self.settings.proxy_for(host),
                http2=False,
                retries=0,
                limits=httpx2.Limits(
                    max_keepalive_connections=idle, keepalive_expiry=IDLE
                ),
            )
        except (ImportError, ValueError, httpx2.InvalidURL):
            raise UsageError(
                "the proxy of this environment cannot be used",
                hint="`HTTPS_PROXY` takes an address like `http://proxy.example:3128`",
            ) from None

    def redacted(self, body: bytes) -> bytes:
        """Return an answer without our key, should the vendor quote it."""
        key = (self.settings.key or "").encode()
        return body.replace(key, b"***") if len(key) >= _SECRET_LEAST else body

    async def aclose(self) -> None:
        """Close the connections that are kept."""
        lines, self._lines = self._lines, []
        kept, self._kept = self._kept, {}
        for line in lines:
            await line.aclose()
        for transport in (each for host in kept.values() for each in host):
            await transport.aclose()

    def _line(self) -> Line:
        """Return a new line to the API; raises UsageError like `transport`."""
        proxy = self.settings.proxy_for(self._base.host)
        if proxy is not None:
            self.transport(self._base.host)  # it knows which proxies can be used
        return Line(self._base, self._tls, proxy)

    async def _idle_line(self) -> Line:
        """Return a line that can take a question, one that has had others if any."""
        while self._lines:
            line = self._lines.pop()
            if not line.spent:
                return line
            await line.aclose()
        return self._line()

    @cached_property
    def _base(self) -> httpx2.URL:
        import httpx2  # noqa: PLC0415  slow to import

        return httpx2.URL(self.settings.base_url)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Certificates are a matter of the machine: SSL_CERT_FILE counts here.
        import httpx2  # noqa: PLC0415  slow to import

        return httpx2.create_ssl_context()

    @cached_property
    def _headers(self) -> list[tuple[bytes, bytes]]:
        """Our key and what else each request says; a GET wants a content type, too."""
        return [
            (b"Authorization", f"Bearer {self.settings.key}".encode()),
            (b"Content-Type", b"application/json"),
            (b"Accept", b"application/json"),
            (b"Accept-Encoding", b"gzip"),
            (b"User-Agent", USER_AGENT.encode()),
        ]

    async def _exchange(
        self,
        line: Line,
        method: str,
        path: str,
        payload: Mapping[str, object] | None,
        trace: object = None,
    ) -> Reply:
        # Half for TCP and half for TLS: httpcore2 closes the socket after a timeout of
        # its own, but leaves it open when ours cuts a handshake short.
        each = self.patience.connect / 2
        extensions: dict[str, object] = {"timeout": {"connect": each}}
        if trace is not None:
            extensions["trace"] = trace
        content = None if payload is None else canonical_json(payload)
        whole = await line.exchange(
            method.encode(), path.encode(), self._headers, content, extensions
        )
        waits = whole.values(b"retry-after")
        wait = seconds_to_wait(waits, self._clock.now()) if waits else None
        return Reply(whole.status, self.redacted(whole.body), wait)


class _Crossing:
    """One request on its way: knows whether it has left, and when it is late.

    Attributes:
        left: The first byte may be out.
        objection: What `sending` raised.
        deadline: The timeout that runs: for connecting, then for the answer.
    """

    def __init__(
        self, sending: Callable[[], Awaitable[None]], patience: Patience
    ) -> None:
        self.left = False
        self.objection: BaseException | None = None
        self.deadline: asyncio.Timeout
        self._sending = sending
        self._patience = patience

    async def trace(self, event: str, info: Mapping[str, object]) -> None:
        """Ask for leave when the headers are next; httpcore2 calls this."""
        if event != "http11.send_request_headers.started" or _is_connect(info):
            return
        self.deadline.reschedule(None)  # no deadline may interrupt the journal
        try:
            await self._sending()
        except BaseException as objection:
            self.objection = objection
            raise
        self.left = True
        self.deadline.reschedule(
            asyncio.get_running_loop().time() + self._patience.call
        )


async def read(
    response: httpx2.Response,
    most: int,
    progress: Callable[[int], None] | None = None,
) -> bytes:
    """Return a decoded body, telling its size so far to `progress`.

    Raises TooMuch if it is longer than `most` bytes, or its headers are too long.
    """
    headers = response.headers.raw
    if sum(len(name) + len(value) + 4 for name, value in headers) > HEADERS_MOST:
        raise TooMuch("its headers are too long")
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > most:
            raise TooMuch(f"it is longer than {most} bytes")
        if progress:
            progress(len(body))
    return bytes(body)


def is_network(error: Exception) -> bool:
    """Return whether an error is the network's or the other side's, not ours."""
    import httpx2  # noqa: PLC0415  loaded by whoever met the error

    ours = (httpx2.HTTPError, OSError, TooMuch, Garbled)
    return isinstance(error, (*ours, *NETWORK))


def why(error: BaseException) -> str:
    """Return the reason of a network's error in words."""
    import httpcore2  # noqa: PLC0415  loaded by whoever met the error
    import httpx2  # noqa: PLC0415  as above

    late = (TimeoutError, httpx2.TimeoutException, httpcore2.TimeoutException)
    if isinstance(error, late):
        return "it took too long"
    return inert(error) or "the connection broke"


def _not_sent(error: Exception) -> NotSent | Refused:
    import httpcore2  # noqa: PLC0415  loaded by whoever met the error

    if isinstance(error, httpcore2.ProxyError) and str(error).startswith("407"):
        return Refused(
            "the proxy asks for a user name and a password",
            hint="`HTTPS_PROXY` takes an address like `http://user:word@proxy:3128`",
        )
    return NotSent(f"kie.ai was not reached: {why(error)}")


def _is_connect(info: Mapping[str, object]) -> bool:
    """Return whether this is the request to a proxy that comes before ours."""
    return getattr(info.get("request"), "method", b"") == b"CONNECT"
