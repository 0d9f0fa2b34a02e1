"""A folder with a project in it, and the command line to use on it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from block_fonts import block_font
from PIL import Image

from assetgen.cli.boundary import run

if TYPE_CHECKING:
    from pathlib import Path


@dataclass
class Shop:
    """A project: its folder, and what a command says about it."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, *args: str, code: int = 0) -> str:
        """Carry out a command, which must end so; return all that it says."""
        self.capsys.readouterr()
        ended = run(["-C", str(self.folder), *args])
        said = self.capsys.readouterr()
        assert (ended, said.out + said.err) == (code, said.out + said.err)
        return said.out + said.err

    def json(self, *args: str, code: int = 0) -> Any:  # noqa: ANN401 - JSON
        self.capsys.readouterr()
        ended = run(["-C", str(self.folder), *args, "--json"])
        said = self.capsys.readouterr()
        assert (ended, said.err) == (code, said.err)
        return json.loads(said.out.splitlines()[-1] if args[0] == "build" else said.out)

    def open(self, path: str) -> Image.Image:
        with Image.open(self.folder / "output" / path) as picture:
            return picture.convert("RGBA")

    def rows(self) -> dict[str, dict[str, Any]]:
        """Return the index by path."""
        text = (self.folder / "output" / "index.json").read_text()
        return {row["path"]: row for row in json.loads(text)["files"]}


@pytest.fixture
def shop(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shop:
    """Return a project with a brand and a font, and no assets yet."""
    made = Shop(tmp_path / "shop", capsys)
    made.write("brand.yaml", 'name: A & B\ncolors: {primary: "#0000FF"}\n')
    made.write("fonts/blocks.ttf", block_font())
    return made
