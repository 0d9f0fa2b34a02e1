"""This file is a server that has weights, and a network small enough to be served."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Self

import onnx
from onnx import TensorProto, helper

from assetgen.digest import digest_bytes
from assetgen.testing.clock import FastClock
from assetgen.testing.kie.transport import Incoming, Listener, Reply

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator
    from pathlib import Path

SIDE = 320
FILE = "application/octet-stream"


def network() -> bytes:
    """Return an ONNX model whose answer is how dark a pixel is."""
    graph = helper.make_graph(
        [
            helper.make_node("ReduceMean", ["x"], ["m"], axes=[1], keepdims=1),
            helper.make_node("Neg", ["m"], ["y"]),
        ],
        "darkness",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, SIDE, SIDE])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 1, SIDE, SIDE])],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 8
    onnx.checker.check_model(model)
    return model.SerializeToString()


MODEL = network()
DIGEST = digest_bytes(MODEL)
PULLED = ["models/u2netp/u2netp.onnx", "models/u2netp/u2netp.onnx.sha256"]


def files(folder: Path) -> list[str]:
    """Return every file below a folder, hidden ones too."""
    found = folder.rglob("*")
    return sorted(str(each.relative_to(folder)) for each in found if each.is_file())


class WeightsServer:
    """A host of files on this machine; `with` starts and stops it.

    Attributes:
        replies: What is answered below each path; anything else is 404.
        asked: Every path that was asked for, in order.
        url: Where it is, without a slash at its end.
    """

    def __init__(self, **files: bytes) -> None:
        self.replies = {
            f"/{name}": Reply(data, 200, FILE) for name, data in files.items()
        }
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._listener = Listener(self._respond, FastClock(1.0), lambda: 30.0, 0)
        self.url = f"http://127.0.0.1:{self._listener.port}"

    def own(self, name: str = "dark.onnx") -> tuple[str, ...]:
        """Return the options that pull the test's network from here."""
        return "--from", f"{self.url}/{name}", "--sha256", DIGEST

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Answer with TLS from now on."""
        server = self._listener._server  # noqa: SLF001  nobody else needs TLS there
        server.socket = context.wrap_socket(server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def __enter__(self) -> Self:
        self._listener.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.stop()

    def _respond(self, incoming: Incoming) -> Reply:
        self.asked.append(incoming.path)
        self.headers.append(dict(incoming.headers))
        return self.replies.get(incoming.path, Reply(b"no", 404, "text/plain"))


@contextlib.contextmanager
def saying(head: bytes, piece: bytes = b"") -> Iterator[str]:
    """Yield the address of a host that says this, and one piece without an end."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def talk() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, contextlib.suppress(OSError):
                        connection.recv(65536)
                        connection.sendall(head + piece)
                        while piece:
                            connection.sendall(piece)

        threading.Thread(target=talk, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/model.onnx"
        server.shutdown(socket.SHUT_RDWR)
