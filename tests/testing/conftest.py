"""A running test server, and a raw client for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from raw_client import Raw

from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def server() -> Iterator[KieServer]:
    """Return a running server whose time hardly moves unless a test moves it.

    A task takes two of its seconds, which are twenty of ours.
    """
    with KieServer(speed=0.1, scale=0.1) as running:
        yield running


@pytest.fixture
def raw(server: KieServer) -> Raw:
    """Return a client of that server."""
    return Raw(server)
