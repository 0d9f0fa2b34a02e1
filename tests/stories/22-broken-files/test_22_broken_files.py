"""Files have mistakes: each is told with its place, and nothing is bought."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from story import Story

# What was there, what a person wrote instead, where it is told, and words of it.
MISTAKES = {
    "a misspelt template": (
        "hero.j2",
        "hreo.j2",
        "assets.yaml:9:15: assets.hero.template: ",
        ["no template named `hreo.j2`", "did you mean `hero.j2`?"],
    ),
    "an unknown key": (
        "    variants:",
        "    varients:",
        "assets.yaml:7:5: assets.coin.varients: ",
        ["did you mean `variants`?"],
    ),
    "an unknown key, deep down": (
        "{width: 64}",
        "{widht: 64}",
        "assets.yaml:7:17: assets.coin.variants",
        ["did you mean `width`?"],
    ),
    "an unknown colour": (
        "colors.primary",
        "colors.primry",
        "assets.yaml:6:",
        ["did you mean", "primary"],
    ),
    "an unknown model": (
        "nano-banana-pro",
        "nano-bananna-pro",
        "assets.yaml:3:",
        ["did you mean `nano-banana-pro`?"],
    ),
    "a ratio that the model does not have": (
        "16:9",
        "16:10",
        "assets.yaml:11:19: assets.hero.aspect_ratio: ",
        ["16:10", "did you mean `3:2`?"],
    ),
    "a value that YAML cuts": (
        "A single coin in {{ brand.colors.primary }}",
        "a coin in #EC4899 with a star",
        "assets.yaml:6:",
        ["for a comment", '"a coin in #EC4899 with a star"'],
    ),
    "a value that starts with a brace": (
        "A single coin in {{ brand.colors.primary }}",
        "{{ brand.colors.primary }} coin",
        "assets.yaml:6:",
        ["quote"],
    ),
    "a duplicate key": (
        "    vars: {mood: dreamy}",
        "    template: hero.j2",
        "assets.yaml:10:5: ",
        ["already set at assets.yaml:9:5"],
    ),
    "a tab": (
        "    vars: {mood: dreamy}",
        "\tvars: {mood: dreamy}",
        "assets.yaml:10:1: ",
        ["tab"],
    ),
    "prompt and template": (
        "    template: hero.j2",
        "    prompt: A hero\n    template: hero.j2",
        "assets.yaml:",
        ["assets.hero", "prompt", "template"],
    ),
    "a variable that is not there": (
        "{mood: dreamy}",
        "{mod: dreamy}",
        "templates/hero.j2:1:",
        ["mood"],
    ),
    "a variant larger than the picture": (
        "{width: 64}",
        "{width: 6400}",
        "assets.yaml:7:",
        ["6400", "enlarge"],
    ),
    "a name that leaves the output": (
        "  coin:",
        "  ../coin:",
        "assets.yaml:5:3: ",
        ["../coin"],
    ),
    "two files of one name": (
        "  hero:",
        "  Coin: {prompt: A coin}\n  hero:",
        "assets.yaml:8:",
        ["Coin", "coin.png"],
    ),
    "a cycle": (
        "A {{ vars.mood }} hero",
        "{% include 'hero.j2' %}",
        "templates/hero.j2:1:1: ",
        ["calls itself"],
    ),
    "a budget that is no number": (
        "5.00",
        "five",
        "assets.yaml:2:9: budget: ",
        ["five"],
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_with_its_place(story: Story, name: str) -> None:
    """Where, what, and what to do; by `build` and `validate` alike, for nothing."""
    old, new, place, words = MISTAKES[name]
    broken = "assets.yaml" if old in story.text("assets.yaml") else "templates/hero.j2"
    story.write(broken, story.text(broken).replace(old, new, 1))

    told = story.run("validate", exits=2).err

    assert place in told
    for word in words:
        assert word in told, f"`{word}` is not in:\n{told}"
    assert story.run("build", "--yes", exits=2).err == told
    assert story.calls == 0
    assert not story.path("output").exists()


def test_every_mistake_of_every_file_in_one_run(story: Story) -> None:
    """Three files, four mistakes, one run, in the files' order, each once."""
    story.edit("assets.yaml", "variants:", "varients:")
    story.edit("assets.yaml", "16:9", "16:10")
    story.edit("brand.yaml", "name: Sty", "nam: Sty")
    story.edit("templates/hero.j2", "vars.mood", "vars.mod")

    told = story.run("validate", exits=2).err

    for words in ("`varients`", "16:10", "brand.yaml:1:1", "templates/hero.j2:1:"):
        assert told.count(words) >= 1, f"{words} is missing in:\n{told}"
    assert told.index("varients") < told.index("16:10")


def test_right_files_are_said_to_be_right(story: Story) -> None:
    """`validate` of what has no mistake is 0, without a key."""
    story.without_key().run("validate")

    assert story.calls == 0


def test_a_wrong_flag_is_a_mistake_too(story: Story) -> None:
    """The nearest flag or command is named; nothing was spent."""
    assert "--frozen" in story.run("build", "--frozzen", exits=2).err
    assert "build" in story.run("biuld", exits=2).err
    assert "no asset named `con`" in story.run("build", "con", exits=2).err
    assert "missing.yaml" in story.run("build", "missing.yaml", exits=2).err
    assert story.calls == 0
