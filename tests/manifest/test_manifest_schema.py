"""The schema for editors agrees with the validator about every shape."""

from __future__ import annotations

from typing import Any

import jsonschema_rs
import pytest
from pydantic import ValidationError

from assetgen.manifest.brand import BrandFile
from assetgen.manifest.fields import IncludeFields, ManifestFields
from assetgen.manifest.schema import brand_schema, include_schema, manifest_schema
from conftest import PROVIDERS

VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    24,
    101,
    99_999,
    -1,
    1.5,
    "",
    "x",
    "both",
    "png",
    "jpeg",
    "gif",
    "cover",
    "north",
    "attention",
    [],
    ["x"],
    ["png", "webp"],
    [1],
    [None],
    [{}],
    [{"width": 24}, 48, "icon"],
    {},
    {"x": 1},
    {"x": "y"},
    {"x": ["y", 1, True]},
    {"x": []},
    {"": ["y"]},
    {"x": {}},
    {"x": {"concurrency": 1, "timeout": "15m"}},
    {"x": {"timeout": 0}},
    {"x": [24, {"width": 48}]},
    {"x": 24},
    {"webp": 90, "avif": 60},
    {"webp": 0},
    {"width": 24, "suffix": "@1x"},
    {"method": "rembg", "model": "u2netp"},
    {"method": ""},
    {"x": {"prompt": "y"}},
    {"x": {"prompt": "y", "removeBg": {"method": "auto"}, "variants": [24]}},
]


def valid(
    model: type[ManifestFields | IncludeFields | BrandFile], value: object
) -> bool:
    """Return the validator's answer."""
    try:
        model.model_validate(value)
    except ValidationError:
        return False
    return True


def fields_of(schema: dict[str, Any], name: str) -> list[str]:
    """Return the fields that a definition of a schema names."""
    return list(schema["definitions"][name]["properties"])


def documents() -> list[Any]:
    """Return a manifest for every field with every value, right or wrong."""
    schema = manifest_schema(PROVIDERS)
    top = [{key: value} for key in schema["properties"] for value in VALUES]
    assets = [
        {"assets": {"a": {key: value}}}
        for key in [*fields_of(schema, "AssetFields"), "promt", "references"]
        for value in VALUES
    ]
    sizes = [
        {"variants": {"s": [{key: value}]}}
        for key in [*fields_of(schema, "VariantFields"), "widht"]
        for value in VALUES
    ]
    return [*VALUES, *top, *assets, *sizes]


def test_the_schema_of_a_manifest_agrees_with_its_validator() -> None:
    checker = jsonschema_rs.validator_for(manifest_schema(PROVIDERS))
    disagreed = [
        value
        for value in documents()
        if checker.is_valid(value) != valid(ManifestFields, value)
    ]
    assert disagreed == []


def test_the_documents_hold_right_and_wrong_ones() -> None:
    """A comparison in which everything is wrong would prove nothing."""
    answers = [valid(ManifestFields, value) for value in documents()]
    assert min(answers.count(True), answers.count(False)) > 300


def test_the_schema_of_an_included_file_agrees_with_its_validator() -> None:
    checker = jsonschema_rs.validator_for(include_schema())
    found = [(checker.is_valid(v), valid(IncludeFields, v)) for v in documents()]
    assert [one for one in found if one[0] != one[1]] == []


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"name": "Sty", "colors": {"primary": "#EC4899"}},
        {"colors": {"accent": {"value": "#F59E0B", "name": "amber"}}},
        {"gradients": {"rose": ["#FFF1F3", "#FFE4E9"]}, "keywords": ["calm"]},
        {"exclude": "No text."},
        {"brands": {"spark": {"colors": {"primary": "#3B82F6"}}}},
        {"colours": {}},
        {"name": 5},
        {"colors": ["#EC4899"]},
        {"gradients": {"rose": []}},
        {"brands": {"spark": {"brands": {}}}},
        {"keywords": "calm"},
        [],
    ],
)
def test_the_schema_of_a_brand_agrees_with_its_validator(value: object) -> None:
    checker = jsonschema_rs.validator_for(brand_schema())
    assert checker.is_valid(value) == valid(BrandFile, value)


def test_keys_for_anchors_are_allowed_at_the_top() -> None:
    checker = jsonschema_rs.validator_for(manifest_schema(PROVIDERS))
    assert checker.is_valid({"x-sizes": [1, 2], "assets": {}})
    assert not checker.is_valid({"assets": {"a": {"x-sizes": 1}}})


def test_every_field_is_described() -> None:
    """An editor shows it where a person types."""
    schemas = [manifest_schema(PROVIDERS), include_schema(), brand_schema()]
    shapes = [
        shape
        for schema in schemas
        for shape in [schema, *schema["definitions"].values()]
    ]
    silent = [
        (shape["title"], name)
        for shape in shapes
        for name, field in shape["properties"].items()
        if not field.get("description")
    ]
    assert silent == []


def test_it_is_draft_seven_and_says_so() -> None:
    schema = manifest_schema(PROVIDERS)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$defs" not in str(schema)
    jsonschema_rs.meta.validate(schema)


def test_an_editor_offers_models_and_ratios() -> None:
    asset = manifest_schema(PROVIDERS)["definitions"]["AssetFields"]["properties"]
    assert "nano-banana-pro" in asset["model"]["examples"]
    assert "16:9" in asset["aspect_ratio"]["examples"]
