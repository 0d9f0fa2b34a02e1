"""A vendor that answers in milliseconds, and a project that buys from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from money_projects import Shop

from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KieServer]:
    """Run a vendor whose seconds are 20 ms long and whose pictures are small."""
    with KieServer(speed=50, latency=2, scale=0.06) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "1")
        yield server


@pytest.fixture
def shop(tmp_path: Path, server: KieServer) -> Shop:
    """Return an empty project beside that vendor."""
    return Shop(tmp_path / "project", server)
