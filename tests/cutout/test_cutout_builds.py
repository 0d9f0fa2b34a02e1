"""A build publishes no cut-out that is wrong, and loses no picture over it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PIL import Image

if TYPE_CHECKING:
    from cutout_projects import Here

    from assetgen.testing import KieServer


def test_a_refused_cut_out_is_not_published_and_its_picture_is_not_lost(
    here: Here, server: KieServer
) -> None:
    """Exit 1 with the reason and a picture of it; the other asset is published."""
    here.write("{gates: {coverage: [90%, 100%]}}")
    assert here.run("build", "--yes") == 1
    assert "the subject was lost: only" in here.err
    assert not (here.root / "output/coin.png").exists()
    assert (here.root / "output/star.png").exists()
    assert (here.root / "originals/coin.png").exists()
    (seen,) = (here.root.parent / "home/assetgen/rejected").iterdir()
    assert f"look at `{seen}`" in " ".join(here.err.split())
    with Image.open(seen) as page:
        assert page.getpixel((0, 0)) == (18, 18, 18)
        assert page.getpixel((page.width - 1, 0)) == (255, 255, 255)
    assert here.run("build", "--yes") == 1
    here.write("{gates: {coverage: false}}")
    assert here.run("build", "--yes") == 0
    assert "cut out by `plain`: 100% of the border is #FFFFFF" in here.err
    assert here.made().mode == "RGBA"
    assert server.account.accepted() == 2


def test_a_changed_limit_is_applied_to_what_was_published(here: Here) -> None:
    """Stricter limits are asked again, and looser ones cost nothing."""
    here.write("true")
    assert here.run("build", "--yes") == 0
    assert here.run("build", "--yes") == 0
    here.write("{gates: {coverage: [90%, 100%]}}")
    assert here.run("build", "--yes") == 1


def test_a_placeholder_is_not_judged(here: Here, server: KieServer) -> None:
    """Nobody publishes it for what it shows."""
    here.write("{gates: {coverage: [99%, 100%]}}")
    assert here.run("build", "--draft") == 0
    assert here.made().mode == "RGBA"
    assert server.account.accepted() == 0


@pytest.mark.parametrize(
    ("crop", "room"), [("true", 0), ("12", 12), ("10%", 0.1), ("100%", 1.0)]
)
def test_a_crop_leaves_the_subject_and_the_room_that_was_asked_for(
    here: Here, crop: str, room: float
) -> None:
    """On every side, even if the picture itself had less."""
    here.write(f"{{crop: {crop}}}")
    assert here.run("build", "--yes") == 0
    alpha = here.made().getchannel("A").point([0] * 5 + [255] * 251)
    left, top, right, bottom = alpha.getbbox() or (0, 0, 0, 0)
    longer = max(right - left, bottom - top)
    pixels = round(room * longer) if isinstance(room, float) else room
    width, height = alpha.size
    assert (left, top, width - right, height - bottom) == (pixels,) * 4
