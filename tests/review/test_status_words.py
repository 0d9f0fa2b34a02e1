"""What `status` and `check` call things, where a person has to act or not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.testing.kie import Fate, Reset

if TYPE_CHECKING:
    import pytest
    from reviewer import Reviewer


def test_what_was_drawn_before_it_is_bought_is_a_draft(me: Reviewer) -> None:
    me.write(coin="a coin")
    assert "coin  to do" in me.run("status")
    me.run("build", "--draft")
    assert "coin  draft     never made; drawn so far" in me.run("status")
    assert me.json("status")["assets"]["coin"]["status"] == "draft"
    me.build()
    assert "coin  ready" in me.run("status")


def test_what_is_unsure_names_the_command_that_settles_it(me: Reviewer) -> None:
    me.server.on("create", Reset(made=True))
    me.write(coin="a coin")
    me.build(exits=5)
    out = me.run("status")
    assert "  coin: unsure, `assetgen resolve coin` settles it, for " in out
    assert "ambiguous" not in out.partition("out at a provider")[2]
    (job,) = me.json("status")["jobs"]
    assert (job["state"], job["task_id"]) == ("ambiguous", None)


def test_a_job_that_is_out_names_its_id(
    me: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIE_TIMEOUT", "0.05")
    me.server.on("create", Fate(latency=500))
    me.write(coin="a coin")
    me.build(exits=7)
    job = me.server.account.tasks[0].id
    assert f"  coin: submitted, job {job}, for " in me.run("status")


def test_what_is_forgiven_is_not_to_mend(coin: Reviewer) -> None:
    coin.write(coin="a coin", star="a star")
    coin.run("check", exits=3)
    assert "2 assets checked, 1 to mend" in coin.err
    coin.run("check", "--allow-pending")
    assert "2 assets checked, nothing to mend, 1 to buy" in coin.err
