"""Every test starts in a clean room: its own home, no keys, loopback only."""

from __future__ import annotations

import ipaddress
import os
import socket
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

KEYS = ("KIE_", "ASSETGEN_", "CI", "NO_COLOR", "FORCE_COLOR", "COLUMNS")


@pytest.fixture(autouse=True)
def clean_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the test a home of its own and none of the machine's settings."""
    for name in list(os.environ):
        if name.startswith(KEYS):
            monkeypatch.delenv(name)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("ASSETGEN_HOME", str(home / "assetgen"))
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that opens a connection to anything but this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if isinstance(address, tuple):
            host = str(address[0])
            if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
                pytest.fail(f"the test reached for {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
