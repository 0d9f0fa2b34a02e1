"""This file is what strace wrote down, as values: who called what, in which order."""

from __future__ import annotations

import itertools
import random
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class Countable(Protocol):
    """The `nth` call of a kind."""

    @property
    def call(self) -> str:
        """Return the kind."""

    @property
    def nth(self) -> int:
        """Return its place, from 1."""


P = TypeVar("P", bound=Countable)

_CALL = re.compile(r"^(?P<thread>\d+) +(?P<name>\w+)\((?P<rest>.*)$")
_RESUMED = re.compile(r"^(?P<thread>\d+) +<\.\.\. (?P<name>\w+) resumed>(?P<rest>.*)$")
_DONE = re.compile(r"\) += (?P<result>-?\d+)(?P<more>.*)$")
_UNFINISHED = " <unfinished ...>"


@dataclass
class Call:
    """One system call.

    Attributes:
        began, ended: Lines of the log; `ended` is 0 if it never returned.
        nth: Its place among this thread's calls of that name, from 1: strace's `when`.
        text: Its arguments as strace shows them.
        result: What it returned, None if nothing.
    """

    thread: int
    name: str
    nth: int
    began: int
    text: str
    ended: int = 0
    result: int | None = None

    def finish(self, line: int, rest: str) -> None:
        """Take what it returned from the rest of a line, if it did."""
        found = _DONE.search(rest)
        if found:
            self.ended, self.result = line, int(found["result"])
            self.text += rest[: found.start()] + found["more"]


def read(log: Path) -> list[Call]:
    """Return every call of a log of `strace -f`, by the order in which they began."""
    calls: list[Call] = []
    open_: dict[tuple[int, str], Call] = {}
    counts: Counter[tuple[int, str]] = Counter()
    lines = log.read_text(errors="replace").splitlines()
    for number, line in enumerate(lines, start=1):
        if found := _CALL.match(line):
            who = int(found["thread"]), found["name"]
            counts[who] += 1
            rest = found["rest"]
            call = Call(*who, counts[who], number, "")
            if rest.endswith(_UNFINISHED):
                call.text = rest.removesuffix(_UNFINISHED)
                open_[who] = call
            else:
                call.text = "" if _DONE.search(rest) else rest
                call.finish(number, rest)
            calls.append(call)
        elif found := _RESUMED.match(line):
            who = int(found["thread"]), found["name"]
            if who in open_:
                open_.pop(who).finish(number, found["rest"])
    return calls


def ours(calls: list[Call], manifest: Path) -> list[Call]:
    """Return the calls from the first look at the manifest on."""
    first = next(n for n, call in enumerate(calls) if f'"{manifest}"' in call.text)
    return calls[first:]


def sample(every: Sequence[P], size: int, seed: int) -> list[P]:
    """Return some points of a build, of each kind of call as many as can be."""
    chance = random.Random(seed)  # noqa: S311  to be told apart, not to be safe
    kinds: dict[str, list[P]] = {}
    for point in chance.sample(every, len(every)):
        kinds.setdefault(point.call, []).append(point)
    in_turn = itertools.chain(*itertools.zip_longest(*kinds.values()))
    chosen = itertools.islice((each for each in in_turn if each is not None), size)
    return sorted(chosen, key=lambda point: (point.call, point.nth))
