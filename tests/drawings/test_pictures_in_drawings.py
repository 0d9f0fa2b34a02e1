"""A picture in a drawing looks as good as a size of it, wherever it is drawn."""

from __future__ import annotations

import base64
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from PIL import Image

from assetgen.images.raster import rasterize
from assetgen.svg.drawing import looked_at
from assetgen.svg.fonts import Fonts, Part

if TYPE_CHECKING:
    from conftest import Shop

# Fine stripes, which a renderer that picks pixels turns into moiré.
SIDE = 600


def stripes() -> Image.Image:
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    waves = np.sin(x * (0.2 + x / 900)) * np.sin(y * (0.2 + y / 900))
    grey = (127 + 127 * waves).astype(np.uint8)
    return Image.fromarray(np.dstack([grey, grey.T, 255 - grey]))


def file_of(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    out = BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def drawn(inside: str, side: int = 100, data: bytes | None = None) -> Image.Image:
    """Return a drawing of 100 by 100 units, `PIC` in it being a picture's address."""
    body = base64.b64encode(data or file_of(stripes())).decode()
    inside = inside.replace("PIC", f"data:image/png;base64,{body}")
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">'
    text = f'{head}<rect width="100" height="100" fill="#FFF"/>{inside}</svg>'

    def none(path: str) -> Part:
        raise AssertionError(path)

    drawing, faults = looked_at(text, "x.svg", (side, side), Fonts(), none)
    assert drawing is not None, faults
    return Image.open(BytesIO(rasterize(drawing))).convert("RGB")


def away(one: Image.Image, other: Image.Image) -> float:
    """Return how far two pictures are apart: root mean square, in levels."""
    apart = np.asarray(one, float) - np.asarray(other, float)
    return float(np.sqrt((apart**2).mean()))


IMAGE = '<image href="PIC" width="100" height="100"/>'
PLACES = {
    "as it is": IMAGE,
    "in a group": f'<g transform="scale(2) scale(.5)">{IMAGE}</g>',
    "by a matrix": '<g transform="matrix(0.1 0 0 0.1 0 0)">'
    '<image href="PIC" width="1000" height="1000"/></g>',
    "used": f'<defs><g id="a">{IMAGE}</g></defs><use href="#a"/>',
    "used twice": '<defs><image id="a" href="PIC" width="50" height="50"/></defs>'
    '<use href="#a"/><use href="#a" transform="scale(2)"/>',
    "in a drawing in it": '<svg width="100" height="100" viewBox="0 0 7 7">'
    '<image href="PIC" width="7" height="7"/></svg>',
    "in a symbol": '<symbol id="a" viewBox="0 0 10 10"><image href="PIC" width="10" '
    'height="10"/></symbol><use href="#a" width="100" height="100"/>',
    "in a pattern": '<pattern id="a" width="100" height="100" patternUnits='
    f'"userSpaceOnUse">{IMAGE}</pattern><rect width="100" height="100" '
    'fill="url(#a)"/>',
    "without a height": '<image href="PIC" width="100"/>',
    "to fill": '<image href="PIC" width="100" height="100" '
    'preserveAspectRatio="xMidYMid slice"/>',
    "in pixels": '<image href="PIC" width="100px" height="100px"/>',
}


@pytest.mark.parametrize("inside", PLACES.values(), ids=PLACES)
def test_a_picture_is_as_good_as_a_size_of_it(inside: str) -> None:
    ideal = stripes().resize((100, 100), Image.Resampling.LANCZOS)

    assert away(drawn(inside), ideal) < 3


def test_a_picture_that_is_turned_is_as_good_as_its_pixels_allow() -> None:
    inside = f'<g transform="rotate(30 50 50) scale(.6)">{IMAGE}</g>'
    ideal = drawn(inside, 800).reduce(8)

    assert away(drawn(inside), ideal) < 6


UNKNOWN = {
    "its own pixels": '<image href="PIC" width="100" height="100" '
    'image-rendering="pixelated"/>',
    "a share": '<image href="PIC" width="100%" height="100%"/>',
    "moved by a style": f'<g style="transform:scale(.5)">{IMAGE}</g>',
    "moved by a style sheet": f"<style>g{{transform:scale(2)}}</style><g>{IMAGE}</g>",
    "a pattern that is handed on": '<pattern id="a" width="100" height="100" '
    f'patternUnits="userSpaceOnUse">{IMAGE}</pattern><g fill="url(#a)" '
    'transform="scale(.1)"><rect width="100" height="100" transform="scale(10)"/></g>',
}


@pytest.mark.parametrize("inside", UNKNOWN.values(), ids=UNKNOWN)
def test_a_picture_of_which_nobody_knows_how_large_it_is_keeps_its_pixels(
    inside: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rather jagged than blurred: it may be shown in part, and enlarged."""
    now = drawn(inside)
    monkeypatch.setattr("assetgen.images.inlays._ready", lambda _, data, __: data)

    assert away(now, drawn(inside)) == 0


def test_a_part_of_a_picture_that_is_enlarged_stays_sharp(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside = '<image href="PIC" x="-100" y="-200" width="600" height="600"/>'
    now = drawn(inside)
    monkeypatch.setattr("assetgen.images.inlays._ready", lambda _, data, __: data)

    assert away(now, drawn(inside)) == 0


@pytest.mark.parametrize("words", ["", "xMinYMin", "xMaxYMax meet", "none"])
def test_a_picture_stands_where_it_stood(
    words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A coarse one: picking pixels or not makes little difference there."""
    coarse = Image.linear_gradient("L").resize((401, 263)).convert("RGB")
    data = file_of(coarse)
    inside = '<image href="PIC" x="7" y="3" width="80" height="90" '
    inside += f'preserveAspectRatio="{words}"/>' if words else "/>"
    now = drawn(inside, data=data)
    monkeypatch.setattr("assetgen.images.inlays._ready", lambda _, data, __: data)

    assert away(now, drawn(inside, data=data)) < 6


def test_a_picture_is_shown_upright_and_in_its_colours(shop: Shop) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("CMYK", (60, 30), (0, 255, 255, 0))
    shop.write("templates/a.jpg", file_of(image, "JPEG", exif=exif))
    shop.write(
        "templates/t.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60">'
        '<image href="a.jpg" width="60" height="60"/></svg>',
    )
    shop.write("assets.yaml", "assets: {x: {kind: template, template: t.svg}}")

    shop.run("build")

    found = shop.open("x.png")
    assert found.getbbox() == (15, 0, 45, 60)
    assert found.getpixel((30, 30)) == (255, 0, 0, 255)


def test_a_picture_that_is_not_whole_fails_its_drawing(shop: Shop) -> None:
    shop.write("templates/a.png", file_of(stripes())[:-200])
    shop.write(
        "templates/t.svg",
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 60">'
        '<image href="a.png" width="60" height="60"/></svg>',
    )
    shop.write("assets.yaml", "assets: {x: {kind: template, template: t.svg}}")

    assert "cut off" in shop.json("build", code=1)["assets"]["x"]["error"]
