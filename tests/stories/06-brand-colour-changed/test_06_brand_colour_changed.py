"""The brand's colour changes: the assets that say it are bought again, no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_brand_colour_changed(story: Story) -> None:
    """Two of four say `primary`, so two are bought, for two cents each."""
    story.run("build")
    assert story.vendor.account.charged == 16

    story.edit("brand.yaml", "#EC4899", "#BE185D")
    assert "$0.04" in story.run("plan").out
    report = story.run("build", "--json").json

    assert sorted(story.bought[4:]) == ["A coin in #BE185D", "A heart in #BE185D"]
    assert (report["submitted"], report["spent_usd"]) == (2, 0.04)
    statuses = {name: each["status"] for name, each in report["assets"].items()}
    assert statuses == {
        "coin": "built", "heart": "built", "star": "reused", "cloud": "reused",
    }  # fmt: skip


def test_a_colour_that_nobody_says_changes_nothing(story: Story) -> None:
    """A new colour and a new keyword in the brand concern nobody."""
    story.run("build")
    calls = story.calls

    story.edit("brand.yaml", "colors:", "keywords: [calm]\ncolors:\n  night: '#111'")

    assert story.run("build", "--json").json["submitted"] == 0
    assert story.calls == calls


def test_a_colour_is_renamed(story: Story) -> None:
    """A name that is not there any more is a mistake with its place, not a purchase."""
    story.edit("brand.yaml", "primary:", "primery:")

    result = story.run("build", exits=2)

    assert "assets.yaml:6:" in result.err
    assert "did you mean" in result.err
    assert story.calls == 0
