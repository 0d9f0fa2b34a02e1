"""This file is `draft`, the artist who needs no network: free, instant, repeatable.

It draws what the words name in the colours they name, with a subject alone on a plain
ground when it is to be cut out, so that every later step has real work to do. The same
request is the same bytes on every run.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from assetgen.providers.base import Done, Provider, Refused
from assetgen.providers.draft.catalogue import MODELS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from assetgen.catalogue import Model
    from assetgen.providers.base import Submission
    from assetgen.request import Request


class Draft(Provider):
    """The offline artist. Two drawings at once keep two cores busy; more only wait."""

    name = "draft"
    free = True

    def models(self) -> Mapping[str, Model]:
        """Return the catalogue: one artist."""
        return MODELS

    async def submit(
        self,
        request: Request,
        sending: Callable[[], Awaitable[None]],  # noqa: ARG002  nothing is sent
    ) -> Submission:
        """Draw a picture in a worker thread; `sending` is not called: nothing is sent.

        `Refused` if the `palette` in `params` holds something that is no colour.
        """
        # Pillow, which a plan does not need.
        from assetgen.providers.draft.picture import drawn  # noqa: PLC0415  Pillow
        from assetgen.providers.draft.reading import NotAColor  # noqa: PLC0415  the same

        try:
            return Done(await asyncio.to_thread(drawn, request))
        except NotAColor as error:
            hint = 'write `palette` like `"#EC4899, amber"`'
            return Refused(f"the draft's palette is wrong: {error}", hint=hint)
