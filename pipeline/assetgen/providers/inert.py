"""This file is how a vendor's words become harmless before anyone reads them."""

from __future__ import annotations

import re
import unicodedata

# CSI sequences (colours, cursor) and OSC sequences (titles, links, the clipboard).
ESCAPES = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?")

# What a CI log reads as a command: `::add-mask::` and the older `##[command]`.
_COMMANDS = re.compile(r":(?=:)|#(?=#\[)")


def inert(text: object, *, limit: int = 300) -> str:
    """Return a text as one printable line of at most `limit` characters.

    Escape sequences, control and format characters (also those that turn the reading
    direction) are gone, CI workflow commands are broken up, and white space is
    single.
    """
    shown = "".join(map(visible, ESCAPES.sub("", str(text))))
    line = _COMMANDS.sub(r"\g<0> ", " ".join(shown.split()))
    return line if len(line) <= limit else line[: limit - 1] + "…"


def visible(char: str) -> str:
    """Return a character, or a space in place of one that does more than show."""
    return " " if unicodedata.category(char)[0] in "CZ" else char
