"""This file is the JSON Schema of the files, for editors: draft 7, which all speak.

It says what the shapes of `fields.py` and `brand.py` say, plus the names of providers
and models as suggestions. What only the loader knows is not in it: whether a model has
a ratio, whether a set or a template exists, which words exclude each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assetgen.manifest.brand import BrandFile
from assetgen.manifest.fields import IncludeFields, ManifestFields
from assetgen.manifest.sets import SetFields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from pydantic import BaseModel

    from assetgen.catalogue import Model

DRAFT = "http://json-schema.org/draft-07/schema#"

_CAPTIONS = {
    "AssetFields": "A picture",
    "BrandFile": "The brand of an assetgen project",
    "ColorFile": "A colour",
    "BudgetFields": "What may be spent",
    "CutFields": "How a picture is cut out",
    "IncludeFields": "A file that an assetgen manifest includes",
    "ManifestFields": "The manifest of an assetgen project",
    "ProvenanceFields": "What files say about how they were made",
    "ContainerFields": "Several sizes in one file",
    "PictureFields": "A picture of a platform set",
    "ProviderFields": "Settings of a provider",
    "SetFields": "A platform set of assetgen",
    "SubBrandFile": "A sub-brand",
    "TextFields": "A text of a platform set",
    "UseFields": "A platform set in use",
    "VariantFields": "A size",
}


def manifest_schema(providers: Mapping[str, Mapping[str, Model]]) -> dict[str, Any]:
    """Return the schema of `assets.yaml`; an editor offers what `providers` have."""
    schema = _schema(ManifestFields)
    _open_to_anchors(schema)
    asset = schema["definitions"]["AssetFields"]["properties"]
    models = [model for known in providers.values() for model in known.values()]
    _suggest(asset["provider"], providers)
    _suggest(asset["model"], (model.name for model in models))
    for word in ("aspect_ratio", "resolution"):
        dials = (model.dials().get(word) for model in models)
        _suggest(asset[word], (name for dial in dials if dial for name in dial.words))
    return schema


def include_schema() -> dict[str, Any]:
    """Return the schema of a file that a manifest includes."""
    schema = _schema(IncludeFields)
    _open_to_anchors(schema)
    return schema


def brand_schema() -> dict[str, Any]:
    """Return the schema of `brand.yaml`."""
    return _schema(BrandFile)


def set_schema() -> dict[str, Any]:
    """Return the schema of a platform set's file."""
    return _schema(SetFields)


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    raw = model.model_json_schema(by_alias=True, ref_template="#/definitions/{model}")
    raw["definitions"] = raw.pop("$defs", {})
    clean = _tidied(raw)
    for name, shape in [(model.__name__, clean), *clean["definitions"].items()]:
        shape["title"] = _CAPTIONS.get(name, name)
    return {"$schema": DRAFT, **clean}


def _tidied(node: Any) -> Any:  # noqa: ANN401 (any part of a JSON document)
    """Return a schema without what only pydantic reads, and right in draft 7.

    In draft 7 nothing counts beside `$ref`, so what stands there moves into `allOf`;
    a title that only repeats a key, or a default of null, is noise in an editor.
    """
    if isinstance(node, list):
        return [_tidied(one) for one in node]
    if not isinstance(node, dict):
        return node
    named = {"properties", "definitions"}
    found = {
        key: {name: _tidied(one) for name, one in value.items()}
        if key in named and isinstance(value, dict)
        else value
        if key in {"default", "enum", "const"}
        else _tidied(value)
        for key, value in node.items()
        if key != "title" and (key, value) != ("default", None)
    }
    if "$ref" in found and len(found) > 1:
        found["allOf"] = [{"$ref": found.pop("$ref")}]
    return found


def _open_to_anchors(schema: dict[str, Any]) -> None:
    """Allow top-level keys that start with ``x-``, which nobody reads."""
    schema["patternProperties"] = {"^x-": True}


def _suggest(field: dict[str, Any], words: Iterable[str]) -> None:
    """Let an editor offer some words, without refusing others."""
    known = list(dict.fromkeys(words))
    if known:
        field["examples"] = known
