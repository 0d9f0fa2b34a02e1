"""A picture that stays, and a person's own file in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assetgen.digest import digest_bytes
from assetgen.plan import Deed
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from reviewer import Reviewer

MINE = picture((80, 80), seed="mine")
DRAFT = "version: 1\nassets:\n  coin: {prompt: a coin}\n"


def test_a_kept_picture_stays_until_the_request_changes_again(coin: Reviewer) -> None:
    before = coin.receipt()
    coin.write(coin="another coin")
    coin.run("keep", "coin", "--reason", "only words")
    receipt = coin.receipt()
    assert (receipt.sha256, receipt.kept and receipt.kept.reason) == (
        before.sha256, "only words"
    )  # fmt: skip
    coin.build()
    assert coin.planned().picture.deed is Deed.KEEP
    coin.write(coin="yet another coin")
    assert coin.planned().picture.deed is Deed.BUY
    assert coin.bought == 1


def test_keeping_what_is_asked_for_anyway_says_so(coin: Reviewer) -> None:
    before = coin.receipt()
    assert "already" in coin.run("keep", "coin")
    assert coin.receipt() == before


def test_keeping_takes_a_wish_back(coin: Reviewer) -> None:
    coin.run("retake", "coin")
    coin.run("keep", "coin")
    assert coin.planned().picture.deed is Deed.HAVE


def test_keeping_twice_keeps_the_reason(coin: Reviewer) -> None:
    coin.write(coin="another coin")
    coin.run("keep", "coin", "--reason", "only words")
    before = coin.receipt()
    coin.run("keep", "coin")
    assert coin.receipt() == before


def test_a_bought_picture_is_kept_under_a_draft(coin: Reviewer) -> None:
    coin.write_text(DRAFT)
    assert coin.planned().picture.deed is Deed.DRAW
    coin.run("keep", "coin")
    assert coin.planned().picture.deed is Deed.KEEP


# --- adopt -----------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["kie", "draft"])
def test_an_adopted_file_is_the_picture(me: Reviewer, provider: str) -> None:
    """Whoever would have drawn it: nothing is bought or drawn for it."""
    me.write(coin="a coin")
    if provider == "draft":
        me.write_text(DRAFT)
    (me.root / "mine.png").write_bytes(MINE)
    me.run("adopt", "coin", "mine.png")
    me.run("build")
    receipt = me.receipt()
    assert (receipt.adopted, receipt.key, receipt.request) == (True, None, None)
    assert receipt.sha256 == digest_bytes(MINE)
    assert (me.root / "output" / "coin.png").read_bytes() == MINE
    assert (me.planned().idle, me.bought) == (True, 0)
    me.run("check")


def test_an_edited_file_is_ours_again_once_adopted(coin: Reviewer) -> None:
    """What was chosen before is an earlier take, and can be picked."""
    before = coin.receipt()
    published = coin.root / "output" / "coin.png"
    published.write_bytes(MINE)
    coin.run("build", exits=3)
    coin.run("adopt", "coin", "output/coin.png")
    coin.run("build")
    assert coin.receipt().sha256 == digest_bytes(MINE)
    assert [take.sha256 for take in coin.receipt().takes] == [before.sha256]
    coin.run("check")
    coin.run("pick", "coin", "1")
    coin.run("build")
    assert coin.receipt().sha256 == before.sha256
    assert coin.bought == 1


def test_an_adopted_file_of_another_format_replaces_the_first(coin: Reviewer) -> None:
    data = picture((80, 80), file_format="JPEG", seed="mine")
    (coin.root / "mine.jpg").write_bytes(data)
    coin.run("adopt", "coin", "mine.jpg")
    files = sorted(path.name for path in (coin.root / "originals").iterdir())
    assert files == ["coin.jpg", "coin.json"]


def test_adopting_the_bought_picture_forgets_no_purchase(coin: Reviewer) -> None:
    """Its bytes are a take: job and price stay in the receipt."""
    before = coin.receipt()
    coin.run("adopt", "coin", "originals/coin.png")
    assert coin.receipt() == before
    coin.write(coin="another coin")
    coin.run("adopt", "coin", "originals/coin.png")
    assert (coin.receipt().job, coin.planned().picture.deed) == (before.job, Deed.KEEP)


def test_what_is_no_picture_is_not_adopted(coin: Reviewer) -> None:
    before = coin.receipt()
    (coin.root / "page.png").write_bytes(b"<html>not a picture</html>")
    coin.run("adopt", "coin", "page.png", exits=2)
    assert "`page.png` cannot be the picture" in coin.err
    coin.run("adopt", "coin", "missing.png", exits=2)
    assert coin.receipt() == before


def test_a_plain_picture_is_one_if_a_person_says_so(coin: Reviewer) -> None:
    """Only of a purchase one colour everywhere means that something went wrong."""
    (coin.root / "swatch.png").write_bytes(picture((80, 80), look="blank"))
    coin.run("adopt", "coin", "swatch.png")
    coin.run("build")
    coin.run("check")


def test_a_plain_file_of_ones_own_is_published(me: Reviewer) -> None:
    (me.root / "swatch.png").write_bytes(picture((80, 80), look="blank"))
    me.write_text("version: 1\nassets:\n  swatch: {source: swatch.png}\n")
    me.run("build")
    assert (me.root / "output" / "swatch.png").exists()


def test_a_file_of_ones_own_is_replaced_not_adopted(me: Reviewer) -> None:
    (me.root / "logo.png").write_bytes(MINE)
    me.write_text("version: 1\nassets:\n  logo: {source: logo.png}\n")
    me.run("adopt", "logo", "logo.png", exits=2)
    assert "replace `logo.png`" in me.err


def test_adopting_over_another_assets_receipt_spares_its_picture(
    coin: Reviewer,
) -> None:
    """A copied receipt names the other one's file; that file is not ours to remove."""
    folder = coin.root / "originals"
    (folder / "star.json").write_text((folder / "coin.json").read_text())
    coin.write(coin="a coin", star="a star")
    (coin.root / "mine.png").write_bytes(MINE)
    coin.run("adopt", "star", "mine.png")
    assert coin.receipt("star").sha256 == digest_bytes(MINE)
    assert coin.receipt("coin").job is not None


def test_a_file_settles_a_merge_too(coin: Reviewer) -> None:
    first = coin.receipt()
    path = coin.root / "originals" / "coin.json"
    ours, theirs = path.read_text(), path.read_text().replace('"day": "', '"day": "1')
    path.write_text(f"<<<<<<< a\n{ours}=======\n{theirs}>>>>>>> b\n")
    (coin.root / "mine.png").write_bytes(MINE)
    coin.run("adopt", "coin", "mine.png")
    assert [take.sha256 for take in coin.receipt().takes] == [first.sha256]
