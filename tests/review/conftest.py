"""A vendor that answers in milliseconds, and a person whose project buys from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from reviewer import Reviewer

from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KieServer]:
    """Run a vendor whose seconds are 20 ms long and whose pictures are small."""
    with KieServer(speed=50, latency=1, scale=0.06) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "0.03")
        yield server


@pytest.fixture
def me(
    tmp_path: Path,
    server: KieServer,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Reviewer:
    """Return a person in an empty project of their own."""
    root = tmp_path / "project"
    root.mkdir()
    monkeypatch.chdir(root)
    return Reviewer(root, server, capsys)


@pytest.fixture
def coin(me: Reviewer) -> Reviewer:
    """Return a person whose project has bought one coin."""
    me.write(coin="a coin")
    me.build()
    return me
