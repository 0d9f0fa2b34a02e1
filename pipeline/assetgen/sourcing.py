"""This file is where each picture comes from: the cheapest way to it. Pure.

The chosen one comes first, then one that was bought before under the same request, a
job that is still out, and only then a purchase. Of two pictures of one subject, the
one on white says what is asked for on black.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.plan import Deed, Picture
from assetgen.texts import left_by_us

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assetgen.manifest.model import Asset, File, Manifest
    from assetgen.plan import Bought, Chosen, Memory
    from assetgen.request import Request

FREE = Decimal(0)
# A picture that is not here yet, and will be.
COMING = {Deed.BUY, Deed.SHARE, Deed.COLLECT}
# What is not worth doing for an asset of which nothing can be published.
NEEDLESS = {Deed.BUY, Deed.HAVE, Deed.KEEP, Deed.DRAW, Deed.READ, Deed.RENDER}


def _as_asked(asset: Asset) -> Request:
    """Return an asset's own request: its provider draws placeholders itself."""
    if asset.request is None:
        message = f"{asset.name} is a file, which nobody draws"
        raise AssertionError(message)
    return asset.request


@dataclass(frozen=True, slots=True)
class Wish:
    """How a build differs from the plain one.

    Attributes:
        draft: Draw a placeholder wherever no bought picture exists.
        rebuy: Assets whose lost or failed picture may be bought again.
        reencode: Make every file again, although source and recipe are the same.
        sketch: Returns what to ask of a free provider in place of a picture.
    """

    draft: bool = False
    rebuy: frozenset[str] = frozenset()
    reencode: bool = False
    sketch: Callable[[Asset], Request] = _as_asked


def pairs_of(manifest: Manifest) -> dict[str, Asset]:
    """Return the assets that make a pair, by name."""
    return {each.name: each for each in manifest.assets if each.partner}


class Sources:
    """Where the pictures of one plan come from; each request is bought by one asset.

    Args:
        pairs: Returns the assets that make a pair, if there is one.
    """

    def __init__(
        self, memory: Memory, wish: Wish, pairs: Callable[[], Mapping[str, Asset]]
    ) -> None:
        self._memory = memory
        self._wish = wish
        self._pairs = pairs
        self._buyers: dict[str, str] = {}

    def of(self, asset: Asset) -> tuple[Asset, Picture]:
        """Return an asset as it is asked for now, and what happens to its picture.

        Side effect: an asset after this one that asks for the same shares it.
        """
        if asset.twin_of:
            main = self._alone(self._pairs()[asset.twin_of])
            asset, picture = self._twin(asset, main)
        else:
            picture = self._alone(asset)
            if asset.twin and picture.deed is not Deed.DRAW:
                picture = self._paired(asset, picture)
        return asset, _share(picture, asset, self._buyers)

    def _alone(self, asset: Asset) -> Picture:
        """Return what happens to a picture as if there were no other asset."""
        found = _picture(asset, self._memory, self._wish)
        places = (file for file in asset.files if file.companion is None)
        found = _unless_broken(found, asset)
        return _unless_blocked(found, asset, tuple(places), self._memory)

    def _paired(self, asset: Asset, picture: Picture) -> Picture:
        """Return what happens to a picture that is cut out with the one on black.

        In a draft build a placeholder stands for both, but for what was bought and is
        published already.
        """
        _, black = self._twin(self._pairs()[asset.twin], picture)
        if black.deed is not Deed.DRAW:
            return replace(picture, black=black.source)
        entries = (self._memory.entry(asset.output, f.path) for f in asset.files)
        if any(entry is not None and not entry.draft for entry in entries):
            return replace(picture, black="")
        return _draft(self._wish.sketch(asset))

    def _twin(self, twin: Asset, main: Picture) -> tuple[Asset, Picture]:
        """Return an asset's picture on black, and what happens to it.

        `main` is what happens to the one on white. A person's own picture on black is
        there whatever that one is; a question about it comes before money, too.
        """
        if main.deed is Deed.DRAW:
            return twin, main
        if main.deed is Deed.BROKEN:
            return twin, _waiting(twin, main.reason)
        request = _as_asked(twin)
        chosen = self._memory.chosen(twin)
        own = chosen is not None and not chosen.key
        if main.source:
            twin = replace(twin, request=request.showing(main.source))
        if main.source or own or self._memory.question(twin):
            return twin, self._unless_in_vain(twin, self._alone(twin))
        if main.request is None or main.deed not in COMING:
            return twin, _waiting(twin, main.reason)
        if self._wish.draft:
            return twin, _waiting(twin, "a draft build buys nothing")
        place = request.showing(main.request.key)
        reason, after = f"`{twin.twin_of}` comes first", twin.twin_of
        picture = Picture(Deed.BUY, reason, "", place, twin.price, after=after)
        return twin, self._unless_in_vain(twin, picture)

    def _unless_in_vain(self, twin: Asset, picture: Picture) -> Picture:
        """Return a picture on black, not bought where nothing could be made of it."""
        main = self._pairs()[twin.twin_of]
        places = tuple(f for f in main.files if f.cut and f.companion is None)
        return _unless_blocked(picture, main, places, self._memory, theirs=True)


