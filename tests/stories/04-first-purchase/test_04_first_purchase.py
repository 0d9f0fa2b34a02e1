"""The first pictures are bought: once each, with a receipt, at the price foretold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from story import digest

if TYPE_CHECKING:
    from story import Story


def test_first_purchase(story: Story) -> None:
    """What was paid, what is committed and what is published agree."""
    foretold = story.run("plan").out
    assert "$0.18" in foretold
    assert story.calls == 0, "planning asks nobody"

    report = story.run("build", "--json").json

    account = story.vendor.account
    assert sorted(story.bought) == [
        "A single coin in #EC4899",
        "A single star in #F59E0B",
    ]
    assert account.charged == 36, "credits of half a cent"
    assert (report["submitted"], report["spent_usd"], report["exit"]) == (2, 0.18, 0)
    assert not account.duplicates
    assert not account.ignored, "nothing is sent that the vendor would ignore"
    assert not account.authorization_on_files, "the key is shown to the API only"

    for name in ("coin", "star"):
        line, receipt = report["assets"][name], story.receipt(name)
        task = next(task for task in account.tasks if task.id == line["task_id"])
        assert line["status"] == "built"
        assert line["price_usd"] == 0.09
        assert receipt["sha256"] == digest(story.path(f"originals/{name}.png"))
        assert receipt["job"] == task.id
        assert receipt["request"]["prompt"] == task.prompt
        assert (receipt["provider"], receipt["model"]) == ("kie", task.model)
        assert receipt["take"] == 1
        assert receipt["price_usd"] == 0.09
    assert story.files("originals") == [
        "coin.json", "coin.png", "star.json", "star.png",
    ]  # fmt: skip
    assert {row["draft"] for row in story.index().values()} == {False}
    assert "coin@2x.webp" in story.files()


def test_while_it_works_it_says_one_event_a_line(story: Story) -> None:
    """`build --json` writes an object a line, and the report as the last."""
    lines = story.run("build", "--json").out.splitlines()

    events = [json.loads(line) for line in lines]

    assert all(isinstance(event, dict) for event in events)
    assert [event.get("event") for event in events].count("submitted") == 2
    assert events[-1]["exit"] == 0
    assert "assets" in events[-1]


def test_the_key_is_nowhere(story: Story) -> None:
    """No file of the project or the home, and nothing that was said, has the key."""
    secret = "sk-a-key-that-nobody-may-see"  # noqa: S105  a test's own
    story.vendor.account.purses[secret] = story.vendor.account.purses[story.vendor.key]
    me = story.with_key(secret)

    said = me.run("build", "-v", "--report", "report.json").said
    said += me.run("status").said + me.run("doctor").said

    assert secret not in said
    for root in (me.folder, me.home):
        for path in root.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes(), path


def test_two_assets_with_the_same_words_are_one_purchase(story: Story) -> None:
    """A request is bought once, however many assets ask for it."""
    story.edit("assets.yaml", "A single star in {{ brand.colors.accent }}",
               "A single coin in {{ brand.colors.primary }}")  # fmt: skip

    report = story.run("build", "--json").json

    assert len(story.bought) == 1
    assert (report["submitted"], report["spent_usd"]) == (1, 0.09)
    assert story.receipt("star")["sha256"] == story.receipt("coin")["sha256"]


def test_what_was_paid_is_remembered(story: Story) -> None:
    """`spend` and `status` know it, from the journal and the receipts."""
    story.run("build")

    spent = story.run("spend", "--json").json

    assert "0.18" in json.dumps(spent)
    assert "$0.18" in story.run("spend").out
    states = story.run("status", "--json").json["assets"]
    assert set(states) == {"coin", "star"}
    assert states["coin"]["status"] == "reused"
