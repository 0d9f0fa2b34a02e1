"""What a person reads is plain, short, and harmless to a terminal."""

from __future__ import annotations

import io
import json
import time
from decimal import Decimal

import pytest

from assetgen.console.console import Console
from assetgen.console.harmless import harmless, harmless_json
from assetgen.console.live import Live
from assetgen.console.loading import Loading
from assetgen.console.progress import Lines
from assetgen.console.words import complaints, duration, summary
from assetgen.events import (
    Noted,
    Outcome,
    Report,
    Started,
    Status,
    Submitted,
    Waiting,
    Working,
)

HARMFUL = [
    ("\x1b[31mred\x1b[0m", "red"),
    ("\x1b]52;c;cGFzdGU=\x07clip", "clip"),
    ("\x1b]8;;http://x\x1b\\link", "link"),
    ("a\rb", "a b"),
    ("left\u202eright", "left right"),
    ("::add-mask::x", ": :add-mask::x"),
    ("  ::stop-commands::x", "  : :stop-commands::x"),
    ("x ##[error]y", "x # #[error]y"),
    ("two  spaces\n  indented", "two  spaces\n  indented"),
    ("Größe: 3 µm", "Größe: 3 µm"),
]


@pytest.mark.parametrize(("text", "expected"), HARMFUL, ids=ascii)
def test_a_text_only_prints(text: str, expected: str) -> None:
    """Its lines and spaces stay; what a terminal or a runner would obey does not."""
    assert harmless(text) == expected


def test_json_is_harmless_and_the_same() -> None:
    """It is ASCII, no runner reads a command in it, and it says the same."""
    value = {"why": "##[error]\x1b[31m\u202e::x"}
    text = harmless_json(value)
    assert text.isascii()
    assert "##[" not in text
    assert json.loads(text) == value


DURATIONS = [(0.04, "0.0 s"), (9.94, "9.9 s"), (42, "42 s"), (185, "3 min 5 s")]
DURATIONS += [(7200, "2 h 0 min")]


@pytest.mark.parametrize(("seconds", "expected"), DURATIONS)
def test_a_time_is_said_as_people_say_it(seconds: float, expected: str) -> None:
    """With as much detail as matters."""
    assert duration(seconds) == expected


def report(*outcomes: Outcome, spent: str = "0", code: int = 0) -> Report:
    """Return a report of these outcomes."""
    return Report(outcomes, 0, Decimal(spent), 42, code)


def test_a_summary_is_one_line() -> None:
    """Counts by status, the sum, the time."""
    outcomes = [
        Outcome("a", Status.BUILT, "x"),
        Outcome("b", Status.BUILT, "x"),
        Outcome("c", Status.REUSED, "x"),
        Outcome("d", Status.DRAFT, "x"),
        Outcome("e", Status.FAILED, "x", exit_code=1),
    ]
    said = summary(report(*outcomes, spent="0.18"))
    assert said == "2 built, 1 draft, 1 up to date, 1 failed; $0.18 spent (42 s)"


def test_ten_thousand_alike_are_one_complaint() -> None:
    """And one that stands alone is named with its own hint."""
    many = [
        Outcome(f"a{n}", Status.SKIPPED, "never made", exit_code=4)
        for n in range(10_000)
    ]
    alone = Outcome("b", Status.LOST, "gone", hint="`--rebuy b`", exit_code=3)
    assert list(complaints([*many, alone])) == [
        ("10000 assets skipped: never made: a0, a1, a2, a3, a4, …", None),
        ("b: lost: gone", "`--rebuy b`"),
    ]


EVENTS = [
    Started(3, 1, Decimal("0.09")),
    Working("coin", "submitting"),
    Submitted("coin", "kie", "m", "job-1", Decimal("0.09")),
    Waiting("coin", "job-1", "queuing\x1b[2J", 3.0),
    Noted("coin", "white ground"),
    Outcome("coin", Status.BUILT, "never made"),
    Outcome("logo", Status.REUSED, "up to date"),
    Outcome("star", Status.FAILED, "x", error="no", exit_code=1),
]


def test_a_log_has_one_line_for_each_thing_that_happened(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """What was reused is not news; what failed is said at the end by others."""
    follower = Lines(Console())
    for event in EVENTS:
        follower(event)
    assert capsys.readouterr().err.splitlines() == [
        "3 assets, 1 picture to buy: $0.09",
        "coin: bought for $0.09, kie job job-1",
        "coin: white ground",
        "coin: built (never made)",
    ]
    assert follower.worked == {"coin"}


def test_a_terminal_shows_what_is_in_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """One row for each asset in work and a bar; lines about the rest stay above."""
    screen = io.StringIO()
    monkeypatch.setattr("sys.stderr", screen)
    monkeypatch.setenv("COLUMNS", "80")
    live = Live(Console())
    for event in EVENTS[:5]:
        live(event)
    live.draw()
    drawn = screen.getvalue()
    for event in EVENTS[5:]:
        live(event)
    live.close()
    assert "coin: bought for $0.09, kie job job-1\n" in screen.getvalue()
    assert "coin  queuing" in drawn
    assert "0/3 · $0.09" in drawn
    assert "\x1b[2J" not in screen.getvalue()
    assert "coin: built (never made)\n" in screen.getvalue()


def test_a_stream_that_cannot_write_a_letter_spells_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An old encoding loses no word and stops no build."""
    raw = io.BytesIO()
    monkeypatch.setattr("sys.stdout", io.TextIOWrapper(raw, encoding="ascii"))
    Console().data("Größe → 2K")
    assert raw.getvalue() == b"Gr\\xf6\\xdfe \\u2192 2K\n"


@pytest.mark.parametrize(
    ("environment", "colours", "bold"),
    [
        ({}, False, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, True),
        ({"TERM": "dumb"}, False, False),
    ],
    ids=str,
)
def test_colour_is_where_it_is_wanted(
    environment: dict[str, str],
    colours: bool,  # noqa: FBT001  a column of the table
    bold: bool,  # noqa: FBT001  the same
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Not in a pipe, unless somebody insists; the words are the same."""
    monkeypatch.setenv("TERM", "xterm")
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    Console().rows([("buy", "+ coin")])
    said = capsys.readouterr().out
    assert "+ coin" in said
    assert ("36m" in said, "\x1b[1" in said) == (colours, bold)


def test_a_download_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    """And how fast, once that means something."""
    load = Loading("u2netp", 48_000_000)
    load(3_000_000)
    assert load.words() == "3.0 MB of 48.0 MB"
    later = time.monotonic() + 10
    monkeypatch.setattr(time, "monotonic", lambda: later)
    load(24_000_000)
    assert load.words() == "24.0 MB of 48.0 MB · 2.4 MB/s · 10 s left"
