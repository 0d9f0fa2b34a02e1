"""Two builds at once, in one checkout and in two: each picture is bought once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from assetgen.testing.kie import Fate

if TYPE_CHECKING:
    from story import Story


def test_a_project_is_held_by_one_build(story: Story) -> None:
    """The second is told who holds it (6), or waits if it was told to."""
    story.vendor.on("create", Fate(latency=60), times=None)
    with story.start("build") as first:
        story.wait_until_bought(2)
        held = story.run("build", "--report", "report.json", exits=6)
        assert str(first.pid) in held.err
        assert story.report("report.json")["exit"] == 6

        with story.start("build", "--lock-timeout", "50", "--json") as second:
            story.vendor.clock.advance(60)
            first.communicate(timeout=50)
            out, _ = second.communicate(timeout=50)

    assert (first.returncode, second.returncode) == (0, 0)
    assert json.loads(out.splitlines()[-1])["submitted"] == 0
    assert len(story.bought) == 2


def test_two_checkouts_never_buy_one_request_twice(story: Story) -> None:
    """One home, two checkouts, at the same time: the second takes the first's."""
    story.commit("what we want")
    other = story.clone("other")
    second = type(story)(other.folder, story.home, story.vendor, story.key)
    story.vendor.change(fate=Fate(latency=1))

    with story.start("build") as first:
        story.wait_until_bought(1)
        second.run("build")
        first.communicate(timeout=30)

    assert first.returncode == 0
    assert len(story.bought) == 2
    assert second.digests("originals").keys() == story.digests("originals").keys()
    assert second.receipt("coin")["sha256"] == story.receipt("coin")["sha256"]


def test_plan_and_status_do_not_wait(story: Story) -> None:
    """Reading needs no lock: a running build is looked at while it runs."""
    story.vendor.on("create", Fate(latency=60), times=None)
    with story.start("build") as build:
        story.wait_until_bought(2)
        assert "coin" in story.run("status").out
        story.run("plan")
        assert build.poll() is None
        story.vendor.clock.advance(60)
        build.communicate(timeout=50)

    assert build.returncode == 0
