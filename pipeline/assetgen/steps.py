"""This file is the free steps: cutting a picture out, deriving one file from it.

A free key starts from bytes, not from the step before: an identical picture is never
worked on twice. It holds our own version number of a step, never a library's.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Literal

from assetgen.digest import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Fit = Literal["inside", "cover", "contain", "outside", "fill"]
Format = Literal["png", "webp", "jpg", "avif", "ico"]
Tone = Literal["colour", "grey", "tint", "white"]

FORMATS: tuple[Format, ...] = ("png", "webp", "jpg", "avif", "ico")
OPAQUE_FORMATS = frozenset({"jpg"})
# Files of several pictures: what these say of themselves no reader of XMP looks for.
CONTAINERS = ("ico", "icns")
SIDECAR = ".xmp"  # behind the whole name of the file that it stands beside

CUT_VERSION = 1
DERIVE_VERSION = 1
PROVENANCE_VERSION = 1
COMPANION_VERSION = 1
# Who can write a companion (`companions/`), and our version of how: the text's key.
COMPOSERS = {"fill": 1, "picture": 1, "sidecar": 1, "verbatim": 1}
# What the composer `fill` can say of a picture: `{icon.path}`.
PICTURE_WORDS = (
    "path",
    "url",
    "file",
    "resource",
    "width",
    "height",
    "bytes",
    "sizes",
    "type",
)
# The fields of a rendition that are in every key. One that came later is left out of
# the key at its default, so that no file is made again because sizes learn something.
FIRST_FIELDS = frozenset(
    {
        "format",
        "width",
        "height",
        "fit",
        "position",
        "background",
        "padding",
        "enlarge",
        "quality",
        "lossless",
        "max_bytes",
    }
)


@dataclass(frozen=True, slots=True)
class Certificate:
    """The user's certificate that files are signed with: a PEM file and its digest."""

    path: Path
    digest: str


@dataclass(frozen=True, slots=True)
class Cut:
    """How a picture is cut out of its background.

    Attributes:
        method: ``auto`` or the name of a method (entry point `assetgen.cutouts`).
        model: What that method needs a model for: a rembg model's name, or "".
        options: Further settings of that method.
        crop: "" to leave the picture its size; otherwise it is trimmed to the subject
            and this is left around it: ``0``, ``24`` (pixels), ``10%`` (of the longer
            side of the subject).
        gates: Gate → its limit, None for none; only those that are not ours.
    """

    method: str = "auto"
    model: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    crop: str = ""
    gates: Mapping[str, object] = field(default_factory=dict)

    @property
    def later(self) -> dict[str, object]:
        """Return what came after the first release, without what is as it was then."""
        found = {"crop": self.crop, "gates": dict(self.gates)}
        return {name: value for name, value in found.items() if value}

    def key(self, source: str, identity: Mapping[str, object]) -> str:
        """Return the key of cutting out the bytes named `source`.

        `identity` is what the method itself depends on, such as a model's SHA-256.
        """
        fields = {
            "source": source,
            "method": self.method,
            "model": self.model,
            "options": dict(self.options),
            "identity": dict(identity),
        }
        return key_of("cutout", CUT_VERSION, fields | self.later)


