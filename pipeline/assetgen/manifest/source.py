"""This file is how a YAML file of the user's is read: a value, and places on demand.

YAML 1.2 with its core schema, read twice. The first reading gives plain values and
costs hardly more than the parser. The second happens when somebody asks where a key
stands, or how a number was spelt. Every mistake that YAML itself can have is found
here, and said in words for people who never learnt YAML.

What is refused, beyond the grammar: keys that stand twice, tags, keys that are no
scalars, a second document, values that a ` #` cuts at a colour (`reader.cuts`), control
characters, and whatever is larger than 32 MiB, 64 levels, 2,000,000 values with aliases
and merges written out (keys are not counted), keys of 1,024 characters or numbers of
400. An empty file is None.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from assetgen.errors import ManifestError, Place, Problem
from assetgen.manifest.reader.cuts import Cuts, find_cuts
from assetgen.manifest.reader.faults import Keys, dotted
from assetgen.manifest.reader.places import Chart
from assetgen.manifest.reader.scalars import Plain
from assetgen.manifest.reader.text import MAX_BYTES, decode
from assetgen.manifest.reader.values import Reading, read_values
from assetgen.manifest.reader.words import explain

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["Document", "Keys", "Plain", "dotted", "parse", "read"]


@dataclass(frozen=True)
class Document:
    """One YAML file: its value, and where everything in it stands.

    Attributes:
        value: Plain data. What stands under one anchor is one object in every place
            where it is used: change a copy.
        shown: The file's name in messages.
        text: The file's text, kept for the second reading.
        odd: Numbers and booleans of which some are not written as `str` would.
    """

    value: Plain
    shown: str
    text: str = field(default="", repr=False, compare=False)
    odd: frozenset[int | float] = field(default=frozenset(), repr=False, compare=False)

    def place(self, keys: Keys, *, key: bool = False) -> Place:
        """Return where the value under `keys` stands, or its key if `key`.

        Where the keys do not all exist, it is the key of the last that does. What an
        alias or a merge brings in stands where its text stands. An item of a list has
        no key, and its own place stands for it. Reads the text again, once, as far
        as it takes.
        """
        return self._chart.place(keys, key=key)

    def raw(self, keys: Keys) -> str | None:
        """Return the text of the scalar under `keys` as it was written.

        So a colour such as `000000`, a version such as `1.0` or a `no` is found again
        where text belongs; quotes are taken off. None if there is no scalar. Reads the
        text again, once, unless the value has one spelling only.
        """
        found = self.value
        for key in keys:
            if isinstance(found, dict) and isinstance(key, str):
                found = found.get(key)
            elif isinstance(found, list) and isinstance(key, int):
                found = found[key] if 0 <= key < len(found) else None
            else:
                return None
        if isinstance(found, str):
            return found
        if isinstance(found, int | float) and found not in self.odd:
            return str(found).lower() if isinstance(found, bool) else str(found)
        there = self._chart.find(keys)
        return there.node.text if there.whole else None

    @cached_property
    def _chart(self) -> Chart:
        return Chart(self.text, self.shown)


def read(path: Path, shown: str) -> Document:
    """Read the YAML file at `path`, which messages call `shown`.

    Raises:
        ManifestError: It cannot be read, or has mistakes: all of them.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or type(error).__name__).lower()
        raise ManifestError(
            [Problem(Place(shown), "", f"the file cannot be read: {reason}")]
        ) from None
    return parse(data, shown)


def parse(data: bytes, shown: str) -> Document:
    """Return what `data` says, the bytes of a YAML file that messages call `shown`.

    Raises:
        ManifestError: It has mistakes: all of them, up to a syntax error or a limit.
    """
    text = decode(data, shown)
    reading = read_values(text, shown)
    cuts = Cuts() if reading.stopped else find_cuts(text, shown)
    problems = [*reading.problems, *_repeated(reading, text, shown), *cuts.problems]
    if reading.broken and not cuts.explain:
        said = explain(reading.broken, text, shown)
        if all(problem.place != said.place for problem in problems):
            problems.append(said)
    if problems:
        raise ManifestError(sorted(dict.fromkeys(problems), key=_order))
    return Document(reading.value, shown, text, frozenset(reading.odd))


def _repeated(reading: Reading, text: str, shown: str) -> list[Problem]:
    """Return a problem for each key that stands twice, naming the first."""
    if not reading.repeats:
        return []
    seen = Chart(text, shown)
    return [
        Problem(
            repeat.place,
            dotted(repeat.keys),
            f"`{dotted(repeat.keys[-1:])}` is already set at "
            f"{seen.place(repeat.keys, key=True)}",
            "keep one of the two",
        )
        for repeat in reading.repeats
    ]


def _order(problem: Problem) -> Place:
    return problem.place or Place("")
