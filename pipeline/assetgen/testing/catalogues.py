"""This file is how a catalogue's entry is held against itself.

A vendor ignores inputs it does not know and bills all the same, so an entry that
contradicts itself costs money; `ProviderContract` asks this of every model.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assetgen.catalogue import Input, Model, Scalar


def mistakes(model: Model) -> list[str]:
    """Return what a catalogue's entry says that cannot be true, as sentences."""
    return [f"{model.name}: {mistake}" for mistake in _all(model)]


def _all(model: Model) -> Iterator[str]:
    yield from _of_inputs(model)
    yield from _of_dials(model)
    for rate in model.rates:
        if rate.usd < 0 or not _known(model, rate.when):
            yield f"a rate of {rate.usd} names what does not exist"
    for ban in model.bans:
        if not set(ban.when) <= set(model.inputs):
            yield f"a ban names what does not exist: {ban.why}"
    if model.rates and not re.fullmatch(r"\d{4}-\d\d-\d\d", model.priced_on):
        yield "it has prices without the day on which they were read"


def _of_inputs(model: Model) -> Iterator[str]:
    for name, given in model.inputs.items():
        if given.default is not None and not _allows(given, given.default):
            yield f"`{name}` does not allow its own default"
        if given.required and given.default is None and not given.choices:
            yield f"`{name}` is required and nothing says what to send"


def _of_dials(model: Model) -> Iterator[str]:
    for word, dial in model.dials().items():
        target = model.inputs.get(dial.input)
        if target is None:
            yield f"the dial `{word}` turns `{dial.input}`, which is no input"
        elif not all(_allows(target, value) for value in dial.words.values()):
            yield f"the dial `{word}` says what `{dial.input}` does not allow"


def _known(model: Model, when: Mapping[str, Scalar]) -> bool:
    return all(
        name in model.inputs and _allows(model.inputs[name], value)
        for name, value in when.items()
    )


def _allows(given: Input, value: Scalar) -> bool:
    if given.choices:
        return value in given.choices
    measure = len(value) if isinstance(value, str) else value
    return (given.least is None or measure >= given.least) and (
        given.most is None or measure <= given.most
    )
