"""Pydantic's errors become one sentence per mistake, in our words."""

from __future__ import annotations

from typing import Annotated, Literal

import pytest
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from assetgen.manifest.issues import Issue, Wrong, describe, issues_from, unknown


def _even(value: int) -> int:
    if value % 2:
        raise Wrong(f"expected an even number, got `{value}`", hint="add 1")
    return value


class Size(BaseModel):
    """A box."""

    model_config = ConfigDict(extra="forbid")

    width: Annotated[int, Field(ge=1, strict=True)]
    formats: list[Literal["png", "webp"]] = []


class Wish(BaseModel):
    """Every shape that a manifest's models have."""

    model_config = ConfigDict(extra="forbid")

    cut: bool | Literal["auto"] | Size = Field(default=False, alias="removeBg")
    sizes: str | list[str | Size] = []
    named: dict[str, str | Size] = {}
    master: Literal[True, False, "both"] = True
    even: Annotated[int, AfterValidator(_even)] = 0
    note: Annotated[str, Field(min_length=1)] | None = None
    inner: dict[str, Wish] = {}


def issues_of(value: object) -> list[Issue]:
    with pytest.raises(ValidationError) as caught:
        Wish.model_validate(value)
    return issues_from(caught.value, Wish)


@pytest.mark.parametrize(
    ("value", "issue"),
    [
        (
            {"removeBG": True},
            Issue(
                ("removeBG",),
                "unknown key `removeBG`",
                "did you mean `removeBg`?",
                on_key=True,
            ),
        ),
        (
            {"removeBg": "atuo"},
            Issue(
                ("removeBg",),
                "expected `true` or `false`, `auto` or a mapping, got `atuo`",
                "did you mean `auto`?",
            ),
        ),
        (
            {"removeBg": {"width": 0}},
            Issue(("removeBg", "width"), "expected at least 1, got `0`"),
        ),
        (
            {"removeBg": {"widht": 1}},
            Issue(
                ("removeBg", "widht"),
                "unknown key `widht`",
                "did you mean `width`?",
                on_key=True,
            ),
        ),
        (
            {"removeBg": {}},
            Issue(("removeBg",), "missing `width`", None, on_key=True),
        ),
        (
            {"sizes": 5},
            Issue(("sizes",), "expected text or a list, got `5`", "write it in quotes"),
        ),
        (
            {"sizes": ["icon", ["x"]]},
            Issue(("sizes", 1), "expected text or a mapping, got a list"),
        ),
        (
            {"sizes": ["icon", {"width": 24, "formats": ["wepb"]}]},
            Issue(
                ("sizes", 1, "formats", 0),
                "expected `png` or `webp`, got `wepb`",
                "did you mean `webp`?",
            ),
        ),
        (
            {"named": {"str": {"width": "x"}}},
            Issue(("named", "str", "width"), "expected a whole number, got `x`"),
        ),
        (
            {"named": {5: "x"}},
            Issue(
                ("named", 5),
                "expected text, got `5`",
                "write it in quotes",
                on_key=True,
            ),
        ),
        (
            {"master": "bot"},
            Issue(
                ("master",),
                "expected `true`, `false` or `both`, got `bot`",
                "did you mean `both`?",
            ),
        ),
        ({"even": 3}, Issue(("even",), "expected an even number, got `3`", "add 1")),
        ({"note": ""}, Issue(("note",), "expected some text, got an empty text")),
        (
            {"inner": {"a": {"inner": {"b": {"evn": 2}}}}},
            Issue(
                ("inner", "a", "inner", "b", "evn"),
                "unknown key `evn`",
                "did you mean `even`?",
                on_key=True,
            ),
        ),
        (
            [],
            Issue(
                (),
                "expected a mapping, got a list",
                "write `name: …` for each, without a dash or a bracket",
            ),
        ),
        (
            {"master": "Off"},
            Issue(
                ("master",),
                "expected `true`, `false` or `both`, got `Off`",
                "in YAML 1.2 `Off` is text: write `false`",
            ),
        ),
    ],
)
def test_a_mistake_is_one_issue_with_its_keys(value: object, issue: Issue) -> None:
    assert issues_of(value) == [issue]


def test_several_mistakes_are_several_issues() -> None:
    value = {"sizes": [1, {"width": 0, "x": 1}], "even": 1}

    assert [issue.keys for issue in issues_of(value)] == [
        ("sizes", 0),
        ("sizes", 1, "width"),
        ("sizes", 1, "x"),
        ("even",),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "nothing"),
        (True, "`true`"),
        (1.5, "`1.5`"),
        ("", "an empty text"),
        ("a", "`a`"),
        ("a" * 60, f"`{'a' * 39}…`"),
        ([], "a list"),
        ({}, "a mapping"),
    ],
)
def test_a_value_is_described_in_plain_words(value: object, text: str) -> None:
    assert describe(value) == text


def test_an_unknown_word_with_nothing_near_lists_what_is_known() -> None:
    assert unknown("set", "xyzzy", ["icon", "hero"]) == (
        "unknown set `xyzzy`",
        "known here: `hero`, `icon`",
    )
    assert unknown("set", "xyzzy", []) == ("unknown set `xyzzy`", None)
