"""Each set is built from one picture, and read as those read it who take it."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from math import hypot
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from icon_readers import icns_entries, ico_entries, png_head

from assetgen.manifest.sets import platform_names

if TYPE_CHECKING:
    from PIL import Image

    from conftest import Shop

SCENES = {"og", "x-card", "linkedin", "github-social", "youtube-thumbnail"}
SCENES |= {"srcset", "email"}
ANDROID = "{http://schemas.android.com/apk/res/android}"


def source_of(name: str) -> str:
    if name in {"pinterest", "instagram"}:
        return "tall.png"
    return "scene.png" if name in SCENES else "coin.png"


class Tags(HTMLParser):
    """The tags of a snippet, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def reach(image: Image.Image, limit: int = 40) -> float:
    """Return how far the subject goes from the middle, in shares of the side."""
    ground = image.getpixel((0, 0))
    assert isinstance(ground, tuple)
    side, far = image.width, 0.0
    for y in range(0, side, 2):
        for x in range(0, side, 2):
            pixel = image.getpixel((x, y))
            assert isinstance(pixel, tuple)
            seen = (
                pixel[3] > limit
                if len(pixel) == 4
                else max(abs(a - b) for a, b in zip(pixel, ground, strict=True)) > limit
            )
            if seen:
                far = max(far, hypot(x - side / 2, y - side / 2) / side)
    return far


@pytest.mark.parametrize("name", platform_names())
def test_every_set_is_built_agrees_and_is_not_built_again(
    shop: Shop, name: str
) -> None:
    """Every row tells the truth about its file, and the next build has no work."""
    rows = shop.made(name, source_of(name))
    assert rows
    for path, row in rows.items():
        data = shop.read(path)
        assert len(data) == row["bytes"]
        if path.endswith(".png"):
            head = png_head(data)
            assert (head.width, head.height) == (row["width"], row["height"])
        elif row["width"] is None:
            assert row["height"] is None
            assert row["format"] in {"json", "html", "xml", "text", "svg"}
            assert data.endswith(b"\n")
    shop.run("build")
    assert "Nothing to do" in shop.err


def test_the_seed_icon_has_exactly_the_sizes_of_its_pattern(shop: Shop) -> None:
    rows = shop.made("seed-icon")
    sizes = {"@1x": 24, "@2x": 48, "@3x": 72, "-hero": 160}
    assert {
        path: (row["variant"], row["width"], row["height"])
        for path, row in rows.items()
    } == {
        f"coin{suffix}.{form}": (suffix, side, side)
        for suffix, side in sizes.items()
        for form in ("png", "webp")
    }


def test_a_favicon_is_found_by_the_tags_beside_it(shop: Shop) -> None:
    shop.made("favicon")
    icons = ico_entries(shop.read("favicon.ico"))
    assert [(icon.width, icon.is_png) for icon in icons] == [
        (16, True),
        (32, True),
        (48, True),
    ]
    apple = png_head(shop.read("apple-touch-icon.png"))
    assert (apple.width, apple.height, apple.colours) == (180, 180, 2)
    links = Tags(shop.text("favicon.html")).all("link")
    assert [link["rel"] for link in links] == ["icon", "icon", "apple-touch-icon"]
    assert all((shop.output / str(link["href"])[1:]).is_file() for link in links)
    assert links[0]["sizes"] == "32x32"


def test_a_web_app_s_manifest_tells_the_truth_about_its_icons(shop: Shop) -> None:
    shop.made("{set: pwa, title: Rösti & Co, theme: '#123456'}")
    told = json.loads(shop.text("manifest.webmanifest"))
    assert told["name"] == "Rösti & Co"
    assert told["theme_color"] == "#123456"
    assert [icon["purpose"] for icon in told["icons"]] == [
        "any",
        "any",
        "maskable",
        "maskable",
        "monochrome",
    ]
    for icon in told["icons"]:
        head = png_head(shop.read(icon["src"]))
        assert icon["sizes"] == f"{head.width}x{head.height}"
        assert icon["type"] == "image/png"
        assert (head.colours == 2) == (icon["purpose"] == "maskable")
    assert 0.33 < reach(shop.open("icon-maskable-512.png")) <= 0.4
    shape = shop.open("icon-monochrome-512.png")
    assert shape.convert("RGB").getextrema() == ((255, 255),) * 3
    tags = Tags(shop.text("pwa.html"))
    assert tags.all("link") == [{"rel": "manifest", "href": "/manifest.webmanifest"}]


