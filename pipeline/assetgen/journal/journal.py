"""This file is the journal itself: one durable line before anything costs money.

It is per user, in one SQLite file that several builds write. Every method is one
transaction of about a third of a millisecond and is called straight from the event
loop, on the thread that opened the journal; it waits up to 30 s while another process
writes, then raises Locked. A write that fails closes the journal for writing until it
is opened again: after a failed sync nobody knows what the disk holds.
"""

from __future__ import annotations

import secrets
import sqlite3
from typing import TYPE_CHECKING, Self

from assetgen.clock import SystemClock, day_of, month_start
from assetgen.errors import Damaged, SpendingError, UsageError
from assetgen.journal.claims import Claimed, Unsettled
from assetgen.journal.head import read_head
from assetgen.journal.owner import is_gone
from assetgen.journal.proof import CHEAP, prove
from assetgen.journal.schema import connect, connect_reading, on_network_disk
from assetgen.journal.states import (
    GARBLED,
    GONE,
    OUT,
    IllegalMove,
    Intent,
    State,
    to_micros,
    without_queries,
)
from assetgen.journal.writing import Writing

if TYPE_CHECKING:
    from decimal import Decimal
    from pathlib import Path

    from assetgen.clock import Clock
    from assetgen.request import Request


class Journal(Writing):
    """What is bought, being bought and paid, for all projects of one user."""

    @classmethod
    def open(
        cls, path: Path, *, clock: Clock | None = None, reading: bool = False
    ) -> Self:
        """Open the journal of that file, making it unless it is only to be read.

        Raises Damaged if it is not what was written (it is never read as empty),
        UsageError if it cannot be written or is of a newer format.
        """
        network = on_network_disk(path.parent)
        head = read_head(path.with_suffix(".head")) if path.exists() else None
        db = connect_reading(path) if reading else connect(path, network=network)
        try:
            prove(db, path, head, whole=path.exists() and _is_small(path))
            return cls(db, path, clock or SystemClock(), network=network)
        except BaseException:
            db.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def verify(self) -> None:
        """Raise Damaged unless every event, sum and index is what was written."""
        head = read_head(self.path.with_suffix(".head"))
        prove(self._db, self.path, head, whole=True)

    # --- claiming ------------------------------------------------------------------

    def plan(  # noqa: PLR0913  every one of them is written down
        self,
        request: Request,
        *,
        account: str,
        asset: str,
        project: Path | str,
        price: Decimal | None,
        limit: Decimal | None = None,
        monthly: Decimal | None = None,
        manifest: str = "",
        rebuy: bool = False,
    ) -> Intent:
        """Claim a request and reserve its price, or return the job that is out for it.

        A returned intent that is not PLANNED has been bought before, here or by
        another checkout of this user: collect it.

        Args:
            request: What is about to be sent.
            account: Fingerprint of the key that pays.
            asset, project, manifest: For whom; the project is an absolute folder.
            price: USD, None if unknown (someone agreed to that): it counts as nothing.
            limit: USD that this build may newly commit in all, None for any.
            monthly: USD that all of the project's may in this month (UTC), likewise.
            rebuy: Buy although an earlier purchase is LOST or ABANDONED.

        An owner that died is inherited from, whatever its project: what it only
        planned is released, what it was sending becomes AMBIGUOUS.

        Raises:
            Claimed: Another build is just sending it, or has bought it since this
                journal was opened.
            Unsettled: It is AMBIGUOUS; or LOST or ABANDONED, without `rebuy`.
            SpendingError: A limit does not cover it; nothing was reserved.

        """
        facts: dict[str, object] = {
            "id": secrets.token_urlsafe(18),
            "account": account,
            "key": request.key,
            "family": request.again(1).key,
            "request": request.to_json(),
            "asset": asset,
            "project": str(project),
            "manifest": manifest,
            "build": self.build,
            "owner": self._owner,
            "price": to_micros(price),
        }
        with self._writing():
            standing = self.live(account, request.key)
            if standing is not None and is_gone(standing.owner):
                standing = self._inherit(standing, _home(asset, project))
            if standing is None or standing.state is State.RELEASED:
                if not rebuy:
                    self._spare(account, request.key)
                self._afford(str(project), price, limit, monthly)
                return self._append(None, "planned", facts)
        return _collectable(standing)

    def recover(self, project: Path | str) -> tuple[Intent, ...]:
        """Settle what dead builds of this project left; return what changed.

        To be called at start by whoever holds the project's lock: that is the proof
        that no other build of it lives. PLANNED is released; SENDING becomes
        AMBIGUOUS; a job that is out gets this process as its owner. What other
        projects do is not judged. Doing it twice changes nothing more.
        """
        with self._writing():
            mine = [
                intent
                for intent in self.unfinished(project)
                if intent.build != self.build and intent.state is not State.AMBIGUOUS
                if intent.state not in OUT or intent.owner != self._owner
            ]
            return tuple(self._inherit(intent, {}) for intent in mine)

    # --- moving --------------------------------------------------------------------

    def sending(self, token: str) -> Intent:
        """Move PLANNED → SENDING: once this returns, the first byte may leave."""
        return self._move(token, "sending")

    def back_to_planned(self, token: str, why: str = "") -> Intent:
        """Move SENDING → PLANNED: provably nothing was bought; it may be sent again."""
        return self._move(token, "unsent", passed={State.PLANNED}, why=why or None)

    def release(self, token: str) -> Intent:
        """Move PLANNED → RELEASED: provably nothing was sent; its price is free."""
        return self._move(token, "released", passed={State.RELEASED})

    def submitted(self, token: str, job: str) -> Intent:
        """Move SENDING or AMBIGUOUS → SUBMITTED: the vendor named the job.

        Raises Damaged if that job is already another purchase's.
        """
        with self._writing():
            intent = self._known(token)
            if intent.job == job and intent.state in OUT | {State.DONE}:
                return intent
            try:
                return self._append(intent, "submitted", {"job": job})
            except sqlite3.IntegrityError as error:
                raise Damaged(
                    f"the provider gave the id `{job}` to two jobs",
                    hint="ask the provider which of them it made",
                ) from error

    def rejected(self, token: str, why: str) -> Intent:
        """Move SENDING → REJECTED: the vendor said no and made nothing."""
        return self._move(token, "rejected", passed={State.REJECTED}, why=why)

    def ambiguous(self, token: str, why: str) -> Intent:
        """Move SENDING → AMBIGUOUS: nobody knows; never sent again without a person."""
        return self._move(token, "ambiguous", passed={State.AMBIGUOUS}, why=why)

    def ready(self, token: str, charged: Decimal | None) -> Intent:
        """Move SUBMITTED → READY: the vendor made it and charged so many USD."""
        with self._writing():
            intent = self._known(token)
            sound: dict[str, object] = {"code": None} if intent.is_garbled else {}
            again = intent.state is State.READY
            if intent.state in {State.FETCHED, State.DONE} or (again and not sound):
                return intent
            facts = {**_charge(charged), **sound}
            return self._append(intent, "moved" if again else "ready", facts)

    def fetched(self, token: str, digest: str) -> Intent:
        """Move READY → FETCHED: the verified bytes are in the store under that digest.

        May be said again, with another digest too, when they had to be fetched again.
        """
        with self._writing():
            intent = self._known(token)
            same = intent.state is State.FETCHED and intent.digest == digest
            if same or intent.state is State.DONE:
                return intent
            return self._append(intent, "fetched", {"digest": digest})

    def done(self, token: str) -> Intent:
        """Move FETCHED → DONE: the original and its receipt are written."""
        return self._move(token, "done", passed={State.DONE})

    def failed(
        self,
        token: str,
        code: str,
        why: str,
        charged: Decimal | None = None,
    ) -> Intent:
        """Move SUBMITTED → FAILED: the vendor gave up, and charged so many USD."""
        facts = {"code": code, **_charge(charged)}
        return self._move(token, "failed", passed={State.FAILED}, why=why, **facts)

    def garbled(self, token: str, why: str) -> Intent:
        """Write down that the vendor says it is made, without naming one picture.

        It stays out: the vendor may think better of it. Said once until it changes.
        """
        with self._writing():
            intent = self._known(token)
            if intent.is_garbled or intent.state not in {State.SUBMITTED, State.READY}:
                return intent
            facts: dict[str, object] = {"code": GARBLED, "why": without_queries(why)}
            return self._append(intent, "garbled", facts)

    def lost(self, token: str, why: str) -> Intent:
        """Move SUBMITTED or READY → LOST: paid, but the picture cannot be had any more.

        Nothing changes if another living process has fetched it.
        """
        with self._writing():
            intent = self._known(token)
            held = intent.owner != self._owner and not is_gone(intent.owner)
            if intent.state in {State.LOST, State.DONE}:
                return intent
            if intent.state is State.FETCHED and held:
                return intent
            return self._append(intent, "lost", {"why": without_queries(why)})

    def reopen(self, token: str, *, asset: str, project: Path | str) -> Intent:
        """Move DONE → SUBMITTED: nobody has its picture, so its job is out again."""
        passed = OUT | {State.LOST, State.FAILED}
        home = {**_home(asset, project), "owner": self._owner}
        return self._move(token, "reopened", passed=passed, **home)

    # --- what a person decides -----------------------------------------------------

    def resolve_adopt(self, token: str, job: str, *, who: str, why: str = "") -> Intent:
        """Move AMBIGUOUS (or just PLANNED) → SUBMITTED: that job is this purchase.

        Raises UsageError if the job belongs to another purchase, or nothing is unsure.
        """
        try:
            return self._decide(token, "adopted", who, why, {"job": job})
        except sqlite3.IntegrityError as error:
            message = f"job `{job}` is already another asset's"
            hint = "`assetgen status --json` lists the jobs that are out"
            raise UsageError(message, hint=hint) from error

    def resolve_resend(self, token: str, *, who: str, why: str = "") -> Intent:
        """Move AMBIGUOUS → PLANNED: not bought; the next build may send it once."""
        return self._decide(token, "resent", who, why, {"owner": ""})

    def resolve_abandon(self, token: str, *, who: str, why: str = "") -> Intent:
        """Move AMBIGUOUS → ABANDONED: what it cost is gone; not bought by itself."""
        return self._decide(token, "abandoned", who, why, {})

    def retake(self, token: str, *, who: str, why: str = "") -> Intent:
        """Let the request of a FAILED, LOST or ABANDONED purchase be bought once more.

        That purchase stays what it is; the next one of its request is planned as if
        it did not stand in the way, and stands in the way itself. A garbled job is
        LOST first: nobody asks about it any more.
        """
        intent = self.get(token)
        if intent is not None and intent.is_garbled:
            self.lost(token, intent.why or GARBLED)
        return self._decide(token, "retaken", who, why, {}, again=True)

    # --- how it is written ---------------------------------------------------------

    def _decide(
        self,
        name: str,
        kind: str,
        who: str,
        why: str,
        facts: dict[str, object],
        **more: bool,
    ) -> Intent:
        decision = {"who": who, "why": without_queries(why), **more}
        with self._writing():
            intent = self._known(name)
            try:
                return self._append(intent, kind, {**facts, "decision": decision})
            except IllegalMove as error:
                message = (
                    f"nothing is unsure about `{intent.asset}`: it is {intent.state}"
                )
                raise UsageError(message) from error

    def _inherit(self, intent: Intent, home: dict[str, object]) -> Intent:
        """Append what becomes of an intent whose process is dead.

        `home` says for which asset and project it is from now on, {} for the same.
        """
        if intent.state is State.PLANNED:
            return self._append(intent, "released", {})
        if intent.state is State.SENDING:
            why = "the build died while it was being sent"
            return self._append(intent, "ambiguous", {**home, "why": why})
        if intent.state in OUT:
            return self._append(intent, "moved", {**home, "owner": self._owner})
        if home and home["project"] != intent.project:
            return self._append(intent, "moved", {**home, "owner": self._owner})
        return intent

    def _spare(self, account: str, key: str) -> None:
        """Raise if a purchase that ended stands against buying a request again."""
        intent = self.latest(account, key)
        if intent is None:
            return
        if intent.state is State.DONE and intent.last > self._opened_at:
            raise Claimed(intent)
        if intent.state in GONE and not intent.is_retaken:
            raise Unsettled(intent)

    def _afford(
        self,
        project: str,
        price: Decimal | None,
        limit: Decimal | None,
        monthly: Decimal | None,
    ) -> None:
        """Raise SpendingError if this build, or this month, may not commit so much."""
        self._afford_monthly(project, price, monthly)
        if limit is None:
            return
        committed = self.committed(self.build)
        if committed + (price or 0) > limit:
            raise SpendingError(
                f"the budget of {limit} USD is used up: {committed} USD are committed "
                f"and this costs {price} USD",
                hint="`--budget` or `budget:` in the manifest allows more",
            )

    def _afford_monthly(
        self, project: str, price: Decimal | None, monthly: Decimal | None
    ) -> None:
        """Raise SpendingError if this month's builds may not commit so much more."""
        if monthly is None:
            return
        since = month_start(self._clock.now())
        committed = self.committed_since(project, since)
        if committed + (price or 0) > monthly:
            raise SpendingError(
                f"the month's budget of {monthly} USD is used up: {committed} USD are "
                f"committed since {day_of(since)} and this costs {price} USD",
                hint="`budget: {month: …}` in the manifest allows more",
            )


def _collectable(standing: Intent) -> Intent:
    """Return a job that is out; raise for what nobody else may go on with."""
    if standing.state in OUT:
        return standing
    unsure = standing.state is State.AMBIGUOUS
    raise Unsettled(standing) if unsure else Claimed(standing)


def _home(asset: str, project: Path | str) -> dict[str, object]:
    return {"asset": asset, "project": str(project)}


def _charge(charged: Decimal | None) -> dict[str, object]:
    return {} if charged is None else {"charged": to_micros(charged)}


def _is_small(path: Path) -> bool:
    """Return whether proving the whole journal takes no time worth a thought."""
    return path.stat().st_size <= CHEAP
