"""Sizes are added, files renamed, assets removed; what is published follows, free."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_a_variant_is_added(story: Story) -> None:
    """Only the new file is made, from the picture that is there."""
    story.run("build")
    before, times, calls = story.digests(), story.times(), story.calls

    story.edit("assets.yaml", "width: 24}", "width: 24}\n      - {width: 64}")
    plan = story.run("plan", "--json").json
    assert plan["total_usd"] == 0
    report = story.run("build", "--json").json

    after = story.digests()
    assert set(after) - set(before) == {"coin-64w.png", "coin-64w.webp"}
    kept = set(before) - {"index.json"}
    assert {name: story.times()[name] for name in kept} == {n: times[n] for n in kept}
    assert report["assets"]["coin"]["status"] == "built"
    assert story.calls == calls


def test_a_variant_is_renamed(story: Story) -> None:
    """The old name goes, the new one comes; `plan` says so first."""
    story.run("build")
    calls = story.calls

    story.edit("assets.yaml", '"@1x"', '"-small"')
    assert "coin@1x.png" in story.run("plan").out
    assert "coin@1x.png" in story.files(), "saying it removes nothing"
    story.run("build", "coin")
    assert "coin@1x.png" in story.files(), "`build NAME` never removes"
    story.run("build")

    assert story.files() == [
        "coin-small.png", "coin-small.webp", "coin.png", "index.json",
    ]  # fmt: skip
    assert story.calls == calls


def test_an_asset_is_removed(story: Story) -> None:
    """Its files go, an edited one stays, and so does the original, which is money."""
    story.run("build")
    story.write("output/coin@1x.webp", b"mine now")
    story.write("assets.yaml", "version: 1\nassets:\n  dot: {prompt: A dot}\n")

    result = story.run("build")

    assert story.files() == ["coin@1x.webp", "dot.png", "index.json"]
    assert "coin@1x.webp" in result.err
    assert story.files("originals") == ["coin.json", "coin.png"]
    assert len(story.bought) == 1


def test_two_manifests_share_an_output(story: Story) -> None:
    """Each removes only what it published itself."""
    story.run("build")
    story.run("build", "second.yaml")
    assert story.files() == [
        "badge.png", "coin.png", "coin@1x.png", "coin@1x.webp", "index.json",
    ]  # fmt: skip
    assert {row["manifest"] for row in story.index().values()} == {
        "../assets.yaml", "../second.yaml",
    }  # fmt: skip

    story.edit("second.yaml", "  badge:", "  medal:")
    story.run("build", "second.yaml")
    story.run("build")

    assert story.files() == [
        "coin.png", "coin@1x.png", "coin@1x.webp", "index.json", "medal.png",
    ]  # fmt: skip
    assert len(story.index()) == 4
    story.run("check")
    story.run("check", "second.yaml")


def test_alt_text_changes_the_index_and_no_picture(story: Story) -> None:
    """What is said about a picture is free to change."""
    story.run("build")
    times, calls = story.times(), story.calls

    story.edit("assets.yaml", "    variants:", "    alt: A rosy coin\n    variants:")
    story.run("build")

    assert {row["alt"] for row in story.index().values()} == {"A rosy coin"}
    changed = {name for name, time in story.times().items() if times[name] != time}
    assert changed == {"index.json"}
    assert story.calls == calls
