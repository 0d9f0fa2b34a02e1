"""Planning, with a memory that is a few dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assetgen.catalogue import Input, Model, Rate
from assetgen.manifest.model import Asset, File, Manifest
from assetgen.plan import Bought, Chosen, Deed, Entry, FileDeed, Picture, Standing
from assetgen.planning import make_plan
from assetgen.recipe import recipe_of
from assetgen.request import Request
from assetgen.sourcing import Wish
from assetgen.steps import Companion, Cut, Rendition

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.manifest.model import Provenance
    from assetgen.plan import Plan

MODEL = Model(
    name="painter",
    provider="vendor",
    inputs={"resolution": Input("string", default="1K")},
    rates=(Rate(Decimal("0.09")),),
)
PRICE = Decimal("0.09")
DIGEST = "d" * 64


def request(prompt: str = "A coin", take: int = 1) -> Request:
    """Return a request of the one model there is."""
    return Request.of(MODEL, prompt, {"resolution": "1K"}, take=take)


def asset(name: str = "coin", prompt: str = "A coin", **changes: object) -> Asset:
    """Return an asset with a master and one variant."""
    plain = Asset(
        name=name,
        base=name,
        keys=("assets", name),
        request=request(prompt),
        source=None,
        cut=None,
        files=(
            File(f"{name}.png", "master", None, cut=False),
            File(f"{name}@1x.png", "@1x", Rendition(width=24), cut=False),
        ),
        nominal=(1024, 1024),
        price=PRICE,
        output="output",
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  fields of an asset


@dataclass
class Remembered:
    """A memory that a test fills in by hand; implements `plan.Memory`."""

    receipts: dict[str, Chosen] = field(default_factory=dict)
    questions: dict[str, str] = field(default_factory=dict)
    pictures: dict[str, Bought] = field(default_factory=dict)
    standings: dict[str, Standing] = field(default_factory=dict)
    index: dict[str, Entry] = field(default_factory=dict)
    disk: dict[str, str] = field(default_factory=dict)
    shelf: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def chosen(self, asset: Asset) -> Chosen | None:
        return self.receipts.get(asset.name)

    def question(self, asset: Asset) -> str | None:
        return self.questions.get(asset.name)

    def bought(self, request: Request) -> Bought | None:
        takes = [self.take(request.again(take)) for take in range(5, 0, -1)]
        return next(filter(None, takes), None)

    def take(self, request: Request) -> Bought | None:
        return self.pictures.get(request.key)

    def standing(self, request: Request) -> Standing | None:
        return self.standings.get(request.key)

    def source(self, asset: Asset) -> str:
        return f"digest of {asset.source}"

    def digest(self, path: Path) -> str:
        return f"digest of {path}"

    def entry(self, output: str, path: str) -> Entry | None:
        return self.index.get(f"{output}/{path}")

    def on_disk(self, output: str, path: str) -> str | None:
        return self.disk.get(f"{output}/{path}")

    def speaks(self, asset: Asset, digest: str) -> bool:
        return asset.name not in self.silent or not digest

    def ours(self, digest: str) -> bool:
        return digest in self.shelf

    def published(self) -> Iterator[tuple[str, str]]:
        for path in self.index:
            output, _, rest = path.partition("/")
            yield output, rest

    def publish(self, asset: Asset, source: str = DIGEST) -> None:
        """Let everything of an asset be published as it should be."""
        for file in asset.files:
            path = f"{asset.output}/{file.path}"
            sha = f"bytes of {file.path}"
            recipe = recipe_of(asset, file)
            self.index[path] = Entry(
                file.path,
                sha,
                source,
                recipe,
                draft=False,
                asset=asset.name,
                alt=asset.alt,
            )
            self.disk[path] = sha


def chosen(prompt: str = "A coin", **changes: object) -> Chosen:
    """Return what a receipt says of a picture that was bought with these words."""
    plain = Chosen(
        digest=DIGEST,
        key=request(prompt).key,
        take=1,
        wanted=1,
        request=request(prompt).to_json(),
        kept=None,
        present=True,
        job="job-1",
        price=PRICE,
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  fields of a choice


def plan(memory: Remembered, *assets: Asset, wish: Wish | None = None) -> Plan:
    """Return the plan of a manifest of these assets."""
    manifest = Manifest(
        path=Path("/project/assets.yaml"),
        name="assets.yaml",
        assets=assets,
        outputs={"output": Path("/project/output")},
        originals=Path("/project/originals"),
        budget=None,
        providers={},
        inputs=(),
        absent=(),
        locate=lambda _keys: None,
    )
    return make_plan(manifest, memory, wish=wish)


def picture(memory: Remembered, wanted: Asset, wish: Wish | None = None) -> Picture:
    """Return what would happen to the one asset's picture."""
    return plan(memory, wanted, wish=wish).assets[0].picture


