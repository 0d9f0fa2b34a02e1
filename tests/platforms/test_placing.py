"""In every set a subject stands whole, in the middle, as large as its place allows."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from icon_readers import Pixels, icns_entries, icns_pixels, ico_entries, png_pixels
from PIL import Image, ImageChops, ImageDraw

from assetgen.manifest.sets import platform_names, platform_set

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conftest import Shop

# These show a picture as it is; the others show its subject.
AS_IT_IS = {"seed-icon", "flutter", "react-native", "imageset", "srcset", "email"}
CARDS = ["og", "x-card", "linkedin", "github-social", "youtube-thumbnail"]
CARDS += ["pinterest", "instagram", "play-feature"]
TAKE_SMALL = ["favicon", "nextjs", "chrome-extension", "macos", "windows"]
TAKE_SMALL += ["electron", "tauri"]
LEAST = 0.44  # of the shorter side: what is smaller looks lost

Box = tuple[int, int, int, int]


@pytest.fixture
def corner(shop: Shop) -> str:
    """Draw a rose sign with a hole, of 900 by 810, in a corner of nothing."""
    image = Image.new("RGBA", (2000, 1200), (0, 0, 0, 0))
    pen = ImageDraw.Draw(image)
    pen.rectangle((1090, 380, 1989, 1189), fill="#EC4899")
    pen.ellipse((1440, 685, 1640, 885), fill=(0, 0, 0, 0))
    image.save(shop.root / "corner.png")
    return "corner.png"


@pytest.fixture
def framed(shop: Shop) -> str:
    """Draw an opaque picture with a frame that shows what was cropped."""
    image = Image.radial_gradient("L").resize((1200, 1200)).convert("RGB")
    ImageDraw.Draw(image).rectangle((0, 0, 1199, 1199), outline="#00C000", width=60)
    image.save(shop.root / "framed.png")
    return "framed.png"


def frames(shop: Shop, path: str) -> Iterator[tuple[str, Image.Image]]:
    """Yield every picture in a published file, read as those who take it do."""
    data = shop.read(path)
    if path.endswith(".ico"):
        for entry in ico_entries(data):
            yield f"{path} {entry.width}", as_image(entry.pixels())
    elif path.endswith(".icns"):
        entries = icns_entries(data)
        yield f"{path} 16", as_image(icns_pixels(16, entries["is32"], entries["s8mk"]))
        for kind in ("ic11", "ic12", "ic07", "ic08", "ic09", "ic10"):
            yield f"{path} {kind}", Image.open(BytesIO(entries[kind])).convert("RGBA")
    elif path.endswith((".png", ".jpg")):
        yield path, shop.open(path)


def as_image(pixels: Pixels) -> Image.Image:
    return Image.frombytes("RGBA", (pixels.width, pixels.height), pixels.rgba)


def subject(image: Image.Image) -> Box | None:
    """Return the box of what is neither transparent nor the ground of the corner."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema()[0] < 255:
        seen = image.getchannel("A")
        if image.getpixel((image.width // 2, 8 * image.height // 100)) == (255,) * 4:
            seen = ImageChops.invert(image.convert("RGB").getchannel("G"))  # a plate
    else:
        flat = image.convert("RGB")
        ground = Image.new("RGB", flat.size, flat.getpixel((0, 0)))
        seen = ImageChops.difference(flat, ground).convert("L")
    return seen.point([0] * 40 + [255] * 216).getbbox()


@pytest.mark.parametrize("name", sorted(set(platform_names()) - AS_IT_IS))
def test_a_cut_out_from_a_corner_stands_whole_in_the_middle(
    shop: Shop, corner: str, name: str
) -> None:
    """Nine to eight, as it was drawn: nothing of it is cropped, and it is not lost."""
    found = 0
    for path in shop.made(name, corner):
        for what, image in frames(shop, path):
            box = subject(image)
            assert box is not None, what
            wide, high = box[2] - box[0], box[3] - box[1]
            assert abs(box[0] + box[2] - image.width) <= 2, (what, box)
            assert abs(box[1] + box[3] - image.height) <= 2, (what, box)
            assert abs(wide / high - 900 / 810) <= 1.5 / high + 0.01, (what, box)
            assert max(wide, high) >= LEAST * min(image.size), (what, box)
            found += 1
    assert found


def test_what_a_link_shows_stays_inside_the_central_part(
    shop: Shop, corner: str
) -> None:
    shop.made("[og, nextjs]", corner)
    for path in ("corner-og.jpg", "coin-og.jpg", "app/opengraph-image.png"):
        if (shop.output / path).exists():
            box = subject(shop.open(path))
            assert box is not None
            assert (box[0] >= 60, box[1] >= 45) == (True, True)
            assert (box[2] <= 1140, box[3] <= 585) == (True, True)


@pytest.mark.parametrize("name", [*CARDS, "nextjs", "pwa", "discord-emoji", "expo"])
def test_a_picture_without_transparency_runs_to_the_edges(
    shop: Shop, name: str
) -> None:
    """No bars beside it, in whatever proportions."""
    wide = Image.linear_gradient("L").rotate(90).resize((2400, 1600))
    wide.point([level // 2 for level in range(256)]).convert("RGB").save(
        shop.root / "wide.png"
    )
    for path in shop.made(name, "wide.png"):
        for what, image in frames(shop, path):
            across, down = image.width - 1, image.height - 1
            for place in ((0, 0), (across, 0), (0, down), (across, down)):
                pixel = image.convert("RGBA").getpixel(place)
                assert isinstance(pixel, tuple)
                assert max(pixel[:3]) < 150, what
                assert pixel[3] == 255, what


MASTERS = {
    name: int(found[1])
    for name in platform_names()
    if (found := re.search(r"square, at least (\d+)", platform_set(name).master or ""))
}


@pytest.mark.parametrize("name", MASTERS)
def test_a_picture_as_small_as_a_set_says_is_enough(shop: Shop, name: str) -> None:
    """Also where it has no transparency, and so has to cover whole icons."""
    side = MASTERS[name]
    image = Image.linear_gradient("L").resize((side, side))
    image.convert("RGB").save(shop.root / "least.png")
    assert shop.made(name, "least.png")


# --- hand-tuned pictures --------------------------------------------------------------


def tuned(side: int) -> Image.Image:
    """Return noise with a margin of a sixteenth, as somebody might draw by pixels."""
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    room = side // 16
    inside = side - 2 * room
    noise = bytes(at * 167 % 251 for at in range(3 * inside * inside))
    image.paste(Image.frombytes("RGB", (inside, inside), noise), (room, room))
    return image


def places_of_16(shop: Shop, name: str) -> list[tuple[str, Image.Image]]:
    rows = shop.made(f"{{set: {name}, small: 16.png}}")
    found = [pair for path in rows for pair in frames(shop, path)]
    return [(what, image) for what, image in found if image.size == (16, 16)]


@pytest.mark.parametrize("name", TAKE_SMALL)
def test_a_picture_drawn_for_16_pixels_is_copied_pixel_for_pixel(
    shop: Shop, name: str
) -> None:
    drawn = tuned(16)
    drawn.save(shop.root / "16.png")
    places = places_of_16(shop, name)
    assert len(places) >= {"windows": 4, "macos": 2, "electron": 3, "tauri": 2}.get(
        name, 1
    )
    for what, image in places:
        assert image.convert("RGBA").tobytes() == drawn.tobytes(), what


@pytest.mark.parametrize("name", TAKE_SMALL)
def test_a_larger_one_is_scaled_and_keeps_its_room(shop: Shop, name: str) -> None:
    tuned(64).save(shop.root / "16.png")
    for what, image in places_of_16(shop, name):
        seen = image.getchannel("A").point([0] * 128 + [255] * 128)
        assert seen.getbbox() == (1, 1, 15, 15), what


def test_every_set_with_a_place_of_16_pixels_takes_a_picture_for_it(shop: Shop) -> None:
    found = json.loads(shop.run("sets", "--json"))["sets"]
    takes = {name for name, told in found.items() if "small" in told["takes"]}
    assert takes == set(TAKE_SMALL)


def test_a_hand_tuned_layer_keeps_its_room_and_its_greys(shop: Shop) -> None:
    layer = Image.new("RGBA", (1024, 1024), (0, 0, 0, 0))
    ImageDraw.Draw(layer).ellipse((412, 312, 612, 512), fill="#404040")
    layer.save(shop.root / "layer.png")
    shop.made("{set: ios, dark: layer.png, tinted: layer.png}")
    folder = "Assets.xcassets/AppIcon.appiconset"
    assert shop.open(f"{folder}/AppIcon-dark.png").tobytes() == layer.tobytes()
    tinted = shop.open(f"{folder}/AppIcon-tinted.png")
    assert tinted.getpixel((512, 412)) == (0x40, 0x40, 0x40)
    assert subject(tinted) == (412, 312, 613, 513)


def test_a_hand_tuned_layer_that_reaches_too_far_is_refused(shop: Shop) -> None:
    Image.new("RGBA", (432, 432), "#EC4899").save(shop.root / "full.png")
    bar = Image.new("RGBA", (432, 432), (0, 0, 0, 0))
    bar.paste("#EC4899", (4, 200, 428, 232))
    bar.save(shop.root / "bar.png")
    shop.use("{set: android, foreground: bar.png}")
    shop.run("build", exits=1)
    assert "`android@1` refuses it" in " ".join(shop.err.split())
    shop.made("{set: android, foreground: full.png}")


# --- Android --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("android", "res/mipmap-xxxhdpi/ic_launcher_foreground.png"),
        ("expo", "assets/images/adaptive-icon.png"),
        ("flutter-icons", "assets/launcher/foreground.png"),
    ],
)
def test_a_launcher_shows_all_of_a_picture_that_runs_to_the_edges(
    shop: Shop, framed: str, name: str, path: str
) -> None:
    """The 72 dp that are shown hold its frame; beyond them it goes on."""
    shop.made(name, framed)
    layer = shop.open(path)
    side = layer.width
    left = round(side / 6)
    assert layer.mode == "RGB"
    for place in (left + 2, side - left - 3):
        assert layer.getpixel((place, side // 2)) == (0, 0xC0, 0)
        assert layer.getpixel((side // 2, place)) == (0, 0xC0, 0)
    assert layer.getpixel((left - 3, side // 2)) == (0, 0xC0, 0)
    assert layer.getpixel((0, side // 2)) != (255, 255, 255)


def test_android_has_a_round_icon_for_apps_that_name_one(
    shop: Shop, framed: str
) -> None:
    shop.made("{set: android, background: '#112233'}")
    square, circle = (
        ET.fromstring(shop.text(f"res/mipmap-anydpi-v26/{name}.xml"))  # noqa: S314  our own
        for name in ("ic_launcher", "ic_launcher_round")
    )
    assert ET.tostring(square) == ET.tostring(circle)
    for source in ("coin.png", framed):
        shop.made("{set: android, background: '#112233'}", source)
        icon = png_pixels(shop.read("res/mipmap-mdpi/ic_launcher_round.png"))
        assert icon.at(1, 1)[3] == icon.at(6, 6)[3] == icon.at(24, 1)[3] == 0
        assert icon.at(24, 3)[3] == icon.at(3, 24)[3] == icon.at(24, 24)[3] == 255
    shop.made("{set: android, background: '#112233'}")
    icon = png_pixels(shop.read("res/mipmap-mdpi/ic_launcher_round.png"))
    assert icon.at(24, 3) == (0x11, 0x22, 0x33, 255)


# --- the others -----------------------------------------------------------------------


def test_macos_rounds_the_corners_of_a_picture_that_runs_to_the_edges(
    shop: Shop, framed: str
) -> None:
    """824 of 1024 pixels, as in Apple's template, and nothing beyond."""
    shop.made("macos", framed)
    for _, image in frames(shop, "AppIcon.icns"):
        icon = image.convert("RGBA")
        assert icon.getpixel((0, 0))[3] == 0  # type: ignore[index]  RGBA
        box = icon.getchannel("A").point([0] * 128 + [255] * 128).getbbox()
        room = {16: 1, 32: 3, 64: 6, 128: 12, 256: 25, 512: 50, 1024: 100}[icon.width]
        assert box == (room, room, icon.width - room, icon.width - room)
        assert icon.getpixel((room, room))[3] < 128  # type: ignore[index]  RGBA
    large = shop.open("AppIcon.iconset/icon_512x512@2x.png")
    assert large.getpixel((110, 110))[3] == 0  # type: ignore[index]  RGBA
    assert large.getpixel((512, 104)) == (0, 0xC0, 0, 255)


def test_tauri_s_ico_begins_with_32_pixels(shop: Shop) -> None:
    shop.made("tauri")
    icons = ico_entries(shop.read("icons/icon.ico"))
    assert [icon.width for icon in icons] == [32, 16, 24, 48, 64, 256]


def test_an_opaque_picture_gets_no_tinted_icon_of_ours(shop: Shop, framed: str) -> None:
    rows = shop.made("[ios, expo]", framed)
    assert not any("tinted" in path for path in rows)
    assert "tinted" not in shop.text("app.icons.json")


def test_a_tinted_icon_can_be_seen_on_its_black_ground(shop: Shop) -> None:
    ring = Image.new("RGBA", (1024, 1024), (0, 0, 0, 0))
    ImageDraw.Draw(ring).ellipse((100, 100, 924, 924), outline="#3B3BC8", width=200)
    ring.save(shop.root / "ring.png")
    shop.made("ios", "ring.png")
    folder = "Assets.xcassets/AppIcon.appiconset"
    tinted = shop.open(f"{folder}/AppIcon-tinted.png")
    assert tinted.getpixel((0, 0)) == tinted.getpixel((512, 512)) == (0, 0, 0)
    band = tinted.getpixel((512, 180))
    assert isinstance(band, tuple)
    assert min(band) > 120


def test_the_watch_s_catalogue_says_which_platform_it_is_for(shop: Shop) -> None:
    shop.made("watchos")
    folder = "Assets.xcassets/AppIcon.appiconset"
    (icon,) = json.loads(shop.text(f"{folder}/Contents.json"))["images"]
    assert icon == {
        "filename": "AppIcon.png",
        "idiom": "universal",
        "platform": "watchos",
        "size": "1024x1024",
    }
    image = png_pixels(shop.read(f"{folder}/AppIcon.png"))
    assert (image.width, image.height) == (1024, 1024)
    assert {image.at(x, x)[3] for x in (0, 512, 1023)} == {255}


@pytest.mark.parametrize("source", ["coin.png", "scene.png"])
def test_the_feature_graphic_has_24_bits_and_no_transparency(
    shop: Shop, source: str
) -> None:
    shop.made("{set: play-feature, background: '#112233'}", source)
    image = shop.open("play-feature-1024x500.png")
    assert (image.size, image.mode) == ((1024, 500), "RGB")
    corner = image.getpixel((0, 0))
    assert (corner == (0x11, 0x22, 0x33)) == (source == "coin.png")


# --- texts ----------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "text"), [("og", "coin-og"), ("email", "coin-email")])
def test_a_text_that_is_read_far_from_the_site_needs_its_address(
    shop: Shop, name: str, text: str
) -> None:
    """The picture is published, the text is not, and the plan says why."""
    rows = shop.made(name, "scene.png")
    assert list(rows) == [path for path in rows if path.endswith(".jpg")]
    told = " ".join(shop.run("plan", "coin").split())
    assert f"`{name}@1` leaves `{text}.html` out" in told
    assert "base: https://" in told
    rows = shop.made(f"{{set: {name}, base: 'https://sty.example/'}}", "scene.png")
    assert f"{text}.html" in rows
    assert "leaves" not in shop.run("plan", "coin")


@pytest.mark.parametrize(("side", "end"), [(1340, "@2x"), (800, "")])
def test_a_mail_shows_the_densest_picture_at_600_pixels(
    shop: Shop, side: int, end: str
) -> None:
    Image.linear_gradient("L").resize((side, side)).convert("RGB").save(
        shop.root / "square.png"
    )
    shop.made("{set: email, base: 'https://sty.example/'}", "square.png")
    html = shop.text("coin-email.html")
    assert html.count("<img") == 1
    assert f'src="https://sty.example/coin-email{end}.jpg" width="600"' in html


def test_next_has_no_words_for_a_picture_that_is_left_out(shop: Shop) -> None:
    """A square of 1024 pixels that runs to the edges is too small for 1200."""
    Image.linear_gradient("L").resize((1024, 1024)).convert("RGB").save(
        shop.root / "square.png"
    )
    rows = shop.made("nextjs", "square.png")
    assert not any("opengraph" in path or "twitter" in path for path in rows)
    assert "app/icon.png" in rows
