"""This file is the pictures of a request: brought where its vendor sees them.

That costs nothing and may be done again, and one that cannot be shown is an order's own
trouble, while the others go on. The first one of a build is brought alone: a wrong key,
or a host that is not there, then costs one question and not many.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assetgen.errors import AccountError, ProviderError, Unavailable
from assetgen.events import Working
from assetgen.providers.showing import ShowsPictures

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from assetgen.clock import Clock
    from assetgen.events import Listener
    from assetgen.providers.base import Provider
    from assetgen.submitting import Order, Submitter

# How often a picture is brought to a vendor, and the seconds before the second time.
TRIES, PAUSE = 4, 0.5


class Unshown(ProviderError):
    """A vendor's host for pictures is not there now: one order's trouble, not all's."""

    exit_code = 7


class Exhibits:
    """What one provider is shown during one build.

    Args:
        submitter: Stops where the key is refused; where it has, nothing is shown.
        deadline: Seconds that one picture may take, all tries together.
    """

    def __init__(
        self,
        provider: Provider,
        submitter: Submitter,
        deadline: float,
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._provider = provider
        self._stop = submitter.stop
        self._halt = submitter.halt
        self._deadline = deadline
        self._clock = clock
        self._tell = listener
        self._first = asyncio.Lock()
        self._answers = False
        self._away: Unshown | None = None

    async def show(self, order: Order) -> None:
        """Bring every picture of an order's request where the vendor sees it.

        Raises AccountError, Unshown or ProviderError, or what `halt` raises; nothing
        was bought then.
        """
        shown = dict.fromkeys(each.digest for each in order.request.references)
        if not shown:
            return
        if not isinstance(self._provider, ShowsPictures):
            raise ProviderError(f"`{self._provider.name}` cannot be shown pictures")
        self._tell(Working(order.asset, "uploading"))
        for digest in shown:
            picture = await asyncio.to_thread(order.picture, digest)
            if picture is None:
                raise ProviderError(f"the picture {digest[:12]} to show is nowhere")
            self._check_weight(order, picture)
            if not self._answers:
                async with self._first:
                    if not self._answers:
                        await self._bring(self._provider, digest, picture)
                        self._answers = True
                        continue
            await self._bring(self._provider, digest, picture)

    def _check_weight(self, order: Order, picture: bytes) -> None:
        """Raise ProviderError if the model takes no picture of so many bytes."""
        model = self._provider.models().get(order.request.model)
        most = model.showing.heaviest if model and model.showing else len(picture)
        if len(picture) > most:
            raise ProviderError(
                f"`{order.request.model}` takes pictures of up to {most >> 20} MiB, and"
                f" this one has {len(picture) >> 20}",
                hint="`source_format: jpg`, or a lower `resolution`, makes it smaller",
            )

    async def _bring(
        self, provider: ShowsPictures, digest: str, picture: bytes
    ) -> None:
        """Bring one picture, in some tries; who was not there is not asked for more."""
        self._halt()
        if self._away is not None:
            raise self._away
        began = self._clock.monotonic()
        for attempt in range(TRIES):
            if attempt:
                await self._clock.sleep(PAUSE * 2**attempt)
                self._halt()
            left = began + self._deadline - self._clock.monotonic()
            try:
                return await self._in_time(provider.show(digest, picture), left)
            except AccountError as refusal:
                self._stop(refusal)
                raise
            except Unavailable as error:
                trouble = error
        hint = "nothing was bought for it; run build later"
        self._away = Unshown(trouble.message, hint=hint)
        raise self._away from trouble

    async def _in_time(
        self, bringing: Coroutine[object, object, None], left: float
    ) -> None:
        """Await an upload for so many of the clock's seconds; raises Unavailable."""
        work = asyncio.ensure_future(bringing)
        limit = asyncio.ensure_future(self._clock.sleep(max(left, 0.0)))
        try:
            await asyncio.wait({work, limit}, return_when=asyncio.FIRST_COMPLETED)
            if not work.done():
                raise Unavailable("the picture was not uploaded: it took too long")
            work.result()
        finally:
            work.cancel()
            limit.cancel()
