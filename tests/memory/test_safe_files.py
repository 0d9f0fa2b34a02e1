"""A file is whole and durable, the old one or the new one, whatever fails."""

from __future__ import annotations

import errno
import os
import stat
import threading
import time
from pathlib import Path

import pytest

from assetgen.files import (
    TEMPORARY,
    make_folder,
    newer_format,
    remove,
    replacing,
    sweep,
    unwritable,
    write_atomic,
)

OLD, NEW = b"old bytes", b"new bytes"


def litter(folder: Path) -> list[str]:
    """Return our temporary files in a folder."""
    return [each.name for each in folder.iterdir() if TEMPORARY.fullmatch(each.name)]


class Record:
    """The calls to the operating system that a write makes, in order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self.synced: list[int] = []
        fsync, replace = os.fsync, Path.replace

        def logged_fsync(handle: int) -> None:
            kind = "folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file"
            self.calls.append(f"fsync {kind}")
            self.synced.append(handle)
            fsync(handle)

        def logged_replace(path: Path, target: Path) -> Path:
            same = path.parent == target.parent
            self.calls.append(f"rename {'within' if same else 'across'}")
            return replace(path, target)

        monkeypatch.setattr(os, "fsync", logged_fsync)
        monkeypatch.setattr(Path, "replace", logged_replace)


def test_a_write_syncs_renames_and_syncs_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record(monkeypatch)
    write_atomic(tmp_path / "a", NEW)
    assert record.calls == ["fsync file", "rename within", "fsync folder"]


def test_a_new_folder_is_durable_before_its_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = Record(monkeypatch)
    write_atomic(tmp_path / "x" / "y" / "a", NEW)
    assert record.calls[:3] == ["fsync folder", "fsync folder", "fsync file"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("call", ["write", "fsync", "open"])
def test_a_failed_call_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    path = tmp_path / "a"
    write_atomic(path, OLD)
    tries = []

    def fail(*_: object) -> None:
        tries.append(call)
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, call, fail)
    with pytest.raises(OSError, match=os.strerror(number)) as caught:
        write_atomic(path, NEW)
    monkeypatch.undo()
    assert (path.read_bytes(), litter(tmp_path), len(tries)) == (OLD, [], 1)
    assert caught.value.errno == number


def test_a_failed_rename_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a"
    write_atomic(path, OLD)

    def fail(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="Input/output"):
        write_atomic(path, NEW)
    assert (path.read_bytes(), litter(tmp_path)) == (OLD, [])


def test_a_short_write_is_continued(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: write(handle, data[:2]))
    write_atomic(tmp_path / "a", NEW)
    assert (tmp_path / "a").read_bytes() == NEW


def test_bytes_that_come_in_pieces_are_there_together_or_not_at_all(
    tmp_path: Path,
) -> None:
    path = tmp_path / "new" / "a"
    with replacing(path) as write:
        write(b"one, ")
        assert not path.exists()
        write(b"two")
    assert (path.read_bytes(), litter(path.parent)) == (b"one, two", [])

    def halfway() -> None:
        with replacing(path) as write:
            write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        halfway()
    assert (path.read_bytes(), litter(path.parent)) == (b"one, two", [])


@pytest.mark.parametrize(
    ("number", "fails"), [(errno.EINVAL, False), (errno.EIO, True)]
)
def test_only_a_folder_that_cannot_be_synced_at_all_is_forgiven(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, *, fails: bool
) -> None:
    fsync = os.fsync

    def picky(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode):
            raise OSError(number, os.strerror(number))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", picky)
    if fails:
        with pytest.raises(OSError, match=os.strerror(number)):
            write_atomic(tmp_path / "a", NEW)
    else:
        write_atomic(tmp_path / "a", NEW)
        assert (tmp_path / "a").read_bytes() == NEW


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(OLD)
    link = tmp_path / "link"
    link.symlink_to(victim)
    write_atomic(link, NEW)
    found = (victim.read_bytes(), link.read_bytes(), link.is_symlink())
    assert found == (OLD, NEW, False)


def test_others_may_read_what_was_written(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write_atomic(tmp_path / "a", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o644


def test_many_writers_leave_one_whole_file(tmp_path: Path) -> None:
    versions = [bytes([n]) * 100_000 for n in range(8)]
    threads = [
        threading.Thread(target=write_atomic, args=(tmp_path / "a", data))
        for data in versions
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ((tmp_path / "a").read_bytes() in versions, litter(tmp_path)) == (True, [])


def test_removing_says_whether_there_was_something(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", NEW)
    assert (remove(tmp_path / "a"), remove(tmp_path / "a")) == (True, False)


def test_a_file_in_a_folders_place_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OLD)
    with pytest.raises(NotADirectoryError):
        make_folder(tmp_path / "a")


def test_sweeping_looks_below_only_if_asked(tmp_path: Path) -> None:
    below = tmp_path / "below"
    below.mkdir()
    for folder in (tmp_path, below):
        (folder / f".assetgen-{'0' * 16}.tmp").write_bytes(b"")
    later = (tmp_path / f".assetgen-{'0' * 16}.tmp").stat().st_mtime + 3601
    assert sweep(tmp_path, now=later) == 1
    assert sweep(tmp_path, below=True, now=later) == 1


def test_what_is_being_written_is_not_swept_whatever_the_clock_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A machine that slept in the middle of a write wakes up hours later."""
    real, swept = os.fsync, []

    def asleep(handle: int) -> None:
        swept.append(sweep(tmp_path, now=time.time() + 7200))
        real(handle)

    monkeypatch.setattr(os, "fsync", asleep)
    write_atomic(tmp_path / "a", NEW)
    assert (tmp_path / "a").read_bytes() == NEW
    assert set(swept) == {0}
    assert litter(tmp_path) == []


def test_a_disk_that_refuses_is_said_in_words() -> None:
    error = unwritable(OSError(errno.ENOSPC, "No space left on device"), Path("x"))
    expected = ("cannot write `x`: no space left on device", 8)
    assert (error.message, error.exit_code) == expected


@pytest.mark.parametrize(
    ("needs", "said"), [("2.0", ">= 2.0"), (None, "of a newer version")]
)
def test_a_newer_format_names_what_reads_it(needs: str | None, said: str) -> None:
    error = newer_format("the store", needs)
    assert error.message.endswith(f"needs assetgen {said}")
    assert error.exit_code == 2