def _waiting(twin: Asset, why: str) -> Picture:
    """Return that a picture on black waits for the one on white, and why in vain."""
    reason = f"waits for `{twin.twin_of}`: {why}"
    return Picture(Deed.WAIT, reason, request=twin.request, price=FREE)


def _picture(asset: Asset, memory: Memory, wish: Wish) -> Picture:
    """Return what happens to an asset's picture, seen on its own."""
    if asset.drawing is not None:
        return Picture(Deed.RENDER, "a drawing of yours", asset.drawing.key, price=FREE)
    if asset.source is not None:
        digest = "" if asset.broken else memory.source(asset)
        return Picture(Deed.READ, "a file of yours", digest)
    if asset.request is None:
        message = f"{asset.name} has neither a request nor a source"
        raise AssertionError(message)
    if question := memory.question(asset):
        return Picture(Deed.ASK, question, request=asset.request)
    chosen = memory.chosen(asset)
    if asset.free and (chosen is None or (chosen.key and chosen.kept is None)):
        return _draft(wish.sketch(asset))
    return _Case(asset, asset.request, chosen, memory, wish).picture()


def _draft(request: Request) -> Picture:
    """Return a placeholder; its key stands for its bytes, which nobody keeps."""
    return Picture(Deed.DRAW, "a placeholder", request.key, request, FREE)


@dataclass(frozen=True, slots=True)
class _Case:
    """One asset that is bought, what its receipt says, and whom to ask."""

    asset: Asset
    request: Request
    chosen: Chosen | None
    memory: Memory
    wish: Wish

    def picture(self) -> Picture:
        """Return what happens to the picture."""
        chosen, request = self.chosen, self.request
        if chosen is None:
            return self._acquire(request, "never made")
        same = chosen.key in {"", request.again(chosen.take).key}
        if chosen.kept is not None or (same and chosen.wanted == chosen.take):
            return self._held(chosen, request.again(chosen.take or 1), same=same)
        if same:
            reason = (
                f"another take is wanted{f': {chosen.wish}' if chosen.wish else ''}"
            )
            return self._acquire(request.again(chosen.wanted), reason)
        changed = changed_fields(chosen.request, request.to_json())
        reason = f"{' and '.join(changed) or 'the request'} changed"
        return self._acquire(request, reason, changed)

    def _held(self, chosen: Chosen, request: Request, *, same: bool) -> Picture:
        """Return what happens to a chosen picture that stays the chosen one."""
        if not chosen.present:
            if self._rebuys(Deed.LOST):
                reason = "lost, and you asked to buy it again"
                price = self.asset.price
                return Picture(Deed.BUY, reason, "", request, price, rebuy=True)
            reason = "the receipt names a picture that is nowhere"
            return Picture(Deed.LOST, reason, request=request, job=chosen.job)
        if not chosen.beside:
            deed, reason = Deed.MEND, "its original is put back from the store"
        elif chosen.kept is None:
            deed, reason = Deed.HAVE, "bought" if chosen.key else "adopted"
        else:
            deed, reason = Deed.KEEP, f"kept: {chosen.kept}" if chosen.kept else "kept"
        changed = () if same else self._changes(chosen)
        return Picture(deed, reason, chosen.digest, request, FREE, chosen.job, changed)

    def _rebuys(self, deed: Deed) -> bool:
        """Return whether a person asked to buy again what was lost or failed."""
        asked = self.asset.name in self.wish.rebuy and not self.asset.free
        return asked and deed in {Deed.LOST, Deed.FAILED}

    def _changes(self, chosen: Chosen) -> tuple[str, ...]:
        """Return what differs between the receipt's request and the one asked for."""
        return changed_fields(chosen.request, self.request.to_json())

    def _acquire(
        self, request: Request, reason: str, changed: tuple[str, ...] = ()
    ) -> Picture:
        """Return how a picture comes here that is not here, the cheapest way first."""
        if before := self._before(request):
            again = request.again(before.take)
            reason = f"{reason}, and it was bought before"
            return Picture(
                Deed.REUSE, reason, before.digest, again, FREE, before.job, changed
            )
        standing = self.memory.standing(request)
        if standing is not None and standing.deed is Deed.BUY:
            reason, standing = standing.reason, None
        if standing is not None and not self._rebuys(standing.deed):
            deed, reason, job = standing.deed, standing.reason, standing.job
            return Picture(deed, reason, "", request, FREE, job, changed)
        if self.wish.draft:
            return self._placeholder(reason, changed)
        return Picture(
            Deed.BUY,
            reason,
            "",
            request,
            self.asset.price,
            changed=changed,
            rebuy=standing is not None,
        )

    def _before(self, request: Request) -> Bought | None:
        """Return a picture of this request that was paid for once and is at hand.

        Where a person asked for another take, only that very take will do.
        """
        if request.take > 1:
            return self.memory.take(request)
        return self.memory.bought(request)

    def _placeholder(self, reason: str, changed: tuple[str, ...]) -> Picture:
        """Return what a draft build shows: the bought picture if there is any."""
        chosen = self.chosen
        if chosen is None or not chosen.present:
            return _draft(self.wish.sketch(self.asset))
        reason = f"{reason}; a draft build leaves bought pictures alone"
        return Picture(
            Deed.KEEP, reason, chosen.digest, self.request, FREE, chosen.job, changed
        )


