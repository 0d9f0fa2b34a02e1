"""A set is given colours and pictures, copied and changed, and judges what it makes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import jsonschema_rs
import pytest
import yaml
from icon_readers import ico_entries, png_head
from PIL import Image, ImageDraw

from assetgen.digest import digest_bytes
from assetgen.manifest.schema import manifest_schema, set_schema
from assetgen.manifest.sets import SHELF, platform_names, platform_set
from assetgen.project import open_project

if TYPE_CHECKING:
    from conftest import Shop

MINE = """\
set: mine
version: 3
about: Ours.
pictures:
  icon: {file: "{dir}/{stem}-mine.png", size: 40, background: "{background}"}
texts:
  - {file: "{dir}/{stem}.txt", kind: text, text: "{icon.file} {icon.sizes} {title}"}
"""


CONTAINER = "containers: {{c: {{file: '{}', sizes: [16]}}}}\ntexts:"


def making(shop: Shop) -> set[str]:
    """Return the paths that a build would make."""
    project = open_project(shop.root)
    with project.remembered() as knowledge:
        plan = project.plan(knowledge)
    return {each.file.path for one in plan.assets for each in one.making}


# --- what is given -------------------------------------------------------------------


def test_a_small_picture_is_taken_for_the_smallest_size_alone(shop: Shop) -> None:
    shop.made("{set: favicon, small: small.png}")
    blue = {
        icon.width: icon.pixels().at(8, 8)
        for icon in ico_entries(shop.read("favicon.ico"))
    }
    assert blue[16] == (0, 0, 255, 255)
    assert blue[32] != blue[16] != blue[48]


def test_a_changed_small_picture_makes_only_what_it_is_in(shop: Shop) -> None:
    """Also when a stamp says that nothing was to do a moment ago."""
    shop.made("{set: favicon, small: small.png}")
    shop.run("build")
    assert "Nothing to do" in shop.err
    Image.new("RGBA", (64, 64), "#00FF00").save(shop.root / "small.png")
    shop.run("check", exits=3)
    assert making(shop) == {"favicon.ico", "favicon.html"}
    shop.run("build")
    icon = ico_entries(shop.read("favicon.ico"))[0]
    assert icon.pixels().at(8, 8) == (0, 255, 0, 255)
    shop.run("check")


def test_a_dark_icon_of_one_s_own_is_published_under_its_own_digest(shop: Shop) -> None:
    rows = shop.made("{set: ios, dark: coin.png, tinted: coin.png}", "tall.png")
    dark = rows["Assets.xcassets/AppIcon.appiconset/AppIcon-dark.png"]
    assert dark["source_sha256"] == digest_bytes((shop.root / "coin.png").read_bytes())


def test_a_background_may_be_called_by_the_brand_s_name_for_it(shop: Shop) -> None:
    (shop.root / "brand.yaml").write_text('name: Sty\ncolors: {rosy: "#FFF1F3"}\n')
    shop.made("{set: pwa, background: rosy}")
    image = shop.open("icon-maskable-192.png")
    assert image.getpixel((0, 0)) == (0xFF, 0xF1, 0xF3)
    told = json.loads(shop.text("manifest.webmanifest"))
    assert (told["name"], told["background_color"]) == ("Sty", "#FFF1F3")


def test_what_an_opaque_picture_cannot_be_is_left_out(shop: Shop) -> None:
    Image.linear_gradient("L").resize((1024, 1024)).convert("RGB").save(
        shop.root / "full.png"
    )
    rows = shop.made("[android, ios]", "full.png")
    gone = ("monochrome", "dark", "tinted")
    assert not any(word in path for path in rows for word in gone)
    assert "monochrome" not in shop.text("res/mipmap-anydpi-v26/ic_launcher.xml")
    folder = "Assets.xcassets/AppIcon.appiconset"
    images = json.loads(shop.text(f"{folder}/Contents.json"))["images"]
    assert [image["filename"] for image in images] == ["AppIcon.png"]
    light = shop.open(f"{folder}/AppIcon.png")
    assert light.getpixel((512, 2)) != (255, 255, 255)


DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">{}</svg>'


def test_a_drawing_is_published_as_it_is_and_linked(shop: Shop) -> None:
    drawing = DRAWING.format("<style>@media (prefers-color-scheme: dark) {}</style>")
    (shop.root / "icon.svg").write_text(drawing)
    rows = shop.made("{set: favicon, svg: icon.svg}")
    assert shop.text("icon.svg") == f"{drawing}\n"
    assert (rows["icon.svg"]["format"], rows["icon.svg"]["width"]) == ("svg", None)
    assert 'href="/icon.svg" type="image/svg+xml"' in shop.text("favicon.html")
    (shop.root / "icon.svg").write_text(DRAWING.format("<rect/>"))
    assert making(shop) == {"icon.svg", "favicon.html"}
    shop.run("build")
    shop.made("favicon")
    assert "svg" not in shop.text("favicon.html")
    assert not (shop.output / "icon.svg").exists()


@pytest.mark.parametrize(
    ("drawing", "said"),
    [
        (DRAWING.format("<script>x()</script>"), "icon.svg:1:59: the drawing has a"),
        (DRAWING.format('<image href="coin.png"/>'), "shows files that no browser"),
        (DRAWING.format("<rect>"), "assets.coin.variants.svg: "),
        ("<html/>", "the outermost element is `html`"),
    ],
)
def test_a_drawing_that_does_things_is_refused(
    shop: Shop, drawing: str, said: str
) -> None:
    (shop.root / "icon.svg").write_text(drawing)
    shop.use("{set: favicon, svg: icon.svg}")
    shop.run("validate", exits=2)
    assert said in shop.err
    assert "assets.yaml:3:" in shop.err


# --- sets of one's own ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "used"),
    [
        ("", "./sets/mine.yaml"),
        ("", "sets/mine.yaml"),
        ("variants: {own: sets/mine.yaml}\n", "own"),
        ("variants: {own: [{set: sets/mine.yaml, title: Sty}, 30]}\n", "own"),
        ("variants: {favicon: sets/mine.yaml}\n", "favicon"),
        ("", "{set: sets/mine.yaml, title: Sty}"),
    ],
)
def test_a_set_of_one_s_own_is_used_by_its_path_or_name(
    shop: Shop, head: str, used: str
) -> None:
    (shop.root / "sets").mkdir()
    (shop.root / "sets/mine.yaml").write_text(MINE)
    shop.use(used)
    text = (shop.root / "assets.yaml").read_text()
    shop.write(text.replace("assets:", f"{head}assets:"))
    shop.run("build")
    assert png_head(shop.read("coin-mine.png")).width == 40
    title = "Sty" if "Sty" in head + used else "coin"
    assert shop.text("coin.txt") == f"coin-mine.png 40x40 {title}\n"


def test_a_set_of_the_manifest_may_name_one_that_stands_above_it(shop: Shop) -> None:
    shop.use("more")
    text = (shop.root / "assets.yaml").read_text()
    sets = "variants: {base: [24], more: [base, 48, seed-icon]}\n"
    shop.write(text.replace("assets:", f"{sets}assets:"))
    shop.run("build")
    assert {"coin-24w.png", "coin-48w.png", "coin@2x.webp"} <= set(shop.rows())


def test_a_changed_set_is_seen_although_nothing_was_to_do(shop: Shop) -> None:
    (shop.root / "mine.yaml").write_text(MINE)
    shop.made("./mine.yaml")
    (shop.root / "mine.yaml").write_text(MINE.replace("size: 40", "size: 48"))
    shop.run("build")
    assert png_head(shop.read("coin-mine.png")).width == 48


@pytest.mark.parametrize("name", platform_names())
def test_a_copy_of_a_set_makes_what_the_set_makes(shop: Shop, name: str) -> None:
    """What `assetgen sets NAME` prints is the set, and fits its schema."""
    printed = shop.run("sets", name)
    (shop.root / "copy.yaml").write_text(printed)
    jsonschema_rs.validator_for(set_schema()).validate(yaml.safe_load(printed))
    files = {}
    for used in (name, "./copy.yaml"):
        shop.use(used, "tall.png" if name in {"pinterest", "instagram"} else "big.png")
        Image.new("RGBA", (1340, 1340), (9, 9, 9, 9)).save(shop.root / "big.png")
        (asset,) = open_project(shop.root).manifest.assets
        files[used] = asset.files
    assert files[name] == files["./copy.yaml"]
    assert len(files[name]) > 0


def test_the_list_of_sets_says_what_each_is_for(shop: Shop) -> None:
    out = shop.run("sets")
    found = json.loads(shop.run("sets", "--json"))["sets"]
    for path in SHELF.glob("*.yaml"):
        one = platform_set(path.stem)
        assert one.name == path.stem
        assert one.about in out
        assert found[one.name]["takes"] == list(one.reads())
    shop.run("sets", "favcion", exits=2)
    assert "did you mean `favicon`?" in shop.err


def test_an_editor_knows_a_set_in_use() -> None:
    schema = jsonschema_rs.validator_for(manifest_schema({}))
    good = {"assets": {"a": {"prompt": "x", "variants": [{"set": "pwa"}, 24, "ios"]}}}
    bad = {"assets": {"a": {"prompt": "x", "variants": [{"set": "pwa", "drak": "x"}]}}}
    assert schema.is_valid(good)
    assert not schema.is_valid(bad)


# --- mistakes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "said"),
    [
        ("favcion", "3:73: assets.coin.variants: unknown set `favcion`"),
        ("pwa@7", "`pwa@7` is not the version of this assetgen's set"),
        ("{set: pwa, drak: x.png}", "unknown key `drak`"),
        ("{set: favicon, dark: small.png}", "`favicon` takes no `dark`"),
        ("{set: favicon, small: smal.png}", "no file `smal.png`"),
        ("{set: favicon, small: assets.yaml}", "`assets.yaml` is text, not a picture"),
        ("{set: favicon, background: rosy}", "expected a colour, got `rosy`"),
        ("./no.yaml", "no file `./no.yaml`"),
        ("pinterest, source: scene.png", "wants 1000 by 1500 pixels"),
        ("[favicon, ios], source: scene.png", "`ios@1` wants 1024 by 1024 pixels"),
        ("ios, source: small.png", "the picture of `coin` is 64 by 64"),
    ],
)
def test_a_mistake_in_using_a_set_has_its_place(
    shop: Shop, used: str, said: str
) -> None:
    shop.use(used)
    if "source: " in used:
        text = (shop.root / "assets.yaml").read_text()
        shop.write(text.replace("source: coin.png, ", "", 1))
    shop.run("validate", exits=2)
    assert said in shop.err
    assert "assets.yaml:3:" in shop.err
    assert "hint: " in shop.err


@pytest.mark.parametrize(
    ("was", "written", "said"),
    [
        ("size: 40", "sise: 40", "mine.yaml:5:41: pictures.icon.sise: unknown key"),
        ("{icon.sizes}", "{icno.sizes}", "unknown picture `icno`"),
        ("{icon.sizes}", "{icon.sise}", "unknown word `sise`"),
        ("{title}", "{titel}", "unknown place `titel`"),
        ("{title}", "{title", "a brace has no partner"),
        ("kind: text, text:", "kind: text, make: picture, text:", "has one of"),
        ("{stem}-mine.png", "{stme}.png", "unknown placeholder `{stme}`"),
        (
            "{stem}-mine.png",
            "{stem}.gif",
            "mine.yaml:5:16: pictures.icon.file: expected `png`",
        ),
        ("size: 40", "width: 40, fill: 80%", "`fill` needs both sides of the box"),
        ("size: 40", "size: 40, fill: 120%", "pictures.icon.fill: "),
        ('mine.png", size: 40', 'mine.jpg", size: 40, corners: 9%', "round corners"),
        ("kind: text, text:", "kind: text, beside: icno, text:", "picture `icno`"),
        ("{icon.sizes}", "{icon|icno.sizes}", "unknown picture `icno`"),
        ("version: 3", "version: 0", "expected at least 1"),
        ("texts:", CONTAINER.format("{dir}/a.png"), "ends with `.ico` or `.icns`"),
        ("texts:", CONTAINER.format("{stme}.ico"), "unknown place `stme`"),
        ("set: mine\n", "", "missing `set`"),
    ],
)
def test_a_mistake_in_a_set_of_one_s_own_has_its_place(
    shop: Shop, was: str, written: str, said: str
) -> None:
    assert was in MINE
    (shop.root / "mine.yaml").write_text(MINE.replace(was, written))
    shop.use("./mine.yaml")
    shop.run("validate", exits=2)
    assert said in shop.err
    assert "mine.yaml:" in shop.err


# --- what is refused -----------------------------------------------------------------


def test_what_a_launcher_would_cut_off_is_not_published(shop: Shop) -> None:
    """The asset fails with the place, the file and what to do; nothing is published."""
    sign = Image.new("RGB", (1024, 1024), "white")
    ImageDraw.Draw(sign).rectangle((40, 40, 980, 980), fill="#EC4899")
    sign.save(shop.root / "sign.png")
    shop.use("pwa", "sign.png")
    shop.run("build", exits=1)
    told = " ".join(shop.err.split())
    assert "assets.yaml:3:3: `icon-maskable-192.png` has its subject" in told
    assert "`pwa@1` refuses it" in told
    assert "hint: cut it out with `removeBg: true`" in told
    assert not (shop.output / "icon-192.png").exists()


def test_a_placeholder_is_not_judged(shop: Shop) -> None:
    """Nobody sends it to a store; it is there so that an app can be built."""
    shop.write("version: 1\nassets: {coin: {prompt: a coin, variants: [pwa, ios]}}\n")
    shop.run("build")
    shop.run("check")


def test_check_judges_what_is_published_by_its_bytes(shop: Shop) -> None:
    """A file that the index believes in is still refused by who takes it."""
    shop.made("ios")
    path = "Assets.xcassets/AppIcon.appiconset/AppIcon.png"
    Image.new("RGBA", (1024, 1024)).save(shop.output / path)
    index = json.loads((shop.output / "index.json").read_text())
    for row in index["files"]:
        if row["path"] == path:
            row["sha256"] = digest_bytes(shop.read(path))
    (shop.output / "index.json").write_text(json.dumps(index))
    shop.run("check", exits=3)
    assert f"`{path}` has an alpha channel: `ios@1` refuses it" in shop.out