@dataclass(frozen=True, slots=True)
class Rendition:
    """Everything that decides the pixels and bytes of one derived file.

    Attributes:
        width, height: The box in pixels; with neither, the picture's own size.
        fit: sharp's words for how the picture meets the box.
        position: Where `cover` and `contain` anchor it: ``center``, or as in
            ``top``, ``right bottom``, ``30% 40%``; ``attention`` and ``entropy`` find
            out where `cover` should look.
        background: ``#RRGGBB`` put behind it, None to keep it transparent.
        padding: Share of the box's shorter side left free on every side, 0 to 0.49.
        border: Pixels left free on every side, in place of `padding`.
        enlarge: Whether it may become larger than the picture.
        quality: 1 to 100; ignored by png and ico.
        lossless: webp without loss.
        max_bytes: The file's limit in bytes, met by lowering the quality.
        tone: ``grey`` without colour; ``tint`` likewise, and bright enough to be
            coloured on black; ``white`` in place of every colour, so that the
            transparency alone is the picture.
        safe: Diameter of a centred circle, as a share of the box's shorter side, into
            which the subject (all that is not transparent) is fitted; 0 for none.
        fill: Shares of the box, across and down, that the subject of a cut-out is
            fitted into, in the middle; () for none.
        bleed: A picture without any transparency covers the box from edge to edge,
            whatever `fit`, `padding`, `safe`, `fill` and `trim` say.
        plate: Share of the box, in the middle, that such a picture covers in place of
            all of it; 0 for all.
        mirror: Beyond the plate such a picture goes on as its own mirror image.
        corners: Radius of the plate's round corners, as a share of its shorter side;
            what is beyond is transparent. A cut-out on nothing has no plate.
        trim: Only the subject is taken: what is not transparent, or not the colour of
            the border.
        linear: Resized by the light that the numbers stand for.
        sharpen: Up to 48 pixels it is sharpened gently.
        channel: png and webp have an alpha channel although nothing is transparent.
    """

    format: Format = "png"
    width: int | None = None
    height: int | None = None
    fit: Fit = "inside"
    position: str = "center"
    background: str | None = None
    padding: float = 0.0
    enlarge: bool = False
    quality: int = 80
    lossless: bool = False
    max_bytes: int | None = None
    tone: Tone = "colour"
    safe: float = 0.0
    fill: tuple[float, ...] = ()
    bleed: bool = False
    plate: float = 0.0
    mirror: bool = False
    corners: float = 0.0
    channel: bool = False
    trim: bool = False
    linear: bool = False
    sharpen: bool = False
    border: int = 0

    @property
    def said(self) -> dict[str, object]:
        """Return what keys are made of: a later field only where it says something."""
        found = asdict(self)
        for each in fields(self):
            if each.name not in FIRST_FIELDS and found[each.name] == each.default:
                del found[each.name]
        return found

    @property
    def recipe(self) -> str:
        """Return the key of this step without its source, as the index keeps it."""
        return key_of("derive", DERIVE_VERSION, self.said)

    def key(self, source: str, mark: str = "") -> str:
        """Return the key of deriving this file from the bytes named `source`.

        `mark` names what is written into it about its making, "" for nothing.
        """
        marked = [mark] if mark else []
        return key_of("derive", DERIVE_VERSION, [source, self.said, *marked])


@dataclass(frozen=True, slots=True)
class Rules:
    """What whoever takes a published file accepts; checked before it is published.

    Attributes:
        taker: Who that is, for messages: ``ios@1``.
        width, height: In pixels, 0 for any.
        alpha: ``no``: no alpha channel at all; ``yes``: one with something
            transparent in it; ``channel``: one, whatever is in it; "" for any.
        max_bytes: The file's limit, 0 for none.
        safe: Diameter of the centred circle that the subject must stay inside, as a
            share of the shorter side; 0 for anywhere.
        grey: No colour at all.
    """

    taker: str
    width: int = 0
    height: int = 0
    alpha: Literal["", "no", "yes", "channel"] = ""
    max_bytes: int = 0
    safe: float = 0.0
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Companion:
    """A text that is made of what is known about an asset's published files.

    Its bytes are a function of this, of the asset's name and `alt`, and of the listed
    files as the index has them: whatever changes one of these makes it again.

    Attributes:
        composer: Who writes it: a name in `COMPOSERS`.
        kind: What its text is, the index's `format`: `json`, `html`, `xml`, `xmp`…
        lists: The paths below the output of the files it tells of, the same asset's.
            Without any, several assets may ask for the same text at the same path.
        options: What the composer reads besides, as JSON.
    """

    composer: str
    kind: str
    lists: tuple[str, ...] = ()
    options: str = "null"

    @property
    def said(self) -> list[object]:
        """Return what keys are made of."""
        version = [COMPANION_VERSION, COMPOSERS[self.composer]]
        return [version, self.composer, self.kind, list(self.lists), self.options]
