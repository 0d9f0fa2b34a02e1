"""This file is two pictures of one subject, on white and on black, in one build.

The one on black is asked for once the one on white is here, and what is cut out of both
waits for it. Whoever does not come says so, and nobody waits for ever.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from assetgen.errors import Waiting
from assetgen.plan import Deed

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from assetgen.acquire import Acquired
    from assetgen.making import Piece
    from assetgen.manifest.model import Asset, File
    from assetgen.plan import AssetPlan, Plan


class Pairs:
    """The assets of one build of which another one needs the picture.

    Args:
        plan: Of the build.
        replan: Returns what happens to an asset now.
        acquire: Returns the picture of an asset that has nothing to do.
    """

    def __init__(
        self,
        plan: Plan,
        replan: Callable[[Asset], AssetPlan],
        acquire: Callable[[AssetPlan], Awaitable[Acquired]],
    ) -> None:
        self._replan = replan
        self._acquire = acquire
        self._coming: dict[str, asyncio.Future[Acquired | None]] = {}
        self._idle: dict[str, AssetPlan] = {}
        for each in plan.assets:
            if each.asset.partner and each.idle:
                self._idle[each.asset.name] = each
            elif each.asset.partner:
                self.anew([each.asset.name])

    def anew(self, names: Iterable[str]) -> None:
        """Wait for these assets' pictures, once more if they did not come before."""
        loop = asyncio.get_running_loop()
        for name in names:
            self._coming[name] = loop.create_future()
            self._idle.pop(name, None)

    async def in_turn(self, plan: AssetPlan) -> AssetPlan:
        """Return a plan whose request is known, once the picture that it shows is here.

        Raises Waiting if that picture does not come.
        """
        if not plan.picture.after:
            return plan
        await self._here(plan.picture.after)
        return self.now(plan)

    def now(self, plan: AssetPlan) -> AssetPlan:
        """Return what happens to an asset now; what was shared is not bought twice."""
        found = self._replan(plan.asset)
        if plan.picture.deed is Deed.SHARE and found.picture.deed is Deed.BUY:
            shared = replace(found.picture, deed=Deed.SHARE, reason=plan.picture.reason)
            return replace(found, picture=shared)
        return found

    async def whole(
        self, plan: AssetPlan, files: Iterable[File], acquired: Acquired
    ) -> Acquired:
        """Return an asset's picture with the one on black, if its files need that.

        Raises Waiting if that does not come.
        """
        if plan.picture.black is None or not any(file.cut for file in files):
            return acquired
        twin = await self._here(plan.asset.twin)

        async def both() -> Piece:
            piece, black = await acquired.piece(), await twin.piece()
            return replace(piece, black=black)

        return replace(acquired, piece=both)

    def came(self, plan: AssetPlan, acquired: Acquired | None) -> None:
        """Tell who waits for it that an asset's picture is here, or will not be."""
        coming = self._coming.get(plan.asset.name)
        if coming is not None and not coming.done():
            coming.set_result(acquired)

    async def _here(self, name: str) -> Acquired:
        """Return another asset's picture; raises Waiting if it does not come."""
        if name in self._idle:
            return await self._acquire(self._idle[name])
        coming = self._coming.get(name)
        found = None if coming is None else await asyncio.shield(coming)
        if found is None:
            message = f"`{name}` is not here"
            raise Waiting(message, hint=f"it is made once `{name}` is")
        return found
