"""This file is the contract of a way to cut a picture out of its background.

A method gets a picture's bytes and a `Cut` and returns a PNG with real transparency.
It is made with the environment that it may read, lives as long as one build and is
called from several threads at once. It never reaches for the network, unless it is
`Costly`.

What it returns is judged by `gates` and cropped afterwards: a method only cuts.

The smallest method::

    class Invisible(Cutout):
        name = "invisible"

        def cut(self, picture, cut):
            return CutResult(an_empty_png(), self.name)
"""

from __future__ import annotations

import abc
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from assetgen.catalogue import nearest
from assetgen.errors import ImageError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image as Picture

    from assetgen.steps import Cut


@dataclass(frozen=True, slots=True)
class CutResult:
    """A picture cut out.

    Attributes:
        data: A PNG in RGBA, straight alpha, as large as the picture.
        method: The name of the method that did it.
        note: What a person should know about it, one sentence, None if nothing.
        image: The same picture decoded, RGBA, if the method has it at hand.
        knows: Gate → what the method has measured itself, better than the gate could
            by looking at the result.
    """

    data: bytes
    method: str
    note: str | None = None
    image: Picture | None = field(default=None, compare=False, repr=False)
    knows: Mapping[str, float] = field(default_factory=dict)


class Cutout(abc.ABC):
    """One way to cut pictures out.

    Attributes:
        name: The word in a manifest's `removeBg: {method: …}`.
        version: Ours, raised when a change of the method should change pictures.
        options: The settings it takes besides `method` and `model`, with the type
            of each.

    Args:
        environment: The variables it may read.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, type]] = {}

    def __init__(self, environment: Mapping[str, str] = MappingProxyType({})) -> None:
        self.environment = environment

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


class Costly(Cutout):
    """A way that sends the picture to somebody who may take money for it.

    It is never chosen by ``auto``. Whoever calls it sees to it that a picture is sent
    once: `send` asks, `read` makes of the answer what every method returns.
    """

    @abc.abstractmethod
    def parameters(self, cut: Cut) -> Mapping[str, object]:
        """Return what is asked besides the picture: together they name the answer."""

    @abc.abstractmethod
    def send(self, picture: bytes, cut: Cut) -> bytes:
        """Ask once, and return the answer's picture.

        Raises Undecided if an answer that may have cost something is lost; anything
        else means that nothing was taken.
        """

    @abc.abstractmethod
    def read(self, answer: bytes, picture: bytes) -> CutResult:
        """Return an answer as a cut-out of that picture; ImageError if it is none."""

    def cut(self, picture: bytes, cut: Cut) -> CutResult:
        """Return the picture cut out, asking for it anew."""
        return self.read(self.send(picture, cut), picture)


class Paired(Cutout):
    """A way that needs a second picture: the same subject on a black ground.

    It is never chosen by ``auto``, since that picture is a purchase of its own.
    """

    @abc.abstractmethod
    def cut_pair(self, on_white: bytes, on_black: bytes, cut: Cut) -> CutResult:
        """Return the picture cut out, as large as the one on white.

        Raises ImageError if that did not work.
        """

    def cut(self, picture: bytes, cut: Cut) -> CutResult:  # noqa: ARG002  one of two
        """Raise ImageError: one picture does not tell."""
        raise ImageError(f"`{self.name}` needs the picture on black, too")


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
