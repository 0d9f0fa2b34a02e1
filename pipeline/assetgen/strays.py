"""This file is strays: jobs that are out although no asset asks for their picture.

Their asset was reworded, renamed with new words, or removed while the vendor worked.
They are paid, so they are collected like any other: the picture becomes an earlier
take of its asset, or, where that has no receipt, stays in the store, from which the
same words take it for nothing. A job of another key is named and left to that key.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from assetgen.clock import day_of
from assetgen.errors import AssetgenError, ProviderError, ResultError, StillRunning
from assetgen.events import Stray
from assetgen.images.sniff import sniff
from assetgen.journal.states import OUT, State
from assetgen.plan import Deed
from assetgen.receipts import Take
from assetgen.request import Request
from assetgen.submitting import Order

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from assetgen.events import Listener
    from assetgen.jobs import Jobs
    from assetgen.journal import Intent, Journal
    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Manifest
    from assetgen.plan import Plan

# What an asset does with the job that is out for its request, now or once it may.
ASKING = {Deed.BUY, Deed.SHARE, Deed.COLLECT, Deed.REUSE, Deed.ASK}
# Not worth an exit code of a build that nobody asked this picture of.
NOBODY_MISSES = {ProviderError.exit_code, ResultError.exit_code}
SHOWN = 12  # digits of a digest that name a picture


def strays(journal: Journal, manifest: Manifest, plan: Plan) -> tuple[Intent, ...]:
    """Return what is out or in doubt and asked for by no asset, oldest first.

    Args:
        journal: After `recover`, so that nothing of a dead build is half-way.
        manifest: Other manifests of the same folder collect their own.
        plan: Of all its assets.
    """
    asked = {
        each.picture.request.key
        for each in plan.assets
        if each.picture.request and each.picture.deed in ASKING
    }
    return tuple(
        intent
        for intent in journal.unfinished(manifest.root)
        if intent.state in OUT | {State.AMBIGUOUS}
        if intent.key not in asked and _is_of(intent, manifest)
    )


def _is_of(intent: Intent, manifest: Manifest) -> bool:
    """Return whether a purchase is this manifest's, or of one that is gone."""
    if intent.manifest in {"", manifest.path.name}:
        return True
    return not (manifest.root / intent.manifest).exists()


class Strays:
    """The strays of one build: collected beside its assets, kept after them.

    Args:
        jobs: Provider name → its purchases.
        accounts: Provider name → fingerprint of the key that is set.
    """

    def __init__(
        self,
        intents: Iterable[Intent],
        knowledge: Knowledge,
        jobs: Mapping[str, Jobs],
        accounts: Mapping[str, str],
        listener: Listener,
    ) -> None:
        self._intents = tuple(intents)
        self._knowledge = knowledge
        self._jobs = jobs
        self._accounts = accounts
        self._tell = listener
        self._here: list[tuple[Intent, str]] = []

    async def collect(self) -> list[AssetgenError]:
        """Bring every picture to the shelf; return what a build should end with.

        Side effect: says of each what could not be done.
        """
        found = await asyncio.gather(*map(self._collect, self._intents))
        return [trouble for trouble in found if trouble is not None]

    def keep(self) -> None:
        """Put what was collected where it can be chosen from, and close its purchase.

        To be called when nobody else writes receipts any more.
        """
        while self._here:
            intent, digest = self._here.pop(0)
            place = self._kept(intent, digest)
            if self._knowledge.journal is not None:
                self._knowledge.journal.done(intent.id)
            self._say(intent, f"collected {_described(intent)}: {place}")

    async def _collect(self, intent: Intent) -> AssetgenError | None:
        """Bring one picture to the shelf; return what a build should end with."""
        if intent.state is State.AMBIGUOUS:
            self._say(
                intent,
                "nobody knows whether a picture was bought that no asset asks for any "
                f"more; `assetgen resolve {intent.asset}` shows and settles it",
            )
            return None
        if intent.digest and self._knowledge.cache.has_bytes(intent.digest):
            self._here.append((intent, intent.digest))
            return None
        jobs = self._jobs.get(intent.provider)
        if jobs is None or self._accounts.get(intent.provider) != intent.account:
            self._say(intent, f"{_described(intent)} {_away(intent, jobs)}")
            return None
        try:
            delivery = await jobs.gather(_order_of(intent), intent)
        except AssetgenError as error:
            return self._trouble(intent, error)
        self._here.append((intent, delivery.digest))
        return None

    def _trouble(self, intent: Intent, error: AssetgenError) -> AssetgenError | None:
        """Say what went wrong; return it if a build should end with it."""
        if error.exit_code in NOBODY_MISSES:
            self._say(intent, f"{_described(intent)}: {error.message}")
            return None
        if isinstance(error, StillRunning):
            message = f"{_described(intent)} is not here yet: {error.message}"
            return StillRunning(message, hint=error.hint)
        return error

    def _kept(self, intent: Intent, digest: str) -> str:
        """Make a picture an earlier take of its asset; return where it is now."""
        stored = "the store has it, and the same words take it for nothing"
        knowledge = self._knowledge
        receipt = knowledge.receipts.get(intent.asset)
        if receipt is None or intent.asset in knowledge.troubles:
            return stored
        if digest not in {receipt.sha256, *(take.sha256 for take in receipt.takes)}:
            take = take_of(intent, digest, knowledge)
            if take is None:
                return stored
            receipt = replace(receipt, takes=(*receipt.takes, take))
            knowledge.originals.update(receipt)
            knowledge.remember(receipt)
        return f"`assetgen pick {intent.asset} {digest[:SHOWN]}` makes it the choice"

    def _say(self, intent: Intent, text: str) -> None:
        self._tell(Stray(intent.asset, intent.job, text))


def take_of(intent: Intent, digest: str, knowledge: Knowledge) -> Take | None:
    """Return a purchase as an earlier take if its picture is at hand."""
    data = knowledge.picture(digest)
    if data is None:
        return None
    found = sniff(data)
    return Take(
        take=intent.take,
        key=intent.key,
        sha256=digest,
        format=found.format,
        width=found.width,
        height=found.height,
        day=day_of(intent.created),
        job=intent.job,
        price_usd=intent.price,
    )


def _described(intent: Intent) -> str:
    """Return a stray in words."""
    return f"a picture that no asset asks for any more (job {intent.job})"


def _away(intent: Intent, jobs: Jobs | None) -> str:
    """Return why a stray cannot be collected here."""
    if jobs is None:
        return f"is kept: its provider `{intent.provider}` is not installed here"
    return "was bought with another key and is kept for it: set that key to collect it"


def _order_of(intent: Intent) -> Order:
    """Return the order that a purchase once was, to wait for its job."""
    inputs = intent.request.get("inputs")
    request = Request(
        provider=intent.provider,
        model=intent.model,
        prompt=str(intent.request.get("prompt", "")),
        inputs=dict(inputs) if isinstance(inputs, dict) else {},
        keyed={},
        take=intent.take,
    )
    return Order(intent.asset, request, intent.price)
