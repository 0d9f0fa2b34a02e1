"""`kind: template`: a picture that is an SVG of the project, for nothing."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from block_fonts import block_font

from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shop

BADGE = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">
  <rect width="200" height="100" fill="{{ brand.colors.primary }}"/>
  <text x="10" y="80" font-family="Blocks" font-size="20" fill="#FFF">
    {{- brand.name -}}
  </text>
</svg>
"""
MANIFEST = """\
version: 1
assets:
  badge:
    kind: template
    template: badge.svg
    width: 400
    alt: A badge
    variants: [{width: 50, formats: [png]}]
  coin: {source: coin.png}
"""


@pytest.fixture
def badge(shop: Shop) -> Shop:
    """Return a project of one drawing and one file."""
    shop.write("templates/badge.svg", BADGE)
    shop.write("assets.yaml", MANIFEST)
    shop.write("coin.png", picture((32, 32)))
    return shop


def test_a_drawing_is_planned_for_nothing_and_built(badge: Shop) -> None:
    plan = badge.json("plan")["assets"]["badge"]
    assert (plan["action"], plan["price_usd"], plan["provider"]) == ("make", 0, None)
    assert plan["reason"] == "2 files: never made"
    report = badge.json("build")
    assert (report["spent_usd"], report["submitted"]) == (0, 0)
    assert report["assets"]["badge"]["status"] == "built"
    assert badge.open("badge.png").size == (400, 200)
    assert badge.open("badge.png").getpixel((200, 10)) == (0, 0, 255, 255)
    assert not (badge.folder / "originals").exists()


def test_its_row_in_the_index_has_the_columns_of_any_picture(badge: Shop) -> None:
    badge.run("build")
    rows = badge.rows()
    row = rows["badge-50w.png"]
    assert row.keys() == rows["coin.png"].keys()
    assert (row["width"], row["height"], row["alt"]) == (50, 25, "A badge")
    assert (row["prompt_sha256"], row["draft"]) == (None, False)


def test_letters_are_where_the_template_puts_them(badge: Shop) -> None:
    """`A & B` is five letters of 12 units; the spaces stay empty, the sign is drawn."""
    badge.run("build")
    drawn = badge.open("badge.png")
    inked = [drawn.getpixel((2 * (10 + 12 * at + 6), 150))[0] == 255 for at in range(5)]
    assert inked == [True, False, True, False, True]


def test_a_second_build_has_nothing_to_do(badge: Shop) -> None:
    badge.run("build")
    assert "Nothing to do" in badge.run("build")
    assert badge.json("plan")["changes"] is False
    badge.run("check")
    badge.run("build", "--frozen")


@pytest.mark.parametrize("what", ["brand", "word", "template", "font", "size"])
def test_a_change_makes_the_drawing_again_and_nothing_else(
    badge: Shop, what: str
) -> None:
    badge.run("build")
    if what == "brand":
        badge.write("brand.yaml", 'name: A & B\ncolors: {primary: "#00FF00"}\n')
    elif what == "word":
        badge.write("brand.yaml", 'name: A and B\ncolors: {primary: "#0000FF"}\n')
    elif what == "template":
        badge.write("templates/badge.svg", BADGE.replace("#FFF", "#FF0"))
    elif what == "font":
        badge.write("fonts/blocks.ttf", block_font(letters="AB& "))
    else:
        badge.write("assets.yaml", MANIFEST.replace("width: 400", "width: 800"))
    badge.run("check", code=3)
    plan = badge.json("plan")["assets"]
    assert plan["badge"]["reason"] == "2 files: picture changed"
    assert plan["coin"]["action"] == "as is"
    badge.run("build", "--frozen")
    badge.run("check")


def test_a_font_beside_those_that_are_used_changes_nothing(badge: Shop) -> None:
    badge.run("build")
    badge.write("fonts/other.ttf", block_font("Other"))
    assert badge.json("plan")["changes"] is False


