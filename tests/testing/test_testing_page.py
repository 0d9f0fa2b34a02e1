"""docs/testing.md: every block of it runs, and its contracts pass."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from assetgen.testing import kie, proxy

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("block", [b for b in BLOCKS if "Contract" not in b])
def test_a_block_of_the_page_runs(block: str) -> None:
    exec(compile(block, str(PAGE), "exec"), {})  # noqa: S102 our own page


def test_the_contracts_of_the_page_pass(tmp_path: Path) -> None:
    """The plugin tests of the page are run as a plugin author runs them."""
    contracts = [block for block in BLOCKS if "Contract" in block]
    for number, block in enumerate(contracts):
        (tmp_path / f"test_page_{number}.py").write_text(block, "utf-8")
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout
    assert len(contracts) == 2


def test_the_page_names_every_fault_and_every_toxic() -> None:
    faults = {kind.__name__ for kind in kie.Fault.__args__}
    toxics = set(proxy.__all__) - {"Met", "Proxy", "Stream", "Toxic"}
    assert faults | toxics == set(
        re.findall(r"^\| `(\w+)\(", PAGE.read_text("utf-8"), re.MULTILINE)
    )


def test_the_tables_of_contents_are_true() -> None:
    for room in (kie, proxy):
        assert [name for name in room.__all__ if not hasattr(room, name)] == []
        assert len(set(room.__all__)) == len(room.__all__)
