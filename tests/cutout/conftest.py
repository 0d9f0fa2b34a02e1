"""A project in a folder of its own, and the vendor that it buys from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cutout_projects import Here

from assetgen.testing import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server() -> Iterator[KieServer]:
    """Yield a vendor on this machine."""
    with KieServer(speed=50.0, latency=1.0) as server:
        yield server


@pytest.fixture
def here(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    server: KieServer,
) -> Here:
    """Return an empty folder to work in, whose vendor is the server."""
    root = tmp_path / "shop"
    root.mkdir()
    monkeypatch.chdir(root)
    for name, value in server.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KIE_POLL_INTERVAL", "0.05")
    return Here(root, capsys)
