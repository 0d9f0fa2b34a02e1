"""This file is one purchase as facts: its states, the arrows between them, the fold.

Pure. An `Intent` is what its events add up to; the journal's table of intents is a
copy of that sum, checked against it::

    (none) ► PLANNED ► SENDING ► SUBMITTED ► READY ► FETCHED ► DONE
                 │         │          └─ FAILED, LOST
                 │         ├─ REJECTED          the vendor said no
                 │         └─ AMBIGUOUS         nobody knows; a person settles it:
                 └─ RELEASED                      SUBMITTED, PLANNED or ABANDONED

What is DONE is SUBMITTED once more when its picture is nowhere any more.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, fields, replace
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from assetgen.digest import canonical_json, digest_bytes
from assetgen.errors import AssetgenError

if TYPE_CHECKING:
    from collections.abc import Mapping

MICROS = 1_000_000


class State(StrEnum):
    """How far a purchase has come."""

    PLANNED = "planned"  # price reserved, provably nothing sent
    SENDING = "sending"  # the first byte may have left
    SUBMITTED = "submitted"  # the vendor's job id is known
    READY = "ready"  # the vendor has the picture
    FETCHED = "fetched"  # verified bytes are in the store
    DONE = "done"  # original and receipt are written
    RELEASED = "released"  # given back before anything was sent
    REJECTED = "rejected"  # the vendor said no and made nothing
    FAILED = "failed"  # the vendor gave up on the job
    LOST = "lost"  # made and paid, but the picture is gone
    AMBIGUOUS = "ambiguous"  # nobody knows whether the vendor took it
    ABANDONED = "abandoned"  # ambiguous, and a person let it go


# One live intent per account and key: that is the claim between checkouts.
LIVE = frozenset({
    State.PLANNED, State.SENDING, State.SUBMITTED, State.READY, State.FETCHED,
    State.AMBIGUOUS,
})  # fmt: skip
# A job that the vendor has taken and that an adopter can go on with.
OUT = frozenset({State.SUBMITTED, State.READY, State.FETCHED})
# Ended so that money may be gone: never bought again without `--rebuy`.
GONE = frozenset({State.LOST, State.ABANDONED})
FREE = frozenset({State.RELEASED, State.REJECTED})
# The code of a job whose vendor says that it is made, without naming one picture.
GARBLED = "garbled"


class IllegalMove(AssetgenError):
    """A bug: an event that the purchase's state does not allow; carries its story."""


@dataclass(frozen=True, slots=True)
class Arrow:
    """Where an event may happen and where it leads (None: the state stays)."""

    sources: frozenset[State]
    target: State | None


def _arrow(sources: str, target: str = "") -> Arrow:
    end = State(target) if target else None
    return Arrow(frozenset(map(State, sources.split())), end)


