"""Fonts of blocks, made on the spot: every letter is a full box, a capital a high one.

So a test knows where ink must be, and no machine needs any font installed.
"""

from __future__ import annotations

from io import BytesIO

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

ASCII = "".join(chr(code) for code in range(0x20, 0x7F))
EM = 1000
CAPITAL, SMALL, SIDE = 700, 500, 600  # heights and advance, in units of the em


def block_font(
    family: str = "Blocks", letters: str = ASCII, *, bold: bool = False
) -> bytes:
    """Return a TrueType font of boxes that has just these letters."""
    names = {letter: f"u{ord(letter):04X}" for letter in letters}
    order = [".notdef", *names.values()]
    glyphs = {".notdef": _box(CAPITAL)}
    for letter, name in names.items():
        high = SMALL if letter.islower() else CAPITAL
        glyphs[name] = _box(0 if letter.isspace() else high)
    builder = FontBuilder(EM, isTTF=True)
    builder.setupGlyphOrder(order)
    builder.setupCharacterMap({ord(letter): name for letter, name in names.items()})
    builder.setupGlyf(glyphs)
    builder.setupHorizontalMetrics(dict.fromkeys(order, (SIDE, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {
            "familyName": family,
            "styleName": "Bold" if bold else "Regular",
            "psName": f"{family}-{'Bold' if bold else 'Regular'}",
        }
    )
    builder.setupOS2(sCapHeight=CAPITAL, usWeightClass=700 if bold else 400, version=4)
    builder.setupPost()
    # The time it was made would make every font another one.
    builder.font["head"].created = builder.font["head"].modified = 3_800_000_000
    builder.font.recalcTimestamp = False
    out = BytesIO()
    builder.save(out)
    return out.getvalue()


def _box(high: int) -> object:
    """Return a glyph that fills its advance but for a tenth on either side."""
    pen = TTGlyphPen(None)
    if high:
        left, right = SIDE // 10, SIDE - SIDE // 10
        pen.moveTo((left, 0))
        pen.lineTo((left, high))
        pen.lineTo((right, high))
        pen.lineTo((right, 0))
        pen.closePath()
    return pen.glyph()
