"""A plan is data: for a shell its exit code, for a program a file."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from story import Story


def test_the_exit_code_tells(story: Story) -> None:
    """0 nothing to do, 2 something, 1 a mistake; without the option a plan is 0."""
    story.run("plan")
    story.run("plan", "--detailed-exitcode", exits=2)
    story.run("build")
    story.run("plan", "--detailed-exitcode")
    story.delete("output/coin@1x.png")
    story.run("plan", "--detailed-exitcode", exits=2)
    story.edit("assets.yaml", "variants: icon\n  star", "variants: icom\n  star")
    story.run("plan", "--detailed-exitcode", exits=1)
    story.run("plan", exits=2)


def test_the_plan_is_a_file(story: Story) -> None:
    """`-o plan.json` and `--json` say the same: deeds, reasons, prices, files."""
    story.run("build", "star")

    story.run("plan", "-o", "plan.json")

    plan = json.loads(story.text("plan.json"))
    assert plan == story.run("plan", "--json").json
    assert plan["total_usd"] == 0.09
    coin, star = (plan["assets"][name] for name in ("coin", "star"))
    assert coin["price_usd"] == 0.09
    assert coin["reason"] == "never made"
    assert star["price_usd"] == 0
    assert [file["path"] for file in coin["files"]] == [
        "coin.png", "coin@1x.png", "coin@1x.webp", "coin@2x.png", "coin@2x.webp",
    ]  # fmt: skip


def test_a_plan_needs_nothing_and_changes_nothing(story: Story) -> None:
    """No key, no network, no file written."""
    before = story.digests(".")

    story.without_key().run("plan", KIE_BASE_URL="http://127.0.0.1:9")

    assert story.digests(".") == before
    assert story.calls == 0


def test_what_is_planned_is_what_is_built(story: Story) -> None:
    """The plan's purchases are the vendor's tasks, its price is the account's."""
    plan = story.run("plan", "--json").json

    story.run("build")

    cost = float(story.vendor.account.charged) * 0.005
    assert plan["total_usd"] == cost
