"""A ground of one colour comes off without a trace, and the subject stays whole."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import cutout_subjects as subjects
import numpy as np
import pytest
from cutout_subjects import Subject
from PIL import Image

from assetgen.errors import ImageError, UsageError
from assetgen.images.cutout.choose import Cutting
from assetgen.images.cutout.plain import Plain
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Plane = NDArray[np.float64]

DARK = 18.0
ALL = (
    subjects.coin,
    subjects.ring,
    subjects.ring_lying,
    subjects.glass,
    subjects.ghost,
    subjects.star_on_green,
    subjects.badge,
    subjects.medal,
    subjects.mug,
    subjects.steel,
    subjects.pastel,
    subjects.hair,
    subjects.on_vignette,
)


def cut(data: bytes, **options: object) -> Plane:
    """Return the cut-out as (h, w, 4) in 0..255."""
    result = Plain().cut(data, Cut("plain", options=options))
    with Image.open(io.BytesIO(result.data)) as image:
        assert (image.format, image.mode) == ("PNG", "RGBA")
        return np.asarray(image, dtype=float)


def naive(data: bytes) -> Plane:
    """Return what is usual: everything near white is transparent, all else is not."""
    with Image.open(io.BytesIO(data)) as image:
        rgb = np.asarray(image.convert("RGB"), dtype=float)
    near = (255 - rgb).max(axis=2) < 24
    return np.dstack([rgb, np.where(near, 0.0, 255.0)])


def over(made: Plane, ground: float) -> Plane:
    """Return a cut-out as it looks over a grey ground."""
    alpha = made[..., 3:] / 255
    return made[..., :3] * alpha + (1 - alpha) * ground


def lost(made: Plane, truth: Subject) -> float:
    """Return the sum of the differences of alpha, in percent of the picture."""
    return float(np.abs(made[..., 3] / 255 - truth.alpha).mean() * 100)


def fringe(made: Plane, truth: Subject) -> float:
    """Return by how much the worst pixel in a thousand is too light on dark ground.

    Over the pixels where subject and ground meet, those within two pixels of a soft
    one.
    """
    soft = (truth.alpha > 0) & (truth.alpha < 1)
    near = np.zeros_like(soft)
    for dy in range(-2, 3):
        for dx in range(-2, 3):
            near |= np.roll(soft, (dy, dx), (0, 1))
    light = (over(made, DARK) - truth.over(DARK)).max(axis=2)
    return float(np.quantile(light[near].clip(0), 0.999))


@pytest.mark.parametrize("subject", ALL, ids=lambda each: each.__name__)
def test_alpha_and_colours_are_those_of_the_truth(
    subject: Callable[[], Subject],
) -> None:
    """On a dark ground the cut-out looks as if it had been drawn there."""
    truth = subject()
    made = cut(truth.encoded())
    assert lost(made, truth) < 0.09
    assert fringe(made, truth) < 45
    assert np.sqrt(((over(made, DARK) - truth.over(DARK)) ** 2).mean()) < 2.5


@pytest.mark.parametrize(
    "subject",
    [subjects.coin, subjects.ring, subjects.star_on_green, subjects.mug],
    ids=lambda each: each.__name__,
)
def test_these_measures_catch_a_threshold(subject: Callable[[], Subject]) -> None:
    """Cutting at a threshold leaves a fringe that the measures see."""
    truth = subject()
    made = naive(truth.encoded())
    assert fringe(made, truth) > 90
    assert lost(made, truth) > 0.08


def test_a_large_picture_is_cut_as_sharply() -> None:
    """The small copy on which things are told apart does not show at full size."""
    truth = subjects.coin(1400)
    made = cut(truth.encoded())
    assert lost(made, truth) < 0.04
    assert fringe(made, truth) < 25


@pytest.mark.parametrize(
    "subject",
    [subjects.coin, subjects.ring, subjects.mug, subjects.steel, subjects.pastel],
    ids=lambda each: each.__name__,
)
def test_traces_of_lossy_compression_are_not_subject(
    subject: Callable[[int], Subject],
) -> None:
    """A JPEG's ringing leaves no specks and closes no holes."""
    truth = subject(1024)
    made = cut(truth.encoded("JPEG", quality=85))
    assert lost(made, truth) < 0.2
    far = np.ones_like(truth.alpha, dtype=bool)
    for shift in range(-8, 9, 4):
        for way in range(-8, 9, 4):
            far &= np.roll(truth.alpha, (shift, way), (0, 1)) == 0
    assert (made[..., 3][far] > 24).sum() < 10


def test_noise_is_not_subject() -> None:
    """The grain of a grey ground goes with it."""
    truth = subjects.noisy_grey()
    made = cut(truth.encoded())
    assert lost(made, truth) < 0.15
    assert made[:100, :100, 3].max() < 8


def test_an_edge_out_of_focus_stays_soft() -> None:
    """An edge eight pixels wide is neither hardened nor left with the ground in it."""
    truth = subjects.blurred()
    made = cut(truth.encoded())
    assert lost(made, truth) < 0.03
    assert fringe(made, truth) < 45


def test_strands_beside_a_soft_body_do_not_harden_it() -> None:
    """What is thin ends where its edges meet, which says nothing about a broad one."""
    canvas = subjects.Canvas()
    canvas.fill(canvas.disc(0, 0, 0.17), (37, 99, 235), soft=8)
    for step in range(16):
        turn = step * np.pi / 8
        tip = (0.38 * np.cos(turn), 0.38 * np.sin(turn))
        canvas.fill(canvas.segment((0, 0), tip, 1.2 / canvas.side), (37, 99, 235))
    truth = canvas.subject()
    made = cut(truth.encoded())
    assert lost(made, truth) < 0.06
    assert fringe(made, truth) < 45


