"""Another picture of the same words, an earlier one again, one that stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from story import digest

if TYPE_CHECKING:
    from story import Story


def test_retake_and_pick(story: Story) -> None:
    """`retake` tells its price and buys once; `pick` goes back for nothing."""
    story.run("build")
    first, files = story.receipt("coin")["sha256"], story.digests()

    assert "$0.09" in story.run("retake", "coin").said
    story.run("retake", "coin")
    assert len(story.bought) == 2, "asking for it buys nothing yet"
    assert "$0.09" in story.run("plan").out
    story.run("check", exits=3)
    story.run("check", "--allow-pending")
    report = story.run("build", "--json").json

    assert report["submitted"] == 1, "twice before a build is once"
    assert story.vendor.account.accepted("coin") == 2
    second = story.receipt("coin")
    assert second["take"] == 2
    assert second["sha256"] != first
    assert story.run("build", "--json").json["submitted"] == 0

    calls = story.calls
    story.run("pick", "coin", "1")
    story.run("build")
    assert story.receipt("coin")["sha256"] == first
    assert digest(story.path("originals/coin.png")) == first
    assert story.digests() == files
    assert story.calls == calls

    story.run("retake", "coin")
    story.run("build")
    assert story.receipt("coin")["take"] == 3, "the highest known plus one"
    assert story.vendor.account.accepted("coin") == 3


def test_keep(story: Story) -> None:
    """The words change and the picture stays; a later change asks again."""
    story.run("build")
    first = story.receipt("coin")["sha256"]
    story.edit("assets.yaml", "A single coin", "One single coin")

    story.run("keep", "coin", "--reason", "a matter of words")
    report = story.run("build", "--json").json

    assert report["submitted"] == 0
    assert report["assets"]["coin"]["status"] == "kept"
    assert story.receipt("coin")["sha256"] == first
    assert story.receipt("coin")["kept"]["reason"] == "a matter of words"
    story.run("check")

    story.edit("assets.yaml", "One single coin", "Two coins")
    assert "$0.09" in story.run("plan").out
    story.run("build")
    assert story.bought[2:] == ["Two coins in #EC4899"]


def test_what_cannot_be_picked(story: Story) -> None:
    """A take that never was, an asset that never was: 2, and what there is."""
    story.run("build")

    assert "1" in story.run("pick", "coin", "7", exits=2).err
    story.run("pick", "coin", "first", exits=2)
    assert "did you mean `coin`" in story.run("retake", "coim", exits=2).err
