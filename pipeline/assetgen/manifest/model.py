"""This file is the manifest as the rest of assetgen sees it: checked and frozen."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from assetgen.errors import ImageError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from decimal import Decimal
    from pathlib import Path

    from assetgen.emission import Emission
    from assetgen.errors import Place, Problem
    from assetgen.layers import Layer
    from assetgen.request import Request
    from assetgen.steps import Certificate, Companion, Cut, Rendition, Rules
    from assetgen.svg.drawing import Drawing

Master = Literal[True, False, "both"]
# How a bought picture's files tell of the prompt; "" where they tell of nothing.
Provenance = Literal["", "hash", "words"]


INDEX = "index.json"  # in every output, beside what is published there


@dataclass(frozen=True, slots=True)
class Part:
    """One picture of a file: how it is derived, and from what.

    Attributes:
        start: A file of the user's that it starts from in place of the asset's picture.
        bitmap: It stands in its container without compression, for old readers.
    """

    rendition: Rendition
    start: Path | None = None
    bitmap: bool = False


@dataclass(frozen=True, slots=True)
class File:
    """One file that an asset publishes: a picture, several in one, or a text.

    Attributes:
        path: Below its output folder, with ``/``: ``credits/coin@2x.webp``.
        variant: The variant's suffix (``@2x``), ``master`` or ``nobg``, or in a
            platform set ``<set>:<picture>``.
        rendition: How it is derived; None for the master's own bytes, unless those
            bytes turn out to be of another format, in which case they are re-encoded.
            None too for a container and for a text.
        cut: It starts from the cut-out picture; otherwise from the picture as bought.
        start: A file of the user's that it starts from in place of the asset's picture.
        parts: The pictures in a container (ico, icns), in its order.
        companion: How a text is made; None for pictures.
        beside: Files of the user's that the pictures a text lists are made of.
        rules: What whoever takes the file accepts, None for anything.
    """

    path: str
    variant: str
    rendition: Rendition | None
    cut: bool
    start: Path | None = None
    parts: tuple[Part, ...] = ()
    companion: Companion | None = None
    beside: tuple[Path, ...] = ()
    rules: Rules | None = None

    @property
    def is_master(self) -> bool:
        """Return whether it is the asset's picture itself."""
        return not (self.rendition or self.parts or self.companion)

    @property
    def is_sidecar(self) -> bool:
        """Return whether it says beside another file how that one was made."""
        return self.companion is not None and self.companion.composer == "sidecar"

    @property
    def drawn(self) -> tuple[Part, ...]:
        """Return the pictures in it that are derived."""
        return self.parts or (
            () if self.rendition is None else (Part(self.rendition, self.start),)
        )

    @property
    def inputs(self) -> tuple[Path, ...]:
        """Return the user's files that it is made of, beside the asset's picture."""
        if not (self.start or self.parts or self.beside):
            return ()  # nearly every file, and there may be 100,000
        found = [part.start for part in self.drawn if part.start is not None]
        return tuple(dict.fromkeys([*found, *self.beside]))


@dataclass(frozen=True, slots=True)
class Asset:
    """One thing a person asked for; a matrix makes several of one entry.

    Attributes:
        name: Unique, with ``/`` for folders: ``credits/coin-reward``.
        base: The entry's own name, which means all assets of its matrix.
        keys: The keys that lead to its entry, for messages: ``("assets", "coin")``.
        request: What to ask of a provider (take 1), None for a `source:`.
        source: The file that is its picture, None for a request.
        drawing: The SVG that is its picture, out of a template or of that file.
        layers: What is laid on its picture, the lowest first.
        cut: How it is cut out, None to leave it as it is.
        files: What it publishes, the master first, sidecars last. A sidecar is left
            out of a plan whose picture has nothing to say.
        nominal: (width, height) in pixels that the model promises, None if unknown.
        provenance: What the files of a bought picture say about how it was made.
        certificate: Signs what they say, None to leave it unsigned.
        price: USD of one take, None if unknown, 0 if nothing is bought.
        output: The name of the output it goes to.
        notes: What `plan` should mention: defaults that the model does not have, a
            white ground under a format without alpha.
        faults: What is wrong inside the pictures that it is made of, as they are now.
        twin: The name of the asset that is its picture on black, "" if there is none.
        twin_of: The asset whose picture it is on black, "" for what a person wrote.
    """

    name: str
    base: str
    keys: tuple[str, ...]
    request: Request | None
    source: Path | None
    cut: Cut | None
    files: tuple[File, ...]
    nominal: tuple[int, int] | None
    price: Decimal | None
    output: str
    free: bool = False
    alt: str | None = None
    provenance: Provenance = "hash"
    certificate: Certificate | None = None
    tags: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    drawing: Drawing | None = None
    layers: tuple[Layer, ...] = ()
    faults: tuple[Problem, ...] = ()
    twin: str = ""
    twin_of: str = ""

    @property
    def partner(self) -> str:
        """Return the asset that is the same picture on the other ground, "" if none."""
        return self.twin or self.twin_of

    @property
    def sidecars(self) -> int:
        """Return how many of its files, the last ones, are sidecars."""
        last_first = reversed(self.files)
        return sum(1 for _ in takewhile(attrgetter("is_sidecar"), last_first))

    @property
    def broken(self) -> ImageError | None:
        """Return why nothing can be made of it, None if nothing is wrong inside."""
        if not self.faults:
            return None
        first, *others = self.faults
        parts = (str(first.place or ""), first.path, first.message)
        more = f"; `assetgen validate` names {len(others)} more" if others else ""
        message = f"{': '.join(part for part in parts if part)}{more}"
        return ImageError(message, hint=first.hint)


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What a manifest may say about a provider: never a key, never an address.

    Attributes:
        concurrency: Jobs that may be out at once.
        timeout: Seconds a build waits for one job.
    """

    concurrency: int = 50
    timeout: float = 900.0


@dataclass(frozen=True, slots=True)
class Manifest:
    """All assets of one manifest, with everything they need, checked as a whole.

    Attributes:
        path: The manifest's own absolute path.
        name: Its path as messages show it.
        outputs: Output name → absolute folder, the first one the default.
        originals: Absolute folder of bought pictures and receipts.
        budget: USD that one build may spend, None if the manifest does not say.
        monthly: USD that all builds of a calendar month may spend, None likewise.
        inputs: Every file that was read (absolute), for the stamp.
        absent: Every path that was looked for and was not there, for the stamp.
        folders: Every folder that `include:` searched (absolute), for the stamp: a new
            file in one of them changes what was read.
        emission: What other programs get beside the pictures, None for nothing.
        palette: The brand's colours as ``#RRGGBB``, in its order.
        locate: Place of the entry under some keys; reads the files again when asked.
    """

    path: Path
    name: str
    assets: tuple[Asset, ...]
    outputs: Mapping[str, Path]
    originals: Path
    budget: Decimal | None
    providers: Mapping[str, ProviderSettings]
    inputs: tuple[Path, ...]
    absent: tuple[Path, ...]
    locate: Callable[[tuple[str, ...]], Place | None] = field(compare=False)
    folders: tuple[Path, ...] = ()
    palette: tuple[str, ...] = ()
    monthly: Decimal | None = None
    emission: Emission | None = None

    @property
    def faults(self) -> tuple[Problem, ...]:
        """Return what is wrong inside pictures of any asset, each once."""
        found = (fault for asset in self.assets for fault in asset.faults)
        return tuple(dict.fromkeys(found))

    @property
    def root(self) -> Path:
        """Return the folder of the manifest, absolute."""
        return self.path.parent
