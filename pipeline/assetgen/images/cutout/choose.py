"""This file is the one way to a cut-out picture: by a method, or by the fitting one.

``auto`` tries in this order, by what the picture itself shows:

1. `native`, if its border is transparent already;
2. `plain`, if its border is one colour;
3. `rembg`, if a model was named; no model is ever chosen for somebody.

What a method made has to pass the `gates`; in ``auto`` the next one has its turn if it
does not, otherwise the picture is refused. Nothing is ever sent anywhere, and nothing
bought, by ``auto``.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from assetgen.errors import ImageError, UsageError
from assetgen.images.cutout.base import Costly, Cutout, Paired
from assetgen.images.cutout.native import CLEAR_BORDER, clear_border
from assetgen.images.decode import Master
from assetgen.plugins import load_plugin
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from PIL.Image import Image as Picture

    from assetgen.images.cutout.base import CutResult
    from assetgen.images.cutout.gates import Failure

    Once = Callable[[Costly, bytes, Cut], CutResult]

AUTO = "auto"
CHOICES = ("native", "plain")
BY_MODEL = "rembg"
NO_WAY = (
    "ask for a plain white background in the prompt, or name a model:"
    " `removeBg: {method: rembg, model: birefnet-general-lite}`"
)
# A picture with this much checkerboard has no other ground.
PAINTED = 0.05


class Rejected(ImageError):
    """A cut-out did not pass its gates.

    Attributes:
        made: The cut-out, PNG in RGBA, for a person to look at.
    """

    def __init__(self, message: str, hint: str, made: bytes) -> None:
        super().__init__(message, hint=hint)
        self.made = made


@dataclass(frozen=True, slots=True)
class _Try:
    """What became of one method: the result that passed, or what was wrong."""

    name: str
    passed: CutResult | None = None
    error: ImageError | None = None
    failures: tuple[Failure, ...] = ()
    made: bytes = b""

    @property
    def trouble(self) -> str:
        """Return what was wrong, as a clause."""
        if self.error is not None:
            return self.error.message
        return " and ".join(failure.reason for failure in self.failures)


class Cutting:
    """The ways to cut pictures out, each made once; safe to use from several threads.

    Args:
        environment: What methods may read.
        once: Carries out a method that may cost something; without it none is.
    """

    def __init__(
        self,
        environment: Mapping[str, str] = MappingProxyType({}),
        once: Once | None = None,
    ) -> None:
        self._environment = environment
        self._once = once
        self._methods: dict[str, Cutout] = {}

    def check(self, cut: Cut) -> None:
        """Raise UsageError if a picture could not be cut out that way; cheap.

        To be called before anything is bought. Raises it also for an option that none
        of the methods that ``auto`` may choose has.
        """
        if cut.method != AUTO:
            self.method(cut.method).check(cut)
            return
        names = _candidates(cut)
        known = {option for name in names for option in self.method(name).options}
        for option in cut.options:
            if option not in known:
                raise UsageError(
                    f"removeBg has no option `{option}`",
                    hint="its options: "
                    + ", ".join(f"`{one}`" for one in sorted(known)),
                )
        for name in names:
            self.method(name).check(self._narrowed(cut, name))

    def identity(self, cut: Cut) -> dict[str, object]:
        """Return what a result depends on besides picture and `cut`, for its key.

        For ``auto`` that is all that it may choose; UsageError if a model is not here.
        """
        found: dict[str, object] = {}
        for name in _candidates(cut):
            found |= self.method(name).identity(self._narrowed(cut, name))
        return found

    def cut(
        self,
        picture: bytes,
        cut: Cut,
        *,
        draft: bool = False,
        black: bytes | None = None,
    ) -> CutResult:
        """Return a picture cut out, past its gates, and cropped.

        A `draft` is a placeholder: it is not judged, and costs nothing. `black` is the
        same picture on black, for a method that needs both.

        Raises Rejected if no way passes them, ImageError if the picture cannot be cut
        out that way at all, UsageError for what `check` would have found.
        """
        from assetgen.images.cutout.crop import cropped  # noqa: PLC0415  Pillow

        if draft and cut.method != AUTO and self._wants_more(cut.method):
            cut = Cut(crop=cut.crop)
        image = Master.open(picture).image
        tried: list[_Try] = []
        for name, why in ways(image, cut):
            pair = (picture, black)
            attempt = self._attempt(name, pair, image, cut, judged=not draft)
            if attempt.passed is not None:
                note = _note(cut, name, why, tried, attempt.passed.note)
                return replace(cropped(attempt.passed, cut.crop), note=note or None)
            tried.append(attempt)
        raise _refusal(tried)

    def method(self, name: str) -> Cutout:
        """Return the method of that name, made once; UsageError if there is none."""
        known = self._methods.get(name)
        if known is None:
            made = load_plugin("assetgen.cutouts", name)
            if not (isinstance(made, type) and issubclass(made, Cutout)):
                raise UsageError(f"removeBg method `{name}` is no `Cutout` class")
            known = self._methods.setdefault(name, made(self._environment))
        return known

    def _attempt(
        self,
        name: str,
        pair: tuple[bytes, bytes | None],
        image: Picture,
        cut: Cut,
        *,
        judged: bool,
    ) -> _Try:
        """Return what became of cutting a picture out by one method."""
        from assetgen.images.cutout.gates import Limits, judge  # noqa: PLC0415  Pillow

        method = self.method(name)
        try:
            result = self._carried_out(method, pair, self._narrowed(cut, name))
        except ImageError as error:
            return _Try(name, error=error)
        if not judged:
            return _Try(name, passed=result)
        made = result.image or Master.open(result.data).image.convert("RGBA")
        limits = Limits.of(cut.gates)
        failures = judge(image, made, limits, result.knows)
        if failures:
            return _Try(name, failures=failures, made=result.data)
        return _Try(name, passed=result)

    def _wants_more(self, name: str) -> bool:
        """Return whether a method needs what nobody gets for a placeholder."""
        return isinstance(self.method(name), Costly | Paired)

    def _carried_out(
        self, method: Cutout, pair: tuple[bytes, bytes | None], cut: Cut
    ) -> CutResult:
        """Return what a method makes of a picture, and of the one on black if any."""
        picture, black = pair
        if isinstance(method, Paired) and black is not None:
            return method.cut_pair(picture, black, cut)
        if not isinstance(method, Costly):
            return method.cut(picture, cut)
        if self._once is None:
            raise ImageError(f"`{method.name}` may cost something, so it is not asked")
        return self._once(method, picture, cut)

    def _narrowed(self, cut: Cut, name: str) -> Cut:
        """Return what of `cut` concerns that method."""
        if cut.method == name:
            return cut
        options = self.method(name).options
        return replace(
            cut,
            method=name,
            model=cut.model if name == BY_MODEL else "",
            options={key: cut.options[key] for key in cut.options if key in options},
        )


def ways(image: Picture, cut: Cut) -> Iterator[tuple[str, str]]:
    """Yield the methods that fit a picture, with why, the best first.

    Raises ImageError, having yielded nothing, if ``auto`` finds none.
    """
    if cut.method != AUTO:
        yield cut.method, "you asked for it"
        return
    from assetgen.images.cutout.ground import find_ground  # noqa: PLC0415  Pillow
    from assetgen.images.cutout.plain import flattened  # noqa: PLC0415  as above

    clear = clear_border(image)
    if clear >= CLEAR_BORDER:
        yield "native", f"{clear:.0%} of the border is transparent"
    ground = find_ground(flattened(image))
    # Every square of painted transparency would be a patch of ground to judge.
    if ground.plain and (clear < CLEAR_BORDER or not _is_painted(image)):
        yield "plain", ground.described
    if cut.model:
        yield BY_MODEL, _unlike(image, ground.described, plain=ground.plain)
    elif clear < CLEAR_BORDER and not ground.plain:
        why = _unlike(image, ground.described, plain=False)
        raise ImageError(f"{why}, and no model was named", hint=NO_WAY)


def _unlike(image: Picture, described: str, *, plain: bool) -> str:
    """Return why no method but a network fits a picture."""
    if plain:
        return "the model you named"
    if _is_painted(image):
        return "the ground is a painted checkerboard"
    return f"the ground is not one colour: {described}"


def _is_painted(image: Picture) -> bool:
    """Return whether much of a picture is painted transparency."""
    from assetgen.images.cutout import checkerboard  # noqa: PLC0415  Pillow

    return checkerboard.checkered(image) > PAINTED


def _candidates(cut: Cut) -> tuple[str, ...]:
    if cut.method != AUTO:
        return (cut.method,)
    return (*CHOICES, BY_MODEL) if cut.model else CHOICES


def _note(cut: Cut, name: str, why: str, tried: list[_Try], own: str | None) -> str:
    """Return what a person should know of how it was cut out, "" for nothing."""
    said = [own] if own else []
    if cut.method == AUTO:
        said.insert(0, f"cut out by `{name}`: {why}")
    said += [f"not by `{each.name}`: {each.trouble}" for each in tried]
    return "; ".join(said)


def _refusal(tried: list[_Try]) -> ImageError:
    """Return the error of a picture that no method cut out as it should be."""
    judged = [each for each in tried if each.failures]
    if len(tried) == 1 and tried[0].error is not None:
        return tried[0].error
    troubles = [f"`{each.name}`: {each.trouble}" for each in tried]
    message = f"cut out, but not fit to publish: {'; '.join(troubles)}"
    if not judged:
        return ImageError(message, hint=NO_WAY)
    failures, hint = judged[0].failures, "another take or method may do better"
    if all(failure.allows for failure in failures):
        allowed = ", ".join(f"{f.gate}: {f.allows}" for f in failures)
        hint += (
            f"; if it is as it should be, write `removeBg: {{gates: {{{allowed}}}}}`"
        )
    if judged[0].name == "plain" and any(each.gate == "holes" for each in failures):
        hint = (
            "`holes: true` cuts what has the ground's colour, `false` keeps it; " + hint
        )
    return Rejected(message, hint, judged[0].made)
