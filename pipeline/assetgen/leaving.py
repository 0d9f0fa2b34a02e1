"""This file is what a build that ended well leaves behind: the stamp for the next one.

A stamp says that nothing is to do while nothing changes, so it must not hold what
changed while the build ran: such a file is either as this build wrote it, or there is
no stamp, and the next build looks at everything again.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen import stamp
from assetgen.digest import digest_bytes, digest_file
from assetgen.errors import Damaged
from assetgen.journal import Journal
from assetgen.manifest.model import INDEX
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assetgen.events import Report
    from assetgen.knowledge import Knowledge
    from assetgen.project import Project
    from assetgen.receipts import Receipt


def stamp_of(project: Project) -> str:
    """Return where the stamp of a project lies."""
    return stamp.stamp_path(str(project.settings.store), str(project.manifest.path))


def leave_stamp(project: Project, knowledge: Knowledge, report: Report) -> None:
    """Remember every file that this build has read or written.

    Does nothing if a job is out, or if somebody changed a file while the build ran.
    """
    try:
        if is_owed(project):
            return
    except Damaged:  # what is out is not known
        return
    answer = json.dumps(report.settled().to_json())
    paths = sorted({*_files(project), *_handed_off(project, knowledge)})
    taken = stamp.take(stamp.circumstances(VERSION), paths, answer)
    if _is_ours(project, knowledge, taken):
        stamp.write(stamp_of(project), taken)


def is_owed(project: Project) -> bool:
    """Return whether a picture is out or unsure, whether or not one is asked for.

    Raises Damaged if the journal is.
    """
    if not project.settings.journal.exists():
        return False
    with Journal.open(project.settings.journal, reading=True) as journal:
        return bool(journal.unfinished(project.manifest.root))


def _files(project: Project) -> Iterator[str]:
    """Yield every path that the next build would look at."""
    manifest = project.manifest
    for path in (*manifest.inputs, *manifest.absent, *manifest.folders):
        yield str(path)
    yield from map(str, project.settings.key_files)
    folders = {
        name: os.path.join(folder, "")  # noqa: PTH118  a text: there may be 10,000
        for name, folder in manifest.outputs.items()
    }
    for asset in manifest.assets:
        if asset.source is not None:
            yield str(asset.source)
        folder = folders[asset.output]
        for file in asset.files:
            yield folder + file.path
    for folder in folders.values():
        yield folder + INDEX
    if manifest.originals.is_dir():
        yield from map(str, manifest.originals.rglob("*"))
    yield str(manifest.originals)


def _handed_off(project: Project, knowledge: Knowledge) -> Iterator[str]:
    """Yield the path of every text about all pictures, and of every hashed copy."""
    for name, folder in project.manifest.outputs.items():
        for path in knowledge.indexes[name].emitted():
            yield os.path.join(folder, path)  # noqa: PTH118  as above


def _is_ours(project: Project, knowledge: Knowledge, taken: stamp.Stamp) -> bool:
    """Return whether all that a stamp holds is what this build has read or written."""
    changed = {
        path: max(taken.stats[4 * number + 1], taken.stats[4 * number + 2])
        for number, path in enumerate(taken.paths)
    }
    manifest = project.manifest
    if any(changed[str(path)] < 0 for path in manifest.inputs):
        return False
    if any(changed[str(path)] >= 0 for path in manifest.absent):
        return False
    originals = os.path.join(manifest.originals, "")  # noqa: PTH118  as above
    receipts = {f"{originals}{n}.json": r for n, r in knowledge.receipts.items()}
    if not receipts.keys() <= changed.keys():
        return False
    young = [path for path, time in changed.items() if time > project.opened]
    bought = [path for path in young if f"{path}/".startswith(originals)]
    ours = _published(knowledge) if len(young) > len(bought) else {}
    if bought:
        ours |= _chosen(receipts)
    return all(
        (path in bought and os.path.isdir(path)) or _has(path, ours.get(path))  # noqa: PTH112
        for path in young
    )


def _published(knowledge: Knowledge) -> dict[str, str]:
    """Return the digest of every file of the outputs as the indexes have it."""
    found: dict[str, str] = {}
    for index in knowledge.indexes.values():
        folder = os.path.join(index.folder, "")  # noqa: PTH118  as above
        found |= {folder + entry.path: entry.sha256 for entry in index.entries()}
        found[folder + INDEX] = index.written
    return found


def _chosen(receipts: Mapping[str, Receipt]) -> dict[str, str]:
    """Return the digest of every receipt and picture as this build knows them."""
    found: dict[str, str] = {}
    for path, receipt in receipts.items():
        found[path] = digest_bytes(receipt.to_text().encode())
        found[f"{path.rpartition(os.sep)[0]}{os.sep}{receipt.file}"] = receipt.sha256
    return found


def _has(path: str, digest: str | None) -> bool:
    """Return whether a file has just those bytes."""
    try:
        return digest is not None and digest_file(Path(path)) == digest
    except OSError:
        return False
