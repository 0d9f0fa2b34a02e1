"""The assets that a matrix makes, and their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.manifest.matrix import combinations, count

if TYPE_CHECKING:
    from conftest import Load, Mistakes


def test_the_last_key_turns_fastest_and_names_follow_the_keys() -> None:
    matrix = {"hue": ["red", "blue"], "size": [1, 2]}
    assert list(combinations("x", matrix, lambda k, i: str(matrix[k][i]))) == [
        ("x-red-1", {"hue": "red", "size": 1}),
        ("x-red-2", {"hue": "red", "size": 2}),
        ("x-blue-1", {"hue": "blue", "size": 1}),
        ("x-blue-2", {"hue": "blue", "size": 2}),
    ]


def test_its_size_is_known_before_it_is_expanded() -> None:
    assert count({"a": [1] * 1000, "b": [1] * 1000}) == 1_000_000


def test_values_are_named_as_they_are_written(load: Load) -> None:
    manifest = load(
        "assets: {v: {prompt: 'x {{ matrix.n }}', "
        "matrix: {n: [1.10, 2, no, true, '7']}}}"
    )
    assert [(asset.name, asset.base) for asset in manifest.assets] == [
        ("v-1.10", "v"),
        ("v-2", "v"),
        ("v-no", "v"),
        ("v-true", "v"),
        ("v-7", "v"),
    ]


def test_a_matrix_of_millions_is_refused_at_once(mistakes: Mistakes) -> None:
    values = list(range(400))
    text = f"assets: {{v: {{prompt: x, matrix: {{a: {values}, b: {values}}}}}}}"
    assert mistakes(text) == [
        (
            "assets.yaml:1:33: assets.v.matrix: this matrix makes 160,000 assets; "
            "at most 100,000 are allowed"
        )
    ]


def test_a_value_that_is_no_name_is_refused(mistakes: Mistakes) -> None:
    assert mistakes("assets: {v: {prompt: x, matrix: {r: ['16:9']}}}") == [
        (
            "assets.yaml:1:33: assets.v.matrix: the name `v-16:9` cannot hold `:` | "
            "a name becomes a file: letters, digits, `-`, `_`, `.`, and `/`"
        )
    ]
