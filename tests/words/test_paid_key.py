"""The paid key: frozen for ever, and made of exactly what is paid for.

If a test of the golden keys fails, do not write new ones: every picture that anybody
has bought would be bought again.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from assetgen.catalogue import Input, Model
from assetgen.providers.kie import Kie
from assetgen.request import Reference, Request

GOLDEN = json.loads((Path(__file__).parent / "golden_keys.json").read_text())
MODELS = Kie().models()

REQUEST = Request.of(
    MODELS["nano-banana-pro"],
    "A rose-gold coin",
    {"aspect_ratio": "16:9", "resolution": "2K", "output_format": "png"},
)
CHANGES = {
    "provider": replace(REQUEST, provider="other"),
    "model": replace(REQUEST, model="nano-banana-2"),
    "prompt": replace(REQUEST, prompt="A rose-gold coin."),
    "aspect_ratio": Request.of(
        MODELS["nano-banana-pro"],
        REQUEST.prompt,
        {**REQUEST.inputs, "aspect_ratio": "9:16"},
    ),
    "resolution": Request.of(
        MODELS["nano-banana-pro"],
        REQUEST.prompt,
        {**REQUEST.inputs, "resolution": "4K"},
    ),
    "output_format": Request.of(
        MODELS["nano-banana-pro"],
        REQUEST.prompt,
        {**REQUEST.inputs, "output_format": "jpg"},
    ),
}


def wire(request: Request) -> dict[str, object]:
    """Return everything of a request that a vendor gets to see, and who gets it."""
    payload = Kie().payload(request)
    return {"vendor": request.provider, **payload}


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["key"][:12])
def test_a_released_key_never_changes(case: dict[str, object]) -> None:
    """A request of the first release has the key that it had on that day."""
    request = Request.of(
        MODELS[str(case["model"])],
        str(case["prompt"]),
        dict(case["inputs"]),  # type: ignore[call-overload]  JSON has no better type
        take=int(str(case["take"])),
    )
    assert request.key == case["key"]


@pytest.mark.parametrize("field", CHANGES)
def test_every_field_but_the_take_changes_payload_and_key(field: str) -> None:
    """What is sent is what is hashed, field by field."""
    changed = CHANGES[field]
    assert wire(changed) != wire(REQUEST)
    assert changed.key != REQUEST.key


def test_the_take_changes_the_key_and_not_the_payload() -> None:
    """Another take is another picture of the same words."""
    again = REQUEST.again(2)
    assert wire(again) == wire(REQUEST)
    assert again.key != REQUEST.key


def test_the_bytes_of_a_reference_change_the_key() -> None:
    """A picture shown to the model is part of what is paid for, by its bytes."""
    with_one = replace(REQUEST, references=(Reference("image_input", "a" * 64),))
    with_other = replace(REQUEST, references=(Reference("image_input", "b" * 64),))
    assert len({REQUEST.key, with_one.key, with_other.key}) == 3


def test_the_order_of_inputs_changes_nothing() -> None:
    """The same inputs in another order are the same request."""
    turned = replace(REQUEST, inputs=dict(reversed(REQUEST.inputs.items())))
    assert turned.key == REQUEST.key


@pytest.mark.parametrize("name", MODELS)
def test_a_field_that_a_catalogue_entry_gains_changes_no_key(name: str) -> None:
    """A model that learns a new input keeps the key of every request made before."""
    model = MODELS[name]
    inputs = {
        each: known.default
        for each, known in model.inputs.items()
        if known.default is not None
    }
    before = Request.of(model, "A coin", inputs)
    new = {**model.inputs, "sharpness": Input("string", default="normal")}
    grown = replace(model, inputs=new)
    after = Request.of(grown, "A coin", {**inputs, "sharpness": "normal"})
    assert after.key == before.key
    used = Request.of(grown, "A coin", {**inputs, "sharpness": "high"})
    assert used.key != before.key


def test_prices_dials_and_notes_are_in_no_key() -> None:
    """A catalogue entry may be corrected without buying anything again."""
    model = MODELS["nano-banana-pro"]
    cheaper: Model = replace(model, rates=(), notes=("new",), prompt_limit=1, bans=())
    again = Request.of(cheaper, REQUEST.prompt, REQUEST.inputs)
    assert again.key == REQUEST.key
