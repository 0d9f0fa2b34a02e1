"""This file is the cutout for pictures that come with transparency of their own."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, ClassVar

from assetgen.errors import ImageError
from assetgen.images.cutout.base import Cutout, CutResult
from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.steps import Rendition

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

    from assetgen.steps import Cut

# A model that was asked for transparency leaves it around the subject. An alpha
# channel whose border is opaque is a subject with a window in it, or noise.
CLEAR_BORDER = 0.1
CLEAR = 8


class Native(Cutout):
    """Passes on the transparency that a picture already has."""

    name: ClassVar[str] = "native"
    version: ClassVar[int] = 1

    def cut(self, picture: bytes, cut: Cut) -> CutResult:  # noqa: ARG002  no options
        """Return the picture itself, as a PNG in RGBA; ImageError if it is opaque."""
        image = Master.open(picture).image
        if image.mode != "RGBA":
            raise ImageError(
                "the picture has no transparency of its own",
                hint="use `removeBg: true`, which looks for a way",
            )
        if _as_published(picture, image):
            return CutResult(picture, self.name, image=image)
        data = encode(image, Rendition(format="png"))
        return CutResult(data, self.name, image=image)


def clear_border(image: Picture) -> float:
    """Return how much of a picture's border is fully transparent, 0 to 1."""
    if image.mode != "RGBA":
        return 0.0
    alpha = image.getchannel("A")
    width, height = alpha.size
    sides = (
        (0, 0, width, 1),
        (0, height - 1, width, height),
        (0, 0, 1, height),
        (width - 1, 0, width, height),
    )
    histograms = [alpha.crop(side).histogram() for side in sides]
    clear = sum(sum(each[: CLEAR + 1]) for each in histograms)
    return clear / (2 * (width + height))


def _as_published(picture: bytes, image: Picture) -> bool:
    """Return whether the bytes are already what would be written for that picture."""
    from PIL import Image  # noqa: PLC0415  the method is named without Pillow

    with Image.open(BytesIO(picture)) as stored:
        if (stored.format, stored.mode) != ("PNG", "RGBA"):
            return False
        return stored.size == image.size and stored.tobytes() == image.tobytes()
