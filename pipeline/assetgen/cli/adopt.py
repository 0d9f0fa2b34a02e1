"""This file is `assetgen adopt`: a file becomes the chosen picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import here, positionals, voice
from assetgen.errors import UsageError

if TYPE_CHECKING:
    from assetgen.cli.parameters import Asked
    from assetgen.console import Console

EXAMPLE = """\b
Example:
  assetgen adopt coin-reward ~/Desktop/coin.png
  assetgen adopt coin-reward output/coin-reward.png
"""


@click.command("adopt", epilog=EXAMPLE)
@positionals("[MANIFEST] NAME FILE")
@voice
def command(asked: Asked, console: Console) -> int:
    """Make a file (PNG, JPEG or WebP) the chosen picture; nothing is bought for it.

    Also takes a published file that was edited: it is ours again afterwards, and
    everything else is made from it. The picture before can be picked again.
    """
    from assetgen.cli.reviewing import at_desk, decide
    from assetgen.review.adopt import adopt

    name, file = asked.exactly("NAME", "FILE")
    project = asked.open()
    asset = project.one(name)
    picture = _read(file)
    with at_desk(project) as desk:
        return decide(console, [asset], lambda asset: adopt(desk, asset, picture, file))


def _read(file: str) -> bytes:
    """Return a file's bytes; raises UsageError if there is no such file."""
    from assetgen.files import reason_of

    path = here() / file
    try:
        return path.read_bytes()
    except OSError as error:
        message = f"cannot read `{file}`: {reason_of(error)}"
        raise UsageError(message) from error
