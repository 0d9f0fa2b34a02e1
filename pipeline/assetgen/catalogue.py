"""This file is what a vendor's catalogue is made of: models as data, and their price.

A provider lists its models as `Model` values. From them come the checks of a
manifest (before anything is sent, because vendors ignore inputs they do not know and
bill all the same), the wire payload, the paid key and the quote.
"""

from __future__ import annotations

import difflib
import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

Scalar = str | int | float | bool
InputKind = Literal["string", "integer", "number", "boolean"]

# A word of so many letters is long; two long ones are alike from this ratio on.
_LONG, _ALIKE = 6, 0.7
# Our words for the side of a square picture of that resolution, in pixels.
SIDES = {"512": 512, "1K": 1024, "2K": 2048, "3K": 3072, "4K": 4096}


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a model, by its name on the wire.

    Attributes:
        kind: The JSON type the vendor expects; a manifest's value is coerced to it.
        default: The value sent when nobody says otherwise, or None to send nothing.
            It is the value of this input's first release and never changes: the paid
            key leaves an input out at this value, so that an input gained later, with
            its neutral value as default, buys nothing again.
        choices: The values the vendor accepts, empty for any.
        least, most: Bounds of a number, or of the length of a text.
        required: The vendor refuses a request without it.
    """

    kind: InputKind
    default: Scalar | None = None
    choices: tuple[Scalar, ...] = ()
    least: float | None = None
    most: float | None = None
    required: bool = False


@dataclass(frozen=True, slots=True)
class Dial:
    """How one of our words (``aspect_ratio``, ``resolution``, …) reaches a model.

    Attributes:
        input: The input's name on the wire.
        words: Our word → the vendor's value, in the vendor's order.
    """

    input: str
    words: Mapping[str, Scalar]

    def word(self, value: object) -> str | None:
        """Return our word for a value on the wire, or None."""
        return next(
            (ours for ours, theirs in self.words.items() if theirs == value), None
        )


@dataclass(frozen=True, slots=True)
class Rate:
    """A price in USD for requests whose inputs have all the values of `when`."""

    usd: Decimal
    when: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ban:
    """A combination of input values that the vendor refuses, and why."""

    when: Mapping[str, tuple[Scalar, ...]]
    why: str


@dataclass(frozen=True, slots=True)
class Showing:
    """How pictures are shown to a model beside the words.

    Attributes:
        input: The input's name on the wire, a list of addresses.
        most: How many pictures it takes.
        heaviest: The longest file it takes, in bytes.
    """

    input: str
    most: int
    heaviest: int


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a wish: the field a person wrote, a sentence, a hint."""

    field: str
    message: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class Model:
    """One model of a vendor's catalogue.

    Attributes:
        name: Its id on the wire.
        provider: The provider's name.
        inputs: Every documented input but the prompt, by its name on the wire.
        aspect_ratio, resolution, source_format: Our dials, None where it has none.
        prompt_limit: Longest prompt in characters.
        rates: Prices; the first whose `when` matches counts. Empty: price unknown.
        priced_on: ISO day on which the prices were read.
        bans: Combinations that are refused.
        showing: How it is shown pictures, None where it takes words only.
        alpha: The model can be asked for real transparency.
        side: Pixels of a square picture where there is no resolution dial.
        procedural: It draws by rule and has learned from no pictures: not generative
            AI, and its files say so.
        notes: What a person should know before choosing it.
    """

    name: str
    provider: str
    inputs: Mapping[str, Input]
    aspect_ratio: Dial | None = None
    resolution: Dial | None = None
    source_format: Dial | None = None
    prompt_limit: int = 20_000
    rates: tuple[Rate, ...] = ()
    priced_on: str = ""
    bans: tuple[Ban, ...] = ()
    showing: Showing | None = None
    alpha: bool = False
    side: int = 1024
    procedural: bool = False
    notes: tuple[str, ...] = ()

    def dials(self) -> dict[str, Dial]:
        """Return our words that this model understands, with their dials."""
        pairs = {
            "aspect_ratio": self.aspect_ratio,
            "resolution": self.resolution,
            "source_format": self.source_format,
        }
        return {name: dial for name, dial in pairs.items() if dial is not None}

    def price(self, inputs: Mapping[str, Scalar]) -> Decimal | None:
        """Return the price in USD of one request, or None if it is unknown."""
        for rate in self.rates:
            if all(inputs.get(name) == value for name, value in rate.when.items()):
                return rate.usd
        return None

    def keyed(self, inputs: Mapping[str, Scalar]) -> dict[str, Scalar]:
        """Return the inputs that the paid key names: all but those at their default."""
        return {
            name: value
            for name, value in inputs.items()
            if name not in self.inputs or value != self.inputs[name].default
        }

    def size(self, inputs: Mapping[str, Scalar]) -> tuple[int, int] | None:
        """Return the nominal (width, height) in pixels, None if only the vendor knows.

        A resolution names the side of the square of the same area; real pictures
        differ by a few percent (1376x768 for a nominal 1365x768).
        """
        ratio, resolution = "1:1", None
        if self.aspect_ratio:
            ratio = (
                self.aspect_ratio.word(inputs.get(self.aspect_ratio.input)) or "auto"
            )
        if self.resolution:
            resolution = self.resolution.word(inputs.get(self.resolution.input))
        return nominal_size(ratio, SIDES.get(resolution or "", self.side))


def nominal_size(ratio: str, side: int) -> tuple[int, int] | None:
    """Return (width, height) with the area of ``side`` squared; None for ``auto``."""
    across, colon, down = ratio.partition(":")
    if not colon:
        return None
    scale = math.sqrt(float(across) / float(down))
    return round(side * scale), round(side / scale)


def nearest(word: object, known: Iterable[object]) -> str | None:
    """Return the hint ``did you mean `x`?`` for a misspelt word, or None.

    Of long words more letters must agree than of short ones: `assert` is no `master`.
    A word that another one begins with is always meant.
    """
    names = {str(name).lower(): str(name) for name in known}
    typed = str(word).lower()
    for name in difflib.get_close_matches(typed, names, n=3, cutoff=0.6):
        alike = difflib.SequenceMatcher(None, name, typed).ratio() > _ALIKE
        if alike or len(typed) < _LONG or name.startswith(typed):
            return f"did you mean `{names[name]}`?"
    return None
