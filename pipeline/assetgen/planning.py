"""This file is planning: comparing what is asked for with what is remembered. Pure.

It does no I/O of its own: a `Memory` answers its questions.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.plan import (
    AssetPlan,
    Deed,
    FileDeed,
    FilePlan,
    Plan,
    Removal,
)
from assetgen.recipe import only_said_otherwise, recipe_of, source_of, start_of
from assetgen.sourcing import Sources, Wish, pairs_of
from assetgen.texts import handed_off, left_by_us, text_plans

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from assetgen.manifest.model import Asset, File, Manifest
    from assetgen.plan import Entry, Memory, Picture
    from assetgen.request import Request


def make_plan(
    manifest: Manifest,
    memory: Memory,
    *,
    assets: Iterable[Asset] | None = None,
    wish: Wish | None = None,
    pairs: Callable[[], Mapping[str, Asset]] | None = None,
) -> Plan:
    """Return what a build of these assets (default: all, with removals) would do.

    `pairs` returns `pairs_of` the manifest, from whoever has it already.
    """
    wish = wish or Wish()
    pairs = pairs or cache(lambda: pairs_of(manifest))
    plans: list[AssetPlan] = []
    sources = Sources(memory, wish, pairs)
    for asset in manifest.assets if assets is None else assets:
        as_asked, picture = sources.of(asset)
        if picture.deed is Deed.DRAW and asset.twin_of:
            continue  # of a placeholder there is one only
        asking = _speaking(as_asked, picture, memory)
        files = tuple(
            _file(asking, file, picture, memory, reencode=wish.reencode)
            for file in (() if picture.deed is Deed.BROKEN else asking.files)
        )
        plans.append(AssetPlan(asking, picture, _in_step(_beside(files))))
    if assets is not None:
        return Plan(tuple(plans))
    removals = _removals(manifest, memory, plans)
    return Plan(tuple(plans), removals, text_plans(manifest, memory, plans, removals))


# --- its files -------------------------------------------------------------------


def _speaking(asset: Asset, picture: Picture, memory: Memory) -> Asset:
    """Return an asset without the sidecars that would have nothing to say."""
    if not asset.sidecars or picture.deed is Deed.DRAW:
        return asset
    if picture.deed is not Deed.RENDER and memory.speaks(asset, picture.source):
        return asset
    return replace(asset, files=asset.files[: -asset.sidecars])


def _file(
    asset: Asset, file: File, picture: Picture, memory: Memory, *, reencode: bool
) -> FilePlan:
    """Return what happens to one published file."""
    entry = memory.entry(asset.output, file.path)
    found = memory.on_disk(asset.output, file.path)
    if found is not None and not left_by_us(entry, found, memory):
        why = "edited since it was published" if entry else "not published by us"
        return FilePlan(file, FileDeed.EDITED, why)
    source = source_of(
        file, start_of(file, picture.source, picture.black), memory.digest
    )
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


def _beside(files: tuple[FilePlan, ...]) -> tuple[FilePlan, ...]:
    """Leave a sidecar alone beside a file that a person edited, or put there.

    Nobody here knows how that one was made; what is said already is not taken back.
    """
    theirs = {each.file.path for each in files if each.deed is FileDeed.EDITED}
    if not theirs:
        return files
    return tuple(
        replace(each, deed=FileDeed.EDITED, reason=f"left as it is with `{path}`")
        if each.file.is_sidecar
        and each.file.companion
        and (path := each.file.companion.lists[0]) in theirs
        else each
        for each in files
    )


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


def _removals(
    manifest: Manifest, memory: Memory, plans: Iterable[AssetPlan]
) -> tuple[Removal, ...]:
    """Return what this manifest published once and does not ask for any more."""
    wanted = {(each.asset.output, f.path) for each in plans for f in each.asset.files}
    wanted |= set(handed_off(manifest, memory, wanted))
    # Of one that is broken nobody knows which files it will ask for once it is whole.
    broken = {asset.name for asset in manifest.assets if asset.faults}
    removals = []
    for output, path in sorted(set(memory.published()) - wanted):
        found = memory.on_disk(output, path)
        entry = memory.entry(output, path)
        kept = entry is not None and entry.asset in broken
        if found is not None and entry is not None and not kept:
            removals.append(Removal(output, path, found != entry.sha256))
    return tuple(removals)


def prompt_digest(request: Request | None) -> str | None:
    """Return the digest of a request's words for the index, None for a source."""
    return None if request is None else digest_bytes(request.prompt.encode())
