"""This file is the journal's ballast: room on the disk that only the journal may use.

A disk can become full between a request and its answer, and the answer is the one
thing that must still be written. So some room is taken before money is spent and given
back when a write finds none. Another program may be the first to use it then, and a
person has to keep the id, as they would without it.
"""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from assetgen.files import discard

if TYPE_CHECKING:
    from pathlib import Path

# Bytes: an event takes some 47 KiB of the log (measured with 2,000 purchases in it),
# and of 50 purchases that are under way each may need one more.
SIZE = 4 * 1024 * 1024
# Not every file system can do that, and not every system has it.
_CANNOT = frozenset({errno.EOPNOTSUPP, errno.EINVAL, errno.ENOSYS})


class Ballast:
    """Room beside a journal.

    Args:
        path: The file that takes it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def take(self) -> None:
        """Take the room unless it is taken; raises OSError where there is none."""
        try:
            if self._path.stat().st_size == SIZE:
                return
        except FileNotFoundError:
            pass
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _occupy(handle)
        except OSError:
            discard(self._path)
            raise
        finally:
            os.close(handle)

    def drop(self) -> bool:
        """Give the room back; return whether there was any."""
        if not self._path.exists():
            return False
        discard(self._path)
        return True


def _occupy(handle: int) -> None:
    """Make an empty file take real blocks: chance cannot be stored as a hole."""
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(handle, 0, SIZE)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
        else:
            return
    rest = memoryview(os.urandom(SIZE))
    while rest:
        rest = rest[os.write(handle, rest) :]
    os.fsync(handle)
