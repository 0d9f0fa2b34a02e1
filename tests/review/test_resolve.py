"""A person settles what nobody knows; nothing is sent by settling it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from assetgen.journal import Journal
from assetgen.plan import Deed
from assetgen.testing.kie import Refuse, Reset

if TYPE_CHECKING:
    from reviewer import Reviewer

    from assetgen.journal import Decision


@pytest.fixture
def unsure(me: Reviewer) -> Reviewer:
    """Return a person whose one submission was taken, and whose answer was lost."""
    me.write(coin="a coin")
    me.server.on("create", Reset(made=True))
    me.build(exits=5)
    assert (me.states(), me.bought) == (["ambiguous"], 1)
    return me


def job(me: Reviewer, number: int = 0) -> str:
    """Return the vendor's id of a task."""
    return me.server.account.tasks[number].id


def decision(me: Reviewer) -> Decision:
    """Return what was decided about the one purchase."""
    found = me.intents()[0].decision
    assert found is not None
    return found


def test_without_an_option_it_shows_what_is_unsure(unsure: Reviewer) -> None:
    """When, which model, which words, what it may cost, and the commands: exit 5."""
    said = unsure.run("resolve", "coin", exits=5)
    assert re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ  kie nano-banana-pro", said)
    assert "a coin" in said
    assert "$0.09" in said
    for option in ("--adopt TASK_ID", "--resend", "--abandon"):
        assert f"assetgen resolve coin {option}" in said
    assert unsure.states() == ["ambiguous"]


def test_the_same_for_programs(unsure: Reviewer) -> None:
    said = unsure.json("resolve", "coin", exits=5)
    (doubt,) = said["unsure"]
    assert (doubt["model"], doubt["prompt"], doubt["price_usd"], doubt["take"]) == (
        "nano-banana-pro", "a coin", 0.09, 1
    )  # fmt: skip
    assert (said["possible_usd"], len(said["commands"])) == (0.09, 3)


def test_what_is_sure_is_said_to_be(coin: Reviewer) -> None:
    assert "nothing is unsure" in coin.run("resolve", "coin")
    for option in ("--resend", "--abandon"):
        coin.run("resolve", "coin", option, exits=2)
    coin.run("resolve", "coim", exits=2)


def test_one_decision_at_a_time(unsure: Reviewer) -> None:
    unsure.run("resolve", "coin", "--resend", "--abandon", exits=2)
    assert unsure.states() == ["ambiguous"]


def test_the_right_job_is_adopted_and_collected(unsure: Reviewer) -> None:
    """Who, why and when are written down; no second task is made."""
    unsure.run("resolve", "coin", "--adopt", job(unsure), "--reason", "their log")
    assert unsure.states() == ["submitted"]
    said = decision(unsure)
    assert (said.why, "@" in said.who, said.at > 0) == ("their log", True, True)
    assert unsure.planned().picture.deed is Deed.COLLECT
    unsure.build()
    assert (unsure.receipt().job, unsure.bought) == (job(unsure), 1)


@pytest.mark.parametrize(
    ("manifest", "field"),
    [
        ("a star", "prompt"),
        ("a coin, model: google/nano-banana", "model"),
        ("a coin, aspect_ratio: 16:9", "aspect_ratio"),
    ],
)
def test_a_job_for_something_else_is_refused(
    unsure: Reviewer, manifest: str, field: str
) -> None:
    unsure.write(coin="a coin", other=manifest)
    unsure.run("build", "other", "--yes")
    other = job(unsure, 1)
    # As if this journal had never heard of that job.
    with Journal.open(unsure.open().settings.journal) as journal:
        path = journal.path
    path.rename(path.with_suffix(".old"))
    path.with_suffix(".head").unlink()
    unsure.run("resolve", "coin", "--adopt", other, exits=2)
    assert field in unsure.err.partition("hint")[0]
    assert (unsure.states(), unsure.bought) == ([], 2)


def test_a_doubt_takes_no_job_of_something_else(unsure: Reviewer) -> None:
    """A task that somebody else made with this key, for other words."""
    unsure.write(coin="a coin", star="a star")
    unsure.server.on("create", Reset(made=True))
    unsure.run("build", "star", "--yes", exits=5)
    unsure.run("resolve", "coin", "--adopt", job(unsure, 1), exits=2)
    assert "prompt differ" in unsure.err
    assert unsure.states() == ["ambiguous", "ambiguous"]
    unsure.run("resolve", "star", "--adopt", job(unsure, 1))
    unsure.run("resolve", "coin", "--adopt", job(unsure, 1), exits=2)
    assert unsure.states() == ["ambiguous", "submitted"]


