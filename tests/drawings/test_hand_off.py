"""`emit`: what other programs get beside the pictures."""

from __future__ import annotations

import json
import re
import shutil
from html.parser import HTMLParser
from io import BytesIO
from typing import TYPE_CHECKING, Any

import blurhash
import pytest
import tinycss2
from PIL import Image
from test_overlays import plain

from assetgen.images.glance import glance
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from pathlib import Path

    from conftest import Shop

ASSETS = """\
assets:
  icons/coin:
    source: coin.png
    alt: 'A "coin" & more'
    variants:
      - {suffix: "@1x", width: 24, formats: [png, webp, avif]}
      - {suffix: "@2x", width: 48, formats: [png, webp]}
      - {suffix: -card, width: 40, height: 20, fit: cover, formats: [jpg]}
  red: {source: red.png}
"""


def gallery(shop: Shop, emit: str) -> Shop:
    """Write a project of two pictures that are handed off."""
    shop.write("coin.png", picture((64, 64)))
    shop.write("red.png", plain((30, 20), (255, 0, 0)))
    shop.write("assets.yaml", f"emit: {emit}\n{ASSETS}")
    return shop


def text(shop: Shop, name: str) -> str:
    """Return a published text."""
    return (shop.folder / "output" / name).read_text(encoding="utf-8")


def module(source: str) -> dict[str, Any]:
    """Return the constant of an emitted TypeScript module, which is JSON."""
    found = re.search(
        r"^export const assets = (\{.*?^\}) as const satisfies ",
        source,
        re.DOTALL | re.MULTILINE,
    )
    assert found
    return dict(json.loads(found[1]))


def sources(told: dict[str, Any]) -> set[str]:
    """Return every address that a text tells of."""
    return {
        file["src"]
        for asset in told.values()
        for formats in asset["variants"].values()
        for file in formats.values()
    }


ONE_CONSTANT = (
    "export const assets = {} as const satisfies { readonly [name: string]: Asset };"
)


