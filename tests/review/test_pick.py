"""Earlier takes come back for nothing, and a merge of two choices is settled."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assetgen.plan import Deed
from assetgen.receipts import ReceiptConflict
from assetgen.testing.kie import Body
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from reviewer import Reviewer

    from assetgen.receipts import Receipt


@pytest.fixture
def two(coin: Reviewer) -> Reviewer:
    """Return a person who has bought two takes of a coin; the second is chosen."""
    coin.run("retake", "coin")
    coin.build()
    assert [take.take for take in coin.receipt().takes] == [1]
    return coin


def test_an_earlier_take_is_the_choice_again(two: Reviewer) -> None:
    """Its receipt in full, its bytes, the other in the history; nothing is bought."""
    second = two.receipt()
    two.run("pick", "coin", "1")
    first = two.receipt()
    assert (first.take, first.sha256) == (1, second.takes[0].sha256)
    assert first.request == {**(second.request or {}), "take": 1}
    assert (first.job, first.price_usd) == (second.takes[0].job, second.price_usd)
    assert first.charged_usd == second.charged_usd
    assert [take.sha256 for take in first.takes] == [second.sha256]
    assert two.planned().picture.deed is Deed.HAVE
    two.build()
    assert two.bought == 2


def test_two_takes_of_the_same_bytes_are_two(me: Reviewer) -> None:
    """Both were paid: each has its job, its price and its number."""
    same = picture((64, 64), seed="same")
    me.server.on("file", Body(same, content_type="image/png"), times=None)
    me.write(coin="a coin")
    me.build()
    first = me.receipt()
    me.run("retake", "coin")
    me.build()
    assert [take.job for take in me.receipt().takes] == [first.job]
    assert me.receipt().job != first.job
    me.run("pick", "coin", "1")
    assert (me.receipt().take, me.receipt().job) == (1, first.job)
    me.run("pick", "coin", first.sha256[:12])
    assert me.receipt().take == 1
    me.build()
    me.run("check")
    assert me.bought == 2


def test_picking_there_and_back_changes_nothing(two: Reviewer) -> None:
    before = two.receipt()
    two.run("pick", "coin", "1")
    two.run("pick", "coin", "2")
    assert two.receipt() == before


def test_picking_takes_a_wish_back(two: Reviewer) -> None:
    two.run("retake", "coin")
    two.run("pick", "coin", "2")
    assert two.receipt().wanted is None
    assert two.planned().picture.deed is Deed.HAVE


def test_a_take_of_an_earlier_request_stays_although_it_is_another(
    coin: Reviewer,
) -> None:
    """By its digest, since both are take 1; the next build does not replace it."""
    first = coin.receipt()
    coin.write(coin="another coin")
    coin.build()
    assert "is the choice of `coin` already" in coin.run("pick", "coin", "1")
    coin.run("pick", "coin", first.sha256[:8])
    picked = coin.receipt()
    assert (picked.sha256, picked.request) == (first.sha256, first.request)
    assert picked.kept is not None
    coin.build()
    assert (coin.receipt().sha256, coin.bought) == (first.sha256, 2)


def test_what_is_not_there_lists_what_is(two: Reviewer) -> None:
    two.run("pick", "coin", "7", exits=2)
    first, second = two.receipt().takes[0].sha256, two.receipt().sha256
    assert f"take 1 ({first[:12]}, " in two.err
    assert f"take 2 ({second[:12]}, " in two.err


def test_a_take_whose_bytes_are_gone_is_not_picked(two: Reviewer) -> None:
    before = two.receipt()
    shutil.rmtree(two.open().settings.store)
    two.run("pick", "coin", "1", exits=3)
    assert two.receipt() == before


def test_a_take_bought_elsewhere_can_be_picked_too(two: Reviewer) -> None:
    """The journal knows it, although this receipt's history does not."""
    second = two.receipt()
    two.originals.update(replace(second, takes=()))
    two.run("pick", "coin", "1")
    assert two.receipt().sha256 == second.takes[0].sha256


def test_a_damaged_original_is_mended_from_the_store(coin: Reviewer) -> None:
    before = coin.receipt()
    (coin.root / "originals" / "coin.png").write_bytes(b"damaged")
    coin.run("pick", "coin", "1")
    assert coin.receipt() == before


# --- a merge ---------------------------------------------------------------------


def merged(me: Reviewer, theirs: Receipt, data: bytes | None = None) -> Receipt:
    """Leave a merge in a receipt: ours is what stands there; return ours."""
    ours = me.receipt()
    path = me.root / "originals" / "coin.json"
    text = f"<<<<<<< HEAD\n{ours.to_text()}=======\n{theirs.to_text()}>>>>>>> theirs\n"
    path.write_text(text)
    if data is not None:
        path.with_suffix(".png").write_bytes(data)
    with pytest.raises(ReceiptConflict):
        me.originals.read("coin")
    return ours


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_a_merge_is_settled_by_a_take(two: Reviewer, side: str) -> None:
    """Either side may be picked; the other one stays in the history."""
    two.run("pick", "coin", "1")
    theirs = two.receipt()
    two.run("pick", "coin", "2")
    ours = merged(two, theirs)
    chosen, other = (ours, theirs) if side == "ours" else (theirs, ours)

    said = two.run("pick", "coin", str(chosen.take))

    assert said.startswith("the merge of `coin` is settled")
    found = two.receipt()
    assert (found.sha256, found.job) == (chosen.sha256, chosen.job)
    assert [take.sha256 for take in found.takes] == [other.sha256]
    assert two.planned().picture.deed is Deed.HAVE


def test_the_picture_beside_a_merge_may_be_either_sides(two: Reviewer) -> None:
    """A colleague's checkout has theirs in the file and nothing in a store."""
    two.run("pick", "coin", "1")
    theirs = two.receipt()
    data = two.originals.picture(theirs)
    two.run("pick", "coin", "2")
    merged(two, theirs, data)
    shutil.rmtree(two.open().settings.store)
    two.run("pick", "coin", "2", exits=3)
    assert "git checkout --ours -- originals/coin.png" in two.err
    two.run("pick", "coin", "1")
    assert two.receipt().sha256 == theirs.sha256


def test_two_sides_of_one_number_are_told_apart_by_digest(coin: Reviewer) -> None:
    first = coin.receipt()
    coin.write(coin="another coin")
    coin.build()
    ours = merged(coin, first)
    coin.write(coin="a third coin")  # neither is a take of what is asked for now
    coin.run("pick", "coin", "1", exits=5)
    assert ours.sha256[:12] in coin.err
    assert first.sha256[:12] in coin.err
    coin.run("pick", "coin", first.sha256[:12])
    assert coin.receipt().sha256 == first.sha256


def test_json_says_what_became_of_it(two: Reviewer) -> None:
    said = two.json("pick", "coin", "1")["assets"]["coin"]
    assert said["sha256"] == two.receipt().sha256
    assert json.loads((two.root / "originals" / "coin.json").read_text())["take"] == 1
