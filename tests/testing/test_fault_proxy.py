"""The fault proxy: each toxic in both directions, over real sockets."""

from __future__ import annotations

import math
import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest

from assetgen.testing.clock import FastClock
from assetgen.testing.proxy import (
    Bandwidth,
    Latency,
    LimitData,
    Proxy,
    ResetPeer,
    Slicer,
    SlowClose,
    Timeout,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.testing.proxy import Stream

STREAMS: tuple[Stream, ...] = ("upstream", "downstream")
both = pytest.mark.parametrize("stream", STREAMS)
HELLO = b"hello there, "
SPEED = 100.0  # so 20 s of a toxic are 0.2 s of ours


class Echo:
    """A server that says again what it hears, and remembers it."""

    def __init__(self) -> None:
        self.heard = bytearray()
        self.packets: list[int] = []
        self.ends: list[str] = []
        self._port = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._port.getsockname()[1]}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._port.accept()
                thread = threading.Thread(target=self._serve, args=(client,))
                self._threads.append(thread)
                thread.start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            try:
                while data := client.recv(65536):
                    self.heard += data
                    self.packets.append(len(data))
                    client.sendall(data)
                self.ends.append("goodbye")
            except OSError:
                self.ends.append("reset")

    def close(self) -> None:
        """End; every client must have hung up."""
        self._port.shutdown(socket.SHUT_RDWR)
        self._port.close()
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive()


@pytest.fixture
def echo() -> Iterator[Echo]:
    """Run an echo."""
    server = Echo()
    yield server
    server.close()


@pytest.fixture
def proxy(echo: Echo) -> Iterator[Proxy]:
    """Run a proxy before it, whose seconds are 10 ms long."""
    with Proxy(echo.address, clock=FastClock(SPEED)) as proxy:
        yield proxy


@contextmanager
def client(proxy: Proxy) -> Iterator[socket.socket]:
    """Connect to the proxy."""
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=20) as made:
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        yield made


def all_of(connection: socket.socket) -> bytes:
    """Return what comes until the other side says goodbye."""
    found = bytearray()
    while data := connection.recv(65536):
        found += data
    return bytes(found)


def said(proxy: Proxy, words: bytes = HELLO) -> tuple[bytes, float]:
    """Say something, hang up, and return what came back in how many real seconds."""
    began = time.monotonic()
    with client(proxy) as made:
        made.sendall(words)
        with suppress(OSError):  # a reset that has come already is met by reading
            made.shutdown(socket.SHUT_WR)
        return all_of(made), time.monotonic() - began


def test_without_toxics_everything_gets_through(proxy: Proxy, echo: Echo) -> None:
    words = bytes(range(256)) * 4096  # more than any buffer between holds at once
    with client(proxy) as made:
        sender = threading.Thread(target=lambda: _all_said(made, words))
        sender.start()
        found = all_of(made)
        sender.join()
    assert (found, bytes(echo.heard)) == (words, words)
    assert (proxy.connections, proxy.met) == (1, ())


def _all_said(made: socket.socket, words: bytes) -> None:
    made.sendall(words)
    made.shutdown(socket.SHUT_WR)


@both
def test_latency_delays_everything_and_loses_nothing(
    proxy: Proxy, stream: Stream
) -> None:
    proxy.on(stream, Latency(20, jitter=2))
    found, seconds = said(proxy)
    assert found == HELLO
    assert seconds >= 18 / SPEED


@both
def test_pieces_that_are_late_are_late_together(
    proxy: Proxy, echo: Echo, stream: Stream
) -> None:
    """Latency is no bandwidth: ten pieces take one delay, not ten."""
    proxy.on(stream, Latency(50))
    arrived: list[float] = []
    with client(proxy) as made:
        for _ in range(10):
            made.sendall(b"x")
            time.sleep(0.01)
        while len(arrived) < 10:
            arrived += [time.monotonic()] * len(made.recv(10))
    assert bytes(echo.heard) == b"x" * 10
    # One after the other, the last would be nine whole delays behind the first.
    assert arrived[-1] - arrived[0] < 9 * 50 / SPEED


