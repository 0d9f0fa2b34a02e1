"""This file is the wire: sockets, one thread per connection, and answers gone wrong.

It knows HTTP/1.1 and nothing of the vendor: a host gets an `Incoming` and returns a
`Reply`, which also says how to spoil its delivery.
"""

from __future__ import annotations

import gzip
import math
import socket
import struct
import sys
import threading
import uuid
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assetgen.testing.clock import FastClock

JSON = "application/json;charset=UTF-8"
HTML = "text/html; charset=UTF-8"
TEXT = "text/plain; charset=UTF-8"
# A slow body is sent in at most so many pieces.
DRIPS = 20
JOIN_SECONDS = 5.0
# Real seconds between two looks whether to stop.
PULSE = 0.02


@dataclass(frozen=True, slots=True)
class Incoming:
    """One request; header names are lower-case."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, and how it reaches the client.

    Attributes:
        before, during: Virtual seconds until the first byte, and over the body.
        keep: Share of the body that is sent before the connection closes.
        off: How wrong `Content-Length` is.
        reset: No answer at all: the connection is reset.
    """

    body: bytes = b""
    status: int = 200
    content_type: str = JSON
    headers: tuple[tuple[str, str], ...] = ()
    before: float = 0.0
    during: float = 0.0
    keep: float = 1.0
    off: int = 0
    reset: bool = False


class Listener:
    """One port on 127.0.0.1 that answers with a host's replies until it is stopped.

    Args:
        respond: Makes the reply to a request; called in the connection's thread.
        clock: Whose seconds a reply's delays are.
        longest: Real seconds that a delay lasts at most.
        port: 0 picks a free one.
    """

    def __init__(
        self,
        respond: Callable[[Incoming], Reply],
        clock: FastClock,
        longest: Callable[[], float],
        port: int = 0,
    ) -> None:
        self.respond = respond
        self.crashes: list[BaseException] = []
        self._clock = clock
        self._longest = longest
        self._stopping = threading.Event()
        self._server = _Server(port, self)
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(PULSE,), daemon=True
        )

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Close the port and every connection; waits for their threads."""
        self._stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join(JOIN_SECONDS)
        self._server.close_all()
        self._server.server_close()

    def wait(self, seconds: float) -> bool:
        """Wait virtual seconds; False if that was cut short."""
        if seconds <= 0:
            return True
        real, longest = seconds / self._clock.speed, self._longest()
        stopped = self._stopping.wait(min(real, longest))
        return not stopped and real <= longest


class _Server(ThreadingHTTPServer):
    """The threads and sockets of one listener, all closed by `close_all`."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self, port: int, listener: Listener) -> None:
        self.listener = listener
        self.aborted: set[int] = set()
        self._open: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", port), _Connection)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 the base class's types
        thread = threading.Thread(
            target=self.process_request_thread,
            args=(request, client_address),
            daemon=True,
        )
        with self._lock:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 the base class's types
        with self._lock:
            self._open.pop(request, None)
        if id(request) in self.aborted:
            # An orderly shutdown would say goodbye first; a reset does not.
            self.aborted.discard(id(request))
            self.close_request(request)
        else:
            super().shutdown_request(request)

    def close_all(self) -> None:
        with self._lock:
            still_open = list(self._open.items())
        for request, _ in still_open:
            try:
                request.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
        for _, thread in still_open:
            thread.join(JOIN_SECONDS)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401, ARG002 the base class's types
        crash = sys.exception()
        # A client that hangs up is its own business; anything else is our bug.
        if crash is not None and not isinstance(crash, OSError):
            self.listener.crashes.append(crash)


class _Connection(BaseHTTPRequestHandler):
    """One connection, kept alive until one side closes it."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    server: _Server

    def _serve(self) -> None:
        split = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        incoming = Incoming(self.command, split.path, query, headers, body)
        self._deliver(self.server.listener.respond(incoming), headers)

    do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _serve  # noqa: N815 the base class's names

    def _deliver(self, reply: Reply, headers: Mapping[str, str]) -> None:
        wait = self.server.listener.wait
        if reply.reset or not wait(reply.before):
            self._abort()
            return
        body, extra = reply.body, list(reply.headers)
        wants_gzip = "gzip" in headers.get("accept-encoding", "")
        if wants_gzip and body and reply.content_type == JSON:
            body, extra = gzip.compress(body, 1), [*extra, ("content-encoding", "gzip")]
        sent = body[: math.ceil(len(body) * reply.keep)]
        announced = max(0, len(body) + reply.off)
        if self.command == "HEAD":
            sent = b""
        elif announced != len(sent):
            self.close_connection = True
        self._head(reply, announced, extra)
        self._drip(sent, reply.during)

    def _head(self, reply: Reply, announced: int, extra: list[tuple[str, str]]) -> None:
        self.send_response_only(reply.status)
        self.send_header("date", self.date_time_string())
        self.send_header("content-type", reply.content_type)
        self.send_header("content-length", str(announced))
        self.send_header("server", "cloudflare")
        self.send_header("cf-ray", f"{uuid.uuid4().hex[:16]}-AMS")
        self.send_header("cf-cache-status", "DYNAMIC")
        for name, value in extra:
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("connection", "close")
        self.end_headers()

    def _drip(self, body: bytes, seconds: float) -> None:
        if seconds <= 0 or not body:
            self.wfile.write(body)
            return
        size = max(1, math.ceil(len(body) / DRIPS))
        pieces = [body[at : at + size] for at in range(0, len(body), size)]
        for piece in pieces:
            self.wfile.flush()
            if not self.server.listener.wait(seconds / len(pieces)):
                self._abort()
                return
            self.wfile.write(piece)

    def _abort(self) -> None:
        """Close with a reset: no goodbye, and nothing that was not sent yet."""
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.server.aborted.add(id(self.connection))
        self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 the base class's name
        """Say nothing: the account has every call."""
