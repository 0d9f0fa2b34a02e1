"""This file is what may stand in a name or a path, and whether two of them collide.

One rule for every system, so that a manifest which is right on one machine is right
on all: a name is checked against what Windows, macOS and Linux, a shell, a URL and
git take without surprise. Nothing here touches a disk.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Owner = TypeVar("Owner")

PART_BYTES = 255  # of ext4, APFS and NTFS alike, as UTF-8
PATH_LENGTH = 240  # Windows ends at 260, less the short project folder before it

# Device names of Windows, with any extension.
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{port}{digit}" for port in ("com", "lpt") for digit in "0123456789¹²³"]
)
_PLAIN = re.compile(r"[A-Za-z0-9_@+][A-Za-z0-9_@+ .-]*")
# Nearly every path: ASCII, no device name, no part that ends with a dot or a space.
_FINE = re.compile(
    r"(?:(?!(?i:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:[. /]|$))"
    r"[A-Za-z0-9_@+](?:[A-Za-z0-9_@+ .-]*[A-Za-z0-9_@+-])?(?:/(?!$)|$))+"
)
_SIGNS = frozenset(" .-_@+~")
_SHORT_GIT = re.compile(r"git~[0-9]+")  # the 8.3 name of `.git`


def path_fault(path: str) -> str | None:  # noqa: PLR0911 (one per fault)
    """Return why a path with ``/`` cannot be used everywhere, None if it can.

    The answer ends a sentence that begins with the path: "`a:b` cannot hold `:`".
    """
    if len(path) <= PATH_LENGTH and _FINE.fullmatch(path):
        return None
    if not path:
        return "is empty"
    if "\\" in path:
        return "has a backslash; folders are written with `/`"
    if path.startswith("/"):
        return "starts with `/`, so it would leave its folder"
    for part in path.split("/"):
        fault = _part_fault(part)
        if fault:
            return fault
    if len(path) > PATH_LENGTH:
        return f"is {len(path)} characters long; at most {PATH_LENGTH} work everywhere"
    return None


def _part_fault(part: str) -> str | None:
    plain = _PLAIN.fullmatch(part)
    fault = None if plain else _spelling_fault(part)
    if fault:
        return fault
    if part[-1] in " .":
        return f"has a part that ends with a {_called(part[-1])}, which Windows drops"
    if part.split(".", 1)[0].rstrip().lower() in _RESERVED:
        return f"holds `{part}`, a name that Windows keeps for a device"
    if len(part) > PART_BYTES // 4 and len(part.encode()) > PART_BYTES:
        return f"has a part of {len(part.encode())} bytes; disks take {PART_BYTES}"
    return None


def _spelling_fault(part: str) -> str | None:  # noqa: PLR0911 (one per fault)
    if not part:
        return "has an empty part between two `/`, or a `/` at its end"
    if part in {".", ".."}:
        return f"holds `{part}`, so it would leave its folder"
    if part.split(".", 1)[0].rstrip().lower() in _RESERVED:
        return f"holds `{part}`, a name that Windows keeps for a device"
    strange = next((char for char in part if not _fits(char)), None)
    if strange is not None:
        return f"cannot hold {_shown(strange)}"
    if part[0] in " .-~":
        return f"has a part that starts with a {_called(part[0])}"
    if _SHORT_GIT.fullmatch(part.lower()):
        return f"holds `{part}`, another name of the folder `.git` on Windows"
    return None


def _fits(char: str) -> bool:
    if char in _SIGNS:
        return True
    kind = unicodedata.category(char)
    return kind[0] in "LM" or kind == "Nd"


def _shown(char: str) -> str:
    """Return a character as a message can show it: invisible ones by their name."""
    if char.isprintable() and not char.isspace():
        return f"`{char}`"
    name = unicodedata.name(char, "an invisible character").lower()
    return f"U+{ord(char):04X} ({name})"


def _called(char: str) -> str:
    return {" ": "space", ".": "dot", "-": "dash", "~": "tilde"}[char]


def folded(path: str) -> str:
    """Return a path as a disk that ignores case and Unicode form would compare it."""
    if path.isascii():
        return path.lower()
    apart = unicodedata.normalize("NFD", path)
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", apart.casefold()))


def collisions(
    files: Iterable[tuple[str, Owner]],
) -> Iterator[tuple[str, Owner, str, Owner]]:
    """Yield every file that cannot stand beside an earlier one, and that one.

    Two paths collide if they are one file on a disk that ignores case or Unicode
    form, or if one is a file where the other needs a folder.
    """
    taken: dict[str, tuple[str, Owner]] = {}
    folders: dict[str, tuple[str, Owner]] = {}
    for path, owner in files:
        name = folded(path)
        if name in taken:
            yield path, owner, *taken[name]
            continue
        taken[name] = (path, owner)
        folder = name.rpartition("/")[0]
        while folder and folder not in folders:
            folders[folder] = (path, owner)
            folder = folder.rpartition("/")[0]
    for name in sorted(taken.keys() & folders.keys()):
        yield *folders[name], *taken[name]
