"""`cache gc` in a loop, beside builds: nothing that is paid or asked for goes away."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from money_projects import Shop, creates, paid, statuses

from assetgen.cache import Cache
from assetgen.digest import digest_bytes
from assetgen.stores.disk import DiskStore

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = [f"coin-{number}" for number in range(12)]


@pytest.fixture
def sweeper(shop: Shop) -> Iterator[list[int]]:
    """Remove whatever may be removed, however young, for as long as a test runs."""
    shop.write(*NAMES)
    cache = Cache(DiskStore(shop.open().settings.store))
    removed, done = [0], threading.Event()

    def sweep() -> None:
        while not done.wait(0.01):
            removed[0] += len(cache.gc(older_than=-60))

    thread = threading.Thread(target=sweep)
    thread.start()
    yield removed
    done.set()
    thread.join()


def test_builds_go_on_while_the_store_is_swept(shop: Shop, sweeper: list[int]) -> None:
    """What is derived is made again if it must be; what is bought never goes."""
    text = "\n".join(
        f"  {name}: {{prompt: a {name}, variants: [8, 12]}}" for name in NAMES
    )
    shop.write_text(
        "version: 1\ndefaults: {provider: kie, model: nano-banana-pro}\n"
        f"assets:\n{text}\n"
    )
    for _ in range(3):
        report = shop.build()
        assert report.exit_code == 0, report.outcomes
        assert set(statuses(report).values()) <= {"built", "reused"}
        for path in list((shop.root / "output").glob("*-8w.*")):
            path.unlink()
    assert shop.build().exit_code == 0
    assert sweeper[0] > 0
    assert (creates(shop), paid(shop)) == (len(NAMES), len(NAMES))
    assert len(shop.published()) == len(NAMES) * 5


def test_no_bought_picture_goes_however_old(shop: Shop, sweeper: list[int]) -> None:
    """Earlier takes are on the shelf alone."""
    del sweeper
    shop.write("coin")
    assert shop.build().exit_code == 0
    first = shop.receipt("coin")
    assert first is not None
    assert shop.write(coin="a golden coin").build().exit_code == 0
    cache = Cache(DiskStore(shop.open().settings.store))
    data = cache.get_bytes(first.sha256)
    assert data is not None
    assert digest_bytes(data) == first.sha256
