"""This file is planning: comparing what is asked for with what is remembered. Pure.

It does no I/O of its own: a `Memory` answers its questions. The cheapest way to a
picture comes first: the chosen one, one bought before under the same request, a job
that is still out, and only then a purchase.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.plan import (
    AssetPlan,
    Deed,
    FileDeed,
    FilePlan,
    Picture,
    Plan,
    Removal,
)
from assetgen.recipe import only_said_otherwise, recipe_of, source_of
from assetgen.texts import handed_off, left_by_us, text_plans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from assetgen.manifest.model import Asset, File, Manifest
    from assetgen.plan import Bought, Chosen, Entry, Memory
    from assetgen.request import Request

FREE = Decimal(0)


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


def make_plan(
    manifest: Manifest,
    memory: Memory,
    *,
    assets: Iterable[Asset] | None = None,
    wish: Wish | None = None,
) -> Plan:
    """Return what a build of these assets (default: all, with removals) would do."""
    wish = wish or Wish()
    plans: list[AssetPlan] = []
    buyers: dict[str, str] = {}
    for asset in manifest.assets if assets is None else assets:
        alone = _unless_blocked(_picture(asset, memory, wish), asset, memory)
        picture = _share(alone, asset, buyers)
        files = tuple(
            _file(asset, file, picture, memory, reencode=wish.reencode)
            for file in asset.files
        )
        plans.append(AssetPlan(asset, picture, _in_step(files)))
    if assets is not None:
        return Plan(tuple(plans))
    removals = _removals(manifest, memory)
    return Plan(tuple(plans), removals, text_plans(manifest, memory, plans, removals))


# --- the picture -----------------------------------------------------------------


def _picture(asset: Asset, memory: Memory, wish: Wish) -> Picture:
    """Return what happens to an asset's picture, seen on its own."""
    if asset.drawing is not None:
        return Picture(Deed.RENDER, "a drawing of yours", asset.drawing.key, price=FREE)
    if asset.source is not None:
        return Picture(Deed.READ, "a file of yours", memory.source(asset))
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


def _unless_blocked(picture: Picture, asset: Asset, memory: Memory) -> Picture:
    """Return the picture, not bought where others' files are in the way of all of it.

    With one place left, it is bought, and the files that are not ours stay.
    """
    if picture.deed is not Deed.BUY or not asset.files:
        return picture
    for file in asset.files:
        found = memory.on_disk(asset.output, file.path)
        entry = memory.entry(asset.output, file.path)
        if found is None or entry is not None or left_by_us(None, found, memory):
            return picture
    reason = f"`{asset.files[0].path}` is not ours, so nothing is bought"
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
    return Picture(
        Deed.SHARE,
        f"the same request as `{buyer}`",
        request=picture.request,
        price=FREE,
        changed=picture.changed,
    )


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


# --- its files -------------------------------------------------------------------


def _file(
    asset: Asset, file: File, picture: Picture, memory: Memory, *, reencode: bool
) -> FilePlan:
    """Return what happens to one published file."""
    entry = memory.entry(asset.output, file.path)
    found = memory.on_disk(asset.output, file.path)
    if found is not None and not left_by_us(entry, found, memory):
        why = "edited since it was published" if entry else "not published by us"
        return FilePlan(file, FileDeed.EDITED, why)
    source = source_of(file, picture.source, memory.digest)
    reason = _why_make(entry, found, source, asset, file)
    if reencode and not reason:
        reason = "you asked to encode it again"
    if reason:
        return FilePlan(file, FileDeed.MAKE, reason)
    if entry is not None and (entry.asset, entry.alt) != (asset.name, asset.alt):
        return FilePlan(file, FileDeed.LIST, "described anew")
    return FilePlan(file, FileDeed.CURRENT, "up to date")


def _why_make(
    entry: Entry | None, found: str | None, source: str, asset: Asset, file: File
) -> str:
    """Return why a file has to be made again, "" if it does not.

    A text that lists nothing is the same whatever the picture.
    """
    if entry is None:
        return "never made" if found is None else "not in the index"
    if found is None:
        return "file missing"
    constant = file.companion is not None and not file.companion.lists
    if not constant and (not source or entry.source_sha256 != source):
        return "picture changed"
    same = entry.recipe == recipe_of(asset, file)
    return "" if same else _what_changed(asset, file, entry.recipe)


def _what_changed(asset: Asset, file: File, before: str) -> str:
    """Return what is different about a file that has another recipe."""
    if file.companion:
        return "what it says changed"
    if only_said_otherwise(asset, file, before):
        return "what it says of its making changed"
    what = "size, format or overlay" if asset.layers else "size or format"
    return f"{what} changed"


def _in_step(files: tuple[FilePlan, ...]) -> tuple[FilePlan, ...]:
    """Make a text again wherever a file that it lists is made again."""
    made = {each.file.path for each in files if each.deed is FileDeed.MAKE}
    if not made:
        return files
    return tuple(
        replace(each, deed=FileDeed.MAKE, reason=f"`{min(listed)}` is made")
        if each.file.companion
        and each.deed in {FileDeed.CURRENT, FileDeed.LIST}
        and (listed := made.intersection(each.file.companion.lists))
        else each
        for each in files
    )


def _removals(manifest: Manifest, memory: Memory) -> tuple[Removal, ...]:
    """Return what this manifest published once and does not ask for any more."""
    wanted = {(asset.output, f.path) for asset in manifest.assets for f in asset.files}
    wanted |= set(handed_off(manifest, memory, wanted))
    removals = []
    for output, path in sorted(set(memory.published()) - wanted):
        found = memory.on_disk(output, path)
        entry = memory.entry(output, path)
        if found is not None and entry is not None:
            removals.append(Removal(output, path, found != entry.sha256))
    return tuple(removals)


def prompt_digest(request: Request | None) -> str | None:
    """Return the digest of a request's words for the index, None for a source."""
    return None if request is None else digest_bytes(request.prompt.encode())
