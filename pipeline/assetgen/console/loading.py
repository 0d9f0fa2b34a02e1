"""This file is how a download is followed at a terminal: one bar, gone at the end.

Where there is no terminal nothing is written: the size was said before, and what came
is said afterwards.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assetgen.console.harmless import harmless
from assetgen.console.words import duration, size

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rich.table import Table

    from assetgen.console.console import Console

SETTLED = 2.0  # seconds until a speed says anything about the rest


class Loading:
    """One download: how many bytes of how many are there."""

    def __init__(self, name: str, total: int) -> None:
        self._name = name
        self._total = total
        self._got = 0
        self._started = time.monotonic()

    def __call__(self, got: int) -> None:
        """Take the number of bytes that have come so far."""
        self._got = got

    def words(self) -> str:
        """Return how far it is: ``21.6 MB of 48.0 MB · 3.4 MB/s · 8 s left``."""
        seconds = time.monotonic() - self._started
        parts = [f"{size(self._got)} of {size(self._total)}"]
        if self._got and seconds > SETTLED:
            speed = self._got / seconds
            left = duration(round((self._total - self._got) / speed))
            parts += [f"{size(round(speed))}/s", f"{left} left"]
        return " · ".join(parts)

    def picture(self) -> Table:
        """Return the line as it is now; called from the thread that draws."""
        from rich.progress_bar import ProgressBar  # noqa: PLC0415  slow to import
        from rich.table import Table  # noqa: PLC0415  the same
        from rich.text import Text  # noqa: PLC0415  the same

        table = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=self._total, completed=self._got, width=28)
        table.add_row(Text(harmless(self._name)), bar, Text(self.words()))
        return table


@contextmanager
def loading(console: Console, name: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield what takes the number of bytes that have come so far, of `total`."""
    load = Loading(name, total)
    if not console.is_live:
        yield load
        return
    from rich.console import Console as Terminal  # noqa: PLC0415  slow to import
    from rich.live import Live  # noqa: PLC0415  the same

    terminal = Terminal(stderr=True, highlight=False, markup=False)
    with Live(
        get_renderable=load.picture,
        console=terminal,
        refresh_per_second=8,
        transient=True,
    ):
        yield load