def test_a_job_that_the_vendor_does_not_know_is_refused(unsure: Reviewer) -> None:
    unsure.run("resolve", "coin", "--adopt", "no-such-job", exits=2)
    assert "does not know job" in unsure.err
    assert unsure.states() == ["ambiguous"]


@pytest.mark.parametrize("job", ["", " ", "two words", "x" * 201, "\x1b[31m", "né"])
def test_what_is_no_id_of_a_job_is_told_without_asking(
    unsure: Reviewer, job: str
) -> None:
    asked = len(unsure.server.calls)
    unsure.run("resolve", "coin", "--adopt", job, exits=2)
    assert "is no id of a job" in unsure.err
    assert "vendor's log" in unsure.err
    assert len(unsure.server.calls) == asked
    assert unsure.states() == ["ambiguous"]


def test_a_vendor_that_does_not_answer_settles_nothing(unsure: Reviewer) -> None:
    unsure.server.on("poll", Refuse(500))
    unsure.run("resolve", "coin", "--adopt", job(unsure), exits=7)
    assert unsure.states() == ["ambiguous"]


def test_another_key_cannot_vouch_for_a_job(
    unsure: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_API_KEY", "another-key")
    unsure.run("resolve", "coin", "--adopt", job(unsure), exits=2)
    assert "another key" in unsure.err


def test_it_is_resent_once(unsure: Reviewer) -> None:
    """Nothing now; one task at the next build; a second `--resend` is refused."""
    unsure.run("resolve", "coin", "--resend")
    assert (unsure.states(), unsure.bought) == (["planned"], 1)
    assert unsure.planned().picture.deed is Deed.BUY
    unsure.run("resolve", "coin", "--resend", exits=2)
    unsure.build()
    unsure.build()
    assert (unsure.bought, unsure.receipt().job) == (2, job(unsure, 1))
    unsure.run("resolve", "coin", "--resend", exits=2)


def test_what_was_resent_waits_for_consent(unsure: Reviewer) -> None:
    unsure.run("resolve", "coin", "--resend")
    unsure.run("build", exits=4)
    assert unsure.bought == 1


def test_what_is_abandoned_is_not_bought_by_itself(unsure: Reviewer) -> None:
    unsure.run("resolve", "coin", "--abandon")
    assert unsure.states() == ["abandoned"]
    unsure.build(exits=3)
    assert unsure.bought == 1
    unsure.build("--rebuy", "coin")
    assert (unsure.bought, unsure.receipt().take) == (2, 1)


def test_a_job_is_adopted_where_the_journal_is_lost(unsure: Reviewer) -> None:
    """The id is all that is needed; the money is in the journal again."""
    path = unsure.open().settings.journal
    path.rename(path.with_suffix(".old"))
    path.with_suffix(".head").unlink()
    unsure.run("resolve", "coin", "--adopt", job(unsure))
    assert unsure.states() == ["submitted"]
    unsure.build()
    assert (unsure.receipt().job, unsure.bought) == (job(unsure), 1)


def test_a_job_has_no_place_where_the_picture_is_here(coin: Reviewer) -> None:
    coin.run("resolve", "coin", "--adopt", "some-job", exits=2)
    assert coin.states() == ["done"]


def test_one_job_is_one_picture(coin: Reviewer) -> None:
    """The job of take 1 is no answer to what became of take 2."""
    coin.run("retake", "coin")
    coin.run("resolve", "coin", "--adopt", job(coin), exits=2)
    assert "is a purchase already" in coin.err
    assert coin.states() == ["done"]


def test_a_doubt_outlives_its_asset(unsure: Reviewer) -> None:
    """An asset that was removed or renamed still has its question."""
    unsure.write(star="a star")
    unsure.run("resolve", "coin", exits=5)
    unsure.run("resolve", "coin", "--abandon")
    assert unsure.states() == ["abandoned"]


def test_a_doubt_stands_under_another_name_too(unsure: Reviewer) -> None:
    unsure.write(medal="a coin")
    unsure.run("resolve", "medal", "--adopt", job(unsure))
    unsure.build()
    assert (unsure.receipt("medal").job, unsure.bought) == (job(unsure), 1)
