"""`removeBg: true` looks at the picture, and at nothing it was not told."""

from __future__ import annotations

import gc
import io
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import cutout_subjects as subjects
import numpy as np
import pytest
from PIL import Image

from assetgen.errors import ImageError, UsageError
from assetgen.images.cutout.choose import Cutting, ways
from assetgen.images.decode import Master
from assetgen.steps import Cut

if TYPE_CHECKING:
    from assetgen.images.cutout.base import CutResult


def encoded(image: Image.Image) -> bytes:
    """Return an image as a PNG."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def cut_out(picture: bytes, cut: Cut) -> CutResult:
    """Return a picture cut out as a build does it."""
    return Cutting(os.environ).cut(picture, cut)


def choose(picture: bytes, cut: Cut) -> tuple[str, str]:
    """Return the first method that fits a picture, and why."""
    return next(ways(Master.open(picture).image, cut))


def check(cut: Cut) -> None:
    """Check as a build does before it buys."""
    Cutting(os.environ).check(cut)


def identity(cut: Cut) -> dict[str, object]:
    """Return what is in the key besides picture and cut."""
    return Cutting(os.environ).identity(cut)


def scene() -> bytes:
    """Return a picture without a ground."""
    noise = np.random.default_rng(5).integers(0, 255, (64, 64, 3), dtype=np.uint8)
    return encoded(Image.fromarray(noise))


def with_alpha(border: int) -> bytes:
    """Return a red square on white whose ground has that alpha."""
    image = Image.new("RGBA", (40, 40), (255, 255, 255, border))
    image.paste((200, 0, 0, 255), (10, 10, 30, 30))
    return encoded(image)


def test_a_transparent_border_is_the_answer() -> None:
    """What comes cut out is taken as it is."""
    picture = with_alpha(0)
    assert choose(picture, Cut()) == ("native", "100% of the border is transparent")
    assert cut_out(picture, Cut()).data == picture


def test_an_opaque_alpha_channel_says_nothing() -> None:
    """With alpha at 255, or 254 everywhere, the colour of the border decides."""
    for border in (255, 254):
        name, reason = choose(with_alpha(border), Cut())
        assert (name, reason) == ("plain", "100% of the border is #FFFFFF")


@pytest.mark.parametrize(
    "picture",
    [
        subjects.coin().encoded(),
        subjects.coin().encoded("JPEG", quality=75),
        subjects.on_vignette().encoded("JPEG", quality=85),
        subjects.star_on_green().encoded(),
        subjects.noisy_grey().encoded(),
    ],
    ids=["white", "jpeg", "vignette", "green", "grain"],
)
def test_a_border_of_one_colour_is_cut_by_colour(picture: bytes) -> None:
    """Noise, compression and a slope of the light do not hide that."""
    assert choose(picture, Cut(model="u2netp"))[0] == "plain"
    assert cut_out(picture, Cut()).method == "plain"


def test_a_subject_cropped_by_one_side_still_has_a_plain_ground() -> None:
    """A portrait touches the border below."""
    image = Image.new("RGB", (200, 200), "white")
    image.paste((60, 90, 140), (20, 60, 180, 200))
    assert choose(encoded(image), Cut())[0] == "plain"
    cut = Cut(gates={"border": 0.2})
    with Image.open(io.BytesIO(cut_out(encoded(image), cut).data)) as made:
        assert made.getpixel((100, 199)) == (60, 90, 140, 255)


def test_a_scene_goes_to_the_named_model() -> None:
    """A network is used if, and only if, a person named it."""
    name, reason = choose(scene(), Cut(model="u2netp"))
    assert name == "rembg"
    assert reason.startswith("the ground is not one colour: ")
    with pytest.raises(ImageError, match="no model was named") as failure:
        choose(scene(), Cut())
    assert "model: birefnet-general-lite" in (failure.value.hint or "")


def test_auto_chooses_nothing_that_costs_more() -> None:
    """No service, and no second picture, whatever the picture shows."""
    for picture in (scene(), with_alpha(0), subjects.badge().encoded()):
        for name, _ in ways(Master.open(picture).image, Cut(model="u2netp")):
            assert name in {"native", "plain", "rembg"}


def test_the_key_names_all_that_auto_may_choose() -> None:
    """The versions of our methods, and no library's."""
    assert identity(Cut()) == {"native": 1, "plain": 1}
    assert identity(Cut("plain")) == {"plain": 1}
    assert identity(Cut("native")) == {"native": 1}


def test_a_model_that_is_not_here_is_found_before_buying() -> None:
    """Even if the picture may turn out not to need it."""
    check(Cut())
    with pytest.raises(UsageError, match="model `u2netp` is not on this machine"):
        check(Cut(model="u2netp"))
    with pytest.raises(UsageError, match="is not on this machine"):
        identity(Cut(model="u2netp"))


def test_an_option_nobody_has_is_an_error() -> None:
    """And one that only one of the methods has is not."""
    check(Cut(options={"holes": True}))
    with pytest.raises(UsageError, match="no option `halos`"):
        check(Cut(options={"halos": True}))


def test_an_unknown_method_is_an_error() -> None:
    """With the nearest name."""
    with pytest.raises(UsageError, match="no cutout named `rembgg`") as failure:
        check(Cut("rembgg"))
    assert failure.value.hint == "did you mean `rembg`?"


def test_checking_imports_no_pixels_and_no_network() -> None:
    """A build with nothing to cut pays for neither Pillow nor rembg."""
    program = """
import sys
from assetgen.errors import UsageError
from assetgen.images.cutout.choose import Cutting
from assetgen.steps import Cut
Cutting().check(Cut())
Cutting().identity(Cut())
try:
    Cutting().check(Cut("rembg", "u2netp"))
except UsageError:
    pass
print(sorted({"PIL", "numpy", "rembg", "onnxruntime", "numba"} & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


def test_nothing_of_a_picture_stays_behind() -> None:
    """A thousand pictures need the memory of one."""
    ways, pictures = Cutting(), [subjects.badge(64).encoded(), with_alpha(0)]

    def held() -> int:
        gc.collect()
        return sum(isinstance(each, Image.Image) for each in gc.get_objects())

    def work() -> None:
        for _ in range(20):
            for picture in pictures:
                ways.cut(picture, Cut(crop="2"))

    work()
    before = held()
    work()
    assert held() == before


def test_a_method_is_made_once_for_all_threads() -> None:
    """A session that is loaded stays loaded for the build."""
    ways = Cutting(os.environ)
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(lambda _: id(ways.method("rembg")), range(32)))
    assert len(made) == 1
