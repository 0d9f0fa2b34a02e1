"""This file is what planning may ask about: receipts, journal, shelf and outputs.

It reads and never writes. Receipts come first, because they are committed and the same
on every machine; the journal of this user's machine adds what is still out.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from assetgen.clock import utc_text
from assetgen.digest import digest_file
from assetgen.emission import listing
from assetgen.errors import AssetgenError, UsageError
from assetgen.files import reason_of
from assetgen.journal.claims import in_doubt
from assetgen.journal.states import GONE, OUT, State
from assetgen.plan import Bought, Chosen, Deed, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from assetgen.cache import Cache
    from assetgen.journal import Intent, Journal
    from assetgen.manifest.model import Asset
    from assetgen.originals import Originals
    from assetgen.plan import Entry
    from assetgen.publish import Index
    from assetgen.receipts import Receipt
    from assetgen.request import Request

ENDED = GONE | {State.FAILED}


class Knowledge:
    """Everything that is remembered about one project; implements `plan.Memory`.

    Args:
        journal: None where there is none yet; it is not made only to be read.
        accounts: Provider name → fingerprint of the key that would pay.

    Attributes:
        receipts: Asset name → its receipt.
        troubles: Asset name → why its receipt cannot be believed.
    """

    def __init__(
        self,
        originals: Originals,
        cache: Cache,
        journal: Journal | None,
        indexes: Mapping[str, Index],
        accounts: Mapping[str, str],
    ) -> None:
        self.originals = originals
        self.cache = cache
        self.journal = journal
        self.indexes = indexes
        self.accounts = accounts
        self.receipts: dict[str, Receipt] = {}
        self.troubles: dict[str, AssetgenError] = {}
        self._bought: dict[str, Bought] = {}
        self._beside: dict[str, Receipt] = {}
        self._digests: dict[Path, str] = {}
        self._takes = {1}
        self._read_receipts()

    def _read_receipts(self) -> None:
        """Read every receipt once; remember what each key was bought as."""
        for name, receipt in self.originals.receipts():
            if isinstance(receipt, AssetgenError):
                self.troubles[name] = receipt
            else:
                self.receipts[name] = receipt
        for receipt in self.receipts.values():
            self._learn(receipt)

    def remember(self, receipt: Receipt) -> None:
        """Know of a receipt that was written since: it is its asset's from now on."""
        self.troubles.pop(receipt.asset, None)
        before = self.receipts.get(receipt.asset)
        self.receipts[receipt.asset] = receipt
        if before is not None and self._beside.get(before.sha256) is before:
            del self._beside[before.sha256]
            for each in self.receipts.values():
                if each.sha256 == before.sha256:
                    self._learn(each)
        self._learn(receipt)

    def _learn(self, receipt: Receipt) -> None:
        """Note which bytes stand beside a receipt and what its takes were bought as."""
        if self._stands(receipt):
            self._beside[receipt.sha256] = receipt
        for take in (*receipt.takes, receipt.as_take()):
            if take.key:
                self._takes.add(take.take)
                self._bought[take.key] = Bought(
                    take.sha256, take.take, take.job, take.price_usd
                )

    def _stands(self, receipt: Receipt) -> bool:
        """Return whether a receipt's picture stands beside it, going by its size.

        A file of another size is a trouble: a Git LFS pointer, or another picture.
        """
        size = self.originals.size(receipt)
        if size in {None, receipt.bytes}:
            return size is not None
        try:
            return self.originals.picture(receipt) is not None
        except AssetgenError as trouble:
            self.troubles[receipt.asset] = trouble
            return False

    # --- plan.Memory -----------------------------------------------------------------

    def chosen(self, asset: Asset) -> Chosen | None:
        """Return what the receipt of that asset says."""
        receipt = self.receipts.get(asset.name)
        if receipt is None:
            return None
        beside = self.originals.size(receipt) is not None
        return Chosen(
            digest=receipt.sha256,
            key=receipt.key or "",
            take=receipt.take,
            wanted=receipt.wanted or receipt.take,
            request=receipt.request,
            kept=_kept(receipt, asset.request),
            present=beside or self.cache.has_bytes(receipt.sha256),
            beside=beside,
            job=receipt.job,
            price=receipt.price_usd,
            wish=receipt.wanted_reason or "",
        )

    def question(self, asset: Asset) -> str | None:
        """Return what is wrong with the asset's receipt: a merge, damage, a pointer."""
        trouble = self.troubles.get(asset.name)
        return None if trouble is None else trouble.message

    def bought(self, request: Request) -> Bought | None:
        """Return the highest take of that request whose bytes are at hand."""
        takes = set(self._takes)
        if self.journal is not None:
            family = request.again(1).key
            takes |= {intent.take for intent in self.journal.takes(family)}
        for take in sorted(takes, reverse=True):
            if found := self.take(request.again(take)):
                return found
        return None

    def take(self, request: Request) -> Bought | None:
        """Return the picture of exactly that take if its bytes are at hand."""
        found = self._bought.get(request.key)
        if found is None and self.journal is not None:
            intent = self.journal.finished(request.key)
            if intent is not None and intent.digest is not None:
                price = intent.price
                found = Bought(intent.digest, intent.take, intent.job, price)
        if found is None or not self._somewhere(found.digest):
            return None
        return found

    def standing(self, request: Request) -> Standing | None:
        """Return what the journal says of a request that was sent before."""
        if self.journal is None:
            return None
        account = self.accounts.get(request.provider, "")
        intent = self.journal.latest(account, request.key)
        found = None if intent is None else _standing(intent)
        if found is None:
            found = self._nowhere(request, account)
        elsewhere = self._live.get(request.key)
        unsettled = found is not None and found.deed is not Deed.BUY
        if not unsettled and elsewhere is not None and elsewhere.account != account:
            return _standing(elsewhere)
        return found

    def _nowhere(self, request: Request, account: str) -> Standing | None:
        """Return what stands against buying what was bought before and is gone since.

        The provider may still have it; another key's job cannot be asked for.
        """
        intent = self.journal.finished(request.key) if self.journal else None
        if intent is None or (intent.digest and self._somewhere(intent.digest)):
            return None
        if intent.account == account:
            reason = "bought before, but its picture is nowhere here: asked for again"
            return Standing(Deed.COLLECT, reason, intent.job)
        reason = "bought before with another key, and its picture is nowhere here"
        return Standing(Deed.LOST, reason, intent.job)

    def ended(self, request: Request) -> Intent | None:
        """Return the purchase that ended, so that only a person buys it again.

        That is one which failed or was lost or abandoned, or a job that is out of
        which the vendor says that it is made, without naming one picture.
        """
        if self.journal is None:
            return None
        account = self.accounts.get(request.provider, "")
        intent = self.journal.latest(account, request.key)
        if intent is None or not (intent.is_garbled or intent.state in ENDED):
            return None
        return intent

    @cached_property
    def _live(self) -> dict[str, Intent]:
        """What is out or in doubt, whichever key of this user's has bought it."""
        journal = self.journal
        return {each.key: each for each in journal.unfinished()} if journal else {}

    def source(self, asset: Asset) -> str:
        """Return the digest of a `source:` file; raises UsageError if it is gone."""
        if asset.source is None:
            message = f"{asset.name} has no source"
            raise AssertionError(message)
        return self.digest(asset.source)

    def digest(self, path: Path) -> str:
        """Return the digest of a file of the user's; raises UsageError if it is gone.

        It is read once, however many files start from it.
        """
        if path not in self._digests:
            try:
                self._digests[path] = digest_file(path)
            except OSError as error:
                message = f"cannot read `{path.name}`: {reason_of(error)}"
                raise UsageError(message) from error
        return self._digests[path]

    def speaks(self, asset: Asset, digest: str) -> bool:
        """Return whether an asset's files say how that picture of it was made.

        A person's own, as a `source:` or adopted, has to say so itself. Of one that
        cannot be read nobody knows; what was said of it stays.
        """
        receipt = self.receipts.get(asset.name)
        bought = receipt is None or receipt.sha256 != digest or receipt.request
        if asset.source is None and bought:
            return True
        # XML, and only icons of a person's own need it to be planned.
        from assetgen.images.telling import carried  # noqa: PLC0415 - see above

        try:
            source = asset.source
            data = self.picture(digest) if source is None else source.read_bytes()
            return data is None or carried(data) is not None
        except (OSError, AssetgenError):
            return True

    def entry(self, output: str, path: str) -> Entry | None:
        """Return what the index says of a published file of this manifest."""
        return self.indexes[output].entry(path)

    def on_disk(self, output: str, path: str) -> str | None:
        """Return the digest of a published file as it is now, None if missing."""
        return self.indexes[output].on_disk(path)

    def published_bytes(self, output: str, path: str) -> bytes:
        """Return the bytes of a published file; raises OSError if it is gone."""
        return (self.indexes[output].folder / path).read_bytes()

    def ours(self, digest: str) -> bool:
        """Return whether those bytes were made here or bought."""
        return self.cache.has_bytes(digest) or digest in self._beside

    def listing(self, output: str) -> str:
        """Return the digest of what texts tell of an output, as the index has it."""
        return listing(self.indexes[output].listed())

    def published(self) -> Iterable[tuple[str, str]]:
        """Yield (output, path) of every file this manifest has published."""
        for output, index in self.indexes.items():
            for path in index.paths():
                yield output, path

    # --- what build and review ask besides -------------------------------------------

    def bytes_at_hand(self, receipt: Receipt) -> bool:
        """Return whether a receipt's picture is in originals or on the shelf."""
        return self._somewhere(receipt.sha256)

    def damage(self) -> AssetgenError | None:
        """Return what is wrong with an original, having read them all; None if fine.

        Slow, and therefore asked only before money is spent.
        """
        for receipt in self._beside.values():
            try:
                self.originals.picture(receipt)
            except AssetgenError as trouble:
                self.troubles[receipt.asset] = trouble
                return trouble
        return None

    def picture(self, digest: str) -> bytes | None:
        """Return the bytes of a bought picture, verified, from wherever they are."""
        receipt = self._beside.get(digest)
        data = self.originals.picture(receipt) if receipt else None
        if data is not None:
            return data
        return self.cache.get_bytes(digest)

    def highest_take(self, request: Request) -> int:
        """Return the highest take of a request known anywhere, 0 if there is none."""
        known = [
            take for take in self._takes if request.again(take).key in self._bought
        ]
        if self.journal is not None:
            known.append(self.journal.highest_take(request.again(1).key))
        return max(known, default=0)

    def _somewhere(self, digest: str) -> bool:
        """Return whether bytes are in originals or on the shelf."""
        return digest in self._beside or self.cache.has_bytes(digest)


