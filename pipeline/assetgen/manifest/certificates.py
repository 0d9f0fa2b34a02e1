"""This file is the certificate that a manifest signs with: found, and named by digest.

Whether it may sign, and whether its key is here, is asked when something is made:
validating a manifest needs neither key nor library.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from assetgen.digest import digest_bytes
from assetgen.files import reason_of
from assetgen.manifest.finishing import ProvenanceFields
from assetgen.manifest.issues import Wrong
from assetgen.manifest.sheets import path_wrong
from assetgen.steps import Certificate

if TYPE_CHECKING:
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.wishes import Given

BEGINNING = b"-----BEGIN CERTIFICATE-----"
SECRET = b"PRIVATE KEY-----"


def certificate_of(given: Given | None, mistakes: Mistakes) -> Certificate | None:
    """Return what `provenance: {certificate: …}` names, None for nothing."""
    if given is None or not isinstance(given.value, ProvenanceFields):
        return None
    written = given.value.certificate
    if written is None:
        return None
    try:
        return _found(given.sheet.folder, written)
    except Wrong as wrong:
        mistakes.at(given, wrong.message, wrong.hint, inner=("certificate",))
        return None


def _found(folder: Path, written: str) -> Certificate:
    """Return a certificate as a manifest in that folder writes it; raises Wrong."""
    fault, hint = path_wrong(written)
    if fault:
        raise Wrong(fault, hint=hint)
    path = Path(os.path.normpath(folder / written))
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Wrong(f"cannot read `{written}`: {reason_of(error)}") from error
    if SECRET in data:
        raise Wrong(
            f"`{written}` holds a private key, which no project may",
            hint="name its file in `ASSETGEN_SIGNING_KEY`, leave certificates here",
        )
    if BEGINNING not in data:
        raise Wrong(f"`{written}` is no certificate in PEM")
    return Certificate(path, digest_bytes(data))
