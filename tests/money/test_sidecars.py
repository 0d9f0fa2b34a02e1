"""What an icon's pictures say stands beside the icon too, as a file by itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from money_projects import creates, statuses

from assetgen.cli.boundary import run
from assetgen.digest import digest_bytes
from assetgen.images.telling import told
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from money_projects import Shop

ICON, SIDECAR = "coin-16w.ico", "coin-16w.ico.xmp"
IPTC = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
DRAFT = "{urn:assetgen:1}draft"


def coin(shop: Shop, more: str = "", prompt: str = "A coin", head: str = "") -> Shop:
    """Write a manifest of one bought coin, as a picture and as an icon."""
    return shop.write_text(
        f"version: 1\n{head}defaults: {{provider: kie, model: nano-banana-pro}}\n"
        f"assets:\n  coin: {{prompt: {prompt}, master: false, "
        f"variants: [{{width: 16, formats: [png, ico]}}]{more}}}\n"
    )


def read(shop: Shop, path: str = SIDECAR) -> bytes:
    """Return a published file."""
    return (shop.root / "output" / path).read_bytes()


def said(shop: Shop, path: str = SIDECAR) -> dict[str, str]:
    """Return what a sidecar says, read by a reader of XML that is not ours."""
    tree = ET.fromstring(read(shop, path))  # noqa: S314  our own bytes
    (description,) = tree.iter(
        "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}Description"
    )
    return dict(description.items())


def word(shop: Shop) -> str:
    """Return the source type that the sidecar tells of."""
    return said(shop)[f"{IPTC}DigitalSourceType"].rpartition("/")[2]


def states(shop: Shop) -> dict[str, tuple[int, ...]]:
    """Return what changes of published files when one is written again."""
    found = {path: (shop.root / "output" / path).stat() for path in shop.published()}
    return {
        path: (one.st_ino, one.st_mtime_ns, one.st_ctime_ns, one.st_size)
        for path, one in found.items()
    }


def rows(shop: Shop) -> dict[str, dict[str, object]]:
    """Return the rows of the index by path."""
    index = json.loads(read(shop, "index.json"))
    return {row["path"]: row for row in index["files"]}


def planned(shop: Shop) -> dict[str, str]:
    """Return what a build would make, with its reason."""
    project = shop.open()
    with project.remembered() as knowledge:
        plan = project.plan(knowledge)
    return {each.file.path: each.reason for one in plan.assets for each in one.making}


def test_it_is_what_the_pictures_in_the_icon_say(shop: Shop) -> None:
    assert coin(shop).build().exit_code == 0

    assert shop.published() == {"coin-16w.png", ICON, SIDECAR}
    assert read(shop).strip() in read(shop, ICON)
    assert dict(told(read(shop)).properties) == told(read(shop, ICON)).properties
    assert {name: value for name, value in said(shop).items() if "AI" in name} == {
        f"{IPTC}AISystemUsed": "nano-banana-pro via kie",
        f"{IPTC}AISystemVersionUsed": "nano-banana-pro",
        f"{IPTC}AIPromptInformation": f"sha256:{digest_bytes(b'A coin')}",
    }
    assert word(shop) == "trainedAlgorithmicMedia"


def test_the_index_lists_it_beside_its_icon(shop: Shop) -> None:
    coin(shop, ", alt: A coin of gold").build()

    icon, sidecar = rows(shop)[ICON], rows(shop)[SIDECAR]

    same = ("asset", "variant", "alt", "source_sha256", "prompt_sha256", "draft")
    assert {name: sidecar[name] for name in same} == {name: icon[name] for name in same}
    assert (sidecar["format"], sidecar["width"], sidecar["height"]) == (
        "xmp",
        None,
        None,
    )
    assert sidecar["sha256"] == digest_bytes(read(shop))


def test_a_project_from_before_gets_it_and_nothing_else(shop: Shop) -> None:
    """No file is written again, no row changes, and nothing is bought."""
    coin(shop, ", provenance: {sidecars: false}").build()
    before, listed = states(shop), rows(shop)
    assert SIDECAR not in before

    coin(shop)
    assert planned(shop) == {SIDECAR: "never made"}
    assert shop.build().exit_code == 0

    after, now = states(shop), rows(shop)
    del after[SIDECAR], now[SIDECAR]
    assert (after, now) == (before, listed)
    assert creates(shop) == 1
    assert statuses(shop.build()) == {"coin": "reused"}


@pytest.mark.parametrize("wish", ["false", "{sidecars: false}"])
def test_whoever_does_not_want_it_has_none(shop: Shop, wish: str) -> None:
    coin(shop).build()

    coin(shop, f", provenance: {wish}").build()

    assert shop.published() == {"coin-16w.png", ICON}
    assert SIDECAR not in rows(shop)
    assert bool(told(read(shop, ICON)).properties) is (wish != "false")
    assert creates(shop) == 1


def test_it_goes_with_its_icon(shop: Shop) -> None:
    coin(shop).build()
    text = (shop.root / "assets.yaml").read_text()

    shop.write_text(text.replace("[png, ico]", "[png]")).build()

    assert shop.published() == set(rows(shop)) == {"coin-16w.png"}


def test_one_that_was_deleted_is_missed_and_comes_back(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    coin(shop).build()
    monkeypatch.chdir(shop.root)
    assert run(["check"]) == 0
    before, index = read(shop), rows(shop)
    (shop.root / "output" / SIDECAR).unlink()

    assert run(["check"]) == 3
    assert f"`{SIDECAR}`: file missing" in capsys.readouterr().out
    assert shop.build(frozen=True).exit_code == 0

    assert (read(shop), rows(shop)) == (before, index)


def test_a_clone_has_the_same(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    coin(shop).build()
    before = {path: read(shop, path) for path in shop.published()}
    shutil.rmtree(shop.root / "output")
    monkeypatch.setenv("ASSETGEN_HOME", str(shop.root.parent / "another-home"))

    assert shop.build(frozen=True).exit_code == 0

    assert {path: read(shop, path) for path in shop.published()} == before


def test_one_that_a_person_edited_is_left_alone(shop: Shop) -> None:
    coin(shop).build()
    mine = read(shop).replace(b"assetgen", b"by hand")
    (shop.root / "output" / SIDECAR).write_bytes(mine)

    report = coin(shop, prompt="A shiny coin").build()

    assert (report.exit_code, statuses(report)) == (3, {"coin": "edited"})
    assert f"`{SIDECAR}` was edited" in report.outcomes[0].reason
    assert read(shop) == mine


def test_it_says_what_is_asked_for(shop: Shop) -> None:
    coin(shop).build()
    (shop.root / "logo.png").write_bytes(picture((20, 20), "cutout", seed="logo"))

    coin(shop, ", provenance: {prompt: true}").build()
    assert said(shop)[f"{IPTC}AIPromptInformation"] == "A coin"

    coin(shop, ", overlay: {source: ./logo.png, width: 10}").build()
    assert word(shop) == "compositeSynthetic"
    assert creates(shop) == 1


def test_another_picture_has_another(shop: Shop) -> None:
    coin(shop).build()
    coin(shop, prompt="A star").build()

    prompt = said(shop)[f"{IPTC}AIPromptInformation"]
    assert prompt == f"sha256:{digest_bytes(b'A star')}"


def test_a_draft_says_that_it_is_one(shop: Shop) -> None:
    coin(shop).build(draft=True)

    assert (said(shop)[DRAFT], word(shop)) == ("True", "algorithmicMedia")
    assert rows(shop)[SIDECAR]["draft"] is True

    coin(shop).build()
    assert DRAFT not in said(shop)
    assert rows(shop)[SIDECAR]["draft"] is False


# --- files of one's own --------------------------------------------------------------


def logo(shop: Shop) -> Shop:
    """Write a manifest whose icon is made of `logo.png`."""
    return shop.write_text(
        "version: 1\nassets:\n  coin: {source: logo.png, master: false, "
        "variants: [{width: 16, formats: [png, ico]}]}\n"
    )


def test_of_a_person_s_own_picture_nothing_is_claimed(shop: Shop) -> None:
    shop.root.mkdir(parents=True)
    (shop.root / "logo.png").write_bytes(picture((64, 64), seed="mine"))

    assert logo(shop).build().exit_code == 0

    assert shop.published() == {"coin-16w.png", ICON}
    assert planned(shop) == {}


def test_of_one_that_says_it_itself_it_is_said_without_the_prompt(shop: Shop) -> None:
    coin(shop, ", provenance: {prompt: true}").build()
    (shop.root / "logo.png").write_bytes(read(shop, "coin-16w.png"))

    logo(shop).build()

    assert word(shop) == "trainedAlgorithmicMedia"
    assert f"{IPTC}AIPromptInformation" not in said(shop)

    (shop.root / "logo.png").write_bytes(picture((64, 64), seed="mine"))
    logo(shop).build()
    assert shop.published() == set(rows(shop)) == {"coin-16w.png", ICON}


def test_of_a_drawing_nothing_is_claimed(shop: Shop) -> None:
    shop.root.mkdir(parents=True)
    (shop.root / "logo.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        '<circle cx="32" cy="32" r="30" fill="#EC4899"/></svg>'
    )
    text = (logo(shop).root / "assets.yaml").read_text()

    report = shop.write_text(text.replace("logo.png", "logo.svg")).build()

    assert (report.exit_code, shop.published()) == (0, {"coin-16w.png", ICON})


def test_an_adopted_picture_takes_it_away(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    coin(shop).build()
    (shop.root / "mine.png").write_bytes(picture((400, 400), seed="mine"))
    monkeypatch.chdir(shop.root)
    assert run(["adopt", "coin", "mine.png"]) == 0

    assert shop.build().exit_code == 0

    assert shop.published() == set(rows(shop)) == {"coin-16w.png", ICON}
    assert run(["check"]) == 0


def test_nothing_is_said_beside_a_file_that_is_somebody_s(shop: Shop) -> None:
    """Nobody here knows how that one was made; once it is gone, both are."""
    (coin(shop).root / "output").mkdir()
    icon = shop.root / "output" / ICON
    icon.write_bytes(b"mine")

    assert shop.build().exit_code == 3
    assert shop.published() == {"coin-16w.png", ICON}

    icon.unlink()
    assert shop.build().exit_code == 0
    assert shop.published() == {"coin-16w.png", ICON, SIDECAR}
    assert creates(shop) == 1


def test_beside_an_icon_that_a_person_edited_nothing_is_taken_back(shop: Shop) -> None:
    coin(shop).build()
    before = read(shop)
    (shop.root / "output" / ICON).write_bytes(b"mine")

    assert coin(shop, prompt="A star").build().exit_code == 3

    assert read(shop) == before
    assert rows(shop)[SIDECAR]["sha256"] == digest_bytes(before)


def test_a_place_for_it_is_no_place_for_a_picture(shop: Shop) -> None:
    """Where the only picture cannot be published, none is bought to be told of."""
    text = (coin(shop).root / "assets.yaml").read_text()
    shop.write_text(text.replace("[png, ico]", "[ico]"))
    (shop.root / "output").mkdir()
    (shop.root / "output" / ICON).write_bytes(b"mine")

    report = shop.build()

    assert (report.exit_code, creates(shop)) == (3, 0)
    assert shop.published() == {ICON}


# --- other programs ------------------------------------------------------------------


def test_what_is_handed_off_shows_no_sidecar(shop: Shop) -> None:
    """A copy of an icon under its hashed name has its own beside it."""
    emit = "emit: {formats: [json, typescript, css, html], names: hashed}\n"
    coin(shop, head=emit).build()

    copy = next(p for p in shop.published() if p.endswith(".ico") and p != ICON)
    assert read(shop, f"{copy}.xmp") == read(shop)
    for ending in ("json", "ts", "css", "html"):
        assert ".xmp" not in read(shop, f"assets.{ending}").decode()
    formats = json.loads(read(shop, "assets.json"))["assets"]["coin"]["variants"]
    assert set(formats["-16w"]) == {"png", "ico"}
    assert statuses(shop.build()) == {"coin": "reused"}

    coin(shop, ", provenance: {sidecars: false}", head=emit).build()
    assert not [path for path in shop.published() if path.endswith(".xmp")]


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="no exiftool here")
def test_exiftool_reads_it(shop: Shop) -> None:
    coin(shop, ", provenance: {prompt: true}").build()
    command = ["exiftool", "-j", "-G1", str(shop.root / "output" / SIDECAR)]

    ran = subprocess.run(command, capture_output=True, check=True, timeout=60)

    (found,) = json.loads(ran.stdout)
    assert found["File:FileType"] == "XMP"
    assert found["XMP-iptcExt:DigitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert "A coin" in found.values()
    assert not any("Warning" in name or "Error" in name for name in found), found
