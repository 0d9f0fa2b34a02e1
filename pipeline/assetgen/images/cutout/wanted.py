"""This file is which weights a person wants, from where, and what they must be.

A model's name is enough: its address and checksum are known (`manifest.networks`). An
address of one's own takes other ways to the same bytes; a digest of one's own beside
it vouches for other bytes, whose licence is then one's own affair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.digest import is_digest
from assetgen.errors import UsageError
from assetgen.images.cutout.reaching import web_address
from assetgen.images.cutout.weights import pull_command
from assetgen.manifest.issues import unknown
from assetgen.manifest.networks import CUSTOM, NETWORKS, REMOTE, objection
from assetgen.providers.inert import inert

if TYPE_CHECKING:
    from assetgen.manifest.networks import Network


@dataclass(frozen=True, slots=True)
class Wish:
    """Weights that a person asked for.

    Attributes:
        name: What a manifest calls the model.
        address: Where they are; may hold a token, so it is shown without its query.
        checks: What the bytes must be called, all of it: `md5:8e83…`.
        network: What is known about them; None if a person vouches for others.
        mirror: The address is the person's own.
    """

    name: str
    address: str
    checks: frozenset[str]
    network: Network | None
    mirror: bool

    @property
    def shown(self) -> str:
        """The address without its query, which may be a secret."""
        import httpx2  # noqa: PLC0415  slow to import

        return inert(httpx2.URL(self.address).copy_with(query=None, fragment=None))

    @property
    def terms(self) -> str:
        """Licence and commercial use, as people read them."""
        return self.network.terms if self.network else "yours to know: your own digest"


def wished(
    name: str, *, source: str | None = None, sha256: str | None = None, accepts: bool
) -> Wish:
    """Return what is meant by a model's name and the options of `weights pull`.

    Raises UsageError for a model without weights, a licence that nobody has accepted
    (`accepts`), an address that may not be asked, and a digest that is none.
    """
    network = NETWORKS.get(name)
    if network is None:
        raise _without_weights(name)
    against = objection(name)
    if against and not accepts:
        hint = f"with one, or for other use, `{pull_command(name)}`"
        raise UsageError(against, hint=hint)
    checks = {network.checksum}
    if source is not None:
        web_address(source, "`--from`", "would be fetched unencrypted")
    if sha256 is not None:
        if not is_digest(sha256.lower()):
            message = f"expected 64 hex digits for `--sha256`, got `{inert(sha256)}`"
            raise UsageError(message)
        own = f"sha256:{sha256.lower()}"
        checks = {own} if source is not None else {network.checksum, own}
    known = network if network.checksum in checks else None
    address = network.url if source is None else source
    return Wish(name, address, frozenset(checks), known, source is not None)


def _without_weights(name: str) -> UsageError:
    """Return what to say about a model that cannot be pulled."""
    message, near = unknown("model", name, NETWORKS)
    if name in CUSTOM:
        hint = "put it below rembg's folder and write its `file`"
        return UsageError(f"`{name}` runs a file of your own", hint=hint)
    if name in REMOTE:
        return UsageError(f"`{name}` sends pictures to a paid service")
    return UsageError(message, hint=near)
