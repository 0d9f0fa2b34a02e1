"""A drawing that acts, fetches or explodes is refused, and only that asset fails."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetgen.errors import ImageError
from assetgen.images import raster
from assetgen.images.raster import rasterize
from assetgen.svg.drawing import Drawing, looked_at
from assetgen.svg.faults import SvgFault
from assetgen.svg.fonts import Fonts
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.svg.fonts import Part
    from conftest import Shop

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
ENTITIES = "".join(
    f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' if n else '<!ENTITY e0 "lol">'
    for n in range(9)
)
USES = '<g id="u0"><path d="M0 0h1"/></g>' + "".join(
    f'<g id="u{n}">' + f'<use href="#u{n - 1}"/>' * 10 + "</g>" for n in range(1, 9)
)

REFUSED = {
    "script": (f"{HEAD}<script>alert(1)</script></svg>", "has a `<script>`"),
    "handler": (f"{HEAD}<g onclick='x()'/></svg>", "has an `onclick` handler"),
    "foreign object": (f"{HEAD}<foreignObject/></svg>", "has a `<foreignObject>`"),
    "entities": (
        f"<!DOCTYPE svg [{ENTITIES}]>{HEAD}<text>&e8;</text></svg>",
        "defines entities, which assetgen never expands",
    ),
    "a file by entity": (
        f'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}&x;</svg>',
        "defines entities, which assetgen never expands",
    ),
    "an entity of elsewhere": (
        f'<!DOCTYPE svg SYSTEM "http://127.0.0.1/x.dtd">{HEAD}<text>&x;</text></svg>',
        "nothing says what `&x;` is",
    ),
    "a style sheet": (
        f'<?xml-stylesheet href="http://127.0.0.1/x.css"?>{HEAD}</svg>',
        "fetches a style sheet",
    ),
    "an import": (
        f"{HEAD}<style>@import url(http://127.0.0.1/x.css)</style></svg>",
        "`@import` in a `<style>`",
    ),
    "a picture of elsewhere": (
        f'{HEAD}<image href="http://127.0.0.1/x.png"/></svg>',
        "`http://127.0.0.1/x.png` is not a file of the project",
    ),
    "a picture outside": (
        f'{HEAD}<image href="../../../../../../../etc/passwd"/></svg>',
        "is outside the project",
    ),
    "a picture by an absolute path": (
        f'{HEAD}<image href="/etc/passwd"/></svg>',
        "is outside the project",
    ),
    "a drawing in a drawing": (
        f'{HEAD}<image href="data:image/svg+xml;base64,PHN2Zy8+"/></svg>',
        "is no png, jpg or webp",
    ),
    "a use of elsewhere": (
        f'{HEAD}<use href="other.svg#a"/></svg>',
        "`other.svg#a` is outside the drawing",
    ),
    "a fill of elsewhere": (
        f'{HEAD}<rect fill="url(http://127.0.0.1/#a)"/></svg>',
        "`http://127.0.0.1/#a` is outside the drawing",
    ),
    "uses": (f"{HEAD}{USES}<use href='#u8'/></svg>", "unfolds into more than 100,000"),
    "depth": (f"{HEAD}{'<g>' * 5000}{'</g>' * 5000}</svg>", "nested deeper than 200"),
    "pixels": (
        HEAD.replace("0 0 9 9", "0 0 90000 90000") + "</svg>",
        "would be 90,000 by 90,000 pixels",
    ),
    "no size": ("<svg xmlns='http://www.w3.org/2000/svg'/>", "how large it is"),
    "a web page": ("<html/>", "the outermost element is `html`"),
    "nothing": ("", "the drawing is not XML: no element found"),
}


@pytest.mark.parametrize(("text", "said"), REFUSED.values(), ids=REFUSED)
def test_a_hostile_drawing_is_refused_with_a_reason(
    shop: Shop, text: str, said: str
) -> None:
    shop.write("evil.svg", text)
    shop.write("assets.yaml", "assets: {x: {source: evil.svg}}")
    told = shop.run("validate", code=2)
    assert said in told
    assert "evil.svg:" in told or "assets.yaml:1:" in told


def test_a_drawing_beyond_its_limits_fails_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the look at a drawing does not see, the limits of its process do."""
    blur = '<filter id="f"><feMorphology operator="dilate" radius="4000"/></filter>'
    heavy = f'{blur}<rect width="9" height="9" filter="url(#f)"/>' * 40
    shop.write("heavy.svg", f"{HEAD}{heavy}</svg>")
    shop.write("coin.png", picture((16, 16)))
    shop.write(
        "assets.yaml",
        "assets: {x: {source: heavy.svg, width: 6000}, coin: {source: coin.png}}",
    )
    monkeypatch.setattr(raster, "SECONDS", 1)  # sooner
    monkeypatch.setattr(raster, "MEMORY", 512 * 1024**2)
    report = shop.json("build", code=1)
    assert report["assets"]["coin"]["status"] == "built"
    assert report["assets"]["x"]["status"] == "failed"
    error = report["assets"]["x"]["error"]
    assert error == (
        "`heavy.svg` cannot be drawn: it needs more time or memory than a drawing may"
    )


