"""This file is what a bad network does to one direction of a connection, as values.

They are toxiproxy's toxics by name and by meaning
(https://github.com/Shopify/toxiproxy, README, "Toxics"), seven of eight: the eighth,
`down`, is `Proxy.down`. Seconds are those of the proxy's clock, sizes are bytes.
"""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from random import Random

    from assetgen.clock import Clock

# `Bandwidth` hands on what so many seconds bring, so that a slow line is a steady one.
TICK = 0.1


class Closed(Exception):
    """A toxic has ended the connection: orderly, or with a reset."""

    def __init__(self, *, reset: bool) -> None:
        super().__init__("reset" if reset else "closed")
        self.reset = reset


@dataclass(frozen=True, slots=True)
class Piece:
    """Some bytes, and when they arrived on the proxy's monotonic clock."""

    data: bytes
    at: float


class Line(Protocol):
    """What a toxic knows of the connection that it is in."""

    @property
    def clock(self) -> Clock:
        """The proxy's clock."""

    @property
    def random(self) -> Random:
        """The proxy's dice, thrown by its seed."""


class Toxic(Protocol):
    """One thing that happens to the bytes of one direction."""

    def flow(self, pieces: AsyncIterator[Piece], line: Line) -> AsyncIterator[Piece]:
        """Yield the bytes as they go on; raise Closed to end the connection.

        It is called when the direction's first bytes have arrived.
        """


@dataclass(frozen=True, slots=True)
class Latency:
    """Everything arrives later by so many seconds, more or less by `jitter`."""

    seconds: float
    jitter: float = 0.0

    async def flow(
        self, pieces: AsyncIterator[Piece], line: Line
    ) -> AsyncIterator[Piece]:
        """Hand on each piece when it is due; pieces never overtake each other."""
        async for piece in pieces:
            late = self.seconds + line.random.uniform(-self.jitter, self.jitter)
            await line.clock.sleep(piece.at + late - line.clock.monotonic())
            yield piece


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """No more than `rate` bytes in a second get through."""

    rate: float

    async def flow(
        self, pieces: AsyncIterator[Piece], line: Line
    ) -> AsyncIterator[Piece]:
        """Hand on what a tick brings, tick by tick."""
        size = max(1, int(self.rate * TICK))
        async for piece in pieces:
            for data in _cut(piece.data, size):
                await line.clock.sleep(len(data) / self.rate)
                yield Piece(data, piece.at)


@dataclass(frozen=True, slots=True)
class SlowClose:
    """The end of this direction is told so many seconds late."""

    seconds: float

    async def flow(
        self, pieces: AsyncIterator[Piece], line: Line
    ) -> AsyncIterator[Piece]:
        """Hand on everything, then hesitate."""
        async for piece in pieces:
            yield piece
        await line.clock.sleep(self.seconds)


@dataclass(frozen=True, slots=True)
class Timeout:
    """Nothing gets through, and the connection is closed after so many seconds.

    `math.inf` never closes it.
    """

    seconds: float = math.inf

    async def flow(
        self,
        pieces: AsyncIterator[Piece],  # noqa: ARG002  nobody will ever see them
        line: Line,
    ) -> AsyncIterator[Piece]:
        """Wait, and close."""
        while self.seconds == math.inf:
            await line.clock.sleep(60.0)
        await line.clock.sleep(self.seconds)
        raise Closed(reset=False)
        yield  # what makes this a generator


@dataclass(frozen=True, slots=True)
class ResetPeer:
    """The connection is reset so many seconds after the first bytes.

    With 0 not even those get through: upstream the server sees nothing of a request,
    downstream it has carried it out and the client never learns.
    """

    after: float = 0.0

    async def flow(
        self, pieces: AsyncIterator[Piece], line: Line
    ) -> AsyncIterator[Piece]:
        """Hand on what comes before the reset."""
        if self.after <= 0:
            raise Closed(reset=True)
        reset = asyncio.ensure_future(line.clock.sleep(self.after))
        try:
            while (piece := await _unless(reset, pieces)) is not None:
                yield piece
            await reset
        finally:
            reset.cancel()
        raise Closed(reset=True)


@dataclass(frozen=True, slots=True)
class Slicer:
    """Bytes arrive in small packets of `size`, more or less by `variation`.

    `pause` seconds lie between two of them.
    """

    size: int
    variation: int = 0
    pause: float = 0.0

    async def flow(
        self, pieces: AsyncIterator[Piece], line: Line
    ) -> AsyncIterator[Piece]:
        """Hand on slice by slice."""
        async for piece in pieces:
            rest = piece.data
            while rest:
                dice = line.random.randint(-self.variation, self.variation)
                size = max(1, self.size + dice)
                yield Piece(rest[:size], piece.at)
                rest = rest[size:]
                await line.clock.sleep(self.pause)


@dataclass(frozen=True, slots=True)
class LimitData:
    """The connection is closed after `size` bytes of this direction."""

    size: int

    async def flow(
        self,
        pieces: AsyncIterator[Piece],
        line: Line,  # noqa: ARG002  a contract
    ) -> AsyncIterator[Piece]:
        """Hand on so much, and close."""
        left = self.size
        async for piece in pieces:
            yield Piece(piece.data[:left], piece.at)
            left -= len(piece.data)
            if left <= 0:
                raise Closed(reset=False)


async def _unless(
    end: asyncio.Future[None], pieces: AsyncIterator[Piece]
) -> Piece | None:
    """Return the next piece, None if something has ended before it or it was all."""
    coming = asyncio.ensure_future(anext(pieces, None))
    either: set[asyncio.Future[Any]] = {coming, end}
    try:
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return None if end.done() else coming.result()
    finally:
        coming.cancel()


def _cut(data: bytes, size: int) -> list[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]
