"""A build ends too early; what was paid for is collected by the next one."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest

from assetgen.testing.kie import Fate

if TYPE_CHECKING:
    from story import Story


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)]
)
def test_an_interruption_loses_nothing(
    story: Story, number: signal.Signals, code: int
) -> None:
    """Ctrl-C while two jobs are out: no traceback, and no second purchase."""
    story.vendor.on("create", Fate(latency=30), times=None)
    with story.start("build") as build:
        story.wait_until_bought(2)
        build.send_signal(number)
        _, err = build.communicate(timeout=20)
    assert build.returncode == code
    assert "Traceback" not in err

    story.vendor.clock.advance(60)
    report = story.run("build", "--json").json

    assert (report["submitted"], len(story.bought)) == (0, 2)
    assert story.files("originals") == [
        "coin.json", "coin.png", "star.json", "star.png",
    ]  # fmt: skip
    story.run("check")


def test_a_kill_loses_nothing(story: Story) -> None:
    """Killed outright: the journal knew the jobs before anything else happened."""
    story.vendor.on("create", Fate(latency=30), times=None)
    with story.start("build") as build:
        story.wait_until_bought(2)
        while story.vendor.account.polls == ():
            assert build.poll() is None
        build.kill()

    story.vendor.clock.advance(60)
    story.run("build")

    assert len(story.bought) == 2
    assert not story.vendor.account.duplicates


def test_a_job_that_takes_too_long_is_pending(story: Story) -> None:
    """7, not a failure; `status` names the job, and the next build collects it."""
    story.vendor.on("create", Fate(latency=30), where="coin")

    result = story.run("build", "--report", "report.json", KIE_TIMEOUT="1", exits=7)

    line = story.report("report.json")["assets"]["coin"]
    assert line["status"] == "pending"
    assert line["task_id"] in result.err
    assert line["task_id"] in story.run("status").out
    assert "star.png" in story.files()
    story.run("build", "--frozen", exits=3)

    story.vendor.clock.advance(60)
    assert story.run("build", "--json").json["submitted"] == 0
    assert "coin.png" in story.files()
    assert len(story.bought) == 2


def test_a_job_of_another_key_is_kept_and_named(story: Story) -> None:
    """With another key nobody can ask for it, and nobody calls it lost."""
    other = "another-key-of-ours"
    story.vendor.account.purses[other] = story.vendor.account.purses[story.vendor.key]
    story.vendor.on("create", Fate(latency=30), where="coin")
    story.run("build", KIE_TIMEOUT="1", exits=7)
    (job,) = (t.id for t in story.vendor.account.tasks if "coin" in t.prompt)

    said = story.with_key(other).run("doctor").said

    assert job in said
    assert "lost" not in story.with_key(other).run("status").out
    story.vendor.clock.advance(60)
    story.run("build")
    assert len(story.bought) == 2