def test_what_was_never_made_is_bought() -> None:
    """An asset that nobody remembers is bought at its price."""
    found = picture(Remembered(), asset())
    assert (found.deed, found.reason) == (Deed.BUY, "never made")
    assert found.price == PRICE


def test_what_is_there_is_left_alone() -> None:
    """A picture bought with these words and published is nothing to do."""
    memory = Remembered(receipts={"coin": chosen()})
    memory.publish(asset())
    found = plan(memory, asset())
    assert found.assets[0].picture.deed is Deed.HAVE
    assert found.idle


def test_other_words_are_another_picture() -> None:
    """A changed prompt is bought, and the plan says that it is the prompt."""
    memory = Remembered(receipts={"coin": chosen("A dime")})
    found = picture(memory, asset())
    assert (found.deed, found.reason) == (Deed.BUY, "prompt changed")
    assert found.changed == ("prompt",)


def test_words_that_come_back_cost_nothing() -> None:
    """A request that was bought before is taken from the shelf."""
    memory = Remembered(
        receipts={"coin": chosen("A dime")},
        pictures={request().key: Bought("e" * 64, 1, "job-0", PRICE)},
    )
    found = picture(memory, asset())
    assert (found.deed, found.source) == (Deed.REUSE, "e" * 64)


def test_the_latest_take_of_words_that_come_back_is_chosen() -> None:
    """Of several pictures of the same request the last one stands for it."""
    memory = Remembered(
        receipts={"coin": chosen("A dime")},
        pictures={
            request(take=1).key: Bought("1" * 64, 1, None, PRICE),
            request(take=2).key: Bought("2" * 64, 2, None, PRICE),
        },
    )
    found = picture(memory, asset())
    assert found.source == "2" * 64
    assert found.request is not None
    assert found.request.take == 2


def test_another_take_is_bought_when_a_person_wants_one() -> None:
    """A retake is a purchase of the next take, not of the first."""
    memory = Remembered(receipts={"coin": chosen(wanted=2)})
    found = picture(memory, asset())
    assert (found.deed, found.reason) == (Deed.BUY, "another take is wanted")
    assert found.request == request(take=2)


def test_another_take_is_not_answered_with_an_earlier_one() -> None:
    """Take 1 on the shelf is not take 2."""
    memory = Remembered(
        receipts={"coin": chosen(wanted=2)},
        pictures={request(take=1).key: Bought(DIGEST, 1, None, PRICE)},
    )
    assert picture(memory, asset()).deed is Deed.BUY


def test_a_kept_picture_stays_under_other_words() -> None:
    """`keep` holds the picture, and the plan still says what changed."""
    memory = Remembered(receipts={"coin": chosen("A dime", kept="the board likes it")})
    found = picture(memory, asset())
    assert (found.deed, found.reason) == (Deed.KEEP, "kept: the board likes it")
    assert found.changed == ("prompt",)


def test_an_adopted_picture_stays() -> None:
    """A person's own file is nobody's to buy again."""
    memory = Remembered(
        receipts={"coin": chosen(key="", request=None, take=0, wanted=0)}
    )
    found = picture(memory, asset())
    assert (found.deed, found.reason) == (Deed.HAVE, "adopted")


def test_a_lost_picture_is_never_bought_again_by_itself() -> None:
    """A receipt whose bytes are nowhere asks for a person."""
    memory = Remembered(receipts={"coin": chosen(present=False)})
    assert picture(memory, asset()).deed is Deed.LOST
    wish = Wish(rebuy=frozenset({"coin"}))
    found = picture(memory, asset(), wish)
    assert (found.deed, found.rebuy) == (Deed.BUY, True)


