"""This file is the composer `fill`: a text or a structure with places to fill in.

A place is `{word}` or `{picture.word}`: a value that the set was given, or what is
known of one of its pictures; `{large|small.word}` is of the first that there is. A
line of a text, an item of a list (whole), or a key of a mapping that tells of a picture
which is not there is left out.
"""

from __future__ import annotations

import html
import json
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from assetgen.companions.listed import Listed, Subject
    from assetgen.steps import Companion

TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
    "ico": "image/x-icon",
    "icns": "image/icns",
    "svg": "image/svg+xml",
}


def _xml(text: str) -> str:
    from xml.sax import saxutils  # noqa: PLC0415 - it takes longer than most builds

    return saxutils.escape(text, {'"': "&quot;"})


ESCAPES: Mapping[str, Callable[[str], str]] = {
    "html": html.escape,
    "xml": _xml,
}


class _Absent(Exception):
    """A text tells of a picture that is not there."""


@dataclass(frozen=True, slots=True)
class _Filler:
    """Fills in places.

    Attributes:
        values: Word → value.
        ids: The set's name of a picture → its path.
    """

    values: Mapping[str, str]
    ids: Mapping[str, str]
    base: str
    subject: Subject
    escape: Callable[[str], str]

    def text(self, text: str) -> str:
        """Return a text with its places filled in; raises _Absent."""
        parts = []
        for literal, word, _, _ in string.Formatter().parse(text):
            parts.append(literal)
            if word is not None:
                parts.append(self.escape(self._value(word)))
        return "".join(parts)

    def lines(self, text: str) -> Iterator[str]:
        """Yield the lines of a text whose pictures are there."""
        for line in text.splitlines():
            try:
                yield self.text(line)
            except _Absent:
                continue

    def tree(self, node: object) -> object:
        """Return a structure with its texts filled in, without what is not there."""
        if isinstance(node, list):
            return [each for _, each in self._there(enumerate(node), self.whole)]
        if isinstance(node, dict):
            return dict(self._there(node.items(), self.tree))
        return self.whole(node)

    def whole(self, node: object) -> object:
        """Return a structure with its texts filled in; raises _Absent."""
        if isinstance(node, str):
            return self.text(node)
        if isinstance(node, list):
            return [self.whole(each) for each in node]
        if isinstance(node, dict):
            return {name: self.whole(each) for name, each in node.items()}
        return node

    def _there(
        self,
        pairs: Iterable[tuple[object, object]],
        fill: Callable[[object], object],
    ) -> Iterator[tuple[object, object]]:
        for name, node in pairs:
            try:
                yield name, fill(node)
            except _Absent:
                continue

    def _value(self, word: str) -> str:
        head, dot, tail = word.partition(".")
        if not dot:
            return self.values[word]
        by_path = {one.path: one for one in self.subject.files}
        for name in head.split("|"):
            found = by_path.get(self.ids.get(name, ""))
            if found is not None:
                return str(self._of_picture(found, tail))
        raise _Absent

    def _of_picture(self, one: Listed, word: str) -> str | int:
        said: dict[str, str | int] = {
            "path": self.subject.relative(one.path),
            "url": self.base + one.path,
            "file": one.path.rpartition("/")[2],
            "resource": one.path.rpartition("/")[2].rpartition(".")[0],
            "sizes": f"{one.width}x{one.height}",
            "type": TYPES[one.format],
            "width": one.width,
            "height": one.height,
            "bytes": one.size,
        }
        return said[word]


def filled(companion: Companion, options: object, subject: Subject) -> str:
    """Return the text of a set's companion.

    Options are `{"values": …, "ids": …, "base": …, "text": …}`, or with `json`, a
    structure, in place of `text`.
    """
    if not isinstance(options, dict):
        raise TypeError(options)
    filler = _Filler(
        {**options["values"], "alt": subject.alt or "", "asset": subject.asset},
        options["ids"],
        options["base"],
        subject,
        ESCAPES.get(companion.kind, str),
    )
    if "json" in options:
        return json.dumps(filler.tree(options["json"]), indent=2, ensure_ascii=False)
    return "\n".join(filler.lines(options["text"]))
