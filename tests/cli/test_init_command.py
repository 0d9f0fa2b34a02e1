"""`init` makes a project that builds at once, and touches nothing that is there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema_rs
import yaml

from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command_lines import Said

STARTER = {
    ".gitattributes",
    ".github/workflows/assets.yml",
    ".gitignore",
    "assets.schema.json",
    "assets.yaml",
    "brand.schema.json",
    "brand.yaml",
    "templates/hero.j2",
}


def files(folder: Path) -> set[str]:
    """Return the paths of all files below a folder."""
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix() for path in found}


def test_a_new_project_builds_offline_for_nothing(
    here: Path, front: Callable[..., Said]
) -> None:
    """Its drafts are drawn, and everything is then up to date and agrees."""
    said = front("init", "shop")
    assert (said.code, files(here / "shop")) == (0, STARTER)
    assert said.err.endswith("  cd shop && assetgen build\n")
    assert front("-C", "shop", "validate").code == 0
    report = json.loads(front("-C", "shop", "build", "--json").out.splitlines()[-1])
    assert (report["exit"], report["submitted"], report["spent_usd"]) == (0, 0, 0)
    assert {each["status"] for each in report["assets"].values()} == {"draft"}
    assert front("-C", "shop", "build", "--frozen").code == 0
    assert front("-C", "shop", "check").code == 0


def test_the_starter_fits_its_own_schemas(
    here: Path, front: Callable[..., Said]
) -> None:
    """An editor that reads the first line of each file finds nothing wrong."""
    front("init")
    for name in ("assets", "brand"):
        text = (here / f"{name}.yaml").read_text()
        assert text.startswith(f"# yaml-language-server: $schema={name}.schema.json\n")
        schema = json.loads((here / f"{name}.schema.json").read_text())
        jsonschema_rs.validate(schema, _as_editors_read(text))


def _as_editors_read(text: str) -> object:
    """Return YAML 1.2 as an editor sees it: a ratio is a text there."""
    return yaml.safe_load(text.replace(" 16:9", ' "16:9"'))


def test_nothing_that_is_there_is_touched(
    here: Path, front: Callable[..., Said]
) -> None:
    """Files are named as left, and what git should ignore is said."""
    (here / "assets.yaml").write_text("version: 1\nassets: {}\n")
    (here / ".gitignore").write_text(".env\n")
    said = front("init")
    assert (here / "assets.yaml").read_text() == "version: 1\nassets: {}\n"
    assert (here / ".gitignore").read_text() == ".env\n"
    assert "= assets.yaml (was there, left alone)\n" in said.out
    assert "`.gitignore` should have the line `.assetgen.lock`" in said.err
    assert "`.gitignore` should have the line `.env`\n" not in said.err
    again = json.loads(front("init", "--json").out)
    assert again["written"] == []


def test_no_brand_comes_beside_a_manifest_that_was_there(
    here: Path, front: Callable[..., Said]
) -> None:
    """It would be found by itself, change every prompt, and so buy everything anew."""
    (here / "assets.yaml").write_text("version: 1\nassets: {}\n")
    front("init")
    assert not (here / "brand.yaml").exists()
    assert not (here / "templates").exists()


def test_pictures_that_exist_become_sources(
    here: Path, front: Callable[..., Said]
) -> None:
    """By names that an asset may have, without leaving any out, and it builds."""
    pictures = here / "pictures" / "Old Icons"
    pictures.mkdir(parents=True)
    for name in (
        "My Coin (1).png",
        "my coin 1.PNG",
        "Größe.jpg",
        ".hidden.png",
        "x.txt",
    ):
        form = "jpeg" if name.endswith("jpg") else "png"
        (pictures / name).write_bytes(picture((32, 32), form, seed=name))
    assert front("init", "--from", "pictures").code == 0
    manifest = yaml.safe_load((here / "assets.yaml").read_text())["assets"]
    assert manifest == {
        "old-icons/größe": {"source": "pictures/Old Icons/Größe.jpg"},
        "old-icons/my-coin-1": {"source": "pictures/Old Icons/My Coin (1).png"},
        "old-icons/my-coin-1-2": {"source": "pictures/Old Icons/my coin 1.PNG"},
    }
    said = front("build")
    assert said.err.splitlines()[-1].startswith("3 built; nothing spent")


def test_a_folder_without_pictures_is_a_mistake(
    here: Path, front: Callable[..., Said]
) -> None:
    """And nothing is written."""
    (here / "empty").mkdir()
    said = front("init", "--from", "empty")
    assert said.code == 2
    assert "error: no picture in `empty`" in said.err
    assert files(here) == set()


def test_the_workflow_buys_nothing_and_pins_what_it_uses(
    here: Path, front: Callable[..., Said]
) -> None:
    """Every action is a full commit with its version beside it."""
    front("init")
    text = (here / ".github" / "workflows" / "assets.yml").read_text()
    steps = yaml.safe_load(text)["jobs"]["assets"]["steps"]
    runs = [step["run"] for step in steps if "run" in step]
    assert runs[1:] == ["assetgen check --allow-pending", "assetgen build --frozen"]
    uses = [line for line in text.splitlines() if "uses:" in line]
    assert all(len(line.split("@")[1].split()[0]) == 40 for line in uses)
    assert all("# v" in line for line in uses)