def test_a_job_that_is_out_is_collected_and_not_bought_again() -> None:
    """What is paid for is waited for."""
    standing = Standing(Deed.COLLECT, "bought and still out", "job-7")
    memory = Remembered(standings={request().key: standing})
    found = picture(memory, asset())
    assert (found.deed, found.job, found.price) == (Deed.COLLECT, "job-7", Decimal(0))


def test_a_doubt_is_settled_by_a_person() -> None:
    """A submission whose outcome is unknown is not sent again, also not to rebuy."""
    standing = Standing(Deed.ASK, "nobody knows whether it was bought")
    memory = Remembered(standings={request().key: standing})
    wish = Wish(rebuy=frozenset({"coin"}))
    assert picture(memory, asset(), wish).deed is Deed.ASK


def test_equal_requests_cost_one_picture() -> None:
    """Two assets with the same words share one purchase, the first one buys."""
    found = plan(Remembered(), asset("a"), asset("b"))
    assert [each.picture.deed for each in found.assets] == [Deed.BUY, Deed.SHARE]
    assert found.total == PRICE


def test_a_draft_build_leaves_bought_pictures_alone() -> None:
    """Placeholders are drawn only where nothing was bought."""
    memory = Remembered(receipts={"coin": chosen("A dime")})
    found = plan(memory, asset(), asset("new", "A star"), wish=Wish(draft=True))
    assert [each.picture.deed for each in found.assets] == [Deed.KEEP, Deed.DRAW]
    assert found.total == Decimal(0)


def test_a_free_asset_is_drawn_whatever_was_bought_for_it_before() -> None:
    """A manifest that says draft gets drafts, unless a person adopted a file."""
    free = asset(free=True, price=Decimal(0))
    assert picture(Remembered(receipts={"coin": chosen()}), free).deed is Deed.DRAW
    adopted = chosen(key="", request=None, take=0, wanted=0)
    memory = Remembered(receipts={"coin": adopted})
    assert picture(memory, free).deed is Deed.HAVE


def test_a_deleted_file_is_made_again_and_nothing_else() -> None:
    """Deleting a published file costs nothing but that file."""
    memory = Remembered(receipts={"coin": chosen()})
    memory.publish(asset())
    del memory.disk["output/coin@1x.png"]
    found = plan(memory, asset()).assets[0]
    assert [(each.file.path, each.reason) for each in found.making] == [
        ("coin@1x.png", "file missing")
    ]
    assert found.picture.deed is Deed.HAVE


def test_an_edited_file_is_left_alone() -> None:
    """What a person changed is reported and not replaced, picture changed or not."""
    memory = Remembered(receipts={"coin": chosen()})
    memory.publish(asset())
    memory.disk["output/coin.png"] = "edited by hand"
    found = plan(memory, asset(), asset("new")).assets[0]
    assert [each.file.path for each in found.edited] == ["coin.png"]
    assert found.edited[0].reason == "edited since it was published"


def test_a_file_that_was_never_ours_is_left_alone() -> None:
    """A stranger's file in the way is not overwritten."""
    memory = Remembered(disk={"output/coin.png": "somebody else's"})
    found = plan(memory, asset()).assets[0]
    assert [each.reason for each in found.edited] == ["not published by us"]
    assert found.picture.deed is Deed.BUY  # for the other places


def test_where_every_place_is_a_strangers_nothing_is_bought() -> None:
    memory = Remembered()
    memory.publish(asset())
    places = list(memory.disk)
    memory = Remembered(disk=dict.fromkeys(places, "somebody else's"))
    found = plan(memory, asset()).assets[0]
    assert len(found.edited) == len(places) > 1
    assert (found.picture.deed, found.picture.price) == (Deed.BLOCKED, 0)
    assert found.picture.reason == "`coin.png` is not ours, so nothing is bought"


def test_a_file_that_was_ours_once_is_no_strangers() -> None:
    """One that was edited, or made here and not listed, blocks no purchase."""
    memory = Remembered(receipts={"coin": chosen()})
    memory.publish(asset())
    memory.disk["output/coin.png"] = "edited by hand"
    assert plan(memory, asset("new")).assets[0].picture.deed is Deed.BUY
    memory = Remembered(disk={"output/coin.png": "made here"}, shelf={"made here"})
    assert plan(memory, asset()).assets[0].picture.deed is Deed.BUY


