"""What is known about rembg's networks is what the installed rembg says of them."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from assetgen.images.cutout.weights import pull_command
from assetgen.manifest.networks import (
    CONVERTED,
    CUSTOM,
    FREE,
    NETWORKS,
    NOT_ONE_MASK,
    RELEASE,
    REMOTE,
    objection,
)


def session_classes() -> dict[str, ast.ClassDef]:
    """Return the sessions of the installed rembg by their names, unimported."""
    spec = importlib.util.find_spec("rembg")
    assert spec is not None
    assert spec.origin is not None
    found = {}
    for file in Path(spec.origin).parent.joinpath("sessions").glob("*.py"):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            for part in node.body if isinstance(node, ast.ClassDef) else ():
                if isinstance(part, ast.FunctionDef) and part.name == "name":
                    texts = words(ast.Module(part.body[-1:], []))
                    found.update(dict.fromkeys(texts, node))
    return found


def words(tree: ast.AST) -> list[str]:
    """Return every text below a node of a program."""
    nodes = ast.walk(tree)
    return [
        str(node.value)
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


SESSIONS = session_classes()


def test_every_session_of_rembg_is_known() -> None:
    """A new one has to be looked at before it is used: it may send pictures away."""
    known = {*NETWORKS, *CUSTOM, *REMOTE, *NOT_ONE_MASK, *CONVERTED}
    assert set(SESSIONS) == known


@pytest.mark.parametrize("name", NETWORKS)
def test_address_and_checksum_are_those_of_rembg(name: str) -> None:
    """Of every network, word for word."""
    texts = words(SESSIONS[name])
    addresses = [text for text in texts if text.startswith("https://")]
    sums = [text for text in texts if text.startswith(("md5:", "sha256:"))]
    assert ([NETWORKS[name].url], [NETWORKS[name].checksum]) == (addresses, sums)


def test_the_table_is_about_one_release_over_https() -> None:
    assert RELEASE.startswith("https://")
    assert len({each.file for each in NETWORKS.values()}) == len(NETWORKS)


def test_weights_that_are_not_for_commerce_are_named() -> None:
    """One of them at present, which needs a word of acceptance wherever it is used."""
    assert set(NETWORKS) - set(FREE) == {"bria-rmbg"}
    assert "are CC BY-NC 4.0" in (objection("bria-rmbg") or "")
    assert objection("u2netp") is objection("u2net_custom") is None
    assert pull_command("bria-rmbg").endswith("bria-rmbg --licence accept")


def test_who_may_use_what_is_said_with_its_ground() -> None:
    """A licence that nobody names is unclear, never a yes."""
    for each in NETWORKS.values():
        assert each.note
        assert each.licence or each.commercial == "unclear"
