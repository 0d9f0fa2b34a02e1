"""This file is the journal's tables, and how its database is opened.

The events are the truth: append-only, each with a checksum of itself and of the one
before. The intents are their sum, kept because a claim needs a unique index.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
import time
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError, Damaged, Locked, UsageError
from assetgen.files import make_folder, newer_format, reason_of
from assetgen.journal.states import COLUMNS, LIVE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT = 1
NEEDS = "0.1.0"  # the first version that reads this format
APPLICATION = 0x61676A6C  # "agjl", where `file` and we can see whose database it is
BUSY = 30.0  # seconds to wait for another process's transaction


def listed(states: Iterable[str]) -> str:
    """Return states as a list in SQL, the same each time."""
    return ", ".join(f"'{state}'" for state in sorted(states))


_TYPES = {
    "created": "REAL NOT NULL",
    "updated": "REAL NOT NULL",
    "number": "INTEGER PRIMARY KEY",
    "last": "INTEGER NOT NULL",
    "price": "INTEGER",
    "charged": "INTEGER",
    "job": "TEXT",
    "digest": "TEXT",
    "code": "TEXT",
    "why": "TEXT",
    "decision": "TEXT",
}

TABLES = (
    "CREATE TABLE format (version INTEGER NOT NULL, needs TEXT NOT NULL)",
    """CREATE TABLE events (
    seq INTEGER PRIMARY KEY, intent INTEGER NOT NULL, at REAL NOT NULL,
    kind TEXT NOT NULL, facts TEXT NOT NULL, sum TEXT NOT NULL)""",
    """CREATE TRIGGER events_stay BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never changed'); END""",
    """CREATE TRIGGER events_last BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are never removed'); END""",
    "CREATE TABLE intents ("
    + ", ".join(f"{name} {_TYPES.get(name, 'TEXT NOT NULL')}" for name in COLUMNS)
    + ")",
    "CREATE UNIQUE INDEX intent_id ON intents (id)",
    f"""CREATE UNIQUE INDEX claim ON intents (account, key)
    WHERE state IN ({listed(LIVE)})""",
    f"""CREATE UNIQUE INDEX live_job ON intents (account, job)
    WHERE job IS NOT NULL AND state IN ({listed(LIVE)})""",
    "CREATE INDEX intent_key ON intents (account, key)",
    "CREATE INDEX intent_family ON intents (family)",
    "CREATE INDEX commitment ON intents (build, state, price, charged)",
)
# Made when they are missing, so that a journal gets them whenever it was begun.
INDEXES = (
    "CREATE INDEX purchase_key ON intents (key)",
    "CREATE INDEX purchase_job ON intents (job) WHERE job IS NOT NULL",
    "CREATE INDEX purchase_project ON intents (project, created)",
)

# File systems whose machines do not share memory, so that WAL cannot work there.
NETWORK = frozenset({
    "9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "gfs2",
    "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "smb2", "smb3", "smbfs",
})  # fmt: skip


def connect(path: Path, *, network: bool) -> sqlite3.Connection:
    """Open the database for writing, making it and its folder if it is not there.

    Raises UsageError if it cannot be made or written or is of a newer format,
    Damaged if it is no journal.
    """
    try:
        make_folder(path.parent)
        # Made here and not by SQLite: prompts and prices are nobody else's business.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise _unusable(path, reason_of(error)) from error
    db = sqlite3.connect(path, timeout=BUSY, isolation_level=None)
    try:
        with translated(path):
            _settle(db, network=network)
            _make_tables(db, path)
    except BaseException:
        db.close()
        raise
    return db


def connect_reading(path: Path) -> sqlite3.Connection:
    """Open the database to read; where there is none, an empty one in memory."""
    if not path.exists():
        return _empty()
    # Without its side files, in a folder where none can be made, nobody writes it.
    alone = not os.access(path.parent, os.W_OK) and not _log(path).exists()
    address = f"{path.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    with translated(path):
        db = sqlite3.connect(address, uri=True, timeout=BUSY, isolation_level=None)
    try:
        with translated(path):
            db.execute("PRAGMA query_only = ON")
            if not _check_format(db, path):
                db.close()
                return _empty()
    except BaseException:
        db.close()
        raise
    return db


def _empty() -> sqlite3.Connection:
    """Return an empty journal in memory."""
    db = sqlite3.connect(":memory:", isolation_level=None)
    _create(db)
    return db


