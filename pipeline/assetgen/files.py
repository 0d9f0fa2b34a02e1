"""This file is the one way assetgen writes a file: whole, durable, or not at all.

A file that was written here is either the old one or the new one, also after a
crash or a power cut: bytes go to a temporary file in the same folder, are synced,
renamed over the target, and the folder is synced. A sync that fails is a write that
failed; the same file is never synced twice, because the kernel forgets the error.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.errors import Damaged, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TEMPORARY = re.compile(r"\.assetgen-[0-9a-f]{16}\.tmp")
ROOM = 32 * 1024 * 1024  # bytes free before money is spent: a 4K picture, its receipt
STALE_AFTER = 3600.0  # seconds: no write of ours takes an hour

# The names of what this process is writing now. No clock says how old they are: a
# machine may sleep in the middle of a write.
_writing: set[str] = set()

# A folder that cannot be synced on this kind of disk is no news about its files.
_NOT_SYNCABLE = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EBADF})


def write_atomic(path: Path, data: bytes) -> None:
    """Replace a file's bytes, making its folders; raises OSError and changes nothing.

    A symbolic link at `path` is replaced, not followed. Permissions are those of a
    new file, so that a web server can read what was published.
    """
    with replacing(path) as write:
        write(data)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Replace a file as `write_atomic` does, by bytes that come in pieces.

    Yields what writes the next piece. The file is there when the block has ended; if
    the block raises, nothing has changed.
    """
    make_folder(path.parent)
    temporary = path.parent / f".assetgen-{secrets.token_hex(8)}.tmp"
    _writing.add(temporary.name)
    try:
        with _new_synced(temporary) as write:
            yield write
        replace(temporary, path)
    except BaseException:
        discard(temporary)
        raise
    finally:
        _writing.discard(temporary.name)


def replace(source: Path, target: Path) -> None:
    """Rename a synced file over another of the same folder, durably."""
    _rename(source, target)
    sync_folder(target.parent)


def remove(path: Path) -> bool:
    """Remove a file durably; return whether it was there."""
    try:
        path.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    sync_folder(path.parent)
    return True


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable before something is put in."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    with contextlib.suppress(FileExistsError):
        folder.mkdir()
        sync_folder(folder.parent)
    if not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), folder)


def sync_folder(folder: Path) -> None:
    """Make what was renamed or removed in a folder survive a power cut."""
    if sys.platform == "win32":  # folders cannot be opened, NTFS orders its own log
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NOT_SYNCABLE:
            error.filename = str(folder)
            raise
    finally:
        os.close(handle)


def sweep(folder: Path, *, below: bool = False, now: float | None = None) -> int:
    """Remove temporary files that dead writers left over an hour ago; return how many.

    Looks into the folders below too if asked. What cannot be removed is left. `now` is
    seconds since 1970 by the clock of that disk, the machine's own unless given.
    """
    limit = (time.time() if now is None else now) - STALE_AFTER
    swept = 0
    pending = [folder]
    while pending:
        try:
            entries = list(os.scandir(pending.pop()))
        except OSError:
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                pending += [Path(entry.path)] if below else []
            elif TEMPORARY.fullmatch(entry.name) and entry.name not in _writing:
                with contextlib.suppress(OSError):
                    if entry.stat(follow_symlinks=False).st_mtime < limit:
                        Path(entry.path).unlink()
                        swept += 1
    return swept


def discard(path: Path) -> None:
    """Remove a file that nobody needs; a failure to do so is not worth a word.

    It is emptied first: on a full disk some file systems need room to unlink.
    """
    with contextlib.suppress(OSError):
        os.truncate(path, 0)
    with contextlib.suppress(OSError):
        path.unlink()


def probe(folder: Path) -> None:
    """Prove that a folder can be written to and has room for pictures, making it.

    Raises UsageError if not. A disk that is full before a picture comes would keep it
    from being written down although it is paid.
    """
    import shutil  # noqa: PLC0415  only where money is near

    trial = folder / f".assetgen-{secrets.token_hex(8)}.tmp"
    try:
        make_folder(folder)
        try:
            trial.write_bytes(b"assetgen")
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        full = error.errno == errno.ENOSPC
        todo = f"make {ROOM >> 20} MiB free" if full else "make it writable"
        raise UsageError(
            f"cannot write to `{folder}`: {reason_of(error)}",
            hint=f"nothing was bought; {todo}, then run again",
        ) from error
    free = shutil.disk_usage(folder).free
    if free < ROOM:
        raise UsageError(
            f"only {free >> 20} MiB are free for `{folder}`",
            hint=f"nothing was bought; make {ROOM >> 20} MiB free, then run again",
        )


def reason_of(error: OSError) -> str:
    """Return why the system refused, as the end of a sentence of ours."""
    return (error.strerror or str(error)).lower()


def unwritable(error: OSError, path: Path) -> Damaged:
    """Return what to raise when memory that money depends on cannot be written."""
    return Damaged(
        f"cannot write `{path}`: {reason_of(error)}",
        hint="free some space or mend the disk and run again: what was paid is kept",
    )


def newer_format(what: str, needs: object) -> UsageError:
    """Return what to raise for a file whose format is newer than this program.

    `needs` is the version that the file itself names as the least that reads it.
    """
    named = needs if isinstance(needs, str) and needs.isascii() else None
    version = f">= {named}" if named else "of a newer version"
    return UsageError(
        f"{what} was written by a newer assetgen and needs assetgen {version}",
        hint="upgrade assetgen; nothing was changed",
    )


@contextlib.contextmanager
def _new_synced(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Yield what writes into a new file, and sync it; O_EXCL follows no planted link.

    An OSError that names no file is given this one's name.
    """
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    handle = os.open(path, flags, 0o666)

    def write(data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(handle, rest) :]

    try:
        yield write
        _sync(handle)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        os.close(handle)


def _sync(handle: int) -> None:
    """Put a file on the disk itself; on macOS fsync stops at the drive's cache."""
    if sys.platform == "darwin":
        import fcntl  # noqa: PLC0415 - does not exist on Windows

        with contextlib.suppress(OSError):  # network disks do not know it
            fcntl.fcntl(handle, fcntl.F_FULLFSYNC)
            return
    os.fsync(handle)


def _rename(source: Path, target: Path) -> None:
    """Rename over a file; on Windows wait a moment for whoever has it open."""
    patience = 10 if sys.platform == "win32" else 0
    for pause in range(patience):
        try:
            source.replace(target)
        except PermissionError:
            time.sleep(0.01 * 2**pause)
        else:
            return
    source.replace(target)
