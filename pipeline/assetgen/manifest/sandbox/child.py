"""This file is the outside of that process: started, asked, and killed if it hangs."""

from __future__ import annotations

import importlib.util
import json
import queue
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from assetgen.apart import bare_environment
from assetgen.errors import AssetgenError

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOT = (
    "import os, sys; os.environ.clear(); sys.path += sys.argv[1:];"
    "from assetgen.manifest.sandbox.process import serve; serve()"
)
_NO_START = "the process that renders templates does not start"
_START = 60.0  # seconds; it takes about 0.15, and a machine may be very busy


@dataclass(frozen=True, slots=True)
class Limits:
    """What one template may use.

    Attributes:
        seconds: Wall time.
        memory: Bytes that the process may grow by.
        length: Characters of the tidy words.
        markup: Characters of a drawing, which is XML and no words.
    """

    seconds: float = 2.0
    memory: int = 256 * 1024 * 1024
    length: int = 20_000
    markup: int = 1_000_000


class TimedOut(Exception):
    """The process did not answer in time; it is dead now."""


class Gone(Exception):
    """The process ended without an answer."""


class Child:
    """One rendering process; leaving the context ends it.

    It is isolated (`-I -S`), and finds only what it needs: us, jinja2, markupsafe.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.jobs = 0
        self._process = _started()
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # A pipe cannot be waited for with a timeout on Windows, a queue can.
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        try:
            self._say(asdict(self.limits))
            self._line(time.monotonic() + _START)
        except (Gone, TimedOut):
            self.close()
            raise AssetgenError(_NO_START) from None
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(
        self, job: dict[str, Any], template: Callable[[str], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return the answer to a job; raises `TimedOut` and `Gone`, dead afterwards.

        `template` answers what the process asks for meanwhile.
        """
        deadline = time.monotonic() + self.limits.seconds
        self.jobs += 1
        self._say(job)
        while "need" in (answer := self._line(deadline)):
            self._say(template(answer["need"]))
        return answer

    def close(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it is a pipe
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(b"")

    def _say(self, value: object) -> None:
        assert self._process.stdin is not None  # noqa: S101 - it is a pipe
        line = json.dumps(value).encode() + b"\n"
        try:
            self._process.stdin.write(line)
            self._process.stdin.flush()
        except (OSError, ValueError):  # the pipe is broken, or closed by `close`
            raise Gone from None

    def _line(self, deadline: float) -> dict[str, Any]:
        try:
            line = self._lines.get(timeout=max(deadline - time.monotonic(), 0.001))
        except queue.Empty:
            raise TimedOut from None
        if not line.endswith(b"\n"):
            raise Gone
        answer: dict[str, Any] = json.loads(line)
        return answer


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-I", "-S", "-c", _BOOT, *_folders()]
    try:
        return subprocess.Popen(  # noqa: S603 - our own interpreter and text
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=bare_environment(),
        )
    except OSError as error:
        raise AssetgenError(f"{_NO_START}: {error.strerror}") from None


def _close(pipe: Any) -> None:  # noqa: ANN401 - either end of a pipe
    try:
        pipe.close()
    except OSError:
        return  # what was left to say, nobody hears any more


def _folders() -> list[str]:
    """Return where the process imports from, in the order of our own path."""
    found = [str(Path(__file__).parents[3])]
    for package in ("jinja2", "markupsafe"):
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise AssetgenError(f"the package `{package}` is not installed")
        found.append(str(Path(spec.origin).parents[1]))
    return list(dict.fromkeys(found))
