"""Weights come when a person asks: announced, compared, whole or not at all."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from weights_server import DIGEST, MODEL, PULLED, WeightsServer, files

from assetgen.digest import digest_bytes
from assetgen.images.cutout import wanted, weights
from assetgen.manifest.networks import NETWORKS

if TYPE_CHECKING:
    from pathlib import Path

    from cutout_projects import Here

    from assetgen.testing import KieServer

# --- what it is for ----------------------------------------------------------------


def test_pulled_weights_cut_a_picture_out(
    here: Here, rembg: Path, host: WeightsServer
) -> None:
    """From the command that fetches them to the published file, and nothing else."""
    how = "{method: rembg, model: u2netp, gates: false}"
    here.write(how)
    assert here.run("build", "--yes") == 2
    assert "`assetgen weights pull u2netp`" in here.err

    own = ("--from", f"{host.url}/dark.onnx", "--sha256", DIGEST.upper())
    assert here.run("weights", "pull", "u2netp", *own, "--yes") == 0
    assert here.run("build", "--yes") == 0

    assert here.made().mode == "RGBA"
    assert files(rembg) == PULLED
    assert host.asked == ["/dark.onnx", "/dark.onnx"]


def test_a_build_never_pulls(here: Here, server: KieServer, rembg: Path) -> None:
    """A missing model is told before money, with the command that fetches it."""
    here.write("{method: rembg, model: bria-rmbg, licence: accept}")
    assert here.run("build", "--yes") == 2
    assert "hint: `assetgen weights pull bria-rmbg --licence accept`" in here.err
    assert server.account.accepted() == 0
    assert files(rembg.parent / "shop") == [".assetgen.lock", "assets.yaml"]
    assert not rembg.exists()


# --- what is said ------------------------------------------------------------------


def test_what_will_be_fetched_is_said_before_and_what_came_after(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """Host, size, licence and checksum; then size, digest and place."""
    address = f"{host.url}/dark.onnx?token=secret"
    own = ("--from", address, "--sha256", DIGEST)
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 0
    assert line.err.splitlines() == [
        f"u2netp: {len(MODEL)} B from `127.0.0.1`",
        f"  address   {host.url}/dark.onnx",
        "  licence   yours to know: your own digest",
        f"  checked   sha256:{DIGEST}",
        f"  becomes   {rembg}/models/u2netp/u2netp.onnx",
    ]
    assert line.out.splitlines() == [
        f"= u2netp: pulled, {len(MODEL)} B",
        f"  sha256 {DIGEST}",
        f"  {rembg}/models/u2netp/u2netp.onnx",
    ]


def test_without_consent_nothing_is_read(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """No terminal, no `--yes`: the announcement, and exit 2."""
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own) == 2
    assert f"u2netp: {len(MODEL)} B from" in line.err
    assert "error: nobody agreed to download anything" in line.err
    assert not rembg.exists()


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("\n", 2), ("n\n", 2)])
def test_a_person_at_the_terminal_is_asked(
    rembg: Path, host: WeightsServer, answer: str, code: int
) -> None:
    """Only a yes fetches, and a no is no error."""
    own = host.own()
    ended, shown = at_a_terminal(answer, "weights", "pull", "u2netp", *own)
    assert f"Fetch {len(MODEL)} B? [y/N]" in shown
    assert "error" not in shown
    assert (ended, rembg.exists()) == (code, code == 0)


def at_a_terminal(answer: str, *args: str) -> tuple[int, str]:
    """Carry a command line out at a terminal of its own, answering its question."""
    import pty  # noqa: PLC0415  not on every system

    mine, theirs = pty.openpty()
    command = [sys.executable, "-m", "assetgen", *args]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs) as run:
        os.close(theirs)
        os.write(mine, answer.encode())
        shown = b""
        with contextlib.suppress(OSError):  # that is how the end of a terminal looks
            while piece := os.read(mine, 4096):
                shown += piece
        os.close(mine)
    return run.returncode, shown.decode()


def test_what_is_there_and_right_is_left_alone(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """Also where old versions of rembg put it, and without asking anybody."""
    own = host.own()
    for place in ("models/u2netp", ""):
        shutil.rmtree(rembg, ignore_errors=True)
        folder = rembg / place if place else rembg.parent / "home/.u2net"
        folder.mkdir(parents=True)
        (folder / "u2netp.onnx").write_bytes(MODEL)
        assert line.run("weights", "pull", "u2netp", *own) == 0
        assert line.out.startswith("= u2netp: is here already")
    assert host.asked == []


def test_another_file_in_its_place_is_replaced_and_that_is_said(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """With the note about the bytes before."""
    folder = rembg / "models/u2netp"
    folder.mkdir(parents=True)
    (folder / "u2netp.onnx").write_bytes(b"half a mod")
    (folder / "u2netp.onnx.sha256").write_text(f"{'0' * 64}  u2netp.onnx\n")
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 0
    assert f"  replaces  {folder}/u2netp.onnx" in line.err
    assert (folder / "u2netp.onnx").read_bytes() == MODEL
    assert line.run("weights", "verify") == 0


def test_the_answer_is_there_as_json(line: Here, host: WeightsServer) -> None:
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own, "--yes", "--json") == 0
    (found,) = json.loads(line.out)["models"]
    assert (found["name"], found["bytes"], found["sha256"]) == (
        "u2netp",
        len(MODEL),
        DIGEST,
    )
    assert (found["pulled"], found["whole"], found["commercial"]) == (
        True,
        True,
        "unclear",
    )


# --- whose bytes -------------------------------------------------------------------


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the table say of `u2netp` what it would if the test's network were it."""
    checksum = f"md5:{hashlib.md5(MODEL, usedforsecurity=False).hexdigest()}"
    changed = {**NETWORKS, "u2netp": replace(NETWORKS["u2netp"], checksum=checksum)}
    for module in (wanted, weights):
        monkeypatch.setattr(module, "NETWORKS", changed)