def test_the_catalogue_of_ios_has_three_icons_as_xcode_writes_them(shop: Shop) -> None:
    shop.made("ios")
    folder = "Assets.xcassets/AppIcon.appiconset"

    def luminous(value: str) -> dict[str, object]:
        return {
            "appearances": [{"appearance": "luminosity", "value": value}],
            "filename": f"AppIcon-{value}.png",
            "idiom": "universal",
            "platform": "ios",
            "size": "1024x1024",
        }

    light = luminous("light") | {"filename": "AppIcon.png"}
    del light["appearances"]
    assert json.loads(shop.text(f"{folder}/Contents.json")) == {
        "images": [light, luminous("dark"), luminous("tinted")],
        "info": {"author": "xcode", "version": 1},
    }
    assert json.loads(shop.text("Assets.xcassets/Contents.json")) == {
        "info": {"author": "xcode", "version": 1}
    }
    colours = {
        name: png_head(shop.read(f"{folder}/{name}.png")).colours
        for name in ("AppIcon", "AppIcon-dark", "AppIcon-tinted")
    }
    assert colours == {"AppIcon": 2, "AppIcon-dark": 6, "AppIcon-tinted": 2}
    assert 0.36 < reach(shop.open(f"{folder}/AppIcon.png")) <= 0.42
    red, green, blue = shop.open(f"{folder}/AppIcon-tinted.png").split()
    assert red.tobytes() == green.tobytes() == blue.tobytes()
    assert red.getpixel((0, 0)) == 0


def test_an_imageset_has_a_dark_side_only_if_it_is_given(shop: Shop) -> None:
    folder = "Assets.xcassets/coin.imageset"
    shop.made("{set: imageset, width: 30}")
    images = json.loads(shop.text(f"{folder}/Contents.json"))["images"]
    widths = [png_head(shop.read(f"{folder}/{i['filename']}")).width for i in images]
    assert (widths, [i["scale"] for i in images]) == ([30, 60, 90], ["1x", "2x", "3x"])
    shop.made("{set: imageset, dark: small.png, width: 20}")
    images = json.loads(shop.text(f"{folder}/Contents.json"))["images"]
    dark = [i["filename"] for i in images if "appearances" in i]
    assert dark == ["coin-dark.png", "coin-dark@2x.png", "coin-dark@3x.png"]
    assert shop.open(f"{folder}/coin-dark@2x.png").getpixel((5, 5)) == (0, 0, 255)


def test_android_finds_every_layer_in_every_density(shop: Shop) -> None:
    shop.made("android")
    icon = ET.fromstring(shop.text("res/mipmap-anydpi-v26/ic_launcher.xml"))  # noqa: S314  our own
    assert icon.tag == "adaptive-icon"
    layers = {layer.tag: layer.get(f"{ANDROID}drawable") for layer in icon}
    assert layers == {
        "background": "@color/ic_launcher_background",
        "foreground": "@mipmap/ic_launcher_foreground",
        "monochrome": "@mipmap/ic_launcher_monochrome",
    }
    values = ET.fromstring(shop.text("res/values/ic_launcher_background.xml"))  # noqa: S314  our own
    assert [(one.get("name"), one.text) for one in values] == [
        ("ic_launcher_background", "#FFFFFF")
    ]
    scales = {"mdpi": 1.0, "hdpi": 1.5, "xhdpi": 2.0, "xxhdpi": 3.0, "xxxhdpi": 4.0}
    for density, scale in scales.items():
        for name, side in (("", 48), ("_foreground", 108), ("_monochrome", 108)):
            path = f"res/mipmap-{density}/ic_launcher{name}.png"
            assert png_head(shop.read(path)).width == side * scale
    for layer in ("foreground", "monochrome"):
        image = shop.open(f"res/mipmap-xxxhdpi/ic_launcher_{layer}.png")
        assert 0.27 < reach(image) <= 33 / 108
    play = png_head(shop.read("play-store-512.png"))
    assert (play.width, play.height, play.colours) == (512, 512, 6)
    assert len(shop.read("play-store-512.png")) <= 1024 * 1024


