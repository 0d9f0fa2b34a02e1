"""This file is a small project whose pictures are cut out, built as a person does."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

from assetgen.cli.boundary import run

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

MANIFEST = """\
version: 1
defaults: {{provider: kie, model: nano-banana-pro}}
assets:
  coin: {{prompt: a coin on a white background, removeBg: {how}}}
  star: {{prompt: a star on a white background}}
"""


class Here:
    """A project in the working folder, and what the last command said."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root = root
        self._capsys = capsys
        self.out = self.err = ""

    def write(self, how: str) -> None:
        """Write the manifest with that `removeBg`."""
        (self.root / "assets.yaml").write_text(MANIFEST.format(how=how))

    def run(self, *line: str) -> int:
        """Carry out a command line and return its exit code."""
        self._capsys.readouterr()
        code = run(list(line))
        self.out, self.err = self._capsys.readouterr()
        return code

    def made(self, path: str = "output/coin.png") -> Image.Image:
        """Return a published picture."""
        return Image.open(BytesIO((self.root / path).read_bytes()))
