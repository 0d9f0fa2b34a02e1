"""Whatever goes wrong with a pull, it is one sentence, an exit code, and no litter."""

from __future__ import annotations

import os
import shutil
import signal
import ssl
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from weights_server import DIGEST, FILE, MODEL, PULLED, WeightsServer, files, saying

from assetgen.images.cutout import releases
from assetgen.testing.kie.transport import HTML, Reply

if TYPE_CHECKING:
    from pathlib import Path

    from cutout_projects import Here

HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: application/octet-stream\r\n"


# --- bad networks ------------------------------------------------------------------

TROUBLES = [
    (Reply(b"no", 404), 2, "does not serve `u2netp` (HTTP 404)"),
    (Reply(b"no", 403), 2, "does not serve `u2netp` (HTTP 403)"),
    (Reply(b"no", 503), 7, "does not serve `u2netp` now (HTTP 503)"),
    (Reply(b"no", 429), 7, "does not serve `u2netp` now (HTTP 429)"),
    (Reply(reset=True), 7, "`u2netp` did not come from `127.0.0.1`: "),
    (Reply(MODEL, keep=0.5), 7, "`u2netp` did not come from `127.0.0.1`: "),
    (Reply(MODEL, off=9), 7, "`u2netp` did not come from `127.0.0.1`: "),
    (Reply(MODEL, off=-9), 8, "sent another file than `u2netp`"),
    (Reply(MODEL, off=3 << 30), 8, "bytes, and no model has that many"),
    (Reply(b""), 8, "announces 0 bytes"),
    (Reply(b"<html>log in", 200, HTML), 8, "a web page in place of `u2netp`"),
    (
        Reply(MODEL, headers=(("content-encoding", "br"),)),
        8,
        "sends `u2netp` compressed",
    ),
    (Reply(b"", 302, headers=(("location", "/"),)), 2, "(HTTP 404)"),
    (Reply(b"", 302), 8, "redirects nowhere"),
    (Reply(b"", 302, headers=(("location", "/a"),)), 8, "redirects over 5 times"),
    (
        Reply(b"", 302, headers=(("location", "http://mirror.example/m"),)),
        8,
        "redirects to an unencrypted address",
    ),
    (
        Reply(b"", 302, headers=(("location", "https://a:b@mirror.example/"),)),
        8,
        "redirects nowhere",
    ),
]


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each[2])
def test_a_bad_answer_is_one_sentence_and_leaves_nothing(
    line: Here, rembg: Path, host: WeightsServer, trouble: tuple[Reply, int, str]
) -> None:
    """With the exit code of whose fault it is."""
    host.replies["/a"], code, words = trouble
    own = host.own("a")
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == code
    errors = [each for each in line.err.splitlines() if each.startswith("error: ")]
    assert len(errors) == 1
    assert words in errors[0]
    assert "Traceback" not in line.err
    assert files(rembg) == []


def test_nobody_there_is_not_now(line: Here, rembg: Path, host: WeightsServer) -> None:
    """Exit 7: running again goes on."""
    host.__exit__()
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 7
    assert "error: `u2netp` did not come from `127.0.0.1`: " in line.err
    assert not rembg.exists()


@pytest.mark.parametrize(
    ("head", "code", "words"),
    [
        (HEAD + b"\r\n", 2, "does not say how large the file is"),
        (HEAD + b"transfer-encoding: chunked\r\n\r\n", 2, "does not say how large"),
        (HEAD + b"content-length: 9\r\n\r\n", 8, "sent another file"),
        (HEAD + b"content-length: x\r\n\r\n", 7, "did not come from"),
        (b"SSH-2.0-OpenSSH_9.9\r\n", 7, "did not come from"),
    ],
)
def test_a_body_without_an_end_is_not_begun(
    line: Here, rembg: Path, head: bytes, code: int, words: str
) -> None:
    """And one that goes on is read as far as it was announced."""
    with saying(head, b"0" * 65536) as address:
        own = ("--from", address, "--sha256", DIGEST)
        assert line.run("weights", "pull", "u2netp", *own, "--yes") == code
    assert words in line.err
    assert files(rembg) == []


