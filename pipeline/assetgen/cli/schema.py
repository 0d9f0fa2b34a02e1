"""This file is `assetgen schema`: the JSON Schema of the files, for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import voice

if TYPE_CHECKING:
    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen schema > assets.schema.json
  assetgen schema brand > brand.schema.json
"""


@click.command("schema", epilog=EXAMPLE)
@click.argument("file", type=click.Choice(["assets", "brand", "set"]), default="assets")
@voice
def command(file: str, console: Console) -> int:
    """Print the JSON Schema of assets.yaml, of brand.yaml, or of a platform set's file.

    An editor with a YAML language server checks a file against it and completes its
    words, if the file says so: # yaml-language-server: $schema=assets.schema.json
    """
    console.json(schema_of(file), indent=2)
    return 0


def schema_of(file: str) -> dict[str, object]:
    """Return the schema of `assets`, `brand` or `set`."""
    from assetgen.cli.surroundings import vendors
    from assetgen.manifest.schema import brand_schema, manifest_schema, set_schema

    if file == "brand":
        return brand_schema()
    if file == "set":
        return set_schema()
    return manifest_schema({name: one.models() for name, one in vendors()[0].items()})
