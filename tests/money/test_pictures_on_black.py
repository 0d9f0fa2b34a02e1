"""A picture that is cut out by difference is bought twice, each of the two once."""

from __future__ import annotations

import io
import shutil
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from money_projects import PRICE, Shop, creates, paid, statuses
from PIL import Image, ImageChops
from test_killed_builds import start

from assetgen.catalogue import Showing
from assetgen.digest import digest_bytes
from assetgen.exhibits import TRIES
from assetgen.plan import Deed
from assetgen.providers.kie.catalogue import MODELS
from assetgen.receipts import Receipt
from assetgen.sourcing import Wish
from assetgen.testing.kie import PROHIBITED, Fate, Page, Refuse, Reset, Slow
from assetgen.testing.pictures import colours_of, picture

if TYPE_CHECKING:
    from assetgen.events import Outcome, Report
    from assetgen.testing.kie import Task

GLASS = "a glass bottle on a white background"
BLACK = "bottle-on-black"


@pytest.fixture
def pair(shop: Shop) -> Shop:
    """Return a project with one picture that is cut out by difference."""
    return written(shop)


def written(shop: Shop, how: str = "{method: difference}", words: str = GLASS) -> Shop:
    """Write a manifest with a bottle that is cut out in some way, and a coin."""
    return shop.write_text(
        "version: 1\n"
        "defaults: {provider: kie, model: nano-banana-pro}\n"
        "assets:\n"
        f"  bottle: {{prompt: {words}, removeBg: {how}, master: both}}\n"
        "  coin: {prompt: a coin}\n"
    )


def tasks(shop: Shop) -> list[Task]:
    """Return what the vendor was paid for the bottle, oldest first."""
    return [task for task in shop.server.account.tasks if task.prompt != "a coin"]


def seen(shop: Shop, name: str) -> Image.Image:
    """Return a published picture."""
    return Image.open(io.BytesIO((shop.root / "output" / name).read_bytes()))


def ended(report: Report, name: str = "bottle") -> Outcome:
    """Return how an asset ended."""
    return next(one for one in report.outcomes if one.asset == name)


def test_both_pictures_are_priced_before_and_bought_once(pair: Shop) -> None:
    project = pair.open()
    with project.remembered() as knowledge:
        plan = project.plan(knowledge)
    assert plan.total == 3 * PRICE
    report = pair.build(budget=3 * PRICE, yes=False)
    assert report.exit_code == 0
    assert report.spent == 3 * PRICE
    assert paid(pair) == report.submitted == 3
    assert statuses(pair.build()) == dict.fromkeys(("bottle", BLACK, "coin"), "reused")
    assert paid(pair) == 3


def test_the_second_request_is_shown_the_first_picture(pair: Shop) -> None:
    pair.build()
    white, black = tasks(pair)
    assert white.prompt == GLASS
    assert "image_input" not in white.input
    assert "pure black" in black.prompt
    assert {**black.input, "prompt": GLASS, "image_input": None} == {
        **white.input,
        "image_input": None,
    }
    (upload,) = pair.server.account.uploads
    original = (pair.root / "originals/bottle.png").read_bytes()
    assert original in upload.body
    place = f"{pair.server.files_url}/kieai/136592/assetgen"
    name = f"{digest_bytes(original)[:40]}.png"
    assert black.input["image_input"] == [f"{place}/{name}"]
    receipt = pair.receipt(BLACK)
    assert receipt is not None
    assert receipt.request is not None
    shown = ["image_input", digest_bytes(original)]
    assert receipt.request["references"] == [shown]


def test_what_is_published_is_as_see_through_as_it_was_drawn(pair: Shop) -> None:
    pair.build()
    made = seen(pair, "bottle-nobg.png")
    drawn = picture(
        made.size, "glass", colours_of(GLASS), "PNG", f"{GLASS}/1/1", ground=None
    )
    truth = Image.open(io.BytesIO(drawn))
    for ground in ((255, 255, 255), (0, 0, 0), (20, 120, 60)):
        under = Image.new("RGBA", made.size, (*ground, 255))
        one, other = (
            Image.alpha_composite(under, each).convert("RGB") for each in (made, truth)
        )
        assert (
            max(high for _, high in ImageChops.difference(one, other).getextrema()) <= 3
        )
    assert seen(pair, "bottle.png").mode == "RGB"


