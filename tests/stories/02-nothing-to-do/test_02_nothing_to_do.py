"""A second build has nothing to do, does nothing, and says so at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story

KEYS = {"assets", "spent_usd", "submitted", "reused", "failed", "seconds", "exit"}


def test_nothing_to_do(story: Story) -> None:
    """The same bytes, the same times, no call, and one line."""
    story.run("build")
    bytes_before, times_before = story.digests(), story.times()
    originals_before, calls_before = story.times("originals"), story.calls

    again = story.run("build")

    assert again.out == ""
    assert "Nothing to do: 2 assets are up to date" in again.err
    assert story.digests() == bytes_before
    assert story.times() == times_before
    assert story.times("originals") == originals_before
    assert story.calls == calls_before


def test_every_way_of_asking_gets_the_same_answer(story: Story) -> None:
    """`--json`, `--report`, `-q`, another folder, another spelling of the manifest."""
    story.run("build")
    calls = story.calls

    report = story.run("build", "--json", "--report", "report.json").json

    assert set(report) == KEYS
    assert (report["submitted"], report["spent_usd"], report["reused"]) == (0, 0, 2)
    assert report["assets"]["coin"]["status"] == "reused"
    written = story.report("report.json")
    assert {**written, "seconds": 0} == {**report, "seconds": 0}
    assert story.run("build", "-q").said == ""
    assert "Nothing to do" in story.run("build", "assets.yaml", "--frozen").err
    assert "Nothing to do" in story.run("-C", "output", "build").err
    assert "Nothing to do" in story.run("build", "--budget", "0").err
    assert story.run("build", "coin", "--json").json["assets"].keys() == {"coin"}
    assert story.calls == calls


def test_the_long_way_comes_to_the_same_answer(story: Story) -> None:
    """Touched files are looked at again, and nothing is written again."""
    story.run("build")
    times = story.times()
    for name in ("assets.yaml", "brand.yaml", "originals/coin.json"):
        story.path(name).touch()

    report = story.run("build", "--json").json

    assert {each["status"] for each in report["assets"].values()} == {"reused"}
    assert story.times() == times


def test_what_changes_nothing_buys_nothing(story: Story) -> None:
    """Comments, order, line endings, a BOM and a colour's spelling are no change."""
    story.run("build")
    text = story.text("assets.yaml").replace("version: 1", "# ours\nversion: 1")
    story.write("assets.yaml", "\ufeff" + text.replace("\n", "\r\n"))
    story.edit("brand.yaml", '"#EC4899"', '"#ec4899"')

    report = story.run("build", "--json").json

    assert (report["submitted"], report["reused"]) == (0, 2)
    assert len(story.bought) == 2
