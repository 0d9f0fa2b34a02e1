"""A receipt names bytes that are nowhere: nobody buys them again unasked."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_lost_original(story: Story) -> None:
    """`lost` is 3, for everyone; only `--rebuy NAME` pays again."""
    story.run("build")
    story.delete("originals/coin.png")
    shutil.rmtree(story.home / "assetgen" / "store")
    story.delete("output/star.png")

    result = story.run("build", "--yes", "--report", "report.json", exits=3)

    assert "--rebuy coin" in result.err
    assert story.report("report.json")["assets"]["coin"]["status"] == "lost"
    assert "star.png" in story.files(), "the other one is published"
    assert "coin" in story.run("check", exits=3).said
    assert story.run("status", "--json").json["assets"]["coin"]["status"] == "lost"
    assert len(story.bought) == 2

    refused = story.run("build", "--rebuy", "coin", "--budget", "0", exits=4)
    assert "$0.09" in refused.err
    assert len(story.bought) == 2
    story.run("build", "--rebuy", "coin")
    assert story.vendor.account.accepted("coin") == 2
    story.run("check")


def test_the_shelf_still_has_it(story: Story) -> None:
    """Deleted from the originals only: it is put back, for nothing."""
    story.run("build")
    sha256, calls = story.receipt("coin")["sha256"], story.calls
    story.delete("originals/coin.png")
    story.run("check", exits=3)
    story.run("plan", "--detailed-exitcode", exits=2)

    report = story.run("build", "--json").json
    story.run("check")

    assert report["assets"]["coin"]["status"] == "built"

    assert story.digests("originals")["coin.png"] == sha256
    assert story.calls == calls


def test_rebuying_what_is_not_lost_buys_nothing(story: Story) -> None:
    """`--rebuy` is for what is lost; what is here is not bought twice."""
    story.run("build")

    story.run("build", "--rebuy", "coin")

    assert len(story.bought) == 2
