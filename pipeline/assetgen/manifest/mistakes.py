"""This file is the list of everything wrong with a manifest, gathered to be told once.

A check that finds something adds it here and goes on, so that one run names every
mistake of every file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.errors import ManifestError, Place, Problem
from assetgen.manifest.issues import Issue
from assetgen.manifest.source import dotted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.manifest.issues import Keys
    from assetgen.manifest.source import Document
    from assetgen.manifest.wishes import Given, Wish


@dataclass(frozen=True, slots=True)
class _Spot:
    """A line and column of a text that stands in a document, each from 1 or unknown."""

    line: int | None = None
    column: int | None = None


class Mistakes:
    """What is wrong so far; the same mistake at the same place counts once.

    What is wrong inside a picture that an asset is made of is that asset's own: it
    stops no other one, and nothing is bought for it.
    """

    def __init__(self) -> None:
        self._issues: dict[tuple[int, Issue, _Spot], Document] = {}
        self._problems: list[Problem] = []
        self._spoilt: dict[str, dict[Problem, None]] = {}
        self._order: dict[str, int] = {}

    def reading(self, shown: str) -> None:
        """Remember that a file is read now: its mistakes come after earlier files'."""
        self._order.setdefault(shown, len(self._order))

    def add(
        self,
        document: Document,
        issue: Issue,
        *,
        line: int | None = None,
        column: int | None = None,
    ) -> None:
        """Add a mistake of a document; `line` and `column` are of the text under it."""
        key = (id(document), issue, _Spot(line, column))
        self._issues.setdefault(key, document)

    def at(
        self,
        given: Given,
        message: str,
        hint: str | None = None,
        *,
        inner: tuple[str | int, ...] = (),
        on_key: bool = False,
    ) -> None:
        """Add a mistake in a field's value, or in what stands `inner` in it."""
        issue = Issue((*given.keys, *inner), message, hint, on_key)
        self.add(given.sheet.document, issue)

    def entry(self, wish: Wish, message: str, hint: str | None = None) -> None:
        """Add a mistake of an asset as a whole, shown at its name."""
        issue = Issue(wish.keys, message, hint, on_key=True)
        self.add(wish.sheet.document, issue)

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add mistakes whose place is already known."""
        self._problems += problems

    def spoil(self, asset: str, problem: Problem) -> None:
        """Add what is wrong inside a picture that the asset of that name is made of."""
        self._spoilt.setdefault(asset, {})[problem] = None

    def inside(
        self,
        asset: str,
        document: Document,
        keys: Keys,
        said: tuple[str, str | None],
    ) -> None:
        """Add what is wrong inside the picture that is named under some keys."""
        place = _place(document, Issue(keys, said[0]), _Spot())
        self.spoil(asset, Problem(place, dotted(keys), said[0], said[1]))

    def of(self, asset: str) -> tuple[Problem, ...]:
        """Return what is wrong inside the pictures of the asset of that name."""
        return tuple(self._spoilt.get(asset, ()))

    def __bool__(self) -> bool:
        return bool(self._issues or self._problems)

    def raise_all(self) -> None:
        """Raise ManifestError with every mistake, in file order, if there is any.

        What is wrong inside pictures is told with them, and raises nothing alone.
        """
        if self:
            raise ManifestError(sorted(self._all(), key=self._rank))

    def _all(self) -> list[Problem]:
        told = [
            Problem(
                _place(document, issue, spot),
                dotted(issue.keys),
                issue.message,
                issue.hint,
            )
            for (_, issue, spot), document in self._issues.items()
        ]
        spoilt = (problem for each in self._spoilt.values() for problem in each)
        return list(dict.fromkeys([*self._problems, *told, *spoilt]))

    def _rank(self, problem: Problem) -> tuple[int, str, int, int]:
        place = problem.place
        if place is None:
            return (-1, "", 0, 0)
        order = self._order.get(place.file, len(self._order))
        return (order, place.file, place.line, place.column)


def _place(document: Document, issue: Issue, spot: _Spot) -> Place:
    place = document.place(issue.keys, key=issue.on_key)
    if spot.line is None or issue.on_key:
        return place
    return _inside(document.text.splitlines(), place, spot.line, spot.column or 1)


def _inside(lines: list[str], start: Place, line: int, column: int) -> Place:
    """Return where a line and column of a text stand in its file, as far as known.

    That is so for a text of one line, and for a block that keeps its lines (``|``);
    elsewhere YAML has moved them, and the text's beginning must do.
    """
    first = lines[start.line - 1][start.column - 1 :] if lines else ""
    if first.startswith("|"):
        body = lines[start.line :]
        filled = next((one for one in body if one.strip()), "")
        indent = len(filled) - len(filled.lstrip(" "))
        return Place(start.file, start.line + line, indent + column)
    if line == 1 and not first.startswith((">", "&", "*", "!")):
        quoted = first.startswith(("'", '"'))
        return Place(start.file, start.line, start.column + column - 1 + quoted)
    return start
