"""This file is what a word without quotes means: the core schema of YAML 1.2.

https://yaml.org/spec/1.2.2/#103-core-schema, with three departures. A float that
would not be finite is text (`1e2030` is a colour, `.inf` a file's ending). A number is
written in ASCII digits only. An integer has at most 400 digits.
"""

from __future__ import annotations

import math
import re
from typing import TypeAlias

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

MAX_DIGITS = 400

WORDS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
NUMBER_STARTS = frozenset("+-.0123456789")

_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_BASES = {"0o": 8, "0x": 16}


def number(text: str) -> int | float | str:
    """Return the number that `text` is, or `text` itself if it is none.

    Raises:
        ValueError: It is an integer of more than 400 digits.
    """
    if _INTEGER.fullmatch(text):
        if len(text) > MAX_DIGITS:
            raise ValueError(text)
        base = _BASES.get(text[:2])
        return int(text[2:], base) if base else int(text)
    if _FLOAT.fullmatch(text):
        value = float(text)
        return value if math.isfinite(value) else text
    return text
