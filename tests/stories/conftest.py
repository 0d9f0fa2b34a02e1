"""Each story gets its folder's files in a place of its own, and a vendor to itself."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from story import Story

from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOT_THE_PROJECT = shutil.ignore_patterns("test_*.py", "__pycache__")


@pytest.fixture
def vendor() -> Iterator[KieServer]:
    """Return a vendor with small pictures, which take a tenth of a second."""
    with KieServer(latency=0.1, scale=0.25) as server:
        yield server


@pytest.fixture
def story(request: pytest.FixtureRequest, tmp_path: Path, vendor: KieServer) -> Story:
    """Return a person with a key, in a copy of the project beside the test."""
    folder = tmp_path / "project"
    shutil.copytree(request.path.parent, folder, ignore=NOT_THE_PROJECT)
    home = tmp_path / "homes" / "me"
    home.mkdir(parents=True)
    return Story(folder, home, vendor, vendor.key)
