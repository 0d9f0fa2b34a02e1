"""The catalogue of kie.ai: frozen defaults, prices for everything, known refusals."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assetgen.catalogue import Input
from assetgen.providers.kie.catalogue import MODELS, PRICED_ON
from assetgen.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.catalogue import Model, Scalar

GOLDEN = Path(__file__).parent / "kie_defaults.json"


def defaults(model: Model) -> dict[str, Scalar]:
    return {
        name: given.default
        for name, given in model.inputs.items()
        if given.default is not None
    }


def combinations(model: Model) -> Iterator[dict[str, Scalar]]:
    """Return every request that the choices of a model allow."""
    values = [given.choices or (given.default,) for given in model.inputs.values()]
    for chosen in itertools.product(*values):
        yield {
            name: value
            for name, value in zip(model.inputs, chosen, strict=True)
            if value is not None
        }


def test_the_defaults_are_those_of_their_first_release() -> None:
    """An entry may gain inputs and models, but no default ever changes.

    The file is only ever added to: a changed value would let an old picture answer a
    new request, or buy every picture again.
    """
    found = {name: defaults(model) for name, model in MODELS.items()}
    assert found == json.loads(GOLDEN.read_text())


def test_keys_of_default_requests_are_those_of_their_first_release() -> None:
    """The paid key of a default request names the model and the prompt only."""
    keyed = {
        name: Request.of(model, "a coin", defaults(model)).keyed
        for name, model in MODELS.items()
    }
    assert keyed == {name: {} for name in MODELS}


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_a_field_that_an_entry_gains_changes_no_key(model: Model) -> None:
    """A new input with a neutral default buys nothing again."""
    usual = defaults(model)
    later = replace(model, inputs={**model.inputs, "seed": Input("integer", default=0)})
    before = Request.of(model, "a coin", usual)
    after = Request.of(later, "a coin", {**usual, "seed": 0})
    assert after.inputs != before.inputs
    assert after.key == before.key


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_every_combination_has_a_price(model: Model) -> None:
    """No choice of inputs leads to an unknown price."""
    prices = [model.price(inputs) for inputs in combinations(model)]
    assert prices
    assert [price for price in prices if price is None or price <= 0] == []


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_every_default_is_a_documented_value(model: Model) -> None:
    """What is sent unasked is accepted, and all of it is sent."""
    outside = [
        name
        for name, given in model.inputs.items()
        if given.default is None
        or (given.choices and given.default not in given.choices)
    ]
    assert outside == []


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_every_dial_turns_through_all_values_of_its_input(model: Model) -> None:
    """Each of our words reaches a value, and each value has a word."""
    for dial in model.dials().values():
        assert tuple(dial.words.values()) == model.inputs[dial.input].choices


@pytest.mark.parametrize("model", MODELS.values(), ids=lambda model: model.name)
def test_the_default_request_is_not_banned(model: Model) -> None:
    """A request in which nobody said anything is one that the vendor takes."""
    usual = defaults(model)
    assert [
        ban.why
        for ban in model.bans
        if all(usual.get(name) in values for name, values in ban.when.items())
    ] == []


@pytest.mark.parametrize(
    ("name", "inputs", "usd"),
    [
        ("nano-banana-pro", {"resolution": "2K"}, "0.09"),
        ("nano-banana-pro", {"resolution": "4K"}, "0.12"),
        ("nano-banana-2", {"resolution": "1K"}, "0.04"),
        ("nano-banana-2-1", {"resolution": "4K"}, "0.045"),
        ("google/nano-banana", {}, "0.02"),
        ("seedream/4.5-text-to-image", {"quality": "high"}, "0.0325"),
        ("flux-2/pro-text-to-image", {"resolution": "2K"}, "0.035"),
        ("flux-2/flex-text-to-image", {"resolution": "1K"}, "0.07"),
        ("gpt-image/1.5-text-to-image", {"quality": "high"}, "0.11"),
        ("gpt-image-2-text-to-image", {"resolution": "1K"}, "0.03"),
        ("gpt-image-2-5-flare-text-to-image", {"resolution": "2K"}, "0.05"),
        ("gpt-image-2-5-sunburst-text-to-image", {"resolution": "4K"}, "0.08"),
    ],
)
def test_prices_are_those_of_the_list(
    name: str, inputs: dict[str, Scalar], usd: str
) -> None:
    assert MODELS[name].price({**defaults(MODELS[name]), **inputs}) == Decimal(usd)
    assert MODELS[name].priced_on == PRICED_ON == "2026-10-09"


@pytest.mark.parametrize(
    ("name", "ratio", "resolution", "banned"),
    [
        ("gpt-image-2-text-to-image", "1:1", "4K", True),
        ("gpt-image-2-text-to-image", "1:1", "2K", False),
        ("gpt-image-2-text-to-image", "16:9", "4K", False),
        ("gpt-image-2-text-to-image", "auto", "2K", True),
        ("gpt-image-2-text-to-image", "auto", "1K", False),
        ("gpt-image-2-text-to-image", "4:5", "2K", True),
        ("gpt-image-2-text-to-image", "9:21", "4K", True),
        ("gpt-image-2-text-to-image", "21:9", "4K", False),
        ("gpt-image-2-5-sunburst-text-to-image", "27:16", "2K", True),
        ("gpt-image-2-5-sunburst-text-to-image", "8:9", "1K", False),
        ("gpt-image-2-5-flare-text-to-image", "16:9", "4K", False),
    ],
)
def test_what_the_vendor_refuses_is_banned(
    name: str, ratio: str, resolution: str, *, banned: bool
) -> None:
    inputs = {"aspect_ratio": ratio, "resolution": resolution}
    hits = [
        ban
        for ban in MODELS[name].bans
        if all(inputs.get(key) in values for key, values in ban.when.items())
    ]
    assert bool(hits) is banned


def test_the_default_model_comes_first() -> None:
    assert next(iter(MODELS)) == "nano-banana-pro"


def test_jpg_is_spelled_as_each_model_spells_it() -> None:
    """`jpg` goes out as `jpg` or `jpeg`: the wrong one would be ignored and billed."""
    spelled = {
        name: model.source_format.words["jpg"]
        for name, model in MODELS.items()
        if model.source_format
    }
    assert spelled == {
        "nano-banana-pro": "jpg",
        "nano-banana-2": "jpg",
        "nano-banana-2-1": "jpg",
        "google/nano-banana": "jpeg",
    }


def test_sizes_follow_the_resolution() -> None:
    """Seedream's `high` quality is a 4K picture; `auto` leaves the size open."""
    seedream = MODELS["seedream/4.5-text-to-image"]
    inputs = {"aspect_ratio": "1:1", "quality": "high"}
    assert seedream.size(inputs) == (4096, 4096)
    assert MODELS["nano-banana-2-1"].size({"aspect_ratio": "auto"}) is None
