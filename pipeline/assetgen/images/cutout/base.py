"""This file is the contract of a way to cut a picture out of its background.

A method gets a picture's bytes and a `Cut` and returns a PNG with real transparency.
It is made without arguments, lives as long as one build, is called from several
threads at once and never reaches for the network.

The smallest method::

    class Invisible(Cutout):
        name = "invisible"

        def cut(self, picture, cut):
            return CutResult(an_empty_png(), self.name)
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from assetgen.catalogue import nearest
from assetgen.errors import ImageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image as Picture

    from assetgen.steps import Cut

# Less than this of a picture left is nothing, more is everything.
LEAST_LEFT, MOST_LEFT = 0.01, 0.99


@dataclass(frozen=True, slots=True)
class CutResult:
    """A picture cut out.

    Attributes:
        data: A PNG in RGBA, straight alpha, as large as the picture.
        method: The name of the method that did it.
        note: What a person should know about it, one sentence, None if nothing.
    """

    data: bytes
    method: str
    note: str | None = None


class Cutout(abc.ABC):
    """One way to cut pictures out.

    Attributes:
        name: The word in a manifest's `removeBg: {method: …}`.
        version: Ours, raised when a change of the method should change pictures.
        options: The settings it takes besides `method` and `model`, with the type
            of each.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, type]] = {}

    def check(self, cut: Cut) -> None:
        """Raise UsageError if it cannot work as asked; before anything is bought.

        Cheap: it imports nothing heavy. This one knows only models and options; a
        method that needs an extra or a file looks for that too.
        """
        if cut.model:
            raise UsageError(
                f"removeBg method `{self.name}` takes no model",
                hint="leave `model` out, or use `method: rembg`",
            )
        check_options(self, cut)

    def identity(self, cut: Cut) -> dict[str, object]:  # noqa: ARG002  a model's hash
        """Return what a result depends on besides picture and `cut`, for its key."""
        return {self.name: self.version}

    @abc.abstractmethod
    def cut(self, picture: bytes, cut: Cut) -> CutResult:
        """Return the picture cut out; raises ImageError if that did not work."""


def check_options(method: Cutout, cut: Cut) -> None:
    """Raise UsageError for an option that the method does not have or understand."""
    for name, value in cut.options.items():
        kind = method.options.get(name)
        if kind is None:
            known = ", ".join(f"`{one}`" for one in method.options) or "none"
            raise UsageError(
                f"removeBg method `{method.name}` has no option `{name}`",
                hint=nearest(name, method.options) or f"its options: {known}",
            )
        if not isinstance(value, kind):
            word = {bool: "true or false", str: "text"}.get(kind, kind.__name__)
            raise UsageError(
                f"removeBg option `{name}` is {word}, not `{value}`",
            )


def require_subject(alpha: Picture) -> None:
    """Raise ImageError if hardly anything, or hardly nothing, was cut away."""
    histogram = alpha.histogram()
    sum_of_alpha = sum(level * count for level, count in enumerate(histogram))
    left = sum_of_alpha / (255 * alpha.width * alpha.height)
    if left < LEAST_LEFT:
        raise ImageError(
            f"the subject was lost: only {left:.1%} of the picture is left",
            hint="look at the picture; another method or another take may do better",
        )
    if left > MOST_LEFT:
        raise ImageError(
            f"nothing was cut away: {left:.1%} of the picture is left",
            hint="look at the picture; another method or another take may do better",
        )
