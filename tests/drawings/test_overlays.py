"""`overlay`: a real logo, real type, at an exact place, for nothing."""

from __future__ import annotations

import shutil
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from block_fonts import block_font
from PIL import Image, ImageChops
from PIL.IcoImagePlugin import IcoImageFile

from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from conftest import Shop

KEY = "canary-key-0123456789-abcdefghij"
LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20">'
    '<rect width="40" height="20" fill="#00FF00"/></svg>'
)
BLUE = (0, 0, 255, 255)
GREEN = (0, 255, 0, 255)
WHITE = (255, 255, 255, 255)


def plain(size: tuple[int, int], color: tuple[int, ...], kind: str = "PNG") -> bytes:
    """Return a picture of one colour."""
    out = BytesIO()
    mode = "RGBA" if len(color) == 4 else "RGB"
    Image.new(mode, size, color).save(out, kind)
    return out.getvalue()


def ground(shop: Shop, overlay: str, more: str = "") -> None:
    """Write a project of one blue picture of 400 by 200 with something on it."""
    shop.write("blue.png", plain((400, 200), (0, 0, 255)))
    shop.write("logo.svg", LOGO)
    shop.write("logo.png", plain((40, 20), (0, 255, 0, 255)))
    shop.write(
        "assets.yaml",
        "version: 1\nassets:\n  card:\n    source: blue.png\n"
        f"    overlay: {overlay}\n    variants: [{{width: 100, formats: [png]}}]\n"
        f"{more}",
    )


def box(picture: Image.Image, color: tuple[int, ...]) -> tuple[int, ...] | None:
    """Return left, top, right, bottom of the pixels of just that colour."""
    whole = Image.new("RGBA", picture.size, color)
    apart = ImageChops.difference(picture, whole).convert("RGBA")
    bands = [band.point(lambda value: 255 * (value == 0)) for band in apart.split()]
    same = bands[0]
    for band in bands[1:]:
        same = ImageChops.multiply(same, band)
    return same.getbbox()


PLACES = {
    "center": (180, 90),
    "top": (180, 10),
    "right top": (350, 10),
    "right": (350, 90),
    "southeast": (350, 170),
    "bottom": (180, 170),
    "left bottom": (10, 170),
    "west": (10, 90),
    "northwest": (10, 10),
}


def many(shop: Shop, overlays: dict[str, str]) -> None:
    """Write and build a blue picture of 400 by 200 for each overlay, by its name."""
    ground(shop, "null")
    entries = "".join(
        f"  {name}: {{source: blue.png, overlay: {overlay}}}\n"
        for name, overlay in overlays.items()
    )
    mark = "  mark: {kind: template, template: mark.svg}\n"
    shop.write("templates/mark.svg", LOGO)
    shop.write("assets.yaml", f"assets:\n{mark}{entries}")
    shop.run("build")


def test_a_logo_stands_where_its_compass_words_say(shop: Shop) -> None:
    """The margin of 5% is of the shorter side: 10 pixels of 200."""
    many(
        shop,
        {
            word.replace(" ", "-"): f"{{source: logo.png, position: {word}}}"
            for word in PLACES
        },
    )
    found = {
        word: box(shop.open(f"{word.replace(' ', '-')}.png"), GREEN) for word in PLACES
    }
    assert found == {
        word: (left, top, left + 40, top + 20) for word, (left, top) in PLACES.items()
    }


EXACT = {
    "{source: logo.svg, x: 7, y: 9}": (7, 9, 47, 29),
    "{source: logo.svg, x: 25%, y: 50%, width: 80}": (100, 100, 180, 140),
    "{source: logo.svg, position: left top, margin: 0, width: 50%}": (0, 0, 200, 100),
    "{source: logo.svg, position: left top, margin: 3, height: 10%}": (3, 3, 43, 23),
    "{source: logo.png, width: 20, height: 20}": (190, 95, 210, 105),
    "{asset: mark, position: right, margin: 20}": (340, 90, 380, 110),
}


def test_a_logo_is_as_large_as_it_says_and_exactly_there(shop: Shop) -> None:
    names = {overlay: f"n{number}" for number, overlay in enumerate(EXACT)}
    many(shop, {name: overlay for overlay, name in names.items()})
    found = {
        overlay: box(shop.open(f"{names[overlay]}.png"), GREEN) for overlay in EXACT
    }
    assert found == EXACT


def test_sizes_are_derived_from_the_picture_with_its_overlay(shop: Shop) -> None:
    ground(shop, "{source: logo.svg, width: 100%, x: 0, y: 0}")
    shop.run("build")
    small = shop.open("card-100w.png")
    assert (small.size, small.getpixel((50, 25))) == ((100, 50), GREEN)


