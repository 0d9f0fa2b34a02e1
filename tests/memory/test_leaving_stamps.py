"""What changes while a build runs is looked at by the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assetgen import stamp
from assetgen.events import Outcome
from assetgen.leaving import stamp_of
from assetgen.project import open_project
from assetgen.running import Options, build_project
from assetgen.testing.pictures import picture
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assetgen.events import Event


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a project of one file of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "logo.png").write_bytes(picture((64, 64)))
    (folder / "assets.yaml").write_text(
        "version: 1\nassets: {logo: {source: logo.png}}\n"
    )
    return folder


def rests_after(root: Path, meanwhile: Callable[[Path], object]) -> bool:
    """Build, changing something as the asset ends; return whether nothing is to do."""
    project = open_project(root)

    def listen(event: Event) -> None:
        if isinstance(event, Outcome):
            meanwhile(root)

    assert build_project(project, Options(), listen).exit_code == 0
    left = stamp.read(stamp_of(project))
    return left is not None and stamp.holds(left, stamp.circumstances(VERSION))


def test_an_undisturbed_build_leaves_a_stamp(root: Path) -> None:
    """Although it has just written its outputs and their index."""
    assert rests_after(root, lambda _: None) is True
    assert rests_after(root, lambda _: None) is True


@pytest.mark.parametrize("name", ["assets.yaml", "logo.png", "output/logo.png"])
def test_a_file_that_changed_meanwhile_is_not_vouched_for(
    root: Path, name: str
) -> None:
    """An input, a source or an output: the next build looks again."""

    def change(folder: Path) -> None:
        (folder / name).write_bytes((folder / name).read_bytes() + b"\n")

    assert rests_after(root, change) is False


def test_a_file_that_vanished_meanwhile_is_missed(root: Path) -> None:
    """Its absence is no state that a build has seen."""
    assert rests_after(root, lambda folder: (folder / "logo.png").unlink()) is False


def test_a_file_that_came_meanwhile_is_noticed(root: Path) -> None:
    """A brand that nobody has read decides nothing yet."""
    brand = "name: Sty\n"
    assert rests_after(root, lambda f: (f / "brand.yaml").write_text(brand)) is False


def test_a_later_build_looks_at_an_edit_that_keeps_the_index(root: Path) -> None:
    """Trust in the index ends where a file is not as it was."""
    assert rests_after(root, lambda _: None) is True
    (root / "output" / "logo.png").write_bytes(b"by hand")
    report = build_project(open_project(root), Options(), lambda _: None)
    assert [str(outcome.status) for outcome in report.outcomes] == ["edited"]
