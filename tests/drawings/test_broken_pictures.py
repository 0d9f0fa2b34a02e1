"""What is wrong inside a picture is that asset's; what is asked for, the manifest's."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from conftest import Shop

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
MIX = """\
assets:
  good: {source: good.png, variants: [8]}
  gif: {source: gif.png}
  acting: {source: acting.svg, width: 20}
  tuned: {source: good.png, variants: [{set: favicon, small: gif.png}]}
  worn: {source: good.png, overlay: {source: acting.svg, width: 5}}
"""
FAULTS = {
    "gif": "assets.yaml:3:17: assets.gif.source: `gif.png` is a picture of format gif",
    "acting": "acting.svg:2:1: assets.acting.source: the drawing has a `<script>`, "
    "which is no part of a picture",
    "tuned": "assets.yaml:5:62: assets.tuned.variants.0.small: `gif.png` is a picture "
    "of format gif",
    "worn": "acting.svg:2:1: assets.worn.overlay: the drawing has a `<script>`, "
    "which is no part of a picture",
}


@pytest.fixture
def mixed(shop: Shop) -> Shop:
    """Return a project of one good asset and one of each kind of bad ones."""
    shop.write("good.png", picture((256, 256)))
    shop.write("gif.png", b"GIF89a" + bytes(9))
    shop.write("acting.svg", f"{HEAD}\n<script>x()</script></svg>")
    shop.write("assets.yaml", MIX)
    return shop


def test_each_picture_that_is_wrong_inside_fails_its_own_asset(mixed: Shop) -> None:
    report = mixed.json("build", code=1)

    assert {name: one["error"] for name, one in report["assets"].items()} == {
        "good": None,
        **FAULTS,
    }
    assert set(mixed.rows()) == {"good.png", "good-8w.png", "good-8w.webp"}
    assert mixed.json("build", code=1)["assets"]["good"]["status"] == "reused"


def test_all_of_them_are_told_by_validate_and_plan_and_check(mixed: Shop) -> None:
    told = mixed.run("validate", code=2)
    planned = mixed.run("plan")
    mixed.run("plan", "--detailed-exitcode", code=1)
    checked = mixed.run("check", code=3)

    for said in FAULTS.values():
        assert said in told
        assert said in planned
        assert said in checked
    assert "hint: convert it to png, jpg or webp" in told
    assert "leave 4 alone" in planned
    assert "a build would not make it: assets.yaml:3:17" in mixed.run("why", "gif")


def test_texts_about_all_pictures_are_not_written_for_what_is_broken(
    mixed: Shop,
) -> None:
    mixed.write("assets.yaml", f"emit: [json]\n{MIX}")
    mixed.json("build", code=1)

    (text,) = mixed.json("plan")["texts"]

    assert (text["action"], text["reason"]) == ("current", "up to date")


def test_a_build_of_one_asset_is_not_stopped_by_the_picture_of_another(
    mixed: Shop,
) -> None:
    mixed.run("build", "good")


def test_a_mistake_of_the_manifest_still_stops_everything_and_tells_of_pictures_too(
    mixed: Shop,
) -> None:
    mixed.write("assets.yaml", f"{MIX}  gone: {{source: goood.png}}\n")

    told = mixed.run("build", code=2)

    assert "assets.yaml:7:18: assets.gone.source: no file `goood.png`" in told
    assert all(said in told for said in FAULTS.values())
    assert not (mixed.folder / "output").exists()


def test_what_is_wrong_in_a_template_of_the_project_is_the_manifests(
    shop: Shop,
) -> None:
    shop.write("templates/t.svg", f"{HEAD}<script>x()</script></svg>")
    shop.write("assets.yaml", "assets: {x: {kind: template, template: t.svg}}")

    assert "t.svg:1:59: assets.x.template" in shop.run("build", code=2)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no such thing")
def test_what_is_no_ordinary_file_is_called_so(shop: Shop) -> None:
    shop.folder.mkdir(exist_ok=True)
    os.mkfifo(shop.folder / "pipe.png")
    (shop.folder / "loop.png").symlink_to("gone.png")
    shop.write("assets.yaml", "assets: {a: {source: pipe.png}, b: {source: loop.png}}")

    told = shop.run("build", code=2)

    assert "`pipe.png` is no ordinary file\n\nhint: copy what it holds" in told
    assert "`loop.png` is a link to a file that is not there" in told


def test_what_a_decoder_warns_of_is_not_told_to_people(shop: Shop) -> None:
    """An APNG of no frames is a plain picture, of which Pillow would complain."""
    data = picture((8, 8))
    odd = b"\0\0\0\x08acTL" + bytes(8) + b"\x89\x4d\xc0\x10"
    shop.write("odd.png", data[:33] + odd + data[33:])
    shop.write("assets.yaml", "assets: {odd: {source: odd.png}}")
    command = [sys.executable, "-m", "assetgen", "-C", str(shop.folder), "build"]

    ended = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr.count("\n")) == (0, 2)
    assert "odd: built" in ended.stderr


TURNED = {"png": "PNG", "webp": "WEBP", "jpg": "JPEG"}


@pytest.mark.parametrize(("ending", "form"), TURNED.items())
def test_a_picture_that_its_exif_turns_is_measured_upright(
    shop: Shop, ending: str, form: str
) -> None:
    """What is large enough upright is large enough, in every format."""
    exif, out = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    Image.open(BytesIO(picture((30, 60)))).save(out, form, exif=exif)
    shop.write(f"a.{ending}", out.getvalue())
    shop.write(
        "assets.yaml",
        f"assets: {{a: {{source: a.{ending}, variants: [{{width: 60}}]}}}}",
    )

    shop.run("build")

    assert shop.open("a-60w.png").size == (60, 30)
