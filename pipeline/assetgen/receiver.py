"""This file is the receiver: a small HTTP server that hears callbacks during a build.

It knows one thing: a POST to an address that ends with a purchase's token. The caller
gets its answer first, then the bell is rung; nothing of the body is kept. It lives in
the build's own event loop, and whoever comes slowly, talks too much or only holds a
connection open loses it.
"""

from __future__ import annotations

import asyncio
import json
import os
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.errors import UsageError
from assetgen.providers.callback import Call, NotTheirs

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    import h11

    from assetgen.doorbell import Bell, Doorbell
    from assetgen.providers.callback import CallsBack

PORT = 8787
HEAD_MOST = 16 * 1024
READ = 64 * 1024

TAKEN = 200
NOT_FOUND, NOT_A_POST, TOO_LONG = 404, 405, 413
SAID = {
    TAKEN: "success",
    400: "bad request",
    401: "not signed by the provider",
    403: "not for web pages",
    NOT_FOUND: "nobody lives here",
    NOT_A_POST: "this is a doorbell: POST",
    TOO_LONG: "too long for a callback",
    431: "the head is too long",
}


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one caller may take.

    Attributes:
        body: Bytes of a body.
        seconds: From the connection to the end of the answer.
        callers: Connections at once; one more costs the oldest its own.
    """

    body: int = 1024 * 1024
    seconds: float = 10.0
    callers: int = 128


class Rejected(Exception):
    """A request that is answered with an error; carries the HTTP status."""

    def __init__(self, status: int) -> None:
        super().__init__(SAID[status])
        self.status = status


@asynccontextmanager
async def receiving(
    doorbells: Iterable[Doorbell], bind: str, port: int, bounds: Bounds | None = None
) -> AsyncIterator[tuple[str, int]]:
    """Listen on a port for as long as the block runs; yield where: (address, port).

    Port 0 takes a free one. Raises UsageError if it cannot listen there. Whoever is
    still connected at the end is hung up on.
    """
    callers = Callers(tuple(doorbells), bounds or Bounds())
    try:
        server = await asyncio.start_server(callers.welcome, bind, port)
    except (OSError, UnicodeError) as error:
        raise UsageError(
            f"cannot listen on `{bind}` port {port}: {_reason(error)}",
            hint="`--webhook-port` and `--webhook-bind` choose another place",
        ) from error
    try:
        host, number = server.sockets[0].getsockname()[:2]
        yield str(host), int(number)
    finally:
        server.close()
        await callers.hang_up()


class Callers:
    """Everybody who is connected, and what they are answered."""

    def __init__(self, doorbells: tuple[Doorbell, ...], bounds: Bounds) -> None:
        self._doorbells = doorbells
        self._bounds = bounds
        self._here: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def welcome(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Begin to listen to a caller; the oldest leaves if there are too many."""
        if len(self._here) >= self._bounds.callers:
            oldest, line = next(iter(self._here.items()))
            del self._here[oldest]
            oldest.cancel()
            line.transport.abort()
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._here[task] = writer
        task.add_done_callback(lambda done: self._here.pop(done, None))

    async def hang_up(self) -> None:
        """Close every connection, and return when all of them are gone."""
        tasks = list(self._here)
        for task, line in list(self._here.items()):
            task.cancel()
            line.transport.abort()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Hear one request, answer it, and hang up."""
        try:
            with suppress(OSError, TimeoutError):
                async with asyncio.timeout(self._bounds.seconds):
                    await self._converse(reader, writer)
        finally:
            writer.transport.abort()

    async def _converse(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        """Answer one request; only then is the bell rung that it is for."""
        import h11  # noqa: PLC0415  only a build that listens

        line = Line(h11.Connection(h11.SERVER, HEAD_MOST), reader, writer)
        heard: tuple[Bell, str, Call] | None = None
        try:
            heard = await self._hear(line)
            status = TAKEN
        except Rejected as rejected:
            status = rejected.status
        except NotTheirs as forgery:
            status = forgery.status
        except h11.RemoteProtocolError as error:
            status = error.error_status_hint if error.error_status_hint in SAID else 400
        try:
            await line.answer(status)
        finally:
            if heard is not None:
                bell, job, call = heard
                bell.ring(job, call)
        await line.end()

    async def _hear(self, line: Line) -> tuple[Bell, str, Call]:
        """Return whose bell a request rings, for which job, and the call itself.

        Raises Rejected, NotTheirs, or what h11 raises for what is no HTTP.
        """
        request = await line.head()
        headers = tuple(_text(request.headers))
        lengths = [value for name, value in headers if name == "content-length"]
        if any(int(length) > self._bounds.body for length in lengths):
            raise Rejected(TOO_LONG)
        if request.method != b"POST":
            raise Rejected(NOT_A_POST)
        if any(
            name == "origin" for name, _ in headers
        ):  # a browser's, never a vendor's
            raise Rejected(403)
        bell, provider = self._door(request.target)
        call = Call(headers, await line.body(self._bounds.body))
        return bell, provider.who_rings(call), call

    def _door(self, target: bytes) -> tuple[Bell, CallsBack]:
        """Return the bell that a path leads to; proxies may rewrite what is before."""
        path = target.decode("latin-1").partition("?")[0]
        token = path.rpartition("/")[2]
        for doorbell in self._doorbells:
            bell = doorbell.find(token)
            if bell is not None and doorbell.provider is not None:
                return bell, doorbell.provider
        raise Rejected(NOT_FOUND)


class Line:
    """One connection, spoken over in h11's events."""

    def __init__(
        self,
        connection: h11.Connection,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
    ) -> None:
        self._http = connection
        self._reader = reader
        self._writer = writer
        self._method = b""

    async def head(self) -> h11.Request:
        """Return the request's head; raises ConnectionError if they hang up."""
        import h11  # noqa: PLC0415  as above

        event = await self._next()
        if not isinstance(event, h11.Request):
            raise ConnectionResetError
        self._method = event.method
        return event

    async def body(self, most: int) -> bytes:
        """Return the request's body; raises Rejected if it is longer than `most`."""
        import h11  # noqa: PLC0415  as above

        if self._http.they_are_waiting_for_100_continue:
            go_on = h11.InformationalResponse(status_code=100, headers=[])
            self._writer.write(self._http.send(go_on) or b"")
        parts, length = [], 0
        while isinstance(event := await self._next(), h11.Data):
            length += len(event.data)
            if length > most:
                raise Rejected(TOO_LONG)
            parts.append(bytes(event.data))
        return b"".join(parts)

    async def answer(self, status: int) -> None:
        """Answer as kie.ai's pages show it, and say that the connection ends."""
        import h11  # noqa: PLC0415  as above

        body = json.dumps({"code": status, "msg": SAID[status]}).encode()
        headers = [
            ("content-type", "application/json"),
            ("content-length", str(len(body))),
            ("connection", "close"),
        ]
        response = h11.Response(status_code=status, headers=headers)
        shown = b"" if self._method == b"HEAD" else body
        for event in (response, h11.Data(data=shown), h11.EndOfMessage()):
            self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()

    async def end(self) -> None:
        """Let them read the answer: what is unread when we close would reset it."""
        if self._writer.can_write_eof():
            self._writer.write_eof()
        with suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                while await self._reader.read(READ):
                    pass

    async def _next(self) -> object:
        """Return the next event of theirs."""
        import h11  # noqa: PLC0415  as above

        while (event := self._http.next_event()) is h11.NEED_DATA:
            self._http.receive_data(await self._reader.read(READ))
        return event


def _text(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    """Yield headers as text."""
    for name, value in headers:
        yield name.decode("latin-1"), value.decode("latin-1")


def _reason(error: OSError | UnicodeError) -> str:
    """Return why nobody can listen, without asyncio's own words around it."""
    number = getattr(error, "errno", None) or 0
    return os.strerror(number).lower() if number > 0 else "no such address"
