"""A project in a folder of its own, and the vendor that it buys from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cutout_projects import Here
from weights_server import MODEL, WeightsServer

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


@pytest.fixture
def rembg(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return rembg's folder, which is not there yet."""
    monkeypatch.delenv("U2NET_HOME", raising=False)
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    folder = tmp_path / "rembg"
    monkeypatch.setenv("REMBG_HOME", str(folder))
    return folder


@pytest.fixture
def line(
    rembg: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Here:
    """Return a command line in an empty folder."""
    del rembg
    monkeypatch.chdir(tmp_path)
    return Here(tmp_path, capsys)


@pytest.fixture
def host() -> Iterator[WeightsServer]:
    """Yield a host that has the test's network, and other bytes."""
    with WeightsServer(**{"dark.onnx": MODEL, "other.onnx": b"something else"}) as one:
        yield one
