"""A canary key, a signing key and signed addresses are searched in everything written.

Everything is: what every command says, events and reports as JSON, logs at their
loudest, journal, log and receipts, index, store, plan, bug report, the addresses that
the vendor is told to call, and the command lines of all processes.
"""

from __future__ import annotations

import base64
import logging
import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from assetgen.cli.boundary import run
from assetgen.images.sniff import sniff
from assetgen.making import Workbench
from assetgen.providers.kie import Kie
from assetgen.testing.kie import Body, Fail, Fate, KieServer, Page, Refuse, Reset, Slow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assetgen.testing.kie import Call

KEY = "zQ9k/canary+Key~4f1c9a7e2b0d=5566"
SIGNING = "hM4c/canary+Sign~8e7d6c5b4a39=77"
SIGNATURE = "sIg7canaryQuery0f9e8d7c6b5a"
PROXY = "pR0xycanaryWord55"
SECRETS = (KEY, SIGNING, SIGNATURE, PROXY)

MANIFEST = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
templates: templates/
assets:
  coin: {template: coin.j2, vars: {mood: calm}, variants: [16]}
  star: {prompt: a star}
  moon: {prompt: a moon on a white background, removeBg: {method: difference}}
"""


def forms(secret: str) -> set[bytes]:
    """Return what would give a secret away: raw, encoded, or only begun."""
    encoded = {base64.b64encode(secret[cut:].encode()).decode() for cut in range(3)}
    begun = {secret[:12], quote(secret, safe="")[:16], repr(secret)[1:13]}
    return {form.encode() for form in begun | {each[4:20] for each in encoded}}


FORMS = {form for secret in SECRETS for form in forms(secret)}


def leaks(data: bytes) -> list[bytes]:
    """Return the forms of our secrets that stand in some bytes."""
    return [form for form in FORMS if form in data]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[KieServer]:
    """Run a vendor that knows the canary key and signs its addresses."""
    with KieServer({KEY: 1000}, speed=50, latency=2, scale=0.06) as server:
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("KIE_API_KEY", KEY)
        monkeypatch.setenv("KIE_WEBHOOK_HMAC_KEY", SIGNING)
        monkeypatch.setenv("HTTPS_PROXY", f"http://user:{PROXY}@127.0.0.1:9")
        monkeypatch.setenv("KIE_POLL_INTERVAL", "0.05")
        signed = Fate(result=lambda urls: {"resultUrls": [f"{urls[0]}?X={SIGNATURE}"]})
        server.on("create", signed, times=None)
        yield server


@pytest.fixture
def root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> Path:
    """Return a project in which everything is loud, and the working directory."""
    caplog.set_level(logging.DEBUG)
    folder = tmp_path / "project"
    (folder / "templates").mkdir(parents=True)
    (folder / "templates" / "coin.j2").write_text("a {{ vars.mood }} coin on white")
    (folder / "assets.yaml").write_text(MANIFEST)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def nothing_leaks(
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    caplog: pytest.LogCaptureFixture,
) -> Callable[[], bytes]:
    """Return what looks everywhere, and returns what was said since the last time."""

    def look() -> bytes:
        out, err = capfdbinary.readouterr()
        said = out + err + caplog.text.encode()
        assert leaks(said) == [], said[-2000:]
        for path in tmp_path.rglob("*"):
            if path.is_file() and path.name != ".env":
                assert leaks(path.read_bytes()) == [], path
            assert leaks(os.fsencode(path)) == []
        return out + err

    return look


def processes(seen: list[str]) -> Callable[[Call], bool]:
    """Return what looks, whenever the vendor is called, at every process."""

    def look(_: Call) -> bool:
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                data = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if leaks(data):
                seen.append(repr(data[:60]))
        return False

    return look


EVERY_COMMAND = (
    ("validate",),
    ("prompt", "coin", "--json"),
    ("plan", "-o", "plan.json"),
    ("plan", "--json", "-v"),
    ("build", "--yes", "-v", "--report", "report.json"),
    ("build", "--json"),
    ("status", "--json"),
    ("status", "-v"),
    ("why", "coin"),
    ("check", "--json"),
    ("spend", "--json"),
    ("spend", "--csv", "--all"),
    ("models", "--json"),
    ("doctor", "--json"),
    ("doctor", "-v"),
    ("cache", "ls"),
    ("cache", "verify"),
    ("retake", "star", "--reason", "too dark"),
    ("build", "--json", "--yes", "--report", "report-2.json"),
    ("keep", "moon"),
    ("resolve", "coin"),
    ("schema",),
)


def test_no_command_says_or_writes_a_secret(
    server: KieServer, root: Path, nothing_leaks: Callable[[], bytes]
) -> None:
    seen: list[str] = []
    server.on("create", Slow(), where=processes(seen), times=None)
    with socket.create_server(("127.0.0.1", 0)) as free:
        bell = f"http://127.0.0.1:{free.getsockname()[1]}/bell"
    for each in EVERY_COMMAND:
        words = (*each, "--webhook", bell) if "--yes" in each else each
        assert run(words) == 0, words
        assert nothing_leaks() != b"", words
    assert len(server.account.tasks) == 5
    assert len(server.account.uploads) == 1
    assert seen == []
    told = [call.order.get("callBackUrl") for call in server.account.creates]
    assert all(str(each).startswith(bell) for each in told)
    assert leaks(repr(told).encode()) == []
    downloads = server.account.downloads
    assert any(SIGNATURE in str(call.query) for call in downloads)
    assert (root / "report-2.json").exists()


TROUBLES = {
    "refused key": ("create", Refuse(401, f"Bearer {KEY} is unknown"), 9),
    "quoted key": ("create", Refuse(422, f"the key {KEY} may not"), 1),
    "a page that quotes it": ("create", Page(502, f"<html>{KEY}</html>"), 5),
    "lost reply": ("create", Reset(made=True), 5),
    "quoted while uploading": ("upload", Refuse(400, f"the key {KEY} may not"), 1),
    "failed job": ("create", Fate(fail=Fail("422", f"the key {KEY} may not")), 1),
    "refused while asking": ("poll", Refuse(401, f"no {KEY}"), 9),
    "a file host that is down": ("file", Page(503, f"?X={SIGNATURE}"), 7),
    "a file that is gone": ("file", Page(404), 1),
    "a page for a picture": ("file", Body(b"<html>" + SIGNATURE.encode()), 1),
}


@pytest.mark.parametrize("trouble", TROUBLES)
@pytest.mark.usefixtures("root")
def test_no_trouble_writes_a_secret(
    server: KieServer,
    monkeypatch: pytest.MonkeyPatch,
    nothing_leaks: Callable[[], bytes],
    trouble: str,
) -> None:
    endpoint, behaviour, code = TROUBLES[trouble]
    monkeypatch.setenv("KIE_TIMEOUT", "20")
    monkeypatch.setattr("assetgen.jobs.FETCHES", 2)
    server.calm()
    server.on(endpoint, behaviour, times=None)  # type: ignore[arg-type]  its name
    name = "moon" if endpoint == "upload" else "star"
    assert run(("build", "--yes", "-v", "--report", "r.json", name)) == code
    for words in (
        ("status", "--json"), ("resolve", name), ("plan", "--json"), ("why", name),
        ("spend",), ("build", "--yes", "--json", name), ("doctor",),
    ):  # fmt: skip
        assert run(words) != 70
        nothing_leaks()


def broken(*_: object, **__: object) -> object:
    """Be a bug of ours that names what it holds."""
    local = f"{KEY} {SIGNING} https://files.example/p.png?X={SIGNATURE}"
    raise ZeroDivisionError(local)


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("where", ["pixels", "fetch", "submit", "poll"])
def test_no_crash_writes_a_secret(
    server: KieServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    nothing_leaks: Callable[[], bytes],
    where: str,
) -> None:
    """In each layer; the report of exit 70 is there, and says where it broke."""
    owner, name = (Workbench, "make") if where == "pixels" else (Kie, where)
    monkeypatch.setattr(owner, name, broken)
    assert run(("build", "--yes", "--json", "-v", "star")) == 70
    assert b"this is a bug" in nothing_leaks()
    (report,) = (tmp_path / "home").rglob("assetgen-bug-*.txt")
    assert "in broken" in report.read_text()
    assert len(server.account.tasks) <= 1


def test_a_key_of_a_file_is_written_nowhere_else(
    server: KieServer,
    root: Path,
    monkeypatch: pytest.MonkeyPatch,
    nothing_leaks: Callable[[], bytes],
) -> None:
    monkeypatch.delenv("KIE_API_KEY")
    (root / ".env").write_text(f"KIE_API_KEY='{KEY}'\n")
    assert run(("build", "--yes", "--json", "star")) == 0
    assert run(("doctor", "--json")) == 0
    nothing_leaks()
    monkeypatch.setattr(Kie, "poll", broken)
    assert run(("retake", "star")) == 0
    assert run(("build", "--yes", "star")) == 70
    nothing_leaks()
    assert len(server.account.tasks) == 2


def test_a_signed_address_that_is_fresh_is_written_nowhere(
    server: KieServer, root: Path, nothing_leaks: Callable[[], bytes], tmp_path: Path
) -> None:
    server.change(url_lifetime=0.0)
    assert run(("build", "--yes", "-v", "--json", "star")) == 0
    nothing_leaks()
    asked = [call.query.get("X-Amz-Signature") for call in server.account.downloads]
    signatures = [each.encode() for each in asked if each]
    assert signatures
    for path in tmp_path.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert [each for each in signatures if each in data] == [], path
    assert sniff((root / "originals" / "star.png").read_bytes()).format == "png"


def test_no_option_takes_a_key(root: Path) -> None:
    """It would stand in every list of processes and every shell's history."""
    del root
    assert run(("build", "--api-key", KEY)) == 2
    assert run(("doctor", "--key", KEY)) == 2
