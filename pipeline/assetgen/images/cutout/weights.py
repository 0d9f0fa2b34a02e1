"""This file is where rembg's models lie on this machine, and whether they are whole.

It repeats the lookup of rembg 2.0.86 (`rembg.sessions.base.BaseSession`), because
importing rembg takes seconds and a missing model has to be known before anything is
bought. rembg uses a file that is there without asking the network.

What was pulled has its digest beside it, as `sha256sum` writes and reads it::

    models/u2netp/u2netp.onnx
    models/u2netp/u2netp.onnx.sha256
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.digest import Tally, digest_file, is_digest
from assetgen.errors import UsageError
from assetgen.files import reason_of
from assetgen.manifest.networks import CUSTOM, FREE, NETWORKS, NOT_ONE_MASK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.manifest.networks import Network
    from assetgen.steps import Cut

PIECE = 1 << 20  # bytes that are read at once
SIDECAR_MOST = 1024  # bytes of a digest beside a file that are read


@dataclass(frozen=True, slots=True)
class Weights:
    """The file of a model on this machine, as it was just read.

    Attributes:
        name: What a manifest calls the model.
        file: Where it lies.
        size: In bytes.
        names: What the bytes are called: by SHA-256, and as rembg would.
        noted: The SHA-256 that was written down beside it, None if none was.
    """

    name: str
    file: Path
    size: int
    names: frozenset[str]
    noted: str | None

    @property
    def sha256(self) -> str:
        """The digest of the bytes."""
        (found,) = (each for each in self.names if each.startswith("sha256:"))
        return found.removeprefix("sha256:")

    @property
    def network(self) -> Network | None:
        """What is known about these very bytes, None for any others."""
        known = NETWORKS.get(self.name)
        return known if known and known.checksum in self.names else None

    @property
    def is_whole(self) -> bool | None:
        """Whether they are what was published or pulled; None if nobody knows."""
        if self.network or self.sha256 == self.noted:
            return True
        return None if self.noted is None and self.name not in NETWORKS else False


def folders(environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Return rembg's own folder and the one of its old versions, there or not."""
    data = environment.get("XDG_DATA_HOME")
    old = environment.get("U2NET_HOME") or f"{data or '~'}/.u2net"
    new = environment.get("REMBG_HOME") or (f"{data}/rembg" if data else "~/.rembg")
    if environment.get("U2NET_HOME"):
        new = old
    return Path(new).expanduser(), Path(old).expanduser()


def places(name: str, environment: Mapping[str, str]) -> tuple[Path, Path]:
    """Return where the weights of a model are looked for; the first is rembg's own."""
    own, old = folders(environment)
    return own / "models" / name / f"{name}.onnx", old / f"{name}.onnx"


def model_file(cut: Cut, environment: Mapping[str, str]) -> Path:
    """Return the file of the model that is asked for.

    Raises UsageError if it is not on this machine; it is never downloaded from here.
    """
    if cut.model in CUSTOM:
        return _custom_file(cut, *folders(environment))
    looked = places(cut.model, environment)
    for place in looked:
        if place.is_file():
            return place
    raise UsageError(
        f"model `{cut.model}` is not on this machine: there is no `{looked[0]}`",
        hint=f"`{pull_command(cut.model)}` says how large it is, and fetches it",
    )


def pull_command(name: str) -> str:
    """Return the command line that fetches a model's weights."""
    accepted = name in FREE or name not in NETWORKS
    return f"assetgen weights pull {name}{'' if accepted else ' --licence accept'}"


def models_here(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the names of the models that are on this machine."""
    return tuple(sorted({file.stem for file in files_here(environment)}))


def files_here(environment: Mapping[str, str]) -> tuple[Path, ...]:
    """Return the file of every model on this machine: of each name the one in use."""
    own, old = folders(environment)
    found = (*old.glob("*.onnx"), *own.glob("models/*.onnx"))
    found += tuple(own.glob("models/*/*.onnx"))
    used = {file.stem: file for file in found}
    return tuple(used[name] for name in sorted(used.keys() - NOT_ONE_MASK))


def weigh(file: Path) -> Weights:
    """Read the whole file of a model; raises UsageError if it cannot be read."""
    tally, size = tally_of(file.stem), 0
    try:
        with file.open("rb") as opened:
            while piece := opened.read(PIECE):
                size += len(piece)
                tally.add(piece)
    except OSError as error:
        raise UsageError(f"cannot read `{file}`: {reason_of(error)}") from error
    return Weights(file.stem, file, size, tally.names, _noted(file))


def tally_of(name: str) -> Tally:
    """Return what counts the bytes of a model, also as rembg names them."""
    known = NETWORKS.get(name)
    return Tally(*([known.checksum.partition(":")[0]] if known else []))


def note_file(file: Path) -> Path:
    """Return where the digest of a model's file is written down."""
    return file.with_name(f"{file.name}.sha256")


def digest_of(file: Path) -> str:
    """Return the digest of a model file, computed once per version of the file."""
    state = file.stat()
    return _digest(file, state.st_size, state.st_mtime_ns)


@lru_cache(maxsize=16)
def _digest(file: Path, size: int, modified: int) -> str:  # noqa: ARG001  the cache's key
    return digest_file(file)


def _noted(file: Path) -> str | None:
    """Return the digest beside a file, None if there is none that can be read."""
    try:
        with note_file(file).open("rb") as opened:
            words = opened.read(SIDECAR_MOST).decode("ascii", "replace").split()
    except OSError:
        return None
    return words[0].lower() if words and is_digest(words[0].lower()) else None


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
