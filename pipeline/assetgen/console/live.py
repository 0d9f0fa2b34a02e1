"""This file is how a build is followed at a terminal: what is worked on, as it moves.

Lines about what has happened scroll away above; below them stand the assets in work and
one bar. Nothing of that is left behind when the build ends.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from rich.console import Console as Terminal
from rich.console import Group
from rich.live import Live as Region
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from assetgen.consent import dollars
from assetgen.console.harmless import harmless
from assetgen.console.progress import Follower
from assetgen.console.words import duration, sentence
from assetgen.events import (
    Noted,
    Outcome,
    Removed,
    Started,
    Stray,
    Submitted,
    Waiting,
    Working,
)
from assetgen.providers.inert import inert

if TYPE_CHECKING:
    from decimal import Decimal

    from rich.console import RenderableType

    from assetgen.console.console import Console
    from assetgen.events import Event

ROWS = 8
NAME_WIDTH = 32


class Row:
    """What is shown about one asset in work."""

    __slots__ = ("job", "since", "stage")

    def __init__(self, stage: str, job: str = "") -> None:
        self.stage = stage
        self.job = job
        self.since = time.monotonic()


class Live(Follower):
    """Follows a build in a region of the terminal that is drawn again and again."""

    def __init__(self, console: Console) -> None:
        super().__init__(console)
        self._terminal = Terminal(stderr=True, highlight=False, markup=False)
        self._rows: dict[str, Row] = {}
        self._started = time.monotonic()
        self._assets = self._ended = self._failed = 0
        self._spent: Decimal | None = None
        self._region = Region(
            get_renderable=self._picture,
            console=self._terminal,
            refresh_per_second=8,
            transient=True,
        )

    def show(self, event: Event) -> None:
        """Move what is drawn, and print what should stay."""
        match event:
            case Started():
                self._assets, self._started = event.assets, time.monotonic()
                if event.purchases:
                    self._print(sentence(event))
                self._region.start()
            case Submitted():
                self._rows[event.asset] = Row(
                    f"waiting for {event.provider}", event.job
                )
                self._spent = (self._spent or 0) + (event.usd or 0)  # type: ignore[assignment]
                self._print(sentence(event), "cyan")
            case Waiting():
                self._wait(event)
            case Working():
                self._move(event.asset, event.stage)
            case Stray():
                self._rows.pop(event.asset, None)
                self._print(sentence(event), "cyan")
            case Noted() | Removed():
                self._print(sentence(event), "dim")
            case Outcome():
                self._end(event)

    def draw(self) -> None:
        """Draw the region as it is now; between times a thread does."""
        self._terminal.print(self._picture())

    def close(self) -> None:
        """Take the region away."""
        self._region.stop()

    def _wait(self, event: Waiting) -> None:
        row = self._rows.setdefault(event.asset, Row("", event.job))
        row.stage, row.job = inert(event.state, limit=40), event.job

    def _move(self, asset: str, stage: str) -> None:
        row = self._rows.setdefault(asset, Row(stage))
        row.stage = stage

    def _end(self, outcome: Outcome) -> None:
        self._rows.pop(outcome.asset, None)
        self._ended += 1
        self._failed += outcome.exit_code != 0
        if self.is_news(outcome):
            self._print(sentence(outcome), "green")

    def _print(self, line: str, style: str = "") -> None:
        self._terminal.print(Text(harmless(line), style=style), soft_wrap=True)

    # --- what is drawn ---------------------------------------------------------------

    def _picture(self) -> RenderableType:
        """Return the region as it is now; called from the thread that draws."""
        room = max(1, min(ROWS, self._terminal.height // 2 - 2))
        rows = list(self._rows.items())
        lines: list[RenderableType] = [self._table(rows[:room])] if rows else []
        if len(rows) > room:
            lines.append(Text(f"  … and {len(rows) - room} more", style="dim"))
        return Group(*lines, self._bar())

    def _table(self, rows: list[tuple[str, Row]]) -> Table:
        table = Table.grid(padding=(0, 2))
        table.add_column(max_width=NAME_WIDTH, no_wrap=True, overflow="ellipsis")
        table.add_column(no_wrap=True)
        table.add_column(justify="right", no_wrap=True)
        table.add_column(no_wrap=True, overflow="ellipsis", style="dim")
        now = time.monotonic()
        for asset, row in rows:
            job = f"job {inert(row.job)}" if row.job else ""
            seconds = f"{now - row.since:.0f} s"
            cells = (f"  {asset}", row.stage, seconds, job)
            table.add_row(*(Text(harmless(cell)) for cell in cells))
        return table

    def _bar(self) -> Table:
        table = Table.grid(padding=(0, 2))
        bar = ProgressBar(total=max(1, self._assets), completed=self._ended, width=28)
        words = [f"{self._ended:,}/{self._assets:,}"]
        if self._spent is not None:
            words.append(dollars(self._spent))
        if self._failed:
            words.append(f"{self._failed} not done")
        words.append(duration(time.monotonic() - self._started))
        table.add_row(bar, Text(" · ".join(words)))
        return table