@pytest.mark.skipif(sys.platform != "linux", reason="no such limits elsewhere")
def test_a_drawing_has_thirty_seconds_and_a_gigabyte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A renderer that tells its limits, in place of the one that draws."""
    tell = (
        "import resource as r\n"
        "mapped = int(open('/proc/self/statm').read().split()[0]) * r.getpagesize()\n"
        "def svg_to_bytes(**_):\n"
        "    time, room = r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_AS)\n"
        "    raise ValueError(f'{time[0]} s, {(room[0] - mapped) / 2**20:.0f} MB')\n"
    )
    (tmp_path / "resvg_py.py").write_text(tell)
    monkeypatch.setattr(raster, "_home", lambda: str(tmp_path))

    with pytest.raises(ImageError, match=r"30 s, (\S+) MB") as caught:
        rasterize(Drawing.of(f"{HEAD}</svg>", (9, 9), name="x.svg"))

    room = float(caught.value.message.rpartition(", ")[2].removesuffix(" MB"))
    assert 0 < room <= 1024


def test_the_renderer_itself_draws_no_text_without_its_font() -> None:
    """Should the look miss a letter, the renderer's own complaint fails the asset."""
    text = f'{HEAD}<text y="5" font-family="Nobody">A</text></svg>'
    with pytest.raises(ImageError, match=r"No match for .*Nobody"):
        rasterize(Drawing.of(text, (9, 9), name="x.svg"))


LONG = 300_000
DARK = "@media (prefers-color-scheme: dark) {"
TEDIOUS = {
    "comments that never end": f"<style>{'/*' * LONG}</style>",
    "rules that never begin": f"<style>{'a' * LONG}</style>",
    "spaces in an address": f'<rect fill="url({" " * LONG}x"/>',
    "surroundings that never begin": "<style>a{}/**/b{prefers-color-scheme:x}"
    f"{'@media ' * LONG}</style>",
    "surroundings that never end": f"<style>{DARK * 20_000}</style>",
    "digits": f'<svg width="{"1" * LONG}!"/>',
    "semicolons": f'<text style="{"; " * LONG}">A</text>',
    "a chain of uses": "".join(
        f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(5000)
    ),
}


@pytest.mark.parametrize("inside", TEDIOUS.values(), ids=TEDIOUS)
def test_a_tedious_drawing_is_looked_at_in_time(inside: str) -> None:
    """What grows with the square of its length would run into the suite's timeout."""
    drawing, faults = look(f"{HEAD}{inside}</svg>")
    assert (drawing is None) == bool(faults)


def test_many_rules_for_fonts_are_refused() -> None:
    rules = "".join(f".c{n}{{font-family:X}}" for n in range(300))
    _, faults = look(f"{HEAD}<style>{rules}</style></svg>")
    assert faults == ["the drawing chooses its fonts by more than 200 rules"]


PIECES = st.sampled_from(
    [
        *("<svg", ' xmlns="http://www.w3.org/2000/svg"', ' viewBox="0 0 9 9"', ">"),
        *("</svg>", "<text>", "</text>", "<style>", "</style>", "a{font-family:x}"),
        *('<image href="', '<use href="#a"/>', '"', "'", "/>", "<!DOCTYPE svg [", "]>"),
        *("&amp;", "&x;", "<?xml ", "?>", 'encoding="x"', "url(", ")", "#a", "\0", "é"),
        *(' width="1e999"', ' width="9"', ' height="0"', ' viewBox="0 0 nan 1"'),
        *(' viewBox="0 0 1e300 1e-300"', "\ud800", "/*", "*/", "}", "{", "漢", "\n"),
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_drawing_or_has_a_fault_in_words(text: str) -> None:
    for whole in (text, f"{HEAD}{text}</svg>"):
        drawing, faults = look(whole)
        assert (drawing is None) == bool(faults)
        assert all(faults)


def look(text: str) -> tuple[Drawing | None, list[str]]:
    """Look at a drawing that has no fonts and no files; return the faults' words."""

    def none(path: str) -> Part:
        raise SvgFault(f"no file `{path}`")

    drawing, faults = looked_at(text, "x.svg", (None, None), Fonts(), none)
    return drawing, [fault.message for fault in faults]
