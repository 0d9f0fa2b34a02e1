"""A text lives as a picture does: planned, left alone, restored, removed, checked."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from assetgen.project import open_project

if TYPE_CHECKING:
    from conftest import Shop

CATALOGUE = "Assets.xcassets/Contents.json"
TEXT = "manifest.webmanifest"


def planned(shop: Shop) -> dict[str, str]:
    """Return what a build would make, with its reason."""
    project = open_project(shop.root)
    with project.remembered() as knowledge:
        plan = project.plan(knowledge)
    return {each.file.path: each.reason for one in plan.assets for each in one.making}


def test_a_text_that_a_person_edited_is_left_alone(shop: Shop) -> None:
    shop.made("pwa")
    (shop.output / TEXT).write_text("{}")
    shop.run("build", exits=3)
    assert shop.text(TEXT) == "{}"
    shop.run("check", exits=3)
    assert f"`{TEXT}` was edited" in shop.out


def test_a_text_that_was_deleted_comes_back_as_it_was(shop: Shop) -> None:
    rows = shop.made("pwa")
    before = shop.read(TEXT)
    (shop.output / TEXT).unlink()
    assert planned(shop) == {TEXT: "file missing"}
    shop.run("check", exits=3)
    shop.run("build", "--frozen")
    assert shop.read(TEXT) == before
    assert shop.rows() == rows


def test_a_text_that_nobody_asks_for_is_removed(shop: Shop) -> None:
    shop.made("[pwa, favicon]")
    shop.made("favicon")
    assert not (shop.output / TEXT).exists()
    assert TEXT not in shop.rows()
    assert (shop.output / "favicon.html").exists()


def test_a_clone_agrees_and_makes_the_same_bytes(shop: Shop) -> None:
    """Nothing but the project's own files is needed, and no store."""
    shop.made("[pwa, ios]")
    shutil.rmtree(shop.root.parent / "home")
    shop.run("check")
    texts = {path: shop.read(path) for path in shop.rows()}
    shutil.rmtree(shop.output)
    shop.run("build")
    assert {path: shop.read(path) for path in shop.rows()} == texts


def test_only_what_a_text_says_makes_it_again(shop: Shop) -> None:
    shop.made("{set: pwa, title: Sty}")
    shop.use("{set: pwa, title: Sty two}")
    assert planned(shop) == {TEXT: "what it says changed"}
    shop.run("build")
    assert json.loads(shop.text(TEXT))["name"] == "Sty two"


def test_a_text_is_made_with_the_picture_that_it_lists(shop: Shop) -> None:
    shop.made("{set: srcset, base: /}", "scene.png")
    (shop.output / "coin-640w.webp").unlink()
    reasons = planned(shop)
    assert reasons["coin.html"] == "`coin-640w.webp` is made"
    assert set(reasons) == {"coin.html", "coin-640w.webp"}


def test_another_description_reaches_the_text_and_no_pixel(shop: Shop) -> None:
    shop.made("srcset", "scene.png")
    text = (shop.root / "assets.yaml").read_text()
    (shop.root / "assets.yaml").write_text(text.replace("A <rose> coin", "A scene"))
    before = {path: row["sha256"] for path, row in shop.rows().items()}
    shop.run("build")
    after = {path: row["sha256"] for path, row in shop.rows().items()}
    assert [path for path in after if after[path] != before[path]] == ["coin.html"]
    assert 'alt="A scene"' in shop.text("coin.html")


def two(first: str, second: str) -> str:
    """Return a manifest of two pictures in one catalogue."""
    one = "{source: coin.png, master: false, variants: imageset}"
    names = [f"  {name}: {one}\n" for name in (first, second) if name]
    return "version: 1\nassets:\n" + "".join(names)


def test_pictures_in_one_catalogue_share_its_text(shop: Shop) -> None:
    shop.write(two("a", "b"))
    shop.run("build")
    shop.run("check")
    assert shop.rows()[CATALOGUE]["asset"] == "a"
    shop.write(two("b", ""))
    shop.run("build")
    shop.run("check")
    assert shop.rows()[CATALOGUE]["asset"] == "b"
    assert (shop.output / CATALOGUE).exists()


def test_a_shared_text_does_not_follow_the_picture(shop: Shop) -> None:
    shop.made("ios")
    (shop.root / "coin.png").write_bytes((shop.root / "small.png").read_bytes())
    shop.use("{set: imageset, width: 8}")
    assert CATALOGUE not in planned(shop)


def test_two_texts_at_one_path_are_told_before_anything_runs(shop: Shop) -> None:
    shop.write(
        "version: 1\nassets:\n"
        "  a: {source: coin.png, master: false, variants: favicon}\n"
        "  b: {source: coin.png, master: false, variants: favicon}\n"
    )
    shop.run("build", exits=2)
    assert "`b` and `a` (assets.yaml:3:3) would write the same file" in shop.err


def test_texts_of_placeholders_come_and_go_with_them(shop: Shop) -> None:
    """A draft's texts are made like any, and are there after a second build."""
    shop.write("version: 1\nassets: {coin: {prompt: a coin, variants: favicon}}\n")
    shop.run("build")
    assert shop.rows()["favicon.html"]["draft"] is True
    shop.run("check")
    shop.run("build")
    assert shop.text("favicon.html").startswith("<link")