def test_a_thin_logo_shows_what_is_below_it(shop: Shop) -> None:
    ground(shop, "{source: logo.svg, opacity: 0.5}")
    shop.run("build")
    assert shop.open("card.png").getpixel((200, 100)) == (0, 128, 127, 255)


def test_layers_lie_on_each_other_in_order(shop: Shop) -> None:
    white = "{source: white.png, x: 190, y: 90}"
    ground(shop, f"[{{source: logo.svg}}, {white}]")
    shop.write("white.png", plain((20, 20), (255, 255, 255)))
    shop.run("build")
    picture = shop.open("card.png")
    assert picture.getpixel((200, 100)) == WHITE
    assert picture.getpixel((185, 100)) == GREEN


def test_type_stands_by_its_capitals_and_its_baseline(shop: Shop) -> None:
    """Capitals of the block font are 0.7 high, and it inks 0.8 of each 0.6 wide."""
    text = '{text: "AB", size: 100, color: "#FFF", position: left bottom, margin: 20}'
    ground(shop, text)
    shop.run("build")
    left, top, right, bottom = box(shop.open("card.png"), WHITE) or (0, 0, 0, 0)
    assert (left, bottom) == (20, 180)
    assert (top, right) == (110, 20 + 60 + 60 - 12)


def test_type_can_be_as_wide_as_asked(shop: Shop) -> None:
    ground(shop, '{text: "ABCD", width: 50%, color: "#FFF"}')
    shop.run("build")
    left, _, right, _ = box(shop.open("card.png"), WHITE) or (0, 0, 0, 0)
    assert abs((right - left) - 200) <= 2
    assert abs((left + right) / 2 - 200) <= 1


def test_type_has_the_words_and_colours_of_the_brand(shop: Shop) -> None:
    """A brand named `A & B` is three signs and two gaps; `primary` is blue."""
    shop.write("white.png", plain((400, 200), (255, 255, 255)))
    shop.write(
        "assets.yaml",
        "assets: {card: {source: white.png, overlay: "
        '{text: "{{ brand.name }}", size: 50, color: primary, x: 0, y: 0}}}',
    )
    shop.run("build")
    row = [shop.open("card.png").getpixel((30 * at + 12, 20)) for at in range(5)]
    assert row == [BLUE, WHITE, BLUE, WHITE, BLUE]


def test_lines_are_apart_by_their_leading(shop: Shop) -> None:
    text = r'{text: "A\nA", size: 50, leading: 2, color: "#FFF", x: 10, y: 10}'
    ground(shop, text)
    shop.run("build")
    picture = shop.open("card.png")
    rows = [y for y in range(200) if picture.getpixel((20, y)) == WHITE]
    assert rows == [*range(10, 45), *range(110, 145)]


def test_a_cut_out_stays_transparent_around_it(shop: Shop) -> None:
    """It is laid on after the ground is gone: a logo on white is not cut away."""
    picture = Image.new("RGB", (200, 200), (255, 255, 255))
    picture.paste((200, 0, 0), (60, 60, 140, 140))
    out = BytesIO()
    picture.save(out, "PNG")
    shop.write("red.png", out.getvalue())
    shop.write("white.png", plain((20, 20), (255, 255, 255)))
    shop.write(
        "assets.yaml",
        "assets: {card: {source: red.png, removeBg: {method: plain}, "
        "overlay: {source: white.png, x: 0, y: 0}}}",
    )
    shop.run("build")
    made = shop.open("card.png")
    assert made.getpixel((10, 10)) == WHITE
    assert made.getpixel((30, 30))[3] == 0
    assert made.getpixel((100, 100))[3] == 255


def test_a_jpg_stays_one(shop: Shop) -> None:
    shop.write("blue.jpg", plain((400, 200), (0, 0, 255), "JPEG"))
    shop.write("logo.svg", LOGO)
    overlay = "{source: logo.svg, x: 0, y: 0}"
    shop.write(
        "assets.yaml", f"assets: {{card: {{source: blue.jpg, overlay: {overlay}}}}}"
    )
    shop.run("build")
    assert shop.open("card.jpg").getpixel((20, 10))[1] > 240


