"""Whatever becomes of a file that assetgen keeps, the next build goes on or says how.

Each file is emptied, cut, filled with garbage, removed, or a folder stands in its
place. Nothing of that is a bug of ours, nothing is bought again, and whoever has to
act is told how.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from assetgen.cli.boundary import run
from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANIFEST = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
assets:
  coin: {prompt: "a {{ 'gold' }} coin", variants: [16]}
  star: {prompt: a star}
"""


def empty(path: Path) -> None:
    """Leave nothing of a file but its name."""
    path.write_bytes(b"")


def cut(path: Path) -> None:
    """Leave half of a file."""
    path.write_bytes(path.read_bytes()[: max(1, path.stat().st_size // 2)])


def garble(path: Path) -> None:
    """Put something else in a file's place, as long as it was."""
    path.write_bytes((b"\x00garbage\xff" * (path.stat().st_size // 9 + 1))[:-3])


def block(path: Path) -> None:
    """Put a folder in a file's place."""
    path.unlink()
    path.mkdir()
    (path / "something").write_text("of a person's")


def remove(path: Path) -> None:
    """Remove a file."""
    path.unlink()


DAMAGES = (empty, cut, garble, block, remove)
# What is to be damaged, as a pattern below the folder of home and project; with what
# a build may end, and whether it then has to name a command.
FILES = {
    "journal": ("home/assetgen/journal.db", {0, 2, 8}),
    "bookmark": ("home/assetgen/journal.head", {0, 8}),
    "ballast": ("home/assetgen/journal.ballast", {0, 2}),
    "pace": ("home/assetgen/pace.db", {0}),
    "bytes": ("home/assetgen/store/cas/*/*", {0, 8}),
    "results": ("home/assetgen/store/ac/*/*", {0}),
    "marks": ("home/assetgen/store/paid/*/*", {0}),
    "readme": ("home/assetgen/store/README", {0}),
    "index": ("project/output/index.json", {0, 8}),
    "published": ("project/output/coin.png", {0, 3}),
    "receipt": ("project/originals/coin.json", {0, 8}),
    "picture": ("project/originals/coin.png", {0, 3, 8}),
    "lock": ("project/.assetgen.lock", {0, 2}),
}


@pytest.fixture(scope="module")
def vendor() -> Iterator[KieServer]:
    """Run one vendor for all of these tests."""
    with KieServer(
        {"key-of-this-test": 1e9}, speed=50, latency=1, scale=0.06
    ) as server:
        yield server


@pytest.fixture
def project(tmp_path: Path, vendor: KieServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project that is built, and the working directory."""
    for name, value in vendor.env.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("KIE_POLL_INTERVAL", "0.02")
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "assets.yaml").write_text(MANIFEST)
    assert run(("build", "--yes", "-q")) == 0
    return folder


@pytest.mark.parametrize("name", FILES)
def test_no_file_is_a_trap(
    project: Path, vendor: KieServer, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    pattern, codes = FILES[name]
    everything = project.parent
    sound = everything / "sound"
    for part in ("home", "project"):
        shutil.copytree(everything / part, sound / part)
    bought = len(vendor.account.creates)
    for damage in DAMAGES:
        restore(sound, everything)
        paths = list(everything.glob(pattern))
        assert paths, pattern
        for path in paths:
            damage(path)
        capsys.readouterr()
        code = run(("build", "--yes"))
        out, err = capsys.readouterr()
        assert code in codes, f"{damage.__name__}: {err}"
        assert "Traceback" not in out + err
        assert code == 0 or "`" in err, f"it names no way on: {err}"
        for words in (("status",), ("doctor", "--offline")):
            assert run(words) != 70, f"{damage.__name__}: {capsys.readouterr().err}"
    assert len(vendor.account.creates) == bought


def restore(sound: Path, everything: Path) -> None:
    """Put everything back, in the folders that are there."""
    for name in ("home", "project"):
        for path in (everything / name).iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        shutil.copytree(sound / name, everything / name, dirs_exist_ok=True)


def test_a_home_that_is_gone_costs_nothing_where_originals_are(
    project: Path, vendor: KieServer
) -> None:
    bought = len(vendor.account.creates)
    shutil.rmtree(project.parent / "home" / "assetgen")
    shutil.rmtree(project / "output")
    assert run(("build", "--yes")) == 0
    assert len(vendor.account.creates) == bought
