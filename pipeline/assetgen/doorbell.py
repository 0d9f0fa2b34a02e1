"""This file is the doorbell: one bell for each purchase, and who waits for its ring.

The address of a bell ends with the journal's token of the purchase, which nobody can
guess. A ring means "ask now" and nothing else. It may come twice, in any order, before
the vendor has answered our request, or never: who waits has a pause of its own, which
a ring only cuts short.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from assetgen.providers.callback import Call, CallsBack

# More different calls than this about one purchase are somebody's joke.
CALLS = 16


class Bell:
    """The bell of one purchase. Rings are remembered until somebody waits."""

    def __init__(self) -> None:
        self._job: str | None = None
        self._calls: set[str] = set()
        self._named: list[str] = []
        self._told = 0
        self._news = asyncio.Event()

    def ring(self, job: str, call: Call) -> None:
        """Ring for a job. The same call again, or one too many, changes nothing."""
        digest = digest_bytes(call.body)
        if digest in self._calls or len(self._calls) >= CALLS:
            return
        self._calls.add(digest)
        if self._job is None:
            self._named.append(job)
        if self._job in {None, job}:
            self._news.set()

    def belongs_to(self, job: str) -> None:
        """Say which job it rings for; others that were named mean nothing any more."""
        if self._job != job:
            self._job = job
            (self._news.set if job in self._named else self._news.clear)()

    async def named(self) -> str:
        """Wait until a job is named, and return each only once."""
        while self._told >= len(self._named):
            self._news.clear()
            await self._news.wait()
        self._told += 1
        return self._named[self._told - 1]

    async def cuts_short(self, waiting: Coroutine[object, object, object]) -> bool:
        """Wait for something or for a ring; return whether it rang first.

        A ring is answered by what is asked next, and therefore forgotten here.
        """
        wait = asyncio.ensure_future(waiting)
        news = asyncio.ensure_future(self._news.wait())
        try:
            await asyncio.wait({wait, news}, return_when=asyncio.FIRST_COMPLETED)
            rang = not wait.done()
            if not rang:
                wait.result()
        finally:
            wait.cancel()
            news.cancel()
            await asyncio.wait({wait, news})
        self._news.clear()
        return rang


class Doorbell:
    """The bells of one provider during one build.

    Args:
        url: The public address above which every bell has its own; None for bells
            that nobody outside can ring.
        provider: Who knows the vendor's calls.
    """

    def __init__(
        self, provider: CallsBack | None = None, url: str | None = None
    ) -> None:
        self.provider = provider
        self._url = url.rstrip("/") if url else None
        self._bells: dict[str, Bell] = {}

    def bell(self, token: str) -> Bell:
        """Return the bell of a purchase; from now on it can be rung."""
        return self._bells.setdefault(token, Bell())

    def find(self, token: str) -> Bell | None:
        """Return the bell of that token, if there is one."""
        return self._bells.get(token)

    def address(self, token: str) -> str | None:
        """Return the address at which a purchase's bell is rung, None if nobody can."""
        return f"{self._url}/{token}" if self._url else None
