"""A first build needs no account, no key and no network: it draws drafts."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from story import Story

COLUMNS = {
    "path", "sha256", "bytes", "width", "height", "format", "asset", "variant", "alt",
    "manifest", "prompt_sha256", "source_sha256", "recipe", "draft",
}  # fmt: skip
FILES = [
    "credits/coin.png",
    "credits/coin@1x.png",
    "credits/coin@1x.webp",
    "credits/coin@2x.webp",
    "hero-320w.webp",
    "hero.png",
]


def test_first_build(story: Story) -> None:
    """Words become files, an index that tells of each, and marks that say draft."""
    me = story.without_key()

    built = me.run("build", "--report", "report.json")

    assert built.out == "", "stdout is for data"
    assert "draft" in built.err
    assert me.files() == sorted([*FILES, "index.json"])
    assert not me.path("originals").exists(), "a draft is nothing to commit"
    assert me.calls == 0, "nobody was called"

    rows = me.index()
    assert list(rows) == FILES, "the index is in the order of its paths"
    for path, row in rows.items():
        data = me.path(f"output/{path}").read_bytes()
        with Image.open(me.path(f"output/{path}")) as picture:
            size = picture.size
            picture.load()
        assert set(row) == COLUMNS
        assert row["sha256"] == hashlib.sha256(data).hexdigest()
        assert (row["bytes"], row["width"], row["height"]) == (len(data), *size)
        assert row["format"] == path.rpartition(".")[2]
        assert row["draft"] is True
        assert b"assetgen:draft" in data, "the mark of a draft is in the pixels' file"
    assert rows["credits/coin@1x.png"]["width"] == 24
    assert rows["credits/coin@2x.webp"]["asset"] == "credits/coin"
    assert rows["credits/coin.png"]["alt"] == "A coin"
    assert rows["hero.png"]["alt"] is None
    width, height = rows["hero.png"]["width"], rows["hero.png"]["height"]
    assert abs(width / height - 16 / 9) < 0.03, f"16:9 is a ratio: {width}x{height}"

    report = me.report("report.json")
    assert set(report) == {
        "assets", "spent_usd", "submitted", "reused", "failed", "seconds", "exit",
    }  # fmt: skip
    assert (report["submitted"], report["spent_usd"], report["exit"]) == (0, 0, 0)
    coin = report["assets"]["credits/coin"]
    assert set(coin) == {
        "status", "reason", "files", "price_usd", "task_id", "error",
    }  # fmt: skip
    assert coin["status"] == "draft"
    assert coin["files"] == [f"output/{path}" for path in FILES[:4]]
    assert (coin["price_usd"], coin["task_id"], coin["error"]) == (0, None, None)


def test_drafts_are_accepted_by_every_other_command(story: Story) -> None:
    """`check`, `--frozen` and `plan` agree: there is nothing to do."""
    me = story.without_key()
    me.run("check", exits=3)
    me.run("plan", "--detailed-exitcode", exits=2)

    me.run("build", "--frozen")

    me.run("check")
    me.run("plan", "--detailed-exitcode")
    assert me.calls == 0


def test_the_same_words_draw_the_same_bytes(story: Story) -> None:
    """A draft is a function of the files: elsewhere it is the same."""
    me = story.without_key()
    story.commit("what we want")
    me.run("build")

    elsewhere = story.clone()
    elsewhere.run("build", "-q")

    assert elsewhere.digests() == me.digests()


def test_the_prompt_is_what_the_files_say(story: Story) -> None:
    """Template, brand, vars and exclusions make one text, which `prompt` shows."""
    shown = story.run("prompt", "hero").out

    assert "A dreamy landscape of coins for Sty" in shown
    assert "amber (#F59E0B), premium, minimalist, clean" in shown
    assert "people" in shown
    assert story.calls == 0
