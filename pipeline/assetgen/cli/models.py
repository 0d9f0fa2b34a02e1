"""This file is `assetgen models`: who can draw, with which inputs, at what price."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from assetgen.cli.parameters import voice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.catalogue import Input, Model
    from assetgen.console import Console
    from assetgen.providers.base import Provider

EXAMPLE = """\b
Example:
  assetgen models
  assetgen models nano-banana-pro
"""


@click.command("models", epilog=EXAMPLE)
@click.argument("name", required=False, metavar="[NAME]")
@voice
def command(name: str | None, console: Console) -> int:
    """Show who can draw, with which inputs and at what price.

    Needs no key; says whether the key of a provider is set. With a model's name, shows
    all its inputs and what to know before choosing it.
    """
    from assetgen.cli.surroundings import vendors

    working, broken = vendors()
    keys = {provider: _has_key(one) for provider, one in working.items()}
    models = [model for one in working.values() for model in one.models().values()]
    if name is not None:
        models = _named(models, name)
    if console.as_json:
        found = {
            model.name: model_json(model, keys[model.provider]) for model in models
        }
        console.json(
            {"models": found, "broken": {n: str(e) for n, e in broken.items()}}
        )
        return 0
    pages = _list(models, keys) if name is None else _details(models, keys)
    console.rows(pages)
    for provider, error in broken.items():
        console.warn(f"the provider `{provider}` does not work: {error}", error.hint)
    return 0


def _has_key(provider: Provider) -> bool:
    """Return whether a provider could be asked from here."""
    from assetgen.errors import UsageError

    try:
        provider.check()
    except UsageError:
        return False
    return True


def _named(models: list[Model], name: str) -> list[Model]:
    """Return the models of that name, or of that provider."""
    from assetgen.catalogue import nearest
    from assetgen.errors import UsageError

    found = [model for model in models if name in {model.name, model.provider}]
    if not found:
        known = {model.name for model in models}
        message = f"no model named `{name}`"
        hint = nearest(name, known) or "`assetgen models` lists all of them"
        raise UsageError(message, hint=hint)
    return found


def _list(models: list[Model], keys: dict[str, bool]) -> Iterator[tuple[str, str]]:
    """Yield one line for each model."""
    width = max((len(model.name) for model in models), default=0)
    before = None
    for model in models:
        if model.provider != before:
            if before is not None:
                yield "", ""
            yield (
                "head",
                f"{model.provider}{'' if keys[model.provider] else ' (no key)'}",
            )
            before = model.provider
        words = ", ".join(model.dials()["resolution"].words) if model.resolution else ""
        yield "", f"  {model.name:<{width}}  {_price(model):<16}  {words}".rstrip()


def _price(model: Model) -> str:
    """Return what a picture costs: a sum, a range, or that nobody knows."""
    from assetgen.consent import dollars

    prices = sorted({rate.usd for rate in model.rates})
    if not prices:
        return "price unknown"
    low, high = prices[0], prices[-1]
    if not high:
        return "free"
    return dollars(low) if low == high else f"{dollars(low)} to {dollars(high)}"


def _details(models: list[Model], keys: dict[str, bool]) -> Iterator[tuple[str, str]]:
    """Yield everything that is known about some models."""
    for number, model in enumerate(models):
        if number:
            yield "", ""
        key = "" if keys[model.provider] else " (no key)"
        yield "head", f"{model.name}, {model.provider}{key}"
        day = f", read on {model.priced_on}" if model.priced_on else ""
        yield "", f"  price: {_price(model)}{day}"
        for rate in model.rates:
            if rate.when:
                when = ", ".join(f"{name} {value}" for name, value in rate.when.items())
                yield "still", f"    ${rate.usd} for {when}"
        for word, dial in model.dials().items():
            yield "", f"  {word}: {', '.join(dial.words)}"
        dialled = {dial.input for dial in model.dials().values()}
        for name, one in model.inputs.items():
            if name not in dialled:
                yield "", f"  params.{name}: {_input(one)}"
        yield from _abilities(model)
        for note in model.notes:
            yield "still", f"  note: {note}"


def _abilities(model: Model) -> Iterator[tuple[str, str]]:
    """Yield what a model can do besides."""
    from assetgen.console.words import counted

    if model.alpha:
        yield "", "  can be asked for transparency"
    if model.showing:
        most = counted(model.showing.most, "picture")
        yield "", f"  can be shown {most}: `removeBg: {{method: difference}}` works"


def _input(one: Input) -> str:
    """Return what an input takes, in one line."""
    words = ", ".join(str(choice) for choice in one.choices) or one.kind
    if one.least is not None or one.most is not None:
        words += f" from {_bound(one.least)} to {_bound(one.most)}"
    if one.default is not None:
        words += f" (default {one.default})"
    return f"{words}, required" if one.required else words


def _bound(value: float | None) -> str:
    return "…" if value is None else f"{value:g}"


def model_json(model: Model, has_key: bool) -> dict[str, object]:  # noqa: FBT001  data
    """Return a model as an object."""
    from assetgen.events import number

    return {
        "provider": model.provider,
        "key_is_set": has_key,
        "dials": {word: list(dial.words) for word, dial in model.dials().items()},
        "inputs": {
            name: {
                "kind": one.kind,
                "default": one.default,
                "choices": list(one.choices),
                "least": one.least,
                "most": one.most,
                "required": one.required,
            }
            for name, one in model.inputs.items()
        },
        "prices_usd": [
            {"usd": number(rate.usd), "when": dict(rate.when)} for rate in model.rates
        ],
        "priced_on": model.priced_on or None,
        "prompt_limit": model.prompt_limit,
        "alpha": model.alpha,
        "pictures": model.showing.most if model.showing else 0,
        "notes": list(model.notes),
    }
