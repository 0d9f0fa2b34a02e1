"""This file is `assetgen provenance`: what a picture's file says about its making."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.console import Console
    from assetgen.images.telling import Told

EXAMPLE = """\b
Example:
  assetgen provenance output/coin.png output/favicon.ico.xmp
  assetgen provenance --json originals/*.png
"""

# What IPTC's words mean to a person.
MEANINGS = {
    "trainedAlgorithmicMedia": "made by a generative model",
    "compositeWithTrainedAlgorithmicMedia": "edited by a generative model",
    "compositeSynthetic": "put together, a part of it by a generative model",
    "algorithmicMedia": "drawn by a procedure that learned from nothing",
}
SOURCE_TYPE = "Iptc4xmpExt:DigitalSourceType"


@click.command("provenance", epilog=EXAMPLE)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@voice
def command(files: tuple[str, ...], console: Console) -> int:
    """Show what a picture's file says about how it was made.

    Reads our own files and anybody's: XMP with the words of IPTC, whether there is a
    C2PA manifest, the mark of a draft, and what else travels in the file. What is not
    written there nobody can read: silence proves nothing. A file of XMP that stands
    beside a picture (`favicon.ico.xmp`) is read too.
    """
    found = {file: _told(file) for file in files}
    console.rows(row for file, said in found.items() for row in _page(file, said))
    if console.as_json:
        console.json({"files": {file: to_json(said) for file, said in found.items()}})
    return 0


def _told(file: str) -> Told:
    """Return what a file says; raises UsageError if it is no picture to be read."""
    from assetgen.errors import ImageError, UsageError
    from assetgen.files import reason_of
    from assetgen.images.telling import told

    try:
        return told(Path(file).read_bytes())
    except OSError as error:
        raise UsageError(f"cannot read `{file}`: {reason_of(error)}") from error
    except ImageError as error:
        raise UsageError(f"`{file}`: {error.message}", hint=error.hint) from error


def to_json(said: Told) -> dict[str, object]:
    """Return what a file says as an object of `--json`."""
    return {
        "format": said.format,
        "width": said.width,
        "height": said.height,
        "source_type": said.properties.get(SOURCE_TYPE),
        "draft": said.draft,
        "c2pa": said.c2pa,
        "xmp": dict(said.properties),
        "xmp_unread": said.unread or None,
        "others": list(said.others),
    }


def _page(file: str, said: Told) -> Iterator[tuple[str, str]]:
    size = "beside a picture" if said.width is None else f"{said.width}x{said.height}"
    yield "head", f"{file} ({said.format}, {size})"
    rows = [("made", _meaning(said.properties.get(SOURCE_TYPE)))]
    if said.draft:
        rows.append(("draft", "yes: a placeholder"))
    rows.append(("C2PA", "a manifest, not checked here" if said.c2pa else "none"))
    rows += [(_caption(name), value) for name, value in said.properties.items()]
    if said.unread:
        rows.append(("XMP", said.unread))
    rows.append(("also", ", ".join(said.others) or "nothing else travels in it"))
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        first, *more = value.splitlines() or [""]
        yield "", f"  {name:<{width}}  {first}"
        yield from (("", f"  {'':<{width}}  {line}") for line in more)


def _meaning(address: str | None) -> str:
    if address is None:
        return "it does not say"
    word = address.rpartition("/")[2]
    return MEANINGS.get(word, f"as IPTC's `{word}`")


def _caption(name: str) -> str:
    return name.rpartition(":")[2] or name