def test_macos_has_the_names_that_iconutil_reads(shop: Shop) -> None:
    shop.made("macos")
    for points in (16, 32, 128, 256, 512):
        for scale, end in ((1, ""), (2, "@2x")):
            path = f"AppIcon.iconset/icon_{points}x{points}{end}.png"
            assert png_head(shop.read(path)).width == points * scale
    entries = icns_entries(shop.read("AppIcon.icns"))
    assert png_head(entries["ic10"]).width == 1024
    assert {"is32", "s8mk", "il32", "l8mk", "ic07", "ic08", "ic09"} <= set(entries)


def test_windows_has_an_icon_that_old_readers_read(shop: Shop) -> None:
    rows = shop.made("windows")
    icons = ico_entries(shop.read("app.ico"))
    sides = [16, 20, 24, 30, 32, 36, 40, 48, 60, 64, 72, 80, 96, 256]
    assert [icon.width for icon in icons] == sides
    assert [icon.is_png for icon in icons] == [False] * 13 + [True]
    assert {icon.pixels().at(0, 0)[3] for icon in icons} == {0}
    wide = rows["Assets/Wide310x150Logo.scale-400.png"]
    assert (wide["width"], wide["height"]) == (1240, 600)
    assert "Assets/Square44x44Logo.targetsize-16_altform-unplated.png" in rows


@pytest.mark.parametrize("name", ["tauri", "electron"])
def test_desktop_frameworks_get_both_containers(shop: Shop, name: str) -> None:
    rows = shop.made(name)
    for path in rows:
        if path.endswith(".icns"):
            assert "ic10" in icns_entries(shop.read(path))
        elif path.endswith(".ico"):
            assert ico_entries(shop.read(path))[-1].width == 256
        elif path.endswith(".png"):
            assert png_head(shop.read(path)).colours == 6


def test_tauri_never_meets_a_png_without_alpha(shop: Shop) -> None:
    rows = shop.made("tauri", "tall.png")
    pngs = [path for path in rows if path.endswith(".png")]
    assert {png_head(shop.read(path)).colours for path in pngs} == {6}
    told = json.loads(shop.text("icons/tauri.icons.json"))["bundle"]["icon"]
    assert all((shop.output / path).is_file() for path in told)


def test_expo_names_only_files_that_are_there(shop: Shop) -> None:
    shop.made("expo")
    told = json.loads(shop.text("app.icons.json"))["expo"]

    def files(node: object) -> list[str]:
        if isinstance(node, dict):
            return [path for one in node.values() for path in files(one)]
        if isinstance(node, list):
            return [path for one in node for path in files(one)]
        return [str(node)] if str(node).startswith("./") else []

    found = files(told)
    assert "expo-notifications" not in shop.text("app.icons.json")
    (plugin,) = json.loads(shop.text("app.notifications.json"))["expo"]["plugins"]
    assert plugin[0] == "expo-notifications"
    assert files(plugin) == ["./assets/images/notification-icon.png"]
    assert len(found) == 8
    assert all((shop.output / path).is_file() for path in found)


@pytest.mark.parametrize(
    ("name", "paths"),
    [
        ("react-native", ["coin.png", "coin@2x.png", "coin@3x.png"]),
        (
            "flutter",
            ["assets/coin.png", "assets/2.0x/coin.png", "assets/3.0x/coin.png"],
        ),
    ],
)
def test_apps_find_their_densities(shop: Shop, name: str, paths: list[str]) -> None:
    rows = shop.made(f"{{set: {name}, width: 40, height: 20}}")
    assert {path: rows[path]["width"] for path in rows} == dict(
        zip(paths, (40, 80, 120), strict=True)
    )
    assert rows[paths[2]]["height"] == 60