class Tags(HTMLParser):
    """Every start tag with its attributes; what is opened must be closed."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, {name: value or "" for name, value in attrs}))
        if tag == "picture":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_every_published_file_is_in_the_json_as_it_is(shop: Shop) -> None:
    gallery(shop, "[json]").run("build")
    told = json.loads(text(shop, "assets.json"))["assets"]
    coin = told["icons/coin"]
    assert coin["alt"] == 'A "coin" & more'
    assert list(coin["variants"]) == ["-card", "master", "@1x", "@2x"]
    rows = shop.rows()
    for asset in told.values():
        for formats in asset["variants"].values():
            for form, file in formats.items():
                row = rows[file["src"]]
                assert row["format"] == form
                for column in ("width", "height", "bytes", "sha256"):
                    assert row[column] == file[column]
                with Image.open(shop.folder / "output" / file["src"]) as opened:
                    assert opened.size == (file["width"], file["height"])
    assert sources(told) == rows.keys() - {"assets.json"}


def test_a_picture_at_a_glance_is_its_main_colour_and_a_blurhash(shop: Shop) -> None:
    gallery(shop, "[json]").run("build")
    red = json.loads(text(shop, "assets.json"))["assets"]["red"]
    assert red["color"] == "#FF0000"
    assert len(red["blurhash"]) == 28
    assert blurhash.decode(red["blurhash"], 2, 2)[0][0] == [255, 0, 0]


def test_the_main_colour_is_of_what_is_seen() -> None:
    """Transparent pixels have no colour, and alike ones count together."""
    made = Image.new("RGBA", (64, 64), (0, 255, 0, 0))
    made.paste((0, 0, 200, 255), (0, 0, 20, 20))
    made.paste((0, 0, 210, 255), (20, 0, 40, 20))
    made.paste((250, 0, 0, 255), (0, 20, 30, 40))
    out = BytesIO()
    made.save(out, "PNG")
    assert glance(out.getvalue()).color == "#0000CD"
    assert glance(plain((1, 1), (0, 0, 0, 0))).color == "#FFFFFF"


def test_typescript_holds_the_same_and_is_the_whole_of_a_module(shop: Shop) -> None:
    gallery(shop, "[json, typescript]").run("build")
    source = text(shop, "assets.ts")
    assert module(source) == json.loads(text(shop, "assets.json"))["assets"]
    shell = source.replace(
        re.search(r"= (\{.*?^\}) as", source, re.DOTALL | re.MULTILINE)[1], "{}"
    )
    bare = re.sub(r'//.*|"[^"]*"', "", shell)
    assert bare.count("{") == bare.count("}")
    assert [line for line in bare.splitlines() if line.startswith("export")] == [
        "export interface Picture {",
        "export interface Asset {",
        ONE_CONSTANT,
        "export type AssetName = keyof typeof assets;",
        "export default assets;",
    ]


def test_css_has_a_class_for_each_size_and_only_right_rules(shop: Shop) -> None:
    gallery(shop, "[css]").run("build")
    sheet = tinycss2.parse_stylesheet(
        text(shop, "assets.css"), skip_comments=True, skip_whitespace=True
    )
    names = []
    for rule in sheet:
        assert rule.type == "qualified-rule"
        names.append(tinycss2.serialize(rule.prelude).strip())
        body = tinycss2.parse_declaration_list(
            rule.content, skip_comments=True, skip_whitespace=True
        )
        assert {each.type for each in body} == {"declaration"}
        for url in re.findall(r'url\("([^"]*)"\)', tinycss2.serialize(rule.content)):
            assert (shop.folder / "output" / url).is_file()
    assert names == [
        ":root",
        ".asset-icons-coin-card",
        ".asset-icons-coin-1x",
        ".asset-icons-coin-2x",
        ".asset-red",
    ]
    assert "--asset-red-color: #FF0000;" in text(shop, "assets.css")


def test_names_that_css_would_confuse_stay_apart(shop: Shop) -> None:
    shop.write("coin.png", picture((64, 64)))
    source = "source: coin.png"
    shop.write(
        "assets.yaml",
        f"emit: css\nassets: {{a/b: {{{source}}}, a-b: {{{source}}}, "
        f'a.b: {{{source}, variants: [{{suffix: "", width: 20, formats: [webp]}}]}}}}',
    )
    shop.run("build")
    classes = re.findall(r"^\.(\S+) \{", text(shop, "assets.css"), re.MULTILINE)
    assert sorted(classes) == ["asset-a-b", "asset-a-b-2", "asset-a-b-3"]


def test_html_shows_each_shape_with_its_size_and_its_words(shop: Shop) -> None:
    gallery(shop, "[html]").run("build")
    tags = Tags(text(shop, "assets.html"))
    assert tags.open == []
    images = [attrs for tag, attrs in tags.seen if tag == "img"]
    assert [(i["width"], i["height"], i["alt"]) for i in images] == [
        ("40", "20", 'A "coin" & more'),
        ("24", "24", 'A "coin" & more'),
        ("30", "20", ""),
    ]
    types = [attrs["type"] for tag, attrs in tags.seen if tag == "source"]
    assert types == ["image/avif", "image/webp"]
    assert images[1]["srcset"] == "icons/coin@1x.png 24w, icons/coin@2x.png 48w"
    for _, attrs in tags.seen:
        for each in attrs.get("srcset", "").split(", "):
            if each:
                assert (shop.folder / "output" / each.split(" ")[0]).is_file()


def test_hashed_names_stand_beside_the_plain_ones_and_follow_the_bytes(
    shop: Shop,
) -> None:
    gallery(shop, "{formats: [json, html], names: hashed, base: /img/}").run("build")

    def named() -> set[str]:
        told = json.loads(text(shop, "assets.json"))["assets"]
        return {source.removeprefix("/img/") for source in sources(told)}

    def copies() -> set[str]:
        folder = shop.folder / "output"
        found = (path.relative_to(folder).as_posix() for path in folder.rglob("*"))
        return {path for path in found if re.search(r"\.[0-9a-f]{8}\.\w+$", path)}

    before = named()
    assert before == copies()
    assert 'src="/img/icons/coin@2x.' in text(shop, "assets.html")
    for name in before:
        data = (shop.folder / "output" / name).read_bytes()
        plain_name = re.sub(r"\.[0-9a-f]{8}(\.\w+)$", r"\1", name)
        assert data == (shop.folder / "output" / plain_name).read_bytes()
    assert "Nothing to do" in shop.run("build")
    shop.write("red.png", plain((30, 20), (254, 0, 0)))
    shop.run("build")
    after = named()
    assert after == copies()
    assert len(before ^ after) == 2
    shop.run("check")
    gallery(shop, "{formats: [json], names: plain}").run("build")
    assert copies() == set()
    assert not (shop.folder / "output/assets.html").exists()
    shop.run("check")


def test_the_plan_says_what_is_written_and_a_second_build_is_idle(shop: Shop) -> None:
    gallery(shop, "[json, css]")
    plan = shop.json("plan")
    assert [each["path"] for each in plan["texts"]] == ["assets.json", "assets.css"]
    assert {each["reason"] for each in plan["texts"]} == {"never made"}
    assert "write 2 texts" in shop.run("plan")
    shop.run("build")
    assert shop.json("plan")["changes"] is False
    assert "Nothing to do" in shop.run("build")
    shop.run("check")


REASONS = {
    "gone": "file missing",
    "other words": "`icons/coin` is made",
    "another base": "what it says changed",
}


@pytest.mark.parametrize(("what", "reason"), REASONS.items())
def test_a_text_is_written_again_when_what_it_tells_changed(
    shop: Shop, what: str, reason: str
) -> None:
    gallery(shop, "[json]").run("build")
    if what == "gone":
        (shop.folder / "output/assets.json").unlink()
    elif what == "other words":
        manifest = (shop.folder / "assets.yaml").read_text()
        shop.write("assets.yaml", manifest.replace("& more", "and more"))
    else:
        gallery(shop, "{formats: [json], base: /img/}")
    (planned,) = shop.json("plan")["texts"]
    assert (planned["action"], planned["reason"]) == ("make", reason)
    shop.run("check", code=3)
    shop.run("build", "--frozen")
    shop.run("check")
    told = text(shop, "assets.json")
    assert ("and more" in told, "/img/" in told) == (
        what == "other words",
        what == "another base",
    )


def test_a_text_that_a_person_edited_is_left_alone_and_told(shop: Shop) -> None:
    gallery(shop, "[json]").run("build")
    shop.write("output/assets.json", "{}")
    said = shop.run("build", code=3)
    assert "`assets.json` was edited since it was published" in said
    assert text(shop, "assets.json") == "{}"
    assert shop.json("plan")["texts"][0]["action"] == "edited"
    shop.run("check", code=3)
    (shop.folder / "output/assets.json").unlink()
    shop.run("build")
    shop.run("check")


def test_a_file_that_was_never_ours_is_not_overwritten(shop: Shop) -> None:
    shop.write("output/assets.ts", "export const mine = 1;\n")
    gallery(shop, "[typescript]").run("build", code=3)
    assert text(shop, "assets.ts") == "export const mine = 1;\n"


def test_what_is_not_asked_for_any_more_is_removed(shop: Shop) -> None:
    gallery(shop, "[json, html]").run("build")
    gallery(shop, "[json]")
    removals = shop.json("plan")["removals"]
    assert [each["path"] for each in removals] == ["assets.html"]
    shop.run("build")
    assert not (shop.folder / "output/assets.html").exists()


def test_two_machines_write_the_same_texts(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery(shop, "{formats: [json, typescript, css, html], names: hashed}")
    shop.run("build")
    clone = type(shop)(tmp_path / "clone", shop.capsys)
    shutil.copytree(shop.folder, clone.folder, ignore=shutil.ignore_patterns("output"))
    monkeypatch.setenv("ASSETGEN_HOME", str(tmp_path / "another home"))
    clone.run("build")
    assert clone.rows() == shop.rows()


def test_each_output_has_its_own_texts_where_it_is_asked_for(shop: Shop) -> None:
    shop.write("coin.png", picture((64, 64)))
    shop.write(
        "assets.yaml",
        "output: {web: web/, app: app/}\n"
        "emit: {formats: json, name: data/pictures, to: app}\n"
        "assets: {a: {source: coin.png}, b: {source: coin.png, to: app}}",
    )
    shop.run("build")
    told = json.loads((shop.folder / "app/data/pictures.json").read_text())
    assert list(told["assets"]) == ["b"]
    assert not (shop.folder / "web/data").exists()


MISTAKES = {
    "a format": ("[jsn]", "did you mean `json`?"),
    "a key": ("{formats: [json], nam: x}", "did you mean `name`?"),
    "no format": ("{name: x}", "assets.yaml:1:1"),
    "a name that leaves": ("{formats: json, name: ../x}", "emit.name: the name `../x`"),
    "the index": ("{formats: json, name: index}", "is the index of the output"),
    "an output": ("{formats: json, to: web}", "unknown output `web`"),
    "a base": ('{formats: json, base: "a b"}', "`a b` cannot begin an address"),
    "an asset's file": (
        "{formats: html, name: red.png/x}",
        "need one path as file and folder",
    ),
}


@pytest.mark.parametrize(("emit", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_in_emit_is_told_with_its_place(
    shop: Shop, emit: str, said: str
) -> None:
    assert said in gallery(shop, emit).run("validate", code=2)


def test_a_build_of_one_asset_brings_the_texts_up_to_date(shop: Shop) -> None:
    gallery(shop, "[json]").run("build")
    shop.write("red.png", plain((30, 20), (0, 0, 255)))
    shop.run("build", "red")
    told = json.loads(text(shop, "assets.json"))["assets"]
    assert told["red"]["color"] == "#0000FF"
    shop.run("check")


def test_a_manifest_tells_of_its_own_files_alone(shop: Shop) -> None:
    gallery(shop, "[json]").run("build")
    shop.write(
        "more.yaml",
        "emit: {formats: json, name: more}\nassets: {blue: {source: red.png}}",
    )
    shop.run("build", "more.yaml")
    assert list(json.loads(text(shop, "more.json"))["assets"]) == ["blue"]
    assert "blue" not in text(shop, "assets.json")
    shop.run("check")
    shop.run("check", "more.yaml")
