"""`build` says what it does, asks before it pays, and never shows a key."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest

from assetgen.testing.kie import PROHIBITED, Fate, KieServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from command_lines import Said

    from assetgen.testing.kie.account import Task

KEY = "canary-key-0123456789-abcdefghij"


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[KieServer]:
    """Return a vendor that this environment buys from."""
    with KieServer({KEY: 1000}, latency=1, speed=20) as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_API_KEY", KEY)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "0.1")
        yield server


def test_a_first_build_says_what_it_made(
    logo: Path, front: Callable[..., Said]
) -> None:
    """One line for each asset that something happened to, and a sum."""
    said = front("build")
    assert (said.code, said.out) == (0, "")
    first, last = said.err.splitlines()
    assert first == "logo: built (never made)"
    assert last.startswith("1 built; nothing spent (")
    assert (logo / "output" / "logo-16w.webp").is_file()


def test_json_is_an_event_a_line_and_then_the_report(
    logo: Path, front: Callable[..., Said]
) -> None:
    """The last line is what `--report` writes."""
    said = front("build", "--json", "--report", "report.json")
    *events, report = map(json.loads, said.out.splitlines())
    assert said.err.startswith("1 built; nothing spent (")
    assert events[0] == {"event": "started", "assets": 1, "purchases": 0, "usd": 0}
    assert events[-1]["event"] == "asset"
    assert report["assets"]["logo"]["status"] == "built"
    assert report == json.loads((logo / "report.json").read_text())


def test_nobody_agreed_to_pay(paid: Path, front: Callable[..., Said]) -> None:
    """Without a budget, `--yes` or a person it exits 4, and buys nothing."""
    del paid
    said = front("build")
    assert said.code == 4
    assert "2 assets skipped: never made: coin, hero\n" in said.err
    assert "error: nobody agreed to spend $0.18\n\nhint: `--yes`" in said.err


def test_the_report_of_a_refused_build_is_the_same_object(
    paid: Path, front: Callable[..., Said]
) -> None:
    """What stopped it stands with each asset that it stopped."""
    front("build", "--report", "report.json")
    report = json.loads((paid / "report.json").read_text())
    assert list(report) == [
        "assets", "spent_usd", "submitted", "reused", "failed", "seconds", "exit"
    ]  # fmt: skip
    coin = report["assets"]["coin"]
    assert (coin["status"], coin["reason"]) == ("skipped", "never made")
    assert coin["error"] == "nobody agreed to spend $0.18"


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--budget", "0.17"], 4),
        (["--budget", "$0.18"], 2),
        (["--yes"], 2),
        (["--frozen"], 3),
        (["--draft"], 0),
    ],
    ids=str,
)
def test_without_a_key_a_build_that_may_pay_says_so_first(
    paid: Path, front: Callable[..., Said], args: list[str], code: int
) -> None:
    """Consent comes before the key, and drafts need neither."""
    del paid
    said = front("build", *args)
    assert said.code == code
    assert ("kie.ai needs a key" in said.err) == (code == 2)


def test_a_build_that_cannot_begin_reports_all_the_same(
    paid: Path, front: Callable[..., Said]
) -> None:
    """A program that waits for the report gets one."""
    said = front("build", "--yes", "--json", "--report", "report.json")
    report = json.loads((paid / "report.json").read_text())
    assert report == json.loads(said.out.splitlines()[-1])
    assert (report["exit"], report["assets"]) == (2, {})
    assert report["error"] == "kie.ai needs a key"


def test_every_paid_job_is_a_line_that_can_be_adopted(
    paid: Path, vendor: KieServer, front: Callable[..., Said]
) -> None:
    """Also for `-q`, because the journal may die with the machine."""
    del paid
    said = front("build", "-q", "--yes")
    assert said.code == 0
    expected = {
        f"{name}: bought for $0.09, kie job {task.id}"
        for name, task in zip(("coin", "hero"), _by_prompt(vendor), strict=True)
    }
    assert set(said.err.splitlines()) == expected


def _by_prompt(vendor: KieServer) -> list[Task]:
    return sorted(vendor.account.tasks, key=lambda task: "hero" in str(task.input))


def test_the_total_is_said_before_and_the_sum_after(
    paid: Path, vendor: KieServer, front: Callable[..., Said]
) -> None:
    """And a key is in nothing that is said."""
    del paid, vendor
    said = front("build", "-v", "--budget", "1")
    lines = said.err.splitlines()
    assert lines[0] == "2 assets, 2 pictures to buy: $0.18"
    assert lines[-1].startswith("2 built; $0.18 spent (")
    assert KEY[:12] not in said.err + said.out


def test_what_failed_is_said_at_the_end_with_what_to_do(
    paid: Path, vendor: KieServer, front: Callable[..., Said]
) -> None:
    """One asset failing never stops the other, and a vendor's words are inert."""
    del paid
    fate = Fate(fail=PROHIBITED)
    vendor.on("create", fate, where="coin")
    said = front("build", "--yes")
    assert said.code == 1
    assert "1 built, 1 failed; $0.09 spent" in said.err
    *_, complaint = [line for line in said.err.splitlines() if line.startswith("coin")]
    assert complaint.startswith("coin: failed: ")


def test_ctrl_c_keeps_what_was_bought(
    paid: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It exits 130, says how to go on, and `status` names the jobs."""
    with KieServer({KEY: 1000}, latency=60) as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_API_KEY", KEY)
        with subprocess.Popen(
            [sys.executable, "-m", "assetgen", "build", "--yes"],
            stderr=subprocess.PIPE,
            text=True,
            cwd=paid,
        ) as running:
            assert running.stderr is not None
            said = [running.stderr.readline() for _ in range(3)]
            time.sleep(0.2)
            running.send_signal(signal.SIGINT)
            said += running.stderr.readlines()
        assert running.returncode == 130
        assert "interrupted: what was bought is remembered" in said[-1]
        page = json.loads(front("status", "--json").out)
    jobs = {job["task_id"] for job in page["jobs"]}
    assert jobs == {task.id for task in server.account.tasks}
    assert {each["status"] for each in page["assets"].values()} == {"pending"}
