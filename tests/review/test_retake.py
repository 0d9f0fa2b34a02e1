"""Another picture of the same request: a wish now, a purchase at the next build."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assetgen.plan import Deed
from assetgen.testing.kie import PROHIBITED, Fate, Page, Reset
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from reviewer import Reviewer


def test_a_wish_is_a_fact_with_a_price_and_buys_nothing(coin: Reviewer) -> None:
    said = coin.json("retake", "coin")["assets"]["coin"]
    assert (said["take"], said["deed"], said["price_usd"]) == (2, "buy", 0.09)
    assert (coin.receipt().wanted, coin.bought) == (2, 1)
    planned = coin.planned().picture
    assert (planned.deed, planned.price) == (Deed.BUY, Decimal("0.09"))


def test_the_sentence_says_what_comes_next(coin: Reviewer) -> None:
    said = coin.run("retake", "coin")
    assert said == "take 2 of `coin` is wanted; the next build buys it for $0.09\n"


def test_twice_before_a_build_is_once(coin: Reviewer) -> None:
    coin.run("retake", "coin")
    before = coin.receipt()
    assert "is wanted already" in coin.run("retake", "coin")
    assert coin.receipt() == before
    coin.build()
    coin.build()
    assert (coin.bought, coin.receipt().take, coin.receipt().wanted) == (2, 2, None)


def test_the_next_number_is_the_highest_known_anywhere_plus_one(coin: Reviewer) -> None:
    """Also when an earlier take has been picked since."""
    coin.run("retake", "coin")
    coin.build()
    coin.run("pick", "coin", "1")
    assert coin.json("retake", "coin")["assets"]["coin"]["take"] == 3


def test_another_receipt_of_the_request_counts_too(coin: Reviewer) -> None:
    """A second asset with the same words took take 2; the first one gets take 3."""
    coin.write(coin="a coin", twin="a coin")
    coin.build()
    coin.run("retake", "twin")
    coin.build()
    (coin.root.parent / "home" / "assetgen" / "journal.db").unlink()
    (coin.root.parent / "home" / "assetgen" / "journal.head").unlink()
    assert coin.json("retake", "coin")["assets"]["coin"]["take"] == 3


def test_a_wish_whose_outcome_is_unknown_is_settled_first(coin: Reviewer) -> None:
    """Asking for yet another one is no way around a doubt."""
    coin.run("retake", "coin")
    coin.server.on("create", Reset(made=True))
    coin.build(exits=5)
    coin.run("retake", "coin", exits=5)
    assert "`assetgen resolve coin`" in coin.err
    assert (coin.receipt().wanted, coin.bought) == (2, 2)


def test_a_take_that_failed_is_followed_by_the_next(coin: Reviewer) -> None:
    coin.run("retake", "coin")
    coin.server.on("create", Fate(fail=PROHIBITED))
    coin.build(exits=1)
    assert coin.planned().picture.deed is Deed.FAILED
    assert coin.json("retake", "coin")["assets"]["coin"]["take"] == 3


def test_a_first_picture_that_failed_is_bought_once_more_by_wish(me: Reviewer) -> None:
    """There is no receipt to want a take in; the journal knows of the wish."""
    me.write(coin="a coin", star="a star")
    me.server.on("create", Fate(fail=PROHIBITED), where="coin", times=2)
    me.build(exits=1)
    for _ in range(2):
        assert "`assetgen retake coin`" in me.run("build", exits=1) + me.err
    said = me.json("retake", "coin")["assets"]["coin"]
    assert (said["take"], said["deed"], said["price_usd"]) == (1, "buy", 0.09)
    assert me.bought == 2
    me.build(exits=1)  # one wish is one purchase, and this one fails too
    me.build(exits=1)
    assert me.bought == 3
    me.run("retake", "coin")
    me.build()
    me.build()
    assert (me.receipt().take, me.bought) == (1, 4)


def test_wishing_for_a_first_picture_twice_is_once(me: Reviewer) -> None:
    me.write(coin="a coin")
    me.server.on("create", Fate(fail=PROHIBITED), times=2)
    me.build(exits=1)
    me.run("retake", "coin")
    assert "another try of `coin` is wanted already" in me.run("retake", "coin")
    me.build(exits=1)
    me.build(exits=1)
    assert me.bought == 2


def test_a_wish_is_written_down_with_who_and_when(me: Reviewer) -> None:
    me.write(coin="a coin")
    me.server.on("create", Fate(fail=PROHIBITED))
    me.build(exits=1)
    me.run("retake", "coin")
    (failed,) = me.intents()
    assert str(failed.state) == "failed"
    assert failed.decision is not None
    assert failed.decision.again
    assert "@" in failed.decision.who
    assert failed.decision.at == failed.updated


def test_a_wish_needs_consent_like_any_purchase(me: Reviewer) -> None:
    me.write(coin="a coin")
    me.server.on("create", Fate(fail=PROHIBITED))
    me.build(exits=1)
    me.run("retake", "coin")
    me.run("build", exits=4)
    assert me.bought == 1


@pytest.mark.parametrize("ending", ["lost", "abandoned"])
def test_what_was_lost_or_let_go_is_bought_again_by_wish(
    me: Reviewer, ending: str
) -> None:
    me.write(coin="a coin")
    if ending == "lost":
        me.server.on("file", Page(404), times=None)
        me.build(exits=1)
    else:
        me.server.on("create", Reset(made=True))
        me.build(exits=5)
        me.run("resolve", "coin", "--abandon")
    me.server.calm()
    me.build(exits=3)
    assert (me.states(), me.bought) == ([ending], 1)
    me.run("retake", "coin")
    me.build()
    assert (me.states(), me.bought) == ([ending, "done"], 2)


def test_what_is_out_or_in_doubt_is_not_wished_for_again(me: Reviewer) -> None:
    me.write(coin="a coin")
    me.server.on("create", Reset(made=True))
    me.build(exits=5)
    me.run("retake", "coin", exits=5)
    assert "`assetgen resolve coin`" in me.err
    job = me.server.account.tasks[0].id
    me.run("resolve", "coin", "--adopt", job)
    me.run("retake", "coin", exits=2)
    assert job in me.err
    me.build()
    assert me.bought == 1


def test_a_success_that_never_names_a_picture_is_given_up_by_wish(me: Reviewer) -> None:
    me.write(coin="a coin")
    me.server.on("create", Fate(result=lambda _: "{}"))
    me.build(exits=1)
    me.build(exits=1)
    assert (me.states(), me.bought) == (["submitted"], 1)
    assert "`assetgen retake coin`" in me.err
    assert me.json("retake", "coin")["assets"]["coin"]["deed"] == "buy"
    assert me.states() == ["lost"]
    me.build()
    assert (me.states(), me.bought) == (["lost", "done"], 2)


def test_a_garbled_take_is_followed_by_the_next(coin: Reviewer) -> None:
    coin.run("retake", "coin")
    coin.server.on("create", Fate(result=lambda _: "{}"))
    coin.build(exits=1)
    assert coin.json("retake", "coin")["assets"]["coin"]["take"] == 3
    coin.build()
    assert (coin.states(), coin.bought) == (["done", "lost", "done"], 3)


def test_new_words_that_failed_are_tried_again_by_wish(coin: Reviewer) -> None:
    """The picture of the old words stays until the new one is there."""
    coin.write(coin="another coin")
    coin.server.on("create", Fate(fail=PROHIBITED))
    coin.build(exits=1)
    assert coin.planned().picture.deed is Deed.FAILED
    coin.run("retake", "coin")
    coin.build()
    assert (coin.receipt().take, coin.bought) == (1, 3)


def test_a_changed_request_needs_no_wish(coin: Reviewer) -> None:
    before = coin.receipt()
    coin.write(coin="another coin")
    said = coin.json("retake", "coin")["assets"]["coin"]
    assert (said["deed"], said["price_usd"]) == ("buy", 0.09)
    assert coin.receipt() == before


def test_a_kept_picture_is_kept_no_more(coin: Reviewer) -> None:
    coin.write(coin="another coin")
    coin.run("keep", "coin")
    coin.run("retake", "coin")
    assert coin.receipt().kept is None
    assert coin.planned().picture.deed is Deed.BUY


def test_an_adopted_picture_gives_way_to_a_take_of_its_request(me: Reviewer) -> None:
    me.write(coin="a coin")
    (me.root / "own.png").write_bytes(picture((64, 64), seed="mine"))
    me.run("adopt", "coin", "own.png")
    said = me.json("retake", "coin")["assets"]["coin"]
    assert (said["take"], said["deed"], me.bought) == (1, "buy", 0)
    me.build()
    receipt = me.receipt()
    assert (receipt.take, receipt.adopted, me.bought) == (1, False, 1)


def test_what_nobody_buys_has_no_takes(me: Reviewer) -> None:
    """A draft, a file, a picture that was never bought: errors that say what to do."""
    (me.root / "logo.png").write_bytes(picture((64, 64)))
    me.write_text(
        "version: 1\nassets:\n  draft: {prompt: a coin}\n"
        "  logo: {source: logo.png}\n"
        "  coin: {prompt: a coin, provider: kie, model: nano-banana-pro}\n"
    )
    for name, words in (
        ("draft", "for nothing"), ("logo", "replace `logo.png`"), ("coin", "no picture")
    ):  # fmt: skip
        me.run("retake", name, exits=2)
        assert words in me.err


def test_one_that_is_refused_does_not_stop_the_others(coin: Reviewer) -> None:
    coin.write(coin="a coin", star="a star")
    said = coin.json("retake", "star", "coin", exits=2)
    assert said["assets"]["star"]["error"] == "`star` has no picture to choose from"
    assert (said["assets"]["coin"]["take"], coin.receipt().wanted) == (2, 2)


def test_a_plan_foretells_what_a_build_to_rebuy_would_buy(me: Reviewer) -> None:
    """`plan` takes the same words as `build`: `--rebuy` and `--tag`."""
    me.write_text(
        "version: 1\ndefaults: {provider: kie, model: nano-banana-pro}\nassets:\n"
        "  coin: {prompt: a coin, tags: gold}\n  star: {prompt: a star}\n"
    )
    me.server.on("create", Fate(fail=PROHIBITED), where="coin")
    me.build(exits=1)
    assert me.json("plan")["purchases"] == 0
    planned = me.json("plan", "--rebuy", "coin", "--tag", "gold")
    assert (list(planned["assets"]), planned["purchases"]) == (["coin"], 1)
    assert planned["assets"]["coin"]["picture"] == "buy"


def test_a_reason_stands_in_the_receipt_until_the_take_is_there(coin: Reviewer) -> None:
    said = coin.json("retake", "coin", "--reason", "the rim is too dark")
    assert said["assets"]["coin"]["take"] == 2
    assert coin.receipt().wanted_reason == "the rim is too dark"
    assert coin.planned().picture.reason == (
        "another take is wanted: the rim is too dark"
    )
    assert "wanted already" in coin.run("retake", "coin")
    assert coin.receipt().wanted_reason == "the rim is too dark"
    assert "wanted already" in coin.run("retake", "coin", "--reason", "too small")
    assert coin.receipt().wanted_reason == "too small"
    coin.build()
    assert (coin.receipt().take, coin.receipt().wanted_reason) == (2, None)


@pytest.mark.parametrize("verb", [("keep", "coin"), ("pick", "coin", "1")])
def test_a_wish_that_is_taken_back_takes_its_reason_along(
    coin: Reviewer, verb: tuple[str, ...]
) -> None:
    coin.run("retake", "coin", "--reason", "too dark")
    coin.run(*verb)
    assert (coin.receipt().wanted, coin.receipt().wanted_reason) == (None, None)


def test_a_reason_for_another_try_stands_in_the_journal(me: Reviewer) -> None:
    me.write(coin="a coin")
    me.server.on("create", Fate(fail=PROHIBITED))
    me.build(exits=1)
    me.run("retake", "coin", "--reason", "the filter was mistaken")
    (failed,) = me.intents()
    assert failed.decision is not None
    assert failed.decision.why == "the filter was mistaken"