def test_a_body_that_drips_is_given_up(
    line: Here, rembg: Path, host: WeightsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many KiB have to come in so many seconds."""
    monkeypatch.setattr(releases, "STALL", 0.05)
    host.replies["/a"] = Reply(MODEL, 200, FILE, during=3.0)
    own = host.own("a")
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 7
    assert "sends `u2netp` too slowly to wait for it" in line.err
    assert files(rembg) == []


def test_redirects_are_followed(line: Here, host: WeightsServer) -> None:
    """As those of a release are, with nothing but the address."""
    host.replies["/a"] = Reply(b"", 302, headers=(("location", "/b"),))
    host.replies["/b"] = Reply(b"", 307, headers=(("location", "dark.onnx"),))
    own = host.own("a")
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 0
    assert host.asked == ["/a", "/b", "/dark.onnx"] * 2
    assert {"cookie", "authorization", "referer"} & {*host.headers[-1]} == set()


def test_an_encrypted_address_never_leads_to_an_unencrypted_one(
    line: Here, host: WeightsServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not even on this machine; and whom to trust is the machine's own matter."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("openssl is not installed")
    pem, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]
    names = ("-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1")
    command += [*names, "-keyout", str(key), "-out", str(pem)]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, key)
    with WeightsServer(**{"dark.onnx": MODEL}) as safe:
        safe.encrypt(context)
        away = (("location", f"{host.url}/dark.onnx"),)
        safe.replies["/away"] = Reply(b"", 302, headers=away)
        pull = ("weights", "pull", "u2netp", "--sha256", DIGEST, "--yes", "--from")
        assert line.run(*pull, f"{safe.url}/dark.onnx") == 7
        monkeypatch.setenv("SSL_CERT_FILE", str(pem))
        assert line.run(*pull, f"{safe.url}/away") == 8
        assert "redirects to an unencrypted address" in line.err
        assert line.run(*pull, f"{safe.url}/dark.onnx") == 0
    assert host.asked == []


def test_a_proxy_of_the_environment_is_used_and_of_the_project_is_not(
    line: Here, host: WeightsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is asked for the way to the release; a file of the project names none."""
    with WeightsServer() as proxy:
        (line.root / ".env").write_text(f"HTTPS_PROXY={host.url}\n")
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        assert line.run("weights", "pull", "u2netp", "--yes") == 7
        monkeypatch.setenv("HTTPS_PROXY", "socks9://nowhere")
        assert line.run("weights", "pull", "u2netp", "--yes") == 2
    assert "the proxy of this environment cannot be used" in line.err
    assert host.asked == []


# --- bad disks ---------------------------------------------------------------------


def test_a_place_that_cannot_be_written_is_a_sentence(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """A file stands where the folder should be."""
    rembg.write_bytes(b"not a folder")
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 2
    assert "error: cannot write `" in line.err
    assert "name another with `REMBG_HOME`" in line.err


def test_a_disk_without_room_is_told_before_anything_comes(
    line: Here, rembg: Path, host: WeightsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More is announced than this disk has."""
    most = 1 << 60
    monkeypatch.setattr(releases, "MOST", most)
    host.replies["/a"] = Reply(b"x", 200, FILE, off=most - 9)
    own = host.own("a")
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 2
    assert "MiB are free for `" in line.err
    assert (host.asked, rembg.exists()) == (["/a"], False)


def test_a_disk_that_takes_no_more_leaves_nothing(
    rembg: Path, host: WeightsServer
) -> None:
    """A process that may write 64 KiB is sent more than that."""
    host.replies["/a"] = Reply(b"0" * 300_000, 200, FILE)
    words = f"weights pull u2netp --yes --from {host.url}/a --sha256 {DIGEST}"
    script = f"ulimit -f 64; exec {sys.executable} -m assetgen {words}"
    run = subprocess.run(
        ["/bin/sh", "-c", script], capture_output=True, text=True, check=False
    )
    assert (run.returncode, "file too large" in run.stderr) == (2, True), run.stderr
    assert files(rembg) == []


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)]
)
def test_a_pull_that_is_stopped_leaves_nothing(
    rembg: Path, host: WeightsServer, number: signal.Signals, code: int
) -> None:
    """Neither by Ctrl-C nor by whoever ends the machine."""
    host.replies["/a"] = Reply(b"0" * 300_000, 200, FILE, during=25.0)
    own = ("--from", f"{host.url}/a", "--sha256", DIGEST, "--yes")
    command = [sys.executable, "-m", "assetgen", "weights", "pull", "u2netp", *own]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as run:
        while not files(rembg):
            assert run.poll() is None
            time.sleep(0.02)
        run.send_signal(number)
        assert run.wait() == code
    assert files(rembg) == []


def test_what_a_killed_pull_left_goes_with_the_next(
    line: Here, rembg: Path, host: WeightsServer
) -> None:
    """Nobody cleans up after `kill -9` and a power cut but the next one."""
    folder = rembg / "models/u2netp"
    folder.mkdir(parents=True)
    left = folder / ".assetgen-0123456789abcdef.tmp"
    left.write_bytes(b"half a mod")
    os.utime(left, (0, 0))
    own = host.own()
    assert line.run("weights", "pull", "u2netp", *own, "--yes") == 0
    assert files(rembg) == PULLED


# --- two at once -------------------------------------------------------------------


def test_two_pulls_at_once_fetch_it_once(rembg: Path, host: WeightsServer) -> None:
    """The later one waits, and finds it there."""
    host.replies["/a"] = Reply(MODEL, 200, FILE, during=1.0)
    own = ("--from", f"{host.url}/a", "--sha256", DIGEST, "--yes")
    command = [sys.executable, "-m", "assetgen", "weights", "pull", "u2netp", *own]

    def once(_: int) -> subprocess.CompletedProcess[str]:
        return subprocess.run(command, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(once, range(2)))
    assert [run.returncode for run in runs] == [0, 0], runs
    assert files(rembg) == PULLED
    assert (rembg / PULLED[0]).read_bytes() == MODEL
    assert host.asked.count("/a") <= 3
