"""This file is a server that has weights: asked, judged, and read to the end.

What it announces is looked at before the first byte of the body is read, and its bytes
are counted and compared with their checksum while they come. Redirects are followed,
because releases lie on other hosts than their pages, but never to where a connection
is not encrypted.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assetgen.errors import Damaged, Unavailable, UsageError
from assetgen.images.cutout.reaching import client_for
from assetgen.images.cutout.weights import tally_of
from assetgen.providers.kie.settings import is_loopback
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import httpx2

    from assetgen.digest import Tally
    from assetgen.images.cutout.wanted import Wish

MOST = 2 << 30  # bytes: the largest network of rembg has half of that
REDIRECTS_MOST = 5
QUIET = 30.0  # seconds without a byte
KIB = 1024
STALL = 60  # seconds in which so many KiB must come, or it is given up

OK = 200
REDIRECTS = frozenset({301, 302, 303, 307, 308})
LATER = frozenset({408, 425, 429})
SERVER_FAULTS = 500
PAGES = frozenset({"text/html", "application/xhtml+xml"})
MIRRORS = "run it again, or name a mirror with `--from URL`"
HEADERS = {
    "User-Agent": f"assetgen/{VERSION}",
    "Accept": "application/octet-stream, */*;q=0.5",
    "Accept-Encoding": "identity",
}


@contextmanager
def answering(wish: Wish, environment: Mapping[str, str]) -> Iterator[httpx2.Response]:
    """Yield an answer that has the weights, its body unread, after redirects.

    Whatever the network does while the block reads it raises Unavailable.
    """
    import httpx2  # noqa: PLC0415  slow to import

    url = httpx2.URL(wish.address)
    try:
        for _ in range(REDIRECTS_MOST + 1):
            with (
                client_for(url.host, environment, QUIET) as client,
                client.stream("GET", url, headers=HEADERS) as response,
            ):
                if response.status_code not in REDIRECTS:
                    _judge(response, wish)
                    yield response
                    return
                url = _target(url, response.headers.get("location", ""))
    except httpx2.HTTPError as error:
        from assetgen.providers.kie.client import why  # noqa: PLC0415  slow to import

        message = f"`{wish.name}` did not come from `{url.host}`: {why(error)}"
        raise Unavailable(message, hint=MIRRORS) from error
    raise Damaged(f"`{url.host}` redirects over {REDIRECTS_MOST} times")


def _target(url: httpx2.URL, location: str) -> httpx2.URL:
    """Return where a redirect leads; raises Damaged if it may not lead there."""
    import httpx2  # noqa: PLC0415  slow to import

    try:
        target = url.join(location)
    except httpx2.InvalidURL:
        target = url.copy_with(host="")
    if not location or not target.host or target.userinfo:
        raise Damaged(f"`{url.host}` redirects nowhere")
    local = is_loopback(url.host) and is_loopback(target.host)
    if target.scheme != "https" and not (url.scheme == target.scheme and local):
        raise Damaged(f"`{url.host}` redirects to an unencrypted address")
    if is_loopback(target.host) and not local:
        raise Damaged(f"`{url.host}` redirects to this machine")
    return target


def _judge(response: httpx2.Response, wish: Wish) -> None:
    """Raise what an answer other than a file means."""
    status, host = response.status_code, response.url.host
    if status in LATER or status >= SERVER_FAULTS:
        message = f"`{host}` does not serve `{wish.name}` now (HTTP {status})"
        raise Unavailable(message, hint=MIRRORS)
    if status != OK:
        hint = "look at the address after `--from`" if wish.mirror else MIRRORS
        message = f"`{host}` does not serve `{wish.name}` (HTTP {status})"
        raise UsageError(message, hint=hint)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in PAGES:
        raise Damaged(
            f"`{host}` answers with a web page in place of `{wish.name}`",
            hint="does this network want you to log in first?",
        )
    coding = response.headers.get("content-encoding", "identity").strip().lower()
    if coding not in {"", "identity"}:
        raise Damaged(
            f"`{host}` sends `{wish.name}` compressed, which nobody asked for"
        )


def size_of(response: httpx2.Response) -> int:
    """Return how many bytes an answer announces, which must be so many as can be."""
    host, text = response.url.host, response.headers.get("content-length", "")
    if not text.isascii() or not text.isdecimal():
        message = f"`{host}` does not say how large the file is"
        hint = "nothing is fetched without an end that is known; take another mirror"
        raise UsageError(message, hint=hint)
    size = int(text[:20])
    if not 0 < size <= MOST:
        raise Damaged(f"`{host}` announces {size:,} bytes, and no model has that many")
    return size


def poured(
    response: httpx2.Response,
    wish: Wish,
    size: int,
    write: Callable[[bytes], None],
    progress: Callable[[int], None],
) -> Tally:
    """Write a body of so many bytes down while it comes, and return its names.

    Raises Unavailable if it comes too slowly, Damaged if it is not what it should be.
    """
    tally, got, host = tally_of(wish.name), 0, response.url.host
    if size_of(response) != size:
        raise Damaged(f"`{host}` has another file than a moment ago")
    goal, until = STALL * KIB, time.monotonic() + STALL
    for piece in response.iter_raw():
        got += len(piece)
        if got > size:
            raise Damaged(f"`{host}` sends more than it announced")
        write(piece)
        tally.add(piece)
        progress(got)
        if got >= goal:
            goal, until = got + STALL * KIB, time.monotonic() + STALL
        elif time.monotonic() > until:
            message = f"`{host}` sends `{wish.name}` too slowly to wait for it"
            raise Unavailable(message, hint=MIRRORS)
    if not wish.checks <= tally.names:
        expected = ", ".join(sorted(wish.checks))
        raise Damaged(
            f"`{host}` sent another file than `{wish.name}`: expected {expected},"
            f" got {', '.join(sorted(tally.names))}",
            hint="nothing is left of it",
        )
    return tally
