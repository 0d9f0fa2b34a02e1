"""This file is what pages copy: a style sheet and `<picture>` snippets of all assets.

Only sizes that a page shows are in it: no file of a platform set, no icon container,
and the full picture only of an asset that has no sizes.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from assetgen.companions.fill import TYPES
from assetgen.companions.hand_off import TITLE
from assetgen.companions.listed import Listed, Subject
from assetgen.companions.picture import FALLBACK, ORDER, picture
from assetgen.steps import Companion

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assetgen.companions.hand_off import Entry, Shown

_WHOLE = frozenset({"master", "nobg"})
_DENSITY = re.compile(r"(?:.*[^0-9])?@([1-9](?:\.[0-9])?)x")
_ALIKE = 0.02  # of a shape: what rounding to whole pixels does to small sizes


def to_css(entries: Sequence[Entry]) -> str:
    """Return a class for each size, and the colour of each asset as a property."""
    names = _names(entries)
    lines = [f"/* {TITLE} */", "", ":root {"]
    lines += [
        f"  --{names[entry.name]}-color: {entry.color};"
        for entry in entries
        if entry.color
    ]
    lines.append("}")
    taken = set(names.values())
    for entry in entries:
        for variant, files in _by_variant(entry):
            bare = names[entry.name] + ("" if variant in _WHOLE else _plain(variant))
            lines += ["", *_rule(_unique(bare, taken, names[entry.name]), files)]
    return "\n".join(lines)


def to_html(entries: Sequence[Entry]) -> str:
    """Return a snippet for each shape of each asset, under its name."""
    lines = [f"<!-- {TITLE} -->"]
    for entry in entries:
        for files in _shapes(entry):
            name = entry.name.replace("--", "- -")
            lines += ["", f"<!-- {html.escape(name)} -->", _snippet(entry, files)]
    return "\n".join(lines)


# --- which files ------------------------------------------------------------------


def _for_pages(entry: Entry) -> list[Shown]:
    shown = [
        file for file in entry.files if ":" not in file.variant and file.format in ORDER
    ]
    sizes = [file for file in shown if file.variant not in _WHOLE]
    return sizes or [file for file in shown if file.variant == "master"] or shown


def _by_variant(entry: Entry) -> Iterator[tuple[str, list[Shown]]]:
    found: dict[str, list[Shown]] = {}
    for file in _for_pages(entry):
        found.setdefault(file.variant, []).append(file)
    yield from found.items()


def _shapes(entry: Entry) -> list[list[Shown]]:
    """Return the files of one shape together: a browser may choose among them."""
    found: list[list[Shown]] = []
    for file in _for_pages(entry):
        for group in found:
            ratio = (group[0].width * file.height) / (group[0].height * file.width)
            if abs(ratio - 1) <= _ALIKE:
                group.append(file)
                break
        else:
            found.append([file])
    return found


# --- style sheets -----------------------------------------------------------------


def _rule(name: str, files: Sequence[Shown]) -> list[str]:
    by_format = {file.format: file for file in files}
    last = by_format[next(form for form in FALLBACK if form in by_format)]
    choices = ",\n".join(
        f"    {_url(by_format[form].src)} type({_quoted(TYPES[form])})"
        for form in ORDER
        if form in by_format
    )
    return [
        f".{name} {{",
        f"  aspect-ratio: {last.width} / {last.height};",
        f"  background-image: {_url(last.src)};",
        f"  background-image: image-set(\n{choices}\n  );",
        "  background-size: cover;",
        "}",
    ]


def _names(entries: Sequence[Entry]) -> dict[str, str]:
    """Return each asset's name as an identifier of CSS, no two alike."""
    taken: set[str] = set()
    return {
        entry.name: _unique(f"asset-{_plain(entry.name)}", taken) for entry in entries
    }


def _plain(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]+", "-", text)


def _unique(name: str, taken: set[str], own: str = "") -> str:
    """Return a name that nothing else has, and take it; `own` is this one's already."""
    found, number = name, 2
    while found in taken and found != own:
        found, number = f"{name}-{number}", number + 1
    taken.add(found)
    return found


def _url(src: str) -> str:
    return f"url({_quoted(src)})"


def _quoted(text: str) -> str:
    """Return a text as a string of CSS (https://www.w3.org/TR/css-syntax-3/)."""
    escaped = re.sub(r'[\x00-\x1f"\\\x7f<]', lambda c: f"\\{ord(c[0]):x} ", text)
    return f'"{escaped}"'


# --- snippets ---------------------------------------------------------------------


def _snippet(entry: Entry, files: Sequence[Shown]) -> str:
    listed = tuple(
        Listed(
            path=file.src,
            variant=file.variant,
            width=file.width,
            height=file.height,
            size=file.size,
            sha256=file.sha256,
            format=file.format,
            read=bytes,
        )
        for file in files
    )
    subject = Subject("", entry.name, entry.alt, listed)
    widest = max(file.width for file in files)
    options: dict[str, object] = {
        "base": "",
        "sizes": f"(max-width: {widest}px) 100vw, {widest}px",
    }
    if shown := _shown(files):
        options |= {"sizes": f"{shown[0]}px", "shown": shown}
    return picture(Companion("picture", "html"), options, subject)


def _shown(files: Sequence[Shown]) -> tuple[int, int] | None:
    """Return the size that a picture of several densities is shown at, as `@2x` says.

    None for sizes that leave it to the page.
    """
    for file in files:
        found = _DENSITY.fullmatch(file.variant)
        if found:
            density = float(found[1])
            return round(file.width / density), round(file.height / density)
    return None
