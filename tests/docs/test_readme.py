"""The README is run as a newcomer runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent.parent / "README.md").read_text()
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language: str) -> list[str]:
    """Return the fenced blocks in one language, in order."""
    return [body for found, body in BLOCK.findall(README) if found == language]


def shell(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a block as it stands, with this environment's `assetgen` first."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-e", "-c", script],
        cwd=folder,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """Return a project made of the YAML that the page shows."""
    manifest, brand = blocks("yaml")
    (tmp_path / "assets.yaml").write_text(manifest)
    (tmp_path / "brand.yaml").write_text(brand)
    return tmp_path


def test_thirty_seconds_without_an_account_publish_pictures(tmp_path: Path) -> None:
    """The first block makes a project and publishes it, offline and for nothing."""
    first, *_ = blocks("sh")
    done = shell(first, tmp_path)
    assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
    assert list((tmp_path / "shop" / "output").rglob("*.webp"))


def test_what_you_write_builds(shop: Path) -> None:
    """The manifest on the page is a manifest, and publishes what it says."""
    done = shell("assetgen build", shop)
    assert done.returncode == 0, done.stderr
    published = {path.name for path in (shop / "output").iterdir()}
    assert {
        "coin-reward.png",
        "coin-reward@2x.webp",
        "coin-reward@3x.avif",
        "task-icon-accent-64w.png",
        "index.json",
    } <= published


def test_what_is_asked_before_paying_is_answered(shop: Path) -> None:
    """Plan, prompt and why work on that manifest."""
    _, before, *_ = blocks("sh")
    done = shell(before, shop)
    assert done.returncode == 0, done.stderr
    assert "#EC4899" in done.stdout


def test_the_mistake_on_the_page_is_what_a_mistake_gets(shop: Path) -> None:
    """The message that the page shows is the one that is printed, but for its line."""
    (shop / "templates").mkdir()
    (shop / "templates" / "hero.j2").write_text("A dreamy sky")
    (shop / "assets.yaml").write_text(
        "version: 1\nassets:\n  earn-hero:\n    template: hreo.j2\n"
    )
    done = shell("assetgen validate", shop)
    assert done.returncode == 2
    said = (
        "assets.earn-hero.template: no template named `hreo.j2`\n\nhint: did you mean"
    )
    assert said in done.stdout + done.stderr
    assert said in README


def test_the_two_commands_are_the_makefile_s() -> None:
    """The page's set-up is what the Makefile has."""
    makefile = (Path(__file__).parent.parent.parent / "Makefile").read_text()
    commands = blocks("console")[0].split("\n")
    targets = [line.removeprefix("make ") for line in commands if line]
    assert all(f"\n{target}:" in makefile for target in targets)
