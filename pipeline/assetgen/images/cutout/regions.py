"""This file is what hangs together in a small black and white picture.

Pillow's own flood fill visits pixels one by one in Python (5 s at 2048²); here a
picture is taken as the runs of its rows, and runs that touch are one region.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image as Picture

RUN = re.compile(rb"\xff+")

Run = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Region:
    """Pixels that hang together, by their sides and not by their corners.

    Attributes:
        runs: (row, first column, column after the last), top to bottom.
        size: (width, height) of the picture it lies in.
    """

    runs: tuple[Run, ...]
    size: tuple[int, int]

    @property
    def area(self) -> int:
        """Return how many pixels it has."""
        return sum(end - start for _, start, end in self.runs)

    @property
    def box(self) -> tuple[int, int, int, int]:
        """Return (left, top, right, bottom), the last two one beyond."""
        return (
            min(start for _, start, _ in self.runs),
            self.runs[0][0],
            max(end for _, _, end in self.runs),
            self.runs[-1][0] + 1,
        )

    @property
    def reaches_border(self) -> bool:
        """Return whether it touches the picture's border."""
        left, top, right, bottom = self.box
        width, height = self.size
        return left == 0 or top == 0 or right == width or bottom == height

    def touches(self, mask: Picture) -> bool:
        """Return whether one of its pixels is set in a mask of the same size."""
        data, width = mask.tobytes(), self.size[0]
        return any(
            data.find(b"\xff", row * width + start, row * width + end) >= 0
            for row, start, end in self.runs
        )


def regions(mask: Picture) -> list[Region]:
    """Return the regions of an L picture in which 255 is set and all else is not."""
    runs, first = _runs(mask)
    parent = list(range(len(runs)))

    def root(run: int) -> int:
        while parent[run] != run:
            parent[run] = run = parent[parent[run]]
        return run

    for row in range(1, mask.height):
        upper, lower = first[row - 1], first[row]
        while upper < first[row] and lower < first[row + 1]:
            _, a_start, a_end = runs[upper]
            _, b_start, b_end = runs[lower]
            if a_start < b_end and b_start < a_end:
                parent[root(lower)] = root(upper)
            if a_end < b_end:
                upper += 1
            else:
                lower += 1
    found: dict[int, list[Run]] = {}
    for index, run in enumerate(runs):
        found.setdefault(root(index), []).append(run)
    return [Region(tuple(each), mask.size) for each in found.values()]


def paint(
    chosen: Iterable[Region],
    size: tuple[int, int],
    box: tuple[int, int, int, int] | None = None,
) -> Picture:
    """Return the picture in which exactly these regions are set, or a box of it.

    They have to lie inside of that.
    """
    left, top, right, bottom = box or (0, 0, *size)
    width, height = right - left, bottom - top
    data = bytearray(width * height)
    for region in chosen:
        for row, start, end in region.runs:
            at = (row - top) * width - left
            data[at + start : at + end] = b"\xff" * (end - start)
    return Image.frombytes("L", (width, height), bytes(data))


def _runs(mask: Picture) -> tuple[list[Run], list[int]]:
    """Return all runs, and for each row (and one beyond) its first run's index."""
    data, width = mask.tobytes(), mask.width
    runs: list[Run] = []
    first = []
    for row in range(mask.height):
        first.append(len(runs))
        line = data[row * width : (row + 1) * width]
        runs.extend((row, *match.span()) for match in RUN.finditer(line))
    return runs, [*first, len(runs)]
