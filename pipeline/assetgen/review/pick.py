"""This file is `pick`: an earlier take becomes the chosen one, or a merge is settled.

The choice before goes to the history, its picture to the shelf. A take of a request
that is not asked for any more is also kept, or the next build would replace it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assetgen.choosing import standing
from assetgen.errors import OutOfDate
from assetgen.originals import file_name
from assetgen.receipts import Kept, Receipt
from assetgen.review.desk import answers, asked
from assetgen.review.said import Said, foretold
from assetgen.review.takes import SHOWN, choices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Asset
    from assetgen.review.desk import Desk
    from assetgen.review.takes import Choice, Choices


def pick(desk: Desk, asset: Asset, word: str, picture: bytes | None = None) -> Said:
    """Make a take the chosen one.

    Side effect: writes original and receipt, and shelves what they replace. Raises
    UsageError or Undecided unless `word` names one take, OutOfDate if its picture is
    nowhere, Damaged if it is not what it was.

    Args:
        desk, asset: Where, and of what.
        word: A take's number, or the first digits of its picture's digest.
        picture: Its bytes, where they are at hand already.
    """
    there, knowledge = choices(desk, asset), desk.knowledge
    choice = there.named(word)
    picture = picture or _picture(choice, there, knowledge)
    receipt = _receipt(choice, there, knowledge, len(picture))
    if not receipt.adopted and not answers(receipt, asked(asset)):
        receipt = replace(receipt, kept=_kept(receipt, asset, desk.day))
    receipt = receipt.after(there.earlier)
    whole = standing(knowledge.originals, receipt) is not None
    if there.sides != (receipt,) or not whole:
        desk.choose(receipt, picture, there.sides)
    facts = {"take": receipt.take, "sha256": receipt.sha256, "job": receipt.job}
    then = foretold(desk.outlook(asset))
    return Said(asset.name, _did(choice, there), then, facts)


def _picture(choice: Choice, there: Choices, knowledge: Knowledge) -> bytes:
    """Return the bytes of a take: from beside the receipt, or from the shelf."""
    digest, name = choice.take.sha256, there.asset.name
    # The picture of a merge may be either side's, whatever the receipt says.
    for file in {side.file for side in there.sides}:
        claimed = replace(there.sides[0], sha256=digest, file=file)
        if data := standing(knowledge.originals, claimed):
            return data
    data = knowledge.cache.get_bytes(digest) or knowledge.picture(digest)
    if data is None and choice.chosen and name in knowledge.troubles:
        raise knowledge.troubles[name]
    if data is None:
        hint = "it was bought on another machine, or the store was deleted"
        if choice.receipt is not None and len(there.sides) > 1:
            side = "ours" if choice.receipt is there.sides[0] else "theirs"
            originals = knowledge.originals
            path = originals.shown(originals.where(choice.receipt))
            hint = f"`git checkout --{side} -- {path}` brings it, then pick again"
        message = f"the picture of {choice.take.sha256[:SHOWN]} of `{name}` is nowhere"
        raise OutOfDate(message, hint=hint)
    return data


def _receipt(
    choice: Choice, there: Choices, knowledge: Knowledge, size: int
) -> Receipt:
    """Return the receipt of a take as the choice, without its history."""
    if choice.receipt is not None:
        return replace(choice.receipt, wanted=None, wanted_reason=None, takes=())
    take = choice.take
    journal = knowledge.journal
    intent = journal.by_job(take.job) if journal and take.job else None
    return Receipt(
        asset=there.asset.name,
        sha256=take.sha256,
        bytes=size,
        format=take.format,
        width=take.width,
        height=take.height,
        file=file_name(there.asset.name, take.format),
        day=take.day,
        key=take.key or None,
        request=_request(choice, there, knowledge),
        take=take.take,
        adopted=not take.key,
        job=take.job,
        price_usd=take.price_usd,
        charged_usd=intent.charged if intent else None,
    )


def _request(
    choice: Choice, there: Choices, knowledge: Knowledge
) -> Mapping[str, object] | None:
    """Return what was asked for a take, None if nobody here remembers."""
    key = choice.take.key
    request = asked(there.asset).again(choice.take.take)
    if key == request.key:
        return request.to_json()
    intent = knowledge.journal.finished(key) if knowledge.journal and key else None
    return intent.request if intent else None


def _kept(receipt: Receipt, asset: Asset, day: str) -> Kept:
    """Return the word that makes an earlier request's picture stay."""
    said = receipt.kept
    if said is not None and said.key == asked(asset).key:
        return said
    return Kept("picked", asked(asset).key, day)


def _did(choice: Choice, there: Choices) -> str:
    """Return the sentence about what became of the asset."""
    name, digest = there.asset.name, choice.take.sha256[:SHOWN]
    take = f"take {choice.take.take}" if choice.take.key else "the adopted picture"
    if len(there.sides) > 1:
        return f"the merge of `{name}` is settled: {take} ({digest})"
    if choice.chosen:
        return f"{take} ({digest}) is the choice of `{name}` already"
    return f"{take} ({digest}) is now the choice of `{name}`"
