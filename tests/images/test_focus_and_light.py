"""Where a crop looks, what a trim keeps, and sizes made by light."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import numpy as np
import pytest
from picture_files import opened, saved
from PIL import Image, ImageDraw

from assetgen.errors import ImageError
from assetgen.images.derive import derive
from assetgen.images.focus import focused
from assetgen.images.light import crisp, resized_by_light
from assetgen.images.resize import layout, resized
from assetgen.steps import Rendition


def scene(seed: int, size: tuple[int, int]) -> Image.Image:
    """Return discs of all colours on a ramp, one of them of the colour of skin."""
    chance = Random(seed)  # noqa: S311  # no secret
    wide, high = size
    image = Image.linear_gradient("L").resize(size).convert("RGB")
    draw = ImageDraw.Draw(image)
    for _ in range(6):
        x, y, side = (chance.randrange(n) for n in (wide, high, 100))
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x, y, x + side + 20, y + side + 20), fill=colour)
    x, y = chance.randrange(wide - 100), chance.randrange(high - 100)
    draw.ellipse((x, y, x + 100, y + 100), fill=(224, 172, 105))
    return image


def cut(image: Image.Image) -> Image.Image:
    """Return a picture of which only a disc on the right is left."""
    mask = Image.new("L", image.size)
    wide, high = image.size
    ImageDraw.Draw(mask).ellipse(
        (wide * 0.55, high * 0.2, wide * 0.95, high * 0.9), 255
    )
    made = image.convert("RGBA")
    made.putalpha(mask)
    return made


# Left and top of the crop that sharp 0.35.5 makes of these pictures, as PNG files.
SHARP: dict[tuple[int, bool, str, tuple[int, int]], tuple[int, int]] = {
    (0, False, "attention", (100, 100)): (73, 0),
    (0, False, "attention", (200, 80)): (0, 31),
    (0, False, "entropy", (100, 100)): (80, 0),
    (0, False, "entropy", (200, 80)): (0, 12),
    (0, True, "attention", (100, 100)): (79, 0),
    (0, True, "attention", (200, 80)): (0, 31),
    (0, True, "entropy", (100, 100)): (80, 0),
    (0, True, "entropy", (200, 80)): (0, 23),
    (1, False, "attention", (100, 100)): (0, 80),
    (1, False, "attention", (200, 80)): (0, 280),
    (1, False, "entropy", (100, 100)): (0, 70),
    (1, False, "entropy", (200, 80)): (0, 210),
    (1, True, "attention", (100, 100)): (0, 80),
    (1, True, "attention", (200, 80)): (0, 241),
    (1, True, "entropy", (100, 100)): (0, 50),
    (1, True, "entropy", (200, 80)): (0, 175),
    (2, False, "attention", (100, 100)): (200, 0),
    (2, False, "attention", (200, 80)): (40, 0),
    (2, False, "entropy", (100, 100)): (0, 0),
    (2, False, "entropy", (200, 80)): (25, 0),
    (2, True, "attention", (100, 100)): (165, 0),
    (2, True, "attention", (200, 80)): (40, 0),
    (2, True, "entropy", (100, 100)): (175, 0),
    (2, True, "entropy", (200, 80)): (35, 0),
    (3, False, "attention", (100, 100)): (33, 0),
    (3, False, "attention", (200, 80)): (0, 0),
    (3, False, "entropy", (100, 100)): (10, 0),
    (3, False, "entropy", (200, 80)): (0, 18),
    (3, True, "attention", (100, 100)): (33, 0),
    (3, True, "attention", (200, 80)): (0, 70),
    (3, True, "entropy", (100, 100)): (30, 0),
    (3, True, "entropy", (200, 80)): (0, 45),
}


@pytest.mark.parametrize(("case", "corner"), SHARP.items(), ids=str)
def test_a_crop_looks_where_sharp_looks(
    case: tuple[int, bool, str, tuple[int, int]], corner: tuple[int, int]
) -> None:
    seed, is_cut, position, (width, height) = case
    image = scene(seed, SIZES[seed])
    image = cut(image) if is_cut else image
    wish = Rendition(width=width, height=height, fit="cover", position=position)

    found = layout(image.size, focused(image, wish)).crop

    # Entropy goes by slices, and two kernels may disagree about the last of them.
    assert found == pytest.approx(corner, abs=1 if position == "attention" else 8)


SIZES = ((900, 500), (500, 900), (1200, 400), (640, 480))


@pytest.mark.parametrize("position", ["attention", "entropy"])
def test_the_part_that_draws_the_eye_is_in_the_crop(position: str) -> None:
    image = Image.new("RGB", (600, 200), "#888888")
    speck = Image.effect_noise((60, 60), 90).convert("RGB")
    image.paste(speck, (500, 70))
    wish = Rendition(width=100, height=100, fit="cover", position=position)

    found = opened(derive(saved(image), [wish])[0].data)

    assert len(set(found.convert("L").tobytes())) > 50


@pytest.mark.parametrize(
    ("position", "left", "top"),
    [
        ("0% 50%", 0, 0),
        ("50% 0%", 150, 0),
        ("100% 50%", 300, 0),
        ("30% 40%", 90, 0),
    ],
)
def test_a_point_stands_at_its_share_of_the_crop(
    position: str, left: int, top: int
) -> None:
    wish = Rendition(width=100, height=100, fit="cover", position=position)

    assert layout((400, 100), wish).crop == (left, top)


def test_a_point_places_a_contained_picture_too() -> None:
    wish = Rendition(width=100, height=100, fit="contain", position="0% 25%")

    assert layout((400, 200), wish).at == (0, 13)


def test_without_room_there_is_nothing_to_look_for() -> None:
    wish = Rendition(width=50, height=50, fit="cover", position="attention")

    assert focused(Image.new("RGB", (200, 200)), wish).position == "center"


# --- trim -------------------------------------------------------------------------


def test_a_cut_out_is_trimmed_to_what_is_there() -> None:
    image = Image.new("RGBA", (200, 100))
    image.paste((255, 0, 0, 255), (20, 30, 80, 60))

    made = derive(saved(image), [Rendition(trim=True), Rendition()])

    assert [(one.width, one.height) for one in made] == [(60, 30), (200, 100)]
    assert opened(made[0].data).getextrema() == ((255, 255), (0, 0), (0, 0))


def test_a_picture_on_one_colour_is_trimmed_to_what_is_not_that_colour() -> None:
    image = Image.new("RGB", (200, 100), "white")
    image.paste((255, 0, 0), (20, 30, 80, 60))

    made = derive(saved(image), [Rendition(trim=True, width=30)])[0]

    assert (made.width, made.height) == (30, 15)


def test_a_picture_without_a_subject_cannot_be_trimmed() -> None:
    with pytest.raises(ImageError, match="no subject to trim to"):
        derive(saved(scene(1, (300, 200))), [Rendition(trim=True)])


# --- light ------------------------------------------------------------------------


def board(side: int) -> Image.Image:
    """Return a chessboard of single pixels, black and white."""
    rows, columns = np.mgrid[0:side, 0:side]
    return Image.fromarray(((rows + columns) % 2 * 255).astype(np.uint8)).convert("RGB")


def test_half_of_the_light_is_half_of_the_light() -> None:
    wishes = [Rendition(width=32, linear=linear) for linear in (False, True)]

    numbers, light = (opened(one.data) for one in derive(saved(board(256)), wishes))

    assert numbers.getpixel((16, 16)) == pytest.approx((127, 127, 127), abs=2)
    assert light.getpixel((16, 16)) == pytest.approx((188, 188, 188), abs=1)


def test_by_light_a_picture_is_what_exact_arithmetic_makes_of_it() -> None:
    image = scene(3, (640, 480))
    coded = np.asarray(image).astype(np.float64) / 255
    light = np.where(coded <= 0.04045, coded / 12.92, ((coded + 0.055) / 1.055) ** 2.4)
    bands = [
        np.asarray(
            Image.fromarray(light[..., n].astype(np.float32)).resize(
                (64, 48), Image.Resampling.LANCZOS
            )
        )
        for n in range(3)
    ]
    exact = np.clip(np.stack(bands, -1), 0, 1)
    exact = np.where(
        exact <= 0.0031308, exact * 12.92, 1.055 * exact ** (1 / 2.4) - 0.055
    )

    found = np.asarray(
        resized_by_light(image, layout(image.size, Rendition(width=64)))
    ).astype(np.float64)

    error = np.abs(found - exact * 255)
    assert error.mean() < 0.6
    assert 20 * np.log10(255 / np.sqrt((error**2).mean())) > 42


def test_by_light_a_cut_out_has_no_fringe() -> None:
    image = Image.new("RGBA", (512, 512), (0, 255, 0, 0))
    image.paste((200, 100, 50, 255), (101, 101, 400, 400))

    found = resized_by_light(image, layout(image.size, Rendition(width=64)))

    for colour in {pixel[:3] for pixel in _pixels(found) if pixel[3] > 8}:
        assert colour == pytest.approx((200, 100, 50), abs=3)
    edge = found.getpixel((12, 32))
    assert 0 < edge[3] < 255


def test_by_light_a_picture_at_its_own_size_is_untouched() -> None:
    image = scene(2, (300, 200))

    assert resized_by_light(image, layout(image.size, Rendition())).tobytes() == (
        image.tobytes()
    )


def test_a_crop_by_light_is_the_same_part_as_by_numbers() -> None:
    image = scene(2, (600, 400))
    one = layout(image.size, Rendition(width=50, height=50, fit="cover"))

    light, numbers = resized_by_light(image, one), resized(image, [one])[one]

    difference = np.abs(np.asarray(light).astype(int) - np.asarray(numbers).astype(int))
    assert difference.mean() < 4


# --- sharpening ----------------------------------------------------------------------


def test_small_sizes_are_sharpened_and_others_left() -> None:
    data = saved(scene(4, (400, 400)))
    plain = [Rendition(width=width) for width in (16, 48, 49, 96)]
    wishes = [replace(one, sharpen=True) for one in plain]

    same = [
        one.data == other.data
        for one, other in zip(derive(data, plain), derive(data, wishes), strict=True)
    ]

    assert same == [False, False, True, True]


def test_sharpening_makes_an_edge_steeper_and_keeps_the_outline() -> None:
    image = Image.radial_gradient("L").resize((40, 40)).convert("RGB")
    image.paste((240, 240, 240), (0, 0, 20, 40))
    soft = image.resize((20, 20)).resize((40, 40)).convert("RGBA")
    soft.putalpha(Image.radial_gradient("L").resize((40, 40)))

    found = crisp(soft)

    assert found.getchannel("A").tobytes() == soft.getchannel("A").tobytes()
    before, after = (
        np.asarray(each.convert("L")).astype(int) for each in (soft, found)
    )
    assert np.abs(np.diff(after)).sum() > np.abs(np.diff(before)).sum()


def test_one_colour_stays_one_colour() -> None:
    image = Image.new("RGBA", (32, 32))
    image.paste((200, 100, 50, 255), (8, 8, 24, 24))

    found = crisp(image)

    for pixel in {pixel for pixel in _pixels(found) if pixel[3]}:
        assert pixel == pytest.approx((200, 100, 50, 255), abs=1)


def test_what_came_later_is_in_no_key_at_its_default() -> None:
    plain = Rendition(width=24)
    later = [
        replace(plain, trim=True),
        replace(plain, linear=True),
        replace(plain, sharpen=True),
    ]

    assert not {"trim", "linear", "sharpen"} & plain.said.keys()
    assert len({one.key("a" * 64) for one in [plain, *later]}) == 4


def _pixels(image: Image.Image) -> list[tuple[int, ...]]:
    raw, count = image.tobytes(), len(image.getbands())
    return [tuple(raw[at : at + count]) for at in range(0, len(raw), count)]
