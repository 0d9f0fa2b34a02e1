"""This file is who draws an asset: which provider and which of its models."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.catalogue import nearest
from assetgen.manifest.issues import unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.catalogue import Model
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.wishes import Given, Wish

DRAFT = "draft"  # the provider of an asset that names none


def painter(
    wish: Wish, providers: Mapping[str, Mapping[str, Model]], mistakes: Mistakes
) -> tuple[Model | None, list[str]]:
    """Return the model that draws a wish and what to note; None after a mistake.

    An asset that names a provider of its own leaves a default model of another
    provider behind: it is drawn by its provider's first model.
    """
    asked = wish.given.get("provider")
    name = str(asked.value) if asked else DRAFT
    if name not in providers:
        message, hint = unknown("provider", name, providers)
        if asked:
            mistakes.at(asked, message, hint)
        else:
            mistakes.entry(wish, "missing `provider`", hint)
        return None, []
    models = providers[name]
    wanted = wish.given.get("model")
    if wanted is None:
        return next(iter(models.values())), []
    if wanted.value in models:
        return models[wanted.value], []
    others = [other for other in providers if wanted.value in providers[other]]
    if others and not wanted.own and asked and asked.own:
        first = next(iter(models.values()))
        note = (
            f"the default `model: {wanted.value}` does not count: "
            f"`{name}` does not have it, so `{first.name}` draws it"
        )
        return first, [note]
    _no_such_model(wanted, asked, name, models, others, mistakes)
    return None, []


def _no_such_model(  # noqa: PLR0913, PLR0917 (what the message is made of)
    wanted: Given,
    asked: Given | None,
    provider: str,
    models: Mapping[str, Model],
    others: list[str],
    mistakes: Mistakes,
) -> None:
    message = f"`{provider}` has no model `{wanted.value}`"
    if others:
        beside = "write" if asked else "add"
        hint: str | None = f"{beside} `provider: {others[0]}`, which has it"
    else:
        hint = nearest(wanted.value, models)
        if hint is None:
            hint = f"`assetgen models` lists what `{provider}` has"
    mistakes.at(wanted, message, hint)
