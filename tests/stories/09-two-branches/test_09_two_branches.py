"""Two branches buy pictures and are merged by real git."""

from __future__ import annotations

from typing import TYPE_CHECKING

from story import digest

if TYPE_CHECKING:
    from story import Story


def test_different_assets_merge_cleanly(story: Story) -> None:
    """Each branch bought another asset: git has nothing to ask, nor have we."""
    story.run("build")
    story.commit("Coins and stars")
    story.git("switch", "--quiet", "--create", "shiny")
    story.edit("assets.yaml", "A single coin", "A shiny coin")
    story.run("build")
    story.commit("A shiny coin")
    story.git("switch", "--quiet", "main")
    story.edit("assets.yaml", "A single star", "A falling star")
    story.run("build")
    story.commit("A falling star")
    assert len(story.bought) == 4

    story.git("merge", "--quiet", "--no-edit", "shiny")

    assert story.run("build", "--json").json["submitted"] == 0
    story.run("check")
    colleague = story.clone()
    colleague.run("build")
    assert colleague.digests() == story.digests()
    assert len(story.bought) == 4


def test_two_takes_of_one_asset_are_a_question(story: Story) -> None:
    """A conflict in receipt and picture is for a person to settle: 5, then `pick`."""
    mine, theirs = _two_takes(story)
    bought, calls = len(story.bought), story.calls

    result = story.run("build", "--report", "report.json", exits=5)

    assert "pick coin" in result.err
    report = story.report("report.json")
    assert report["assets"]["coin"]["status"] == "waiting"
    assert report["assets"]["star"]["status"] in {"built", "reused"}
    assert "star.png" in story.files(), "the others are published"
    story.run("check", exits=5)

    story.run("pick", "coin", "2")
    story.run("build")

    assert story.receipt("coin")["sha256"] == theirs
    assert digest(story.path("originals/coin.png")) == theirs
    story.run("check")
    story.run("pick", "coin", "3")
    assert digest(story.path("originals/coin.png")) == mine
    story.commit("Merged: take 3")
    assert (len(story.bought), story.calls) == (bought, calls)


def test_the_other_takes_bytes_come_from_git(story: Story) -> None:
    """A colleague who merges has theirs in no store; git has it, and is named."""
    story.run("build")
    story.commit("Coins and stars")
    colleague = story.clone().with_key()
    colleague.run("retake", "coin")
    colleague.run("build")
    colleague.commit("Another coin of mine")
    story.edit("assets.yaml", "A single coin", "A shiny coin")
    story.run("build")
    story.commit("A shiny coin")
    theirs = story.receipt("coin")["sha256"]

    colleague.git("pull", "--quiet", "--no-rebase", "origin", "main", exits=1)
    colleague.run("build", exits=5)
    colleague.git("checkout", "--theirs", "originals/coin.png", "originals/coin.json")
    colleague.run("build")

    assert colleague.receipt("coin")["sha256"] == theirs
    assert len(story.bought) == 4
    colleague.run("check")


def _two_takes(story: Story) -> tuple[str, str]:
    """Leave a merge in conflict: take 3 is ours, take 2 is theirs; return digests."""
    story.run("build")
    story.commit("Coins and stars")
    digests = []
    for branch in ("second", "third"):
        story.git("switch", "--quiet", "--create", branch, "main")
        story.run("retake", "coin")
        story.run("build")
        story.commit(f"Another coin: the {branch}")
        digests.append(story.receipt("coin")["sha256"])
    assert len(story.bought) == 4
    conflict = story.git("merge", "second", exits=1)
    assert "originals/coin.json" in conflict
    assert "originals/coin.png" in conflict
    assert "<<<<<<<" in story.text("originals/coin.json")
    return digests[1], digests[0]
