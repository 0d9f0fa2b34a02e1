"""This file is the doctor for strangers' pictures: they are decoded elsewhere first.

Whatever others made (a download, a `source:`, an original out of a repository) is
decoded in a process of its own under limits before anything in this process touches
it. One process serves many pictures, so that a normal one costs little more than its
decoding; a picture that crashes it, or goes beyond its limits, is an ImageError like
any other, and the next picture gets a new process.

It is no jail: who finds a way to run code in a decoder runs it as the user.
"""

from __future__ import annotations

import atexit
import importlib.util
import json
import queue
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assetgen.apart import bare_environment
from assetgen.digest import digest_bytes
from assetgen.errors import AssetgenError, ImageError
from assetgen.images.sniff import Verified, admitted

if TYPE_CHECKING:
    from collections.abc import Sequence

_BOOT = (
    "import os, sys; os.environ.clear(); sys.path += sys.argv[1:];"
    "from assetgen.images.examination import serve; serve()"
)
_NO_START = "the process that decodes pictures does not start"
_START = 120.0  # seconds; it takes about 0.2, and a machine may be very busy
_HINT = "open it in an image program, save it anew as PNG, and use that"
_KILLED_BY_CPU = {-getattr(signal, "SIGXCPU", 0), -getattr(signal, "SIGKILL", 0)} - {0}


@dataclass(frozen=True, slots=True)
class Limits:
    """What one picture may use.

    Attributes:
        seconds: CPU time.
        wall: Seconds by the clock, for a decoder that waits instead of working.
        memory: Bytes that its process may grow by.
    """

    seconds: float = 30.0
    wall: float = 300.0
    memory: int = 1024 * 1024 * 1024


# How many pictures are known to be sound; they are looked at twice within a moment.
_SOUND = 1000


class Examiner:
    """Decodes pictures in processes of its own; safe to use from several threads.

    Args:
        limits: What one picture may use.
        command: What starts a process, for tests; default: `examination`.
    """

    def __init__(
        self, limits: Limits | None = None, command: Sequence[str] | None = None
    ) -> None:
        self._limits = limits or Limits()
        self._command = command
        self._idle: list[_Process] = []
        self._lock = threading.Lock()
        self._sound: dict[tuple[str, bool], Verified] = {}

    def examine(self, data: bytes, *, plain: bool = False) -> Verified:
        """Prove that some bytes are one whole picture; see `sniff.verify`.

        What was proven once is not decoded again. Raises ImageError, also for a
        picture that goes beyond its limits; and AssetgenError if no process can be
        started.
        """
        admitted(data)
        digest = digest_bytes(data)
        known = self._sound.get((digest, plain))
        found = known or self._decoded(data, plain=plain)
        with self._lock:
            if len(self._sound) >= _SOUND:
                self._sound.clear()
            # What shows something is a picture also where one colour would do.
            self._sound[digest, plain] = self._sound[digest, True] = found
        return found

    def _decoded(self, data: bytes, *, plain: bool) -> Verified:
        """Return what a process makes of a picture; raises ImageError."""
        answer = self._asked(data, {"plain": plain})
        if "message" in answer:
            raise ImageError(answer["message"], hint=answer["hint"])
        if "found" not in answer:
            megabytes = self._limits.memory // 1024**2
            message = f"decoding it takes more than the {megabytes} MB it may have"
            raise ImageError(message, hint=_HINT)
        return Verified(**answer["found"])

    def close(self) -> None:
        """End the processes that wait for work."""
        with self._lock:
            idle, self._idle = self._idle, []
        for process in idle:
            process.close()

    def _asked(self, data: bytes, asked: dict[str, Any]) -> dict[str, Any]:
        """Ask a process, which serves on only if it is well afterwards."""
        with self._lock:
            process = self._idle.pop() if self._idle else None
        process = process or _Process(self._limits, self._command or _command())
        try:
            answer = process.ask(data, asked, self._limits.wall)
        except BaseException:
            process.close()
            raise
        if "memory" in answer:
            process.close()
        else:
            with self._lock:
                self._idle.append(process)
        return answer


@cache
def _examiner() -> Examiner:
    examiner = Examiner()
    atexit.register(examiner.close)
    return examiner


def examine(data: bytes, *, plain: bool = False) -> Verified:
    """Prove with the examiner of this process that some bytes are one whole picture.

    Raises what `Examiner.examine` raises.
    """
    return _examiner().examine(data, plain=plain)


class _Process:
    """One process, its answers read by a thread: a pipe has no timeout on Windows."""

    def __init__(self, limits: Limits, command: Sequence[str]) -> None:
        try:
            self._child = subprocess.Popen(  # noqa: S603  our own interpreter and text
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=bare_environment(),
            )
        except OSError as error:
            raise AssetgenError(f"{_NO_START}: {error.strerror}") from None
        self._answers: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        if not self._said(json.dumps(asdict(limits)).encode() + b"\n", _START):
            self.close()
            raise AssetgenError(_NO_START)

    def ask(self, data: bytes, asked: dict[str, Any], wall: float) -> dict[str, Any]:
        """Return its answer; raises ImageError if there is none, dead or not."""
        head = json.dumps({**asked, "length": len(data)}).encode() + b"\n"
        started = time.monotonic()
        line = self._said(head + data, wall)
        if line:
            answer: dict[str, Any] = json.loads(line)
            return answer
        if time.monotonic() - started >= wall or self._out_of_time():
            raise ImageError("decoding it takes longer than it may", hint=_HINT)
        raise ImageError("the decoder crashed on it", hint=_HINT)

    def close(self) -> None:
        """End the process, whatever it is doing, and wait until it is gone."""
        self._child.kill()
        self._child.wait()
        self._reader.join()
        for pipe in (self._child.stdin, self._child.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:  # what was left to say, nobody hears any more
                continue

    def _said(self, words: bytes, seconds: float) -> bytes:
        """Say something and return the line that comes back, b"" if none does."""
        # A thread of its own: a process that hangs may not read what it is told.
        teller = threading.Thread(target=self._tell, args=(words,), daemon=True)
        teller.start()
        try:
            return self._answers.get(timeout=seconds)
        except queue.Empty:
            return b""

    def _tell(self, words: bytes) -> None:
        assert self._child.stdin is not None  # noqa: S101  it is a pipe
        try:
            self._child.stdin.write(words)
            self._child.stdin.flush()
        except (OSError, ValueError):  # broken, or closed: no answer says so
            return

    def _read(self) -> None:
        assert self._child.stdout is not None  # noqa: S101  it is a pipe
        for line in self._child.stdout:
            self._answers.put(line if line.endswith(b"\n") else b"")
        self._answers.put(b"")

    def _out_of_time(self) -> bool:
        """Return whether the process was ended for the CPU time it took."""
        try:
            return self._child.wait(timeout=10) in _KILLED_BY_CPU
        except subprocess.TimeoutExpired:
            return False


@cache
def _command() -> tuple[str, ...]:
    """Return what starts a process that finds nothing but us and Pillow."""
    pillow = importlib.util.find_spec("PIL")
    if pillow is None or pillow.origin is None:
        raise AssetgenError("the package `Pillow` is not installed")
    ours = str(Path(__file__).parents[2])
    folders = dict.fromkeys((ours, str(Path(pillow.origin).parents[1])))
    return (sys.executable, "-I", "-S", "-c", _BOOT, *folders)
