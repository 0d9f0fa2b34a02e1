"""Whatever a build publishes says how it was made, and carries nothing else."""

from __future__ import annotations

import json
import shutil
import subprocess
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from money_projects import creates, paid, statuses
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from assetgen.cli.boundary import run
from assetgen.digest import digest_bytes
from assetgen.images.telling import told
from assetgen.testing.kie import Body
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from money_projects import Shop

    from assetgen.images.telling import Told

ALL = "variants: [{width: 16, formats: [png, webp, jpg, avif, ico]}]"
TYPE = "Iptc4xmpExt:DigitalSourceType"
PROMPT = "Iptc4xmpExt:AIPromptInformation"


def laden(form: str = "PNG", turn: int = 1) -> bytes:
    """Return a picture with everything in its file that a picture can bring along."""
    image = Image.open(BytesIO(picture((400, 400), seed="laden"))).convert("RGB")
    exif = Image.Exif()
    exif[0x010E] = "passenger"
    exif[0x0112] = turn
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 0.0)})
    info = PngInfo()
    info.add_text("prompt", "passenger")
    info.add_itxt("XML:com.adobe.xmp", "<x>passenger</x>")
    more = {"pnginfo": info} if form == "PNG" else {"comment": b"passenger"}
    out = BytesIO()
    image.save(out, form, exif=exif, dpi=(72, 72), **more)
    return out.getvalue() + b"PK\x03\x04passenger"


def said(shop: Shop) -> dict[str, Told]:
    """Return what every published file says, by its path."""
    return {
        path: told((shop.root / "output" / path).read_bytes())
        for path in sorted(shop.published())
    }


def word(one: Told) -> str:
    """Return the source type that a file tells of, "" for none."""
    return one.properties.get(TYPE, "").rpartition("/")[2]


def coin(shop: Shop, more: str = "") -> Shop:
    """Write a manifest of one bought coin in all formats."""
    return shop.write_text(
        "version: 1\ndefaults: {provider: kie, model: nano-banana-pro}\nassets:\n"
        f"  coin: {{prompt: A coin, {ALL}{more}}}\n"
    )


def test_every_file_of_a_bought_picture_says_so_and_carries_nothing_else(
    shop: Shop,
) -> None:
    bytes_bought = laden()
    shop.server.on("file", Body(bytes_bought, content_type="image/png"), times=None)

    assert coin(shop).build().exit_code == 0

    found = said(shop)
    assert set(found) == {
        *(f"coin-16w.{ending}" for ending in ("png", "webp", "jpg", "avif", "ico")),
        "coin-16w.ico.xmp",
        "coin.png",
    }
    for path, one in found.items():
        assert word(one) == "trainedAlgorithmicMedia", path
        assert one.properties[PROMPT] == f"sha256:{digest_bytes(b'A coin')}"
        assert one.properties["Iptc4xmpExt:AISystemUsed"] == "nano-banana-pro via kie"
        assert one.others == (), path
        assert b"passenger" not in (shop.root / "output" / path).read_bytes()
    assert (shop.root / "originals" / "coin.png").read_bytes() == bytes_bought
    assert paid(shop) == 1


def test_the_published_master_has_the_pixels_that_were_bought(shop: Shop) -> None:
    shop.server.on("file", Body(laden(), content_type="image/png"), times=None)
    coin(shop).build()

    bought, published = (
        Image.open(shop.root / folder / "coin.png")
        for folder in ("originals", "output")
    )

    assert published.tobytes() == bought.tobytes()


def test_a_manifest_can_keep_silent_or_tell_the_words(shop: Shop) -> None:
    coin(shop).build()
    hashed = {path: one.properties[PROMPT] for path, one in said(shop).items()}

    coin(shop, ", provenance: {prompt: true}").build()
    worded = {path: one.properties[PROMPT] for path, one in said(shop).items()}

    coin(shop, ", provenance: false").build()
    silent = {path: dict(one.properties) for path, one in said(shop).items()}

    assert set(hashed.values()) == {f"sha256:{digest_bytes(b'A coin')}"}
    assert set(worded.values()) == {"A coin"}
    assert list(silent.values()) == [{}] * 6
    assert creates(shop) == 1  # nothing of this buys anything


