"""One word of one asset is changed: that asset is bought again, and no other."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_one_word_changed(story: Story) -> None:
    """`plan` and `why` say it first, with the price; then exactly that happens."""
    story.run("build")
    star, coin = story.receipt("star"), story.receipt("coin")
    story.edit("assets.yaml", "A single coin", "A shiny coin")

    plan = story.run("plan", "--json").json
    assert plan["total_usd"] == 0.09
    told = story.run("plan").out
    assert "prompt changed" in told
    assert "$0.09" in told
    why = story.run("why", "coin").out
    assert "prompt: A [-single-] {+shiny+} coin in #EC4899" in why
    assert "$0.09" in why
    assert len(story.bought) == 2, "talking about it buys nothing"

    report = story.run("build", "--json").json

    assert (report["submitted"], report["spent_usd"]) == (1, 0.09)
    assert story.bought[2:] == ["A shiny coin in #EC4899"]
    assert report["assets"]["coin"]["status"] == "built"
    assert report["assets"]["star"]["status"] == "reused"
    assert story.receipt("star") == star
    assert story.receipt("coin")["sha256"] != coin["sha256"]


def test_the_word_changed_back_costs_nothing(story: Story) -> None:
    """The first picture was paid for once, and comes back from the shelf."""
    story.run("build")
    first = story.digests()
    story.edit("assets.yaml", "A single coin", "A shiny coin")
    story.run("build")
    calls = story.calls

    story.edit("assets.yaml", "A shiny coin", "A single coin")
    story.run("build")

    assert story.calls == calls
    assert len(story.bought) == 3
    assert story.digests() == first


def test_nothing_changed_says_so(story: Story) -> None:
    """`why` of a picture that is as asked for has nothing to tell."""
    story.run("build")

    assert "the request is the one of" in story.run("why", "coin").out
