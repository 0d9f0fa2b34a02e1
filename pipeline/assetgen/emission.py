"""This file is what is handed to other programs beside the pictures. Pure.

Texts about all pictures of one output (`emit`), and copies of the pictures under names
that hold their content's hash. Both have rows in the index, of kinds of their own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.digest import canonical_json, digest_bytes, key_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

VERSION = 1
ENDINGS = {"json": "json", "typescript": "ts", "css": "css", "html": "html"}
# What the `variant` of their rows starts with.
TEXT, COPY = "emit:", "hashed:"
_DIGITS = 8  # of the hash in a name: 4 billion names for each picture
# The columns of a row that texts tell of.
COLUMNS: tuple[str, ...] = (
    *("path", "sha256", "bytes", "width", "height", "format"),
    *("asset", "variant", "alt", "draft"),
)


@dataclass(frozen=True, slots=True)
class Emission:
    """What is handed off.

    Attributes:
        forms: Of `ENDINGS`, in the order written.
        name: The texts' name without its ending.
        base: What stands before every path in them: ``/img/``.
        hashed: They name copies whose names hold their content's hash.
        outputs: The names of the outputs that have them.
    """

    forms: tuple[str, ...]
    name: str
    base: str
    hashed: bool
    outputs: tuple[str, ...]

    def paths(self) -> dict[str, str]:
        """Return path below the output → form."""
        return {f"{self.name}.{ENDINGS[form]}": form for form in self.forms}

    def recipe(self, form: str) -> str:
        """Return the key of how a text is written."""
        return key_of("emit", VERSION, [form, self.base, self.hashed])


def is_emitted(variant: str) -> bool:
    """Tell by the variant of a row whether it is a text of this kind, or a copy."""
    return variant.startswith((TEXT, COPY))


def hashed_name(path: str, sha256: str) -> str:
    """Return where the copy of a file stands: ``coin@2x.3f9a1c2b.png``."""
    stem, dot, ending = path.rpartition(".")
    return f"{stem}.{sha256[:_DIGITS]}{dot}{ending}"


def listing(rows: Iterable[Mapping[str, object]]) -> str:
    """Return the digest of everything that texts tell of some rows."""
    told = [[row[column] for column in COLUMNS] for row in rows]
    return digest_bytes(canonical_json(told))