def test_building_again_changes_nothing_and_a_clone_gets_the_same_bytes(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files() -> dict[str, bytes]:
        folder = shop.root / "output"
        return {path: (folder / path).read_bytes() for path in shop.published()}

    coin(shop).build()
    before = files()

    assert statuses(shop.build()) == {"coin": "reused"}
    shutil.rmtree(shop.root / "output")
    monkeypatch.setenv("ASSETGEN_HOME", str(shop.root.parent / "another-home"))
    assert shop.build(frozen=True).exit_code == 0

    assert files() == before


def test_files_made_before_there_were_marks_are_marked_without_being_made_again(
    shop: Shop,
) -> None:
    coin(shop, ", provenance: false").build()
    plain = {path: (shop.root / "output" / path).read_bytes() for path in said(shop)}

    coin(shop).build()

    for path, one in said(shop).items():
        assert word(one) == "trainedAlgorithmicMedia"
        marked = (shop.root / "output" / path).read_bytes()
        before = len(plain.get(path, b""))  # beside the icon there was nothing
        assert before < len(marked) < before + 1_500
    assert creates(shop) == 1


def test_a_limit_in_bytes_counts_what_a_file_says(shop: Shop) -> None:
    shop.write_text(
        "version: 1\ndefaults: {provider: kie, model: nano-banana-pro}\nassets:\n"
        "  coin:\n    prompt: A coin\n    master: false\n"
        "    variants: [{width: 48, formats: jpg, quality: 95, max_bytes: 1800}]\n"
    )

    assert shop.build().exit_code == 0

    (path,) = shop.published()
    assert len((shop.root / "output" / path).read_bytes()) <= 1800
    assert word(said(shop)[path]) == "trainedAlgorithmicMedia"


def test_a_draft_says_that_a_procedure_drew_it(shop: Shop) -> None:
    assert coin(shop).build(draft=True).exit_code == 0

    for one in said(shop).values():
        assert (one.draft, word(one)) == (True, "algorithmicMedia")
        assert not [name for name in one.properties if "AI" in name]
    assert creates(shop) == 0

    assert coin(shop, ", provenance: false").build(draft=True).exit_code == 0
    for one in said(shop).values():
        assert (one.draft, word(one)) == (True, "")


def test_of_a_file_of_the_users_nothing_is_claimed_and_nothing_travels(
    shop: Shop,
) -> None:
    shop.root.mkdir(parents=True)
    (shop.root / "logo.jpg").write_bytes(laden("JPEG", turn=6))
    shop.write_text(f"version: 1\nassets:\n  logo: {{source: ./logo.jpg, {ALL}}}\n")

    assert shop.build().exit_code == 0

    for path, one in said(shop).items():
        assert (dict(one.properties), one.others) == ({}, ()), path
        assert b"passenger" not in (shop.root / "output" / path).read_bytes()


def test_what_is_laid_on_a_bought_picture_makes_it_a_composite(shop: Shop) -> None:
    coin(shop).build()
    (shop.root / "logo.png").write_bytes(picture((20, 20), "cutout", seed="logo"))

    coin(shop, ", overlay: {source: ./logo.png, width: 10}").build()

    assert {word(one) for one in said(shop).values()} == {"compositeSynthetic"}
    assert creates(shop) == 1


def test_a_file_of_the_users_that_says_it_itself_goes_on_saying_it(
    shop: Shop,
) -> None:
    coin(shop).build()
    ours = (shop.root / "output" / "coin.png").read_bytes()
    (shop.root / "logo.png").write_bytes(ours)
    shop.write_text(f"version: 1\nassets:\n  logo: {{source: ./logo.png, {ALL}}}\n")

    assert shop.build().exit_code == 0

    for path, one in said(shop).items():
        assert word(one) == "trainedAlgorithmicMedia", path
        assert PROMPT not in one.properties


def test_of_an_adopted_picture_nothing_is_claimed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    coin(shop).build()
    (shop.root / "mine.png").write_bytes(picture((400, 400), seed="mine"))
    monkeypatch.chdir(shop.root)
    assert run(["adopt", "coin", "mine.png"]) == 0
    assert shop.build().exit_code == 0

    assert [word(one) for one in said(shop).values()] == [""] * 6


def test_the_index_and_what_is_on_the_disk_agree(shop: Shop) -> None:
    coin(shop).build()

    for row in json.loads((shop.root / "output" / "index.json").read_text())["files"]:
        data = (shop.root / "output" / row["path"]).read_bytes()
        assert (row["sha256"], row["bytes"]) == (digest_bytes(data), len(data))


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="no exiftool here")
def test_exiftool_finds_no_passenger_either(shop: Shop) -> None:
    shop.server.on("file", Body(laden(), content_type="image/png"), times=None)
    coin(shop).build()

    command = ["exiftool", "-j", "-G1", "-a", "-u", "-r", str(shop.root / "output")]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=120)

    for found in json.loads(ran.stdout):
        groups = {name.partition(":")[0] for name in found if ":" in name}
        strange = {"GPS", "IFD0", "IFD1", "ExifIFD", "IPTC", "ICC_Profile", "Photoshop"}
        assert not groups & strange, found
        assert "passenger" not in json.dumps(found)
        assert not any("Warning" in name for name in found), found
