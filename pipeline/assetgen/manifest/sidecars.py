"""This file is which files have one beside them that says how they were made.

An icon file says it in its pictures, and no reader of XMP looks in there. So what they
say stands beside it once more, as a file of XMP by itself. Its name is the whole name
of the other with an ending behind it, as photographers' programs do: `icon.ico`,
`icon.icns` and `icon.png` stand in one folder, and `icon.xmp` would be anybody's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.manifest.finishing import ProvenanceFields
from assetgen.manifest.model import File
from assetgen.steps import CONTAINERS, SIDECAR, Companion

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def sidecars_of(
    files: Iterable[File],
    provenance: ProvenanceFields | bool | None,  # noqa: FBT001  data
) -> Iterator[File]:
    """Yield the sidecars of an asset's files, as its `provenance` asks for them.

    Of a container that only a person's own pictures are in, nothing is said.
    """
    if isinstance(provenance, ProvenanceFields):
        provenance = provenance.sidecars
    if provenance is False:
        return
    for file in list(files):
        own = all(part.start is not None for part in file.drawn)
        if _is_container(file) and not own:
            said = Companion("sidecar", "xmp", (file.path,))
            path = f"{file.path}{SIDECAR}"
            yield File(path, file.variant, None, cut=False, companion=said)


def _is_container(file: File) -> bool:
    form = file.rendition.format if file.rendition else ""
    return bool(file.parts) or form in CONTAINERS