def test_a_second_build_is_idle_and_a_change_makes_only_its_asset_again(
    shop: Shop,
) -> None:
    ground(shop, "{source: logo.svg, width: 80}", "  other: {source: blue.png}\n")
    shop.run("build")
    assert "Nothing to do" in shop.run("build")
    shop.run("check")
    shop.write("logo.svg", LOGO.replace("#00FF00", "#00FF01"))
    plan = shop.json("plan")["assets"]
    assert (plan["card"]["action"], plan["other"]["action"]) == ("make", "as is")
    assert plan["card"]["reason"] == "2 files: size, format or overlay changed"
    shop.run("check", code=3)
    shop.run("build", "--frozen")
    shop.run("check")
    assert shop.open("card.png").getpixel((200, 100)) == (0, 255, 1, 255)


def test_taking_it_away_brings_the_picture_itself_back(shop: Shop) -> None:
    ground(shop, "{source: logo.svg}")
    shop.run("build")
    ground(shop, "null")
    shop.run("build")
    assert box(shop.open("card.png"), GREEN) is None


def test_an_overlay_of_the_defaults_is_on_every_picture_but_where_null_clears(
    shop: Shop,
) -> None:
    shop.write("logo.svg", LOGO)
    shop.write("blue.png", plain((400, 200), (0, 0, 255)))
    shop.write(
        "assets.yaml",
        "defaults: {overlay: {source: logo.svg}}\n"
        "assets: {a: {source: blue.png}, b: {source: blue.png, overlay: null}}",
    )
    shop.run("build")
    assert box(shop.open("a.png"), GREEN) is not None
    assert box(shop.open("b.png"), GREEN) is None


@pytest.fixture
def vendor(monkeypatch: pytest.MonkeyPatch) -> Iterator[KieServer]:
    """Return a vendor that this environment buys from."""
    with KieServer({KEY: 1000}, latency=0.1, speed=50) as server:
        monkeypatch.setenv("KIE_BASE_URL", server.url)
        monkeypatch.setenv("KIE_API_KEY", KEY)
        monkeypatch.setenv("KIE_POLL_INTERVAL", "0.1")
        yield server


def test_other_words_on_a_bought_picture_buy_nothing(
    shop: Shop, vendor: KieServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    manifest = (
        "defaults: {{provider: kie, model: nano-banana-pro}}\n"
        "assets: {{coin: {{prompt: A coin, overlay: "
        '{{text: {word}, color: "#FFF", width: 50%}}}}}}\n'
    )
    shop.write("assets.yaml", manifest.format(word="OLD"))
    shop.run("build", "--yes")
    old = shop.rows()["coin.png"]["sha256"]
    published = (shop.folder / "output/coin.png").read_bytes()
    assert b"digitalsourcetype/compositeSynthetic" in published
    shop.write("assets.yaml", manifest.format(word="NEW"))
    plan = shop.json("plan")
    assert (plan["purchases"], plan["total_usd"]) == (0, 0)
    shop.run("build", "--frozen")
    assert shop.rows()["coin.png"]["sha256"] == old  # blocks look alike
    shop.write("assets.yaml", manifest.format(word="LONGER"))
    shop.run("build", "--frozen")
    assert shop.rows()["coin.png"]["sha256"] != old
    clone = type(shop)(tmp_path / "clone", shop.capsys)
    shutil.copytree(shop.folder, clone.folder, ignore=shutil.ignore_patterns("output"))
    monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "another home"))
    clone.run("build", "--frozen")
    assert clone.rows() == shop.rows()
    assert vendor.account.accepted() == 1


MISTAKES = {
    "nothing": ("{width: 20}", "an overlay is one of `source`, `asset` and `text`"),
    "two things": ("{source: logo.svg, text: A}", "this is `source` and `text`"),
    "an empty list": ("[]", "assets.yaml:5:14: assets.card.overlay"),
    "no file": (
        "{source: lgoo.svg}",
        "5:23: assets.card.overlay.source: no file `lgoo.svg`\n\nhint: did you mean",
    ),
    "no picture": ("{source: brand.yaml}", "`brand.yaml` is text, not a picture"),
    "no asset": ("{asset: crad}", "unknown asset `crad`"),
    "an asset of a model": ("{asset: coin}", "`coin` is made by a model"),
    "a share of a letter": ("{source: logo.svg, width: 20em}", "such as `20%`, got"),
    "a place of half": ("{source: logo.svg, x: 3}", "`x` needs a `y`"),
    "two places": (
        "{source: logo.svg, x: 3, y: 3, position: left}",
        "`position` and `x` say two places",
    ),
    "a place nobody knows": (
        "{source: logo.svg, position: lft}",
        "hint: did you mean `left`?",
    ),
    "type of a logo": ("{source: logo.svg, size: 20}", "`size` belongs to `text`"),
    "too large": (
        "{source: logo.svg, width: 500}",
        "`logo.svg` does not fit: 500 by 250 pixels",
    ),
    "over the edge": (
        "[{source: logo.svg}, {source: logo.svg, x: 390, y: 0}]",
        "assets.yaml:5:35: assets.card.overlay.1: `logo.svg` does not fit",
    ),
    "too few pixels": (
        "{source: logo.png, width: 100}",
        "is 40 by 20 pixels, too few\n\nhint: at 100 wide it would blur: use an svg",
    ),
    "letters that are missing": (
        "{text: 漢}",
        "assets.card.overlay.text: the font `Blocks` has no `漢` (U+6F22)",
    ),
    "a font that is missing": ("{text: A, font: Bloks}", "did you mean `Blocks`?"),
    "a colour": ("{text: A, color: primry}", "did you mean `primary`?"),
    "a hex colour": ('{text: A, color: "#12"}', "assets.card.overlay.color"),
    "a template": ("{text: '{{ brand.nam }}'}", "did you mean `brand.name`?"),
    "two sizes": ("{text: A, size: 20, width: 20}", "both say how large"),
    "a misspelt key": ("{text: A, colour: red}", "did you mean `color`?"),
}


