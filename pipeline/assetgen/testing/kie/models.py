"""This file is what the vendor's side knows of its models: fields, prices, sizes.

It is written from the vendor's pages and not from assetgen's own catalogue, so that a
mistake there meets somebody who disagrees. Fields are those of docs.kie.ai as of
2026-08-19 (`nano-banana-2-1` and `gpt-image-2-5-*`: 2026-10-09), prices are in credits
(0.005 USD each) as of 2026-10-09.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

REQUIRED = "This field is required"
# Pictures come with sides of this multiple: 16:9 at 1K is 1376x768, 3:2 is 1264x848.
STEP = 16
NOMINAL = 1024


@dataclass(frozen=True, slots=True)
class Rule:
    """What may stand in one input."""

    options: tuple[str, ...] = ()
    kind: type = str
    required: bool = False
    most: int | None = None

    def complaint(self, name: str, value: object) -> str | None:
        """Return what the vendor says of a value; of these, one text is on record."""
        if self.options and value not in self.options:
            return out_of_range(name)
        if not isinstance(value, self.kind):
            return f"The type of {name} is wrong"
        if self.most and isinstance(value, str | list) and len(value) > self.most:
            return f"The length of {name} exceeds the limit of {self.most}"
        return None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One model as the vendor knows it.

    Attributes:
        rules: Every documented input.
        credits: Price of one picture by grade; the first one is the default grade.
        grade: The input that names the grade, "" if there is only one.
        sides: Side in pixels of a square picture, by grade.
        not_at: Grade → ratios that it refuses.
        square: Side of a square picture of 1024 pixels, which some models enlarge.
        file_format: What it gives when nobody says, as Pillow names it.
    """

    rules: Mapping[str, Rule]
    credits: Mapping[str, str]
    grade: str = "resolution"
    sides: Mapping[str, int] = field(
        default_factory=lambda: {"1K": 1024, "2K": 2048, "4K": 4096}
    )
    not_at: Mapping[str, frozenset[str]] = field(default_factory=dict)
    square: int = NOMINAL
    file_format: str = "PNG"

    def problem(self, inputs: Mapping[str, object]) -> str | None:
        """Return the vendor's complaint about some inputs, None if it has none."""
        for name, rule in self.rules.items():
            value = inputs.get(name)
            if value in (None, ""):
                if rule.required:
                    return "prompt is required" if name == "prompt" else REQUIRED
            elif complaint := rule.complaint(name, value):
                return complaint
        ratio = str(inputs.get("aspect_ratio") or "auto")
        if ratio in self.not_at.get(self.grade_of(inputs), ()):
            return out_of_range("aspect_ratio")
        return None

    def grade_of(self, inputs: Mapping[str, object]) -> str:
        """Return the grade that some inputs ask for."""
        return str(inputs.get(self.grade) or next(iter(self.credits)))

    def price(self, inputs: Mapping[str, object]) -> Decimal:
        """Return what one picture costs in credits."""
        return Decimal(self.credits[self.grade_of(inputs)])

    def size(self, inputs: Mapping[str, object]) -> tuple[int, int]:
        """Return the real, off-nominal (width, height) in pixels of its pictures."""
        ratio = str(inputs.get("aspect_ratio") or inputs.get("image_size") or "auto")
        across, _, down = ("1:1" if ratio == "auto" else ratio).partition(":")
        side = self.sides[self.grade_of(inputs)]
        if across == down:
            return (self.square, self.square) if side == NOMINAL else (side, side)
        stretch = math.sqrt(int(across) / int(down))
        return _up(side * stretch), _up(side / stretch)

    def format_of(self, inputs: Mapping[str, object]) -> str:
        """Return Pillow's name of the format that some inputs ask for."""
        asked = str(inputs.get("output_format") or self.file_format).upper()
        return "JPEG" if asked == "JPG" else asked


def out_of_range(name: str) -> str:
    """Return what the vendor says of a word that it does not know."""
    return f"This {name} is not within the range of allowed options"


def _up(pixels: float) -> int:
    return math.ceil(round(pixels, 3) / STEP) * STEP


def _one_of(words: str, *, required: bool = False) -> Rule:
    return Rule(options=tuple(words.split()), required=required)


def _prompt(most: int | None = None) -> Rule:
    return Rule(required=True, most=most)


