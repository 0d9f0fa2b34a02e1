"""A hostile picture fails its own asset; the others are published, the build ends 1."""

from __future__ import annotations

import struct
import sys
import zlib
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from money_projects import creates, paid, statuses
from PIL import Image

import assetgen
from assetgen.digest import digest_bytes
from assetgen.images import examiner
from assetgen.receipts import Receipt
from assetgen.testing.kie import Body, Page
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Iterator

    from money_projects import Shop

GOOD = picture((64, 64), seed="good")

# The real decoders, behind somebody who does to them what a broken one does to itself.
FRAGILE = """
import ctypes, sys
sys.path += sys.argv[1:]
from assetgen.images import examination
honest = examination.answered
def answered(data, asked):
    if b"CRASH" in data: ctypes.string_at(0)
    return honest(data, asked)
examination.answered = answered
examination.serve()
"""


@pytest.fixture
def fragile(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let pictures with a certain word in them crash the decoders."""
    folders = [str(Path(assetgen.__file__).parents[1]), *sys.path]
    command = [sys.executable, "-c", FRAGILE, *folders]
    made = examiner.Examiner(command=command)
    monkeypatch.setattr(examiner, "_examiner", lambda: made)
    yield
    made.close()


def chunk(kind: bytes, body: bytes) -> bytes:
    checksum = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + checksum


def behind_header(kind: bytes, body: bytes) -> bytes:
    return GOOD[:33] + chunk(kind, body) + GOOD[33:]


def ending_early() -> bytes:
    """Return a sound PNG of 64 x 64 pixels that holds three rows of them."""
    rows = zlib.compress((b"\0" + bytes(range(192))) * 3)
    header = struct.pack(">2I5B", 64, 64, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    return GOOD[:8] + body


def grey_below(good: bytes) -> bytes:
    """Return a JPEG of a picture that has half its pixels, and a proper end."""
    out = BytesIO()
    Image.open(BytesIO(good)).convert("RGB").save(out, "JPEG", quality=95)
    whole = out.getvalue()
    start = whole.index(b"\xff\xda")
    return whole[: (start + len(whole)) // 2].rstrip(b"\xff") + b"\xff\xd9"


HOSTILE = {
    "rows that are not there": ending_early(),
    "pixels that are not there": grey_below(GOOD),
    "cut off": GOOD[:-40],
    "damaged": GOOD[:60] + bytes(40) + GOOD[100:],
    "a bomb of text": behind_header(
        b"zTXt", b"a\0\0" + zlib.compress(bytes(90_000_000), 9)
    ),
    "a bomb of a profile": behind_header(
        b"iCCP", b"a\0\0" + zlib.compress(bytes(90_000_000), 9)
    ),
    "a crash": behind_header(b"tEXt", b"a\0CRASH"),
}


@pytest.mark.usefixtures("fragile")
def test_hostile_sources_fail_alone(shop: Shop) -> None:
    shop.root.mkdir(parents=True)
    names = [f"good-{n}" for n in range(6)] + [f"bad-{n}" for n in range(3)]
    bad = [HOSTILE[name] for name in ("cut off", "damaged", "a crash")]
    for name, data in zip(names, [GOOD] * 6 + bad, strict=True):
        (shop.root / f"{name}.png").write_bytes(data)
    lines = [f"  {name}: {{source: ./{name}.png, variants: 16}}" for name in names]
    shop.write_text("version: 1\nassets:\n" + "\n".join(lines) + "\n")

    report = shop.build()

    assert report.exit_code == 1
    assert statuses(report) == {
        name: "built" if name.startswith("good") else "failed" for name in names
    }
    assert all(o.error for o in report.outcomes if o.asset.startswith("bad"))
    assert len([path for path in shop.published() if "good" in path]) == 18
    assert not [path for path in shop.published() if "bad" in path]
    assert statuses(shop.build()) == {
        name: "reused" if name.startswith("good") else "failed" for name in names
    }


@pytest.mark.usefixtures("fragile")
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_download_is_never_shelved_or_bought_twice(
    shop: Shop, data: bytes
) -> None:
    shop.server.on("file", Body(data, content_type="image/png"), where="coin", times=9)

    report = shop.write("coin", "star").build()

    assert (report.exit_code, creates(shop)) == (1, 2)
    assert statuses(report) == {"coin": "failed", "star": "built"}
    assert not (shop.root / "originals" / "coin.png").exists()


@pytest.mark.parametrize("data", [ending_early(), grey_below(GOOD)], ids=["png", "jpg"])
def test_a_picture_that_came_in_part_is_fetched_again_and_not_bought_again(
    shop: Shop, data: bytes
) -> None:
    shop.server.on("file", Body(data, content_type="image/png"), where="coin", times=2)

    report = shop.write("coin").build()

    assert (report.exit_code, statuses(report)) == (0, {"coin": "built"})
    assert (creates(shop), paid(shop), shop.states()) == (1, 1, ["done"])
    assert (shop.root / "originals" / "coin.png").read_bytes() != data


def test_a_picture_that_only_comes_in_part_is_lost_and_bought_on_request_alone(
    shop: Shop,
) -> None:
    fault = Body(ending_early(), content_type="image/png")
    shop.server.on("file", fault, where="coin", times=None)

    report = shop.write("coin").build()

    (coin,) = report.outcomes
    assert (report.exit_code, shop.states()) == (1, ["lost"])
    assert "cut off after 5% of its pixels" in (coin.error or "")
    assert shop.published() == set()
    assert statuses(shop.build()) == {"coin": "lost"}
    assert (creates(shop), paid(shop)) == (1, 1)
    shop.server.calm()
    assert shop.build(rebuy=frozenset({"coin"})).exit_code == 0
    assert creates(shop) == 2


@pytest.mark.usefixtures("fragile")
def test_a_hostile_original_out_of_a_repository_fails_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("coin", "star").build()
    data = HOSTILE["a crash"]
    receipt = shop.receipt("coin")
    assert isinstance(receipt, Receipt)
    receipt_file = shop.root / "originals" / "coin.json"
    text = receipt_file.read_text().replace(receipt.sha256, digest_bytes(data))
    text = text.replace(f'"bytes": {receipt.bytes}', f'"bytes": {len(data)}')
    receipt_file.write_text(text)
    (shop.root / "originals" / "coin.png").write_bytes(data)
    monkeypatch.setenv("ASSETGEN_HOME", str(shop.root.parent / "another-home"))

    report = shop.build()

    assert (report.exit_code, creates(shop)) == (1, 2)
    assert statuses(report) == {"coin": "failed", "star": "reused"}
    (coin,) = (one for one in report.outcomes if one.asset == "coin")
    assert coin.error == "the decoder crashed on it"


def test_sources_that_are_no_pictures_fail_alone_with_their_place(shop: Shop) -> None:
    shop.root.mkdir(parents=True)
    header = struct.pack(">2I5B", 65_000, 65_000, 8, 2, 0, 0, 0)
    files = {
        "page.png": b"<html><script>x</script>",
        "huge.png": GOOD[:8] + chunk(b"IHDR", header) + GOOD[33:],
        "text.png": HOSTILE["a bomb of text"],
        "profile.png": HOSTILE["a bomb of a profile"],
        "good.png": GOOD,
    }
    for name, data in files.items():
        (shop.root / name).write_bytes(data)
    lines = [f"  a{n}: {{source: ./{name}}}" for n, name in enumerate(files)]
    shop.write_text("version: 1\nassets:\n" + "\n".join(lines) + "\n")

    report = shop.build()

    damaged = "the png picture is damaged and cannot be decoded"
    assert report.exit_code == 1
    assert {one.asset: one.error for one in report.outcomes} == {
        "a0": "assets.yaml:3:16: assets.a0.source: `page.png` is a web page, not a "
        "picture",
        "a1": "assets.yaml:4:16: assets.a1.source: `huge.png` has more pixels than "
        "assetgen decodes",
        "a2": damaged,
        "a3": damaged,
        "a4": None,
    }
    assert shop.published() == {"a4.png"}


BAD_OVERLAY = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
assets:
  coin: {prompt: a coin, overlay: {source: logo.png, width: 5%}, variants: [8]}
  star: {prompt: a star}
"""


def test_nothing_is_bought_for_an_asset_that_a_bad_picture_is_laid_on(
    shop: Shop,
) -> None:
    shop.write_text(BAD_OVERLAY)
    (shop.root / "logo.png").write_bytes(b"<html>")

    report = shop.build()

    assert (report.exit_code, creates(shop)) == (1, 1)
    assert statuses(report) == {"coin": "failed", "star": "built"}
    assert shop.open().manifest.assets[0].request is not None
    (shop.root / "logo.png").write_bytes(GOOD)
    assert shop.build().exit_code == 0
    assert creates(shop) == 2


def test_a_job_that_is_out_is_collected_although_a_picture_went_bad_since(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write_text(BAD_OVERLAY)
    (shop.root / "logo.png").write_bytes(GOOD)
    monkeypatch.setenv("KIE_TIMEOUT", "0.01")
    shop.server.on("file", Page(503), times=None)
    assert shop.build().exit_code == 7
    shop.server.calm()
    monkeypatch.setenv("KIE_TIMEOUT", "60")
    (shop.root / "logo.png").write_bytes(b"<html>")

    report = shop.build()

    assert statuses(report) == {"coin": "failed", "star": "built"}
    assert shop.states() == ["done", "done"]
    assert shop.published() == {"star.png"}
    (shop.root / "logo.png").write_bytes(GOOD)
    assert (shop.build().exit_code, creates(shop)) == (0, 2)


def test_what_was_published_of_a_picture_stays_while_it_is_broken(shop: Shop) -> None:
    shop.root.mkdir(parents=True)
    out = BytesIO()
    Image.open(BytesIO(GOOD)).convert("RGB").save(out, "JPEG")
    (shop.root / "logo.png").write_bytes(out.getvalue())  # a jpg by another name
    shop.write_text("version: 1\nassets: {logo: {source: logo.png, variants: [8]}}\n")
    assert shop.build().exit_code == 0
    before = shop.published()
    (shop.root / "logo.png").write_bytes(b"")

    report = shop.build()

    assert statuses(report) == {"logo": "failed"}
    assert shop.published() == before == {"logo.jpg", "logo-8w.png", "logo-8w.webp"}
    (shop.root / "logo.png").write_bytes(out.getvalue())
    assert statuses(shop.build()) == {"logo": "reused"}
