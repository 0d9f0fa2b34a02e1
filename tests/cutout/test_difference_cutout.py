"""Two pictures of one subject, on white and on black, tell its transparency."""

from __future__ import annotations

import io
import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from cutout_subjects import WHITE, Canvas, Subject
from PIL import Image, ImageChops, ImageDraw, ImageEnhance

from assetgen.errors import ImageError
from assetgen.images.cutout.choose import Cutting, Rejected
from assetgen.images.cutout.difference import Difference
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.images.cutout.base import CutResult

    Picture = Image.Image

BLACK = (0.0, 0.0, 0.0)
CUT = Cut("difference")


def lamp(ground: tuple[float, ...] = WHITE) -> Subject:
    """Return what no single picture tells: glass, a shadow, rays, white on white."""
    canvas = Canvas(ground=ground)
    x, y = canvas.x, canvas.y
    canvas.shade(np.hypot(x, 4 * (y - 0.36)) - 0.2, 0.6, 0.2)
    for turn in range(24):
        angle = turn / 24 * math.tau
        along = x * math.cos(angle) + (y + 0.1) * math.sin(angle)
        across = abs(x * math.sin(angle) - (y + 0.1) * math.cos(angle))
        canvas.fill(np.maximum(across - 0.002, abs(along - 0.3) - 0.08), (250, 190, 20))
    bulb = np.hypot(x, y + 0.1) - 0.22
    canvas.lay(0.3 * (0.5 - bulb * canvas.side).clip(0, 1), (120, 190, 255))
    canvas.fill(abs(bulb) - 0.008, (230, 245, 255), soft=4)
    foot = np.maximum(abs(x) - 0.1, abs(y - 0.22) - 0.12)
    canvas.fill(np.maximum(foot, 0.05 - np.hypot(x, y - 0.2)), (236, 72, 153))
    canvas.fill(np.maximum(abs(x) - 0.08, abs(y - 0.31) - 0.015), (255, 255, 255))
    return canvas.subject()


def cut(on_white: bytes, on_black: bytes) -> CutResult:
    """Return a cut-out past its gates."""
    return Cutting().cut(on_white, CUT, black=on_black)


def changed(subject: Subject, change: Callable[[Picture], Picture]) -> bytes:
    """Return a subject's picture after something was done to it."""
    with Image.open(io.BytesIO(subject.encoded())) as image:
        into = io.BytesIO()
        change(image.convert("RGB")).save(into, "PNG")
    return into.getvalue()


def far(made: CutResult, subject: Subject, ground: float) -> tuple[float, float]:
    """Return mean and most by which a cut-out differs from the truth on a grey."""
    image = Image.open(io.BytesIO(made.data)).convert("RGBA")
    under = Image.new("RGBA", image.size, (round(ground),) * 3 + (255,))
    seen = np.asarray(Image.alpha_composite(under, image).convert("RGB"), dtype=float)
    apart = abs(seen - subject.over(ground))
    return float(apart.mean()), float(apart.max())


@pytest.mark.parametrize("ground", [0, 40, 128, 255])
def test_exact_pictures_are_unmixed_exactly(ground: int) -> None:
    """Glass, rays, shadow, hole, and white that was drawn on white."""
    made = cut(lamp().encoded(), lamp(BLACK).encoded())
    _, most = far(made, lamp(), ground)
    assert most <= 2.5
    assert made.note is None


def noisy(image: Picture) -> Picture:
    """Return a picture as a camera would have it."""
    noise = np.random.default_rng(7).normal(0, 2, (image.height, image.width, 3))
    wavering = (np.asarray(image) + noise).clip(0, 255).astype(np.uint8)
    return Image.fromarray(wavering)


WAVERING: dict[str, Callable[[Picture], Picture]] = {
    "noise": noisy,
    "a little brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.04),
    "not quite black": lambda image: image.point(
        [min(255, v + 5) for v in range(256)] * 3
    ),
    "another size": lambda image: image.resize((500, 500), Image.Resampling.LANCZOS),
}


@pytest.mark.parametrize("change", WAVERING.values(), ids=WAVERING)
def test_a_second_picture_that_wavers_is_no_worse_than_it_looks(
    change: Callable[[Picture], Picture],
) -> None:
    made = cut(lamp().encoded(), changed(lamp(BLACK), change))
    assert max(far(made, lamp(), ground)[0] for ground in (20, 128)) < 1.5
    alpha = Image.open(io.BytesIO(made.data)).getchannel("A")
    assert alpha.getpixel((2, 2)) == 0
    assert alpha.getpixel((256, 310)) == 255


def test_lossy_pictures_leave_nothing_to_see_on_the_ground() -> None:
    subject = (
        lamp().encoded("JPEG", quality=90),
        lamp(BLACK).encoded("JPEG", quality=90),
    )
    made = cut(*subject)
    alpha = np.asarray(Image.open(io.BytesIO(made.data)).getchannel("A"))
    assert alpha[:6].max() <= 2
    assert far(made, lamp(), 20)[0] < 3


@pytest.mark.parametrize("way", [(1, 0), (-3, 2), (7, -7)])
def test_a_second_picture_that_stands_beside_the_first_is_moved(
    way: tuple[int, int],
) -> None:
    moved = changed(lamp(BLACK), lambda image: ImageChops.offset(image, *way))
    made = cut(lamp().encoded(), moved)
    assert max(far(made, lamp(), ground)[1] for ground in (0, 128)) <= 2.5
    pixels = "1 pixel" if way == (1, 0) else f"{max(map(abs, way))} pixels"
    assert made.note == f"the picture on black was moved by {pixels} to fit"


