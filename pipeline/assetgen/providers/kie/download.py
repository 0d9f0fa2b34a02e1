"""This file is fetching one finished picture: bounded, complete, from where it may be.

No key, cookie or credential goes to a file host, and no address is ever logged: a
presigned one is a secret in itself.
"""

from __future__ import annotations

import asyncio
import ipaddress
from typing import TYPE_CHECKING

from assetgen.errors import ResultError, Unavailable
from assetgen.providers.inert import inert
from assetgen.providers.kie.address import check_url, resolved
from assetgen.providers.kie.client import USER_AGENT, is_network, read, why
from assetgen.providers.kie.line import TooMuch
from assetgen.providers.kie.patience import (
    KIB,
    PICTURE_MOST,
    REDIRECTS_MOST,
)

if TYPE_CHECKING:
    import httpx2

    from assetgen.providers.kie.client import Client

_OK = 200
_GONE = frozenset({403, 404, 410})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_LATER = frozenset({408, 425, 429})
_SERVER_FAULTS = 500
_ADDRESSES_MOST = 4


class Gone(ResultError):
    """The address answers that there is no picture, or not any more."""


async def download(address: str, client: Client) -> bytes:
    """Return the bytes behind an address, all of them.

    Raises Gone if there is nothing (any more), ResultError if the address may not be
    used or brings too much or nothing, Unavailable for what may pass: the network, a
    server's fault, a picture cut short.
    """
    url = _parsed(address)
    try:
        async with asyncio.timeout(client.patience.download):
            for _ in range(REDIRECTS_MOST + 1):
                found = await _Hop(url, client).fetch()
                if isinstance(found, bytes):
                    return found
                url = found
    except TooMuch as error:
        raise ResultError(f"the picture cannot be fetched: {error}") from error
    except Exception as error:
        if not is_network(error):
            raise
        raise Unavailable(f"the picture was not fetched: {why(error)}") from error
    raise ResultError(f"the picture's address redirects over {REDIRECTS_MOST} times")


class _Hop:
    """One request on the way to a picture; its clock stops a download that stalls."""

    def __init__(self, url: httpx2.URL, client: Client) -> None:
        self._url = url
        self._client = client
        self._stall = client.patience.stall

    async def fetch(self) -> bytes | httpx2.URL:
        """Return the picture, or where to look next."""
        check_url(self._url, loopback=self._client.settings.loopback)
        async with (
            asyncio.timeout(self._stall) as window,
            self._client.lent(self._url.host) as transport,
        ):
            response = await self._open(transport)
            try:
                target = self._judge(response)
                return target or await self._read(response, window)
            finally:
                await response.aclose()

    async def _open(self, transport: httpx2.AsyncHTTPTransport) -> httpx2.Response:
        """Return the answer of the first checked address that can be connected to."""
        import httpx2  # noqa: PLC0415  slow to import

        settings = self._client.settings
        if settings.proxy_for(self._url.host):
            # The proxy resolves the name, so it is the one to guard what lies inside.
            return await transport.handle_async_request(self._request(None, 1))
        addresses = await resolved(self._url, loopback=settings.loopback)
        *others, last = addresses[:_ADDRESSES_MOST]
        for address in others:
            request = self._request(address, len(others) + 1)
            try:
                return await transport.handle_async_request(request)
            except (httpx2.ConnectError, httpx2.ConnectTimeout):
                continue
        return await transport.handle_async_request(
            self._request(last, len(others) + 1)
        )

    def _request(self, address: str | None, tries: int) -> httpx2.Request:
        """Return the request, to an address in place of the name if one is given."""
        import httpx2  # noqa: PLC0415  slow to import

        connect = self._client.patience.connect / tries
        url = self._url if address is None else self._url.copy_with(host=address)
        extensions: dict[str, object] = {"timeout": {"connect": connect}}
        if not _is_number(self._url.host):
            extensions["sni_hostname"] = self._url.raw_host.decode("ascii")
        return httpx2.Request(
            "GET",
            url,
            headers={
                "Host": self._url.netloc.decode("ascii"),
                "User-Agent": USER_AGENT,
                "Accept": "image/*,*/*;q=0.5",
                "Accept-Encoding": "identity",
            },
            extensions=extensions,
        )

    def _judge(self, response: httpx2.Response) -> httpx2.URL | None:
        """Return where a redirect points, None for a picture; raise for the rest."""
        status = response.status_code
        if status in _REDIRECTS:
            return self._target(response.headers.get("location", ""))
        if status in _GONE:
            raise Gone(f"the picture is not at its address any more (HTTP {status})")
        if status in _LATER or status >= _SERVER_FAULTS:
            raise Unavailable(f"the file host does not serve now (HTTP {status})")
        if status != _OK:
            raise ResultError(
                f"the file host does not serve the picture (HTTP {status})"
            )
        return None

    def _target(self, location: str) -> httpx2.URL:
        target = self._url.join(_parsed(location)) if location else None
        if target is None:
            raise ResultError("the file host redirects nowhere")
        if self._url.scheme == "https" and target.scheme != "https":
            raise ResultError("the file host redirects to an unencrypted address")
        return target

    async def _read(self, response: httpx2.Response, window: asyncio.Timeout) -> bytes:
        """Return the body; every `stall` seconds must bring that many KiB."""
        now = asyncio.get_running_loop().time
        goal = self._stall * KIB

        def progress(size: int) -> None:
            nonlocal goal
            if size >= goal:
                goal = size + self._stall * KIB
                window.reschedule(now() + self._stall)

        body = await read(response, PICTURE_MOST, progress)
        if not body:
            raise ResultError("the file host served an empty picture")
        return body


def _parsed(address: str) -> httpx2.URL:
    import httpx2  # noqa: PLC0415  slow to import

    try:
        return httpx2.URL(address)
    except httpx2.InvalidURL:
        raise ResultError(
            f"the picture's address is not one: {inert(address, limit=40)}"
        ) from None


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