def test_bytes_of_ours_are_ours_without_an_index() -> None:
    """A lost index is rebuilt: files with bytes that we made are ours."""
    memory = Remembered(receipts={"coin": chosen()}, shelf={"known"})
    memory.disk["output/coin.png"] = "known"
    found = plan(memory, asset()).assets[0].files[0]
    assert (found.deed, found.reason) == (FileDeed.MAKE, "not in the index")


def test_another_size_or_cut_makes_files_and_buys_nothing() -> None:
    """Free steps never reach the paid key."""
    memory = Remembered(receipts={"coin": chosen()})
    memory.publish(asset())
    cut = asset(
        cut=Cut(), files=tuple(replace(file, cut=True) for file in asset().files)
    )
    found = plan(memory, cut)
    assert found.assets[0].picture.deed is Deed.HAVE
    assert [each.reason for each in found.assets[0].making] == [
        "size or format changed",
        "size or format changed",
    ]
    assert found.total == Decimal(0)


@pytest.mark.parametrize("before", ["", "hash", "words"])
@pytest.mark.parametrize("after", ["", "hash", "words"])
def test_files_that_shall_say_something_else_are_made_again_for_nothing(
    before: Provenance, after: Provenance
) -> None:
    """What files say of their making is in their recipe and in no paid key."""
    memory = Remembered(receipts={"coin": chosen()})
    memory.publish(asset(provenance=before))

    found = plan(memory, asset(provenance=after))

    assert found.assets[0].picture.deed is Deed.HAVE
    assert {each.reason for each in found.assets[0].making} == (
        {"what it says of its making changed"} if before != after else set()
    )
    assert found.total == Decimal(0)


def icon() -> Asset:
    """Return an asset with an icon, and what it says of its making beside it."""
    file = File("coin.ico", "", Rendition(format="ico", width=16), cut=False)
    said = Companion("sidecar", "xmp", (file.path,))
    sidecar = File("coin.ico.xmp", "", None, cut=False, companion=said)
    return asset(files=(file, sidecar))


def test_a_picture_with_nothing_to_say_has_no_sidecar_and_loses_one() -> None:
    memory = Remembered(receipts={"coin": chosen()})
    memory.publish(icon())
    assert plan(memory, icon()).idle

    memory.silent = {"coin"}
    found = plan(memory, icon())

    assert [each.file.path for each in found.assets[0].files] == ["coin.ico"]
    assert [each.path for each in found.removals] == ["coin.ico.xmp"]


def test_a_sidecar_is_left_alone_with_its_icon() -> None:
    """Whether a person edited that one, or it never was ours."""
    memory = Remembered(receipts={"coin": chosen("A dime", kept="so")})
    memory.publish(icon())
    memory.disk["output/coin.ico"] = "edited by hand"
    edited = plan(memory, icon())
    memory = Remembered(disk={"output/coin.ico": "somebody else's"})
    foreign = plan(memory, icon())

    for found in (edited, foreign):
        deeds = [each.deed for each in found.assets[0].files]
        assert (deeds, found.removals) == ([FileDeed.EDITED] * 2, ())
    assert foreign.assets[0].picture.deed is Deed.BLOCKED


def test_what_nobody_asks_for_any_more_is_removed_unless_edited() -> None:
    """Only what this manifest published, and only as it left it."""
    memory = Remembered()
    memory.publish(asset("gone"))
    memory.disk["output/gone@1x.png"] = "edited by hand"
    found = plan(memory)
    assert [(each.path, each.edited) for each in found.removals] == [
        ("gone.png", False),
        ("gone@1x.png", True),
    ]


def test_a_failed_request_is_not_bought_again_by_itself() -> None:
    """After the vendor's no, a changed request or a retake is the way on."""
    standing = Standing(Deed.FAILED, "the provider failed it before (422): no")
    memory = Remembered(standings={request().key: standing})
    assert picture(memory, asset()).deed is Deed.FAILED