FLAG = Rule(kind=bool)
BANANA_2_RATIOS = "1:1 2:3 3:2 1:4 4:1 3:4 4:3 4:5 5:4 1:8 8:1 9:16 16:9 21:9 auto"
BANANA_RATIOS = _one_of("1:1 9:16 16:9 3:4 4:3 3:2 2:3 5:4 4:5 21:9 auto")
FLUX = {
    "prompt": _prompt(5000),
    "aspect_ratio": _one_of("1:1 4:3 3:4 16:9 9:16 3:2 2:3", required=True),
    "resolution": _one_of("1K 2K", required=True),
    "nsfw_checker": FLAG,
}
GPT_2_CREDITS = {"1K": "6", "2K": "10", "4K": "16"}
GPT_25 = Sheet(
    {
        "prompt": _prompt(20_000),
        "aspect_ratio": _one_of(
            "auto 1:1 3:2 2:3 4:3 3:4 16:9 9:16 21:9 27:16 16:27 9:8 8:9"
        ),
        "resolution": _one_of("1K 2K 4K"),
        "background": _one_of("transparent opaque auto"),
    },
    GPT_2_CREDITS,
    not_at=dict.fromkeys(("2K", "4K"), frozenset({"27:16", "16:27", "9:8", "8:9"})),
    square=1254,
)
# gpt-image-2 above 1K: a missing ratio counts as `auto`, which is 1K only.
ONLY_1K = frozenset({"auto", "5:4", "4:5", "3:1", "1:3", "9:21"})


def _banana_2(credits_by_grade: dict[str, str], most_pictures: int) -> Sheet:
    rules = {
        "prompt": _prompt(20_000),
        "aspect_ratio": _one_of(BANANA_2_RATIOS),
        "image_input": Rule(kind=list, most=most_pictures),
        "output_format": _one_of("png jpg"),
        "resolution": _one_of("1K 2K 4K"),
    }
    return Sheet(rules, credits_by_grade, file_format="JPEG")


MODELS: dict[str, Sheet] = {
    "nano-banana-pro": Sheet(
        {
            # Documented as 10 000; twice that is sent by others and accepted.
            "prompt": _prompt(20_000),
            "aspect_ratio": _one_of("1:1 2:3 3:2 3:4 4:3 4:5 5:4 9:16 16:9 21:9 auto"),
            "image_input": Rule(kind=list, most=8),
            "output_format": _one_of("png jpg"),
            "resolution": _one_of("1K 2K 4K"),
        },
        {"1K": "18", "2K": "18", "4K": "24"},
    ),
    "nano-banana-2": _banana_2({"1K": "8", "2K": "12", "4K": "18"}, 14),
    "nano-banana-2-1": _banana_2({"1K": "4", "2K": "6", "4K": "9"}, 10),
    "google/nano-banana": Sheet(
        {
            "prompt": _prompt(5000),
            "aspect_ratio": BANANA_RATIOS,
            "image_size": BANANA_RATIOS,
            "output_format": _one_of("png jpeg"),
            "nsfw_checker": FLAG,
        },
        {"": "4"},
        grade="",
        sides={"": 1024},
    ),
    "seedream/4.5-text-to-image": Sheet(
        {
            "prompt": _prompt(3000),
            "aspect_ratio": _one_of(
                "1:1 4:3 3:4 16:9 9:16 2:3 3:2 21:9", required=True
            ),
            "quality": _one_of("basic high", required=True),
            "nsfw_checker": FLAG,
        },
        {"basic": "6.5", "high": "6.5"},
        grade="quality",
        sides={"basic": 2048, "high": 4096},
        file_format="JPEG",
    ),
    "flux-2/pro-text-to-image": Sheet(FLUX, {"1K": "5", "2K": "7"}, file_format="JPEG"),
    "flux-2/flex-text-to-image": Sheet(
        FLUX, {"1K": "14", "2K": "24"}, file_format="JPEG"
    ),
    "gpt-image/1.5-text-to-image": Sheet(
        {
            "prompt": _prompt(),
            "aspect_ratio": _one_of("1:1 2:3 3:2", required=True),
            "quality": _one_of("medium high", required=True),
        },
        {"medium": "4", "high": "22"},
        grade="quality",
        sides={"medium": 1024, "high": 1024},
    ),
    "gpt-image-2-text-to-image": Sheet(
        {
            "prompt": _prompt(20_000),
            "aspect_ratio": _one_of(
                "auto 1:1 3:2 2:3 4:3 3:4 5:4 4:5 16:9 9:16 2:1 1:2 3:1 1:3 21:9 9:21"
            ),
            "resolution": _one_of("1K 2K 4K"),
        },
        GPT_2_CREDITS,
        not_at={"2K": ONLY_1K, "4K": ONLY_1K | {"1:1"}},
        square=1254,
    ),
    "gpt-image-2-5-flare-text-to-image": GPT_25,
    "gpt-image-2-5-sunburst-text-to-image": GPT_25,
}
