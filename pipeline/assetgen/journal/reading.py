"""This file is every question to the journal; none of them writes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.errors import UsageError
from assetgen.journal.proof import request_of
from assetgen.journal.schema import listed, translated
from assetgen.journal.states import (
    COLUMNS,
    FREE,
    LIVE,
    Event,
    Intent,
    from_micros,
    from_row,
)

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

_SELECT = (
    f"SELECT {', '.join(f'intents.{name}' for name in COLUMNS)}, events.facts"  # noqa: S608  our own words
    " FROM intents JOIN events ON events.seq = intents.number"
)
_LIVE = f"state IN ({listed(LIVE)})"
_COMMITTED = (
    "SELECT sum(CASE WHEN charged IS NOT NULL THEN charged"  # noqa: S608  as above
    f" WHEN state IN ({listed(FREE)}) THEN 0 ELSE coalesce(price, 0) END)"
    " FROM intents WHERE "
)


class Reading:
    """An open journal that can be asked."""

    def __init__(self, db: sqlite3.Connection, path: Path) -> None:
        self.path = path
        self._db = db

    def get(self, token: str) -> Intent | None:
        """Return an intent by its token."""
        return self._first("intents.id = ?", token)

    def live(self, account: str, key: str) -> Intent | None:
        """Return the intent that holds the claim on a request."""
        return self._first(f"account = ? AND key = ? AND {_LIVE}", account, key)

    def latest(self, account: str, key: str) -> Intent | None:
        """Return the newest intent for a request that was not released."""
        where = "account = ? AND key = ? AND state != 'released'"
        return self._first(where, account, key)

    def finished(self, key: str, account: str | None = None) -> Intent | None:
        """Return the newest intent whose picture was fetched, of any account or one."""
        where = "key = ? AND state IN ('fetched', 'done')"
        if account is None:
            return self._first(where, key)
        return self._first(f"{where} AND account = ?", key, account)

    def unfinished(self, project: Path | str | None = None) -> tuple[Intent, ...]:
        """Return all live intents, of one project or of all, oldest first."""
        if project is None:
            return self._all(_LIVE)
        return self._all(f"{_LIVE} AND project = ?", str(project))

    def by_asset(self, project: Path | str, asset: str) -> tuple[Intent, ...]:
        """Return what was ever planned for an asset, oldest first."""
        return self._all("project = ? AND asset = ?", str(project), asset)

    def by_job(self, job: str, account: str | None = None) -> Intent | None:
        """Return the newest intent with that job id."""
        if account is None:
            return self._first("job = ?", job)
        return self._first("job = ? AND account = ?", job, account)

    def intents(self, project: Path | str | None = None) -> tuple[Intent, ...]:
        """Return every intent, of one project or of all, oldest first."""
        if project is None:
            return self._all("1")
        return self._all("project = ?", str(project))

    def takes(self, family: str) -> tuple[Intent, ...]:
        """Return every intent for any take of a request, oldest first.

        `family` is the key of its take 1. What was released bought nothing and is
        left out.
        """
        return self._all("family = ? AND state != 'released'", family)

    def highest_take(self, family: str) -> int:
        """Return the highest take of a request known here, 0 if there is none."""
        return max((intent.take for intent in self.takes(family)), default=0)

    def committed(self, build: str) -> Decimal:
        """Return the USD that one build reserved or spent; doubt counts as spent.

        The sum of `Intent.committed`, asked for before each purchase and so in SQL.
        """
        with translated(self.path):
            query = f"{_COMMITTED} build = ?"
            micros = self._db.execute(query, (build,)).fetchone()[0]
        return from_micros(micros) or Decimal(0)

    def committed_since(self, project: Path | str, since: float) -> Decimal:
        """Return the same for all that a project has planned since a wall time.

        There is no later end, so that a clock which is set back refunds nothing.
        """
        with translated(self.path):
            query = f"{_COMMITTED} project = ? AND created >= ?"
            micros = self._db.execute(query, (str(project), since)).fetchone()[0]
        return from_micros(micros) or Decimal(0)

    def spent(self, since: float = 0.0) -> Decimal:
        """Return the USD spent on what was planned since a wall time, all projects."""
        intents = self._all("created >= ?", since)
        return sum((intent.spent for intent in intents), Decimal(0))

    def story(self, token: str) -> tuple[Event, ...]:
        """Return everything that happened to an intent, in order."""
        query = (
            "SELECT events.seq, intent, at, kind, facts FROM events"
            " JOIN intents ON intents.number = events.intent"
            " WHERE intents.id = ? ORDER BY events.seq"
        )
        with translated(self.path):
            return tuple(Event(*row) for row in self._db.execute(query, (token,)))

    def _known(self, token: str) -> Intent:
        """Return an intent; raises UsageError if there is none of that token."""
        intent = self.get(token)
        if intent is None:
            raise UsageError(f"the journal knows no purchase `{token}`")
        return intent

    def _first(self, where: str, *values: object) -> Intent | None:
        found = self._select(f"{where} ORDER BY number DESC LIMIT 1", values)
        return found[0] if found else None

    def _all(self, where: str, *values: object) -> tuple[Intent, ...]:
        return self._select(f"{where} ORDER BY number", values)

    def _select(self, where: str, values: tuple[object, ...]) -> tuple[Intent, ...]:
        with translated(self.path):
            rows = self._db.execute(f"{_SELECT} WHERE {where}", values).fetchall()
            return tuple(_intent(row) for row in rows)


def _intent(row: tuple[object, ...]) -> Intent:
    *values, facts = row
    columns = dict(zip(COLUMNS, values, strict=True))
    return from_row(columns, request_of(str(facts)))
