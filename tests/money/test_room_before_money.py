"""A disk that is all but full stops a build before it costs anything."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from money_projects import Shop, creates

from assetgen.errors import UsageError
from assetgen.files import ROOM


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


def test_the_journals_disk_is_looked_at_too(
    shop: Shop,
    free: dict[str, int],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It need not be the store's: by default one is data and the other is cache."""
    monkeypatch.delenv("ASSETGEN_HOME")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    shop.write("coin")
    free[f"{tmp_path}/data"] = ROOM - 1
    with pytest.raises(UsageError, match=r"31 MiB are free"):
        shop.build()
    assert (creates(shop), shop.states()) == (0, [])
    free.clear()
    assert shop.build().exit_code == 0
    room = tmp_path / "data" / "assetgen" / "journal.ballast"
    assert room.stat().st_size > 0


def build_where_one_may_only_read(shop: Shop, folder: Path) -> tuple[int, str]:
    """Build on a machine that has mounted a folder read-only, as for the super-user."""
    folder.mkdir(parents=True, exist_ok=True)
    apart = Path(__file__).with_name("build_apart.py")
    script = (
        f"mount --bind {folder} {folder} && mount -o remount,bind,ro {folder} "
        f"|| exit 77; {sys.executable} {apart} {shop.root}"
    )
    if shutil.which("unshare") is None:
        pytest.skip("this system has no `unshare`")
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if run.returncode == 77:
        pytest.skip("this system lets nobody mount a disk of their own")
    return run.returncode, run.stderr


@pytest.mark.parametrize("name", ["store", "journal"])
def test_a_place_that_only_lets_read_is_found_before_the_first_purchase(
    shop: Shop, tmp_path: Path, name: str
) -> None:
    home = tmp_path / "home" / "assetgen"
    folder = home / "store" if name == "store" else home
    code, err = build_where_one_may_only_read(shop.write("coin"), folder)
    assert code == 2, err
    assert "cannot write" in err
    assert creates(shop) == 0


PROBE = """
import pathlib, sys
from assetgen.errors import UsageError
from assetgen.files import probe
folder = pathlib.Path(sys.argv[1])
try:
    probe(folder)
except UsageError as error:
    print(error.message, error.hint, sorted(each.name for each in folder.iterdir()))
"""


def test_a_disk_that_is_full_to_the_last_byte_is_called_full_and_left_clean(
    tmp_path: Path,
) -> None:
    """Nothing of the trial stays on a disk that has no room for it."""
    if shutil.which("unshare") is None:
        pytest.skip("this system has no `unshare`")
    script = (
        f"mount -t tmpfs -o size=64k tmpfs {tmp_path} || exit 77; "
        f"dd if=/dev/zero of={tmp_path}/rest 2>/dev/null; "
        f"{sys.executable} -c '{PROBE}' {tmp_path}"
    )
    run = subprocess.run(
        ["unshare", "-rm", "sh", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
    )
    if run.returncode == 77:
        pytest.skip("this system lets nobody mount a disk of their own")
    assert "no space left on device" in run.stdout, run.stderr
    assert "nothing was bought; make 32 MiB free" in run.stdout
    assert "['rest']" in run.stdout


def test_a_store_that_only_lets_read_still_serves(shop: Shop, tmp_path: Path) -> None:
    assert shop.write("coin").build().exit_code == 0
    shutil.rmtree(shop.root / "output")
    (shop.root / "originals" / "coin.png").unlink()
    store = tmp_path / "home" / "assetgen" / "store"
    code, err = build_where_one_may_only_read(shop, store)
    assert (code, shop.published()) == (0, {"coin.png"}), err
    assert creates(shop) == 1
