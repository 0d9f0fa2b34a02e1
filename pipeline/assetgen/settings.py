"""This file is the only one that reads the environment, and the `.env` files.

Keys are looked for in the real environment, then in `.env.local`, then in `.env`
beside the manifest; nothing else is taken from those files, so that a project from
elsewhere cannot aim a person's credentials at another address.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_FILES = (".env.local", ".env")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the surroundings of a run decide.

    Attributes:
        journal: Absolute path of the journal (money; never delete it).
        store: Absolute folder of the shelf (may be deleted).
        environment: What providers may read: the environment and the keys of the
            `.env` files. Never printed.
        ci: The run is on a machine whose disk dies with it.
        durable: The person says that the home outlives the run.
        interval: The user's own seconds between two questions about one job.
        timeout: The user's own seconds that a build waits for one job.
        key_files: The `.env` files that were looked for, there or not.
    """

    journal: Path
    store: Path
    environment: Mapping[str, str] = field(repr=False)
    ci: bool = False
    durable: bool = False
    interval: float | None = None
    timeout: float | None = None
    key_files: tuple[Path, ...] = ()

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return the values that must appear nowhere, longest first."""
        values = {
            value
            for name, value in self.environment.items()
            if _is_key(name) and len(value) >= 8  # noqa: PLR2004  shorter is a flag
        }
        return tuple(sorted(values, key=len, reverse=True))


def read_settings(root: Path) -> Settings:
    """Return the settings for a project in that folder.

    Raises UsageError for a number that is none, or a home that is relative.
    """
    environment = dict(os.environ)
    files = tuple(root / name for name in KEY_FILES)
    for path in files:
        for name, value in _keys(path).items():
            environment.setdefault(name, value)
    journal, store = homes(environment)
    return Settings(
        journal=journal,
        store=store,
        environment=environment,
        ci=_truth(environment.get("CI")),
        durable=_truth(environment.get("ASSETGEN_DURABLE")),
        interval=_seconds(environment, "KIE_POLL_INTERVAL"),
        timeout=_seconds(environment, "KIE_TIMEOUT"),
        key_files=files,
    )


def homes(environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Return where the journal and the shelf live: (journal file, store folder).

    `ASSETGEN_HOME` holds both; otherwise the user's data and cache folders do. On
    Linux those are computed here, because a build with nothing to do asks for them
    before it imports anything. A relative one would be another journal in every
    folder, and forget there what is paid: `ASSETGEN_HOME` is refused then with
    UsageError, and XDG's are passed over, as their specification demands.
    """
    home = environment.get("ASSETGEN_HOME")
    if home:
        folder = _home(home)
        return folder / "journal.db", folder / "store"
    if sys.platform == "linux":
        user = Path(environment.get("HOME") or Path.home())
        data = _absolute(environment.get("XDG_DATA_HOME")) or user / ".local" / "share"
        cache = _absolute(environment.get("XDG_CACHE_HOME")) or user / ".cache"
        return data / "assetgen" / "journal.db", cache / "assetgen" / "store"
    import platformdirs  # noqa: PLC0415  only where the folders are not XDG's

    return (
        Path(platformdirs.user_data_dir("assetgen", appauthor=False)) / "journal.db",
        Path(platformdirs.user_cache_dir("assetgen", appauthor=False)) / "store",
    )


def _home(home: str) -> Path:
    """Return the folder of `ASSETGEN_HOME`; raises UsageError if it is relative."""
    with suppress(RuntimeError):  # `~` of a user who is not here
        folder = Path(home).expanduser()
        if folder.is_absolute():
            return folder
    message = f"`ASSETGEN_HOME` is no absolute path: `{home[:80]}`"
    hint = "seen from another folder it would be another journal, without your jobs"
    raise UsageError(message, hint=hint)


def _absolute(path: str | None) -> Path | None:
    """Return a path, None for one that is relative."""
    return Path(path) if path and Path(path).is_absolute() else None


def _keys(path: Path) -> dict[str, str]:
    """Return the keys that a `.env` file sets, empty if there is no such file."""
    if not path.is_file():
        return {}
    from dotenv import dotenv_values  # noqa: PLC0415  only where there is a file

    try:
        values = dotenv_values(path, interpolate=False)
    except (OSError, UnicodeDecodeError) as error:
        message = f"cannot read `{path.name}`: {type(error).__name__}"
        raise UsageError(message) from error
    return {name: value for name, value in values.items() if value and _is_key(name)}


def _is_key(name: str) -> bool:
    """Return whether a variable holds a credential rather than a setting."""
    return name.upper().endswith(("_KEY", "_TOKEN", "_SECRET"))


def _truth(value: str | None) -> bool:
    """Return whether a variable is switched on."""
    return (value or "").strip().lower() not in {"", "0", "false", "no", "off"}


def _seconds(environment: Mapping[str, str], name: str) -> float | None:
    """Return a variable that holds seconds, None if it is not set."""
    text = environment.get(name)
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds < 1e6:  # noqa: PLR2004  eleven days
        message = f"expected seconds for `{name}`, got `{text[:40]}`"
        raise UsageError(message, hint=f"for example `{name}=5`")
    return seconds
