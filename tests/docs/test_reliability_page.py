"""The page about money names only proofs that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
PAGE = (ROOT / "docs" / "reliability.md").read_text()
PAGE = PAGE.partition("## Last measured")[0]  # from there on, figures
NAMED = sorted(set(re.findall(r"`([a-z/_]+(?:\.py|/))`", PAGE)))


@pytest.mark.parametrize("name", NAMED)
def test_a_proof_that_is_named_is_there(name: str) -> None:
    assert (ROOT / "tests" / name).exists() or (ROOT / name).exists()


def test_every_promise_has_a_proof() -> None:
    rows = [line for line in PAGE.splitlines() if line.startswith("| ")][1:]
    assert len(rows) > 15
    assert [row for row in rows if "`" not in row.split("|")[2]] == []
