"""This file is the way from a file's bytes to text that a YAML parser may read."""

from __future__ import annotations

import re
from typing import NoReturn

from assetgen.errors import ManifestError, Place, Problem

MAX_BYTES = 32 * 1024 * 1024
QUOTE_HINT = "put the whole value in quotes, or on lines of its own below `|`"

# Characters of a value that still fits into one line of advice.
_ADVICE = 70

# UTF-32 begins with the bytes of UTF-16, and gets the same answer.
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
# YAML 1.2, production 1: everything else may not stand in a file.
_UNPRINTABLE = re.compile(
    "[^\t\r\n\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def decode(data: bytes, shown: str) -> str:
    """Return the text of a UTF-8 file, without its byte order mark.

    Raises:
        ManifestError: It is larger than 32 MiB, or not UTF-8.
    """
    if len(data) > MAX_BYTES:
        _refuse(
            Place(shown),
            f"the file is larger than {MAX_BYTES // 2**20} MiB",
            "split it into several files, or check that it is the right one",
        )
    if data.startswith(_UTF16):
        _refuse(
            Place(shown),
            "the file is UTF-16, and YAML is read as UTF-8",
            "save as UTF-8",
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # With a byte order mark, `start` counts from behind it.
        whole = data.removeprefix(b"\xef\xbb\xbf")
        before = whole[: error.start].decode("utf-8")
        _refuse(
            place_at(before, len(before), shown),
            f"the byte 0x{whole[error.start]:02X} is not UTF-8",
            "save as UTF-8",
        )


def place_at(text: str, index: int, shown: str) -> Place:
    """Return the place of the character at `index`, by YAML's idea of a line."""
    line, start = 1, 0
    for found in LINE_BREAK.finditer(text, 0, index):
        line, start = line + 1, found.end()
    return Place(shown, line, index - start + 1)


def line_around(text: str, index: int) -> tuple[str, int]:
    """Return the line that `index` stands on, and the index of its first character."""
    start = 0
    for mark in "\n\r\x85\u2028\u2029":
        start = max(start, text.rfind(mark, 0, index) + 1)
    found = LINE_BREAK.search(text, index)
    return text[start : found.start() if found else len(text)], start


def unprintable(text: str, shown: str) -> Problem:
    """Return the problem with the first character that YAML does not allow."""
    found = _UNPRINTABLE.search(text)
    if found is None:
        return Problem(Place(shown), "", "the file holds a character YAML forbids")
    hint = "delete it"
    if found[0] == "\0":
        hint = "delete it; if there are many, the file is not UTF-8: save as UTF-8"
    return Problem(
        place_at(text, found.start(), shown),
        "",
        f"the control character U+{ord(found[0]):04X} cannot stand in a YAML file",
        hint,
    )


def short(text: str, most: int = 60) -> str:
    """Return `text` for use in a message: on one line, and not too long."""
    line = " ".join(text[: 8 * most].split())
    return line if len(line) <= most else line[: most - 1] + "…"


def quoted(value: str) -> str:
    """Return advice to write `value`, one line of text, in quotes."""
    if len(value) > _ADVICE or not value.isprintable():
        return QUOTE_HINT
    if '"' in value or "\\" in value:
        value = value.replace("'", "''")
        return f"write `'{value}'`"
    return f'write `"{value}"`'


def _refuse(place: Place, message: str, hint: str) -> NoReturn:
    raise ManifestError([Problem(place, "", message, hint)])
