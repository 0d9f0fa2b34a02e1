"""This file is the cutout for pictures on a ground of one colour, by Pillow alone.

The colour of every soft pixel is unmixed from the ground, so that no fringe of it
shows on another ground: of ``C = a*F + (1-a)*G`` the matte gives ``a``, the border
gives ``G``, and ``a*F = C - (1-a)*G`` needs no division.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from assetgen.errors import ImageError
from assetgen.images.cutout.base import Cutout, CutResult
from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.steps import Rendition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image as Picture

    from assetgen.images.cutout.ground import Ground
    from assetgen.images.cutout.matte import Matte
    from assetgen.images.cutout.outside import Outside
    from assetgen.steps import Cut


WHITE = 255

# Less than this of a picture, in gaps of a few pixels, is a pattern of the subject.
FINE = 0.01


class Plain(Cutout):
    """Cuts a subject out of a ground of one colour.

    Options: `holes` (true: cut every enclosed patch of the ground's colour, false:
    none; without it, the rule in `holes`) and `shadow` (false: drop soft shadows).
    """

    name: ClassVar[str] = "plain"
    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, type]] = MappingProxyType(
        {"holes": bool, "shadow": bool}
    )

    def cut(self, picture: bytes, cut: Cut) -> CutResult:
        """Return the picture cut out; ImageError if its ground is not one colour."""
        from assetgen.images.cutout.ground import find_ground  # noqa: PLC0415  Pillow
        from assetgen.images.cutout.matte import Wish, find_matte  # noqa: PLC0415  too

        image = flattened(Master.open(picture).image)
        ground = find_ground(image)
        if not ground.plain:
            raise ImageError(
                f"the ground is not one colour: {ground.described}",
                hint="ask for a plain white background in the prompt, or use a model:"
                " `removeBg: {method: rembg, model: birefnet-general-lite}`",
            )
        holes = cut.options.get("holes")
        matte = find_matte(
            image,
            ground,
            Wish(
                holes=None if holes is None else bool(holes),
                shadow=bool(cut.options.get("shadow", True)),
            ),
        )
        made = unmixed(image, matte.alpha, ground)
        data = encode(made, Rendition(format="png"))
        knows = {
            "outline": matte.unseen,
            "holes": matte.outside.enclosed.doubtful + _fine(matte, holes),
        }
        return CutResult(data, self.name, _note(matte.outside), made, knows)


def flattened(image: Picture) -> Picture:
    """Return a picture as RGB, over white where it is transparent."""
    if image.mode != "RGBA":
        return image
    from PIL import Image  # noqa: PLC0415  the methods are named without Pillow

    white = Image.new("RGBA", image.size, (255, 255, 255, 255))
    return Image.alpha_composite(white, image).convert("RGB")


def unmixed(image: Picture, alpha: Picture, ground: Ground) -> Picture:
    """Return an RGB picture as RGBA with the ground taken out of its soft pixels."""
    from PIL import Image, ImageChops  # noqa: PLC0415  as above

    made = Image.new("RGBA", image.size, (0, 0, 0, 0))
    box = alpha.getbbox()
    if box is None:
        return made
    cover = alpha.crop(box)
    rest = ImageChops.invert(cover)
    if ground.field is None:
        behind = [_dimmed(rest, level) for level in ground.colour]
    else:
        planes = ground.picture(image.size).crop(box).split()
        behind = [ImageChops.multiply(plane, rest) for plane in planes]
    bands = [
        ImageChops.darker(ImageChops.subtract(mixed, lit), cover)
        for mixed, lit in zip(image.crop(box).split(), behind, strict=True)
    ]
    made.paste(Image.merge("RGBa", (*bands, cover)).convert("RGBA"), box[:2])
    return made


def _dimmed(plane: Picture, level: int) -> Picture:
    """Return a plane multiplied by a level of 255, as `ImageChops.multiply` rounds."""
    from PIL import ImageChops  # noqa: PLC0415  as above

    if level == WHITE:
        return plane
    return ImageChops.multiply(plane, plane.point([level] * 256))


def _fine(matte: Matte, holes: object) -> float:
    """Return how much of a picture is a fine mesh of ground that stayed opaque."""
    return matte.pockets if holes is None and matte.pockets > FINE else 0.0


def _note(outside: Outside) -> str | None:
    """Return what could not be told from the picture, and how it was taken."""
    said, enclosed = [], outside.enclosed
    if outside.muddled:
        said.append(
            "shadow and subject could not be told apart, so both stay opaque;"
            " `removeBg: {method: rembg, …}` may do better"
        )
    if enclosed.open:
        one = enclosed.open == 1
        cut, it = (
            ("was cut out as a hole", "it")
            if one
            else ("were cut out as holes", "them")
        )
        said.append(
            f"{_patches(enclosed.open)} in the subject {cut}; `holes: false` keeps {it}"
        )
    if enclosed.kept:
        stay, it = ("stays", "it") if enclosed.kept == 1 else ("stay", "them")
        said.append(
            f"{_patches(enclosed.kept)} {stay} in the subject; `holes: true` cuts {it}"
        )
    return "; ".join(said) or None


def _patches(count: int) -> str:
    return f"{count} patch{'' if count == 1 else 'es'} of the ground's colour"
