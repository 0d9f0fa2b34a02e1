"""This file is a bad network on this machine: a TCP proxy that can be made to fail.

It stands between a client and a server, knows nothing of what they say, and does to
their bytes what it is told::

    from assetgen.testing.proxy import LimitData, Proxy, ResetPeer

    with KieServer() as server, Proxy(server.url) as proxy:
        proxy.on("downstream", ResetPeer(), where="createTask", times=1)
        proxy.on("upstream", LimitData(100), share=0.1)
        ...                                  # run the code under test at proxy.url
        assert len(proxy.met) == 1

A connection's toxics are chosen once per direction, when its first bytes arrive, and
stay; `cut` ends what is open, so that the next connections meet what is new.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Self, TypeVar
from urllib.parse import urlsplit

from assetgen.clock import SystemClock
from assetgen.testing.toxics import (
    Bandwidth,
    Closed,
    Latency,
    LimitData,
    Piece,
    ResetPeer,
    Slicer,
    SlowClose,
    Timeout,
    Toxic,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Coroutine

    from assetgen.clock import Clock

__all__ = [
    "Bandwidth",
    "Latency",
    "LimitData",
    "Met",
    "Proxy",
    "ResetPeer",
    "Slicer",
    "SlowClose",
    "Stream",
    "Timeout",
    "Toxic",
]

T = TypeVar("T")
Stream = Literal["upstream", "downstream"]

MOST = 65536
# So many pieces wait in the proxy; more stay with the sender.
ROOM = 64
BACKLOG = 512
# Real seconds for what takes milliseconds unless something is broken.
LONGEST = 10.0


@dataclass(frozen=True, slots=True)
class Met:
    """One direction of one connection that met a toxic; connections count from 1."""

    connection: int
    stream: Stream
    toxic: Toxic


@dataclass(frozen=True, slots=True)
class _Rule:
    stream: Stream
    toxic: Toxic
    where: bytes
    left: int | None
    share: float


class Proxy:
    """A port on this machine that leads to another one; `with` starts and stops it.

    Args:
        upstream: Where it leads: ``http://127.0.0.1:1234`` or ``127.0.0.1:1234``.
        clock: Whose seconds the toxics take; a test server's, or the machine's.
        seed: Of the dice for `share`, `jitter` and `variation`.

    Attributes:
        url: Where it is; like `upstream`, with or without ``http://``.
        port: Its port.
    """

    def __init__(
        self, upstream: str, *, clock: Clock | None = None, seed: int = 0
    ) -> None:
        scheme, found, address = upstream.rpartition("://")
        parts = urlsplit(f"//{address}")
        if parts.hostname is None or parts.port is None:
            raise ValueError(f"a proxy leads to a host and a port, not to {upstream!r}")
        self._target = (parts.hostname, parts.port)
        self._clock = clock or SystemClock()
        self._random = random.Random(seed)  # noqa: S311  dice
        # It never listens: it keeps the port ours while the proxy is down.
        self._place = _bound(0)
        self.port: int = self._place.getsockname()[1]
        self.url = f"{scheme}{found}127.0.0.1:{self.port}"
        self._lock = threading.Lock()
        self._rules: list[_Rule] = []
        self._met: list[Met] = []
        self._count = 0
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._loop: asyncio.AbstractEventLoop
        self._listening: socket.socket | None = None
        self._open: set[asyncio.Task[None]] = set()

    # --- what will happen -------------------------------------------------------

    def on(
        self,
        stream: Stream,
        toxic: Toxic,
        *,
        where: str = "",
        times: int | None = None,
        share: float = 1.0,
    ) -> None:
        """Let connections meet a toxic from now on; of several, each does its part.

        Args:
            stream: ``upstream`` is what the client says, ``downstream`` the answer.
            toxic: What happens.
            where: Only where the client's first bytes hold this text. A client that
                uses connections again is known by its first request alone.
            times: So many connections, None for all.
            share: The chance of each.
        """
        if stream not in ("upstream", "downstream"):
            raise ValueError(f"there is no stream {stream!r}")
        with self._lock:
            self._rules.append(_Rule(stream, toxic, where.encode(), times, share))

    def calm(self) -> None:
        """Forget all toxics; connections that have met one keep it."""
        with self._lock:
            self._rules.clear()

    def cut(self) -> None:
        """Reset all open connections."""
        self._ask(self._cut())

    def down(self) -> None:
        """Refuse connections and reset the open ones: nobody is there."""
        self._ask(self._close())

    def up(self) -> None:
        """Accept connections again, at the same address."""
        self._ask(self._listen())

    # --- what has happened ------------------------------------------------------

    @property
    def met(self) -> tuple[Met, ...]:
        """Return every meeting with a toxic so far."""
        with self._lock:
            return tuple(self._met)

    @property
    def connections(self) -> int:
        """Return how many connections were accepted so far."""
        with self._lock:
            return self._count

    def start(self) -> None:
        """Begin to accept connections."""
        self._thread.start()
        self._started.wait(LONGEST)
        self.up()

    def stop(self) -> None:
        """Close the port and every connection."""
        if self._thread.is_alive():
            self.down()
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(LONGEST)
        self._place.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- inside its thread ------------------------------------------------------

    def _run(self) -> None:
        with asyncio.Runner() as runner:
            self._loop = runner.get_loop()
            self._loop.call_soon(self._started.set)
            self._loop.run_forever()

    def _ask(self, work: Coroutine[object, object, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(LONGEST)

    async def _listen(self) -> None:
        if self._listening is None:
            port = _bound(self.port)
            port.listen(BACKLOG)
            self._listening = port
            # Not sock_accept: cancelled at the wrong moment, it loses a connection.
            asyncio.get_running_loop().add_reader(port, self._accept, port)

    async def _close(self) -> None:
        if self._listening is not None:
            asyncio.get_running_loop().remove_reader(self._listening)
            self._listening.close()
            self._listening = None
        await self._cut()

    async def _cut(self) -> None:
        for task in (tasks := list(self._open)):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def _accept(self, port: socket.socket) -> None:
        try:
            client, _ = port.accept()
        except OSError:  # whoever wanted in has thought better of it
            return
        with self._lock:
            self._count += 1
            number = self._count
        task = asyncio.get_running_loop().create_task(self._serve(number, client))
        self._open.add(task)
        task.add_done_callback(self._open.discard)
        # One that is cancelled before it has begun closes nothing by itself.
        task.add_done_callback(lambda _: client.close())

    async def _serve(self, number: int, client: socket.socket) -> None:
        """Carry one connection until both directions have ended, or one breaks."""
        server = socket.socket()
        both = (client, server)
        for side in both:
            side.setblocking(False)  # noqa: FBT003  its only parameter
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        reset = True
        try:
            await asyncio.get_running_loop().sock_connect(server, self._target)
            link = _Link(self, number)
            async with asyncio.TaskGroup() as group:
                group.create_task(link.carry(client, server, "upstream"))
                group.create_task(link.carry(server, client, "downstream"))
            reset = False
        except* Closed as ends:
            reset = any(isinstance(e, Closed) and e.reset for e in ends.exceptions)
        except* OSError:
            reset = True  # one side did, so the other hears of it
        finally:
            for side in both:
                _end(side, reset=reset)

    def choose(self, number: int, stream: Stream, head: bytes) -> list[Toxic]:
        """Return what a direction of a connection meets, and remember it."""
        chosen: list[Toxic] = []
        with self._lock:
            for at, rule in enumerate(self._rules):
                fits = rule.stream == stream and rule.where in head and rule.left != 0
                if fits and self._random.random() < rule.share:
                    left = None if rule.left is None else rule.left - 1
                    self._rules[at] = replace(rule, left=left)
                    self._met.append(Met(number, stream, rule.toxic))
                    chosen.append(rule.toxic)
        return chosen

    @property
    def clock(self) -> Clock:
        """The clock of the toxics."""
        return self._clock

    @property
    def random(self) -> random.Random:
        """The dice of the toxics."""
        return self._random


class _Link:
    """One connection: two directions, and what the client said first."""

    def __init__(self, proxy: Proxy, number: int) -> None:
        self._proxy = proxy
        self._number = number
        self._head = b""

    async def carry(
        self, source: socket.socket, target: socket.socket, stream: Stream
    ) -> None:
        """Carry one direction to its end, and tell the other side of the end."""
        queue: asyncio.Queue[Piece | None] = asyncio.Queue(ROOM)
        reading = asyncio.create_task(self._read(source, queue))
        try:
            first = await queue.get()
            if first is not None:
                if stream == "upstream":
                    self._head = first.data
                async for piece in self._flow(first, queue, stream):
                    await asyncio.get_running_loop().sock_sendall(target, piece.data)
            await reading  # raises what ended it, such as a reset
            with contextlib.suppress(OSError):
                target.shutdown(socket.SHUT_WR)
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)

    def _flow(
        self, first: Piece, queue: asyncio.Queue[Piece | None], stream: Stream
    ) -> AsyncIterator[Piece]:
        """Return the pieces of a direction as its toxics leave them."""
        pieces = _pieces(first, queue)
        for toxic in self._proxy.choose(self._number, stream, self._head):
            pieces = toxic.flow(pieces, self._proxy)
        return pieces

    async def _read(
        self, source: socket.socket, queue: asyncio.Queue[Piece | None]
    ) -> None:
        """Put what arrives into the queue, and None when that was all."""
        try:
            while data := await asyncio.get_running_loop().sock_recv(source, MOST):
                await queue.put(Piece(data, self._proxy.clock.monotonic()))
        except OSError:
            await queue.put(None)
            raise
        await queue.put(None)


async def _pieces(
    first: Piece, queue: asyncio.Queue[Piece | None]
) -> AsyncIterator[Piece]:
    piece: Piece | None = first
    while piece is not None:
        yield piece
        piece = await queue.get()


def _bound(port: int) -> socket.socket:
    """Return a socket at a port of this machine that two of ours may share."""
    bound = socket.socket()
    bound.setblocking(False)  # noqa: FBT003  its only parameter
    shared = getattr(socket, "SO_REUSEPORT", None)
    bound.setsockopt(socket.SOL_SOCKET, shared or socket.SO_REUSEADDR, 1)
    bound.bind(("127.0.0.1", port))
    return bound


def _end(side: socket.socket, *, reset: bool) -> None:
    """Close one side: with a reset, or with a goodbye that is not lost."""
    with contextlib.suppress(OSError):
        if reset:
            linger = struct.pack("ii", 1, 0)
            side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        else:
            side.shutdown(socket.SHUT_RDWR)
    side.close()