@both
def test_bandwidth_bounds_bytes_per_second(proxy: Proxy, stream: Stream) -> None:
    proxy.on(stream, Bandwidth(1000))
    found, seconds = said(proxy, b"x" * 20_000)
    assert len(found) == 20_000
    assert seconds >= 20 / SPEED


@both
def test_slow_close_delays_the_goodbye_alone(
    proxy: Proxy, echo: Echo, stream: Stream
) -> None:
    proxy.on(stream, SlowClose(30))
    with client(proxy) as made:
        made.sendall(HELLO)
        heard = made.recv(100)
        began = time.monotonic()
        made.shutdown(socket.SHUT_WR)
        assert all_of(made) == b""
        assert time.monotonic() - began >= 30 / SPEED
    assert heard == bytes(echo.heard) == HELLO


@both
def test_a_timeout_swallows_everything_and_closes(
    proxy: Proxy, echo: Echo, stream: Stream
) -> None:
    proxy.on(stream, Timeout(20))
    with client(proxy) as made:
        began = time.monotonic()
        made.sendall(HELLO)
        assert all_of(made) == b""
        assert time.monotonic() - began >= 20 / SPEED
    assert bytes(echo.heard) == (b"" if stream == "upstream" else HELLO)


@both
def test_a_timeout_without_end_is_silence(proxy: Proxy, stream: Stream) -> None:
    proxy.on(stream, Timeout(math.inf))
    with client(proxy) as made:
        made.sendall(HELLO)
        made.settimeout(0.3)
        with pytest.raises(TimeoutError):
            made.recv(1)


@both
def test_a_reset_is_one_and_the_answer_is_lost(
    proxy: Proxy, echo: Echo, stream: Stream
) -> None:
    """Upstream nobody heard the question, downstream nobody hears the answer."""
    proxy.on(stream, ResetPeer())
    with pytest.raises(ConnectionResetError):
        said(proxy)
    assert bytes(echo.heard) == (b"" if stream == "upstream" else HELLO)


@both
def test_a_reset_may_come_later(proxy: Proxy, echo: Echo, stream: Stream) -> None:
    proxy.on(stream, ResetPeer(after=30))
    with client(proxy) as made:
        made.sendall(HELLO)
        found = made.recv(100) if stream == "downstream" else HELLO
        with pytest.raises(ConnectionResetError):
            all_of(made)
    assert bytes(echo.heard) == found == HELLO


@both
def test_a_slicer_cuts_into_small_packets(
    proxy: Proxy, echo: Echo, stream: Stream
) -> None:
    proxy.on(stream, Slicer(100, variation=20, pause=0.5))
    packets: list[int] = []
    with client(proxy) as made:
        made.sendall(b"x" * 3000)
        made.shutdown(socket.SHUT_WR)
        while data := made.recv(65536):
            packets.append(len(data))
    assert sum(packets) == 3000
    # Packets may arrive together where the machine is busy, but not all of them.
    assert len(echo.packets if stream == "upstream" else packets) > 3


@both
def test_limited_data_closes_after_so_many_bytes(
    proxy: Proxy, echo: Echo, stream: Stream
) -> None:
    proxy.on(stream, LimitData(5))
    with client(proxy) as made:
        made.sendall(HELLO)
        with suppress(ConnectionResetError):
            found = all_of(made)
            # Upstream, what was heard may be answered before the end is noticed.
            assert found == HELLO[:5] or (stream == "upstream" and not found)
    _ended(echo)
    assert bytes(echo.heard) == (HELLO[:5] if stream == "upstream" else HELLO)


