"""This file is what a cut-out must pass before it is published, and the limits.

A method can be wrong without noticing. Each gate measures one way to be wrong:

- `coverage`: how much of the picture is left; hardly anything, or nearly all of it;
- `solid`: how much of what is left is opaque; a mask that never makes up its mind;
- `border`: how much of the picture's border the subject covers: it is cut off there;
- `checkerboard`: how much of the picture is the pattern that stands for transparency,
  painted into the pixels by a model that has no transparency;
- `halo`: how far the edge is tinted with the old ground, as it shows on a dark or a
  light one (ΔE of CIE 1976, the median along the edge). What is too soft to measure
  does not pass;
- `holes`: how much of the picture is an opening of the subject that was left filled;
- `outline`: how much of the subject's outline the picture does not show, where a method
  has nothing but colours to go by: it hardly differs from the ground there;
- `mismatch`: of two pictures of one subject, how much of it cannot be the same.

The limits are chosen from `bench/matting.py`; a manifest changes them with
`removeBg: {gates: …}`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from assetgen.images.cutout.checkerboard import checkered
from assetgen.images.cutout.halo import halo
from assetgen.images.cutout.openings import filled_openings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL.Image import Image as Picture

# Alpha from here on counts as opaque.
OPAQUE = 230

# Less than this of a picture is no subject, more than this all of it.
EMPTY, WHOLE = 0.0005, 0.95

# Shares up to here are written with more digits.
HARDLY = 0.01

# Alpha from here on counts as something to see at the border.
SEEN = 128


@dataclass(frozen=True, slots=True)
class Limits:
    """What a cut-out may measure; None switches a gate off.

    Attributes:
        coverage: Least and most of the picture that is left, 0 to 1.
        solid: Least share of what is left that is opaque.
        border: Most of the border that the subject covers, 0 to 1.
        checkerboard: Most of the picture that is painted transparency, 0 to 1.
        halo: Most ΔE along the edge.
        holes: Most of the picture that is a filled opening, 0 to 1.
        outline: Most of the outline that cannot be seen, 0 to 1.
        mismatch: Most of the subject that two pictures of it contradict, 0 to 1.
    """

    coverage: tuple[float, float] | None = (0.005, 0.99)
    solid: float | None = 0.1
    border: float | None = 0.02
    checkerboard: float | None = 0.01
    halo: float | None = 10.0
    holes: float | None = 0.002
    outline: float | None = 0.1
    mismatch: float | None = 0.02

    @classmethod
    def of(cls, gates: Mapping[str, object]) -> Self:
        """Return the limits with those that a manifest has changed."""
        changed = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in gates.items()
        }
        return replace(cls(), **changed)  # type: ignore[arg-type]  # read as such


GATES = tuple(field.name for field in fields(Limits))


@dataclass(frozen=True, slots=True)
class Failure:
    """One gate that a cut-out did not pass.

    Attributes:
        gate: Its name in a manifest.
        reason: What is wrong with the picture, a clause with the numbers.
        allows: What to write behind the gate's name to let it through.
    """

    gate: str
    reason: str
    allows: str


@dataclass(frozen=True, slots=True)
class Measures:
    """What the gates look at, each as `Limits` has it; a halo of None is unknown."""

    coverage: float
    solid: float
    border: float
    checkerboard: float
    halo: float | None
    holes: float
    outline: float
    mismatch: float


def measure(
    picture: Picture, made: Picture, knows: Mapping[str, float] = MappingProxyType({})
) -> Measures:
    """Return what the gates see of a cut-out.

    Args:
        picture: The picture before, RGB or RGBA.
        made: The cut-out, RGBA, as large as it.
        knows: Gate → what its method has measured itself.
    """
    alpha = made.getchannel("A")
    histogram = alpha.histogram()
    weight = [level * count for level, count in enumerate(histogram)]
    holes, edge = knows.get("holes"), knows.get("halo")
    return Measures(
        coverage=sum(weight) / (255 * alpha.width * alpha.height),
        solid=knows.get("solid", sum(weight[OPAQUE:]) / (sum(weight) or 1)),
        border=covered_border(alpha),
        checkerboard=checkered(made),
        halo=halo(picture, made) if edge is None else edge,
        holes=filled_openings(picture, alpha) if holes is None else holes,
        outline=knows.get("outline", 0.0),
        mismatch=knows.get("mismatch", 0.0),
    )


def judge(
    picture: Picture,
    made: Picture,
    limits: Limits,
    knows: Mapping[str, float] = MappingProxyType({}),
) -> tuple[Failure, ...]:
    """Return the gates that a cut-out does not pass; see `measure`."""
    return tuple(_failures(measure(picture, made, knows), limits))


def covered_border(alpha: Picture) -> float:
    """Return how much of a picture's border is covered by the subject, 0 to 1."""
    width, height = alpha.size
    sides = (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    )
    seen = sum(sum(alpha.crop(side).histogram()[SEEN:]) for side in sides)
    return seen / (2 * (width + height))


