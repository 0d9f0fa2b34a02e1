"""A cut-out that is wrong is not published: each gate sees its own fault."""

from __future__ import annotations

import io
from dataclasses import fields
from typing import TYPE_CHECKING

import cutout_hard_cases as hard
import cutout_subjects as subjects
import numpy as np
import pytest
from PIL import Image, ImageDraw

from assetgen.errors import ImageError
from assetgen.images.cutout import choose
from assetgen.images.cutout.base import Cutout, CutResult
from assetgen.images.cutout.checkerboard import checkered
from assetgen.images.cutout.choose import Cutting, Rejected
from assetgen.images.cutout.gates import GATES, Limits, judge, measure
from assetgen.images.cutout.plain import Plain
from assetgen.images.decode import Master
from assetgen.manifest import cutting
from assetgen.steps import Cut

if TYPE_CHECKING:
    from collections.abc import Callable

    from cutout_subjects import Subject

TRUE = (
    subjects.coin,
    subjects.ring,
    subjects.ring_lying,
    subjects.glass,
    subjects.ghost,
    subjects.star_on_green,
    subjects.badge,
    subjects.mug,
    subjects.steel,
    subjects.pastel,
    subjects.blurred,
    subjects.hair,
    subjects.on_vignette,
)


def png(image: Image.Image) -> bytes:
    """Return an image as a PNG."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def decoded(subject: Subject) -> Image.Image:
    """Return the picture of a subject."""
    return Master.open(subject.encoded()).image


def perfect(subject: Subject) -> Image.Image:
    """Return the cut-out that is the truth."""
    alpha = subject.alpha[..., None]
    straight = np.where(alpha > 0, subject.colour / np.maximum(alpha, 1e-6), 0)
    bands = np.dstack([straight.clip(0, 255), 255 * subject.alpha])
    return Image.fromarray(np.rint(bands).astype(np.uint8))


def with_alpha_of(subject: Subject, alpha: Image.Image) -> Image.Image:
    """Return the picture with another alpha and the colours as they were."""
    made = decoded(subject).convert("RGB")
    made.putalpha(alpha)
    return made


def failing(subject: Subject, made: Image.Image) -> list[str]:
    """Return the names of the gates that a cut-out does not pass."""
    return [each.gate for each in judge(decoded(subject), made, Limits())]


def checkerboard(size: int, cell: int, tones: tuple[int, int]) -> Image.Image:
    """Return what programs show in place of transparency, RGB."""
    axis = np.arange(size) // cell
    board = (axis[:, None] + axis[None, :]) % 2
    levels = np.where(board, tones[0], tones[1]).astype(np.uint8)
    return Image.fromarray(np.dstack([levels] * 3))


@pytest.mark.parametrize("subject", TRUE, ids=lambda each: each.__name__)
def test_a_perfect_cut_out_passes(subject: Callable[[], Subject]) -> None:
    """Highlights, shadows, hair and thin lines are no faults."""
    truth = subject()
    assert failing(truth, perfect(truth)) == []


@pytest.mark.parametrize("subject", TRUE, ids=lambda each: each.__name__)
def test_what_plain_makes_passes(subject: Callable[[], Subject]) -> None:
    """The method that knows the ground leaves none of it."""
    data = subject().encoded()
    assert Cutting().cut(data, Cut("plain")).data == Plain().cut(data, Cut()).data


@pytest.mark.parametrize(
    "subject",
    [subjects.coin, subjects.ring, subjects.badge, subjects.star_on_green],
    ids=lambda each: each.__name__,
)
def test_the_ground_in_the_edge_is_a_halo(subject: Callable[[], Subject]) -> None:
    """The right alpha with the colours as they were shines on another ground."""
    truth = subject()
    made = with_alpha_of(truth, perfect(truth).getchannel("A"))
    assert failing(truth, made) == ["halo"]


def test_an_outline_of_its_own_is_no_halo() -> None:
    """A dark line around a light body leads away from a white ground."""
    truth = subjects.ghost(stroke=0.004)
    assert measure(decoded(truth), perfect(truth)).halo == 0


def test_a_filled_ring_has_lost_its_opening() -> None:
    """What a network takes for a disc is no ring."""
    truth = subjects.ring()
    alpha = Image.new("L", (512, 512), 0)
    ImageDraw.Draw(alpha).ellipse((90, 90, 422, 422), fill=255)
    made = perfect(truth)
    made = Image.alpha_composite(Image.new("RGBA", made.size, "white"), made)
    made.putalpha(alpha)
    assert "holes" in failing(truth, made)


def test_a_white_mark_on_a_badge_is_no_opening() -> None:
    """The rule is the one that `plain` has."""
    truth = subjects.badge()
    assert measure(decoded(truth), perfect(truth)).holes == 0


def test_a_subject_that_is_cut_off_touches_the_border() -> None:
    """Along how much of it is said."""
    image = Image.new("RGB", (200, 200), "white")
    image.paste((60, 90, 140), (20, 60, 180, 200))
    with pytest.raises(Rejected, match=r"touches the border, along 20.0% of it"):
        Cutting().cut(png(image), Cut())


def test_a_mask_that_never_makes_up_its_mind_is_refused() -> None:
    """Nearly blank is nothing that anybody could use."""
    truth = subjects.coin()
    faint = perfect(truth).getchannel("A").point([v // 4 for v in range(256)])
    assert "solid" in failing(truth, with_alpha_of(truth, faint))


def test_too_little_and_too_much_are_refused_alone() -> None:
    """Where nothing is left there is nothing else to say."""
    truth = subjects.coin()
    for level, reason in ((1, "lost"), (255, "nothing was cut")):
        made = with_alpha_of(truth, Image.new("L", (512, 512), level))
        (failure,) = judge(decoded(truth), made, Limits())
        assert failure.gate == "coverage"
        assert reason in failure.reason


@pytest.mark.parametrize("cell", [8, 12, 21, 32])
@pytest.mark.parametrize("tones", [(255, 204), (255, 239), (60, 40)])
def test_painted_transparency_is_seen(cell: int, tones: tuple[int, int]) -> None:
    """In the greys and sizes that programs show it in."""
    assert checkered(checkerboard(512, cell, tones)) > 0.1


def test_painted_transparency_survives_compression() -> None:
    """A JPEG of it is still a checkerboard."""
    file = io.BytesIO()
    checkerboard(512, 16, (255, 204)).save(file, "JPEG", quality=80)
    assert checkered(Master.open(file.getvalue()).image) > 0.1


@pytest.mark.parametrize("subject", TRUE, ids=lambda each: each.__name__)
def test_no_subject_is_taken_for_a_checkerboard(
    subject: Callable[[], Subject],
) -> None:
    """Nor is the ground around it."""
    assert checkered(decoded(subject())) == 0


def test_a_checkerboard_in_a_transparent_picture_is_refused() -> None:
    """Some models draw it and send an alpha channel besides."""
    board = checkerboard(512, 16, (255, 204)).convert("RGBA")
    alpha = Image.new("L", board.size, 0)
    alpha.paste(255, (64, 64, 448, 448))
    board.putalpha(alpha)
    with pytest.raises(Rejected, match="a checkerboard is painted"):
        Cutting().cut(png(board), Cut())


def test_a_checkerboard_for_a_ground_is_called_by_its_name() -> None:
    """Not only that the ground has several colours."""
    image = checkerboard(512, 16, (255, 204))
    ImageDraw.Draw(image).ellipse((160, 160, 352, 352), fill=(200, 30, 60))
    with pytest.raises(ImageError, match="the ground is a painted checkerboard"):
        Cutting().cut(png(image), Cut())


def cropped_below() -> bytes:
    """Return a subject that leaves the picture below, along a fifth of its border."""
    image = Image.new("RGB", (200, 200), "white")
    image.paste((60, 90, 140), (20, 60, 180, 200))
    return png(image)


@pytest.mark.parametrize("limit", [0.2, None])
def test_a_person_may_move_a_limit_or_take_it_away(limit: float | None) -> None:
    """The other gates stay."""
    cut = Cut(gates={"border": limit, "halo": 0.0})
    assert Cutting().cut(cropped_below(), cut).method == "plain"


@pytest.mark.parametrize("gates", [{}, {"border": 0.19}, {"halo": None}])
def test_the_refusal_says_what_to_write(gates: dict[str, object]) -> None:
    """With a limit that lets this picture through."""
    with pytest.raises(Rejected) as failure:
        Cutting().cut(cropped_below(), Cut(gates=gates))
    assert "`removeBg: {gates: {border: 22.0%}}`" in (failure.value.hint or "")


def test_the_next_method_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """In `auto`; what the first one was refused for is said, and so is the choice."""

    class Careless(Plain):
        """Leaves the ground in the edge."""

        def cut(self, picture: bytes, cut: Cut) -> CutResult:
            good = super().cut(picture, cut).image
            assert good is not None
            made = Master.open(picture).image.convert("RGB")
            made.putalpha(good.getchannel("A"))
            return CutResult(png(made), "plain", image=made)

    class Network(Plain):
        """Does better."""

        name = "rembg"

        def check(self, cut: Cut) -> None:
            """Accept every model."""

    known: dict[str, type[Cutout]] = {"plain": Careless, "rembg": Network}
    monkeypatch.setattr(choose, "load_plugin", lambda _, name: known[name])
    truth = subjects.badge()
    result = Cutting().cut(truth.encoded(), Cut(model="any"))
    assert result.data == Plain().cut(truth.encoded(), Cut()).data
    assert result.note is not None
    assert result.note.startswith("cut out by `rembg`: the model you named; ")
    assert "; not by `plain`: the old ground shines in its edge" in result.note
    with pytest.raises(Rejected, match="not fit to publish: `plain`: the old ground"):
        Cutting().cut(truth.encoded(), Cut())


def test_auto_says_which_method_and_why() -> None:
    """A method that was named needs no reason."""
    data = subjects.coin().encoded()
    why = "cut out by `plain`: 100% of the border is #FFFFFF"
    assert Cutting().cut(data, Cut()).note == why
    assert Cutting().cut(data, Cut("plain")).note is None


def test_every_gate_can_be_written_in_a_manifest() -> None:
    """Under its name; and the limits stand in one place."""
    assert tuple(field.name for field in fields(Limits)) == GATES == cutting.GATES


def over_white(made: Image.Image) -> Image.Image:
    """Return the alpha of a cut-out with the colours that it has on white."""
    flat = Image.alpha_composite(Image.new("RGBA", made.size, "white"), made)
    flat.putalpha(made.getchannel("A"))
    return flat


@pytest.mark.parametrize("blur", [0.05, 0.1, 0.2])
def test_the_ground_in_a_broad_edge_is_a_halo(blur: float) -> None:
    """However broad it is, and although a sharp edge beside it is clean."""
    truth = hard.out_of_focus(blur)
    assert failing(truth, perfect(truth)) == []
    made, box = perfect(truth), (0, 0, 420, 420)
    made.paste(over_white(made).crop(box), box)
    assert failing(truth, made) == ["halo"]


def test_what_is_too_soft_to_measure_does_not_pass() -> None:
    """No edge leads into a body where nearly all is half transparent."""
    canvas = subjects.Canvas()
    cloud = np.exp(-((canvas.disc(0, 0, 0) / 0.15) ** 2))
    canvas.lay(0.8 * cloud, (200, 40, 60))
    truth = canvas.subject()
    (failure,) = judge(decoded(truth), perfect(truth), Limits(solid=None))
    assert (failure.gate, failure.allows) == ("halo", "false")
    assert "too soft" in failure.reason
    known = judge(decoded(truth), perfect(truth), Limits(solid=None), {"halo": 0.0})
    assert known == ()


def test_what_a_method_knows_stands_for_what_the_gate_would_look_for() -> None:
    """Of holes, outlines and pairs of pictures it has seen more."""
    truth = subjects.badge()
    knows = {"holes": 0.5, "outline": 0.5, "mismatch": 0.5}
    failures = judge(decoded(truth), perfect(truth), Limits(), knows)
    assert [failure.gate for failure in failures] == ["holes", "outline", "mismatch"]


@pytest.mark.parametrize(
    ("halo", "words"),
    [(10.04, "ΔE 10.04 (10.00 is allowed)"), (23.51, "ΔE 23.5 (10.0 is allowed)")],
)
def test_a_value_is_never_written_as_its_limit(halo: float, words: str) -> None:
    """So many digits that a person sees the difference."""
    truth = subjects.badge()
    (failure,) = judge(decoded(truth), perfect(truth), Limits(), {"halo": halo})
    assert words in failure.reason


def test_more_than_a_person_allowed_is_not_nothing_cut_away() -> None:
    """A limit of one's own is named with what it was."""
    truth = subjects.badge()
    limits = Limits(coverage=(0.005, 0.1))
    (failure,) = judge(decoded(truth), perfect(truth), limits)
    assert failure.reason == (
        "more is left than may be: 34.2% of the picture (10.0% is allowed)"
    )


def test_an_empty_cut_out_is_not_offered() -> None:
    """A limit that publishes nothing at all helps nobody; a small subject's does."""
    with pytest.raises(Rejected) as failure:
        Cutting().cut(png(Image.new("RGB", (64, 64), "white")), Cut("plain"))
    assert failure.value.hint == "another take or method may do better"
    small = Image.new("RGB", (500, 500), "white")
    small.paste((200, 30, 40), (240, 240, 260, 260))
    with pytest.raises(Rejected) as failure:
        Cutting().cut(png(small), Cut("plain"))
    assert "`removeBg: {gates: {coverage: [0.1440%, 99.0%]}}`" in failure.value.hint