def test_down_refuses_and_resets_and_up_is_at_the_same_place(
    proxy: Proxy, echo: Echo
) -> None:
    with client(proxy) as made:
        made.sendall(HELLO)
        assert made.recv(100) == HELLO
        proxy.down()
        with pytest.raises(ConnectionResetError):
            made.recv(100)
    for _ in range(2):  # twice down is down
        with pytest.raises(ConnectionRefusedError), client(proxy):
            pass
        proxy.down()
    proxy.up()
    proxy.up()
    assert said(proxy)[0] == HELLO
    _ended(echo, 2)
    assert "reset" in echo.ends


def test_toxics_add_up_and_calm_ends_them(proxy: Proxy) -> None:
    proxy.on("upstream", Latency(10))
    proxy.on("upstream", Slicer(1))
    proxy.on("downstream", Latency(10))
    found, seconds = said(proxy)
    assert found == HELLO
    assert seconds >= 20 / SPEED
    assert [met.toxic for met in proxy.met] == [Latency(10), Slicer(1), Latency(10)]
    proxy.calm()
    said(proxy)
    assert len(proxy.met) == 3


def test_a_toxic_is_aimed_by_the_first_words_and_counted(proxy: Proxy) -> None:
    proxy.on("downstream", ResetPeer(), where="gold", times=1)
    assert said(proxy, b"a coin")[0] == b"a coin"
    with pytest.raises(ConnectionResetError):
        said(proxy, b"a gold coin")
    assert said(proxy, b"a gold coin")[0] == b"a gold coin"
    assert [(met.connection, met.stream) for met in proxy.met] == [(2, "downstream")]


def test_a_share_of_connections_meets_a_toxic(echo: Echo) -> None:
    def met(seed: int) -> list[int]:
        with Proxy(echo.address, seed=seed) as proxy:
            proxy.on("upstream", Slicer(100), share=0.5)
            for _ in range(40):
                said(proxy)
            return [each.connection for each in proxy.met]

    assert met(1) == met(1)
    assert 5 < len(met(1)) < 35


def test_cut_resets_what_is_open_and_nothing_later(proxy: Proxy) -> None:
    with client(proxy) as made:
        made.sendall(HELLO)
        assert made.recv(100) == HELLO
        proxy.cut()
        with pytest.raises(ConnectionResetError):
            made.recv(100)
    assert said(proxy)[0] == HELLO


def test_a_client_that_resets_is_heard_behind_the_proxy(
    proxy: Proxy, echo: Echo
) -> None:
    with client(proxy) as made:
        made.sendall(HELLO)
        assert made.recv(100) == HELLO
        made.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    _ended(echo)
    assert echo.ends == ["reset"]


def test_a_server_that_is_not_there_is_a_reset() -> None:
    with socket.create_server(("127.0.0.1", 0)) as port:
        address = f"127.0.0.1:{port.getsockname()[1]}"
    with Proxy(address) as proxy, pytest.raises(ConnectionResetError):
        said(proxy)


def test_stopping_ends_a_silence(echo: Echo) -> None:
    with Proxy(echo.address) as proxy:
        proxy.on("downstream", Timeout())
        made = socket.create_connection(("127.0.0.1", proxy.port), timeout=20)
        made.sendall(HELLO)
        while not proxy.met:
            time.sleep(0.01)
    with made, pytest.raises(ConnectionResetError):
        made.recv(1)


@pytest.mark.parametrize("address", ["", "here", "http://here", "127.0.0.1"])
def test_an_address_without_a_port_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="leads to a host and a port"):
        Proxy(address)


def test_a_stream_has_one_of_two_names(proxy: Proxy) -> None:
    with pytest.raises(ValueError, match="no stream"):
        proxy.on("sideways", Timeout())  # type: ignore[arg-type]


def _ended(echo: Echo, clients: int = 1) -> None:
    """Wait until so many of the echo's clients have hung up."""
    end = time.monotonic() + 20
    while len(echo.ends) < clients:
        assert time.monotonic() < end
        time.sleep(0.01)