def on_network_disk(folder: Path) -> bool:
    """Return whether a folder is on a disk that other machines may write too.

    Known from Linux's table of mounts and from Windows' addresses; elsewhere False.
    """
    whole = os.path.realpath(folder)
    if whole.startswith("\\\\"):
        return True
    try:
        lines = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    best = ("", "")
    for line in lines.splitlines():
        _, mount, kind, *_ = line.split(" ")
        mount = mount.replace("\\040", " ")
        inside = whole == mount or whole.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best[0]):
            best = (mount, kind)
    return best[1] in NETWORK


@contextlib.contextmanager
def translated(path: Path) -> Iterator[None]:
    """Say in our words what SQLite raises: held, unwritable, full or damaged.

    A broken uniqueness is an answer, not an accident, and passes as it is.
    """
    try:
        yield
    except sqlite3.IntegrityError:
        raise
    except sqlite3.OperationalError as error:
        raise _translated(error, path) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        raise damaged(path, str(error)) from error


def damaged(path: Path, what: str) -> Damaged:
    """Return what to raise for a journal that contradicts itself."""
    return Damaged(
        f"the journal `{path}` is damaged: {what}",
        hint="`assetgen doctor --mend` writes it anew if its events are whole; if not, "
        "restore it from a backup, or move it and its side files away: paid jobs that "
        "are still out are then forgotten, `originals/` keeps what was fetched",
    )


def _settle(db: sqlite3.Connection, *, network: bool) -> None:
    """Choose the kind of log and make every commit reach the disk."""
    wanted = "delete" if network else "wal"
    until = time.monotonic() + BUSY
    while True:  # changing the kind does not wait for other processes by itself
        try:
            db.execute(f"PRAGMA journal_mode = {wanted}").fetchone()
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            break
    # EXTRA also syncs the folder after the rollback journal is removed.
    db.execute(f"PRAGMA synchronous = {'EXTRA' if network else 'FULL'}")
    db.execute("PRAGMA fullfsync = ON")
    db.execute("PRAGMA trusted_schema = OFF")


def _make_tables(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables of a new journal; of an old one, check that they are ours."""
    if _check_format(db, path) and not _lacking(db):
        return
    db.execute("BEGIN IMMEDIATE")
    try:
        if not _check_format(db, path):  # nobody else was faster
            _create(db)
        for statement in _lacking(db):
            db.execute(statement)
        db.execute("COMMIT")
    except BaseException:
        db.execute("ROLLBACK")
        raise


def _create(db: sqlite3.Connection) -> None:
    for statement in (*TABLES, *INDEXES):
        db.execute(statement)
    db.execute("INSERT INTO format VALUES (?, ?)", (FORMAT, NEEDS))
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {FORMAT}")


def _lacking(db: sqlite3.Connection) -> list[str]:
    """Return what makes the indexes that an older journal does not have."""
    found = {sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema")}
    return [statement for statement in INDEXES if statement not in found]


def _check_format(db: sqlite3.Connection, path: Path) -> bool:
    """Return whether the tables are there; raise if they are not exactly ours.

    The version stands twice, in the header and in a table, so that a flipped bit is
    not taken for a journal of the future.
    """
    found = {sql for (sql,) in db.execute("SELECT sql FROM sqlite_schema") if sql}
    version = db.execute("PRAGMA user_version").fetchone()[0]
    application = db.execute("PRAGMA application_id").fetchone()[0]
    if not found and version == 0 and application == 0:
        return False
    if application != APPLICATION:
        raise damaged(path, "it is another program's database")
    rows = db.execute("SELECT version, needs FROM format").fetchall()
    if len(rows) != 1 or rows[0][0] != version:
        raise damaged(path, "its format is not clear")
    if version > FORMAT:
        raise newer_format(f"the journal `{path}`", rows[0][1])
    if version != FORMAT or found - set(INDEXES) != set(TABLES):
        raise damaged(path, "its tables are not the ones that assetgen made")
    return True


def _translated(error: sqlite3.OperationalError, path: Path) -> AssetgenError:
    """Return our error for one of SQLite's about the world outside the database."""
    # Python's own complaints (text that is no UTF-8) have no code: they are damage.
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        return Locked(
            f"another process has been writing the journal `{path}` for {BUSY:g} s",
            hint="wait for the other build, or stop it, and run again",
        )
    if code in {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}:
        return _unusable(path, str(error))
    if code in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR}:
        return Damaged(
            f"cannot write the journal `{path}`: {error}",
            hint="free some space or mend the disk and run again: "
            "nothing that was paid is forgotten",
        )
    return damaged(path, str(error))


def _unusable(path: Path, reason: str) -> UsageError:
    return UsageError(
        f"cannot write the journal `{path}`: {reason.lower()}",
        hint="set `ASSETGEN_HOME` to a folder that can be written and that lasts",
    )


def _log(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")
