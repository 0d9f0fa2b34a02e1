"""In CI the journal dies with the runner, so agreeing to spend takes one word more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from story import Story


def test_a_budget_is_not_enough_in_ci(story: Story) -> None:
    """With CI=true a covering budget ends in 4, before the first call."""
    result = story.run("build", CI="true", exits=4)

    assert "CI" in result.err
    assert "ASSETGEN_DURABLE" in result.err
    assert story.calls == 0


@pytest.mark.parametrize("word", ["--yes", "ASSETGEN_DURABLE"])
def test_one_word_more_is(story: Story, word: str) -> None:
    """`--yes` takes the risk, `ASSETGEN_DURABLE=1` says that there is none."""
    words, variables = (["--yes"], {}) if word == "--yes" else ([], {word: "1"})

    story.run("build", *words, CI="true", **variables)

    assert len(story.bought) == 2


def test_durable_is_no_consent(story: Story) -> None:
    """The home is kept, but still nobody agreed to the price."""
    story.edit("assets.yaml", "budget: 1.00\n", "")

    story.run("build", CI="true", ASSETGEN_DURABLE="1", exits=4)

    assert story.calls == 0


def test_what_ci_does_every_day(story: Story) -> None:
    """`check`, and a build with nothing to buy, need neither a key nor a word."""
    story.run("build")
    story.commit("Coins and stars")
    runner = story.clone("runner")

    runner.run("check", CI="true")
    runner.delete("output")
    runner.run("build", "--frozen", CI="true")
    runner.run("check", CI="true")

    assert len(story.bought) == 2


def test_ci_gets_no_colours_and_no_moving_lines(story: Story) -> None:
    """A log is read later: no escape, no carriage return."""
    said = story.run("build", "--yes", CI="true").said

    assert "\x1b" not in said
    assert "\r" not in said
    assert "\x1b" not in story.run("plan", NO_COLOR="1").said
