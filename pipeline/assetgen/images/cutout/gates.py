"""This file is what a cut-out must pass before it is published, and the limits.

A method can be wrong without noticing. Each gate measures one way to be wrong:

- `coverage`: how much of the picture is left; hardly anything, or nearly all of it;
- `solid`: how much of what is left is opaque; a mask that never makes up its mind;
- `border`: how much of the picture's border the subject covers: it is cut off there;
- `checkerboard`: how much of the picture is the pattern that stands for transparency,
  painted into the pixels by a model that has no transparency;
- `halo`: how far the edge is tinted with the old ground, as it shows on a dark or a
  light one (ΔE of CIE 1976, the median along the edge);
- `holes`: how much of the picture is an opening of the subject that was left filled;
- `mismatch`: of two pictures of one subject, how much of it cannot be the same.

The limits are chosen from `bench/matting.py`; a manifest changes them with
`removeBg: {gates: …}`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Self

from assetgen.images.cutout.checkerboard import checkered
from assetgen.images.cutout.halo import halo
from assetgen.images.cutout.openings import filled_openings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL.Image import Image as Picture

# Alpha from here on counts as opaque.
OPAQUE = 230

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
        mismatch: Most of the subject that two pictures of it contradict, 0 to 1.
    """

    coverage: tuple[float, float] | None = (0.005, 0.99)
    solid: float | None = 0.1
    border: float | None = 0.02
    checkerboard: float | None = 0.01
    halo: float | None = 10.0
    holes: float | None = 0.002
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
    """What the gates look at, each as `Limits` has it."""

    coverage: float
    solid: float
    border: float
    checkerboard: float
    halo: float
    holes: float
    mismatch: float


def measure(
    picture: Picture,
    made: Picture,
    *,
    ruled: bool = False,
    mismatch: float | None = None,
) -> Measures:
    """Return what the gates see of a cut-out.

    Args:
        picture: The picture before, RGB or RGBA.
        made: The cut-out, RGBA, as large as it.
        ruled: Its method has decided about holes by the very rule of the gate.
        mismatch: What a method with two pictures to compare has found.
    """
    alpha = made.getchannel("A")
    histogram = alpha.histogram()
    weight = [level * count for level, count in enumerate(histogram)]
    return Measures(
        coverage=sum(weight) / (255 * alpha.width * alpha.height),
        solid=sum(weight[OPAQUE:]) / (sum(weight) or 1),
        border=covered_border(alpha),
        checkerboard=checkered(made),
        halo=halo(picture, made),
        holes=0.0 if ruled else filled_openings(picture, alpha),
        mismatch=mismatch or 0.0,
    )


def judge(
    picture: Picture,
    made: Picture,
    limits: Limits,
    *,
    ruled: bool = False,
    mismatch: float | None = None,
) -> tuple[Failure, ...]:
    """Return the gates that a cut-out does not pass; see `measure`."""
    found = measure(picture, made, ruled=ruled, mismatch=mismatch)
    if mismatch is not None:  # what two pictures agree on is as faint as it is
        limits = replace(limits, solid=None)
    return tuple(_failures(found, limits))


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
    allows = f"[{min(least, found.coverage):.1%}, {max(most, found.coverage):.1%}]"
    if found.coverage < least:
        reason = f"the subject was lost: only {found.coverage:.1%} of the picture is"
        yield Failure("coverage", f"{reason} left", allows)
        return
    if found.coverage > most:
        reason = f"nothing was cut away: {found.coverage:.1%} of the picture is left"
        yield Failure("coverage", reason, allows)
        return
    if limits.solid is not None and found.solid < limits.solid:
        reason = f"hardly anything is opaque: {found.solid:.0%} of what is left"
        yield Failure("solid", reason, f"{0.9 * found.solid:.1%}")
    yield from _too_much(found, limits)


def _too_much(found: Measures, limits: Limits) -> Iterator[Failure]:
    """Yield what is above a limit."""
    says = {
        "checkerboard": "a checkerboard is painted where it should be transparent, on"
        " {} of the picture",
        "border": "the subject touches the border, along {} of it",
        "holes": "an opening of the subject is filled, {} of the picture",
        "mismatch": "the pictures on white and on black do not show the same thing: {}"
        " of the subject differs",
        "halo": "the old ground shines in its edge, a halo of ΔE {}",
    }
    for gate, words in says.items():
        value, limit = getattr(found, gate), getattr(limits, gate)
        if limit is not None and value > limit:
            exact = gate == "halo"
            shown = f"{value:.0f}" if exact else f"{value:.1%}"
            bound = f"{limit:g}" if exact else f"{limit:.1%}"
            wanted = f"{value + 1:.0f}" if exact else f"{min(1.0, 1.1 * value):.1%}"
            reason = f"{words.format(shown)} ({bound} is allowed)"
            yield Failure(gate, reason, wanted)
