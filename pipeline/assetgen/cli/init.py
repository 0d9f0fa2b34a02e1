"""This file is `assetgen init`: a working project in a folder."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import voice
from assetgen.console.words import counted
from assetgen.errors import UsageError
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen init shop && cd shop && assetgen build
  assetgen init --from pictures/
"""
MANIFEST = "assets.yaml"

# Where each file of the starter goes; their dots would mean something to git here.
PLACES = {
    "assets.yaml": MANIFEST,
    "brand.yaml": "brand.yaml",
    "hero.j2": "templates/hero.j2",
    "gitignore": ".gitignore",
    "gitattributes": ".gitattributes",
    "workflow.yml": ".github/workflows/assets.yml",
}

# Beside a manifest that was there before these would change what its words say.
WORDS = {"brand.yaml", "hero.j2"}


@click.command("init", epilog=EXAMPLE)
@click.argument("folder", metavar="[DIR]", default=".", type=click.Path(path_type=Path))
@click.option(
    "--from",
    "pictures",
    metavar="FOLDER",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Make an asset of every picture in FOLDER.",
)
@voice
def command(folder: Path, pictures: Path | None, console: Console) -> int:
    """Start a project: a manifest, a brand, a template, and files for git and CI.

    It builds at once, offline and for nothing. A file that is there already is never
    touched.
    """
    from assetgen.files import make_folder, reason_of, write_atomic

    root = folder.absolute()
    texts = starter(root, pictures.absolute() if pictures else None)
    written, left = [], []
    try:
        for name, text in texts.items():
            path = root / name
            if os.path.lexists(path):
                left.append(name)
                continue
            make_folder(path.parent)
            write_atomic(path, text.encode())
            written.append(name)
    except OSError as error:
        message = f"cannot write to `{folder}`: {reason_of(error)}"
        raise UsageError(message) from error
    if console.as_json:
        console.json({"written": written, "left": left})
    _tell(console, folder, written, left, texts)
    return 0


def starter(root: Path, pictures: Path | None) -> dict[str, str]:
    """Return the text of every file of a new project by its path below the root."""
    from importlib.resources import files

    source = files("assetgen.cli") / "starter"
    texts = {}
    for name, place in PLACES.items():
        if name in WORDS and (pictures or (root / MANIFEST).exists()):
            continue
        text = (source / name).read_text(encoding="utf-8")
        title = json.dumps(root.name.replace("-", " ").title() or "Brand")
        texts[place] = text.replace("@VERSION@", VERSION).replace("@NAME@", title)
    if pictures is not None:
        texts[MANIFEST] = manifest_of(root, pictures)
    return {**texts, **_schemas()}


def _schemas() -> dict[str, str]:
    """Return the schemas that editors find through the first line of the files."""
    from assetgen.cli.schema import schema_of

    names = {"assets.schema.json": "assets", "brand.schema.json": "brand"}
    return {
        place: json.dumps(schema_of(name), indent=2, ensure_ascii=False) + "\n"
        for place, name in names.items()
    }


# --- from a folder of pictures -------------------------------------------------------


def manifest_of(root: Path, pictures: Path) -> str:
    """Return a manifest whose assets are the pictures below a folder.

    Raises UsageError if there is none.
    """
    found = named(pictures)
    if not found:
        message = f"no picture in `{pictures.name}`"
        raise UsageError(message, hint="looked for .png, .jpg, .jpeg and .webp files")
    lines = [
        "# yaml-language-server: $schema=assets.schema.json",
        "",
        "version: 1",
        "",
        "assets:",
    ]
    for name, path in found.items():
        source = os.path.relpath(path, root).replace(os.sep, "/")
        lines += [f"  {name}:", f"    source: {json.dumps(source, ensure_ascii=False)}"]
    return "\n".join(lines) + "\n"


def named(folder: Path) -> dict[str, Path]:
    """Return the pictures below a folder by the names of their assets, sorted."""
    kinds = {".png", ".jpg", ".jpeg", ".webp"}
    found: dict[str, Path] = {}
    for path in sorted(folder.rglob("*")):
        below = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in below.parts)
        if path.suffix.lower() in kinds and path.is_file() and not hidden:
            name = "/".join(map(_slug, below.with_suffix("").parts))
            found[_free(name, found)] = path
    return found


def _slug(word: str) -> str:
    """Return a word that an asset may be called: small letters, digits, dashes."""
    plain = "".join(char if char.isalnum() else "-" for char in word.lower())
    return "-".join(part for part in plain.split("-") if part) or "picture"


def _free(name: str, taken: Mapping[str, Path]) -> str:
    """Return a name, with a number if another picture has it already."""
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{name}-{number}"
    return free


# --- what a person reads -----------------------------------------------------------


def _tell(
    console: Console,
    folder: Path,
    written: list[str],
    left: list[str],
    texts: Mapping[str, str],
) -> None:
    """Say what was written, what was left, and what comes next."""
    for name in written:
        console.data(f"+ {name}")
    for name in left:
        console.data(f"= {name} (was there, left alone)")
        for line in _missing(folder / name, texts[name]):
            console.warn(f"`{name}` should have the line `{line}`")
    if not written:
        console.say("\nnothing to do")
        return
    there = "" if folder == Path() else f"cd {folder} && "
    console.say(f"\n{counted(len(written), 'file')} written. Next:\n")
    console.say(f"  {there}assetgen build")


def _missing(path: Path, text: str) -> list[str]:
    """Return the lines that a file of git's, which was there, should have."""
    if path.name not in {".gitignore", ".gitattributes"}:
        return []
    try:
        have = set(path.read_text(encoding="utf-8", errors="replace").splitlines())
    except OSError:
        return []
    wanted = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [line for line in wanted if line not in have]