# A job id or a doubt is written down even from PLANNED, where a provider forgot to
# say that it was sending: to lose what is known about money would be worse.
ARROWS: Mapping[str, Arrow] = {
    "sending": _arrow("planned", "sending"),
    "unsent": _arrow("sending", "planned"),
    "released": _arrow("planned", "released"),
    "submitted": _arrow("planned sending ambiguous", "submitted"),
    "rejected": _arrow("planned sending", "rejected"),
    "ambiguous": _arrow("planned sending", "ambiguous"),
    "ready": _arrow("submitted", "ready"),
    "fetched": _arrow("sending submitted ready fetched", "fetched"),
    "done": _arrow("fetched", "done"),
    "failed": _arrow("submitted ready fetched", "failed"),
    "lost": _arrow("submitted ready fetched", "lost"),
    "moved": _arrow("submitted ready fetched ambiguous"),
    "garbled": _arrow("submitted ready"),
    "reopened": _arrow("done", "submitted"),
    # What a person decided:
    "adopted": _arrow("planned ambiguous", "submitted"),
    "resent": _arrow("ambiguous", "planned"),
    "abandoned": _arrow("ambiguous", "abandoned"),
    "retaken": _arrow("failed lost abandoned"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the journal: what happened to which intent, and when.

    Attributes:
        seq: Its place in the journal, from 1, without gaps.
        intent: The `seq` of the intent's first event.
        at: Wall time in seconds since 1970.
        kind: `planned` or one of `ARROWS`.
        facts: What became known, as canonical JSON.
    """

    seq: int
    intent: int
    at: float
    kind: str
    facts: str

    def sum(self, before: str) -> str:
        """Return the checksum that chains this event to the one before it."""
        line = [before, self.seq, self.intent, self.at, self.kind, self.facts]
        return digest_bytes(canonical_json(line))


FIRST_SUM = "0" * 64


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a purchase that could not go on by itself.

    Attributes:
        again: Its request may be bought once more.
    """

    who: str
    why: str
    at: float
    again: bool = False


@dataclass(frozen=True, slots=True)
class Intent:
    """One purchase, from the wish to the picture.

    Attributes:
        id: An unguessable token; it names the intent to the vendor (callback URL).
        account: Fingerprint of the key that pays.
        key: The paid key (`Request.key`).
        family: The paid key of take 1 of the same request.
        request: The request in full (`Request.to_json`).
        asset, project, manifest: For whom: asset name, absolute folder, file name.
        build: The build that committed the money.
        owner: The process that works on it (`owner.Owner`, as text).
        state: How far it has come.
        price: USD reserved, None if it was unknown.
        charged: USD the vendor says it took, None if it did not say.
        job: The vendor's id of the job.
        digest: The picture's bytes.
        code, why: The vendor's code and the reason of the last trouble.
        decision: What a person decided about it, if it came to that.
        created, updated: Wall times of its first and last event.
        number, last: Places of those two in the journal.
    """

    id: str
    account: str
    key: str
    family: str
    request: Mapping[str, object]
    asset: str
    project: str
    manifest: str
    build: str
    owner: str
    state: State
    price: Decimal | None
    created: float
    updated: float
    number: int
    last: int
    charged: Decimal | None = None
    job: str | None = None
    digest: str | None = None
    code: str | None = None
    why: str | None = None
    decision: Decision | None = None

    @property
    def provider(self) -> str:
        """Return the provider's name."""
        return str(self.request.get("provider", ""))

    @property
    def model(self) -> str:
        """Return the model's name."""
        return str(self.request.get("model", ""))

    @property
    def take(self) -> int:
        """Return which picture of its request this is, from 1."""
        take = self.request.get("take", 1)
        return take if isinstance(take, int) else 1

    @property
    def is_garbled(self) -> bool:
        """Return whether the vendor last said that it is made, and not which it is."""
        return self.state in OUT and self.code == GARBLED

    @property
    def failed_for_nothing(self) -> bool:
        """Return whether the next build may buy it again, unasked.

        Only after a fault of the vendor's own (5xx) of which it says that it cost
        nothing.
        """
        theirs = (self.code or "").startswith("5")
        return self.state is State.FAILED and theirs and self.charged == 0

    @property
    def is_retaken(self) -> bool:
        """Return whether it ended badly and a person wants its request bought again."""
        return self.decision is not None and self.decision.again

    @property
    def committed(self) -> Decimal:
        """Return the USD that a budget must count for it: doubt counts as spent."""
        if self.charged is not None:
            return self.charged
        if self.state in FREE:
            return Decimal(0)
        return self.price or Decimal(0)

    @property
    def spent(self) -> Decimal:
        """Return the USD known or presumed to be paid: what the vendor took for it.

        Where the vendor did not say, its price, except that nothing is presumed of
        what was not sent, was refused, failed, or is in doubt.
        """
        if self.charged is not None:
            return self.charged
        paid = OUT | {State.DONE, State.LOST}
        return (self.price or Decimal(0)) if self.state in paid else Decimal(0)


def fold(intent: Intent | None, event: Event) -> Intent:
    """Return the intent after one more event; raises IllegalMove off the arrows.

    Raises ValueError (or TypeError) for facts that no event of ours has.
    """
    facts = json.loads(event.facts)
    if event.kind == "planned":
        if intent is not None:
            raise IllegalMove(f"intent {intent.id} is planned twice")
        return _planned(event, facts)
    arrow = ARROWS.get(event.kind)
    if intent is None or arrow is None or intent.state not in arrow.sources:
        where = intent.state if intent else "nowhere"
        message = f"purchase {event.intent} cannot be {event.kind}: it is {where}"
        raise IllegalMove(message)
    if "charged" in facts:
        facts["charged"] = from_micros(facts["charged"])
    if "decision" in facts:
        facts["decision"] = Decision(**facts["decision"], at=event.at)
    state = arrow.target or intent.state
    return replace(intent, **facts, state=state, updated=event.at, last=event.seq)


def _planned(event: Event, facts: dict[str, object]) -> Intent:
    """Return the intent that its first event describes."""
    facts["price"] = from_micros(facts["price"])
    return Intent(
        **facts,  # type: ignore[arg-type]  # a wrong fact is a TypeError, as promised
        state=State.PLANNED,
        created=event.at,
        updated=event.at,
        number=event.seq,
        last=event.seq,
    )


# Columns of the table of intents: everything but the request, which stands once, in
# the first event.
COLUMNS = tuple(field.name for field in fields(Intent) if field.name != "request")


def to_row(intent: Intent) -> dict[str, object]:
    """Return an intent as the columns of its table."""
    row = {name: getattr(intent, name) for name in COLUMNS}
    row["state"] = intent.state.value
    row["price"] = to_micros(intent.price)
    row["charged"] = to_micros(intent.charged)
    if intent.decision is not None:
        decision = intent.decision
        said = [decision.who, decision.why, decision.at]
        row["decision"] = json.dumps([*said, True] if decision.again else said)
    return row


def from_row(row: Mapping[str, object], request: Mapping[str, object]) -> Intent:
    """Return the intent that a row and the request of its first event describe."""
    values = dict(row)
    values["state"] = State(str(row["state"]))
    values["price"] = from_micros(row["price"])
    values["charged"] = from_micros(row["charged"])
    if row["decision"] is not None:
        values["decision"] = Decision(*json.loads(str(row["decision"])))
    return Intent(**values, request=request)  # type: ignore[arg-type]  # as above


def to_micros(usd: Decimal | None) -> int | None:
    """Return millionths of a USD, rounded up: money is never counted as less."""
    if usd is None:
        return None
    return int((usd * MICROS).to_integral_value(rounding=ROUND_CEILING))


def from_micros(micros: object) -> Decimal | None:
    """Return USD; raises TypeError for what is no whole number of millionths."""
    if micros is None:
        return None
    if not isinstance(micros, int):
        raise TypeError(f"{micros!r} is no amount of money")
    return (Decimal(micros) / MICROS).normalize() + Decimal(0)


_QUERY = re.compile(
    r"(\b[a-z][a-z0-9+.-]*://[^\s?#\"'<>]*)[?#][^\s\"'<>]*", re.IGNORECASE
)


def without_queries(text: str) -> str:
    """Return a text whose addresses have lost their queries: those are signatures."""
    return _QUERY.sub(r"\1", text)
