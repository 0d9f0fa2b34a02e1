"""This file is the report of a bug of ours: what happened, and nothing secret.

It goes to a file and not to the terminal, because it is long and because a CI log is
public. Keys are struck out as they are, encoded, or only begun.
"""

from __future__ import annotations

import base64
import platform
import re
import tempfile
import time
import traceback
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from assetgen.errors import AssetgenError
from assetgen.settings import read_settings
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

STRUCK = "[redacted]"

# What looks like a credential, whoever it belongs to: a header's value, the query of
# an address (results are fetched from signed ones), a password before a host.
_NAMED = r"(\w*(?:key|token|secret|password)\w*['\"]?\s*[=:]\s*)"
_ALIKE = (
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]+"), rf"\1 {STRUCK}"),
    (re.compile(rf"(?i){_NAMED}['\"]?[\w.~+/=-]{{8,}}"), rf"\1{STRUCK}"),
    (re.compile(r"(https?://[^\s?'\"]+)\?[^\s'\"]*"), rf"\1?{STRUCK}"),
    (re.compile(r"(\w+://)[^\s/@'\"]+@"), rf"\1{STRUCK}@"),
)


def reported(args: Sequence[str], error: BaseException) -> AssetgenError:
    """Write the report of a bug and return what a person is told about it."""
    place = write_report(args, error)
    message = f"this is a bug in assetgen: {type(error).__name__}"
    hint = f"the report is in `{place}`, without your keys" if place else None
    return AssetgenError(message, hint=hint)


def write_report(args: Sequence[str], error: BaseException) -> Path | None:
    """Write the report of an exception; return where, None if no disk takes it."""
    secrets, home = _surroundings()
    text = redacted(_report(args, error), secrets)
    name = f"assetgen-bug-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}.txt"
    for folder in (home, Path(tempfile.gettempdir())):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path = folder / name
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        except OSError:
            continue
        return path
    return None


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return a text without these secrets, in any form, and without their like."""
    for secret in secrets:
        encoded = base64.b64encode(secret.encode()).decode().rstrip("=")
        for form in (secret, quote(secret, safe=""), encoded):
            begun = re.escape(form[:12])
            text = re.sub(rf"{begun}[\w.~+/=%-]*", STRUCK, text)
    for pattern, instead in _ALIKE:
        text = pattern.sub(instead, text)
    return text


def _report(args: Sequence[str], error: BaseException) -> str:
    """Return what a developer needs: versions, the command line, where it happened."""
    trace = "".join(traceback.format_exception(error))
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return (
        f"assetgen {VERSION}, {python}, {platform.platform()}\n"
        f"assetgen {' '.join(args)}\n\n{trace}"
    )


def _surroundings() -> tuple[tuple[str, ...], Path]:
    """Return the secrets of this run and the folder for reports."""
    here = Path.cwd()
    secrets: set[str] = set()
    home = Path(tempfile.gettempdir())
    for folder in (here, *here.parents):
        try:
            settings = read_settings(folder)
        except Exception:  # noqa: BLE001, S112  whatever broke may break here again
            continue
        secrets |= set(settings.secrets)
        home = settings.journal.parent / "reports"
    return tuple(sorted(secrets, key=len, reverse=True)), home
