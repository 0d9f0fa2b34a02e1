"""The budget does not cover everything: nothing, or with `--partial` what fits."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_nothing_without_partial(story: Story) -> None:
    """The total, the budget and the way out are said; nobody is called."""
    result = story.run("build", exits=4)

    assert "$0.29" in result.err
    assert "$0.20" in result.err
    assert "--partial" in result.err
    assert story.calls == 0


def test_partial_buys_in_the_manifests_order(story: Story) -> None:
    """What the budget covers, then 4; and the next build goes on."""
    report = story.run("build", "--partial", "--json", exits=4).json

    assert sorted(story.bought) == ["The cheap one", "The first", "The second"]
    assert (report["submitted"], report["spent_usd"]) == (3, 0.20)
    assert report["assets"]["third"]["status"] == "skipped"
    assert story.vendor.account.charged == 40

    story.run("build", "--partial")

    assert story.bought[3:] == ["The third"]
    assert not story.vendor.account.duplicates


def test_partial_with_a_budget_of_nothing(story: Story) -> None:
    """Nothing fits, so nothing is bought, and that is 4."""
    story.run("build", "--partial", "--budget", "0", exits=4)

    assert story.calls == 0


def test_a_price_that_nobody_knows(story: Story) -> None:
    """An amount that is no amount is a mistake of the command line."""
    for odd in ("-1", "nan", "inf", "1,50", "many"):
        story.run("build", f"--budget={odd}", exits=2)

    assert story.calls == 0
