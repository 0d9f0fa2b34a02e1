"""`provenance`: what a picture's file says, ours or anybody's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from PIL import Image

from assetgen.images.provenance import SOURCE_TYPES, Origin, mark_of
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from command_lines import Said

ORIGIN = Origin("kie", "nano-banana-pro", "A coin")


def marked(data: bytes, *, draft: bool = False, words: bool = False) -> bytes:
    mark = mark_of(ORIGIN, draft=draft, words=words)
    assert mark is not None
    return mark(data)


def test_a_bought_picture_says_who_made_it(
    here: Path, front: Callable[..., Said]
) -> None:
    (here / "coin.png").write_bytes(marked(picture((32, 16)), words=True))

    assert front("provenance", "coin.png").out.splitlines() == [
        "coin.png (png, 32x16)",
        "  made                 made by a generative model",
        "  C2PA                 none",
        f"  DigitalSourceType    {SOURCE_TYPES}trainedAlgorithmicMedia",
        "  AISystemUsed         nano-banana-pro via kie",
        "  AISystemVersionUsed  nano-banana-pro",
        "  AIPromptInformation  A coin",
        "  CreatorTool          assetgen",
        "  also                 nothing else travels in it",
    ]


def test_what_others_left_in_a_file_is_named(
    here: Path, front: Callable[..., Said]
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "somebody"
    image = Image.new("RGB", (8, 8))
    image.save(here / "photo.jpg", exif=exif, comment=b"hello")

    said = front("provenance", "photo.jpg").out

    assert "made  it does not say\n" in said
    assert "also  EXIF, a comment\n" in said


def test_the_answer_is_there_as_json(here: Path, front: Callable[..., Said]) -> None:
    for name, draft in (("a.png", False), ("b.png", True)):
        (here / name).write_bytes(marked(picture((32, 16)), draft=draft))

    found = json.loads(front("provenance", "--json", "a.png", "b.png").out)["files"]

    assert [found[name]["draft"] for name in ("a.png", "b.png")] == [False, True]
    assert found["a.png"]["source_type"].endswith("/trainedAlgorithmicMedia")
    assert found["a.png"]["xmp"]["Iptc4xmpExt:AISystemUsed"] == (
        "nano-banana-pro via kie"
    )
    assert found["a.png"] | {"xmp": None, "source_type": None} == {
        "format": "png",
        "width": 32,
        "height": 16,
        "source_type": None,
        "draft": False,
        "c2pa": False,
        "xmp": None,
        "xmp_unread": None,
        "others": [],
    }


def test_a_file_beside_a_picture_is_read_too(
    here: Path, front: Callable[..., Said]
) -> None:
    mark = mark_of(ORIGIN, draft=False, words=False)
    assert mark is not None
    (here / "favicon.ico.xmp").write_bytes(mark.packet + b"\n")

    head, made, *_ = front("provenance", "favicon.ico.xmp").out.splitlines()
    found = json.loads(front("provenance", "--json", "favicon.ico.xmp").out)["files"]

    assert head == "favicon.ico.xmp (xmp, beside a picture)"
    assert made.endswith("made by a generative model")
    said = found["favicon.ico.xmp"]
    assert (said["format"], said["width"], said["height"]) == ("xmp", None, None)
    assert said["source_type"].endswith("/trainedAlgorithmicMedia")


def test_a_file_that_is_no_picture_is_a_mistake(
    here: Path, front: Callable[..., Said]
) -> None:
    (here / "x.svg").write_text("<svg/>")

    for name, words in (("x.svg", "an SVG drawing, not a picture"), ("y", "cannot")):
        said = front("provenance", name)
        assert (said.code, said.out) == (2, "")
        assert words in said.err
