"""`--draft` shows what a paid manifest will look like, before anything is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_draft_flag(story: Story) -> None:
    """Placeholders everywhere, for nothing; the real build replaces each of them."""
    me = story.without_key()

    report = me.run("build", "--draft", "--json").json

    assert (report["submitted"], report["spent_usd"]) == (0, 0)
    assert report["assets"]["coin"]["status"] == "draft"
    assert {row["draft"] for row in me.index().values()} == {True}
    assert not me.path("originals").exists()
    assert me.calls == 0
    assert "coin" in me.run("check", exits=3).said, "the manifest asks for more"
    me.run("build", "--frozen", exits=3)
    drafts = me.digests()

    story.run("build")

    assert {row["draft"] for row in story.index().values()} == {False}
    assert story.digests().keys() == drafts.keys()
    assert not story.digests().items() & drafts.items(), "no draft is left"
    assert len(story.bought) == 2
    story.run("check")


def test_drafts_only_where_nothing_is_bought(story: Story) -> None:
    """A bought picture stays: `--draft` draws what is missing, and no more."""
    story.run("build", "coin")
    bought = story.digests()
    calls = story.calls

    report = story.run("build", "--draft", "--json").json

    assert report["assets"]["star"]["status"] == "draft"
    assert story.digests().items() >= {
        each for each in bought.items() if each[0] != "index.json"
    }
    assert story.index()["coin.png"]["draft"] is False
    assert story.index()["star.png"]["draft"] is True
    assert story.calls == calls
    assert "star" in story.run("status").out


def test_a_budget_and_a_draft_are_no_contradiction(story: Story) -> None:
    """A draft build never asks for consent."""
    story.run("build", "--draft", "--budget", "0")

    assert story.calls == 0
