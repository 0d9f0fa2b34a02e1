"""A project that publishes platform sets, and a person who types commands in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from assetgen.cli.boundary import run

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "version: 1\nassets:\n"


@dataclass
class Shop:
    """One project: `coin.png` is cut out, `scene.png`, `tall.png` are not.

    Attributes:
        root: The folder of the manifest, and the working directory.
        out, err: What the last command said.
    """

    root: Path
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    @property
    def output(self) -> Path:
        """Return the folder of published files."""
        return self.root / "output"

    def write(self, text: str) -> None:
        """Write a manifest."""
        (self.root / "assets.yaml").write_text(text)

    def use(self, variants: str, source: str = "coin.png", more: str = "") -> None:
        """Write a manifest of one asset called `coin`, without its master."""
        fields = f"source: {source}, master: false, alt: A <rose> coin"
        self.write(f"{HEAD}  coin: {{{fields}, variants: {variants}{more}}}\n")

    def run(self, *words: str, exits: int = 0) -> str:
        """Type a command, which must exit as told; return what it printed."""
        self.capsys.readouterr()
        code = run(words)
        self.out, self.err = self.capsys.readouterr()
        assert code == exits, f"{words} exits {code}\n{self.out}\n{self.err}"
        return self.out

    def made(self, variants: str, source: str = "coin.png") -> dict[str, Any]:
        """Build one set, prove that it agrees, and return its rows by path."""
        self.use(variants, source)
        self.run("build")
        self.run("check")
        return self.rows()

    def rows(self) -> dict[str, Any]:
        """Return the rows of the index by path."""
        index = json.loads((self.output / "index.json").read_text())
        return {row["path"]: row for row in index["files"]}

    def read(self, path: str) -> bytes:
        """Return a published file."""
        return (self.output / path).read_bytes()

    def text(self, path: str) -> str:
        """Return a published text."""
        return self.read(path).decode()

    def open(self, path: str) -> Image.Image:
        """Return a published picture, decoded."""
        with Image.open(self.output / path) as image:
            image.load()
            return image


@pytest.fixture(scope="session")
def masters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw the pictures that all sets are made from, once."""
    folder = tmp_path_factory.mktemp("masters")
    coin = Image.new("RGBA", (1024, 1024), (0, 0, 0, 0))
    pen = ImageDraw.Draw(coin)
    pen.ellipse((140, 150, 880, 890), fill="#EC4899")
    pen.polygon([(512, 250), (700, 700), (324, 700)], fill="#FFF1F3")
    coin.save(folder / "coin.png")
    for name, size in (("scene", (1340, 760)), ("tall", (1080, 1620))):
        scene = Image.linear_gradient("L").resize(size).convert("RGB")
        ImageDraw.Draw(scene).ellipse((300, 200, 700, 600), fill="#EC4899")
        scene.save(folder / f"{name}.png")
    small = Image.new("RGBA", (64, 64), (0, 0, 255, 255))
    small.save(folder / "small.png")
    return folder


@pytest.fixture
def shop(
    tmp_path: Path,
    masters: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    """Return a project with the pictures and an empty manifest."""
    root = tmp_path / "shop"
    root.mkdir()
    for path in masters.iterdir():
        (root / path.name).write_bytes(path.read_bytes())
    monkeypatch.chdir(root)
    return Shop(root, capsys)
