"""This file is exactly what is sent to a provider, and the paid key made from it.

What is sent is what is hashed: the wire payload and the key are both derived from one
frozen `Request`. The key's formula is honoured for ever (golden tests): an upgrade
must never buy a picture again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assetgen.digest import key_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.catalogue import Model, Scalar

FORMULA = 1


@dataclass(frozen=True, slots=True)
class Reference:
    """A picture shown to the model: its input and the digest of its bytes."""

    input: str
    digest: str


@dataclass(frozen=True, slots=True)
class Request:
    """One picture asked of one model.

    Attributes:
        provider, model: Who draws it.
        prompt: The words, rendered.
        inputs: Every other input on the wire, by its wire name, defaults included.
        keyed: The inputs that the paid key names (`Model.keyed`).
        references: Pictures shown to the model; their bytes are in the key. One that
            is not here yet has no digest.
        take: 1 for the first picture of this request, 2 for another one, …;
            in the key, not on the wire.
    """

    provider: str
    model: str
    prompt: str
    inputs: Mapping[str, Scalar]
    keyed: Mapping[str, Scalar]
    references: tuple[Reference, ...] = ()
    take: int = 1

    @classmethod
    def of(
        cls,
        model: Model,
        prompt: str,
        inputs: Mapping[str, Scalar],
        *,
        take: int = 1,
        references: tuple[Reference, ...] = (),
    ) -> Request:
        """Return the request of a model with these inputs, all already checked."""
        return cls(
            provider=model.provider,
            model=model.name,
            prompt=prompt,
            inputs=dict(inputs),
            keyed=model.keyed(inputs),
            references=references,
            take=take,
        )

    @property
    def key(self) -> str:
        """Return the paid key: 64 hex digits over everything that is paid for."""
        fields = {
            "provider": self.provider,
            "model": self.model,
            "prompt": self.prompt,
            "inputs": dict(self.keyed),
            "references": [[ref.input, ref.digest] for ref in self.references],
            "take": self.take,
        }
        return key_of("generate", FORMULA, fields)

    @property
    def is_known(self) -> bool:
        """Return whether all of it is: the pictures that are shown, too."""
        return all(reference.digest for reference in self.references)

    def showing(self, digest: str) -> Request:
        """Return the same request, shown the picture of that digest and no other."""
        shown = tuple(replace(each, digest=digest) for each in self.references)
        return replace(self, references=shown)

    def again(self, take: int) -> Request:
        """Return the same request for another take."""
        return replace(self, take=take)

    def to_json(self) -> dict[str, object]:
        """Return the request in full as receipts, journal and `prompt` write it."""
        return {
            "provider": self.provider,
            "model": self.model,
            "prompt": self.prompt,
            "inputs": dict(self.inputs),
            "references": [[ref.input, ref.digest] for ref in self.references],
            "take": self.take,
        }
