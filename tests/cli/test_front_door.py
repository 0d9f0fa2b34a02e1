"""Whatever is typed, a person reads one sentence and a program gets one number."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from command_lines import Said, process

from assetgen.cli.group import COMMANDS, group
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MISTAKES = [
    (["buidl"], "error: no command `buidl`\n\nhint: did you mean `build`?\n"),
    (
        ["xyz"],
        "error: no command `xyz`\n\nhint: `assetgen --help` lists all commands\n",
    ),
    (["--fast"], "error: no such option `--fast`"),
    (["build", "--froze"], "hint: did you mean `--frozen`?"),
    (["build", "--budget", "lots"], "expected a sum in USD such as `2.50`, got `lots`"),
    (["build", "--budget", "-1"], "expected a sum in USD"),
    (["build", "--workers", "0"], "error: invalid value for `--workers`"),
    (["build", "--report", "no/such/r.json"], "error: no folder for the report"),
    (["build"], "error: no `assets.yaml` here or in a folder above"),
    (["plan", "shop.yaml"], "error: no manifest `shop.yaml`"),
    (["plan", "a.yaml", "b.yml"], "error: two manifests: `a.yaml` and `b.yml`"),
    (["-C", "nowhere", "plan"], "Directory `nowhere` does not exist"),
    (["why"], "error: expected NAME, got nothing"),
    (["why", "a", "b"], "error: expected NAME, got `a b`"),
    (["prompt"], "error: expected the name of an asset, got none"),
    (["schema", "brnd"], "`brnd` is not one of"),
    (["models", "nano-banana-por"], "hint: did you mean `nano-banana-pro`?"),
]


@pytest.mark.parametrize(("args", "title"), [([], "assetgen"), (["cache"], "cache")])
def test_no_command_is_answered_by_the_help(
    front: Callable[..., Said], args: list[str], title: str
) -> None:
    """Somebody who types the name alone wants to know, and has made no mistake."""
    said = front(*args)
    assert (said.code, said.out) == (2, "")
    assert said.err.startswith("Usage: ")
    assert title in said.err.splitlines()[0]
    assert "error:" not in said.err
    assert "Show what changed since an asset's picture" in said.err or args


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(("args", "text"), MISTAKES, ids=lambda v: str(v)[:40])
def test_a_mistake_is_a_sentence_and_exits_2(
    front: Callable[..., Said], args: list[str], text: str
) -> None:
    """The sentence goes to stderr, and nothing to stdout."""
    said = front(*args)
    assert (said.code, said.out) == (2, "")
    assert text in said.err


def test_a_name_that_nothing_has_gets_the_nearest(
    logo: Path, front: Callable[..., Said]
) -> None:
    """The hint is the asset that was probably meant."""
    del logo
    said = front("plan", "lego")
    assert (said.code, said.err.splitlines()[-1]) == (2, "hint: did you mean `logo`?")


def test_every_mistake_of_a_manifest_is_said_with_its_place(
    here: Path, front: Callable[..., Said]
) -> None:
    """Places are as the specification shows them, as text and as JSON."""
    (here / "assets.yaml").write_text("version: 1\nassets:\n  a: {}\n  b: {promt: x}\n")
    text, as_json = front("validate"), front("validate", "--json")
    assert (text.code, as_json.code) == (2, 2)
    assert "assets.yaml:3:3: assets.a: " in text.err
    assert "did you mean `prompt`?" in text.err
    problems = json.loads(as_json.out)["problems"]
    assert (problems[0]["line"], problems[0]["path"]) == (3, "assets.a")


def test_a_manifest_is_found_upwards_and_by_dash_c(
    logo: Path, monkeypatch: pytest.MonkeyPatch, front: Callable[..., Said]
) -> None:
    """From below and from elsewhere, with the way back to where one was."""
    (logo / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(logo / "deep" / "er")
    assert front("validate").err == "../../assets.yaml is right: 1 asset\n"
    monkeypatch.chdir(logo.parent)
    assert front("-C", "here", "validate").err == "assets.yaml is right: 1 asset\n"
    assert front("validate").code == 2


def test_the_version_is_said(front: Callable[..., Said]) -> None:
    """And nothing else."""
    assert front("--version") == Said(0, f"assetgen {VERSION}\n", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_has_an_example(name: str) -> None:
    """Each command's help is its reference."""
    result = CliRunner().invoke(group, [name, "--help"])
    assert result.exit_code == 0
    assert f"Example:\n    assetgen {name}" in result.output


def test_help_imports_no_command() -> None:
    """The list of commands is a table, because people wait for help."""
    code = (
        "import sys; from assetgen.cli.boundary import run; run(['--help']);"
        "print([n for n in sys.modules if n in"
        " {'pydantic', 'yaml', 'jinja2', 'PIL', 'rich', 'assetgen.cli.build'}])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_a_reader_that_leaves_is_no_error(logo: Path) -> None:
    """`assetgen plan | head` ends quietly and with its own code."""
    del logo
    with subprocess.Popen(
        [sys.executable, "-m", "assetgen", "plan"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        assert running.stderr.read() == b""
    assert running.returncode == 0


def test_a_folder_that_is_gone_is_a_sentence(
    here: Path, front: Callable[..., Said]
) -> None:
    """Somebody removed the working directory."""
    here.rmdir()
    said = front("plan")
    assert said.code == 2
    assert "the folder you are in does not exist any more" in said.err


def test_the_module_is_the_command() -> None:
    """`python -m assetgen` is `assetgen`."""
    assert process("--version") == Said(0, f"assetgen {VERSION}\n", "")
