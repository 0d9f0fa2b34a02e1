"""A disk that is all but full stops a build before it costs anything."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, NamedTuple

import pytest
from money_projects import Shop, creates

from assetgen.errors import UsageError
from assetgen.files import ROOM

if TYPE_CHECKING:
    from pathlib import Path


class Usage(NamedTuple):
    """What `shutil.disk_usage` returns."""

    total: int
    used: int
    free: int


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Return how much room each disk has, by a part of the path; 0 for none named."""
    room: dict[str, int] = {}
    real = shutil.disk_usage

    def usage(path: Path) -> Usage:
        named = [size for part, size in room.items() if part in str(path)]
        return Usage(ROOM * 10, 0, named[0]) if named else Usage(*real(path))

    monkeypatch.setattr(shutil, "disk_usage", usage)
    return room


@pytest.mark.parametrize("where", ["originals", "output", "store"])
def test_a_disk_without_room_for_a_picture_stops_before_money(
    shop: Shop, free: dict[str, int], where: str
) -> None:
    shop.write("coin", "star")
    free[f"/{where}"] = ROOM - 1
    with pytest.raises(UsageError, match=r"31 MiB are free"):
        shop.build()
    assert creates(shop) == 0
    free[f"/{where}"] = ROOM
    assert shop.build().exit_code == 0
    assert creates(shop) == 2


def test_a_full_disk_is_no_news_to_a_build_that_buys_nothing(
    shop: Shop, free: dict[str, int]
) -> None:
    assert shop.write("coin").build().exit_code == 0
    free["/"] = 0
    assert shop.build().exit_code == 0
