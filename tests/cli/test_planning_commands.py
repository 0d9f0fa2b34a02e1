"""`plan`, `why`, `prompt`, `status`: what would happen, and how things stand."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from assetgen.cli.word_diff import word_diff
from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command_lines import Said


@pytest.fixture
def bought(
    paid: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Return a project whose two pictures are bought, its words changed since."""
    with KieServer(latency=1, speed=20) as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_API_KEY", server.key)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "0.1")
        assert front("build", "--yes").code == 0
    text = (paid / "assets.yaml").read_text()
    changed = text.replace("A single coin", "A single golden coin")
    (paid / "assets.yaml").write_text(changed.replace("16:9", "21:9"))
    return paid


def test_a_plan_is_a_line_for_each_asset_and_a_sum(
    paid: Path, front: Callable[..., Said]
) -> None:
    """With what a build would say about the price."""
    del paid
    said = front("plan")
    assert said.code == 0
    assert said.out == (
        "+ coin  buy        $0.09  never made\n"
        "+ hero  buy        $0.09  never made\n"
        "\n"
        "assets.yaml: buy 2 pictures for $0.18\n"
        "a build would not buy: nobody agreed to spend $0.18\n"
        "hint: `--yes`, or a `budget:` that covers it\n"
    )


def test_a_plan_says_what_is_out_and_would_be_collected(
    paid: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is paid for already, so it is no purchase; and it is not nothing."""
    del paid
    with KieServer(latency=1000) as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_API_KEY", server.key)
        monkeypatch.setenv("KIE_TIMEOUT", "0.2")
        assert front("build", "--yes").code == 7
    last = front("plan").out.splitlines()[-1]
    assert last == "assets.yaml: collect 2 pictures"


def test_every_edited_file_is_told_of_at_once(
    logo: Path, front: Callable[..., Said]
) -> None:
    """Nobody should meet them one build at a time."""
    front("build")
    for path in (logo / "output").glob("logo*.*"):
        path.write_bytes(b"mine")
    words = "`logo.png` was edited since it was published, and 2 more"
    assert words in front("plan").out
    assert words in front("build").err
    assert words in front("check").out


def test_a_plan_changes_nothing_and_build_does_what_it_says(
    logo: Path, front: Callable[..., Said]
) -> None:
    """Files, removals and what is up to date have their signs."""
    assert "+ logo  make" in front("plan").out
    front("build")
    (logo / "output" / "logo-16w.webp").unlink()
    text = (logo / "assets.yaml").read_text()
    (logo / "assets.yaml").write_text(text.replace("width: 16", "width: 8"))
    before = sorted(logo.rglob("*"))
    lines = front("plan").out.splitlines()
    assert lines[0] == "+ logo  make              2 files: never made"
    assert "- logo-16w.png" in lines[1]
    assert sorted(logo.rglob("*")) == before
    front("build")
    assert front("plan").out.splitlines()[0] == "= logo  as is             up to date"


def test_a_plan_as_json(paid: Path, front: Callable[..., Said]) -> None:
    """The same object on stdout and in the file."""
    page = json.loads(front("plan", "--json", "-o", "plan.json").out)
    assert page == json.loads((paid / "plan.json").read_text())
    assert (page["total_usd"], page["purchases"], page["changes"]) == (0.18, 2, True)
    coin = page["assets"]["coin"]
    assert (coin["sign"], coin["action"], coin["reason"]) == ("+", "buy", "never made")
    assert coin["files"] == [
        {"path": "coin.png", "action": "make", "reason": "never made"}
    ]


@pytest.mark.parametrize(
    ("change", "code"), [(None, 2), ("built", 0), ("broken", 1), ("option", 1)]
)
def test_detailed_exit_codes(
    logo: Path, front: Callable[..., Said], change: str | None, code: int
) -> None:
    """0 is nothing to do, 2 is changes, and a mistake is 1 there."""
    args = ["plan", "--detailed-exitcode"]
    if change == "built":
        front("build")
    elif change == "broken":
        (logo / "assets.yaml").write_text("assets: 3\n")
    elif change == "option":
        args.append("--no-such-option")
    assert front(*args).code == code


def test_why_shows_each_field_and_the_words_as_a_diff(
    bought: Path, front: Callable[..., Said]
) -> None:
    """Old and new, by the names on the wire; then what a build would do."""
    del bought
    coin, hero = front("why", "coin").out, front("why", "hero").out
    assert "  prompt: A single {+golden+} coin on a pure white …\n" in coin
    assert "  aspect_ratio: 16:9 → 21:9" in hero
    assert "a build would buy it for $0.09: " in coin
    fields = json.loads(front("why", "hero", "--json").out)["fields"]
    assert fields == {"aspect_ratio": {"old": "16:9", "new": "21:9"}}


def test_a_changed_request_is_planned_with_its_reason(
    bought: Path, front: Callable[..., Said]
) -> None:
    """`~` because it was bought before."""
    del bought
    said = front("plan")
    assert said.err == ""
    assert said.out.splitlines()[:2] == [
        "~ coin  buy        $0.09  prompt changed",
        "~ hero  buy        $0.09  aspect_ratio changed",
    ]


def test_status_has_the_assets_of_the_report(
    bought: Path, front: Callable[..., Said]
) -> None:
    """With the published files and the statuses of the specification."""
    del bought
    page = json.loads(front("status", "--json").out)
    coin = page["assets"]["coin"]
    assert (coin["status"], coin["files"]) == ("skipped", ["output/coin.png"])
    assert set(coin) == {"status", "reason", "files", "price_usd", "task_id", "error"}
    assert page["jobs"] == []


def test_prompt_is_the_exact_request(paid: Path, front: Callable[..., Said]) -> None:
    """The words in full, and as JSON what goes over the wire, with its key."""
    del paid
    text = front("prompt", "hero").out
    assert text.endswith("\n\nA wide hero\n")
    assert "kie nano-banana-pro, $0.09\naspect_ratio: 16:9\n" in text
    hero = json.loads(front("prompt", "hero", "--json").out)["hero"]
    assert hero["model"] == "nano-banana-pro"
    assert hero["input"]["prompt"] == "A wide hero"
    assert (len(hero["key"]), Decimal(str(hero["price_usd"]))) == (64, Decimal("0.09"))


DIFFS = [
    ("a red coin", "a blue coin", "a [-red-] {+blue+} coin"),
    ("a coin", "a coin, large", "a [-coin-] {+coin, large+}"),
    ("a  coin", "a coin", "only the spaces and line ends differ"),
    (
        "one two three four five six seven eight old",
        "one two three four five six seven eight new",
        "… four five six seven eight [-old-] {+new+}",
    ),
]


@pytest.mark.parametrize(("old", "new", "expected"), DIFFS)
def test_a_word_diff(old: str, new: str, expected: str) -> None:
    """Words that both have stand for themselves, near a difference."""
    assert word_diff(old, new) == expected
