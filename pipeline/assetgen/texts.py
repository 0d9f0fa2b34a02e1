"""This file is what would happen to the texts about all pictures, and why. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.emission import hashed_name
from assetgen.plan import Deed, FileDeed, TextPlan
from assetgen.steps import SIDECAR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assetgen.emission import Emission
    from assetgen.manifest.model import Manifest
    from assetgen.plan import AssetPlan, Entry, Memory, Removal


def handed_off(
    manifest: Manifest, memory: Memory, wanted: set[tuple[str, str]]
) -> Iterable[tuple[str, str]]:
    """Yield every text, and every copy of what is published now, under its name."""
    emission = manifest.emission
    if emission is None:
        return
    for output in emission.outputs:
        yield from ((output, path) for path in emission.paths())
    if not emission.hashed:
        return
    for output, path in sorted(wanted):
        entry = memory.entry(output, path) if output in emission.outputs else None
        if entry is not None:
            copy = hashed_name(path, entry.sha256)
            yield output, copy
            if (output, f"{path}{SIDECAR}") in wanted:
                yield output, f"{copy}{SIDECAR}"


def text_plans(
    manifest: Manifest,
    memory: Memory,
    plans: Iterable[AssetPlan],
    removals: Iterable[Removal],
) -> tuple[TextPlan, ...]:
    """Return what happens to the texts about all pictures."""
    emission = manifest.emission
    if emission is None:
        return ()
    moved = {
        each.asset.output: f"`{each.asset.name}` is made"
        for each in plans
        if not each.idle and each.picture.deed is not Deed.BROKEN
    }
    moved |= {each.output: f"`{each.path}` is removed" for each in removals}
    return tuple(
        _written(output, path, form, moved.get(output, ""), emission, memory)
        for output in emission.outputs
        for path, form in emission.paths().items()
    )


def _written(  # noqa: PLR0913, PLR0917  what decides it
    output: str, path: str, form: str, moved: str, emission: Emission, memory: Memory
) -> TextPlan:
    entry, found = memory.entry(output, path), memory.on_disk(output, path)
    if found is not None and not left_by_us(entry, found, memory):
        why = "edited since it was published" if entry else "not published by us"
        return TextPlan(output, path, FileDeed.EDITED, why)
    if entry is None:
        reason = "never made" if found is None else "not in the index"
    elif found is None:
        reason = "file missing"
    elif entry.recipe != emission.recipe(form):
        reason = "what it says changed"
    elif entry.source_sha256 != memory.listing(output):
        reason = "what it lists changed"
    else:
        reason = moved
    deed = FileDeed.MAKE if reason else FileDeed.CURRENT
    return TextPlan(output, path, deed, reason or "up to date")


def left_by_us(entry: Entry | None, found: str, memory: Memory) -> bool:
    """Return whether a file is as this program left it."""
    return (entry is not None and entry.sha256 == found) or memory.ours(found)
