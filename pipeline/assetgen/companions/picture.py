"""This file is the composer `picture`: `<picture>` with every size a browser may want.

The formats stand from the one that saves most to the one that everybody reads, and the
last is the `<img>` itself, with width, height and alternative text, so that a page does
not jump while it loads.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from assetgen.companions.fill import TYPES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.companions.listed import Listed, Subject
    from assetgen.steps import Companion

ORDER = ("avif", "webp", "png", "jpg")
FALLBACK = ("jpg", "png", "webp", "avif")


def picture(companion: Companion, options: object, subject: Subject) -> str:
    """Return the snippet; options are `{"base": …, "sizes": …}`.

    With `"shown": [width, height]` too, it is shown at that size and not at its own.
    """
    del companion
    if not isinstance(options, dict):
        raise TypeError(options)
    base = str(options["base"])
    by_format: dict[str, list[Listed]] = {}
    for one in sorted(subject.files, key=lambda one: (one.width, one.path)):
        by_format.setdefault(one.format, []).append(one)
    if not by_format:
        return ""
    last = next(form for form in FALLBACK if form in by_format)
    sizes = html.escape(str(options["sizes"]))
    lines = ["<picture>"]
    for form in ORDER:
        if form in by_format and form != last:
            sources = _srcset(base, by_format[form])
            lines.append(
                f'  <source type="{TYPES[form]}" srcset="{sources}" sizes="{sizes}">'
            )
    own = by_format[last][-1].width, by_format[last][-1].height
    shown = options.get("shown") or own
    image = _image(base, by_format[last], sizes, subject.alt, shown)
    lines += [image, "</picture>"]
    return "\n".join(lines)


def _srcset(base: str, files: list[Listed]) -> str:
    return ", ".join(f"{html.escape(base + one.path)} {one.width}w" for one in files)


def _image(
    base: str,
    files: list[Listed],
    sizes: str,
    alt: str | None,
    shown: Sequence[int],
) -> str:
    """Return the `<img>`: what no other source suits, at its own proportions."""
    largest = files[-1]
    return (
        f'  <img src="{html.escape(base + largest.path)}"'
        f' srcset="{_srcset(base, files)}" sizes="{sizes}"'
        f' width="{shown[0]}" height="{shown[1]}"'
        f' alt="{html.escape(alt or "")}" loading="lazy" decoding="async">'
    )
