"""This file is the one way to a cut-out picture: by a method, or by the fitting one.

``auto`` tries in this order, by what the picture itself shows:

1. `native`, if its border is transparent already;
2. `plain`, if its border is one colour;
3. `rembg`, if a model was named; no model is ever chosen for somebody.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from assetgen.errors import ImageError, UsageError
from assetgen.images.cutout.base import Cutout
from assetgen.images.cutout.native import CLEAR_BORDER, clear_border
from assetgen.images.decode import Master
from assetgen.plugins import load_plugin

if TYPE_CHECKING:
    from assetgen.images.cutout.base import CutResult
    from assetgen.steps import Cut

AUTO = "auto"
CHOICES = ("native", "plain")
BY_MODEL = "rembg"


def cut_out(picture: bytes, cut: Cut) -> CutResult:
    """Return a picture cut out.

    Raises ImageError if the picture cannot be cut out that way, UsageError for what
    `check` would have found.
    """
    if cut.method == AUTO:
        name, _ = choose(picture, cut)
        cut = _narrowed(cut, name)
    return _method(cut.method).cut(picture, cut)


def choose(picture: bytes, cut: Cut) -> tuple[str, str]:
    """Return the method that fits a picture, and why; ImageError if none does."""
    from assetgen.images.cutout.ground import find_ground  # noqa: PLC0415  Pillow
    from assetgen.images.cutout.plain import flattened  # noqa: PLC0415  as above

    image = Master.open(picture).image
    clear = clear_border(image)
    if clear >= CLEAR_BORDER:
        return "native", f"{clear:.0%} of the border is transparent"
    ground = find_ground(flattened(image))
    if ground.plain:
        return "plain", ground.described
    if cut.model:
        return BY_MODEL, f"the ground is not one colour: {ground.described}"
    raise ImageError(
        "the ground is not one colour and no model was named",
        hint="ask for a plain white background in the prompt, or name a model:"
        " `removeBg: {method: rembg, model: birefnet-general-lite}`",
    )


def check(cut: Cut) -> None:
    """Raise UsageError if a picture could not be cut out that way; cheap.

    To be called before anything is bought. Raises it also for an option that none of
    the methods that ``auto`` may choose has.
    """
    if cut.method != AUTO:
        _method(cut.method).check(cut)
        return
    names = _candidates(cut)
    known = {option for name in names for option in _method(name).options}
    for option in cut.options:
        if option not in known:
            raise UsageError(
                f"removeBg has no option `{option}`",
                hint=f"its options: {', '.join(f'`{one}`' for one in sorted(known))}",
            )
    for name in names:
        _method(name).check(_narrowed(cut, name))


def identity(cut: Cut) -> dict[str, object]:
    """Return what a result depends on besides picture and `cut`, for its key.

    For ``auto`` that is all that it may choose; UsageError if a model is not here.
    """
    found: dict[str, object] = {}
    for name in _candidates(cut):
        found |= _method(name).identity(_narrowed(cut, name))
    return found


def _candidates(cut: Cut) -> tuple[str, ...]:
    if cut.method != AUTO:
        return (cut.method,)
    return (*CHOICES, BY_MODEL) if cut.model else CHOICES


def _narrowed(cut: Cut, name: str) -> Cut:
    """Return what of `cut` concerns that method."""
    if cut.method == name:
        return cut
    options = _method(name).options
    return replace(
        cut,
        method=name,
        model=cut.model if name == BY_MODEL else "",
        options={key: value for key, value in cut.options.items() if key in options},
    )


@cache
def _method(name: str) -> Cutout:
    """Return the method of that name, made once; UsageError if there is none."""
    made = load_plugin("assetgen.cutouts", name)
    if isinstance(made, type) and issubclass(made, Cutout):
        return made()
    raise UsageError(f"removeBg method `{name}` is no `Cutout` class")
