"""The journal and the world outside: what SQLite complains of, and far-away disks."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from assetgen.errors import Damaged, Locked, UsageError
from assetgen.journal.schema import on_network_disk, translated

FILE = Path("/home/ann/journal.db")


# --- what SQLite says, in our words ------------------------------------------------


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (sqlite3.SQLITE_BUSY, Locked, "another process has been writing"),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Locked, "for 30 s"),
        (sqlite3.SQLITE_LOCKED, Locked, "another process has been writing"),
        (sqlite3.SQLITE_READONLY, UsageError, "cannot write the journal"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, UsageError, "cannot write the journal"),
        (sqlite3.SQLITE_CANTOPEN, UsageError, ": oh no"),
        (sqlite3.SQLITE_PERM, UsageError, "cannot write the journal"),
        (sqlite3.SQLITE_FULL, Damaged, "cannot write the journal"),
        (sqlite3.SQLITE_IOERR, Damaged, ": Oh No"),
        (sqlite3.SQLITE_IOERR_FSYNC, Damaged, "cannot write the journal"),
        (sqlite3.SQLITE_ERROR, Damaged, "is damaged: Oh No"),
        (None, Damaged, "is damaged: Oh No"),
    ],
)
def test_an_error_of_the_world_outside_is_said_in_words(
    code: int | None, kind: type[Exception], words: str
) -> None:
    error = sqlite3.OperationalError("Oh No")
    if code is not None:
        error.sqlite_errorcode = code
    with pytest.raises(kind) as caught, translated(FILE):
        raise error
    assert type(caught.value) is kind
    assert "`/home/ann/journal.db`" in str(caught.value)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    "error",
    [
        sqlite3.DatabaseError("file is not a database"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no such byte"),
    ],
)
def test_what_cannot_be_read_is_damage(error: Exception) -> None:
    with pytest.raises(Damaged, match="is damaged"), translated(FILE):
        raise error


def test_a_broken_uniqueness_passes_as_it_is() -> None:
    with pytest.raises(sqlite3.IntegrityError), translated(FILE):
        raise sqlite3.IntegrityError("UNIQUE constraint failed")


# --- disks of other machines -------------------------------------------------------

MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/ann/local ext4 rw 0 0
share /mnt/my\\040share cifs rw 0 0
/dev/sdc1 /mnt/twice ext4 rw 0 0
share /mnt/twice smb3 rw 0 0
/dev/sdd1 /mnt ext4 rw 0 0
"""


def mounted(monkeypatch: pytest.MonkeyPatch, mounts: str | None) -> None:
    def read_text(self: Path, *, encoding: str, errors: str) -> str:
        assert (str(self), encoding, errors) == ("/proc/mounts", "utf-8", "replace")
        if mounts is None:
            raise FileNotFoundError
        return mounts

    monkeypatch.setattr(Path, "read_text", read_text)


@pytest.mark.parametrize(
    ("folder", "network"),
    [
        ("/", False),
        ("/home", True),
        ("/home/ann", True),
        ("/homes/ann", False),
        ("/home/ann/local", False),
        ("/home/ann/local/deep", False),
        ("/home/ann/locally", True),
        ("/mnt/my share/x", True),
        ("/mnt/my", False),
        ("/mnt/twice", True),
    ],
)
def test_a_folder_lies_on_the_deepest_and_latest_mount_above_it(
    monkeypatch: pytest.MonkeyPatch, folder: str, *, network: bool
) -> None:
    mounted(monkeypatch, MOUNTS)
    monkeypatch.setattr(os.path, "realpath", str)
    assert on_network_disk(Path(folder)) is network


KINDS = """9p afs beegfs ceph cifs fuse.glusterfs fuse.sshfs gfs2 glusterfs lustre
ncpfs nfs nfs4 ocfs2 smb2 smb3 smbfs"""


@pytest.mark.parametrize(
    ("kind", "network"),
    [*((kind, True) for kind in KINDS.split()), ("ext4", False), ("btrfs", False)],
)
def test_these_file_systems_are_of_other_machines_too(
    monkeypatch: pytest.MonkeyPatch, kind: str, *, network: bool
) -> None:
    mounted(monkeypatch, f"x / {kind} rw 0 0\n")
    assert on_network_disk(Path("/any")) is network


def test_where_there_is_no_table_of_mounts_no_disk_is_far(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mounted(monkeypatch, None)
    assert on_network_disk(Path("/any")) is False
    monkeypatch.setattr(os.path, "realpath", lambda _: r"\\server\share")
    assert on_network_disk(Path("/any")) is True
