"""Providers are found by their entry points, and one that is broken stays alone."""

from __future__ import annotations

import importlib
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import assetgen
from assetgen.errors import UsageError
from assetgen.plugins import find
from assetgen.providers import registry
from assetgen.providers.kie import Kie

if TYPE_CHECKING:
    from pathlib import Path

SOLID = """
from assetgen.catalogue import Model
from assetgen.providers.base import Done, Provider

class Solid(Provider):
    name = "solid"
    free = True

    def models(self):
        return {"red": Model(name="red", provider="solid", inputs={})}

    async def submit(self, request, sending):
        return Done(b"")

class Unfinished(Provider):
    name = "unfinished"

    def models(self):
        return {}

value = 7
"""


def install(folder: Path, package: str, code: str, **entries: str) -> None:
    """Lay out an installed package with entry points, as an installer would."""
    (folder / f"{package}.py").write_text(code)
    info = folder / f"{package}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Name: {package}\nVersion: 1.2\n")
    lines = [f"{name} = {target}" for name, target in entries.items()]
    group = "\n".join(["[assetgen.providers]", *lines])
    (info / "entry_points.txt").write_text(group + "\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose packages count as installed."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    importlib.invalidate_caches()
    return folder


def test_the_built_ins_register_like_everyone_else() -> None:
    assert {"draft", "kie"} <= set(registry.names())
    assert registry.load("kie") is Kie
    plugin = registry.plugins()["kie"]
    assert plugin.distribution == "assetgen-pipeline"
    assert plugin.version == assetgen.__version__


def test_a_plugin_of_ten_lines_is_a_provider(site: Path) -> None:
    install(site, "solid_one", SOLID, solid="solid_one:Solid")
    provider = registry.load("solid")({}, None)
    assert list(provider.models()) == ["red"]
    assert registry.plugins()["solid"].version == "1.2"


def test_a_broken_plugin_disturbs_nobody_but_who_names_it(site: Path) -> None:
    install(site, "broken_one", "raise SystemError('boom')", broken="broken_one:X")
    assert "broken" in registry.names()
    assert registry.load("kie") is Kie
    with pytest.raises(
        UsageError, match="`broken` cannot be loaded: SystemError: boom"
    ):
        registry.load("broken")


def test_two_packages_cannot_have_one_name(site: Path) -> None:
    install(site, "solid_two", SOLID, solid="solid_two:Solid")
    install(site, "solid_three", SOLID, solid="solid_three:Solid")
    with pytest.raises(UsageError, match="`solid` is claimed by two packages"):
        registry.names()


@pytest.mark.parametrize(
    ("name", "target", "says"),
    [
        ("unfinished", "solid_four:Unfinished", "does not define `submit`"),
        ("value", "solid_four:value", "is not a class made from `Provider`"),
        ("other", "solid_four:Solid", "does not carry that name itself"),
        ("absent", "solid_four:Absent", "cannot be loaded: AttributeError"),
    ],
)
def test_what_is_no_provider_is_told(
    name: str, target: str, says: str, site: Path
) -> None:
    install(site, "solid_four", SOLID, **{name: target})
    with pytest.raises(UsageError, match=says):
        registry.load(name)


def test_an_unknown_name_gets_the_nearest_one() -> None:
    with pytest.raises(UsageError, match="no provider named `kei`") as caught:
        registry.load("kei")
    assert caught.value.hint == "did you mean `kie`?"


def test_other_groups_work_the_same_way() -> None:
    assert {"native", "plain", "rembg"} <= set(find("assetgen.cutouts"))


def test_a_plan_does_not_pay_for_the_network() -> None:
    """Loading kie.ai's catalogue imports no HTTP library: that takes longer."""
    code = (
        "import sys; from assetgen.providers.registry import load;"
        "load('kie')({}).models(); print('httpx2' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