def _kept(receipt: Receipt, request: Request | None) -> str | None:
    """Return why a picture stays for that very request, None if it need not."""
    if receipt.kept is None or request is None:
        return None
    return receipt.kept.reason if receipt.kept.key == request.key else None


def _standing(intent: Intent) -> Standing | None:
    """Return how an intent stands in the way of buying its request again."""
    if intent.is_retaken:
        return Standing(Deed.BUY, "another try is wanted", intent.job)
    if intent.state in OUT:
        odd = f", but {intent.why}" if intent.is_garbled else ""
        return Standing(Deed.COLLECT, f"bought and still out{odd}", intent.job)
    if in_doubt(intent):
        why = f": {intent.why}" if intent.why else ""
        sent = f"{intent.model}, {utc_text(intent.created)}"
        reason = f"nobody knows whether it was bought{why} ({sent})"
        return Standing(Deed.ASK, reason, intent.job)
    if intent.state in GONE:
        why = f": {intent.why}" if intent.why else ""
        return Standing(Deed.LOST, f"{intent.state}{why}", intent.job)
    if intent.state is State.FAILED and not intent.failed_for_nothing:
        reason = f"the provider failed it before ({intent.code}): {intent.why}"
        return Standing(Deed.FAILED, reason, intent.job)
    return None
