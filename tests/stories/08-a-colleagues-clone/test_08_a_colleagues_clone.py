"""A colleague clones the project and has everything, for nothing, without a key."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody answers


def test_a_colleagues_clone(story: Story) -> None:
    """No key, no network, another home: the same files, and `check` agrees."""
    story.write(".gitignore", "output/\n.assetgen.lock\n")
    story.run("build")
    story.commit("Coins and stars")
    calls = story.calls

    colleague = story.clone()
    assert colleague.files() == []
    plan = colleague.run("plan", "--json").json
    assert plan["total_usd"] == 0
    report = colleague.run("build", "--json", KIE_BASE_URL=NOWHERE).json

    assert colleague.digests() == story.digests()
    assert (report["submitted"], report["spent_usd"], report["exit"]) == (0, 0, 0)
    assert {each["status"] for each in report["assets"].values()} == {"built"}
    assert colleague.run("check", KIE_BASE_URL=NOWHERE).out == ""
    assert story.calls == calls
    assert colleague.git("status", "--porcelain") == "", "a build leaves no trace"


def test_check_is_enough_in_a_pull_request(story: Story) -> None:
    """A committed output is proven without building; what is not bought is told."""
    story.run("build")
    story.commit("Coins and stars, published too")
    colleague = story.clone()
    colleague.run("check")

    colleague.edit("assets.yaml", "A single coin", "A shiny coin")

    assert "coin" in colleague.run("check", exits=3).said
    colleague.run("check", "--allow-pending")
    colleague.run("build", exits=2)
    assert len(story.bought) == 2


def test_a_receipt_that_lies_is_damage(story: Story) -> None:
    """Bytes that are not those of the receipt: 8, nothing bought, and a way out."""
    story.run("build")
    story.commit("Coins and stars")
    colleague = story.clone().with_key()
    colleague.write(
        "originals/coin.png", colleague.path("originals/star.png").read_bytes()
    )

    assert "originals/coin.png" in colleague.run("check", exits=8).said

    colleague.edit("assets.yaml", "A single star", "A shiny star")
    colleague.write("originals/coin.json", "{}")
    told = colleague.run("build", exits=8).err
    assert "originals/coin.json" in told
    assert "git checkout" in told
    assert len(story.bought) == 2, "damage stops spending"


def test_a_picture_that_lfs_has_not_fetched(story: Story) -> None:
    """A pointer in place of a picture is not damage: 3, and the answer to it."""
    story.run("build")
    picture = story.path("originals/coin.png")
    sha256, size = story.receipt("coin")["sha256"], picture.stat().st_size
    story.commit("Coins and stars")
    colleague = story.clone()
    colleague.write(
        "originals/coin.png",
        "version https://git-lfs.github.com/spec/v1\n"
        f"oid sha256:{sha256}\nsize {size}\n",
    )
    colleague.delete("output")

    result = colleague.run("build", exits=3)

    assert "git lfs pull" in result.err
    assert "star.png" in colleague.files(), "the other one is published"
    assert len(story.bought) == 2
