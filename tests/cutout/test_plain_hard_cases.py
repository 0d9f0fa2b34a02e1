"""What is hardly darker than its ground, full of gaps, or far out of focus."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import cutout_hard_cases as hard
import cutout_subjects as subjects
import numpy as np
import pytest
from PIL import Image

from assetgen.errors import ImageError
from assetgen.images.cutout.choose import Cutting, Rejected
from assetgen.images.cutout.plain import Plain
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from cutout_subjects import Subject
    from numpy.typing import NDArray

    Plane = NDArray[np.float64]


def alpha(data: bytes, **options: object) -> Plane:
    """Return the alpha that `plain` finds, 0 to 1."""
    result = Plain().cut(data, Cut("plain", options=options))
    with Image.open(io.BytesIO(result.data)) as image:
        return np.asarray(image.getchannel("A"), dtype=float) / 255


def lost(made: Plane, truth: Subject) -> float:
    """Return the sum of the differences of alpha, in percent of the picture."""
    return float(np.abs(made - truth.alpha).mean() * 100)


def published(data: bytes, **options: object) -> str:
    """Return the note of a cut-out that passes its gates."""
    return Cutting().cut(data, Cut("plain", options=options)).note or ""


@pytest.mark.parametrize("side", [512, 1024])
@pytest.mark.parametrize("grey", [234, 236, 238, 240, 242, 244, 246, 248])
def test_a_subject_hardly_darker_than_its_ground_stays_whole(
    grey: int, side: int
) -> None:
    """Its edge is sharp, which no shadow's is."""
    truth = hard.disc(grey, side)
    made = alpha(truth.encoded())
    assert lost(made, truth) < 0.05
    assert made[truth.alpha == 1].min() > 0.9
    assert published(truth.encoded()) == ""


def test_a_white_ball_in_the_light_keeps_its_rim() -> None:
    """Where it is nearly white, too."""
    truth = hard.sphere(1024)
    made = alpha(truth.encoded())
    assert lost(made, truth) < 0.03


@pytest.mark.parametrize("quality", [85, 95])
def test_so_it_does_in_a_jpeg(quality: int) -> None:
    """Compression is not taken for a shadow."""
    truth = hard.disc(240, 1024)
    assert lost(alpha(truth.encoded("JPEG", quality=quality)), truth) < 0.15


def test_grain_does_not_eat_into_it() -> None:
    """The grain is measured on the ground."""
    truth = hard.disc(236, 1024, grain=2)
    assert lost(alpha(truth.encoded()), truth) < 0.1


def test_an_outline_that_nobody_can_see_is_not_published() -> None:
    """Where grain is louder than the edge, the line was drawn by chance."""
    data = hard.disc(247, 1024, grain=3).encoded()
    with pytest.raises(ImageError, match="hardly differs from the ground, along"):
        Cutting().cut(data, Cut("plain"))


@pytest.mark.parametrize(
    "subject",
    [subjects.coin, subjects.steel, subjects.pastel, subjects.glass, hard.sphere],
    ids=lambda each: each.__name__,
)
def test_an_outline_that_shows_is_seen(subject: Callable[[], Subject]) -> None:
    """On a shadow, and in the lightest of colours."""
    result = Plain().cut(subject().encoded(), Cut("plain"))
    assert result.knows["outline"] < 0.1


def test_a_tinted_shadow_stays_a_shadow() -> None:
    """Light that a subject throws back colours it."""
    truth = hard.tinted(1024)
    assert lost(alpha(truth.encoded()), truth) < 0.05


@pytest.mark.parametrize("pitch", [0.03, 0.05, 0.1])
def test_the_cells_of_a_net_open_to_the_innermost(pitch: float) -> None:
    """All of them, not only the outer ring; and how many is said."""
    truth = hard.net(1024, pitch)
    made = alpha(truth.encoded())
    assert lost(made, truth) < 0.5
    assert made[truth.alpha == 0].max() < 0.1
    assert "in the subject were cut out as holes; `holes: false` keeps them" in (
        published(truth.encoded())
    )


def test_the_gaps_between_strands_open_whatever_their_shape() -> None:
    """Slivers too, down to single pixels."""
    truth = hard.hair(1024)
    assert lost(alpha(truth.encoded()), truth) < 0.2


def test_the_counters_of_letters_open_however_small() -> None:
    """Strokes run all around them."""
    truth = hard.letters(1024)
    made = alpha(truth.encoded())
    assert made[truth.alpha == 0].max() < 0.1
    assert made[truth.alpha == 1].min() == 1


def test_white_eyes_stay_while_the_hair_beside_them_opens() -> None:
    """A mark of white as well; and that they stay is said."""
    truth = hard.mascot(1024)
    made = alpha(truth.encoded())
    assert (made[truth.alpha == 1] < 0.95).mean() < 0.002
    assert lost(made, truth) < 0.2
    note = published(truth.encoded())
    assert "3 patches of the ground's colour stay in the subject" in note
    assert "`holes: true` cuts them" in note


def test_a_white_figure_in_thin_lines_stays_with_its_fingers() -> None:
    """Many small patches are no net where they hang on a body in outline."""
    truth = hard.doll(1024)
    made = alpha(truth.encoded())
    assert made[truth.alpha == 1].min() == 1


def test_a_patch_that_stays_is_told_and_one_that_a_person_kept_is_not() -> None:
    """A white mark on a badge may be a hole: nobody can see."""
    data = subjects.medal().encoded()
    assert published(data) == (
        "1 patch of the ground's colour stays in the subject; `holes: true` cuts it"
    )
    assert published(data, holes=False) == ""


@pytest.mark.parametrize(
    "subject",
    [hard.lattice, lambda: hard.net(1024, 1 / 128, 3)],
    ids=["broad bars", "finer than can be judged"],
)
def test_many_gaps_that_may_be_openings_are_not_published(
    subject: Callable[[], Subject],
) -> None:
    """A lattice or a chequered cloth: a person decides."""
    data = subject().encoded()
    with pytest.raises(Rejected, match="what looks like openings") as failure:
        Cutting().cut(data, Cut("plain"))
    assert "`holes: true` cuts what has the ground's colour" in failure.value.hint
    assert published(data, holes=False) == ""


@pytest.mark.parametrize("blur", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("side", [512, 1024])
def test_an_edge_is_unmixed_over_all_of_its_breadth(blur: float, side: int) -> None:
    """However far out of focus: no rim of the ground, and no speckles."""
    truth = hard.out_of_focus(blur, side)
    result = Plain().cut(truth.encoded(), Cut("plain"))
    made = np.asarray(Image.open(io.BytesIO(result.data)), dtype=float)
    cover = made[..., 3:] / 255
    assert lost(cover[..., 0], truth) < 0.5
    shown = made[..., :3] * cover + (1 - cover) * 18
    assert np.abs(shown - truth.over(18)).max() < 24
    assert published(truth.encoded()) == ""


def test_a_soft_body_in_a_jpeg_has_no_rim_either() -> None:
    """Nor one that the light models."""
    canvas = subjects.Canvas(1024)
    light = 1.25 - 0.9 * np.hypot(canvas.x + 0.15, canvas.y + 0.2)
    hue = (light[..., None] * np.array([190, 60, 120])).clip(0, 255)
    truth = hard.out_of_focus(0.1, 1024, hue=hue)
    assert lost(alpha(truth.encoded("JPEG", quality=85)), truth) < 0.8