def _failures(found: Measures, limits: Limits) -> Iterator[Failure]:
    """Yield what is beyond its limit, the plainest faults first."""
    least, most = limits.coverage or (0.0, 1.0)
    if found.coverage < least:
        low = _under(found.coverage) if found.coverage > EMPTY else ""
        reason = f"the subject was lost: only {found.coverage:.1%} of the picture is"
        allows = f"[{low}, {most:.1%}]" if low else ""
        yield Failure("coverage", f"{reason} left", allows)
        return
    if found.coverage > most:
        left = f"{found.coverage:.1%} of the picture"
        reason = f"nothing was cut away: {left} is left"
        if found.coverage < WHOLE:
            reason = f"more is left than may be: {left} ({most:.1%} is allowed)"
        allows = f"[{least:.1%}, {_over(found.coverage)}]"
        yield Failure("coverage", reason, allows)
        return
    if limits.solid is not None and found.solid < limits.solid:
        reason = f"hardly anything is opaque: {found.solid:.0%} of what is left"
        yield Failure("solid", reason, _under(found.solid))
    yield from _too_much(found, limits)


def _too_much(found: Measures, limits: Limits) -> Iterator[Failure]:
    """Yield what is above a limit."""
    says = {
        "checkerboard": "a checkerboard is painted where it should be transparent, on"
        " {} of the picture",
        "border": "the subject touches the border, along {} of it",
        "holes": "what looks like openings of the subject is filled, {} of the picture",
        "outline": "the subject hardly differs from the ground, along {} of its edge",
        "mismatch": "the pictures on white and on black do not show the same thing: {}"
        " of the subject differs",
    }
    for gate, words in says.items():
        value, limit = getattr(found, gate), getattr(limits, gate)
        if limit is not None and value > limit:
            shown, bound = _told_apart(value, limit, "%")
            reason = f"{words.format(shown)} ({bound} is allowed)"
            yield Failure(gate, reason, _over(value))
    if limits.halo is None:
        return
    if found.halo is None:
        reason = "its edge is too soft to look for the old ground in it"
        yield Failure("halo", reason, "false")
    elif found.halo > limits.halo:
        shown, bound = _told_apart(found.halo, limits.halo, "f")
        reason = f"the old ground shines in its edge, a halo of ΔE {shown}"
        yield Failure("halo", f"{reason} ({bound} is allowed)", f"{found.halo + 1:.0f}")


def _told_apart(value: float, limit: float, kind: str) -> tuple[str, str]:
    """Return two numbers, the first the larger, with the digits that show it."""
    for digits in range(1, 9):
        shown, bound = f"{value:.{digits}{kind}}", f"{limit:.{digits}{kind}}"
        if shown != bound:
            return shown, bound
    return repr(value), repr(limit)


def _over(value: float) -> str:
    """Return a share that is somewhat larger, as a limit is written."""
    digits = 1 if value > HARDLY else 4
    return f"{min(1.0, 1.1 * value):.{digits}%}"


def _under(value: float) -> str:
    """Return a share that is somewhat smaller, as a limit is written."""
    digits = 1 if value > HARDLY else 4
    return f"{0.9 * value:.{digits}%}"