def _unless_broken(picture: Picture, asset: Asset) -> Picture:
    """Return the picture, neither bought nor made where something is wrong inside.

    One that is out or was bought before still comes, because it is paid for.
    """
    if asset.broken is None or picture.deed not in NEEDLESS:
        return picture
    request, reason = picture.request, asset.broken.message
    return Picture(Deed.BROKEN, reason, picture.source, request, FREE, picture.job)


def _unless_blocked(
    picture: Picture,
    asset: Asset,
    places: tuple[File, ...],
    memory: Memory,
    *,
    theirs: bool = False,
) -> Picture:
    """Return the picture, not bought where others' files are in the way of all of it.

    With one place left, it is bought, and the files that are not ours stay. A text is
    no place: nobody buys a picture for what is said of it.

    Args:
        picture: What happens to it otherwise.
        asset: Whose files these are.
        places: Where it would be published.
        memory: Knows what is there.
        theirs: A file of ours that was edited is in the way, too.
    """
    if picture.deed is not Deed.BUY or not places:
        return picture
    for file in places:
        found = memory.on_disk(asset.output, file.path)
        entry = memory.entry(asset.output, file.path)
        ours = entry is not None and not theirs
        left = left_by_us(entry if theirs else None, found or "", memory)
        if found is None or ours or left:
            return picture
    reason = f"`{places[0].path}` is not ours, so nothing is bought"
    return replace(picture, deed=Deed.BLOCKED, reason=reason, price=FREE)


def _share(picture: Picture, asset: Asset, buyers: dict[str, str]) -> Picture:
    """Return the picture, shared if an asset before it buys the same request.

    Side effect: remembers this asset as the buyer of its request in `buyers`.
    """
    if picture.deed is not Deed.BUY or picture.request is None:
        return picture
    buyer = buyers.setdefault(picture.request.key, asset.name)
    if buyer == asset.name:
        return picture
    reason = f"the same request as `{buyer}`"
    return replace(picture, deed=Deed.SHARE, reason=reason, price=FREE, rebuy=False)


def changed_fields(
    before: Mapping[str, object] | None, after: Mapping[str, object]
) -> tuple[str, ...]:
    """Return the names of what differs between two requests, as a person says them."""
    if before is None:
        return ()
    words = ("provider", "model", "prompt", "references")
    names = [name for name in words if before.get(name) != after.get(name)]
    if "provider" in names or "model" in names:
        return tuple(names)
    old, new = before.get("inputs") or {}, after.get("inputs") or {}
    if isinstance(old, dict) and isinstance(new, dict):
        names += [
            name for name in sorted(old.keys() | new.keys())
            if old.get(name) != new.get(name)
        ]  # fmt: skip
    return tuple(names)
