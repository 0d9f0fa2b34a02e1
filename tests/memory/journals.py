"""Journals to ask, and the processes that died over them."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.journal import Event, Journal
from assetgen.journal.owner import Owner
from assetgen.journal.schema import TABLES
from assetgen.journal.states import FIRST_SUM
from assetgen.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from assetgen.journal import Intent

PRICE = Decimal("0.09")
SIGNED = "gone: https://cdn.example/a.png?sig=SECRET"
UNSIGNED = "gone: https://cdn.example/a.png"
TRIGGERS = [table for table in TABLES if "TRIGGER" in table]


def planned(journal: Journal, prompt: str = "a coin", **more: object) -> Intent:
    """Plan a purchase of `key-1` for the asset `coin` of the project `/p`."""
    request = Request("kie", "m", prompt, {}, {}, (), int(str(more.pop("take", 1))))
    wish: dict[str, object] = {
        "account": "key-1", "asset": "coin", "project": "/p", "price": PRICE, **more,
    }  # fmt: skip
    return journal.plan(request, **wish)  # type: ignore[arg-type]


def walked(journal: Journal, steps: str, prompt: str = "a coin", **more: object) -> str:
    """Plan a purchase, take it through some steps, and return its token."""
    token = planned(journal, prompt, **more).id
    arguments: dict[str, tuple[object, ...]] = {
        "submitted": (f"job of {prompt}",), "ready": (None,), "fetched": ("d" * 64,),
        "failed": ("501", "no"), "rejected": ("no",), "ambiguous": ("silence",),
        "lost": ("gone",), "garbled": ("no picture",),
    }  # fmt: skip
    for step in steps.split():
        who = {"who": "ann"} if step.startswith("resolve") else {}
        getattr(journal, step)(token, *arguments.get(step, ()), **who)
    return token


def dead() -> str:
    """Return the name of a process of this machine that ended before it last began."""
    me = Owner.current()
    return str(replace(me, boot="another-start"))


def left(path: Path, steps: str, prompt: str = "a coin", **more: object) -> str:
    """Walk a purchase and die; return its token."""
    with Journal.open(path) as journal:
        journal._owner = dead()  # noqa: SLF001  a death without a process
        return walked(journal, steps, prompt, **more)


def rewritten(path: Path, change: Callable[[list[Event]], list[Event]]) -> None:
    """Forge a journal's events, each checksum as it should be."""
    db = sqlite3.connect(path, isolation_level=None)
    for trigger in ("events_stay", "events_last"):
        db.execute(f"DROP TRIGGER {trigger}")
    columns = "seq, intent, at, kind, facts"
    rows = db.execute(f"SELECT {columns} FROM events ORDER BY seq")  # noqa: S608  ours
    events = change([Event(*row) for row in rows])
    db.execute("DELETE FROM events")
    before = FIRST_SUM
    for event in events:
        before = event.sum(before)
        line = (event.seq, event.intent, event.at, event.kind, event.facts, before)
        db.execute("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)", line)
    for trigger in TRIGGERS:
        db.execute(trigger)
    db.close()
    path.with_suffix(".head").unlink()
