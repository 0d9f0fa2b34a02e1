"""This file is how rendered words become the prompt that is sent and paid for.

FROZEN with the paid key, for ever: `tidy`, `assemble` and what `even` does to a
template's source. A change here buys every picture of every project again; the golden
prompts in the tests stand guard.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_MARKS = ("{{", "{%", "{#")
_LINE_END = re.compile(r"\r\n?")
_BLANK_LINES = re.compile(r"\n{3,}")
_SPACE = re.compile(r"[ \t\r\n]+")
# Words that end like this need no full stop before the sentence of `exclude`.
_ENDED = re.compile(r"[.!?…,;:。！？、，；：][)\]}\"'”’»]*\Z")  # noqa: RUF001 - prompts speak Chinese too


@dataclass(frozen=True, slots=True)
class RenderJob:
    """One template and what it is given: exactly one of `text` and `template`.

    Attributes:
        text: The template itself.
        template: The name of a file in the templates folder.
        values: Plain JSON: `brand` as `Brand.values` has it, `asset`, `vars`, `matrix`.
        markup: The words are XML: what a value prints is escaped, lines stay as they
            are, and there may be more of them.
        label: What it is, for the people who debug this: ``assets.coin.prompt``.
    """

    text: str | None = None
    template: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    label: str = ""
    markup: bool = False


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of a template, tidy.

    Attributes:
        files: Names in the templates folder that it was made of, sorted.
        absent: Names that it looked for and may do without, sorted.
    """

    text: str
    files: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TemplateFault:
    """Why a template has no words.

    Attributes:
        message: One sentence, lower case, without a final period.
        hint: What to do about it, if that is known.
        line: Of the template, from 1; None if no line is to blame.
        template: The file's name in the templates folder; None for the job's `text`.
        column: In that line, from 1, if known.
    """

    message: str
    hint: str | None = None
    line: int | None = None
    template: str | None = None
    column: int | None = None


def has_marks(text: str) -> bool:
    """Return whether a text is a template, and not only words."""
    return "{" in text and any(mark in text for mark in _MARKS)


def even(text: str) -> str:
    """Return a text whose line ends, BOM and trailing space say nothing any more.

    Every line keeps its number.
    """
    text = text.removeprefix("\ufeff")
    if "\r" in text:
        text = _LINE_END.sub("\n", text)
    if not (text.endswith((" ", "\t")) or " \n" in text or "\t\n" in text):
        return text
    return "\n".join(line.rstrip(" \t") for line in text.split("\n"))


def tidy(text: str) -> str:
    """Return words as they are sent: even, and without blank lines nobody sees.

    One blank line between paragraphs stays; those around the words go.
    """
    text = even(text)
    if "\n\n\n" in text:
        text = _BLANK_LINES.sub("\n\n", text)
    return text.strip(" \t\n\ufeff")


def assemble(words: str, exclude: Sequence[str] | str | None = None) -> str:
    """Return the prompt exactly as it is sent.

    A list of words to exclude becomes one last sentence (``No text, no logos.``), a
    sentence is taken as it stands. It follows the words after a full stop, on a line
    of its own if they have several.
    """
    words, last = tidy(words), _sentence(exclude)
    if not last or not words:
        return words or last
    stop = "" if _ENDED.search(words) else "."
    return f"{words}{stop}{chr(10) if chr(10) in words else ' '}{last}"


def _sentence(exclude: Sequence[str] | str | None) -> str:
    if exclude is None or isinstance(exclude, str):
        return _plain(exclude or "")
    return _listed(tuple(exclude))


@lru_cache(maxsize=256)
def _listed(exclude: tuple[str, ...]) -> str:
    items = [_plain(item) for item in exclude]
    # `[text, no logos]` means what `[text, logos]` means.
    bare = [re.sub(r"(?i)\Ano ", "", item) for item in items if item]
    listed = ", ".join(f"no {item}" for item in dict.fromkeys(bare))
    return f"N{listed[1:]}." if listed else ""


def _plain(text: str) -> str:
    return _SPACE.sub(" ", text.removeprefix("\ufeff")).strip(" ")
