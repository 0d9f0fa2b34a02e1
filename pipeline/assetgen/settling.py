"""This file is late callbacks: they settle a submission whose answer was lost.

The token in a callback's path names the purchase, its body names a job. Neither is
believed: the vendor is asked, with our own key, what that job was asked for, and only
a job with the same request and the same callback address is written down as ours.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError, Unavailable, UsageError
from assetgen.events import Noted
from assetgen.journal.states import State
from assetgen.providers.recalling import differences

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.clock import Clock
    from assetgen.doorbell import Doorbell
    from assetgen.events import Listener
    from assetgen.journal import Intent, Journal
    from assetgen.pace import Window
    from assetgen.providers.base import Provider, Recalled

# A build stays this long, in seconds, for the callback of what it is not sure of:
# recorded generations took 12 to 55 s. What comes later settles it all the same.
LATE = 60.0
# A vendor's records may lag behind its callbacks: how often a job is asked for.
TRIES = 4


class Settler:
    """Settles the doubts about one provider's purchases during one build."""

    def __init__(  # noqa: PLR0913  what it asks, whom it tells, and how fast
        self,
        provider: Provider,
        journal: Journal,
        doorbell: Doorbell,
        *,
        polls: Window,
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._provider = provider
        self._journal = journal
        self._doorbell = doorbell
        self._polls = polls
        self._clock = clock
        self._tell = listener
        self._watches: dict[str, asyncio.Task[str | None]] = {}
        self._awaited: set[str] = set()

    def watch_all(self, project: Path) -> None:
        """Listen for what earlier builds of a project left in doubt."""
        account = self._provider.account()
        for intent in self._journal.unfinished(project):
            if intent.state is State.AMBIGUOUS and intent.account == account:
                self._watch(intent)

    async def within(self, intent: Intent, seconds: float) -> str | None:
        """Return the job that a callback proves to be a purchase, None if none does.

        Without a doorbell that is at once. What the journal raises is raised.
        """
        if self._doorbell.address(intent.id) is None:
            return None
        watch = self._watch(intent)
        pause = asyncio.ensure_future(self._clock.sleep(seconds))
        self._awaited.add(intent.id)
        try:
            await asyncio.wait({watch, pause}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._awaited.discard(intent.id)
            pause.cancel()
        return watch.result() if watch.done() else None

    async def aclose(self) -> None:
        """Listen no longer; raises nothing."""
        watches = list(self._watches.values())
        for watch in watches:
            watch.cancel()
        await asyncio.gather(*watches, return_exceptions=True)

    def _watch(self, intent: Intent) -> asyncio.Task[str | None]:
        """Return the task that ends when a purchase is settled."""
        if intent.id not in self._watches:
            self._watches[intent.id] = asyncio.create_task(self._settled(intent))
        return self._watches[intent.id]

    async def _settled(self, intent: Intent) -> str | None:
        """Return the job of a purchase once it is proven and written down.

        None if a person has settled it first.
        """
        bell = self._doorbell.bell(intent.id)
        while True:
            job = await bell.named()
            if not await self._is_its_job(intent, job):
                continue
            now = self._journal.get(intent.id)
            if now is None or now.state is not State.AMBIGUOUS:
                return None
            self._journal.submitted(intent.id, job)
            if intent.id not in self._awaited:
                found = f"its callback named job {job}, which is bought"
                self._tell(Noted(intent.asset, found))
            return job

    async def _is_its_job(self, intent: Intent, job: str) -> bool:
        """Return whether the vendor made a job for a purchase, and for no other."""
        if self._journal.by_job(job, intent.account) is not None:
            return False
        for attempt in range(TRIES):
            if attempt:
                await self._clock.sleep(2.0 ** (attempt - 1))
            try:
                async with self._polls.call(urgent=True):
                    recalled = await self._provider.recall(job)
            except (Unavailable, UsageError):
                continue
            except AssetgenError:
                return False
            return recalled is not None and _is_of(recalled, intent)
        return False


def _is_of(recalled: Recalled, intent: Intent) -> bool:
    """Return whether a job's request is a purchase's own, its address included.

    What stands before the token may differ: a tunnel has a new name every day.
    """
    address = recalled.callback
    if address is not None and address.rpartition("/")[2] != intent.id:
        return False
    return not differences(recalled, intent.request)
