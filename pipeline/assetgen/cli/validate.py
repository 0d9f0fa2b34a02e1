"""This file is `assetgen validate`: every mistake in every file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice
from assetgen.console.words import counted
from assetgen.errors import ManifestError

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen validate
  assetgen validate shop/assets.yaml --json
"""


@click.command("validate", epilog=EXAMPLE)
@positionals("[MANIFEST]")
@voice
def command(asked: Asked, console: Console) -> int:
    """Find every mistake in the manifest, the brand, includes, templates and pictures.

    Needs no key and no network, and spends nothing. Exits 2 if there is a mistake.
    """
    asked.exactly()
    manifest = asked.open().manifest
    if manifest.faults:
        raise ManifestError(manifest.faults)
    notes = [
        f"{asset.name}: {note}" for asset in manifest.assets for note in asset.notes
    ]
    for note in notes:
        console.say(f"note: {note}")
    console.say(f"{manifest.name} is right: {counted(len(manifest.assets), 'asset')}")
    if console.as_json:
        console.json({"problems": [], "assets": len(manifest.assets), "notes": notes})
    return 0
