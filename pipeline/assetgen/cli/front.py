"""This file is what the boundary and a command share while a command line runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assetgen.console import Console


class Front:
    """The console that errors are written to, and how failures exit.

    Attributes:
        own: The command's own console, once it has one.
        mistake: The exit code of any failure, None for each failure's own.
    """

    def __init__(self, mistake: int | None = None) -> None:
        self.own: Console | None = None
        self.mistake = mistake

    @property
    def console(self) -> Console:
        """Return the command's console, or one that writes text."""
        from assetgen.console import Console

        return self.own or Console()
