"""The vendor refuses one of sixteen pictures; the other fifteen are not held up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.testing.kie import PROHIBITED, Fate, Refuse

if TYPE_CHECKING:
    from story import Story

SAFETY = "Your prompt was flagged by our content policy"


def test_one_refusal_among_sixteen(story: Story) -> None:
    """Fifteen are published, one is explained; mending it buys that one only."""
    story.vendor.on("create", Refuse(422, SAFETY), where="skull", times=None)

    result = story.run("build", "--report", "report.json", exits=1)

    assert "animal-skull" in result.err
    assert SAFETY in result.err, "in the vendor's own words"
    assert "hint" in result.err
    report = story.report("report.json")
    assert (report["failed"], report["submitted"], report["exit"]) == (1, 15, 1)
    assert report["spent_usd"] == 0.30
    assert report["assets"]["animal-skull"]["status"] == "failed"
    assert SAFETY in report["assets"]["animal-skull"]["error"]
    assert report["assets"]["animal-skull"]["price_usd"] == 0
    assert len(story.index()) == 15
    assert story.vendor.account.charged == 15 * 4

    story.edit("assets.yaml", "skull]", "swan]")
    report = story.run("build", "--json").json

    assert story.bought[15:] == ["A swan on a plain white ground"]
    assert report["submitted"] == 1
    assert len(story.index()) == 16
    assert not story.vendor.account.duplicates


def test_a_job_that_fails_is_not_bought_again_unasked(story: Story) -> None:
    """Accepted, then failed for its words: it stays failed until a person acts."""
    story.vendor.on("create", Fate(fail=PROHIBITED), where="skull")
    first = story.run("build", exits=1)
    assert "`assetgen retake animal-skull`" in first.err
    calls = story.calls

    again = story.run("build", exits=1)

    assert "animal-skull" in again.err
    assert "prohibited content" in again.err
    assert story.calls == calls
    assert len(story.bought) == 16
    assert story.vendor.account.charged == 15 * 4, "the vendor gave it back"
