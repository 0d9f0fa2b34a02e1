"""A vendor that calls back, and a project that buys from it."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from ringing_projects import Bellhouse

from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

KEY = "a-key-of-nobody"


@pytest.fixture
def port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KieServer]:
    """Run a vendor whose seconds are 20 ms long and who signs its calls."""
    with KieServer(speed=50, latency=5, scale=0.06, hmac_key=KEY) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        # Two of our seconds: whoever is faster than that was rung.
        monkeypatch.setenv("KIE_POLL_INTERVAL", "100")
        yield server


@pytest.fixture
def house(tmp_path: Path, server: KieServer, port: int) -> Bellhouse:
    """Return an empty project beside that vendor, with a doorbell."""
    return Bellhouse(tmp_path / "project", server, port)
