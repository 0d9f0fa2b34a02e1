"""This file is how a build with nothing to do ends before it imports anything heavy.

A stamp remembers what a full build that ended well had read, looked for in vain and
written: size, times and inode of every file. While all of that stands, there is
nothing to do. It is read with `os` and little else, lives in the user's store, and
losing it costs one full build.

A file whose time lies within two seconds of the stamp's own could change again without
its times showing it; its digest is kept too, and compared.
"""

from __future__ import annotations

import os
import sys
import time
from array import array

FORMAT = b"assetgen stamp 1"
DOUBT_NS = 2_000_000_000
GONE = (-1, -1, -1, -1)


class Stamp:
    """What a build that ended well leaves behind.

    A plain class, because `dataclasses` and `typing` cost more than the whole check.

    Attributes:
        circumstances: Everything but files that decides a build, as one text.
        paths: Absolute paths that were read or written, and those that were absent.
        stats: (size, mtime ns, ctime ns, inode) of each, `GONE` for absent ones.
        doubtful: Index of a path whose times are too young → its SHA-256.
        taken: When it was taken, in ns since 1970.
        answer: The report of a build with nothing to do, as JSON without `seconds`.
    """

    __slots__ = ("answer", "circumstances", "doubtful", "paths", "stats", "taken")

    def __init__(  # noqa: PLR0913, PLR0917  its six parts
        self,
        circumstances: str,
        paths: list[str],
        stats: array[int],
        doubtful: dict[int, str],
        taken: int,
        answer: str,
    ) -> None:
        self.circumstances = circumstances
        self.paths = paths
        self.stats = stats
        self.doubtful = doubtful
        self.taken = taken
        self.answer = answer


def stamp_path(store: str, manifest: str) -> str:
    """Return where the stamp of a manifest lies; both arguments are absolute."""
    name = manifest.encode("utf-8", "surrogateescape").hex()
    if len(name) > 200:  # noqa: PLR2004  file names end at 255 bytes
        import hashlib  # noqa: PLC0415  long paths are rare

        name = hashlib.sha256(name.encode()).hexdigest()
    return os.path.join(store, "stamps", name)


def circumstances(version: str) -> str:
    """Return everything but files that decides what a build does, as one text.

    The folders that Python imports from stand for the plugins in them: installing or
    removing one changes its folder's time.
    """
    settings = sorted(
        f"{name}={value}"
        for name, value in os.environ.items()
        if name.startswith("ASSETGEN_") and not name.endswith("_KEY")
    )
    folders = []
    for folder in sys.path:
        try:
            folders.append(f"{folder}@{os.stat(folder).st_mtime_ns}")
        except OSError:
            continue
    return "\n".join([version, sys.version, *settings, *folders])


def take(circumstances_: str, paths: list[str], answer: str) -> Stamp:
    """Return a stamp of those files as they are now (reads the young ones whole)."""
    taken = time.time_ns()
    stats: array[int] = array("q")
    doubtful = {}
    for index, path in enumerate(paths):
        stat = _stat(path)
        stats.extend(stat)
        if max(stat[1], stat[2]) > taken - DOUBT_NS:
            doubtful[index] = _digest(path)
    return Stamp(circumstances_, paths, stats, doubtful, taken, answer)


def holds(stamp: Stamp, circumstances_: str) -> bool:
    """Return whether all is as the stamp says, so that there is nothing to do."""
    if stamp.circumstances != circumstances_:
        return False
    now: array[int] = array("q")
    extend, stat = now.extend, os.stat
    for path in stamp.paths:
        try:
            found = stat(path)
        except OSError:
            extend(GONE)
        else:
            extend((found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino))
    return now == stamp.stats and all(
        _digest(stamp.paths[index]) == digest
        for index, digest in stamp.doubtful.items()
    )


def seen(stamp: Stamp) -> dict[str, tuple[int, ...]]:
    """Return path → (size, mtime, ctime, inode) of all that the stamp is sure of.

    A file that still has those is byte for byte what the build that left the stamp
    read or wrote, also where other files have changed since. Reads the doubtful ones.
    """
    stats, doubtful = stamp.stats, stamp.doubtful
    return {
        path: tuple(stats[4 * index : 4 * index + 4])
        for index, path in enumerate(stamp.paths)
        if index not in doubtful or _digest(path) == doubtful[index]
    }


def write(path: str, stamp: Stamp) -> None:
    """Write a stamp in one piece; a disk that refuses only costs time later."""
    head = f"{stamp.taken} {len(stamp.paths)}".encode()
    doubtful = "\0".join(f"{i} {digest}" for i, digest in stamp.doubtful.items())
    texts = [stamp.circumstances, "\0".join(stamp.paths), doubtful, stamp.answer]
    blobs = [text.encode("utf-8", "surrogateescape") for text in texts]
    lengths = " ".join(str(len(blob)) for blob in blobs).encode()
    data = b"\n".join([FORMAT, head, lengths, b"".join(blobs)])
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(temporary, "wb") as file:
            file.write(data + stamp.stats.tobytes())
        os.replace(temporary, path)
    except OSError:
        remove(temporary)


def read(path: str) -> Stamp | None:
    """Return the stamp at that path, None if there is none that can be understood."""
    try:
        with open(path, "rb") as file:
            form, head, lengths, rest = file.read().split(b"\n", 3)
        if form != FORMAT:
            return None
        taken, count = map(int, head.split())
        texts = []
        at = 0
        for length in map(int, lengths.split()):
            texts.append(rest[at : at + length].decode("utf-8", "surrogateescape"))
            at += length
        about, paths, doubtful, answer = texts
        stats: array[int] = array("q")
        stats.frombytes(rest[at:])
        pairs = (pair.split(" ") for pair in doubtful.split("\0") if pair)
        stamp = Stamp(
            about,
            paths.split("\0") if paths else [],
            stats,
            {int(index): digest for index, digest in pairs},
            taken,
            answer,
        )
    except (OSError, ValueError):
        return None
    whole = len(stamp.paths) == count and len(stats) == 4 * count
    return stamp if whole and all(i < count for i in stamp.doubtful) else None


def remove(path: str) -> None:
    """Take a stamp away, before the first write to journal, originals or output."""
    try:
        os.unlink(path)
    except OSError:
        return


def refreshed(stamp: Stamp) -> Stamp | None:
    """Return the stamp without the doubts that time has settled, None if none has.

    Call it only right after `holds`: the files were the same a moment ago.
    """
    now = time.time_ns()
    if not stamp.doubtful or now - stamp.taken < DOUBT_NS:
        return None
    old = {
        index: digest
        for index, digest in stamp.doubtful.items()
        if max(stamp.stats[4 * index + 1], stamp.stats[4 * index + 2]) > now - DOUBT_NS
    }
    return Stamp(stamp.circumstances, stamp.paths, stamp.stats, old, now, stamp.answer)


def _stat(path: str) -> tuple[int, int, int, int]:
    """Return what the system says of a file, `GONE` if it is not there."""
    try:
        found = os.stat(path)
    except OSError:
        return GONE
    return (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)


def _digest(path: str) -> str:
    """Return the SHA-256 of a file, "" for a folder or one that is not there."""
    import hashlib  # noqa: PLC0415  only young files are hashed

    try:
        with open(path, "rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
