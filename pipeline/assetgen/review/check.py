"""This file is `check`: whether manifest, receipts, originals and output agree.

It compares keys and digests and makes nothing anew. It asks no provider, no journal
and no store, so that its answer is the same on every clone; it writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.cache import Cache
from assetgen.errors import AssetgenError, Unaccepted, worst
from assetgen.images.accept import accept
from assetgen.knowledge import Knowledge
from assetgen.originals import Originals
from assetgen.outcomes import edits
from assetgen.plan import Deed, FileDeed
from assetgen.publish import Index
from assetgen.stores.memory import MemoryStore

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from assetgen.manifest.model import Manifest
    from assetgen.plan import AssetPlan, Plan, Removal, TextPlan

STALE, DAMAGED = 3, 8


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One thing that is not as the manifest says.

    Attributes:
        asset: Whose it is; a path for what is nobody's any more.
        why, todo: What is wrong, and what a person can do about it.
        exit_code: What it alone would make the run exit with.
        pending: Buying is all that it takes.
    """

    asset: str
    why: str
    todo: str
    exit_code: int = STALE
    pending: bool = False

    def to_json(self) -> dict[str, object]:
        """Return it as an object of `--json`."""
        return {
            "why": self.why,
            "todo": self.todo,
            "pending": self.pending,
            "exit": self.exit_code,
        }


def evidence(manifest: Manifest) -> Knowledge:
    """Return what the project's own files say, and nothing that only this user knows.

    Raises UsageError for an index that a newer assetgen wrote.
    """
    indexes = {
        name: Index(folder, manifest.path) for name, folder in manifest.outputs.items()
    }
    originals = Originals(manifest.originals)
    return Knowledge(originals, Cache(MemoryStore()), None, indexes, {})


def disagreements(plan: Plan, knowledge: Knowledge) -> tuple[Disagreement, ...]:
    """Return everything that does not agree, in manifest order.

    Args:
        plan: What a build would do that knows `evidence` and nothing else.
        knowledge: That evidence; reads every original whole.
    """
    found = [_of_asset(each, knowledge) for each in plan.assets]
    found += [_of_removal(each) for each in plan.removals]
    found += [_of_text(each) for each in plan.texts]
    found += _of_others(plan, knowledge)
    return tuple(each for each in found if each is not None)


def exit_code(found: Iterable[Disagreement], *, allow_pending: bool) -> int:
    """Return the exit code; `allow_pending` forgives what is only not bought yet."""
    return worst(
        each.exit_code for each in found if not (allow_pending and each.pending)
    )


def _of_asset(plan: AssetPlan, knowledge: Knowledge) -> Disagreement | None:
    """Return the worst that can be said of an asset, None if all of it agrees."""
    name = plan.asset.name
    trouble = knowledge.troubles.get(name) or _harm(name, knowledge)
    if trouble is not None:
        todo = trouble.hint or f"`assetgen adopt {name} FILE` chooses a picture anew"
        return Disagreement(name, trouble.message, todo, trouble.exit_code)
    if plan.edited:
        todo = f"`assetgen adopt {name} FILE` takes it, deleting it brings ours back"
        return Disagreement(name, edits(plan), todo)
    return _not_here(plan) or _stale(plan) or _unaccepted(plan, knowledge)


def _harm(name: str, knowledge: Knowledge) -> AssetgenError | None:
    """Return why an original is not the picture of its receipt, None if it is."""
    receipt = knowledge.receipts.get(name)
    if receipt is None:
        return None
    try:
        knowledge.originals.picture(receipt)
    except AssetgenError as error:
        return error
    return None


def _not_here(plan: AssetPlan) -> Disagreement | None:
    """Return what keeps an asset's picture from being here, None if it is."""
    name, picture = plan.asset.name, plan.picture
    build = f"`assetgen build {name}`"
    if picture.deed in {Deed.BUY, Deed.SHARE}:
        return Disagreement(
            name, f"not bought: {picture.reason}", f"{build} buys it", pending=True
        )
    if picture.deed is Deed.REUSE:
        return Disagreement(name, picture.reason, f"{build} takes it for nothing")
    if plan.asset.broken is not None:
        todo = plan.asset.broken.hint or "`assetgen validate` says where"
        return Disagreement(name, plan.asset.broken.message, todo)
    if picture.deed is Deed.LOST:
        todo = f"{build} puts it back if your store has it; `--rebuy {name}` buys it"
        return Disagreement(name, picture.reason, todo)
    return None


def _stale(plan: AssetPlan) -> Disagreement | None:
    """Return the first published file that is not up to date, None if all are."""
    if not plan.making:
        return None
    name, first, more = plan.asset.name, plan.making[0], len(plan.making) - 1
    if plan.picture.black == "" and any(each.file.cut for each in plan.making):
        twin = plan.asset.twin
        todo = f"`assetgen build {name}` makes it, once `{twin}` is bought"
        reason = f"`{first.file.path}`: `{twin}` is not here"
        return Disagreement(name, reason, todo, pending=True)
    others = f", and {more} more" if more else ""
    todo = f"`assetgen build {name}` makes it for nothing"
    return Disagreement(name, f"`{first.file.path}`: {first.reason}{others}", todo)


def _unaccepted(plan: AssetPlan, knowledge: Knowledge) -> Disagreement | None:
    """Return the first published file that its taker would refuse, None if none."""
    asset = plan.asset
    for file in asset.files:
        entry = knowledge.entry(asset.output, file.path)
        if file.rules is None or entry is None or entry.draft:
            continue
        try:
            accept(
                file.path,
                knowledge.published_bytes(asset.output, file.path),
                file.rules,
            )
        except Unaccepted as error:
            return Disagreement(asset.name, error.message, error.hint or "")
    return None


def _of_removal(removal: Removal) -> Disagreement:
    """Return that a file is published which nobody asks for any more."""
    todo = "`assetgen build` removes it"
    if removal.edited:
        todo = "`assetgen build` forgets it, because it was edited"
    return Disagreement(removal.path, "no asset asks for it any more", todo)


def _of_text(text: TextPlan) -> Disagreement | None:
    """Return what is wrong with a text about all pictures, None if nothing is."""
    if text.deed is FileDeed.CURRENT:
        return None
    todo = "`assetgen build` writes it for nothing"
    if text.deed is FileDeed.EDITED:
        todo = "deleting it brings ours back"
    return Disagreement(text.path, text.reason, todo)


def _of_others(plan: Plan, knowledge: Knowledge) -> Iterator[Disagreement]:
    """Yield what is damaged among the receipts of no asset of this manifest."""
    names = {each.asset.name for each in plan.assets}
    for name in sorted((knowledge.troubles.keys() | knowledge.receipts.keys()) - names):
        trouble = knowledge.troubles.get(name) or _harm(name, knowledge)
        if trouble is not None and trouble.exit_code == DAMAGED:
            todo = trouble.hint or "bring it back from the project's history"
            yield Disagreement(name, trouble.message, todo, DAMAGED)
