"""The output is deleted, in part or whole; having it back costs nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from assetgen.testing.kie import Fate
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from story import Story

OURS = """\
version: 1
budget: 1.00
assets:
  sketch: {prompt: a coin, variants: [{width: 24}]}
  file: {source: pictures/file.png}
  turned: {prompt: a coin, provider: kie, model: nano-banana-pro}
"""


@pytest.mark.parametrize(
    "gone", ["output", "output/index.json", "output/coin@1x.png", "output/coin.png"]
)
def test_output_deleted(story: Story, gone: str) -> None:
    """The same bytes come back, without a key and without a call."""
    story.run("build")
    before, calls = story.digests(), story.calls

    story.delete(gone)
    story.run("check", exits=3)
    report = story.without_key().run("build", "--json", "--frozen").json

    assert story.digests() == before
    assert story.calls == calls
    assert report["submitted"] == 0
    story.run("check")


def test_the_shelf_is_deleted_too(story: Story) -> None:
    """Originals are enough: store and journal gone, everything is made from them."""
    story.run("build")
    before, calls = story.digests(), story.calls

    story.delete("output")
    shutil.rmtree(story.home)
    story.home.mkdir()
    story.without_key().run("build")

    assert story.digests() == before
    assert story.calls == calls


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "{",
        "[]",
        '{"files": [{}]}',
        "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n",
    ],
)
def test_an_index_that_cannot_be_read_is_made_again(story: Story, junk: str) -> None:
    """It is rebuilt, never an error, and files that are ours are known as ours."""
    story.run("build")
    before, calls = story.digests(), story.calls

    story.write("output/index.json", junk)
    story.run("build")

    assert story.digests() == before
    assert story.calls == calls


@pytest.mark.parametrize("index", [None, "<<<<<<< ours\n"])
def test_whatever_was_published_is_ours_without_its_index(
    story: Story, index: str | None
) -> None:
    """A placeholder, a copy of a file, a picture that came in another format."""
    story.write("assets.yaml", OURS)
    story.write("pictures/file.png", picture((64, 64), seed="file"))
    story.vendor.on("create", Fate(file_format="JPEG"))
    story.run("build")
    before = story.digests()

    if index is None:
        story.delete("output/index.json")
    else:
        story.write("output/index.json", index)
    story.run("build")

    assert story.digests() == before
    story.run("check")


def test_another_name_for_the_manifest_changes_no_file(story: Story) -> None:
    """What the old name published is taken over, not called somebody else's."""
    story.write("assets.yaml", OURS)
    story.write("pictures/file.png", picture((64, 64), seed="file"))
    story.run("build")
    before = story.digests()

    story.write("shop.yaml", OURS)
    story.delete("assets.yaml")
    story.run("build", "shop.yaml")

    after = story.digests()
    assert after.pop("index.json") != before.pop("index.json")  # it names the manifest
    assert after == before
    story.run("check", "shop.yaml")