def test_a_face_in_a_thick_outline_is_no_hole() -> None:
    """What it holds stands free in it."""
    truth = subjects.ghost(stroke=0.02)
    made = cut(truth.encoded())
    assert made[..., 3][truth.alpha == 1].min() == 255


def test_a_highlight_in_the_colour_of_the_ground_stays_opaque() -> None:
    """White inside the subject is not the white around it."""
    truth = subjects.coin()
    made = cut(truth.encoded())
    white = truth.picture.min(axis=2) > 254.5
    inside = white & (truth.alpha == 1)
    assert inside.sum() > 500
    assert made[..., 3][inside].min() == 255


@pytest.mark.parametrize(
    "subject",
    [subjects.badge, subjects.medal, subjects.ghost],
    ids=lambda each: each.__name__,
)
def test_a_mark_or_a_body_in_the_colour_of_the_ground_stays_opaque(
    subject: Callable[[], Subject],
) -> None:
    """A white check mark, a white star and a white figure in outline are no holes."""
    truth = subject()
    made = cut(truth.encoded())
    assert made[..., 3][truth.alpha == 1].min() == 255


@pytest.mark.parametrize("ground", [subjects.WHITE, subjects.GREEN])
def test_the_hole_of_a_ring_is_transparent(ground: tuple[float, ...]) -> None:
    """What shows through the subject is ground."""
    made = cut(subjects.ring(ground=ground).encoded())
    middle = made.shape[0] // 2
    assert made[middle - 70 : middle + 70, middle - 70 : middle + 70, 3].max() == 0


def test_a_person_may_decide_about_holes() -> None:
    """`holes` is stronger than the rule, either way."""
    ring, badge = subjects.ring(), subjects.badge()
    kept = cut(ring.encoded(), holes=False)
    opened = cut(badge.encoded(), holes=True)
    assert kept[256, 256, 3] == 255
    assert opened[..., 3][(badge.picture == 255).all(axis=2)].max() == 0


def test_a_shadow_is_black_with_the_alpha_of_its_depth() -> None:
    """A soft shadow is kept as shadow, or dropped when a person says so."""
    truth = subjects.mug()
    shadow = (truth.alpha > 0.05) & (truth.colour.max(axis=2) == 0)
    made = cut(truth.encoded())
    assert shadow.sum() > 2000
    assert np.abs(made[..., 3] / 255 - truth.alpha)[shadow].mean() < 0.02
    assert over(made, 0)[shadow].max() < 8
    without = cut(truth.encoded(), shadow=False)
    assert without[..., 3][shadow].mean() < 8


def test_transparent_pixels_hide_no_ground() -> None:
    """Nothing of the ground is left under full transparency."""
    made = cut(subjects.star_on_green().encoded())
    assert made[..., :3][made[..., 3] == 0].max() == 0


@pytest.mark.parametrize("size", [(1, 1), (2, 3), (16, 16), (5, 900), (900, 5)])
def test_a_picture_of_nothing_but_ground_has_lost_its_subject(
    size: tuple[int, int],
) -> None:
    """Whatever the size, an empty picture is refused and named."""
    file = io.BytesIO()
    Image.new("RGB", size, (250, 250, 250)).save(file, "PNG")
    with pytest.raises(ImageError, match="the subject was lost"):
        Cutting().cut(file.getvalue(), Cut("plain"))


def test_a_tiny_picture_is_cut() -> None:
    """Sixteen pixels are enough."""
    image = Image.new("RGB", (16, 16), "white")
    image.paste((200, 0, 0), (4, 4, 12, 12))
    file = io.BytesIO()
    image.save(file, "PNG")
    made = cut(file.getvalue())
    assert made[8, 8].tolist() == [200, 0, 0, 255]
    assert made[1, 1].tolist() == [0, 0, 0, 0]


def test_a_ground_of_many_colours_is_refused() -> None:
    """A scene is not cut, and the message says how far from plain it is."""
    noise = np.random.default_rng(1).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(noise).save(file, "PNG")
    with pytest.raises(ImageError, match="the ground is not one colour") as failure:
        cut(file.getvalue())
    assert "rembg" in (failure.value.hint or "")


def test_a_gradient_is_not_one_colour() -> None:
    """A sky from blue to white is a picture, not a ground."""
    ramp = np.linspace(60, 255, 128)[:, None, None] * np.ones((128, 128, 3))
    file = io.BytesIO()
    Image.fromarray(ramp.astype(np.uint8)).save(file, "PNG")
    with pytest.raises(ImageError, match="the ground is not one colour"):
        cut(file.getvalue())


def test_an_unknown_option_is_refused_with_the_nearest() -> None:
    """A misspelt option is found before anything is bought."""
    with pytest.raises(UsageError, match="no option `hole`") as failure:
        Plain().check(Cut("plain", options={"hole": True}))
    assert failure.value.hint == "did you mean `holes`?"
    with pytest.raises(UsageError, match="`holes` is true or false, not `maybe`"):
        Plain().check(Cut("plain", options={"holes": "maybe"}))
    with pytest.raises(UsageError, match="takes no model"):
        Plain().check(Cut("plain", model="u2netp"))