@pytest.mark.usefixtures("published")
def test_a_mirror_has_to_have_the_very_file(line: Here, host: WeightsServer) -> None:
    """With `--from` alone the checksum that rembg knows holds."""
    other = ("--from", f"{host.url}/other.onnx", "--yes")
    assert line.run("weights", "pull", "u2netp", *other) == 8
    assert line.run("weights", "pull", "u2netp", "--from", host.url + "/dark.onnx") == 2
    right = ("--from", f"{host.url}/dark.onnx", "--yes")
    assert line.run("weights", "pull", "u2netp", *right) == 0
    assert "  licence   Apache-2.0; commercial use: yes (" in line.err
    assert line.run("weights", "ls") == 0
    assert line.out.splitlines()[1].split()[3:] == ["yes", "Apache-2.0"]


def test_a_wrong_checksum_is_a_lie_and_leaves_nothing(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """Exit 8, with what was expected and what came."""
    for extra in ((), ("--sha256", "0" * 64)):
        own = ("--from", f"{host.url}/other.onnx", *extra)
        assert line.run("weights", "pull", "u2netp", *own, "--yes") == 8
        assert "`127.0.0.1` sent another file than `u2netp`: expected " in line.err
        assert digest_bytes(b"something else") in line.err
        assert files(rembg) == []
        assert not (rembg / "models/u2netp").exists()


def test_a_wrong_file_does_not_replace_what_is_there(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    folder = rembg / "models/u2netp"
    folder.mkdir(parents=True)
    (folder / "u2netp.onnx").write_bytes(b"older")
    own = ("--from", f"{host.url}/other.onnx")
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 8
    assert files(rembg) == PULLED[:1]
    assert (folder / "u2netp.onnx").read_bytes() == b"older"


def test_a_digest_of_ones_own_is_insisted_on_beside_ours(line: Here) -> None:
    """Without `--from` it comes on top; the network is not there in a test."""
    assert line.run("weights", "pull", "u2netp", "--sha256", "zz") == 2
    assert "expected 64 hex digits for `--sha256`, got `zz`" in line.err


MISTAKES = [
    (["u2npt"], "unknown model `u2npt`"),
    (["bria-rmbg"], "the weights of `bria-rmbg` are CC BY-NC 4.0"),
    (["dis_custom"], "`dis_custom` runs a file of your own"),
    (["withoutbg"], "`withoutbg` sends pictures to a paid service"),
    (["sam"], "unknown model `sam`"),
    (["u2net", "u2netp", "--from", "https://a.b"], "are about one file"),
    (["u2netp", "--from", "http://mirror.example/m"], "would be fetched unencrypted"),
    (["u2netp", "--from", ""], "`--from` is not a web address"),
    (["u2netp", "--sha256", ""], "expected 64 hex digits for `--sha256`"),
    (["u2netp", "--from", "ftp://127.0.0.1/m"], "`--from` is not a web address"),
    (["u2netp", "--from", "https://me:word@a.b/m"], "without a user name"),
]


@pytest.mark.parametrize(("args", "words"), MISTAKES, ids=lambda each: str(each)[:40])
def test_a_mistake_is_told_before_anybody_is_asked(
    line: Here, args: list[str], words: str
) -> None:
    """Exit 2; the room has no network to ask."""
    assert line.run("weights", "pull", *args, "--yes") == 2
    assert words in line.err


def test_a_licence_is_accepted_by_a_person(line: Here, host: WeightsServer) -> None:
    """Then it is fetched like any other."""
    own = ("--from", f"{host.url}/dark.onnx", "--sha256", DIGEST, "--licence", "accept")
    assert line.run("weights", "pull", "bria-rmbg", *own, "--yes") == 0


# --- the list, and the proof -------------------------------------------------------


def test_the_list_shows_what_is_here_and_what_could_be(line: Here, rembg: Path) -> None:
    """Bytes that rembg never published have a licence that nobody here knows."""
    folder = rembg / "models/u2netp"
    folder.mkdir(parents=True)
    (folder / "u2netp.onnx").write_bytes(MODEL)
    assert line.run("weights", "ls") == 0
    head, first, digest, *others = line.out.splitlines()
    assert head.split() == ["model", "size", "commercial", "use", "licence"]
    assert first.split()[:4] == ["u2netp", str(len(MODEL)), "B", "unclear"]
    assert digest == f"  sha256 {DIGEST}"
    assert [each.split()[0] for each in others] == [
        n for n in NETWORKS if n != "u2netp"
    ]
    assert "bria-rmbg                     -  no              CC BY-NC 4.0" in others
    assert max(map(len, line.out.splitlines())) <= 80


def test_the_list_as_json_has_address_and_checksum(line: Here) -> None:
    assert line.run("weights", "ls", "--json") == 0
    found = {each["name"]: each for each in json.loads(line.out)["models"]}
    assert list(found) == list(NETWORKS)
    assert found["bria-rmbg"]["commercial"] == "no"
    assert found["isnet-general-use"]["licence"] is None
    assert found["u2netp"]["url"] == NETWORKS["u2netp"].url
    assert found["u2netp"]["file"] is None


def test_why_a_licence_is_believed_is_said_if_asked(line: Here) -> None:
    assert line.run("weights", "ls", "-v") == 0
    assert "xuebinqin/U-2-Net#208" in line.err


def test_every_model_is_compared_with_what_was_written_down(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """Exit 8 names the file and the command that replaces it."""
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 0
    assert (line.run("weights", "verify"), line.err) == (0, "1 model read\n")
    place = rembg / PULLED[0]
    place.write_bytes(MODEL[:-1])
    assert line.run("weights", "verify") == 8
    assert f"damaged, or another file than was pulled: `{place}`" in line.err
    assert "hint: `assetgen weights pull u2netp` replaces it" in line.err
    place.with_name("u2netp.onnx.sha256").unlink()
    assert line.run("weights", "verify") == 8
    assert f"damaged, or another file than rembg knows: `{place}`" in line.err
    assert line.run("weights", "verify", "--json") == 8
    assert json.loads(line.out)["models"][0]["whole"] is False


def test_a_file_of_ones_own_is_read_and_judged_by_nobody(
    line: Here, rembg: Path
) -> None:
    """Unless somebody wrote its digest beside it, as `sha256sum` does."""
    (rembg / "models").mkdir(parents=True)
    mine = rembg / "models/mine.onnx"
    mine.write_bytes(MODEL)
    assert line.run("weights", "verify") == 0
    assert f"nothing is written down about `{mine}`" in line.err
    mine.with_name("mine.onnx.sha256").write_text(f"{DIGEST} *mine.onnx\n")
    assert (line.run("weights", "verify"), line.err) == (0, "1 model read\n")
    mine.write_bytes(b"else")
    assert line.run("weights", "verify") == 8


def test_the_note_is_one_that_other_tools_read(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 0
    assert (rembg / PULLED[1]).read_text() == f"{DIGEST}  u2netp.onnx\n"


def test_doctor_names_the_command(line: Here) -> None:
    """Where no model is here."""
    line.run("doctor", "--offline")
    assert "hint: `assetgen weights pull MODEL` fetches one" in line.out
