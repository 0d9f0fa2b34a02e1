"""Two pictures of one subject are reviewed by two names, and stay a pair."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from reviewer import HEAD

from assetgen.digest import digest_bytes
from assetgen.testing.kie import PROHIBITED, Fate, Reset
from assetgen.testing.pictures import BLACK, picture

if TYPE_CHECKING:
    from reviewer import Reviewer

NAME, TWIN = "glass", "glass-on-black"
WORDS = "a glass on a white background"
MANIFEST = f"{HEAD}  glass: {{prompt: {WORDS}, removeBg: {{method: difference}}}}\n"


@pytest.fixture
def glass(me: Reviewer) -> Reviewer:
    """Return a person whose project has bought one pair."""
    me.write_text(MANIFEST)
    me.build()
    assert me.bought == 2
    return me


def shown(me: Reviewer) -> object:
    """Return the digest of the picture that the one on black was drawn of."""
    receipt = me.receipt(TWIN)
    assert receipt.request is not None
    ((_, digest),) = json.loads(json.dumps(receipt.request["references"]))
    return digest


def test_another_take_is_said_with_the_price_of_both(glass: Reviewer) -> None:
    assert glass.run("retake", NAME) == (
        f"take 2 of `{NAME}` is wanted; the next build buys it for $0.09, and "
        f"`{TWIN}` for $0.09 more\n"
    )
    assert glass.json("plan")["total_usd"] == 0.18
    glass.build()
    assert (glass.bought, shown(glass)) == (4, glass.receipt(NAME).sha256)
    assert glass.receipt(TWIN).take == 1


def test_why_says_that_another_picture_comes_first(glass: Reviewer) -> None:
    assert "the request is the one of" in glass.run("why", TWIN)
    glass.run("retake", NAME)
    said = glass.run("why", TWIN)
    assert f"`{NAME}` becomes another picture, and this one with it" in said
    assert f"a build would buy it for $0.09: `{NAME}` comes first" in said


def test_why_says_which_picture_was_shown_before(glass: Reviewer, tmp_path) -> None:  # type: ignore[no-untyped-def]  # noqa: ANN001
    before = glass.receipt(NAME).sha256
    own = tmp_path / "own.png"
    own.write_bytes(picture((61, 61), "glass", seed="own"))
    glass.run("adopt", NAME, str(own))
    after = digest_bytes(own.read_bytes())
    said = glass.run("why", TWIN)
    assert f"shown: picture {before[:12]} → picture {after[:12]}" in said


def test_another_take_on_black_leaves_the_one_on_white(glass: Reviewer) -> None:
    white = glass.receipt(NAME).sha256
    said = glass.run("retake", TWIN)
    assert said.endswith("the next build buys it for $0.09\n")
    glass.build()
    assert (glass.bought, glass.receipt(NAME).sha256) == (3, white)
    assert glass.receipt(TWIN).take == 2
    glass.run("pick", TWIN, "1")
    glass.build()
    assert (glass.bought, glass.receipt(TWIN).take) == (3, 1)


def test_an_earlier_take_brings_its_own_picture_on_black_for_nothing(
    glass: Reviewer,
) -> None:
    first = (glass.root / "output/glass.png").read_bytes()
    glass.run("retake", NAME)
    glass.build()
    assert (glass.root / "output/glass.png").read_bytes() != first
    glass.run("pick", NAME, "1")
    glass.build()
    assert glass.bought == 4
    assert (glass.root / "output/glass.png").read_bytes() == first
    assert shown(glass) == glass.receipt(NAME).sha256


def test_an_adopted_picture_is_shown_to_be_drawn_on_black(glass: Reviewer) -> None:
    """What came back is another subject here, and the hint says what to do."""
    own = glass.root / "own.png"
    own.write_bytes(picture((61, 61), "glass", seed="own"))
    glass.run("adopt", NAME, "own.png")
    glass.build(exits=1)
    assert (glass.bought, shown(glass)) == (3, digest_bytes(own.read_bytes()))
    assert f"`assetgen retake {TWIN}` has it drawn on black once more" in glass.err


def test_a_picture_on_black_of_ones_own_is_paid_to_nobody(me: Reviewer) -> None:
    me.write_text(MANIFEST)
    me.server.on("create", Fate(fail=PROHIBITED), where="pure black")
    me.build(exits=1)
    receipt = me.receipt(NAME)
    colours = ((37, 99, 235), (245, 158, 11))
    size = receipt.width, receipt.height
    own = me.root / "own.png"
    own.write_bytes(picture(size, "glass", colours, ground=BLACK))
    me.run("adopt", TWIN, "own.png")
    me.run("adopt", NAME, str(_white(me, size, colours)))
    me.build()
    assert me.bought == 2
    assert (me.root / "output/glass.png").exists()


def _white(me: Reviewer, size: tuple[int, int], colours: object) -> object:
    """Return the same subject on white, as a file."""
    path = me.root / "white.png"
    path.write_bytes(picture(size, "glass", colours))  # type: ignore[arg-type]
    return path


def test_a_doubt_about_the_second_picture_is_settled_by_its_own_name(
    me: Reviewer,
) -> None:
    me.write_text(MANIFEST)
    me.server.on("create", Reset(made=True), where="pure black")
    me.build(exits=5)
    job = me.server.account.tasks[-1].id
    me.run("resolve", TWIN, "--adopt", job)
    me.build()
    assert (me.bought, me.receipt(TWIN).job) == (2, job)
    assert me.server.account.duplicates == ()


def test_a_lost_picture_on_black_is_bought_again_only_by_name(glass: Reviewer) -> None:
    receipt = glass.receipt(TWIN)
    (glass.root / "originals" / receipt.file).unlink()
    shutil.rmtree(glass.open().settings.store)
    (glass.root / "output/glass.png").unlink()
    glass.run("build", "--yes", exits=3)
    assert glass.bought == 2
    glass.run("build", "--yes", "--rebuy", TWIN)
    assert glass.bought == 3


CUP = "  cup: {prompt: a cup on a white background, removeBg: {method: difference}}\n"
JUG = "  jug: {prompt: a jug on a white background, removeBg: {method: difference}}\n"


def test_a_job_that_was_shown_another_picture_is_refused_for_a_doubt(
    me: Reviewer,
) -> None:
    """All pictures on black are asked for in the same words."""
    me.write_text(HEAD + CUP + JUG)
    me.server.on("create", Reset(made=True), where="pure black", times=None)
    me.build(exits=5)
    cup = me.receipt("cup").sha256[:40]
    jobs = {
        cup in str(task.input["image_input"]): task.id
        for task in me.server.account.tasks
        if "pure black" in task.prompt
    }
    me.run("resolve", "cup-on-black", "--adopt", jobs[False], exits=2)
    assert "pictures differ" in me.err
    me.run("resolve", "cup-on-black", "--adopt", jobs[True])


def test_no_job_is_adopted_for_a_picture_that_waits(
    me: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody knows yet which picture it has to have been shown."""
    me.write_text(HEAD + CUP)
    me.build()
    job = me.receipt("cup-on-black").job
    assert job is not None
    monkeypatch.setenv("ASSETGEN_HOME", str(me.root.parent / "another"))
    shutil.rmtree(me.root / "originals")
    me.run("resolve", "cup-on-black", "--adopt", job, exits=2)
    me.server.on("create", Reset(), Reset(made=True), where="a cup")
    me.build(exits=5)
    me.run("resolve", "cup-on-black", "--adopt", job, exits=2)


