"""This file is signed metadata: a C2PA manifest, sealed with the user's certificate.

Signing is the last thing that happens to a file. The manifest says what the XMP says:
who made the picture, as an action of C2PA with IPTC's digital source type. It holds no
thumbnail, and no network is asked for a time stamp: a signature is worth as much as
its certificate, and as long.

Two signatures of the same bytes differ. Whoever signs keeps the result under a key of
what was signed and with which certificate.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from importlib import import_module
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assetgen import headers
from assetgen.digest import digest_bytes
from assetgen.errors import ImageError, UsageError
from assetgen.files import reason_of
from assetgen.images.provenance import SOURCE_TYPES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.images.provenance import Mark
    from assetgen.steps import Certificate

KEY = "ASSETGEN_SIGNING_KEY"
# Formats that a manifest can be put into; icons stay with what their pictures say.
TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "webp": "image/webp",
    "avif": "image/avif",
}
CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}


@dataclass(frozen=True)
class Seal:
    """A certificate (a chain in PEM, its own first) with its private key (PEM).

    Attributes:
        digest: The certificate's, for keys.
        algorithm: C2PA's name of the signature's.
    """

    chain: bytes
    key: bytes
    digest: str
    algorithm: str

    def __repr__(self) -> str:
        """Return nothing of the key."""
        return f"Seal({self.digest[:12]})"

    @cached_property
    def _without_thumbnails(self) -> Any:  # noqa: ANN401  untyped library
        c2pa: Any = import_module("c2pa")
        settings = {"builder": {"thumbnail": {"enabled": False}}}
        return c2pa.Context(c2pa.Settings.from_dict(settings))

    def __call__(self, data: bytes, mark: Mark) -> bytes:
        """Return a file with a signed manifest in it, its pixels untouched.

        A file of a format that holds none comes back as it is. Raises ImageError.
        """
        form = TYPES.get(headers.kind(data) or "")
        if form is None:
            return data
        c2pa: Any = import_module("c2pa")
        info = c2pa.C2paSignerInfo(self.algorithm.encode(), self.chain, self.key, None)
        made = BytesIO()
        try:
            with (
                c2pa.Signer.from_info(info) as signer,
                c2pa.Builder(
                    json.dumps(_manifest(mark)), self._without_thumbnails
                ) as builder,
            ):
                builder.sign(signer, form, BytesIO(data), made)
        except c2pa.C2paError as error:
            raise ImageError(f"it cannot be signed: {error}") from error
        return made.getvalue()


class Seals:
    """The certificates of a run, each made ready once.

    Args:
        environment: Where the private key is named: `ASSETGEN_SIGNING_KEY` is the key
            in PEM, or the path of its file.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._ready: dict[Certificate, Seal] = {}

    def of(self, certificate: Certificate) -> Seal:
        """Return what signs with a certificate.

        Raises UsageError if the library is missing, there is no key for it, or it has
        changed, is not valid yet or not any more.
        """
        if certificate not in self._ready:
            self._ready[certificate] = self._made(certificate)
        return self._ready[certificate]

    def _made(self, certificate: Certificate) -> Seal:
        if find_spec("c2pa") is None:
            raise UsageError(
                "signing needs the package `c2pa-python`, which is not installed",
                hint='`pip install "assetgen-pipeline[c2pa]"`',
            )
        chain = _read(certificate)
        key = self._key()
        return Seal(chain, key, certificate.digest, _checked(certificate, chain, key))

    def _key(self) -> bytes:
        written = self._environment.get(KEY, "").strip()
        if not written:
            message = "there is no private key to sign with"
            raise UsageError(message, hint=f"set `{KEY}` to the path of its file (PEM)")
        if written.startswith("-----BEGIN"):
            return written.encode() + b"\n"
        try:
            return Path(written).expanduser().read_bytes()
        except OSError as error:
            message = f"cannot read the private key: {reason_of(error)}"
            raise UsageError(message, hint=f"`{KEY}` names its file") from error


def _read(certificate: Certificate) -> bytes:
    name = certificate.path.name
    try:
        data = certificate.path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read `{name}`: {reason_of(error)}") from error
    if digest_bytes(data) != certificate.digest:
        message = f"`{name}` changed while the build ran"
        raise UsageError(message, hint="run build again")
    return data


def _checked(certificate: Certificate, chain: bytes, key: bytes) -> str:
    """Return the algorithm of a certificate that may sign now with that key."""
    x509: Any = import_module("cryptography.x509")
    serialization: Any = import_module("cryptography.hazmat.primitives.serialization")
    name = certificate.path.name
    try:
        found = x509.load_pem_x509_certificates(chain)[0]
        private = serialization.load_pem_private_key(key, password=None)
    except (ValueError, TypeError, IndexError) as error:
        message = f"`{name}` or its private key is no PEM that can be read"
        raise UsageError(message, hint="the key must not have a password") from error
    if private.public_key() != found.public_key():
        message = f"the private key is not that of `{name}`"
        raise UsageError(message, hint=f"`{KEY}` names that of its first one")
    now = datetime.now(UTC)
    if not found.not_valid_before_utc <= now <= found.not_valid_after_utc:
        message = f"`{name}` is valid until {found.not_valid_after_utc:%Y-%m-%d}"
        raise UsageError(message, hint="nothing can be signed with it today")
    return _algorithm(private, name)


def _algorithm(private: Any, name: str) -> str:  # noqa: ANN401  untyped library
    kind = type(private).__name__.lower()
    curve = getattr(getattr(private, "curve", None), "name", "")
    if curve in CURVES:
        return CURVES[curve]
    if "ed25519" in kind:
        return "ed25519"
    if "rsa" in kind:
        return "ps256"
    raise UsageError(f"`{name}` has a kind of key that C2PA does not sign with")


def _manifest(mark: Mark) -> dict[str, object]:
    """Return what is said of a file: how it was made, and with what."""
    action: dict[str, object] = {
        "action": "c2pa.created",
        "digitalSourceType": f"{SOURCE_TYPES}{mark.source_type}",
    }
    if mark.agent:
        action["softwareAgent"] = {"name": mark.agent}
    data = {"actions": [action]}
    return {
        "claim_generator_info": [{"name": "assetgen"}],
        "assertions": [{"label": "c2pa.actions.v2", "data": data}],
    }
