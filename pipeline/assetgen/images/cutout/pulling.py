"""This file is fetching the weights of a network, for a person who asked for them.

Nothing else in assetgen downloads weights. What will be fetched is known before the
first byte of it is read (`announced`), and it lies where rembg looks for it whole or
not at all (`pull`).
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.errors import UsageError
from assetgen.files import (
    make_folder,
    reason_of,
    remove,
    replacing,
    sweep,
    write_atomic,
)
from assetgen.images.cutout.releases import answering, poured, size_of
from assetgen.images.cutout.weights import Weights, note_file, places, weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from assetgen.images.cutout.wanted import Wish


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server says it will send.

    Attributes:
        host: Who sends it in the end, after redirects.
        size: In bytes.
        place: Where it will lie.
    """

    wish: Wish
    host: str
    size: int
    place: Path


def here(wish: Wish, environment: Mapping[str, str]) -> Weights | None:
    """Return the weights that are wished for if they are here already, else None."""
    for place in places(wish.name, environment):
        if place.is_file():
            found = weigh(place)
            return found if wish.checks <= found.names else None
    return None


def announced(wish: Wish, environment: Mapping[str, str]) -> Offer:
    """Ask the server what it has, reading nothing of it.

    Raises Unavailable if nobody is there (now), UsageError if there is no such file,
    Damaged if what is there can be no model.
    """
    with answering(wish, environment) as response:
        place, _ = places(wish.name, environment)
        return Offer(wish, response.url.host, size_of(response), place)


def pull(
    offer: Offer,
    environment: Mapping[str, str],
    locks: Path,
    progress: Callable[[int], None],
    waits: Callable[[], None],
) -> Weights:
    """Fetch what was announced to where rembg looks for it, and return it.

    If another pull fetches the same model, `waits` is called, and what that one has
    brought is enough.

    Args:
        offer: What was announced.
        environment: Where proxies and rembg's folder are looked up.
        locks: A folder of ours for the locks.
        progress: Is told how many bytes there are so far.
        waits: Is called before waiting.

    Raises:
        AssetgenError: As `announced` does; whatever is raised, nothing is left behind.
        UsageError: The disk does not take it.

    """
    try:
        with _alone(offer.place, locks, waits) as waited:
            found = here(offer.wish, environment) if waited else None
            return found or _fetched(offer, environment, progress)
    except OSError as error:
        raise UsageError(
            f"cannot write `{error.filename or offer.place}`: {reason_of(error)}",
            hint="make the place writable, or name another with `REMBG_HOME`",
        ) from error


@contextmanager
def _alone(place: Path, locks: Path, waits: Callable[[], None]) -> Iterator[bool]:
    """Hold the place of some weights; yields whether another pull held it before."""
    from filelock import FileLock, Timeout  # noqa: PLC0415  only a puller waits

    make_folder(locks)
    lock = FileLock(locks / digest_bytes(str(place).encode()), timeout=0)
    waited = False
    try:
        lock.acquire()
    except Timeout:
        waits()
        waited = True
        lock.acquire(timeout=-1)
    try:
        yield waited
    finally:
        lock.release()


def _fetched(
    offer: Offer, environment: Mapping[str, str], progress: Callable[[int], None]
) -> Weights:
    """Fetch some weights whose place is held; note their digest beside them."""
    place, name = offer.place, offer.wish.name
    fresh = not place.parent.exists()
    sweep(place.parent)
    _check_room(offer)
    try:
        with answering(offer.wish, environment) as answer, replacing(place) as write:
            tally = poured(answer, offer.wish, offer.size, write, progress)
            remove(note_file(place))  # it was about the bytes before
        write_atomic(note_file(place), f"{tally.sha256}  {place.name}\n".encode())
    except BaseException:
        if fresh:
            with suppress(OSError):
                place.parent.rmdir()
        raise
    return Weights(name, place, offer.size, tally.names, tally.sha256)


def _check_room(offer: Offer) -> None:
    """Raise UsageError if the disk has less room than the weights need."""
    folder = next(each for each in offer.place.parents if each.exists())
    free = shutil.disk_usage(folder).free
    if free < offer.size:
        raise UsageError(
            f"only {free >> 20} MiB are free for `{offer.place}`",
            hint=f"make {(offer.size >> 20) + 1} MiB free, then run again",
        )
