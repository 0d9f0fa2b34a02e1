"""This file is how a colour that a person wrote becomes ``#RRGGBB``.

The rule is frozen with the paid key, because colours stand in prompts: a hex colour
keeps its digits, in upper case; a CSS colour function is converted to sRGB, each
channel is cut to 0…1 (as browsers do on an sRGB screen), multiplied by 255 and rounded
half up, after rounding to six decimals so that the last bit of a float decides nothing.
"""

from __future__ import annotations

import math
import re

from assetgen.catalogue import nearest
from assetgen.manifest.issues import Wrong, describe

# https://www.w3.org/TR/css-color-4/#color-syntax
FUNCTIONS = (
    "rgb",
    "rgba",
    "hsl",
    "hsla",
    "hwb",
    "lab",
    "lch",
    "oklab",
    "oklch",
    "color",
)

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})")
_DIGITS = re.compile(r"#?([0-9a-fA-F]+)")
_CALL = re.compile(r"([a-zA-Z]+)\(")
_LONGEST = 200  # characters; a colour function needs about 40
_EXAMPLES = 'write it like `"#EC4899"` or `rgb(236 72 153)`'


def parse_color(text: str) -> str:
    """Return a colour as ``#RRGGBB``, upper case; raises `Wrong` for anything else.

    Accepts ``#RGB``, ``#RRGGBB`` and the CSS colour functions. Transparency is
    refused rather than dropped: a prompt cannot say it, and a background must not
    lose it unseen.
    """
    text = text.strip()
    if _HEX.fullmatch(text):
        digits = text[1:].upper()
        return "#" + (digits if len(digits) > len("RGB") else _doubled(digits))
    call = _CALL.match(text)
    if call is None:
        raise _not_a_color(text)
    if call[1].lower() not in FUNCTIONS:
        raise Wrong(
            f"unknown colour function `{call[1]}`",
            hint=nearest(call[1], FUNCTIONS) or _EXAMPLES,
        )
    return _from_css(text)


def _doubled(digits: str) -> str:
    return "".join(digit * 2 for digit in digits)


def _from_css(text: str) -> str:
    # It costs 90 ms, and most palettes are written in hex.
    from coloraide import Color  # noqa: PLC0415 - see above

    try:
        # `--` names spaces of coloraide's own, which are no CSS.
        if len(text) > _LONGEST or "--" in text:
            raise ValueError  # noqa: TRY301 - the answer is the same as coloraide's no
        color = Color(text)
        alpha, channels = color.alpha(), color.convert("srgb").coords()
    except (ValueError, ArithmeticError):
        message = f"{describe(text)} is not a colour in CSS"
        raise Wrong(message, hint=_EXAMPLES) from None
    value = "#" + "".join(f"{_byte(channel):02X}" for channel in channels)
    if alpha != 1:
        raise _transparent(text, value)
    return value


def _byte(channel: float) -> int:
    """Return a channel of 0…1 as 0…255; CSS's `none` (NaN here) is 0."""
    cut = 0.0 if math.isnan(channel) else min(max(channel, 0.0), 1.0)
    return math.floor(round(cut * 255, 6) + 0.5)


def _transparent(text: str, opaque: str) -> Wrong:
    message = f"expected an opaque colour, got {describe(text)}"
    return Wrong(message, hint=f'the same without transparency is `"{opaque}"`')


def _not_a_color(text: str) -> Wrong:
    digits = _DIGITS.fullmatch(text)
    if digits and text.startswith("#"):
        return _wrong_length(text, digits[1].upper())
    if digits and len(digits[1]) in {3, 6}:
        return Wrong(
            f"expected a colour, got {describe(text)} without its `#`",
            hint=f'write `"#{digits[1].upper()}"`, in quotes',
        )
    if text.isascii() and text.isalpha() and len(text) < _LONGEST:
        return _name(text)
    return Wrong(f"expected a colour, got {describe(text)}", hint=_EXAMPLES)


def _wrong_length(text: str, digits: str) -> Wrong:
    if len(digits) == len("RGBA"):
        return _transparent(text, f"#{_doubled(digits[:3])}")
    if len(digits) == len("RRGGBBAA"):
        return _transparent(text, f"#{digits[:6]}")
    return Wrong(
        f"expected a colour, got {describe(text)}",
        hint=f"a hex colour has 3 or 6 digits, this one has {len(digits)}",
    )


def _name(text: str) -> Wrong:
    from coloraide import Color  # noqa: PLC0415 - only for this hint

    message = f"expected a colour, got {describe(text)}"
    try:
        named = Color(text).convert("srgb")
    except ValueError:
        return Wrong(message, hint=_EXAMPLES)
    if named.alpha() != 1:
        return Wrong(message, hint="a colour is opaque: " + _EXAMPLES)
    value = "".join(f"{_byte(channel):02X}" for channel in named.coords())
    return Wrong(message, hint=f'CSS\'s {text.lower()} is `"#{value}"`')
