"""This file is the search for values that YAML cuts at a colour.

In ``primary: #EC4899`` the colour is a comment and the value is empty; in
``prompt: a coin in #EC4899 with a star`` half a prompt is lost, and what is left would
be paid for. So a comment that begins with a hex colour is an error where it follows

- a value without quotes, be it text, a number or nothing, on the same line;
- text without quotes that it would continue on a line of its own, further in than the
  key;
- an opening bracket or a comma, or on a line of its own, within brackets.

A comment after a value in quotes, after a closing bracket, inside another comment, or
on a line of its own is a comment. A hex colour is ``#``, then 3, 4, 6 or 8 hex digits,
then anything but a letter or a digit: a space after ``#`` makes it a comment again.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

import yaml

from assetgen.errors import Place, Problem
from assetgen.manifest.reader.events import Trail, begin, events, finish
from assetgen.manifest.reader.faults import MAX_PROBLEMS, dotted
from assetgen.manifest.reader.text import LINE_BREAK, QUOTE_HINT, quoted, short

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.manifest.reader.events import Frame

_COLOUR = re.compile(
    r"#(?:[0-9A-Fa-f]{8}|[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3,4})(?!\w)", re.ASCII
)
_ONLY_COLOUR = re.compile(r"#\w+[ \t]*,?[ \t]*", re.ASCII)
_COMMENT = re.compile(r"[ \t]+#(?=\s|$).*")
_COMMENT_HINT = "a comment has a space after its `#`"


@dataclass(frozen=True, slots=True)
class Cuts:
    """The values of one text that are cut.

    Attributes:
        problems: One for each of them.
        explain: They are why the text is broken: its syntax error says nothing more.
    """

    problems: tuple[Problem, ...] = ()
    explain: bool = False


def find_cuts(text: str, shown: str) -> Cuts:
    """Find the values of `text` that YAML cuts at a colour, up to a syntax error.

    Parses the text again if there is any comment like a colour, or what looks like one.
    """
    spots = [
        found.start()
        for found in _COLOUR.finditer(text)
        if not found.start() or text[found.start() - 1] in " \t\r\n\x85\u2028\u2029,[{"
    ]
    return _Search(text, shown, spots).run() if spots else Cuts()


@dataclass(frozen=True, slots=True)
class _Comment:
    """A comment that begins with a colour.

    Attributes:
        lead: What stands before it on its line, behind the event before it.
        rest: The comment itself.
        column: Characters between it and the event before it, on its line.
        lines: Line breaks between it and the event before it.
        adjoins: Nothing but space stands between the two.
    """

    lead: str
    rest: str
    column: int
    lines: int
    adjoins: bool


class _Search:
    def __init__(self, text: str, shown: str, spots: list[int]) -> None:
        self.text = text
        self.shown = shown
        self.spots = spots
        self.next = 0
        self.trail = Trail()
        self.problems: list[Problem] = []
        self.brackets: list[Frame] = []
        self.previous: yaml.Event | None = None
        self.end = 0
        self.line = self.column = 1

    def run(self) -> Cuts:
        """Go through the text once."""
        try:
            for event in events(self.text):
                self.gap(begin(event).index, event)
                if len(self.problems) >= MAX_PROBLEMS:
                    break
                self.trail.step(event)
                mark = finish(event)
                self.previous, self.end = event, mark.index
                self.line, self.column = mark.line + 1, mark.column + 1
        except yaml.YAMLError as error:
            explain = self.breaks(error)
            return Cuts(tuple(self.problems), explain)
        return Cuts(tuple(self.problems))

    def breaks(self, error: yaml.YAMLError) -> bool:
        """Return whether a cut is the reason of a syntax error."""
        mark = getattr(error, "problem_mark", None)
        if mark is None:
            return False
        known = len(self.problems)
        self.gap(mark.index, None)
        unclosed = any(
            frame is cut for frame in self.trail.frames for cut in self.brackets
        )
        return unclosed or len(self.problems) > known

    def gap(self, until: int, following: yaml.Event | None) -> None:
        """Judge the comments between the event before and the one that follows."""
        for comment in self.comments(until):
            if len(self.problems) >= MAX_PROBLEMS:
                return
            if "#" not in comment.lead and self.is_cut(comment, following):
                goes_on = following is None or comment.lead.strip() == ":"
                self.report(comment, alone=self.trail.flow or not goes_on)

    def comments(self, until: int) -> Iterator[_Comment]:
        """Yield what may be comments up to an index; at most one of each line."""
        cursor, line, lines = self.end, self.end, 0
        while self.next < len(self.spots) and self.spots[self.next] < until:
            spot = self.spots[self.next]
            self.next += 1
            if spot < cursor:
                continue
            for found in LINE_BREAK.finditer(self.text, cursor, spot):
                line, lines = found.end(), lines + 1
            if lines > 1 and not self.trail.flow:
                # Whole lines of comments are never a value here; there may be millions.
                self.next = bisect_left(self.spots, until, self.next)
                return
            stop = LINE_BREAK.search(self.text, spot)
            cursor = stop.start() if stop else len(self.text)
            yield _Comment(
                lead=self.text[line:spot],
                rest=self.text[spot:cursor],
                column=spot - line,
                lines=lines,
                adjoins=lines <= 1 and not self.text[self.end : spot].strip(),
            )

    def is_cut(self, comment: _Comment, following: yaml.Event | None) -> bool:
        """Return whether a comment was meant to be a value, or its rest."""
        before = self.previous
        if self.trail.flow:
            if comment.lines:
                return bool(_ONLY_COLOUR.fullmatch(comment.rest))
            opened = isinstance(before, yaml.CollectionStartEvent)
            return comment.lead.strip() in {",", ":"} or (
                comment.adjoins and (opened or _is_bare(before))
            )
        if not _is_bare(before):
            return False
        if not comment.lines:
            follows = _is_bare(following) and bool(following.value)
            return comment.adjoins or (comment.lead.strip() == ":" and follows)
        frames = self.trail.frames
        outer = begin(frames[-1].start).column if frames else -1
        only = bool(_ONLY_COLOUR.fullmatch(comment.rest))
        return (
            comment.adjoins and comment.column > outer and (bool(before.value) or only)
        )

    def report(self, comment: _Comment, *, alone: bool) -> None:
        """Say that a value is cut, and how to write it if its line stands `alone`."""
        rest = _COMMENT.sub("", comment.rest).strip()
        kept = ""
        if _is_bare(self.previous) and comment.adjoins:
            kept = self.previous.value
        if self.trail.flow:
            self.brackets.extend(f for f in self.trail.frames if f.start.flow_style)
            rest = re.split(r"[,\]}]", rest)[0].strip()
        message = f"YAML takes `{short(rest)}` for a comment, and the value is empty"
        if kept:
            message = (
                f"YAML takes `{short(rest)}` for a comment, and the value ends at "
            )
            message += f"`{short(kept)}`"
        keys = self.trail.keys
        if comment.lead.strip() == ",":
            message = (
                f"YAML takes `{short(rest)}` and the rest of the line for a comment"
            )
            keys = keys[:-1]
        column = self.column + comment.column
        if comment.lines:
            column = comment.column + 1
        place = Place(self.shown, self.line + comment.lines, column)
        advice = quoted(f"{kept} {rest}".strip()) if alone else QUOTE_HINT
        hint = f"{advice}; {_COMMENT_HINT}"
        self.problems.append(Problem(place, dotted(keys), message, hint))


def _is_bare(event: yaml.Event | None) -> TypeGuard[yaml.ScalarEvent]:
    """Return whether an event is a scalar without quotes, perhaps an empty one."""
    return isinstance(event, yaml.ScalarEvent) and not event.style
