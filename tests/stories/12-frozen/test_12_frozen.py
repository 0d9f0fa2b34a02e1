"""`--frozen` asks nobody who is paid, and says what would have to be bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_frozen(story: Story) -> None:
    """Exit 3 and no call of any kind; after a real build, exit 0."""
    result = story.run("build", "--frozen", "--yes", "--report", "r.json", exits=3)

    assert "coin" in result.err
    assert "star" in result.err
    assert story.calls == 0
    assert not story.path("originals").exists()
    report = story.report("r.json")
    assert (report["submitted"], report["spent_usd"], report["exit"]) == (0, 0, 3)
    assert report["assets"]["coin"]["status"] == "skipped"

    story.run("build")
    calls = story.calls

    story.run("build", "--frozen")
    story.delete("output")
    story.without_key().run("build", "--frozen")
    assert story.calls == calls


def test_frozen_after_a_change(story: Story) -> None:
    """What changed is listed, what did not is published, no receipt is touched."""
    story.run("build")
    story.edit("assets.yaml", "A single coin", "A shiny coin")
    story.delete("output/star.png")
    receipts, calls = story.digests("originals"), story.calls

    result = story.run("build", "--frozen", exits=3)

    assert "prompt changed" in result.err
    assert "star.png" in story.files()
    assert story.digests("originals") == receipts
    assert story.calls == calls


def test_frozen_draws_drafts(story: Story) -> None:
    """A placeholder costs nothing and asks nobody: `provider: draft` passes."""
    paid = "provider: kie, model: nano-banana-pro"
    story.edit("assets.yaml", paid, "provider: draft")

    story.run("build", "--frozen")

    assert "coin.png" in story.files()
    assert story.calls == 0
