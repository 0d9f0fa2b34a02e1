"""Subjects fill their share, plates have their corners, greys can be coloured."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image, ImageDraw

from assetgen.errors import ImageError
from assetgen.images.derive import derive
from assetgen.images.plates import mirrored, rounded
from assetgen.images.resize import inner
from assetgen.images.tones import toned
from assetgen.steps import Rendition

ROSE = (236, 72, 153)


def made(image: Image.Image, **fields: object) -> Image.Image:
    out = BytesIO()
    image.save(out, "PNG")
    rendition = Rendition(**fields)  # type: ignore[arg-type]  fields of a rendition
    found = Image.open(BytesIO(derive(out.getvalue(), [rendition])[0].data))
    found.load()
    return found


def bar(box: tuple[int, int, int, int] = (300, 20, 499, 119)) -> Image.Image:
    """Return a rose bar of 200 by 100 pixels at the edge of nothing."""
    image = Image.new("RGBA", (500, 400), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle(box, fill=ROSE)
    return image


def art() -> Image.Image:
    """Return an opaque picture whose left half is rose and whose right is blue."""
    image = Image.new("RGB", (400, 200), "blue")
    image.paste(ROSE, (0, 0, 200, 200))
    return image


def shown(image: Image.Image) -> tuple[int, int, int, int]:
    box = image.getchannel("A").point([0] * 128 + [255] * 128).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(
    ("side", "art"),
    [(1024, 824), (512, 412), (256, 206), (128, 104), (64, 52), (16, 14)],
)
def test_a_share_leaves_the_room_of_apple_s_template(side: int, art: int) -> None:
    """Its own numbers; at 32 pixels it has 28, and we have 26."""
    assert inner((side, side), (0.8047, 0.8047)) == (art, art)


def test_a_subject_is_trimmed_and_fills_its_share_in_the_middle() -> None:
    icon = made(bar(), width=100, height=100, fill=(0.8, 0.8), bleed=True)
    assert icon.size == (100, 100)
    assert shown(icon) == (10, 30, 90, 70)


def test_a_share_may_differ_across_and_down() -> None:
    tile = made(bar(), width=150, height=100, fill=(0.9, 0.5), bleed=True)
    assert shown(tile) == (25, 25, 125, 75)


def test_a_subject_grows_by_half_at_most_and_only_in_an_icon() -> None:
    icon = made(bar(), width=400, height=400, fill=(1.0, 1.0), bleed=True)
    assert shown(icon) == (50, 125, 350, 275)
    other = made(bar(), width=400, height=400, fill=(1.0, 1.0))
    assert shown(other) == (100, 150, 300, 250)
    circle = made(bar(), width=500, height=500, safe=1.0, bleed=True)
    assert shown(circle) == (100, 175, 400, 325)
    grown = made(bar(), width=400, height=400, fill=(1.0, 1.0), enlarge=True)
    assert shown(grown) == (0, 100, 400, 300)


def test_a_picture_with_nothing_in_it_is_refused() -> None:
    with pytest.raises(ImageError, match="nothing in this picture but transparency"):
        made(Image.new("RGBA", (64, 64)), width=32, height=32, fill=(1.0, 1.0))


def test_a_trimmed_subject_may_stand_in_a_circle_of_one_s_own() -> None:
    image = made(bar(), width=100, height=100, trim=True, safe=0.8, fit="contain")
    assert image.size == (100, 100)


def test_a_subject_without_a_transparent_pixel_of_its_own_is_not_cropped() -> None:
    """What is left of a cut-out after trimming is not art that runs to the edges."""
    icon = made(bar(), width=50, height=50, fill=(1.0, 1.0), bleed=True)
    assert shown(icon) == (0, 12, 50, 37)


def test_the_end_of_a_soft_shadow_is_not_cut_off() -> None:
    faint = bar()
    ImageDraw.Draw(faint).rectangle((200, 20, 299, 119), fill=(0, 0, 0, 30))
    icon = made(faint, width=100, height=100, fill=(1.0, 1.0), bleed=True)
    assert icon.getchannel("A").getbbox() == (0, 33, 100, 66)


def test_an_opaque_picture_covers_its_plate_and_is_not_cropped_twice() -> None:
    icon = made(art(), width=108, height=108, safe=0.6, bleed=True, plate=2 / 3)
    assert shown(icon) == (18, 18, 90, 90)


def test_an_opaque_picture_goes_on_beyond_its_plate() -> None:
    fields = {"width": 120, "height": 120, "bleed": True, "plate": 0.5}
    layer = made(art(), mirror=True, safe=0.6, **fields)
    assert layer.mode == "RGB"
    middle = [layer.getpixel((x, 60)) for x in (35, 50, 70, 84)]
    assert middle == [ROSE, ROSE, (0, 0, 255), (0, 0, 255)]
    # 30 is the plate's edge; its mirror image has the middle's border 30 pixels out
    beyond = [layer.getpixel((x, 60)) for x in (27, 9, 92, 110)]
    assert beyond == [ROSE, ROSE, (0, 0, 255), (0, 0, 255)]


def test_a_mirror_image_meets_its_picture_without_a_seam() -> None:
    slope = Image.linear_gradient("L").convert("RGB").resize((64, 64))
    whole = mirrored(slope, (96, 96), (16, 16))
    assert whole.crop((16, 16, 80, 80)).tobytes() == slope.tobytes()
    for y in range(16):
        assert whole.getpixel((40, 15 - y)) == whole.getpixel((40, 16 + y))
        assert whole.getpixel((40, 80 + y)) == whole.getpixel((40, 79 - y))


def test_corners_are_round_smooth_and_without_a_dark_rim() -> None:
    icon = rounded(Image.new("RGB", (64, 64), ROSE), 0.75, 0.5)
    alpha = icon.getchannel("A")
    assert shown(icon) == (8, 8, 56, 56)
    assert alpha.getpixel((9, 9)) == 0
    assert alpha.getpixel((32, 9)) == 255
    assert len({level for _, level in alpha.getcolors() or []}) > 8  # no steps
    colours = {pixel[1][:3] for pixel in icon.getcolors() or []}  # type: ignore[index]  RGBA
    assert colours == {ROSE}


def test_a_cut_out_has_a_plate_only_where_it_has_a_ground() -> None:
    fields = {"width": 96, "height": 96, "corners": 0.5, "plate": 0.9, "bleed": True}
    free = made(bar(), fill=(0.5, 0.5), **fields)
    plated = made(bar(), fill=(0.5, 0.5), background="#112233", **fields)
    assert free.getpixel((48, 8)) == (0, 0, 0, 0)
    assert plated.getpixel((48, 8)) == (0x11, 0x22, 0x33, 255)
    assert shown(plated) == (5, 5, 91, 91)


# --- tones ---------------------------------------------------------------------------


def level(image: Image.Image, place: tuple[int, int]) -> int:
    pixel = image.getpixel(place)
    assert isinstance(pixel, tuple)
    assert pixel[0] == pixel[1] == pixel[2]
    return int(pixel[0])


def test_a_dark_subject_can_be_seen_in_a_tint_and_black_stays_black() -> None:
    ring = Image.new("RGBA", (40, 40), "#3B3BC8")  # a blue: grey 75 of 255
    ring.paste("#000000", (0, 0, 10, 10))
    ring.paste("#FFFFFF", (30, 30, 40, 40))
    plain, tinted = toned(ring, "grey"), toned(ring, "tint")
    assert level(plain, (20, 20)) < 80
    assert level(tinted, (20, 20)) > 120
    assert level(tinted, (2, 2)) == 0
    assert level(tinted, (35, 35)) == 255


def test_the_brightest_of_a_tinted_subject_is_white() -> None:
    dim = Image.new("RGBA", (40, 40), "#505050")
    dim.paste("#303030", (0, 0, 20, 40))
    tinted = toned(dim, "tint")
    assert level(tinted, (30, 20)) == 255
    assert 255 > level(tinted, (10, 20)) > 120


def test_a_bright_subject_keeps_its_greys() -> None:
    bright = Image.new("RGBA", (40, 40), "#FFFFFF")
    bright.paste("#808080", (0, 0, 10, 40))
    assert toned(bright, "tint").tobytes() == toned(bright, "grey").tobytes()


def test_what_is_behind_nothing_does_not_count_as_bright() -> None:
    """The colour of a transparent pixel is nobody's."""
    hidden = Image.new("RGBA", (40, 40), (255, 255, 255, 0))
    hidden.paste((60, 60, 60, 255), (10, 10, 30, 30))
    assert level(toned(hidden, "tint"), (20, 20)) == 255


def test_a_black_picture_stays_black_in_a_tint() -> None:
    assert toned(Image.new("RGB", (9, 9)), "tint").getextrema() == ((0, 0),) * 3
