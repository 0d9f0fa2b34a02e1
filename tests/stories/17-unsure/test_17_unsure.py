"""A submission's answer is lost: it may be paid for, so a person settles it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from assetgen.testing.kie import Reset

if TYPE_CHECKING:
    from story import Story


@pytest.fixture(autouse=True)
def unsure(story: Story) -> str:
    """Return the vendor's id of a job that was taken, while we have no answer."""
    story.vendor.on("create", Reset(made=True), where="coin")
    report = story.run("build", "--json", exits=5).json
    assert report["assets"]["coin"]["status"] == "unsure"
    assert report["assets"]["star"]["status"] == "built"
    (task,) = (task for task in story.vendor.account.tasks if "coin" in task.prompt)
    return task.id


def test_it_is_never_sent_again_unasked(story: Story) -> None:
    """However often one builds: 5, what to do, and no second purchase."""
    again = story.run("build", "--yes", exits=5)

    assert "resolve coin" in again.err
    assert "unsure" in story.run("status").out
    assert story.run("status", "--json").json["assets"]["coin"]["status"] == "unsure"
    assert story.vendor.account.accepted("coin") == 1
    story.run("build", "star")


def test_its_job_is_adopted(story: Story, unsure: str) -> None:
    """The id, from the vendor's page, is all that was missing: nothing is paid."""
    story.run("resolve", "coin", "--adopt", unsure, "--reason", "seen on their page")

    story.run("build")

    assert story.receipt("coin")["job"] == unsure
    assert story.vendor.account.accepted("coin") == 1
    assert "coin.png" in story.files()
    story.run("check")


def test_it_is_sent_again(story: Story) -> None:
    """A person says it was not taken; the next build pays, once more."""
    story.run("resolve", "coin", "--resend")
    assert story.vendor.account.accepted("coin") == 1, "at the next build, not now"

    story.run("build")

    assert story.vendor.account.accepted("coin") == 2
    assert "coin.png" in story.files()
    story.run("build")
    assert story.vendor.account.accepted("coin") == 2


def test_it_is_abandoned(story: Story) -> None:
    """Given up for lost: nothing is paid for it again unless a person says so."""
    story.run("resolve", "coin", "--abandon")

    assert "--rebuy coin" in story.run("build", "--yes", exits=3).err
    assert story.vendor.account.accepted("coin") == 1
    story.run("resolve", "coin", "--abandon", exits=2)

    story.run("build", "--rebuy", "coin")
    assert story.vendor.account.accepted("coin") == 2
    assert "coin.png" in story.files()


def test_a_job_is_adopted_without_a_journal(story: Story, unsure: str) -> None:
    """A colleague who only knows the job's id can take its picture."""
    story.commit("Stars, and a coin that is out")
    colleague = story.clone().with_key()

    colleague.run("resolve", "coin", "--adopt", unsure)
    colleague.run("build")

    assert colleague.receipt("coin")["job"] == unsure
    assert story.vendor.account.accepted("coin") == 1
