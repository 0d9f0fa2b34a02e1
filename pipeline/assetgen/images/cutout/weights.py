"""This file is where rembg's models lie on this machine, and who may use them.

It repeats the lookup of rembg 2.0.86 (`rembg.sessions.base.BaseSession`), because
importing rembg takes seconds and a missing model has to be known before anything is
bought. rembg uses a file that is there without asking the network.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.digest import digest_file
from assetgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.steps import Cut

# Shapes of networks that rembg runs with a file of the user's own.
CUSTOM = frozenset({"u2net_custom", "dis_custom", "ben_custom"})

# Sessions of rembg that send pictures to a paid service; they have no model file.
REMOTE = frozenset({"withoutbg", "atlascloud"})

# Sessions that answer with points to be given, or with one mask per piece of clothing.
NOT_ONE_MASK = frozenset({"sam", "u2net_cloth_seg"})


def folders(environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Return rembg's own folder and the one of its old versions, there or not."""
    data = environment.get("XDG_DATA_HOME")
    old = environment.get("U2NET_HOME") or f"{data or '~'}/.u2net"
    new = environment.get("REMBG_HOME") or (f"{data}/rembg" if data else "~/.rembg")
    if environment.get("U2NET_HOME"):
        new = old
    return Path(new).expanduser(), Path(old).expanduser()


def model_file(cut: Cut, environment: Mapping[str, str]) -> Path:
    """Return the file of the model that is asked for.

    Raises UsageError if it is not on this machine; it is never downloaded from here.
    """
    own, old = folders(environment)
    if cut.model in CUSTOM:
        return _custom_file(cut, own, old)
    places = (
        own / "models" / cut.model / f"{cut.model}.onnx",
        old / f"{cut.model}.onnx",
    )
    for place in places:
        if place.is_file():
            return place
    raise UsageError(
        f"model `{cut.model}` is not on this machine: there is no `{places[0]}`",
        hint=f"run `rembg d {cut.model}` once, which downloads it",
    )


def models_here(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the models that are on this machine."""
    own, old = folders(environment)
    found = {place.stem for place in own.glob("models/*/*.onnx")}
    found |= {place.stem for place in old.glob("*.onnx")}
    return tuple(sorted(found - NOT_ONE_MASK))


def digest_of(file: Path) -> str:
    """Return the digest of a model file, computed once per version of the file."""
    state = file.stat()
    return _digest(file, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=16)
def _digest(file: Path, size: int, modified: int) -> str:  # noqa: ARG001  the cache's key
    return digest_file(file)


def _custom_file(cut: Cut, own: Path, old: Path) -> Path:
    name = cut.options.get("file")
    if not name:
        raise UsageError(
            f"model `{cut.model}` needs the option `file`",
            hint=f"put the model below `{own}` and write `file: models/mine.onnx`",
        )
    for folder in (own, old):
        place = (folder / str(name)).resolve()
        if place.is_relative_to(folder.resolve()) and place.is_file():
            return place
    raise UsageError(
        f"there is no model `{name}` in `{own}`",
        hint=f"rembg takes models of your own only from below `{own}`",
    )
