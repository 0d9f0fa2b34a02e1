"""The edges of planning: each test is a change of the code that once went unnoticed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from test_planning import (
    DIGEST,
    PRICE,
    Remembered,
    asset,
    chosen,
    picture,
    plan,
    request,
)

from assetgen.digest import digest_bytes
from assetgen.manifest.model import Manifest
from assetgen.plan import Bought, Deed, Entry, FileDeed, Standing
from assetgen.planning import make_plan, prompt_digest
from assetgen.sourcing import Wish, changed_fields

AGAIN = Wish(rebuy=frozenset({"coin"}))


@pytest.mark.parametrize("deed", [Deed.LOST, Deed.FAILED])
def test_what_stands_lost_or_failed_is_bought_again_for_who_asks(deed: Deed) -> None:
    memory = Remembered(standings={request().key: Standing(deed, "gone", "job-1")})
    found = picture(memory, asset(), AGAIN)
    assert (found.deed, found.rebuy, found.price) == (Deed.BUY, True, PRICE)
    other = picture(memory, asset(), Wish(rebuy=frozenset({"star"})))
    assert (other.deed, other.job, other.price) == (deed, "job-1", 0)
    assert picture(Remembered(), asset(), AGAIN).rebuy is False


def test_what_a_person_let_go_is_bought_for_their_reason() -> None:
    standing = Standing(Deed.BUY, "asked for once more")
    found = picture(Remembered(standings={request().key: standing}), asset())
    assert (found.deed, found.reason) == (Deed.BUY, "asked for once more")
    assert found.rebuy is False


def test_a_lost_picture_names_its_job_and_its_price_when_bought_again() -> None:
    memory = Remembered(receipts={"coin": chosen(present=False)})
    found = picture(memory, asset())
    assert (found.job, found.request, found.price) == ("job-1", request(), None)
    again = picture(memory, asset(), AGAIN)
    assert (again.price, again.request, again.source) == (PRICE, request(), "")


def test_an_adopted_picture_asks_for_the_first_take() -> None:
    adopted = chosen(key="", request=None, take=0, wanted=0)
    found = picture(Remembered(receipts={"coin": adopted}), asset())
    assert (found.request, found.changed, found.price) == (request(), (), 0)


def test_a_chosen_take_stays_the_one_that_is_asked_for() -> None:
    second = chosen(take=2, wanted=2, key=request(take=2).key)
    memory = Remembered(receipts={"coin": second})
    found = picture(memory, asset())
    assert (found.deed, found.request) == (Deed.HAVE, request(take=2))
    assert (found.reason, found.source, found.job) == ("bought", DIGEST, "job-1")


def test_an_original_that_is_only_on_the_shelf_is_put_back() -> None:
    memory = Remembered(receipts={"coin": chosen(beside=False, kept="")})
    assert picture(memory, asset()).deed is Deed.MEND


def test_a_picture_is_kept_with_and_without_a_reason() -> None:
    for kept, reason in (("", "kept"), ("nice", "kept: nice")):
        found = picture(Remembered(receipts={"coin": chosen(kept=kept)}), asset())
        assert (found.deed, found.reason, found.changed) == (Deed.KEEP, reason, ())
        wanted = chosen(kept=kept, wanted=2)
        assert picture(Remembered(receipts={"coin": wanted}), asset()).deed is Deed.KEEP


def test_a_question_comes_before_everything() -> None:
    memory = Remembered(receipts={"coin": chosen()}, questions={"coin": "which?"})
    found = picture(memory, asset())
    assert (found.deed, found.reason, found.request) == (Deed.ASK, "which?", request())


def test_a_file_is_read_and_an_asset_of_nothing_is_a_bug() -> None:
    found = picture(Remembered(), asset(request=None, source=Path("logo.png")))
    assert (found.deed, found.source) == (Deed.READ, "digest of logo.png")
    assert found.reason == "a file of yours"
    with pytest.raises(AssertionError, match="coin has neither"):
        picture(Remembered(), asset(request=None))
    with pytest.raises(AssertionError, match="coin is a file"):
        Wish().sketch(asset(request=None))


def test_a_picture_that_comes_back_keeps_its_take_and_job() -> None:
    memory = Remembered(
        receipts={"coin": chosen("A dime")},
        pictures={request(take=3).key: Bought("3" * 64, 3, "job-3", PRICE)},
    )
    found = picture(memory, asset())
    assert (found.request, found.job, found.price) == (request(take=3), "job-3", 0)
    assert found.reason == "prompt changed, and it was bought before"
    assert found.changed == ("prompt",)


def test_a_take_that_is_wanted_and_at_hand_is_taken() -> None:
    memory = Remembered(
        receipts={"coin": chosen(wanted=2)},
        pictures={
            request(take=2).key: Bought("2" * 64, 2, None, PRICE),
            request(take=3).key: Bought("3" * 64, 3, None, PRICE),
        },
    )
    found = picture(memory, asset())
    assert (found.deed, found.source) == (Deed.REUSE, "2" * 64)


def test_a_draft_of_a_lost_picture_is_a_placeholder() -> None:
    receipt = chosen("A dime", present=False)
    memory = Remembered(receipts={"coin": receipt})
    found = picture(memory, asset(), Wish(draft=True))
    assert (found.deed, found.source) == (Deed.DRAW, request().key)
    assert (found.price, found.reason) == (0, "a placeholder")
    stays = Remembered(receipts={"coin": chosen("A dime")})
    kept = picture(stays, asset(), Wish(draft=True))
    assert (kept.source, kept.price, kept.job) == (DIGEST, 0, "job-1")
    assert kept.reason.startswith("prompt changed; a draft build leaves")


def test_a_free_asset_that_a_person_keeps_is_not_drawn_over() -> None:
    free = asset(free=True, price=Decimal(0))
    memory = Remembered(receipts={"coin": chosen(kept="")})
    assert picture(memory, free).deed is Deed.KEEP
    lost = Remembered(
        receipts={"coin": chosen(key="", request=None, take=0, wanted=0, present=False)}
    )
    assert picture(lost, free, AGAIN).deed is Deed.LOST


def test_only_a_purchase_is_shared_and_only_of_the_same_words() -> None:
    found = plan(Remembered(), asset("a"), asset("b", "A star"), asset("c"))
    deeds = [each.picture.deed for each in found.assets]
    assert deeds == [Deed.BUY, Deed.BUY, Deed.SHARE]
    shared = found.assets[2].picture
    assert (shared.reason, shared.price) == ("the same request as `a`", 0)
    assert shared.request == request()
    memory = Remembered(receipts={"a": chosen(), "b": chosen()})
    both = plan(memory, asset("a"), asset("b"))
    assert [each.picture.deed for each in both.assets] == [Deed.HAVE, Deed.HAVE]


def test_what_differs_is_named_as_a_person_says_it() -> None:
    now = request().to_json()
    assert changed_fields(None, now) == ()
    assert changed_fields(now, now) == ()
    inputs = {**now, "inputs": {"resolution": "2K", "seed": 1}}
    assert changed_fields(inputs, now) == ("resolution", "seed")
    assert changed_fields({**inputs, "prompt": "x"}, now)[0] == "prompt"
    for name in ("provider", "model"):
        assert changed_fields({**inputs, name: "x"}, now) == (name,)
    assert changed_fields({**now, "references": ["r"]}, now) == ("references",)
    assert changed_fields({**now, "inputs": None}, {**now, "inputs": {}}) == ()
    assert changed_fields({**now, "inputs": [1]}, now) == ()


def test_a_request_that_differs_in_nothing_a_person_says_changed_all_the_same() -> None:
    memory = Remembered(receipts={"coin": replace(chosen(), key="k" * 64)})
    assert picture(memory, asset()).reason == "the request changed"


def test_the_index_knows_a_prompt_by_the_digest_of_its_words() -> None:
    assert prompt_digest(request("Ä")) == digest_bytes("Ä".encode())
    assert prompt_digest(None) is None


class TestFiles:
    """Each published file is made again for one reason, or not at all."""

    def test_another_picture_makes_them_again(self) -> None:
        memory = Remembered(receipts={"coin": chosen()})
        memory.publish(asset(), source="e" * 64)
        found = plan(memory, asset()).assets[0].files
        told = {(each.deed, each.reason) for each in found}
        assert told == {(FileDeed.MAKE, "picture changed")}

    def test_a_picture_that_is_not_here_yet_makes_them_again(self) -> None:
        memory = Remembered()
        memory.publish(asset(), source="")
        found = plan(memory, asset()).assets[0].files
        assert {each.reason for each in found} == {"picture changed"}

    def test_nothing_is_made_that_is_up_to_date_unless_asked(self) -> None:
        memory = Remembered(receipts={"coin": chosen()})
        memory.publish(asset())
        found = plan(memory, asset()).assets[0].files
        assert {(f.deed, f.reason) for f in found} == {(FileDeed.CURRENT, "up to date")}
        again = plan(memory, asset(), wish=Wish(reencode=True)).assets[0].files
        told = {(each.deed, each.reason) for each in again}
        assert told == {(FileDeed.MAKE, "you asked to encode it again")}
        del memory.disk["output/coin.png"]
        first = plan(memory, asset(), wish=Wish(reencode=True)).assets[0].files[0]
        assert first.reason == "file missing"

    def test_what_was_never_made_is_made(self) -> None:
        found = plan(Remembered(), asset()).assets[0].files
        assert {each.reason for each in found} == {"never made"}

    @pytest.mark.parametrize("change", [{"alt": "A new coin"}, {"name": "dime"}])
    def test_other_words_about_a_file_only_list_it_anew(
        self, change: dict[str, object]
    ) -> None:
        memory = Remembered(receipts={"coin": chosen(), "dime": chosen()})
        memory.publish(asset())
        described = replace(asset(), **change)  # type: ignore[arg-type]  its fields
        found = plan(memory, described).assets[0].files
        told = {(each.deed, each.reason) for each in found}
        assert told == {(FileDeed.LIST, "described anew")}

    def test_only_what_is_there_is_removed_and_only_by_a_whole_build(self) -> None:
        memory = Remembered()
        memory.publish(asset("gone"))
        del memory.disk["output/gone.png"]
        found = plan(memory)
        assert [each.path for each in found.removals] == ["gone@1x.png"]
        kept = Entry("x", "", "", "", draft=False, asset="x", alt=None)
        memory.index = {"output/x": kept}
        assert plan(memory).removals == ()

    def test_a_build_of_some_assets_removes_nothing(self) -> None:
        memory = Remembered()
        memory.publish(asset("gone"))
        whole = plan(memory, asset())
        assert len(whole.removals) == 2
        everything = {"output": Path("/project/output")}
        manifest = Manifest(
            path=Path("/project/assets.yaml"), name="assets.yaml",
            assets=(asset(), asset("star")), outputs=everything,
            originals=Path("/project/originals"), budget=None, providers={},
            inputs=(), absent=(), locate=lambda _keys: None,
        )  # fmt: skip
        some = make_plan(manifest, memory, assets=[asset()])
        assert some.removals == ()
        assert [each.asset.name for each in some.assets] == ["coin"]
