"""This file is what a name on a shelf may look like, on every kind of shelf."""

from __future__ import annotations

import re

LONGEST = 200  # with the shelf's own folder it stays below Windows' 260

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9_.-]*[a-z0-9_-])?")


def is_name(name: str) -> bool:
    """Return whether this can name something: parts that no disk misreads.

    No part is empty, starts with a dot (``..``, our own temporary files) or ends
    with one (Windows drops it).
    """
    return len(name) <= LONGEST and all(map(_NAME.fullmatch, name.split("/")))


def checked(name: str) -> str:
    """Return the name if it is one, else raise ValueError: a bug, never a user's."""
    if not is_name(name):
        raise ValueError(f"{name!r} cannot name something in a store")
    return name
