"""A build with nothing to do is answered by the stamp, in the words of a full one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from command_lines import Said, process

from assetgen.cli import idle
from assetgen.errors import UsageError
from assetgen.settings import homes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOMES = [
    {"ASSETGEN_HOME": "/var/lib/assetgen"},
    {"ASSETGEN_HOME": "/var//lib/./assetgen/"},
    {"HOME": "/home/designer"},
    {"HOME": "/home/designer/"},
    {"HOME": "/home/designer", "XDG_CACHE_HOME": "/fast/cache"},
    {"HOME": "/home/designer", "ASSETGEN_HOME": "", "XDG_CACHE_HOME": ""},
    {"HOME": "/home/designer", "XDG_CACHE_HOME": "relative/cache"},
]

UNDERSTOOD = [
    (["build"], (None, None)),
    (["build", "shop.yaml"], ("shop.yaml", None)),
    (["build", "--json", "-q", "--frozen"], (None, None)),
    (["build", "--report", "r.json", "--budget=2.50"], (None, "r.json")),
    (["build", "--report=r.json", "--workers", "2"], (None, "r.json")),
    (["build", "--lock-timeout", "5"], (None, None)),
]

LEFT_TO_OTHERS = [
    [],
    ["plan"],
    ["build", "coin"],
    ["build", "--draft"],
    ["build", "--reencode"],
    ["build", "--help"],
    ["build", "--rebuy", "coin"],
    ["build", "--tag=x"],
    ["build", "--report"],
    ["build", "--budget", "lots"],
    ["build", "--budget", "-1"],
    ["build", "--workers", "0"],
    ["build", "--workers", "1.5"],
    ["build", "a.yaml", "b.yaml"],
    ["build", "-qv"],
    ["-C"],
]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere it asks `homes`")
@pytest.mark.usefixtures("here")
@pytest.mark.parametrize("environment", HOMES, ids=str)
def test_the_store_is_where_settings_say(environment: dict[str, str]) -> None:
    """The short way to the folder and the long one never differ."""
    assert idle.store_folder(environment) == str(homes(environment)[1])


def test_a_home_that_is_slow_to_find_is_left_to_settings() -> None:
    """What needs a look at the user's account is not guessed."""
    assert idle.store_folder({"ASSETGEN_HOME": "~/assetgen"}) is None


@pytest.mark.parametrize("home", ["relative/home", "../up", ".", "~nobody-here/home"])
def test_a_home_that_moves_with_the_folder_is_refused(home: str) -> None:
    """It would forget what is paid as soon as a build begins in a subfolder."""
    assert idle.store_folder({"ASSETGEN_HOME": home}) is None
    with pytest.raises(UsageError, match="no absolute path") as refusal:
        homes({"ASSETGEN_HOME": home})
    assert "another journal" in (refusal.value.hint or "")


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is of Linux")
def test_a_journal_does_not_move_with_the_folder_either() -> None:
    """XDG's specification calls a relative path invalid."""
    environment = {"HOME": "/home/designer", "XDG_DATA_HOME": "data"}
    journal, _ = homes(environment)
    assert str(journal) == "/home/designer/.local/share/assetgen/journal.db"


@pytest.mark.parametrize(("args", "expected"), UNDERSTOOD, ids=str)
def test_a_plain_build_is_understood(
    here: Path, args: list[str], expected: tuple[str | None, str | None]
) -> None:
    """Its manifest and its report's file are found among the options."""
    asked = idle.understood(args)
    assert asked is not None
    folder, manifest, _, report = asked
    assert (folder, (manifest, report)) == (str(here), expected)


@pytest.mark.parametrize("args", LEFT_TO_OTHERS, ids=str)
def test_anything_else_is_left_to_the_real_command(args: list[str]) -> None:
    """A mistake too: only the real command explains it."""
    assert idle.understood(args) is None


def test_the_second_build_says_that_there_is_nothing_to_do(logo: Path) -> None:
    """In one line, without importing what a build needs."""
    del logo
    first = process("build")
    assert (first.code, first.out) == (0, "")
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "assetgen", "build"],
        capture_output=True,
        text=True,
        check=True,
    )
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    assert "Nothing to do: 1 asset is up to date" in imported
    assert imported & {"click", "pathlib", "json", "re", "dataclasses"} == set()
    assert "assetgen.stamp" in imported


def test_the_short_answer_is_the_long_one(logo: Path) -> None:
    """The report has the same keys and values, whoever gives it."""
    process("build")
    short = process("build", "--json", "--report", "short.json")
    (home,) = (logo.parent / "home" / "assetgen" / "store" / "stamps").iterdir()
    home.unlink()
    long = process("build", "--json", "--report", "long.json")
    said = [json.loads(text.out.splitlines()[-1]) for text in (short, long)]
    kept = [
        json.loads((logo / f"{name}.json").read_text()) for name in ("short", "long")
    ]
    for report in (*said, *kept):
        assert report.pop("seconds") >= 0
    assert said[0] == said[1] == kept[0] == kept[1]
    assert said[0]["assets"]["logo"]["status"] == "reused"


def test_quiet_is_quiet(logo: Path) -> None:
    """`-q` leaves nothing to say."""
    del logo
    process("build")
    assert process("build", "-q") == Said(0, "", "")


def test_whatever_changes_is_built(logo: Path, front: Callable[..., Said]) -> None:
    """A deleted file, a new input: the stamp holds no more."""
    front("build")
    args = ["build", "-q"]
    assert idle.answer(args, os.environ) == 0
    (logo / "output" / "logo-16w.webp").unlink()
    assert idle.answer(args, os.environ) is None
    front("build")
    assert idle.answer(args, os.environ) == 0
    (logo / "brand.yaml").write_text("name: New\n")
    assert idle.answer(args, os.environ) is None


def test_dash_c_is_answered_too(
    logo: Path, front: Callable[..., Said], monkeypatch: pytest.MonkeyPatch
) -> None:
    """From elsewhere, by the folder's real name."""
    front("build")
    monkeypatch.chdir(logo.parent)
    assert idle.answer(["-C", "here", "build", "-q"], os.environ) == 0
    assert (
        idle.answer(["-C", "here/../here", "build", "./assets.yaml"], os.environ) == 0
    )
    assert idle.answer(["-C", ".", "build"], os.environ) is None
