"""The page about platform sets is what the sets say.

After a change of a set, `python tests/docs/test_platforms_page.py` writes it anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.manifest.finishing import VariantFields
from assetgen.manifest.set_faults import VALUES
from assetgen.manifest.sets import (
    ContainerFields,
    PictureFields,
    SetFields,
    TextFields,
    platform_names,
    platform_set,
    sizes_of,
)
from assetgen.steps import PICTURE_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from assetgen.manifest.sets import Drawn

PAGE = Path(__file__).parents[2] / "docs" / "platforms.md"
SIZES = "the same as there, `{background}` being the colour that is given"
FIRST = "## `"  # what stands before the first chapter is written by hand


def page() -> str:
    """Return the page as it should be."""
    sets = [platform_set(name) for name in platform_names()]
    head = PAGE.read_text(encoding="utf-8").partition(FIRST)[0]
    return head + "\n".join([*(_chapter(one) for one in sets), _file()])


def _chapter(one: SetFields) -> str:
    lines = [f"## `{one.name}`", "", f"{one.about} Version {one.version}.", ""]
    if one.master:
        lines += [f"The picture: {one.master}.", ""]
    if one.reads():
        given = ", ".join(f"`{name}`" for name in one.reads())
        lines += [f"Takes {given}.", ""]
    lines += ["| file | pixels | it is |", "|---|---|---|"]
    for name, container in one.containers.items():
        sizes = ", ".join(map(str, container.sizes))
        lines.append(f"| `{container.file}` | {sizes} | {_said(container) or name} |")
    for name, picture in one.pictures.items():
        file = picture.file.replace("{suffix}", picture.suffix)
        lines.append(f"| `{file}` | {_pixels(picture)} | {_said(picture) or name} |")
    lines += [f"| `{text.file}` | | {text.kind} |" for text in one.texts]
    pages = [f"<{address}>" for address in one.pages]
    if pages:
        lines += ["", f"Its numbers come from {' and '.join(pages)}."]
    return "\n".join([*lines, ""])


def _file() -> str:
    """Return the chapter about the file of a set."""
    lines = ["## The file of a set", ""]
    shapes: tuple[tuple[str, type[BaseModel]], ...] = (
        ("The file", SetFields),
        ("A picture, under its name", PictureFields),
        ("A container, under its name", ContainerFields),
        ("A text", TextFields),
    )
    for title, shape in shapes:
        sized = issubclass(shape, VariantFields)
        shared = set(VariantFields.model_fields) - {"file", "safe"} if sized else set()
        lines += [f"**{title}**:", "", "| field | meaning |", "|---|---|"]
        for name, field in shape.model_fields.items():
            if name not in shared:
                lines.append(f"| `{field.alias or name}` | {field.description} |")
        if sized:
            lines.append(f"| every [size's](reference/manifest.md#sizes) | {SIZES} |")
        lines.append("")
    values = ", ".join(f"`{{{word}}}`" for word in VALUES)
    words = ", ".join(f"`{word}`" for word in PICTURE_WORDS)
    told = f"Texts may say {values}, and of a picture its {words}: `{{icon.path}}`; "
    lines += [f"{told}`{{large|small.path}}` tells of the first that is there."]
    return "\n".join([*lines, ""])


def _pixels(picture: PictureFields) -> str:
    if picture.each:
        sides = (f"{size} ({word})" for word, size in picture.each.items())
        words = picture.each.items()
        if all(word == str(size) for word, size in words):
            sides = (word for word in picture.each)
        return ", ".join(sides) + (" wide" if picture.side == "width" else "")
    if picture.scale is not None:
        return f"{picture.scale:g} times the width"
    if picture.size is not None:
        return str(picture.size)
    if picture.height is None:
        return f"{picture.width} wide"
    return f"{picture.width} by {picture.height}"


def _said(drawn: Drawn) -> str:
    return ", ".join(_words(drawn))


def _words(drawn: Drawn) -> Iterator[str]:
    """Yield what is worth knowing about a picture."""
    if drawn.start:
        given = "only with" if drawn.when == "given" else "from"
        yield f"{given} `{drawn.start}`"
    if any(size <= drawn.small_up_to for size in sizes_of(drawn)):
        yield f"from `small` up to {drawn.small_up_to} pixels"
    if drawn.when in {"transparent", "opaque"}:
        yield f"where the picture is {drawn.when}"
    if drawn.tone != "colour":
        yield {
            "grey": "in grey",
            "tint": "in bright grey",
            "white": "the silhouette in white",
        }[drawn.tone]
    if drawn.safe:
        yield f"inside a circle of {drawn.safe}"
    if drawn.fill:
        yield f"the subject fills {' by '.join(drawn.fill.split())}"
    if drawn.plate:
        yield f"an opaque picture fills {drawn.plate}"
    if drawn.mirror:
        yield "and goes on beyond"
    if drawn.corners:
        yield f"corners of {drawn.corners}"
    yield from _accepted(drawn)


def _accepted(drawn: Drawn) -> Iterator[str]:
    """Yield what a file has to be, and when there is none."""
    if drawn.alpha:
        yield {
            "no": "no alpha channel",
            "yes": "transparent",
            "channel": "with an alpha channel",
        }[drawn.alpha]
    if drawn.max_bytes:
        yield f"at most {drawn.max_bytes:,} bytes"
    if isinstance(drawn, PictureFields) and drawn.larger == "skip":
        yield "left out where the picture is smaller"
    if isinstance(drawn, ContainerFields) and drawn.bitmaps:
        yield "bitmaps below 256"


def test_the_page_is_what_the_sets_say() -> None:
    """A changed set changes the page in the same commit."""
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