def test_the_store_icon_of_an_extension_has_its_room(shop: Shop) -> None:
    shop.made("chrome-extension", "tall.png")
    box = shop.open("store-icon-128.png").getchannel("A").getbbox()
    assert box is not None
    assert (box[1], box[3]) == (16, 112)
    told = json.loads(shop.text("icons/manifest.icons.json"))["icons"]
    assert {size: png_head(shop.read(path)).width for size, path in told.items()} == {
        "16": 16,
        "32": 32,
        "48": 48,
        "128": 128,
    }


def test_next_finds_pictures_and_words_by_their_names(shop: Shop) -> None:
    shop.made("nextjs")
    assert shop.text("app/opengraph-image.alt.txt") == "A <rose> coin\n"
    og = png_head(shop.read("app/opengraph-image.png"))
    assert (og.width, og.height, og.colours) == (1200, 630, 2)


@pytest.mark.parametrize(
    ("name", "path", "size", "limit"),
    [
        ("og", "coin-og.jpg", (1200, 630), 300_000),
        ("x-card", "coin-x-card.jpg", (1200, 675), 5_000_000),
        ("linkedin", "coin-linkedin.jpg", (1200, 627), 5_000_000),
        ("github-social", "coin-github-social.jpg", (1280, 640), 1_000_000),
        ("youtube-thumbnail", "coin-youtube-thumbnail.jpg", (1280, 720), 2_000_000),
        ("pinterest", "coin-pinterest.jpg", (1000, 1500), 10_000_000),
        ("slack-emoji", "coin-slack.png", (128, 128), 128_000),
        ("discord-emoji", "coin-discord-sticker.png", (320, 320), 512_000),
    ],
)
def test_cards_have_their_size_and_stay_within_their_bytes(
    shop: Shop, name: str, path: str, size: tuple[int, int], limit: int
) -> None:
    shop.made(name, source_of(name))
    assert shop.open(path).size == size
    assert len(shop.read(path)) <= limit


def test_the_tags_of_a_shared_link_are_escaped_and_whole(shop: Shop) -> None:
    shop.made("{set: og, base: 'https://sty.example/'}", "scene.png")
    tags = Tags(shop.text("coin-og.html")).all("meta")
    told = {tag.get("property"): tag["content"] for tag in tags}
    assert told["og:image"] == "https://sty.example/coin-og.jpg"
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:image:alt"] == "A <rose> coin"


def test_a_responsive_picture_offers_what_there_is_and_no_more(shop: Shop) -> None:
    rows = shop.made("{set: srcset, sizes: 50vw}", "scene.png")
    widths = {row["width"] for row in rows.values() if row["format"] == "avif"}
    assert widths == {320, 480, 640, 768, 960, 1280}
    tags = Tags(shop.text("coin.html"))
    assert [tag for tag, _ in tags.found] == ["picture", "source", "source", "img"]
    types = [source["type"] for source in tags.all("source")]
    assert types == ["image/avif", "image/webp"]
    (image,) = tags.all("img")
    assert image["alt"] == "A <rose> coin"
    path = str(image["src"])[1:]
    assert (image["width"], image["height"]) == (
        str(rows[path]["width"]),
        str(rows[path]["height"]),
    )
    offered = [*tags.all("source"), image]
    for one in offered:
        for part in str(one["srcset"]).split(", "):
            url, width = part.split()
            assert rows[url[1:]]["width"] == int(width[:-1])
        assert one["sizes"] == "50vw"


def test_a_transparent_picture_falls_back_to_png(shop: Shop) -> None:
    rows = shop.made("srcset")
    assert {row["format"] for row in rows.values()} == {"avif", "webp", "png", "html"}
    (image,) = Tags(shop.text("coin.html")).all("img")
    assert str(image["src"]).endswith(".png")