def tinted(on_white: tuple[int, int, int], on_black: tuple[int, int, int]) -> CutResult:
    """Return what becomes of a pane of glass of one colour, unjudged."""
    pair = []
    for ground, colour in (("white", on_white), ("black", on_black)):
        image, into = Image.new("RGB", (256, 256), ground), io.BytesIO()
        image.paste(colour, (60, 60, 196, 196))
        image.save(into, "PNG")
        pair.append(into.getvalue())
    return Difference().cut_pair(pair[0], pair[1], CUT)


def test_the_mean_of_what_tinted_glass_lets_through_is_its_alpha() -> None:
    made = tinted((255, 190, 205), (40, 15, 20))
    assert made.knows["mismatch"] == 0
    alpha = Image.open(io.BytesIO(made.data)).getchannel("A").getpixel((128, 128))
    assert alpha == pytest.approx(255 - (215 + 175 + 185) / 3, abs=2)


def test_glass_of_a_strong_colour_has_no_alpha_and_says_so() -> None:
    """It lets red through and no blue, which no picture in RGBA can."""
    made = tinted((230, 40, 40), (20, 0, 0))
    assert made.knows["mismatch"] == pytest.approx(1, abs=0.01)


def test_another_subject_on_black_is_refused() -> None:
    other = changed(
        lamp(BLACK), lambda image: ImageChops.offset(image.rotate(40), 60, 0)
    )
    with pytest.raises(Rejected, match=r"do not show the same thing: [\d.]+% of"):
        cut(lamp().encoded(), other)


RED, BOX = (220, 40, 40), (150, 150, 360, 360)
DISC = ("ellipse", BOX, RED)
OTHERS = {
    "half as large": [("ellipse", (200, 200, 310, 310), RED)],
    "larger": [("ellipse", (100, 100, 410, 410), RED)],
    "a square": [("rectangle", (190, 190, 320, 320), RED)],
    "in a grey glow": [("ellipse", (110, 110, 400, 400), (90, 90, 90)), DISC],
    "gone": [("ellipse", (0, 0, 9, 9), RED)],
}


def drawn(
    ground: str, *shapes: tuple[str, tuple[int, int, int, int], tuple[int, int, int]]
) -> bytes:
    """Return a picture of some shapes."""
    image, into = Image.new("RGB", (512, 512), ground), io.BytesIO()
    for kind, box, colour in shapes:
        getattr(ImageDraw.Draw(image), kind)(box, fill=colour)
    image.save(into, "PNG")
    return into.getvalue()


@pytest.mark.parametrize("shapes", OTHERS.values(), ids=OTHERS)
def test_what_looks_otherwise_on_black_does_not_pass(
    shapes: list[tuple[str, tuple[int, int, int, int], tuple[int, int, int]]],
) -> None:
    with pytest.raises(Rejected):
        cut(drawn("white", DISC), drawn("black", *shapes))


def test_one_of_two_subjects_that_is_missing_on_black_does_not_pass() -> None:
    other = ("ellipse", (20, 20, 120, 120), RED)
    with pytest.raises(Rejected):
        cut(drawn("white", DISC, other), drawn("black", DISC))


@pytest.mark.parametrize("what", ["smoke", "glass"])
def test_what_is_see_through_everywhere_passes_its_gates(what: str) -> None:
    def subject(ground: tuple[float, ...]) -> Subject:
        canvas = Canvas(ground=ground)
        away = np.hypot(canvas.x, canvas.y)
        if what == "smoke":
            canvas.shade(away - 0.2, 0.5, 0.3)
        else:
            cover = 0.4 * (0.5 - (away - 0.25) * canvas.side).clip(0, 1)
            canvas.lay(cover, (120, 190, 255))
        return canvas.subject()

    made = cut(subject(WHITE).encoded(), subject(BLACK).encoded())
    assert far(made, subject(WHITE), 128)[1] <= 2.5


def test_a_changed_limit_lets_it_through() -> None:
    other = changed(
        lamp(BLACK), lambda image: ImageChops.offset(image.rotate(40), 60, 0)
    )
    gates = {"mismatch": None, "halo": None}
    made = Cutting().cut(lamp().encoded(), Cut("difference", gates=gates), black=other)
    assert made.method == "difference"


def scene(image: Picture) -> Picture:
    """Return a picture on a ground of many colours."""
    ramp = Image.linear_gradient("L").resize(image.size)
    return Image.merge("RGB", [ramp, ramp.rotate(90), ramp.rotate(180)])


def test_grounds_that_do_not_tell_are_refused() -> None:
    white, black = lamp().encoded(), lamp(BLACK).encoded()
    with pytest.raises(ImageError, match="on black is not one colour"):
        cut(white, changed(lamp(), scene))
    with pytest.raises(ImageError, match="on white is not one colour"):
        cut(changed(lamp(), scene), black)
    with pytest.raises(ImageError, match="too alike to tell by: #FFFFFF and #FFFFFF"):
        cut(white, white)
    with pytest.raises(ImageError, match="differ in shape: 512 by 512 and 512 by 400"):
        cut(white, changed(lamp(BLACK), lambda image: image.resize((512, 400))))


def test_one_picture_alone_is_not_cut_out() -> None:
    with pytest.raises(ImageError, match="needs the picture on black"):
        Cutting().cut(lamp().encoded(), CUT)


def test_the_same_pictures_give_the_same_bytes() -> None:
    pair = lamp().encoded(), lamp(BLACK).encoded()
    assert cut(*pair).data == cut(*pair).data
