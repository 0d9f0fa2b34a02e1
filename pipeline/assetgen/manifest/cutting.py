"""This file is what `removeBg` asks for, checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assetgen.catalogue import nearest
from assetgen.manifest.issues import unknown
from assetgen.manifest.networks import CUSTOM, FREE, NETWORKS
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Collection

    from assetgen.manifest.finishing import CutFields
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.wishes import Given

# Which method reads which option.
OPTIONS = {
    "plain": ("holes", "shadow"),
    "rembg": ("licence", "file"),
    "http": ("service", "header"),
}
# Methods that ``auto`` never chooses, so that it reads none of their options.
ASKED_FOR = ("http", "difference")
SERVICES = ("form", "remove.bg")
# The gates of `images.cutout.gates`, which a test compares.
GATES = (
    "coverage",
    "solid",
    "border",
    "checkerboard",
    "halo",
    "holes",
    "outline",
    "mismatch",
)
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,6})?) ?%")
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
    elif fields.method == "http" and not fields.model:
        _check_service(fields, given, mistakes)
    elif fields.model:
        message = f"`{fields.method}` takes no `model`"
        hint = "a model belongs to `method: rembg`"
        mistakes.at(given, message, hint, inner=("model",), on_key=True)
    return Cut(
        fields.method,
        fields.model,
        _options(fields, given, mistakes),
        crop=_crop(fields, given, mistakes),
        gates=_gates(fields, given, mistakes),
    )


def _options(fields: CutFields, given: Given, mistakes: Mistakes) -> dict[str, object]:
    """Return the options that were set, each one that its method reads."""
    options: dict[str, object] = {}
    for method, names in OPTIONS.items():
        for name in names:
            value = getattr(fields, name)
            if value is None:
                continue
            if fields.method != method and not (
                fields.method == "auto" and method not in ASKED_FOR
            ):
                message = f"`{fields.method}` takes no `{name}`"
                hint = f"it belongs to `method: {method}`"
                mistakes.at(given, message, hint, inner=(name,), on_key=True)
            options[name] = value
    return options


def note_on(cut: Cut | None) -> tuple[str, ...]:
    """Return what `plan` should mention of a cut: that it may cost something."""
    if cut is not None and cut.method == "difference":
        return ("bought twice, on white and on black, for exact transparency",)
    if cut is None or cut.method != "http":
        return ()
    what = "its background is removed by a service, which sees each picture once"
    return (f"{what}; what that costs is not in the price",)


def _check_service(fields: CutFields, given: Given, mistakes: Mistakes) -> None:
    if fields.service is not None and fields.service not in SERVICES:
        message, hint = unknown("service", fields.service, SERVICES)
        mistakes.at(given, message, hint, inner=("service",))
    if fields.header is not None and not _HEADER.fullmatch(fields.header):
        message = f"`{fields.header}` cannot be the name of a header"
        mistakes.at(given, message, inner=("header",))


def _crop(fields: CutFields, given: Given, mistakes: Mistakes) -> str:
    """Return a crop as `Cut` has it."""
    if isinstance(fields.crop, bool):
        return "0" if fields.crop else ""
    if isinstance(fields.crop, int):
        return str(fields.crop)
    share = percent(fields.crop)
    if share is None or share > 1:
        message = (
            f"expected `true`, pixels or a share up to `100%`, got `{fields.crop}`"
        )
        mistakes.at(given, message, "for example `crop: 10%`", inner=("crop",))
        return ""
    return f"{100 * share:g}%"


def _gates(
    fields: CutFields, given: Given, mistakes: Mistakes
) -> dict[str, float | list[float] | None]:
    """Return the limits that were set, None for those switched off."""
    if isinstance(fields.gates, bool):
        return {} if fields.gates else dict.fromkeys(GATES)
    found: dict[str, float | list[float] | None] = {}
    for name in GATES:
        value = getattr(fields.gates, name)
        if value is None:
            continue
        try:
            found[name] = None if value is False else _limit(value)
        except ValueError as error:
            message = f"expected a share from `0%` to `100%`, got `{error}`"
            mistakes.at(given, message, inner=("gates", name))
    bounds = found.get("coverage")
    if isinstance(bounds, list) and bounds[0] > bounds[1]:
        message = "the least of the picture is more than the most"
        mistakes.at(given, message, inner=("gates", "coverage"))
    return found


def _limit(value: float | str | list[float | str]) -> float | list[float]:
    """Return a limit as a number, or two; ValueError with what is none."""
    if isinstance(value, list):
        return [_part(each) for each in value]
    return _part(value)


def _part(value: float | str) -> float:
    if not isinstance(value, str):
        return float(value)
    share = percent(value)
    if share is None or share > 1:
        raise ValueError(value)
    return share


def percent(text: str) -> float | None:
    """Return what a text like ``10%`` is of one, None if it is none."""
    match = _PERCENT.fullmatch(text.strip())
    return float(match[1]) / 100 if match else None


def _check_network(fields: CutFields, given: Given, mistakes: Mistakes) -> None:
    name = fields.model
    if not name:
        message = "`rembg` needs a `model`: no network is right for every picture"
        mistakes.at(given, message, f"add `model`: {_GOOD}")
    elif name not in (*NETWORKS, *CUSTOM):
        message = f"rembg has no model `{name}`"
        hint = nearest(name, (*FREE, *CUSTOM)) or _GOOD
        mistakes.at(given, message, hint, inner=("model",))
    elif name not in (*FREE, *CUSTOM) and fields.licence is None:
        message = f"`{name}` may not be used commercially without an agreement"
        hint = f"{_GOOD}; with one, add `licence: accept`"
        mistakes.at(given, message, hint, inner=("model",))
