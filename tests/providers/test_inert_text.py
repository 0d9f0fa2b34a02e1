"""A vendor's words cannot act on a terminal or in a CI log."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assetgen.providers.inert import inert


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain words", "plain words"),
        ("  two\r\n\tlines  ", "two lines"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]52;c;c2VjcmV0\x07paste", "paste"),
        ("\x1b]8;;http://evil.example\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("::add-mask::x", ": :add-mask: :x"),
        (":::x", ": : :x"),
        ("##[error]x", "# #[error]x"),
        ("a\u202eb", "a b"),
        ("a\x00b\x9bc", "a b c"),
        ("16:9", "16:9"),
        ("", ""),
        (422, "422"),
    ],
)
def test_what_could_act_is_gone_and_the_words_stay(text: object, expected: str) -> None:
    assert inert(text) == expected


@given(st.text(max_size=500))
def test_every_text_becomes_one_short_printable_line(text: str) -> None:
    line = inert(text, limit=80)
    assert line.isprintable()
    assert len(line) <= 80
    assert "::" not in line
    assert "##[" not in line