def test_two_builds_in_two_places_publish_the_same_bytes(
    badge: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clone needs nothing but the files that are committed."""
    badge.run("build")
    clone = type(badge)(tmp_path / "clone", badge.capsys)
    ignored = shutil.ignore_patterns("output", ".assetgen.lock")
    shutil.copytree(badge.folder, clone.folder, ignore=ignored)
    monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "another home"))
    clone.run("build")
    assert clone.rows() == badge.rows()


def test_a_matrix_draws_one_picture_a_value(badge: Shop) -> None:
    badge.write(
        "templates/badge.svg", BADGE.replace("{{ brand.name }}", "{{ matrix.n }}")
    )
    manifest = MANIFEST.replace(
        "    width: 400", "    width: 400\n    matrix: {n: [A, B]}"
    )
    badge.write("assets.yaml", manifest)
    badge.run("build")
    badge.write("assets.yaml", manifest.replace("[A, B]", "[A, B, I]"))
    plan = badge.json("plan")["assets"]
    assert [plan[f"badge-{n}"]["action"] for n in "ABI"] == ["as is", "as is", "make"]


def test_what_a_value_prints_is_text_and_never_markup(badge: Shop) -> None:
    badge.write("brand.yaml", 'name: "</text><script>"\ncolors: {primary: "#0000FF"}\n')
    assert "&lt;script&gt;" in badge.run("prompt", "badge")
    badge.run("build")


def test_a_macro_makes_markup(badge: Shop) -> None:
    badge.write(
        "templates/parts.svg",
        "{% macro box(hue) %}"
        '<rect width="200" height="100" fill="{{ hue }}"/>'
        "{% endmacro %}",
    )
    badge.write(
        "templates/badge.svg",
        '{% from "parts.svg" import box %}\n'
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">'
        '{{ box("#00FF00") }}</svg>',
    )
    badge.run("build")
    assert badge.open("badge.png").getpixel((3, 3)) == (0, 255, 0, 255)


def test_a_picture_in_a_drawing_is_a_file_beside_it(badge: Shop) -> None:
    drawing = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100">'
        '<image href="../coin.png" width="100" height="100"/></svg>'
    )
    badge.write("templates/badge.svg", drawing)
    badge.run("build")
    drawn = badge.open("badge.png")
    assert drawn.getpixel((390, 100))[3] == 0
    assert drawn.getpixel((100, 100))[3] == 255
    badge.write("coin.png", picture((32, 32), seed="another"))
    reason = badge.json("plan")["assets"]["badge"]["reason"]
    assert reason == "2 files: picture changed"


def test_an_svg_is_a_source_and_is_drawn_at_the_size_asked_for(shop: Shop) -> None:
    shop.write(
        "logo.svg",
        '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
        "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'svg11.dtd'>\n"
        '<svg xmlns="http://www.w3.org/2000/svg" width="10mm" height="5mm">'
        '<rect width="100%" height="100%" fill="red"/></svg>',
    )
    shop.write("assets.yaml", "assets: {logo: {source: logo.svg, height: 64}}")
    shop.run("build")
    assert shop.open("logo.png").size == (128, 64)
    assert shop.open("logo.png").getpixel((127, 63)) == (255, 0, 0, 255)
    assert "a drawing of yours, logo.svg" in shop.run("why", "logo")


def test_a_drawing_of_another_shape_keeps_its_proportions(badge: Shop) -> None:
    badge.write(
        "assets.yaml", MANIFEST.replace("width: 400", "width: 100\n    height: 100")
    )
    badge.run("build")
    drawn = badge.open("badge.png")
    assert (drawn.size, drawn.getpixel((50, 10))[3]) == ((100, 100), 0)
    assert drawn.getpixel((50, 30)) == (0, 0, 255, 255)


def test_prompt_shows_the_drawing_as_it_is_rendered(badge: Shop) -> None:
    said = badge.run("prompt", "badge")
    assert "badge.svg, 400 by 200 pixels, free" in said
    assert ">A &amp; B</text>" in said
    told = badge.json("prompt", "badge")["badge"]
    assert (told["width"], told["height"]) == (400, 200)
    assert ">A &amp; B</text>" in told["svg"]


MISTAKES = {
    "no template": (
        "{kind: template}",
        "assets.yaml:1:20: assets.x.kind: `kind: template` needs a `template`",
    ),
    "no such template": (
        "{kind: template, template: bagde.svg}",
        "no template named `bagde.svg`\n\nhint: did you mean `badge.svg`?",
    ),
    "a model": (
        "{kind: template, template: badge.svg, model: nano-banana-pro}",
        "`model` says nothing beside `kind: template`: nothing is bought",
    ),
    "a size of no drawing": (
        "{prompt: a coin, width: 20}",
        "`width` belongs to a drawing: `kind: template`, or an svg\n",
    ),
    "a kind": (
        "{kind: templat, template: badge.svg}",
        "assets.yaml:1:20: assets.x.kind: ",
    ),
    "a drawing as words": (
        "{template: badge.svg}",
        "`badge.svg` is a drawing, not words for a model\n\nhint: add `kind: template`",
    ),
    "a variant that is too large": (
        "{kind: template, template: badge.svg, variants: [300]}",
        "a variant of 300 pixels wide is larger than the picture of `x`",
    ),
}


@pytest.mark.parametrize(("asset", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_a_drawing_asset_is_told(
    badge: Shop, asset: str, said: str
) -> None:
    badge.write("assets.yaml", f"assets: {{x: {asset}}}")
    assert said in badge.run("validate", code=2)


TEXT = '<text y="9" {}>{}</text>'
FAULTS = {
    "letters that are missing": (
        TEXT.format('font-family="Blocks"', "Ga漢☃漢"),
        "svg:2:1: assets.badge.template: the font `Blocks` has no `漢` (U+6F22), `☃`",
    ),
    "a font that is missing": (
        TEXT.format('font-family="Bloks"', "A"),
        "no font named `Bloks`\n\nhint: did you mean `Blocks`?",
    ),
    "a font of the machine": (
        TEXT.format('font-family="sans-serif"', "A"),
        "is another font on every machine\n\nhint: fonts of this project: `Blocks`",
    ),
    "no font": (TEXT.format("", "Hello"), "the text `Hello` names no `font-family`"),
    "a font by class": (
        "<style>.t{font-family:Bloks}</style>" + TEXT.format('class="t"', "A"),
        "no font named `Bloks`",
    ),
    "too clever a rule": (
        "<style>g &gt; text{font-family:Blocks}</style>" + TEXT.format("", "A"),
        "the rule `g > text` chooses a font in too clever a way",
    ),
    "the short form": (
        TEXT.format('style="font: 9px Blocks"', "A"),
        "the short form `font:`",
    ),
    "not XML": (
        "<g>",
        "badge.svg:3:3: assets.badge.template: the drawing is not XML: mismatched tag",
    ),
    "a bare sign": ("<text>A & B</text>", "hint: a plain `&` is written `&amp;`"),
    "no such picture": (
        '<image href="x.png"/>',
        "no file `x.png`\n\nhint: its path starts from the drawing's own folder",
    ),
}


@pytest.mark.parametrize(("inside", "said"), FAULTS.values(), ids=FAULTS)
def test_a_fault_of_a_drawing_is_told_before_anything_runs(
    badge: Shop, inside: str, said: str
) -> None:
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
    badge.write("templates/badge.svg", f"{head}\n{inside}\n</svg>")
    assert said in badge.run("validate", code=2)


def test_a_font_is_inherited_and_the_nearest_one_counts(badge: Shop) -> None:
    badge.write("fonts/signs.ttf", block_font("Signs", "☃"))
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30" '
    head += 'font-family="Blocks">'
    good = '<text y="20">A<tspan style="font-family: Signs">☃</tspan>B</text>'
    badge.write("templates/badge.svg", f"{head}{good}</svg>")
    badge.run("build")
    bad = good.replace("</tspan>B", "</tspan>☃")
    badge.write("templates/badge.svg", f"{head}{bad}</svg>")
    assert "the font `Blocks` has no `☃`" in badge.run("validate", code=2)


def test_a_line_of_a_template_with_blocks_is_told_as_such(badge: Shop) -> None:
    badge.write("templates/badge.svg", "{% set a = 1 %}\n<svg>\n</svg>")
    said = badge.run("validate", code=2)
    assert (
        "the drawing does not say that it is SVG (line 1 of what the template" in said
    )
    assert "assets.yaml:5:15: assets.badge.template" in said


def test_fonts_can_be_listed(badge: Shop) -> None:
    (badge.folder / "fonts").rename(badge.folder / "type")
    badge.run("validate", code=2)
    for fonts in ("type", "[type/blocks.ttf]"):
        badge.write("assets.yaml", f"fonts: {fonts}\n{MANIFEST}")
        badge.run("validate")
    badge.write("assets.yaml", f"fonts: [typ/blocks.ttf]\n{MANIFEST}")
    said = badge.run("validate", code=2)
    assert "assets.yaml:1:9: fonts.0: no file or folder `typ/blocks.ttf`" in said


def test_a_file_that_is_no_font_is_named(badge: Shop) -> None:
    badge.write("fonts/nope.ttf", b"wOF2 or anything else")
    said = badge.run("validate", code=2)
    assert "fonts/nope.ttf:1:1: `nope.ttf` is no font that assetgen reads" in said


@pytest.mark.parametrize("command", ["retake", "keep"])
def test_nobody_chooses_among_takes_of_a_drawing(badge: Shop, command: str) -> None:
    said = badge.run(command, "badge", code=2)
    assert "`badge` is a drawing of yours, which nobody buys or chooses" in said
    assert "hint: change `badge.svg` instead" in said


def test_a_list_of_fonts_may_name_others_first(badge: Shop) -> None:
    """The first that the project has draws, and must have every letter."""
    wanted = BADGE.replace('"Blocks"', '"Helvetica, Blocks, sans-serif"')
    badge.write("templates/badge.svg", wanted)
    badge.run("build")
    badge.write("templates/badge.svg", wanted.replace("{{- brand.name -}}", "漢"))
    assert "the font `Blocks` has no `漢`" in badge.run("validate", code=2)


def test_another_size_of_picture_in_a_batch_draws_each_once(badge: Shop) -> None:
    """Two assets of one drawing at one size are one picture on the shelf."""
    both = "{kind: template, template: badge.svg, width: 40}"
    badge.write("assets.yaml", f"assets: {{a: {both}, b: {both}}}")
    badge.run("build")
    rows = badge.rows()
    assert rows["a.png"]["source_sha256"] == rows["b.png"]["source_sha256"]
    assert rows["a.png"]["sha256"] == rows["b.png"]["sha256"]


# --- light and dark ---------------------------------------------------------------

THEMED = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><style>
  rect { fill: #00FF00 }
  @media (prefers-color-scheme: dark) { rect { fill: #000000 } g { fill: red } }
  @media screen and (prefers-color-scheme: light) { rect { fill: #FF0000 } }
</style><rect width="9" height="9"/></svg>
"""


def test_a_drawing_for_light_and_dark_is_drawn_in_light(shop: Shop) -> None:
    """The same file is the set's `svg` for browsers and the picture of everything."""
    shop.write("icon.svg", THEMED)
    shop.write(
        "assets.yaml",
        "assets: {icon: {source: icon.svg, width: 256, "
        "variants: [{set: favicon, svg: icon.svg}]}}",
    )

    said = shop.run("plan")
    shop.run("build")

    assert "note: it is drawn as in light surroundings" in said
    assert shop.open("icon.png").getpixel((99, 99)) == (255, 0, 0, 255)
    assert (shop.folder / "output" / "icon.svg").read_text() == THEMED


def test_letters_of_the_dark_rules_need_no_font(shop: Shop) -> None:
    dark = THEMED.replace("g { fill: red }", "text { font-family: Nobody }")
    shop.write("icon.svg", dark)
    shop.write("assets.yaml", "assets: {icon: {source: icon.svg, width: 20}}")

    shop.run("build")


@pytest.mark.parametrize("query", ["print", "(min-width: 5px)", "not all", "dark"])
def test_other_conditions_are_refused_because_they_do_nothing(
    shop: Shop, query: str
) -> None:
    shop.write("icon.svg", THEMED.replace("(prefers-color-scheme: dark)", query))
    shop.write("assets.yaml", "assets: {icon: {source: icon.svg, width: 20}}")

    assert "`@media` in a `<style>`" in shop.run("validate", code=2)
