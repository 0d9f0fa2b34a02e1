"""This file is whether a job is the one that was asked for, by the vendor's memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.providers.showing import DIGITS, names_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.providers.base import Recalled


def differences(
    recalled: Recalled | None, request: Mapping[str, object]
) -> tuple[str, ...]:
    """Return the names of what a job was asked otherwise; () too if nobody can say.

    `request` is a request as JSON. The vendor knows the pictures that it was shown by
    addresses; those in which a name of ours stands are compared.
    """
    if recalled is None:
        return ()
    different = []
    if recalled.model != request.get("model"):
        different.append("model")
    if recalled.prompt.strip() != str(request.get("prompt", "")).strip():
        different.append("prompt")
    inputs = request.get("inputs")
    if isinstance(inputs, dict):
        different += [
            name
            for name, value in sorted(inputs.items())
            if _text(recalled.inputs.get(name, value)) != _text(value)
        ]
    shown = names_in(recalled.inputs)
    asked = request.get("references")
    own = {str(digest)[:DIGITS] for _, digest in asked} if asked else set()  # type: ignore[attr-defined]  # pairs, by `Request.to_json`
    if shown and shown != own:
        different.append("pictures")
    return tuple(different)


def _text(value: object) -> str:
    """Return a value as text in which ``5``, ``"5"`` and ``True``, ``true`` meet."""
    return str(value).lower()
