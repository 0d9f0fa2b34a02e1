"""Subjects are found, fitted into circles, toned, and judged as a store judges them."""

from __future__ import annotations

from io import BytesIO
from math import hypot

import pytest
from PIL import Image, ImageDraw

from assetgen.errors import ImageError, Unaccepted
from assetgen.images.accept import accept
from assetgen.images.derive import derive
from assetgen.steps import Rendition, Rules

SIDE = 256


def saved(image: Image.Image) -> bytes:
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def cut_out(box: tuple[int, int, int, int] = (20, 150, 180, 250)) -> Image.Image:
    """Return a rose bar in a corner of nothing."""
    image = Image.new("RGBA", (SIDE, SIDE), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle(box, fill="#EC4899")
    return image


def on_ground(box: tuple[int, int, int, int]) -> Image.Image:
    image = Image.new("RGB", (SIDE, SIDE), "white")
    ImageDraw.Draw(image).rectangle(box, fill="#EC4899")
    return image


def made(image: Image.Image, **fields: object) -> Image.Image:
    rendition = Rendition(**fields)  # type: ignore[arg-type]  fields of a rendition
    found = Image.open(BytesIO(derive(saved(image), [rendition])[0].data))
    found.load()
    return found


def farthest(alpha: Image.Image) -> float:
    """Return how far anything visible is from the middle, in shares of the side."""
    side = alpha.width
    return max(
        hypot(x + 0.5 - side / 2, y + 0.5 - side / 2) / side
        for x in range(side)
        for y in range(side)
        if int(str(alpha.getpixel((x, y)))) > 40
    )


@pytest.mark.parametrize("safe", [0.5, 66 / 108, 0.8])
@pytest.mark.parametrize("side", [48, 108, 200])
def test_a_subject_fills_the_safe_circle_and_stays_inside(
    safe: float, side: int
) -> None:
    image = made(cut_out(), width=side, height=side, safe=safe, fit="contain")
    assert image.size == (side, side)
    far = farthest(image.getchannel("A"))
    assert far <= safe / 2 + 1 / side
    biggest = min(side * safe, hypot(160, 100))  # it never grows
    assert far * 2 * side >= biggest * 0.9


def test_a_small_subject_does_not_grow_unless_asked() -> None:
    tiny = cut_out((10, 10, 30, 30))
    kept = made(tiny, width=200, height=200, safe=0.8)
    grown = made(tiny, width=200, height=200, safe=0.8, enlarge=True)
    assert farthest(kept.getchannel("A")) < 0.1 < farthest(grown.getchannel("A"))


def test_an_opaque_picture_covers_its_box_from_edge_to_edge() -> None:
    ground = on_ground((100, 100, 150, 150))
    fields = {"width": 64, "height": 64, "padding": 0.2, "fit": "contain"}
    whole = made(ground, bleed=True, background="#000000", **fields)
    padded = made(ground, background="#000000", **fields)
    assert whole.getpixel((0, 0)) == (255, 255, 255)
    assert padded.getpixel((0, 0)) == (0, 0, 0)


def test_grey_has_no_colour_and_white_is_the_shape_alone() -> None:
    grey = made(cut_out(), width=64, tone="grey")
    red, green, blue, alpha = grey.split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
    assert alpha.getextrema() == (0, 255)
    white = made(cut_out(), width=64, tone="white")
    assert white.convert("RGB").getextrema() == ((255, 255),) * 3
    assert white.getchannel("A").tobytes() == alpha.tobytes()
    assert made(on_ground((1, 1, 9, 9)), width=64, tone="grey").mode == "RGB"


def test_a_silhouette_of_an_opaque_picture_is_refused() -> None:
    with pytest.raises(ImageError, match="needs transparency"):
        made(on_ground((1, 1, 9, 9)), width=64, tone="white")


def test_an_empty_cut_out_is_refused() -> None:
    with pytest.raises(ImageError, match="nothing in this picture"):
        made(Image.new("RGBA", (64, 64)), width=32, height=32, safe=0.8)


def test_an_alpha_channel_can_be_asked_for() -> None:
    assert made(on_ground((1, 1, 9, 9)), width=64, channel=True).mode == "RGBA"
    assert made(on_ground((1, 1, 9, 9)), width=64).mode == "RGB"


FINE = Rules("store@1")


@pytest.mark.parametrize(
    ("image", "rules", "said"),
    [
        (cut_out(), Rules("store@1", width=512), "has 256x256 pixels, not 512x256"),
        (cut_out(), Rules("store@1", alpha="no"), "has an alpha channel"),
        (on_ground((1, 1, 2, 2)), Rules("store@1", alpha="yes"), "nothing transparent"),
        (
            on_ground((1, 1, 2, 2)),
            Rules("store@1", alpha="channel"),
            "no alpha channel",
        ),
        (Image.new("RGBA", (9, 9)), Rules("store@1", alpha="yes"), "shows nothing"),
        (cut_out(), Rules("store@1", grey=True), "has colour"),
        (cut_out(), Rules("store@1", max_bytes=50), "50 are allowed"),
        (cut_out(), Rules("store@1", safe=0.8), "the safe circle ends at 40%"),
        (on_ground((2, 2, 250, 250)), Rules("store@1", safe=0.8), "the safe circle"),
    ],
)
def test_what_a_store_would_refuse_is_refused_first(
    image: Image.Image, rules: Rules, said: str
) -> None:
    with pytest.raises(Unaccepted, match=said) as caught:
        accept("a/icon.png", saved(image), rules)
    assert "`a/icon.png`" in caught.value.message
    assert "`store@1` refuses it" in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("image", "rules"),
    [
        (cut_out(), Rules("store@1", width=SIDE, height=SIDE, alpha="yes")),
        (on_ground((100, 100, 150, 150)), Rules("store@1", alpha="no", safe=0.8)),
        (on_ground((0, 0, 250, 250)), Rules("store@1", safe=0.8)),
        (cut_out((100, 100, 150, 150)), Rules("store@1", alpha="channel", safe=0.6)),
    ],
)
def test_what_a_store_takes_is_taken(image: Image.Image, rules: Rules) -> None:
    """Art that runs to the edge has no subject that anybody could find."""
    accept("a/icon.png", saved(image), rules)
