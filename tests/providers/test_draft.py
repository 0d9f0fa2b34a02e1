"""The offline artist draws what words name, in their colours, alike every time."""

from __future__ import annotations

import asyncio
import io
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from assetgen.catalogue import SIDES, nominal_size
from assetgen.digest import digest_bytes
from assetgen.images.cutout.plain import Plain
from assetgen.providers.base import Done, Refused
from assetgen.providers.draft import Draft
from assetgen.providers.draft.catalogue import SKETCH
from assetgen.providers.draft.oklch import of_hex, tint
from assetgen.request import Request
from assetgen.steps import Cut

if TYPE_CHECKING:
    from assetgen.catalogue import Scalar
    from assetgen.providers.base import Submission

COIN = "One reward coin with a star, rose-gold (#EC4899), on a pure white background"
HERO = "A dreamy hero scene: gift boxes above soft clouds, #EC4899 and #F59E0B"
RATIOS = tuple(SKETCH.aspect_ratio.words) if SKETCH.aspect_ratio else ()


def request(prompt: str, *, take: int = 1, **inputs: Scalar) -> Request:
    """Return a small request with everything else at its default."""
    usual = {name: given.default for name, given in SKETCH.inputs.items()}
    values = {k: v for k, v in usual.items() if v is not None}
    return Request.of(
        SKETCH, prompt, {**values, "resolution": "512", **inputs}, take=take
    )


def submitted(asked: Request) -> Submission:
    async def refuse() -> None:
        pytest.fail("a free provider sends nothing")

    return asyncio.run(Draft().submit(asked, refuse))


def drawn(prompt: str, *, take: int = 1, **inputs: Scalar) -> bytes:
    outcome = submitted(request(prompt, take=take, **inputs))
    assert isinstance(outcome, Done), outcome
    return outcome.picture


def opened(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def border(picture: Image.Image) -> set[object]:
    """Return the colours of a frame whose breadth is a tenth of the picture."""
    width, height = picture.size
    deep = min(width, height) // 10
    boxes = [
        (0, 0, width, deep),
        (0, height - deep, width, height),
        (0, 0, deep, height),
        (width - deep, 0, width, height),
    ]
    colors: set[object] = set()
    for box in boxes:
        found = picture.crop(box).getcolors(width * height)
        colors |= {color for _, color in found or ()}
    return colors


def nearest_share(picture: Image.Image, color: str, within: float) -> float:
    """Return the share of a picture's pixels that look like a colour."""
    small = picture.convert("RGB").resize((48, 48), Image.Resampling.BOX)
    asked = of_hex(color)
    counted = small.getcolors(48 * 48) or []
    near = sum(
        count
        for count, found in counted
        if isinstance(found, tuple)
        and tint((found[0], found[1], found[2])).apart(asked) < within
    )
    return near / (48 * 48)


@pytest.mark.parametrize("prompt", [COIN, HERO])
def test_the_same_request_is_the_same_bytes_in_another_process(prompt: str) -> None:
    """Neither the run nor the seed of Python's hashes changes a picture."""
    script = (
        "import sys, test_draft\n"
        "from assetgen.digest import digest_bytes\n"
        "print(digest_bytes(test_draft.drawn(sys.argv[1])))\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", script, prompt],
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=os.path.dirname(__file__),  # noqa: PTH120  to import this file
            capture_output=True,
            text=True,
            check=True,
        ).stdout.strip()
        for seed in ("1", "77")
    }
    assert found == {digest_bytes(drawn(prompt))}


@pytest.mark.parametrize("ratio", [ratio for ratio in RATIOS if ratio != "auto"])
def test_a_picture_has_its_nominal_size_at_any_ratio(ratio: str) -> None:
    picture = opened(drawn(COIN, aspect_ratio=ratio))
    assert picture.size == nominal_size(ratio, 512)


@pytest.mark.parametrize("words", ["sky", "mountains", "city", "forest", "galaxy", ""])
@pytest.mark.parametrize("ratio", ["1:8", "8:1"])
def test_a_scene_has_its_nominal_size_at_any_ratio(words: str, ratio: str) -> None:
    picture = opened(drawn(words, ground="scene", aspect_ratio=ratio))
    assert picture.size == nominal_size(ratio, 512)


@pytest.mark.parametrize("resolution", SIDES)
def test_a_picture_has_its_nominal_size_at_any_resolution(resolution: str) -> None:
    picture = opened(drawn(COIN, aspect_ratio="21:9", resolution=resolution))
    assert picture.size == nominal_size("21:9", SIDES[resolution])


