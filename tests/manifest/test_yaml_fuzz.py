"""Whatever the bytes, reading them ends with a value or with placed problems."""

from __future__ import annotations

import json

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assetgen.errors import ManifestError
from assetgen.manifest.source import Document, Plain, parse

fuzz = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

PIECES = st.sampled_from(
    [
        *"abc 05#:-?[]{},&*!|>%@`'\"\\<~\n\t\r.",
        *("\n  ", "\n    ", "\n- ", ": ", " #", "#EC4899", " #abc", "{{ x }}"),
        *("<<: *a", "&a ", "*a", "&a", "---\n", "...\n", "!!str ", "!x", "a: ", "? "),
        *("16:9", "1e999", "9" * 500, "0x", "true", "null", '"\\ud800"', '"\\0"'),
        *("\0", "\x85", "\u2028", "\ufeff", "é", "\U0001f600", "<<<<<<< HEAD\n"),
    ]
)
YAMLISH = st.lists(PIECES, max_size=40).map("".join)

TEXT = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"],
        include_characters="\n\t",
        exclude_characters="\ufeff\ufffe\uffff",
    ),
    max_size=20,
) | st.sampled_from(["16:9", "no", "null", "1e2030", "#EC4899", "x #EC4899", "<<", ""])
PLAIN: st.SearchStrategy[Plain] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4)
    ),
    max_leaves=12,
)


pytestmark = pytest.mark.usefixtures("parser")


def check(data: bytes) -> None:
    """Read bytes, and look at what comes of it."""
    lines = len(data.decode(errors="replace").splitlines()) + 1
    try:
        document = parse(data, "f.yaml")
    except ManifestError as error:
        assert error.problems  # noqa: PT017 - either end is right
        for problem in error.problems:
            assert problem.place is not None
            assert 1 <= problem.place.line <= lines
            assert problem.place.column >= 1
            assert problem.message
    else:
        json.dumps(document.value, allow_nan=False)
        check_places(document, document.value)


def check_places(
    document: Document, value: Plain, keys: tuple[str | int, ...] = ()
) -> None:
    """Ask for the place and the spelling of everything in a value."""
    assert (
        document.place(keys) >= document.place(keys, key=True) or "*" in document.text
    )
    if isinstance(value, dict | list):
        assert document.raw(keys) is None
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in inner:
            check_places(document, item, (*keys, key))
    else:
        assert isinstance(document.raw(keys), str) or document.value is None


@fuzz
@given(st.binary(max_size=60))
@example(b"\xff\xfe")
@example(b"\xef\xbb\xbf\xef\xbb\xbf")
def test_any_bytes(data: bytes) -> None:
    check(data)


@fuzz
@given(YAMLISH)
@example("a: &a\n  <<: *a\n  {b: 1, b: 2}: c")
@example("{{ x }}: {{ x }}")
@example('- !x\n  "\\ud800"')
@example("&a {? {a: 1, a: 2} : 3, <<: *a}")
def test_any_text_like_yaml(text: str) -> None:
    check(text.encode())


def holds(document: Document, value: Plain, keys: tuple[str | int, ...] = ()) -> None:
    """Look for every path of a value, at a place of its own."""
    found = document.place(keys)
    assert document.place((*keys, "no such key")).line <= found.line
    if isinstance(value, dict | list):
        inner = list(value.items() if isinstance(value, dict) else enumerate(value))
        places = [document.place((*keys, key), key=True) for key, _ in inner]
        assert len(set(places)) == len(places)
        assert sorted(places) == places
        for key, item in inner:
            holds(document, item, (*keys, key))


class Quoting(yaml.SafeDumper):
    """Writes data as YAML with every text in quotes: it knows YAML 1.1 only."""


def in_quotes(dumper: Quoting, text: str) -> yaml.ScalarNode:
    """Return a text as PyYAML's dumper wants it."""
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')


Quoting.add_representer(str, in_quotes)


@fuzz
@given(value=PLAIN, width=st.integers(20, 100))
def test_plain_data_comes_back_with_a_place_for_every_path(
    value: Plain, width: int
) -> None:
    block = yaml.dump(
        value, Dumper=Quoting, allow_unicode=True, sort_keys=False, width=width
    )
    for text in (block, json.dumps(value, ensure_ascii=False)):
        document = parse(text.encode(), "f.yaml")
        assert document.value == value
        assert type(document.value) is type(value)
        holds(document, value)
