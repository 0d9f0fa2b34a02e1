"""Nobody said yes to spending, so nothing is bought; what is free is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story

FREE = "\n  sketch:\n    provider: draft\n    prompt: A sketch\n"


def test_no_consent(story: Story) -> None:
    """Without a budget, a yes or a person, the total is shown and nobody is called."""
    story.write("assets.yaml", story.text("assets.yaml").rstrip() + FREE)

    result = story.run("build", "--report", "report.json", exits=4)

    assert "$0.18" in result.err, "the total is shown"
    assert "--yes" in result.err, "the way out is named"
    assert story.calls == 0, "nobody was asked for anything"
    assert story.files() == ["index.json", "sketch.png"], "free work is done"
    report = story.report("report.json")
    assert (report["submitted"], report["spent_usd"], report["exit"]) == (0, 0, 4)
    assert report["assets"]["coin"]["status"] == "skipped"
    assert report["assets"]["sketch"]["status"] == "draft"


def test_each_way_to_agree(story: Story) -> None:
    """A budget that covers the total agrees, one that does not refuses, yes agrees."""
    too_small = story.run("build", "--budget", "0.17", exits=4)
    assert "$0.17" in too_small.err
    story.run("build", "--budget", "0.17", "--yes", exits=4)
    assert story.bought == []

    story.run("build", "--budget", "0.18")
    assert len(story.bought) == 2

    story.edit("assets.yaml", "A single coin", "A double coin")
    story.run("build", exits=4)
    story.run("build", "--yes")
    assert len(story.bought) == 3


def test_a_flag_stands_above_the_manifest(story: Story) -> None:
    """`--budget` replaces the manifest's budget in both directions."""
    story.edit("assets.yaml", "version: 1", "version: 1\nbudget: 5.00")
    story.run("build", "--budget", "0.01", exits=4)
    assert story.calls == 0

    story.edit("assets.yaml", "budget: 5.00", "budget: 0.01")
    story.run("build", exits=4)
    story.run("build", "--budget", "0.18")
    assert len(story.bought) == 2


def test_without_a_key_nothing_is_bought(story: Story) -> None:
    """A missing key is a setting to mend (2), found before anything is sent."""
    result = story.without_key().run("build", "--yes", exits=2)

    assert "KIE_API_KEY" in result.err
    assert story.calls == 0