def test_auto_is_a_square_for_a_subject_and_wide_for_a_scene() -> None:
    sizes = [opened(drawn(words, aspect_ratio="auto")).size for words in (COIN, HERO)]
    assert sizes == [(512, 512), (627, 418)]


@pytest.mark.parametrize(
    ("words", "ground"),
    [
        (COIN, (255, 255, 255)),
        ("a leaf icon, plain background", (255, 255, 255)),
        ("a gold trophy, isolated on black", (23, 24, 28)),
        ("a flame on a solid #FFF1F3 background, orange", (255, 241, 243)),
    ],
)
def test_words_of_a_plain_ground_give_one_colour_all_around(
    words: str, ground: tuple[int, int, int]
) -> None:
    assert border(opened(drawn(words))) == {ground}


def test_a_plain_ground_can_be_asked_for_without_words() -> None:
    """`ground: plain` is what an asset that is cut out needs; `scene` the reverse."""
    assert len(border(opened(drawn("a rocket", ground="plain")))) == 1
    assert len(border(opened(drawn("a rocket", ground="scene")))) > 100


@pytest.mark.parametrize(
    "words",
    [COIN, "a white cloud, #F8FAFC", "a heart", "a calendar in teal", "quux and frob"],
)
def test_a_lone_subject_can_be_cut_out(words: str) -> None:
    """The cutout finds a subject of a fair size, opaque inside, nothing at the edge."""
    result = Plain().cut(drawn(words, ground="plain"), Cut(method="plain"))
    alpha = opened(result.data).getchannel("A")
    counted = alpha.histogram()
    assert 0.15 < counted[255] / (512 * 512) < 0.6
    assert sum(counted[1:255]) / (512 * 512) < 0.04
    box = alpha.getbbox()
    assert box is not None
    assert min(*box[:2], 512 - box[2], 512 - box[3]) > 40


@pytest.mark.parametrize("color", ["#EC4899", "#3B82F6", "#10B981", "#F59E0B"])
def test_the_colour_of_the_words_is_the_colour_of_the_subject(color: str) -> None:
    """A good part of the subject is near it, and none of a drawing in another one."""
    asked = opened(drawn(f"a check mark badge in {color}", ground="plain"))
    other = opened(drawn("a check mark badge in #7C3AED", ground="plain"))
    assert nearest_share(asked, color, 0.12) > 0.1
    assert nearest_share(other, color, 0.12) < 0.03


def test_the_palette_of_params_is_used_where_the_words_name_no_colour() -> None:
    brand = opened(drawn("a bell", ground="plain", palette="#10B981"))
    words = opened(drawn("an indigo bell", ground="plain", palette="#10B981"))
    assert nearest_share(brand, "#10B981", 0.14) > 0.1
    assert nearest_share(words, "#10B981", 0.14) < 0.05


@pytest.mark.parametrize("palette", ["pink-ish", "#12", "#EC4899, url(x)"])
def test_a_palette_that_is_none_is_refused(palette: str) -> None:
    outcome = submitted(request("a bell", palette=palette))
    assert isinstance(outcome, Refused)
    assert "is not a colour" in outcome.why


def test_other_words_and_other_takes_are_other_pictures() -> None:
    pictures = [
        drawn(COIN),
        drawn(HERO),
        drawn(HERO, take=2),
        drawn("a heart on a pure white background"),
        drawn("something nobody knows"),
        drawn("something else nobody knows"),
    ]
    assert len({digest_bytes(picture) for picture in pictures}) == len(pictures)


def test_a_larger_picture_is_the_same_picture() -> None:
    """A higher resolution moves nothing, so a layout can be judged on a small one."""
    small = opened(drawn(HERO, aspect_ratio="16:9")).convert("RGB")
    large = opened(drawn(HERO, aspect_ratio="16:9", resolution="1K")).convert("RGB")
    shrunk = large.resize((32, 18), Image.Resampling.BOX)
    pairs = zip(
        small.resize((32, 18), Image.Resampling.BOX).tobytes(),
        shrunk.tobytes(),
        strict=True,
    )
    assert sum(abs(a - b) for a, b in pairs) / (32 * 18 * 3) < 4


@pytest.mark.parametrize(("asked", "found"), [("png", "PNG"), ("jpg", "JPEG")])
def test_the_format_is_the_one_asked_for(asked: str, found: str) -> None:
    picture = opened(drawn(COIN, source_format=asked))
    assert (picture.format, picture.mode) == (found, "RGB")


def test_a_draft_costs_nothing() -> None:
    assert Draft().quote(request(COIN)) == 0
