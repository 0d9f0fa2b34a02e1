"""This file is how a text is made safe to write on a terminal or into a log.

What vendors say is one short line (`providers.inert`). Here a text keeps its lines and
its spaces, because it may be a table or a prompt; what would move the cursor, change
the reading direction or command a CI runner is gone all the same.
"""

from __future__ import annotations

import json
import re

from assetgen.providers.inert import ESCAPES, visible

# What a CI log reads as a command: a line that starts with `::`, and `##[` anywhere.
_COMMANDS = re.compile(r"^(\s*):(?=:)|(#)(?=#\[)", re.MULTILINE)


def harmless(text: str) -> str:
    """Return a text that only prints: its lines stay lines, all else is characters."""
    if text.isascii() and text.isprintable():
        return _tamed(text)
    plain = ESCAPES.sub("", text.replace("\r\n", "\n"))
    return _tamed("".join(each if each == "\n" else visible(each) for each in plain))


def harmless_json(value: object, *, indent: int | None = None) -> str:
    """Return a value as JSON in ASCII, which no terminal and no CI runner obeys."""
    return json.dumps(value, indent=indent).replace("##[", "#\\u0023[")


def _tamed(text: str) -> str:
    """Return a text that no CI runner reads as a command."""
    return _COMMANDS.sub(r"\g<0> ", text) if ":" in text or "#" in text else text
