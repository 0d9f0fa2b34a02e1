"""This file is `assetgen prompt`: the exact request that would be sent."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import positionals, voice

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console
    from assetgen.manifest.model import Asset
    from assetgen.project import Project
    from assetgen.request import Request

EXAMPLE = """\b
Example:
  assetgen prompt coin-reward
  assetgen prompt 'icons/*' --json
"""


@click.command("prompt", epilog=EXAMPLE)
@positionals("[MANIFEST] NAME...")
@voice
def command(asked: Asked, console: Console) -> int:
    """Show the exact request that would be sent, word for word.

    Needs no key and no network, and sends nothing. The key is the paid key: two
    requests with one key are never bought twice.
    """
    names = asked.some()
    project = asked.open()
    chosen = project.select(names) or ()
    if console.as_json:
        console.json({asset.name: request_json(project, asset) for asset in chosen})
        return 0
    for number, asset in enumerate(chosen):
        if number:
            console.data("")
        console.rows(_page(asset))
    return 0


def request_json(project: Project, asset: Asset) -> dict[str, object] | None:
    """Return what would be sent for an asset and its paid key, None for a source.

    A drawing, which nobody is sent, is its size and its text.
    """
    from assetgen.events import number

    if asset.drawing is not None:
        width, height = asset.drawing.size
        return {"width": width, "height": height, "svg": asset.drawing.text}
    request = asset.request
    if request is None:
        return None
    return {
        "provider": request.provider,
        **project.providers[request.provider].payload(request),
        "references": [[each.input, each.digest] for each in request.references],
        "key": request.key if request.is_known else None,
        "price_usd": number(asset.price),
    }


def _page(asset: Asset) -> list[tuple[str, str]]:
    """Return an asset's request as lines: who draws it, with what, and the words."""
    from assetgen.consent import dollars

    request = asset.request
    if asset.drawing is not None:
        across, down = asset.drawing.size
        return [
            ("head", asset.name),
            ("still", f"{asset.drawing.name}, {across} by {down} pixels, free"),
            *(("", line) for line in asset.drawing.text.strip().split("\n")),
        ]
    if request is None:
        name = asset.source.name if asset.source else ""
        return [("head", asset.name), ("", f"a file of yours: {name}")]
    price = "free" if asset.free else dollars(asset.price)
    return [
        ("head", asset.name),
        ("still", f"{request.provider} {request.model}, {price}"),
        *(("still", line) for line in _inputs(asset, request)),
        *([("still", f"key {request.key}")] if request.is_known else []),
        ("", ""),
        *(("", line) for line in request.prompt.split("\n")),
    ]


def _inputs(asset: Asset, request: Request) -> list[str]:
    """Return every input but the words, by its name on the wire."""
    inputs = [f"{name}: {value}" for name, value in request.inputs.items()]
    for each in request.references:
        bytes_of = f" ({each.digest[:12]}…)" if each.digest else ", once it is here"
        inputs.append(f"{each.input}: the picture of `{asset.twin_of}`{bytes_of}")
    return inputs
