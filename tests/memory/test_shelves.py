"""Disk and memory keep what every store promises, and the disk a little more."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from assetgen.cache import Cache
from assetgen.files import sweep
from assetgen.stores.disk import DiskStore
from assetgen.stores.memory import MemoryStore
from assetgen.testing.stores import StoreContract

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.stores.base import Store

NAME = "cas/ab/cdef"
HOURS = 3600


class TestDiskStore(StoreContract):
    """The disk keeps the contract."""

    def make(self, place: Path) -> Store:
        """Return a shelf in that folder."""
        return DiskStore(place)


class TestMemoryStore(StoreContract):
    """Memory keeps the contract, but not for long."""

    lasting = False

    def make(self, place: Path) -> Store:  # noqa: ARG002  it needs no folder
        """Return an empty shelf."""
        return MemoryStore()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "../x",
        "a/../b",
        "/a",
        "a//b",
        "a/",
        ".tmp",
        "a.",
        "A",
        "a\\b",
        "a\x00",
        "é",
        "x" * 201,
    ],
)
def test_a_name_that_a_disk_could_misread_is_refused(tmp_path: Path, name: str) -> None:
    for store in (DiskStore(tmp_path), MemoryStore()):
        for act in (store.get, store.has, store.delete, store.size):
            with pytest.raises(ValueError, match="cannot name"):
                act(name)
        with pytest.raises(ValueError, match="cannot name"):
            store.put(name, b"x")


def test_the_folder_says_what_it_is(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "deep" / "store")
    store.put(NAME, b"x")
    assert "You may delete all of it" in (store.root / "README").read_text()


def test_asking_an_absent_store_makes_nothing(tmp_path: Path) -> None:
    store = DiskStore(tmp_path / "store")
    assert (store.get(NAME), list(store.names())) == (None, [])
    assert not store.root.exists()


def test_another_s_file_is_as_old_as_the_disk_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What another build writes now is not swept where our own clock is wrong."""
    living = tmp_path / "cas" / f".assetgen-{7:016x}.tmp"
    living.parent.mkdir()
    living.write_bytes(b"")
    now = time.time() + 24 * HOURS
    monkeypatch.setattr(time, "time", lambda: now)
    DiskStore(tmp_path).put(NAME, b"x")
    assert living.exists()


def test_a_dead_writers_files_are_swept_after_an_hour(tmp_path: Path) -> None:
    folder = tmp_path / "cas" / "ab"
    folder.mkdir(parents=True)
    old, young = (folder / f".assetgen-{n:016x}.tmp" for n in range(2))
    other = folder / "notes.txt"
    for path in (old, young, other):
        path.write_bytes(b"half")
    for path in (old, other):
        os.utime(path, (time.time() - 2 * HOURS,) * 2)
    DiskStore(tmp_path).put("ac/1", b"x")
    assert sorted(path.name for path in folder.iterdir()) == [young.name, other.name]


def test_a_folder_in_an_objects_place_heals_itself(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    (tmp_path / NAME / "within").mkdir(parents=True)
    assert (store.get(NAME), store.has(NAME), store.size(NAME)) == (None, False, 0)
    store.put(NAME, b"x")
    assert store.get(NAME) == b"x"


def test_reading_marks_as_used_once_a_day(tmp_path: Path) -> None:
    store = DiskStore(tmp_path)
    store.put(NAME, b"x")
    long_ago = time.time() - 48 * HOURS
    os.utime(tmp_path / NAME, (long_ago, long_ago))
    store.get(NAME)
    used = store.modified(NAME)
    store.get(NAME)
    assert (used > long_ago + HOURS, store.modified(NAME)) == (True, used)


def test_a_store_that_cannot_be_marked_still_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The tests may run as root, whom no permission stops: the call itself fails."""
    store = DiskStore(tmp_path)
    store.put(NAME, b"x")
    os.utime(tmp_path / NAME, (0, 0))

    def refuse(*_: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(os, "utime", refuse)
    assert store.get(NAME) == b"x"


WRITER = """
import sys
from pathlib import Path
from assetgen.cache import Cache
from assetgen.stores.disk import DiskStore

cache = Cache(DiskStore(Path(sys.argv[1])))
for number in range(3000):  # it ends by itself, should nobody end it
    cache.put_bytes(f"{number % 40} ".encode() * 100_000)
"""


def test_readers_never_see_a_part_of_what_killed_writers_wrote(tmp_path: Path) -> None:
    """Three write the same forty objects and are killed; whatever is there is whole."""
    shelf = DiskStore(tmp_path / "store")
    cache = Cache(shelf)
    command = [sys.executable, "-c", WRITER, str(shelf.root)]
    for _ in range(2):
        writers = [subprocess.Popen(command) for _ in range(3)]
        try:
            read = 0
            while read < 30:
                for each in list(cache.ls()):
                    data = cache.get_bytes(each.digest)
                    assert data is not None, "it was put aside: not what its name says"
                    read += 1
        finally:
            for writer in writers:
                writer.kill()
            for writer in writers:
                writer.wait()
    assert cache.verify().damaged == ()
    sweep(shelf.root, below=True, now=time.time() + 2 * HOURS)
    names = [path.name for path in shelf.root.rglob("*") if path.is_file()]
    assert {name for name in names if len(name) != 62} == {"README"}
