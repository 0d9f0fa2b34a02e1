"""This file is what `removeBg` asks for, checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.catalogue import nearest
from assetgen.manifest.issues import unknown
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Collection

    from assetgen.manifest.fields import CutFields
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.wishes import Given

# Networks of rembg by their names there (rembg 2.0, `rembg.sessions`).
NETWORKS = (
    "u2netp",
    "u2net",
    "u2net_human_seg",
    "silueta",
    "isnet-general-use",
    "isnet-anime",
    "birefnet-general",
    "birefnet-general-lite",
    "birefnet-portrait",
    "birefnet-dis",
    "birefnet-hrsod",
    "birefnet-cod",
    "birefnet-massive",
    "u2net_custom",
    "dis_custom",
    "ben_custom",
)
# Its weights may not be used commercially without an agreement (CC BY-NC 4.0).
NON_COMMERCIAL = ("bria-rmbg",)
# Which method reads which option.
OPTIONS = {"plain": ("holes", "shadow"), "rembg": ("licence", "file")}
_GOOD = "`u2netp` is small and fast, `birefnet-general-lite` is finer"


def cut_of(
    given: Given | None, methods: Collection[str], mistakes: Mistakes
) -> Cut | None:
    """Return how a picture is cut out, None for not at all (or after a mistake)."""
    if given is None or given.value is False:
        return None
    if given.value is True:
        return Cut()
    fields: CutFields = given.value
    known = ("auto", *methods)
    if fields.method not in known:
        message, hint = unknown("method", fields.method, known)
        mistakes.at(given, message, hint, inner=("method",))
        return None
    if fields.method == "rembg" or (fields.method == "auto" and fields.model):
        _check_network(fields, given, mistakes)
    elif fields.model:
        message = f"`{fields.method}` takes no `model`"
        hint = "a model belongs to `method: rembg`"
        mistakes.at(given, message, hint, inner=("model",), on_key=True)
    return Cut(fields.method, fields.model, _options(fields, given, mistakes))


def _options(fields: CutFields, given: Given, mistakes: Mistakes) -> dict[str, object]:
    """Return the options that were set, each one that its method reads."""
    options: dict[str, object] = {}
    for method, names in OPTIONS.items():
        for name in names:
            value = getattr(fields, name)
            if value is None:
                continue
            if fields.method not in {method, "auto"}:
                message = f"`{fields.method}` takes no `{name}`"
                hint = f"it belongs to `method: {method}`"
                mistakes.at(given, message, hint, inner=(name,), on_key=True)
            options[name] = value
    return options


def _check_network(fields: CutFields, given: Given, mistakes: Mistakes) -> None:
    name = fields.model
    if not name:
        message = "`rembg` needs a `model`: no network is right for every picture"
        mistakes.at(given, message, f"add `model`: {_GOOD}")
    elif name in NON_COMMERCIAL and fields.licence is None:
        message = f"`{name}` may not be used commercially without an agreement"
        hint = f"{_GOOD}; with one, add `licence: accept`"
        mistakes.at(given, message, hint, inner=("model",))
    elif name not in (*NETWORKS, *NON_COMMERCIAL):
        message = f"rembg has no model `{name}`"
        mistakes.at(given, message, nearest(name, NETWORKS) or _GOOD, inner=("model",))