def test_what_a_picture_on_black_costs_is_foretold(glass: Reviewer) -> None:
    (glass.root / "own.png").write_bytes(picture((61, 61), "glass", seed="own"))
    said = glass.run("adopt", NAME, "own.png")
    assert said.endswith(f"publishes it, once `{TWIN}` is bought for $0.09\n")


def test_ones_own_picture_on_black_is_in_no_price(me: Reviewer) -> None:
    me.write_text(MANIFEST)
    own = picture((61, 61), "glass", ground=BLACK)
    (me.root / "own.png").write_bytes(own)
    assert "buys it for" not in me.run("adopt", TWIN, "own.png")
    assert me.json("plan")["total_usd"] == 0.09
    me.run("build", "--budget", "0.09", exits=1)  # another subject, told by its gate
    assert me.bought == 1


def test_a_second_picture_that_is_to_be_bought_is_forgiven_as_pending(
    glass: Reviewer,
) -> None:
    glass.run("retake", TWIN)
    glass.run("check", exits=3)
    glass.run("check", "--allow-pending")


def test_who_waits_says_for_whom_and_has_no_key(me: Reviewer) -> None:
    me.write_text(MANIFEST)
    me.server.on("create", Reset(made=True), where="a glass on")
    me.build(exits=5)
    found = me.json("plan")["assets"][TWIN]
    assert (found["picture"], found["key"]) == ("wait", None)
    assert f"waits for `{NAME}`" in found["reason"]
    assert "a build would leave it" in me.run("why", TWIN)
    me.run("retake", TWIN, exits=2)


def test_the_prompt_shows_which_picture_is_shown(me: Reviewer) -> None:
    me.write_text(MANIFEST)
    said = me.run("prompt", TWIN)
    assert f"image_input: the picture of `{NAME}`, once it is here" in said
    assert "key" not in said
    assert me.json("prompt", TWIN)[TWIN]["key"] is None
    me.build()
    digest = me.receipt(NAME).sha256
    said = me.run("prompt", TWIN)
    assert f"image_input: the picture of `{NAME}` ({digest[:12]}…)" in said
    found = me.json("prompt", TWIN)[TWIN]
    assert found["references"] == [["image_input", digest]]
    assert found["key"] == me.receipt(TWIN).key


def test_what_is_asked_about_a_pair_names_both(glass: Reviewer) -> None:
    assert set(glass.json("status")["assets"]) == {NAME, TWIN}
    assert glass.run("check") == ""
    assert TWIN in glass.run("spend")
    plan = glass.json("plan")["assets"]
    assert {name: each["action"] for name, each in plan.items()} == {
        NAME: "as is",
        TWIN: "as is",
    }


def test_a_missing_second_picture_is_told_by_a_check(me: Reviewer) -> None:
    me.write_text(MANIFEST)
    me.run("build", "--budget", "0.09", "--partial", exits=4)
    me.run("check", exits=3)
    assert f"{TWIN}: not bought: never made" in me.out + me.err
