"""This file is how a variant of the manifest becomes files: sizes, renditions, paths.

A set is read once, however many assets refer to it; an asset adds only its own name
and the size of its picture.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING, get_args

from assetgen.catalogue import nearest
from assetgen.manifest.colors import parse_color
from assetgen.manifest.finishing import LOOKING, VariantFields
from assetgen.manifest.issues import Issue, Wrong
from assetgen.manifest.model import File
from assetgen.steps import OPAQUE_FORMATS, Format, Rendition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.manifest.issues import Keys

PATTERN = "{dir}/{stem}{suffix}.{ext}"
PLACEHOLDERS = ("dir", "name", "stem", "suffix", "width", "height", "ext")
LARGEST_ICON = 256  # pixels: a side in an ICO file is one byte, 0 meaning 256
WHITE = "#FFFFFF"
MOST_PADDING = 0.49  # what `Rendition.padding` allows
QUALITY: dict[Format, int] = {"webp": 82, "jpg": 85, "avif": 60}
UNREAD_QUALITY = 80  # of png and ico, so that a quality written for others changes none

_NORTH = {
    "centre": "center",
    "north": "top",
    "northeast": "right top",
    "east": "right",
    "southeast": "right bottom",
    "south": "bottom",
    "southwest": "left bottom",
    "west": "left",
    "northwest": "left top",
}
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")


@dataclass(frozen=True, slots=True)
class Size:
    """One variant, the same for every asset that has it.

    Attributes:
        suffix: What follows the asset's name; "" for none.
        pattern: Of the path, with `PLACEHOLDERS`.
        renditions: One per format, in the order written.
        grounded: It has a background because a format needs one, not by wish.
    """

    suffix: str
    pattern: str
    renditions: tuple[Rendition, ...]
    grounded: bool

    def files(self, name: str, folder: str, *, cut: bool) -> Iterator[File]:
        """Yield the files of an asset called `name` in a folder of the output."""
        stem = name.rpartition("/")[2]
        pattern = self.pattern if folder else self.pattern.replace("{dir}/", "")
        for rendition in self.renditions:
            path = pattern.format(
                dir=folder,
                name=name,
                stem=stem,
                suffix=self.suffix,
                width=rendition.width,
                height=rendition.height,
                ext=rendition.format,
            )
            yield File(path, self.suffix, rendition, cut=cut)

    def too_large(self, picture: tuple[int, int]) -> bool:
        """Tell whether a picture of that (width, height) would have to be enlarged."""
        rendition = self.renditions[0]
        if rendition.enlarge:
            return False
        return enlarges(rendition, picture)


def anchor(position: str) -> str:
    """Return a place in the words of a rendition: ``northeast`` is ``right top``."""
    return _NORTH.get(position, position)


def enlarges(rendition: Rendition, picture: tuple[int, int]) -> bool:
    """Tell whether a rendition holds a picture in more pixels than it has."""
    across, down = picture
    width, height = rendition.width, rendition.height
    box = (
        width or (across * height / down if height else across),
        height or (down * width / across if width else down),
    )
    room = 2 * (rendition.border or rendition.padding * min(box))
    scales = ((box[0] - room) / across, (box[1] - room) / down)
    whole = rendition.fit in {"inside", "contain"}
    return (min(scales) if whole else max(scales)) > 1 + 1e-9


def size_of(
    fields: VariantFields | int, keys: Keys
) -> tuple[Size | None, tuple[Issue, ...]]:
    """Return a variant as written under `keys`, or None and what is wrong with it.

    A plain number is a width.
    """
    if isinstance(fields, int):
        fields = VariantFields(width=fields)
    issues: list[Issue] = []
    formats = _formats(fields)
    padding, border = _padding(fields, keys, issues)
    background = _background(fields, keys, issues)
    if safe := _safe(fields, keys, issues):
        # Of an opaque picture everything is the subject: the square in the circle.
        padding = min((1 - safe / sqrt(2)) / 2, MOST_PADDING)
    position = _NORTH.get(fields.position, fields.position)
    if position in LOOKING and fields.fit != "cover":
        message = f"`{position}` says which part stays, and `{fields.fit}` keeps all"
        issues.append(Issue((*keys, "position"), message, "add `fit: cover`"))
    _check_icon(fields, formats, keys, issues)
    if fields.lossless and "avif" in formats:
        message = "`avif` cannot be written without loss"
        hint = "leave `avif` out here, or give it a size of its own"
        issues.append(Issue((*keys, "lossless"), message, hint))
    pattern = fields.file or PATTERN
    issues += _pattern_issues(pattern, fields, formats, (*keys, "file"))
    if issues:
        return None, tuple(issues)
    renditions = tuple(
        Rendition(
            format=form,
            width=fields.width,
            height=fields.height,
            fit="contain" if safe else fields.fit,
            position=anchor(fields.position),
            background=background or (WHITE if form in OPAQUE_FORMATS else None),
            padding=padding,
            border=border,
            enlarge=fields.enlarge,
            quality=_quality(fields, form),
            lossless=fields.lossless and form == "webp",
            max_bytes=fields.max_bytes,
            safe=safe,
            trim=fields.trim,
            linear=fields.linear,
            sharpen=fields.sharpen,
        )
        for form in formats
    )
    grounded = background is None and not OPAQUE_FORMATS.isdisjoint(formats)
    return Size(_suffix(fields), pattern, renditions, grounded), ()


def _suffix(fields: VariantFields) -> str:
    if "suffix" in fields.model_fields_set:
        return fields.suffix
    if fields.width:
        return f"-{fields.width}w"
    return f"-{fields.height}h" if fields.height else ""


def _formats(fields: VariantFields) -> tuple[Format, ...]:
    words = [fields.formats] if isinstance(fields.formats, str) else fields.formats
    known: dict[str, Format] = {name: name for name in get_args(Format)}
    return tuple(dict.fromkeys(known[_short(word)] for word in words))


def _short(word: str) -> str:
    return "jpg" if word == "jpeg" else word


def _quality(fields: VariantFields, form: Format) -> int:
    if form not in QUALITY:
        return UNREAD_QUALITY
    if isinstance(fields.quality, int):
        return fields.quality
    wanted = {_short(word): value for word, value in (fields.quality or {}).items()}
    return wanted.get(form, QUALITY[form])


def _padding(
    fields: VariantFields, keys: Keys, issues: list[Issue]
) -> tuple[float, int]:
    """Return the padding as a share of the box's shorter side, or in pixels.

    Pixels are a share where both sides are known, as they were from the first release.
    """
    at, value = (*keys, "padding"), fields.padding
    sides = [side for side in (fields.width, fields.height) if side]
    share, border = 0.0, 0
    if isinstance(value, str):
        found = _PERCENT.fullmatch(value.strip())
        if not found:
            message = f"expected pixels or a share such as `10%`, got `{value}`"
            issues.append(Issue(at, message))
            return 0.0, 0
        share = float(found[1]) / 100
    elif len(sides) > 1:
        share = value / min(sides)
    else:
        border = value
    if max(share, border / sides[0] if sides else 0.0) > MOST_PADDING:
        message = f"a padding of `{value}` on every side leaves no room for the picture"
        issues.append(Issue(at, message, "at most `49%` of the shorter side"))
        return 0.0, 0
    return share, border


def _safe(fields: VariantFields, keys: Keys, issues: list[Issue]) -> float:
    """Return the diameter of the safe circle as a share of the shorter side."""
    if fields.safe is None:
        return 0.0
    at, found = (*keys, "safe"), _PERCENT.fullmatch(fields.safe.strip())
    share = float(found[1]) / 100 if found else 0.0
    if not 0 < share <= 1:
        message = f"expected a share such as `80%`, got `{fields.safe}`"
        issues.append(Issue(at, message))
    elif not (fields.width and fields.height):
        message = "a safe circle needs both a `width` and a `height`"
        issues.append(Issue(at, message))
    elif fields.padding or fields.fit != "inside":
        message = "`safe` places the subject itself: it takes no `fit` and no `padding`"
        issues.append(Issue(at, message, "leave them out", on_key=True))
    return share


def _background(fields: VariantFields, keys: Keys, issues: list[Issue]) -> str | None:
    if fields.background is None:
        return None
    try:
        return parse_color(fields.background)
    except Wrong as wrong:
        issues.append(Issue((*keys, "background"), wrong.message, wrong.hint))
        return None


def _check_icon(
    fields: VariantFields,
    formats: tuple[Format, ...],
    keys: Keys,
    issues: list[Issue],
) -> None:
    if "ico" not in formats:
        return
    longest = max(fields.width or 0, fields.height or 0)
    if not longest:
        message = "a variant in `ico` needs a `width` or a `height`"
        issues.append(Issue((*keys, "formats"), message, "such as `width: 32`"))
    elif longest > LARGEST_ICON:
        side = "width" if fields.width == longest else "height"
        message = f"`ico` holds at most {LARGEST_ICON} pixels a side, not {longest}"
        issues.append(Issue((*keys, side), message))


def _pattern_issues(
    pattern: str, fields: VariantFields, formats: tuple[Format, ...], keys: Keys
) -> Iterator[Issue]:
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError:
        hint = "placeholders look like `{stem}`"
        yield Issue(keys, "a brace in this pattern has no partner", hint)
        return
    for _, word, extra, conversion in parts:
        if word is None:
            continue
        if word not in PLACEHOLDERS or extra or conversion:
            listed = ", ".join(f"`{{{name}}}`" for name in PLACEHOLDERS)
            hint = nearest(word, PLACEHOLDERS) or f"known here: {listed}"
            yield Issue(keys, f"unknown placeholder `{{{word}}}`", hint)
        elif word in {"width", "height"} and not getattr(fields, word):
            yield Issue(keys, f"`{{{word}}}` stands in a variant without a `{word}`")
    if not pattern.endswith(".{ext}"):
        yield from _extension_issues(pattern, formats, keys)


def _extension_issues(
    pattern: str, formats: tuple[Format, ...], keys: Keys
) -> Iterator[Issue]:
    ending = pattern.rpartition(".")[2].lower()
    wrong = [form for form in formats if form != _short(ending)]
    if wrong:
        message = f"a file in `{wrong[0]}` cannot end with `{pattern[-12:]}`"
        yield Issue(keys, message, "end the pattern with `.{ext}`")
