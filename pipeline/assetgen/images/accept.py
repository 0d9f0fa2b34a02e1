"""This file is whether whoever takes a file accepts it: a store, a phone, a browser.

It looks at finished bytes alone, so that it judges what is published and not what was
meant. Decoding is done only where a rule asks for pixels.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.errors import Unaccepted
from assetgen.images.sniff import ACCEPTED, opened, sniff
from assetgen.images.subject import reach, subject_mask

if TYPE_CHECKING:
    from PIL.Image import Image

    from assetgen.steps import Rules

ROUNDING = 1.5  # pixels that a subject may reach over its circle: one is resampling's


def accept(path: str, data: bytes, rules: Rules) -> None:
    """Raise Unaccepted, with the first rule that a file breaks and what to do."""
    found = sniff(data)
    size = (found.width, found.height)
    asked = (rules.width or found.width, rules.height or found.height)
    if size != asked:
        what = f"has {size[0]}x{size[1]} pixels, not {asked[0]}x{asked[1]}"
        raise _refused(path, rules, what, "give it a picture of those proportions")
    if rules.max_bytes and len(data) > rules.max_bytes:
        what = f"has {len(data):,} bytes, and {rules.max_bytes:,} are allowed"
        raise _refused(path, rules, what, "simplify the picture, or use another format")
    if found.format in ACCEPTED and (rules.alpha or rules.safe or rules.grey):
        image = opened(data)
        _check_alpha(path, image, rules)
        straight = image.convert("RGBA" if _has_channel(image) else "RGB")
        if rules.grey:
            _check_grey(path, straight, rules)
        if rules.safe:
            _check_circle(path, straight, rules)


def _refused(path: str, rules: Rules, what: str, hint: str) -> Unaccepted:
    return Unaccepted(f"`{path}` {what}: `{rules.taker}` refuses it", hint=hint)


def _has_channel(image: Image) -> bool:
    return "A" in image.getbands() or "transparency" in image.info


def _check_alpha(path: str, image: Image, rules: Rules) -> None:
    if rules.alpha == "no" and _has_channel(image):
        hint = "give it a `background`"
        raise _refused(path, rules, "has an alpha channel", hint)
    if rules.alpha == "channel" and not _has_channel(image):
        raise _refused(path, rules, "has no alpha channel", "write `alpha: channel`")
    if rules.alpha != "yes":
        return
    alpha = image.convert("RGBA").getchannel("A")
    if alpha.getextrema()[0] == 255:  # noqa: PLR2004  opaque
        hint = "cut the picture out with `removeBg: true`, or give one that is"
        raise _refused(path, rules, "has nothing transparent in it", hint)
    if alpha.getextrema()[1] == 0:
        raise _refused(path, rules, "shows nothing", "look at the cut-out")


def _check_grey(path: str, image: Image, rules: Rules) -> None:
    from PIL import ImageChops  # noqa: PLC0415  # only where a rule asks for pixels

    red, green, blue = image.convert("RGB").split()
    apart = (ImageChops.difference(red, each) for each in (green, blue))
    if any(each.getbbox() for each in apart):
        raise _refused(path, rules, "has colour in it", "write `tone: grey`")


def _check_circle(path: str, image: Image, rules: Rules) -> None:
    mask = subject_mask(image)
    if mask is None:
        return
    across, down = image.width / 2, image.height / 2
    limit = rules.safe * min(image.size) / 2
    far = reach(mask, across, down)
    if far > limit + ROUNDING:
        what = (
            f"has its subject {far / min(image.size):.0%} of the way out from the "
            f"middle, and the safe circle ends at {rules.safe / 2:.0%}"
        )
        hint = (
            "cut it out with `removeBg: true`, so that it can be fitted in, or draw it "
            "with more room around it"
        )
        raise _refused(path, rules, what, hint)
