"""A person edits a published file; it is theirs now, until they say otherwise."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageOps

if TYPE_CHECKING:
    from story import Story


@pytest.fixture
def edited(story: Story) -> bytes:
    """Return the bytes of a published picture after an edit by hand."""
    story.run("build")
    with Image.open(story.path("output/coin.png")) as picture:
        into = io.BytesIO()
        ImageOps.mirror(picture.convert("RGB")).save(into, "PNG")
    story.write("output/coin.png", into.getvalue())
    return into.getvalue()


def test_it_is_reported_and_left_alone(story: Story, edited: bytes) -> None:
    """Exit 3, by `build` and by `check`; the rest of the project is built."""
    story.delete("output/star.png")

    result = story.run("build", "--report", "report.json", exits=3)

    assert "coin.png" in result.err
    assert "adopt" in result.err
    assert story.report("report.json")["assets"]["coin"]["status"] == "edited"
    assert story.path("output/coin.png").read_bytes() == edited
    assert "star.png" in story.files()
    story.run("build", exits=3)
    assert "coin.png" in story.run("check", exits=3).said
    assert len(story.bought) == 2


def test_deleting_it_brings_ours_back(story: Story, edited: bytes) -> None:
    """For nothing, and then all is well."""
    calls = story.calls

    story.delete("output/coin.png")
    story.run("build")

    assert story.path("output/coin.png").read_bytes() != edited
    story.run("check")
    assert story.calls == calls


def test_adopting_it_makes_it_the_choice(story: Story, edited: bytes) -> None:
    """It goes to the originals with a receipt, and every size is made from it."""
    calls, before = story.calls, story.digests()

    story.run("adopt", "coin", "output/coin.png")
    story.run("build")

    assert story.path("originals/coin.png").read_bytes() == edited
    assert story.receipt("coin")["adopted"] is True
    after = story.digests()
    assert after["coin@2x.webp"] != before["coin@2x.webp"]
    assert after["star.png"] == before["star.png"]
    story.run("check")
    assert story.calls == calls


def test_a_changed_request_does_not_replace_it(story: Story, edited: bytes) -> None:
    """Even a newly bought picture does not write over a person's file."""
    story.edit("assets.yaml", "A single coin", "A shiny coin")

    story.run("build", exits=3)

    assert story.path("output/coin.png").read_bytes() == edited


def test_a_file_that_was_never_ours_is_left(story: Story) -> None:
    """Something stands where we would publish: it is not written over."""
    story.write("output/coin@1x.png", b"a note of mine")

    story.run("build", exits=3)

    assert story.path("output/coin@1x.png").read_bytes() == b"a note of mine"
    assert "coin@2x.png" in story.files()
