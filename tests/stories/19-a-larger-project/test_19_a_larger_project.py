"""A matrix, a sub-brand, includes, tags, a file of one's own, two outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story

ICONS = [
    "task-icon-accent-calm",
    "task-icon-accent-loud",
    "task-icon-primary-calm",
    "task-icon-primary-loud",
]


def test_a_larger_project(story: Story) -> None:
    """Every file is where the manifest says, in the output that it says."""
    report = story.run("build", "--json").json

    assert sorted(report["assets"]) == ["credits/coin", "logo", *ICONS]
    tails = (".png", "@2x.png", "@2x.webp")
    icons = [f"{name}{tail}" for name in ICONS for tail in tails]
    assert story.files("site/img") == sorted(["index.json", *icons])
    assert story.files("app/assets") == [
        "credits/coin.png", "index.json", "logo.png", "logo@2x.png", "logo@2x.webp",
    ]  # fmt: skip
    rows = story.index("app/assets")
    assert rows["logo.png"]["draft"] is False, "a file of one's own is no draft"
    assert rows["logo.png"]["prompt_sha256"] is None
    assert rows["credits/coin.png"]["draft"] is True
    assert report["assets"]["logo"]["status"] == "built"
    assert story.calls == 0
    story.run("check")


def test_words_come_from_everywhere(story: Story) -> None:
    """The sub-brand, the matrix and the included template are in the words."""
    coin = story.run("prompt", "credits/coin").out
    assert "A polished" in coin
    assert "coin in #3B82F6 and amber" in coin
    icons = story.run("prompt", "task-icon").out
    assert "A calm check mark in #F59E0B" in icons
    assert "A loud check mark in #EC4899" in icons


def test_a_part_of_it(story: Story) -> None:
    """Names, globs, a matrix's base name and tags choose; the rest is not built."""
    chosen = {
        ("task-icon-accent-calm",): ICONS[:1],
        ("task-icon-*-loud",): [ICONS[1], ICONS[3]],
        ("task-icon",): ICONS,
        ("--tag", "press"): ["logo"],
        ("--tag", "shop"): ["credits/coin", *ICONS],
    }
    for words, names in chosen.items():
        report = story.run("build", *words, "--json").json
        assert sorted(report["assets"]) == sorted(names), words

    assert "did you mean" in story.run("build", "task-icn", exits=2).err
    assert "did you mean" in story.run("build", "--tag", "pres", exits=2).err


def test_a_change_of_an_included_file_is_seen(story: Story) -> None:
    """After a build with nothing to do, each file that words come from counts."""
    story.run("build")
    assert "Nothing to do" in story.run("build").err
    before = story.digests("app/assets")

    story.edit("templates/look.j2", "A polished", "A dull")
    story.run("build")
    middle = story.digests("app/assets")
    assert middle["credits/coin.png"] != before["credits/coin.png"]

    story.write("assets/more.yaml", "assets:\n  dot: {prompt: A dot}\n")
    story.run("build")
    assert "dot.png" in story.files("site/img")
    assert story.digests("app/assets")["logo.png"] == before["logo.png"]
