"""This file is what our files say about their making, in the words of IPTC.

The words are XMP properties of the IPTC Photo Metadata Standard 2025.1 and its
vocabulary of digital source types (http://cv.iptc.org/newscodes/digitalsourcetype/):

- `trainedAlgorithmicMedia`, created using generative AI: a picture made from words.
  Cutting it out and resizing it only takes away, and it stays that;
- `compositeWithTrainedAlgorithmicMedia`, edited using generative AI: the model was
  shown pictures and made another one of them;
- `compositeSynthetic`, several elements of which at least one is generative AI: what
  was drawn onto such a picture afterwards, a logo for instance;
- `algorithmicMedia`, created by an algorithm that learned from nothing: our drafts.

The same origin gives the same bytes: no time, no version of ours is in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.images.metadata import with_mark
from assetgen.images.xmp import packet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.images.sealing import Seal

SOURCE_TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"
SYSTEM = "Iptc4xmpExt:AISystemUsed"
VERSION = "Iptc4xmpExt:AISystemVersionUsed"
PROMPT = "Iptc4xmpExt:AIPromptInformation"
TOOL = "xmp:CreatorTool"
DRAFT = "assetgen:draft"
# A segment of JPEG holds 65,533 bytes; longer words are named by their digest.
LONGEST_PROMPT = 48_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Who made a picture, and from what.

    Attributes:
        provider, model: Who drew it.
        prompt: The words.
        shown: The model was shown pictures.
        learned: It is a model that learned from pictures, not a procedure.
        composed: Something was drawn onto it afterwards.
    """

    provider: str
    model: str
    prompt: str
    shown: bool = False
    learned: bool = True
    composed: bool = False

    @classmethod
    def of(cls, request: Mapping[str, object], *, learned: bool = True) -> Origin:
        """Return the origin that a request (as receipts write it) tells of."""
        provider, model, prompt = (
            str(request.get(name, "")) for name in ("provider", "model", "prompt")
        )
        shown = bool(request.get("references"))
        return cls(provider, model, prompt, shown, learned)

    @property
    def source_type(self) -> str:
        """Return its word in IPTC's vocabulary."""
        if not self.learned:
            return "algorithmicMedia"
        if self.composed:
            return "compositeSynthetic"
        if self.shown:
            return "compositeWithTrainedAlgorithmicMedia"
        return "trainedAlgorithmicMedia"


@dataclass(frozen=True, slots=True)
class Mark:
    """What is written into every file of one picture; call it with a file's bytes.

    Attributes:
        source_type, agent: What it says, for whoever signs it.
        seal: Signs what was written, None to leave it unsigned.
    """

    packet: bytes
    draft: bool
    source_type: str = ""
    agent: str = ""
    seal: Seal | None = None

    @property
    def digest(self) -> str:
        """Return the name of what it writes, and of who signs it, for keys."""
        ends = b"\0draft" if self.draft else b""
        ends += f"\0{self.seal.digest}".encode() if self.seal else b""
        return digest_bytes(self.packet + ends)

    def __call__(self, data: bytes) -> bytes:
        """Return a file with this mark in it; raises ImageError if it has no place."""
        written = with_mark(data, self.packet, draft=self.draft)
        return self.seal(written, self) if self.seal else written


def mark_of(origin: Origin | None, *, draft: bool, words: bool) -> Mark | None:
    """Return the mark of a picture, None if there is nothing to say.

    Args:
        origin: Who made it, None if that is not to be said or not known.
        draft: It is a placeholder: that is always said.
        words: The prompt is written down, not its SHA-256.
    """
    found = _said(origin, words=words) if origin else {}
    if draft:
        found[DRAFT] = "True"
    if not found:
        return None
    kind = origin.source_type if origin else ""
    return Mark(packet(found), draft, kind, found.get(SYSTEM, ""))


def _said(origin: Origin, *, words: bool) -> dict[str, str]:
    """Return what is said of a picture, in a fixed order."""
    found = {SOURCE_TYPE: f"{SOURCE_TYPES}{origin.source_type}"}
    if origin.learned:
        found[SYSTEM] = f"{origin.model} via {origin.provider}"
        found[VERSION] = origin.model
        found[PROMPT] = _prompt(origin.prompt, words=words)
    found[TOOL] = "assetgen"
    return found


def _prompt(prompt: str, *, words: bool) -> str:
    if words and len(prompt.encode()) <= LONGEST_PROMPT:
        return prompt
    return f"sha256:{digest_bytes(prompt.encode())}"
