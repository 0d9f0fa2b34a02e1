"""This file is the console: data goes to stdout, everything else to stderr.

Every word that a person reads goes through here, made harmless on its way. A pipe that
nobody reads any more stops the words and nothing else: a build that has paid for
pictures goes on and ends with its own exit code.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, TextIO

from assetgen.console.harmless import harmless, harmless_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.errors import AssetgenError

NORMAL, QUIET, VERBOSE = 0, -1, 1

# What a line is about → how it looks; it must make sense without.
TONES = {
    "buy": "bold cyan",
    "change": "yellow",
    "gone": "red",
    "wrong": "bold red",
    "still": "dim",
    "good": "green",
    "head": "bold",
}


class Console:
    """Where a command says something.

    Args:
        as_json: Data is JSON, and nothing but JSON goes to stdout.
        loudness: `QUIET` says errors only, `VERBOSE` says details too.

    Attributes:
        as_json, loudness: As given.
    """

    def __init__(self, *, as_json: bool = False, loudness: int = NORMAL) -> None:
        self.as_json = as_json
        self.loudness = loudness

    # --- data ----------------------------------------------------------------------

    def data(self, text: str) -> None:
        """Write what was asked for; not for a run that wants JSON."""
        if not self.as_json:
            _write(sys.stdout, harmless(text))

    def rows(self, rows: Iterable[tuple[str, str]]) -> None:
        """Write lines of data as (tone, line), coloured where colours are wanted.

        A tone is a word of `TONES`; `NO_COLOR`, `FORCE_COLOR` and `TERM` are heeded.
        """
        if self.as_json:
            return
        from rich.console import Console as Terminal  # noqa: PLC0415  slow to import
        from rich.text import Text  # noqa: PLC0415  the same

        terminal = Terminal(file=sys.stdout, highlight=False, markup=False)
        if not terminal.color_system:
            _write(sys.stdout, harmless("\n".join(line for _, line in rows)))
            return
        for tone, line in rows:
            text = Text(harmless(line), style=TONES.get(tone, ""))
            terminal.print(text, soft_wrap=True)

    def json(self, value: object, *, indent: int | None = None) -> None:
        """Write a value as JSON: on one line, or indented for people."""
        _write(sys.stdout, harmless_json(value, indent=indent))

    # --- everything else -----------------------------------------------------------

    def say(self, text: str = "") -> None:
        """Write what a person may want to know."""
        if self.loudness >= NORMAL:
            _write(sys.stderr, harmless(text))

    def detail(self, text: str) -> None:
        """Write what only somebody who asked with `-v` wants to know."""
        if self.loudness >= VERBOSE:
            _write(sys.stderr, harmless(text))

    def vital(self, text: str) -> None:
        """Write what must be found again later, also for `-q`: the id of a paid job."""
        _write(sys.stderr, harmless(text))

    def warn(self, text: str, hint: str | None = None) -> None:
        """Write what is wrong without stopping anything, also for `-q`."""
        _write(sys.stderr, harmless(_with_hint(f"warning: {text}", hint)))

    def error(self, error: AssetgenError) -> None:
        """Write what went wrong and what to do; a manifest's mistakes with places."""
        if hasattr(error, "problems"):  # each with its place and its own hint
            _write(sys.stderr, harmless(error.message))
        else:
            self.wrong(error.message, error.hint)

    def wrong(self, message: str, hint: str | None = None) -> None:
        """Write one sentence about what went wrong, and what to do."""
        _write(sys.stderr, harmless(_with_hint(f"error: {message}", hint)))

    def asks(self, question: str) -> bool:
        """Ask a person at the terminal a yes-or-no question; no answer means no."""
        _write(sys.stderr, harmless(f"{question} [y/N] "), end="")
        return sys.stdin.readline().strip().lower() in {"y", "yes"}

    @property
    def is_live(self) -> bool:
        """Return whether a build can be followed in place: a terminal that can move."""
        if self.as_json or self.loudness < NORMAL or not _is_terminal(sys.stderr):
            return False
        from rich.console import Console as Terminal  # noqa: PLC0415  slow to import

        return Terminal(stderr=True).is_interactive

    @property
    def has_person(self) -> bool:
        """Return whether somebody could read a question here and answer it."""
        return _is_terminal(sys.stdin) and _is_terminal(sys.stderr)


def _with_hint(message: str, hint: str | None) -> str:
    return f"{message}\n\nhint: {hint}" if hint else message


def _is_terminal(stream: TextIO | None) -> bool:
    return stream is not None and not stream.closed and stream.isatty()


def _write(stream: TextIO | None, text: str, end: str = "\n") -> None:
    """Write a text at once; a stream that is gone swallows it from then on."""
    if stream is None:
        return
    try:
        stream.write(text + end)
        stream.flush()
    except UnicodeEncodeError:
        encoding = stream.encoding or "ascii"
        plain = text.encode(encoding, "backslashreplace").decode(encoding)
        _write(stream, plain, end)
    except BrokenPipeError:
        _mute(stream)


def _mute(stream: TextIO) -> None:
    """Send what else is written to a broken pipe nowhere, the exit's flush included."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
