"""Beside an icon file of a set stands what it says of its making, and nowhere else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from assetgen.manifest.sets import platform_names, platform_set

if TYPE_CHECKING:
    from conftest import Shop

PROMPT = "{prompt: a coin, aspect_ratio: '1:1', resolution: 2K, removeBg: true"
# Folders whose readers know every file in them by its name.
STRICT = (".xcassets/", ".iconset/", "res/")
OWN = """\
set: own
version: 1
about: Icons.
containers:
  old: {file: "{dir}/old.ico", sizes: [16, 32], bitmaps: true}
  dark: {file: "{dir}/dark.ico", sizes: [32], from: dark}
  small: {file: "{dir}/small.icns", sizes: [16, 32, 128]}
"""


def draw(shop: Shop, variants: str, more: str = "") -> dict[str, object]:
    """Build an asset that a model drew, prove that it agrees, return its rows."""
    fields = f"{PROMPT}, master: false, variants: {variants}{more}"
    shop.write(f"version: 1\nassets:\n  coin: {fields}}}\n")
    shop.run("build")
    shop.run("check")
    return shop.rows()


@pytest.mark.parametrize(
    "name", [one for one in platform_names() if platform_set(one).containers]
)
def test_every_icon_file_of_a_set_has_one(shop: Shop, name: str) -> None:
    rows = draw(shop, name)

    icons = {path for path in rows if path.endswith((".ico", ".icns"))}
    sidecars = {path for path in rows if path.endswith(".xmp")}
    assert icons
    assert sidecars == {f"{path}.xmp" for path in icons}
    assert not [path for path in sidecars if any(word in path for word in STRICT)]
    for path in sidecars:
        ET.fromstring(shop.read(path))  # noqa: S314  our own
    shop.run("build")
    assert "Nothing to do" in shop.err


def test_a_set_without_icon_files_has_none(shop: Shop) -> None:
    """No catalogue, no resource folder and no page gets a file that it did not ask."""
    rows = draw(shop, "[ios, android, pwa, imageset, srcset]")

    assert not [path for path in rows if path.endswith(".xmp")]


def test_the_texts_of_a_set_do_not_tell_of_it(shop: Shop) -> None:
    draw(shop, "[favicon, tauri]")

    told = shop.text("favicon.html") + shop.text("icons/tauri.icons.json")
    assert ".xmp" not in told
    listed = json.loads(shop.text("icons/tauri.icons.json"))["bundle"]["icon"]
    assert {"icons/icon.icns", "icons/icon.ico"} <= set(listed)


def test_an_icon_of_bitmaps_alone_can_say_it_nowhere_else(shop: Shop) -> None:
    """And of one that only a person's own picture is in, nothing is said."""
    (shop.root / "own.yaml").write_text(OWN)

    rows = draw(shop, "{set: ./own.yaml, dark: small.png, small: small.png}")

    sidecars = {path for path in rows if path.endswith(".xmp")}
    assert sidecars == {"old.ico.xmp", "small.icns.xmp"}
    assert b"algorithmicMedia" not in shop.read("old.ico")
    assert b"algorithmicMedia" in shop.read("old.ico.xmp")


def test_another_file_of_its_name_is_a_mistake(shop: Shop) -> None:
    more = 'texts: [{file: "{dir}/old.ico.xmp", kind: xml, text: mine}]\n'
    (shop.root / "own.yaml").write_text(OWN + more)
    shop.write(f"version: 1\nassets:\n  coin: {PROMPT}, variants: ./own.yaml}}\n")

    shop.run("validate", exits=2)

    assert "two of its files would be `old.ico.xmp`" in shop.err


def test_two_icons_of_one_name_are_told_once_and_by_their_own(shop: Shop) -> None:
    same = f"{PROMPT}, variants: {{width: 9, formats: ico, file: a.ico}}}}"
    shop.write(f"version: 1\nassets:\n  a: {same}\n  b: {same}\n")

    shop.run("validate", exits=2)

    assert "would write the same file: `a.ico`" in shop.err
    assert ".xmp" not in shop.err
