"""A value becomes the catalogue's type, so that one wish is one request."""

from __future__ import annotations

import pytest

from assetgen.catalogue import Input
from assetgen.manifest.inputs import coerced
from assetgen.manifest.issues import Wrong

TEXT, WHOLE = Input("string"), Input("integer")
NUMBER, FLAG = Input("number"), Input("boolean")


@pytest.mark.parametrize(
    ("value", "wanted", "expected"),
    [
        (5, TEXT, "5"),
        ("5", TEXT, "5"),
        (True, TEXT, "true"),
        ("5", WHOLE, 5),
        (5.0, WHOLE, 5),
        (" 5 ", WHOLE, 5),
        ("5", NUMBER, 5),
        (5.0, NUMBER, 5),
        ("2.50", NUMBER, 2.5),
        (-1, NUMBER, -1),
        ("true", FLAG, True),
        (False, FLAG, False),
        (5, Input("string", choices=("5", "10")), "5"),
        ("10", Input("number", choices=(5, 10)), 10),
    ],
)
def test_a_value_takes_the_type_of_its_input(
    value: object, wanted: Input, expected: object
) -> None:
    found = coerced(value, wanted)
    assert (found, type(found)) == (expected, type(expected))


def test_a_number_for_a_text_keeps_its_spelling() -> None:
    assert coerced(1.1, TEXT, "1.10") == "1.10"


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (5.5, WHOLE),
        ("five", WHOLE),
        ("9" * 5000, WHOLE),
        (True, WHOLE),
        (True, NUMBER),
        (float("inf"), NUMBER),
        (float("nan"), NUMBER),
        ("nan", NUMBER),
        ("1e999", NUMBER),
        (1, FLAG),
        ("yes", FLAG),
        ([5], TEXT),
        ({"a": 1}, TEXT),
        (None, TEXT),
        (True, Input("integer", choices=(1, 2))),
        (11, Input("integer", most=10)),
        (0, Input("integer", least=1)),
        ("long", Input("string", most=3)),
    ],
)
def test_a_value_of_no_such_type_is_refused(value: object, wanted: Input) -> None:
    with pytest.raises(Wrong):
        coerced(value, wanted)
