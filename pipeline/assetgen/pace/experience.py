"""This file is how long pictures took so far, per model and what was asked of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from assetgen.pace.schedule import learned

if TYPE_CHECKING:
    from assetgen.pace.book import Book
    from assetgen.pace.schedule import Asking
    from assetgen.request import Request

# More than these say nothing new, and a vendor's machines change.
KEPT = 40
# The inputs that decide how long a picture takes, by the names that vendors give them.
WEIGHTY = ("resolution", "image_resolution", "quality", "image_size", "rendering_speed")


def series(request: Request) -> str:
    """Return under which name the times of such requests are kept together."""
    inputs = [
        f"{name}={request.inputs[name]}" for name in WEIGHTY if name in request.inputs
    ]
    return " ".join(["times", request.provider, request.model, *inputs])


class Experience:
    """The last times of every series, in the book that all builds share."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._times: dict[str, tuple[float, ...]] = {}
        self._asking: dict[str, Asking] = {}

    def asking(self, name: str) -> Asking:
        """Return when to ask about a job of that series, by what is known now."""
        if name not in self._asking:
            if name not in self._times:
                self._times[name] = self._book.change(name, _same)
            self._asking[name] = learned(self._times[name])
        return self._asking[name]

    def learn(self, name: str, seconds: float) -> None:
        """Remember that a job took so many seconds from submission to ready."""
        if not 0 < seconds < math.inf:
            return

        def more(note: object) -> tuple[tuple[float, ...], object]:
            kept = (*_times(note), seconds)[-KEPT:]
            return kept, list(kept)

        self._times[name] = self._book.change(name, more)
        self._asking.pop(name, None)


def _same(note: object) -> tuple[tuple[float, ...], object]:
    times = _times(note)
    return times, list(times)


def _times(note: object) -> tuple[float, ...]:
    """Return the times that a note holds, without what is none."""
    found = note if isinstance(note, list) else []
    return tuple(
        float(each)
        for each in found
        if isinstance(each, int | float) and 0 < each < math.inf
    )
