"""This file is what a mistake in a drawing is, light enough to be always at hand."""

from __future__ import annotations

LONGEST = 4 * 1024 * 1024  # bytes of one drawing


class SvgFault(Exception):
    """What is wrong with a drawing.

    Attributes:
        message: One sentence, lower case, without a final period.
        hint: What to do about it, if that is known.
        line, column: In the drawing's text, from 1; 0 if unknown.
    """

    def __init__(
        self, message: str, hint: str | None = None, line: int = 0, column: int = 0
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.line = line
        self.column = column
