"""This file is the pictures of a request: brought where its vendor sees them.

That happens before a purchase is planned: it costs nothing and may be done again, and
one that cannot be shown is an order's own trouble, while the others go on.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assetgen.errors import AccountError, ProviderError, Unavailable
from assetgen.events import Working
from assetgen.providers.showing import ShowsPictures

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.clock import Clock
    from assetgen.events import Listener
    from assetgen.providers.base import Provider
    from assetgen.submitting import Order

# How often a picture is brought to a vendor, and the seconds before the second time.
TRIES, PAUSE = 4, 0.5
# The longest that any provider's upload is waited for, in real seconds; each has
# shorter deadlines of its own, but a plugin might forget.
TOTAL = 300.0


class Exhibits:
    """What one provider is shown during one build.

    Args:
        stop: Stops all submissions to it, where it refuses the key.
    """

    def __init__(
        self,
        provider: Provider,
        stop: Callable[[ProviderError], None],
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._provider = provider
        self._stop = stop
        self._clock = clock
        self._tell = listener

    async def show(self, order: Order) -> None:
        """Bring every picture of an order's request where the vendor sees it.

        Raises AccountError, Unavailable or ProviderError; nothing was bought then.
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
        for attempt in range(TRIES):
            if attempt:
                await self._clock.sleep(PAUSE * 2**attempt)
            try:
                async with asyncio.timeout(TOTAL):
                    return await provider.show(digest, picture)
            except AccountError as refusal:
                self._stop(refusal)
                raise
            except TimeoutError:
                trouble = Unavailable("the picture was not uploaded: it took too long")
            except Unavailable as error:
                trouble = error
        hint = "nothing was bought for it; run build later"
        raise Unavailable(trouble.message, hint=hint) from trouble