@pytest.mark.parametrize(("overlay", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_an_overlay_is_told_with_its_place(
    shop: Shop, overlay: str, said: str
) -> None:
    ground(shop, overlay, "  coin: {prompt: a coin}\n")
    assert said in shop.run("validate", code=2)


def test_two_fonts_and_none_named_is_a_mistake(shop: Shop) -> None:
    shop.write("fonts/signs.ttf", block_font("Signs", "☃"))
    ground(shop, "{text: A}")
    said = shop.run("validate", code=2)
    assert "the text names no `font`\n\nhint: fonts of this project: `Blocks`" in said


def test_type_that_does_not_fit_fails_its_asset_alone(shop: Shop) -> None:
    """How wide letters are is known when they are drawn."""
    ground(shop, "{text: ABCDEFGHIJ, size: 100}", "  other: {source: blue.png}\n")
    report = shop.json("build", code=1)["assets"]
    assert report["other"]["status"] == "built"
    assert report["card"]["status"] == "failed"
    assert report["card"]["error"].startswith("the text `ABCDEFGHIJ` does not fit: 588")


def test_a_logo_that_crashes_a_decoder_fails_its_asset_alone(shop: Shop) -> None:
    """A logo is a picture that others made: it is looked at before it is decoded."""
    ground(shop, "{source: logo.png}", "  other: {source: blue.png}\n")
    whole = plain((40, 20), (0, 255, 0, 255))
    shop.write("logo.png", whole[: len(whole) - 20])
    report = shop.json("build", code=1)["assets"]
    assert report["other"]["status"] == "built"
    assert "cut off" in report["card"]["error"]


def test_an_asset_that_is_laid_on_is_taken_as_it_is(shop: Shop) -> None:
    """Without its own overlay; one that is cut out first is a mistake."""
    white = "{source: white.png, x: 0, y: 0}"
    mark = f"  mark: {{source: logo.png, overlay: {white}}}\n"
    ground(shop, "{asset: mark, x: 0, y: 0}", mark)
    shop.write("white.png", plain((20, 20), (255, 255, 255)))
    shop.run("build")
    assert shop.open("card.png").getpixel((5, 5)) == GREEN
    assert shop.open("mark.png").getpixel((5, 5)) == WHITE
    ground(shop, "{asset: mark}", "  mark: {source: logo.png, removeBg: true}\n")
    assert "`mark` is cut out first" in shop.run("validate", code=2)


def test_a_hand_tuned_picture_of_a_platform_set_is_left_alone(shop: Shop) -> None:
    shop.write("blue.png", plain((512, 512), (0, 0, 255)))
    shop.write("tiny.png", plain((32, 32), (255, 0, 0)))
    shop.write("logo.svg", LOGO)
    shop.write(
        "assets.yaml",
        "assets: {card: {source: blue.png, overlay: {source: logo.svg, width: 100%}, "
        "variants: {set: favicon, small: tiny.png}}}",
    )
    shop.run("build")
    with Image.open(shop.folder / "output/favicon.ico") as icon:
        assert isinstance(icon, IcoImageFile)
        tiny = icon.ico.getimage((16, 16)).convert("RGBA")
    assert tiny.getpixel((8, 8)) == (255, 0, 0, 255)
    assert shop.open("apple-touch-icon.png").getpixel((90, 90)) == GREEN
