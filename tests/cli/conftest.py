"""A command line, and small projects to use it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from command_lines import Said

from assetgen.cli.boundary import run
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SOURCE = """\
version: 1
assets:
  logo:
    source: ./logo.png
    variants: [{width: 16}]
"""
PAID = """\
version: 1
defaults: {provider: kie}
assets:
  coin:
    prompt: A single coin on a pure white background
  hero:
    prompt: A wide hero
    aspect_ratio: 16:9
"""


@pytest.fixture
def front(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Return what carries a command line out in this process."""

    def carry(*args: str) -> Said:
        capsys.readouterr()
        code = run(list(args))
        said = capsys.readouterr()
        return Said(code, said.out, said.err)

    return carry


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder that is the working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def logo(here: Path) -> Path:
    """Return a project of one picture that exists."""
    (here / "assets.yaml").write_text(SOURCE)
    (here / "logo.png").write_bytes(picture((64, 64), seed="logo"))
    return here


@pytest.fixture
def paid(here: Path) -> Path:
    """Return a project of two pictures that have to be bought, for $0.18."""
    (here / "assets.yaml").write_text(PAID)
    return here