def test_words_that_ask_for_no_white_ground_get_it(shop: Shop) -> None:
    written(shop, words="a glass bottle").build()
    assert tasks(shop)[0].prompt == (
        "a glass bottle. Isolated on a plain, pure white background (#FFFFFF)."
    )


def test_a_picture_that_was_bought_on_white_before_serves(shop: Shop) -> None:
    """Another way of cutting out costs the picture that it needs besides."""
    written(shop, "{gates: false}").build()
    assert paid(shop) == 2
    report = written(shop).build()
    assert (report.exit_code, report.submitted) == (0, 1)
    assert paid(shop) == 3


def test_a_clone_needs_no_vendor(pair: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    pair.build()
    before = (pair.root / "output/bottle-nobg.png").read_bytes()
    shutil.rmtree(pair.root / "output")
    monkeypatch.setenv("ASSETGEN_HOME", str(pair.root.parent / "another-home"))
    assert pair.build(frozen=True, yes=False).exit_code == 0
    assert (pair.root / "output/bottle-nobg.png").read_bytes() == before
    assert paid(pair) == 3


def test_a_budget_for_one_of_the_two_buys_none_without_partial(pair: Shop) -> None:
    assert pair.build("bottle", budget=PRICE).exit_code == 4
    assert paid(pair) == 0
    report = pair.build("bottle", budget=PRICE, partial=True)
    assert report.exit_code == 4
    assert statuses(report) == {"bottle": "waiting", BLACK: "skipped"}
    assert [task.prompt for task in tasks(pair)] == [GLASS]
    report = pair.build("bottle", budget=PRICE)
    assert (report.exit_code, report.submitted) == (0, 1)
    assert paid(pair) == 2


def test_a_frozen_build_says_that_a_picture_is_missing(pair: Shop) -> None:
    pair.build("bottle", budget=PRICE, partial=True)
    assert pair.build(frozen=True).exit_code == 3
    assert paid(pair) == 1


@pytest.mark.parametrize("how", ["bottle", BLACK])
def test_either_name_builds_both(pair: Shop, how: str) -> None:
    assert set(statuses(pair.build(how))) == {"bottle", BLACK}


def test_a_vendor_that_fails_the_second_picture_leaves_the_first(pair: Shop) -> None:
    pair.server.on("create", Fate(fail=PROHIBITED), where="pure black")
    report = pair.build()
    assert report.exit_code == 1
    assert statuses(report) == {"bottle": "waiting", BLACK: "failed", "coin": "built"}
    assert f"`{BLACK}` is not here" in (ended(report).error or "")
    assert pair.receipt("bottle") is not None
    assert pair.build().exit_code == 1
    assert creates(pair) == 3  # nothing is bought again by itself


def test_a_second_picture_in_doubt_is_not_sent_again(pair: Shop) -> None:
    pair.server.on("create", Reset(made=True), where="pure black")
    for _ in range(2):
        report = pair.build()
        assert report.exit_code == 5
        assert statuses(report)[BLACK] == "unsure"
        assert statuses(report)["bottle"] == "waiting"
    assert len(tasks(pair)) == 2
    assert pair.server.account.duplicates == ()


def test_a_second_picture_that_is_not_ready_is_collected_later(
    pair: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "10")
    pair.server.on("create", Fate(latency=60), where="pure black")
    report = pair.build()
    assert (report.exit_code, statuses(report)[BLACK]) == (7, "pending")
    assert statuses(report)["bottle"] == "waiting"
    pair.server.clock.advance(60)
    report = pair.build()
    assert (report.exit_code, report.submitted) == (0, 0)
    assert paid(pair) == 3


def test_another_take_on_white_needs_another_one_on_black(pair: Shop) -> None:
    pair.build()
    receipt = pair.receipt("bottle")
    assert receipt is not None
    project = pair.open()
    project.originals.update(replace(receipt, wanted=2))
    with project.remembered() as knowledge:
        plan = {
            each.asset.name: each.picture for each in project.plan(knowledge).assets
        }
    assert [plan[name].deed for name in ("bottle", BLACK)] == [Deed.BUY, Deed.BUY]
    report = pair.build()
    assert (report.exit_code, report.spent) == (0, 2 * PRICE)
    assert len(tasks(pair)) == 4
    white, black = pair.receipt("bottle"), pair.receipt(BLACK)
    assert white is not None
    assert black is not None
    assert black.request is not None
    assert black.request["references"] == [["image_input", white.sha256]]
    assert pair.build().submitted == 0


def two(shop: Shop, one: str, other: str) -> Report:
    """Build two assets of some words, both cut out by difference."""
    shop.write_text(
        "version: 1\n"
        "defaults: {provider: kie, model: nano-banana-pro,"
        " removeBg: {method: difference}}\n"
        f"assets:\n  one: {{prompt: {one}}}\n  two: {{prompt: {other}}}\n"
    )
    return shop.build()


def test_two_assets_of_the_same_words_share_both_pictures(shop: Shop) -> None:
    report = two(shop, GLASS, GLASS)
    assert (report.exit_code, report.spent) == (0, 2 * PRICE)
    assert paid(shop) == 2
    assert {"one.png", "two.png"} <= shop.published()


def test_two_assets_of_other_words_do_not(shop: Shop) -> None:
    report = two(shop, GLASS, "a glass bowl on a white background")
    assert (report.exit_code, report.spent) == (0, 4 * PRICE)
    assert paid(shop) == 4


def test_a_placeholder_costs_nothing_and_has_no_second_picture(pair: Shop) -> None:
    report = pair.build(draft=True)
    assert statuses(report) == {"bottle": "draft", "coin": "draft"}
    assert seen(pair, "bottle-nobg.png").mode == "RGBA"
    assert (paid(pair), report.exit_code) == (0, 0)


def test_half_a_pair_is_drawn_as_a_placeholder(pair: Shop) -> None:
    pair.build("bottle", budget=PRICE, partial=True)
    report = pair.build(draft=True)
    assert statuses(report) == {"bottle": "draft", "coin": "draft"}
    assert paid(pair) == 1


REFUSED = {
    "no such key": (Refuse(401), 9),
    "closed": (Page(503), 7),
    "too fast": (Refuse(429), 7),
    "no": (Refuse(400), 1),
}


@pytest.mark.parametrize("name", REFUSED)
def test_an_upload_that_does_not_work_buys_nothing(pair: Shop, name: str) -> None:
    """Only a key that is refused stops the others."""
    trouble, code = REFUSED[name]
    pair.server.on("upload", trouble, times=None)
    report = pair.build("bottle", "coin")
    assert report.exit_code == code
    assert [task.prompt for task in tasks(pair)] == [GLASS]
    assert statuses(report)["bottle"] == "waiting"
    pair.server.calm()
    pair.server.on("upload", Page(502), times=2)
    report = pair.build()
    assert report.exit_code == 0
    assert paid(pair) == 3


def test_a_picture_that_is_too_heavy_to_be_shown_buys_nothing(
    pair: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = MODELS["nano-banana-pro"]
    light = replace(model, showing=Showing("image_input", 8, heaviest=100))
    monkeypatch.setitem(MODELS, model.name, light)
    report = pair.build("bottle")
    assert (report.exit_code, paid(pair)) == (1, 1)
    assert "takes pictures of up to 0 MiB" in (ended(report, BLACK).error or "")
    assert pair.server.account.uploads == ()


def test_a_picture_that_moved_is_moved_back(pair: Shop) -> None:
    pair.server.on("create", Fate(drift=2), where="pure black")
    report = pair.build("bottle")
    assert report.exit_code == 0
    made = seen(pair, "bottle-nobg.png")
    drawn = picture(
        made.size, "glass", colours_of(GLASS), "PNG", f"{GLASS}/1/1", ground=None
    )
    truth = Image.open(io.BytesIO(drawn)).getchannel("A")
    apart = ImageChops.difference(made.getchannel("A"), truth)
    assert apart.getextrema()[1] <= 3


def test_another_subject_on_black_is_not_published(pair: Shop) -> None:
    """The reason names what to do: only that picture is bought again."""
    other = "a glass bottle #101010 on a white background"
    written(pair, words=f"'{other}'")
    pair.server.on("create", Fate(look="scene"), where="pure black")
    report = pair.build("bottle")
    assert report.exit_code == 1
    assert "on black" in (ended(report).error or "")
    assert "bottle-nobg.png" not in pair.published()
    assert paid(pair) == 2


def out(pair: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the picture on white bought, and ready by now."""
    monkeypatch.setenv("KIE_TIMEOUT", "10")
    pair.server.on("create", Fate(latency=60), where="glass")
    assert pair.build("bottle").exit_code == 7
    pair.server.clock.advance(60)


def test_a_draft_of_a_picture_that_is_out_collects_it_and_buys_nothing(
    pair: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    out(pair, monkeypatch)
    project = pair.open()
    with project.remembered() as knowledge:
        plan = project.plan(knowledge, wish=Wish(draft=True))
    assert plan.total == 0
    report = pair.build("bottle", draft=True, yes=False)
    assert (report.exit_code, report.crash) == (0, None)
    assert statuses(report) == dict.fromkeys(("bottle", BLACK), "waiting")
    assert pair.receipt("bottle") is not None
    assert paid(pair) == 1


def test_a_draft_leaves_what_was_bought_and_published_alone(pair: Shop) -> None:
    written(pair, "{gates: false}").build("bottle")
    before = (pair.root / "output/bottle-nobg.png").read_bytes()
    report = written(pair).build("bottle", draft=True)
    assert (report.exit_code, statuses(report)["bottle"]) == (0, "waiting")
    assert (pair.root / "output/bottle-nobg.png").read_bytes() == before
    assert paid(pair) == 1


def test_nothing_is_bought_for_files_that_are_left_alone(pair: Shop) -> None:
    written(pair, "{gates: false}").build("bottle")
    written(pair)
    for path in (pair.root / "output").glob("bottle*"):
        path.write_bytes(b"mine")
    report = pair.build("bottle")
    assert (report.exit_code, report.submitted) == (3, 0)
    assert statuses(report)[BLACK] == "edited"
    assert paid(pair) == 1


def test_neither_is_bought_where_what_is_laid_on_them_is_broken(pair: Shop) -> None:
    text = (pair.root / "assets.yaml").read_text()
    overlay = "overlay: {source: logo.png, width: 9}, master: both"
    pair.write_text(text.replace("master: both", overlay))
    (pair.root / "logo.png").write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    report = pair.build("bottle")
    assert (report.exit_code, report.submitted) == (1, 0)
    assert statuses(report) == {"bottle": "failed", BLACK: "waiting"}
    assert paid(pair) == 0


def test_a_picture_is_not_bought_on_black_where_only_that_place_is_taken(
    pair: Shop,
) -> None:
    (pair.root / "output").mkdir()
    (pair.root / "output/bottle-nobg.png").write_bytes(b"mine")
    report = pair.build("bottle")
    assert report.exit_code == 3
    assert [task.prompt for task in tasks(pair)] == [GLASS]
    assert pair.published() == {"bottle.png", "bottle-nobg.png"}


def test_the_picture_as_bought_waits_for_nobody(pair: Shop) -> None:
    pair.build("bottle")
    (pair.root / "output/bottle.png").unlink()
    receipt = pair.receipt(BLACK)
    assert receipt is not None
    pair.open().originals.update(replace(receipt, wanted=2))
    (pair.root / "output/bottle-nobg.png").write_bytes(b"mine")
    assert pair.build("bottle", frozen=True).exit_code == 3
    assert (pair.root / "output/bottle.png").exists()


@pytest.mark.parametrize("trouble", [Refuse(401), Page(503)], ids=["key", "away"])
def test_a_host_that_takes_no_picture_is_asked_by_one_order_and_not_by_all(
    shop: Shop, trouble: Refuse | Page
) -> None:
    head = (
        "version: 1\ndefaults: {{provider: kie, model: nano-banana-pro{}}}\nassets:\n"
    )
    names = [f"glass-{number}" for number in range(12)]
    body = "".join(f"  {n}: {{prompt: {n} on a white background}}\n" for n in names)
    shop.write_text(head.format("") + body).build()
    shop.server.on("upload", trouble, times=None)
    shop.write_text(head.format(", removeBg: {method: difference}") + body)
    assert shop.build().exit_code == (9 if trouble == Refuse(401) else 7)
    assert len(shop.server.account.uploads) <= TRIES
    assert (creates(shop), paid(shop)) == (12, 12)
    assert set(shop.states()) == {"done", "released"}


def test_nothing_is_shown_to_a_vendor_who_is_not_paid_any_more(shop: Shop) -> None:
    """Without credit one picture has left this machine."""
    head = (
        "version: 1\ndefaults: {{provider: kie, model: nano-banana-pro{}}}\nassets:\n"
    )
    names = [f"glass-{number}" for number in range(12)]
    body = "".join(f"  {n}: {{prompt: {n} on a white background}}\n" for n in names)
    shop.write_text(head.format("") + body).build()
    shop.server.on("create", Refuse(402), times=None)
    shop.write_text(head.format(", removeBg: {method: difference}") + body)
    assert shop.build().exit_code == 9
    assert len(shop.server.account.uploads) == 1


def test_an_upload_that_does_not_end_is_given_up_in_time(
    pair: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "30")
    pair.server.on("upload", Slow(before=1000), times=None)
    before = pair.server.clock.now()
    report = pair.build("bottle")
    assert (report.exit_code, paid(pair)) == (7, 1)
    assert pair.server.clock.now() - before < 200
    assert "it took too long" in (ended(report, BLACK).error or "")


def test_what_stands_elsewhere_on_black_is_not_published(pair: Shop) -> None:
    """8 of 61 pixels beside the first: a tenth of the picture would be wrong."""
    pair.server.on("create", Fate(drift=8), where="pure black")
    report = pair.build("bottle")
    assert report.exit_code == 1
    assert "do not show the same thing" in (ended(report).error or "")


def test_a_cut_out_is_made_anew_with_another_picture_on_black(pair: Shop) -> None:
    """It is not the one from the shelf, although the picture on white is the same."""
    pair.build("bottle")
    before = (pair.root / "output/bottle-nobg.png").read_bytes()
    receipt = pair.receipt(BLACK)
    assert receipt is not None
    pair.open().originals.update(replace(receipt, wanted=2))
    pair.server.on("create", Fate(file_format="JPEG"), where="pure black")
    assert pair.build("bottle").submitted == 1
    assert (pair.root / "output/bottle-nobg.png").read_bytes() != before


def test_nothing_but_pixels_of_a_file_of_ones_own_is_shown(pair: Shop) -> None:
    """Its position stays here, and it is turned upright."""
    own = Image.open(io.BytesIO(picture((64, 48), "glass", seed="own")))
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "where I live"
    own.convert("RGB").save(pair.root / "own.jpg", exif=exif)
    data = (pair.root / "own.jpg").read_bytes()
    project = pair.open()
    found = Image.open(io.BytesIO(data))
    receipt = Receipt(
        "bottle", digest_bytes(data), len(data), "jpg", *found.size, "bottle.jpg",
        "2026-11-30", adopted=True,
    )  # fmt: skip
    project.originals.write(receipt, data)
    pair.build("bottle")
    (upload,) = pair.server.account.uploads
    assert b"where I live" not in upload.body
    assert b"Exif" not in upload.body
    assert b'.jpeg"' in upload.body
    assert digest_bytes(data)[:40].encode() in upload.body


POINTS = {
    "after:Journal.plan": (1, 0),
    "after:Journal.sending": (0, 5),
    "before:Journal.submitted": (1, 5),
    "after:Journal.submitted": (1, 0),
    "after:Cache.put_bytes": (1, 0),
    "before:Originals.write": (1, 0),
    "after:Originals.write": (1, 0),
    "before:Index.publish": (1, 0),
}


@pytest.mark.parametrize("point", POINTS)
def test_killed_while_the_second_is_bought_nothing_is_bought_twice(
    pair: Shop, point: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair.build("bottle", budget=PRICE, partial=True)
    monkeypatch.setenv("KIE_POLL_INTERVAL", "0.05")
    (pair.root / "assets.yaml").write_text(
        (pair.root / "assets.yaml")
        .read_text()
        .replace("  coin: {prompt: a coin}\n", "")
    )
    with start(pair, point) as process:
        process.communicate(timeout=60)
    assert process.returncode == -signal.SIGKILL
    expected, code = POINTS[point]
    assert pair.build().exit_code == code
    assert paid(pair) == 1 + expected
    if code == 0:
        assert {"bottle.png", "bottle-nobg.png"} <= pair.published()
