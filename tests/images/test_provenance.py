"""Every file says how it was made, in words that other tools read."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from picture_files import opened, saved
from PIL import Image

from assetgen.digest import digest_bytes
from assetgen.images.containers import contained
from assetgen.images.metadata import is_draft, with_xmp
from assetgen.images.provenance import LONGEST_PROMPT, Origin, mark_of
from assetgen.images.sniff import sniff
from assetgen.images.telling import carried, told
from assetgen.images.xmp import packet

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.images.provenance import Mark

FORMATS = ["PNG", "JPEG", "WEBP", "AVIF"]
PROMPT = 'A "coin" of <gold> & silver,\n\tπ 円 🪙\x07 of 5 points'
BOUGHT = Origin("kie", "nano-banana-pro", PROMPT)
VOCABULARY = "http://cv.iptc.org/newscodes/digitalsourcetype/"


def picture(name: str, mode: str = "RGB", **options: object) -> bytes:
    image = Image.linear_gradient("L").resize((40, 24)).convert("RGB")
    if mode == "RGBA" and name != "JPEG":
        image.putalpha(Image.radial_gradient("L").resize((40, 24)))
    return saved(image, name, **options)


def mark(origin: Origin | None = BOUGHT, *, draft: bool = False, words: bool = False):  # noqa: ANN201  # Mark
    found: Mark | None = mark_of(origin, draft=draft, words=words)
    assert found is not None
    return found


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("name", [*FORMATS, "ICO"])
def test_the_mark_is_read_back_and_the_pixels_stay(name: str, mode: str) -> None:
    plain = picture(name, mode)

    marked = mark()(plain)

    assert told(marked).properties == {
        "Iptc4xmpExt:DigitalSourceType": f"{VOCABULARY}trainedAlgorithmicMedia",
        "Iptc4xmpExt:AISystemUsed": "nano-banana-pro via kie",
        "Iptc4xmpExt:AISystemVersionUsed": "nano-banana-pro",
        "Iptc4xmpExt:AIPromptInformation": f"sha256:{digest_bytes(PROMPT.encode())}",
        "xmp:CreatorTool": "assetgen",
    }
    assert told(marked).others == ()
    assert sniff(marked) == sniff(plain)
    assert opened(marked).mode == opened(plain).mode
    assert opened(marked).tobytes() == opened(plain).tobytes()


def test_the_words_are_said_only_if_asked() -> None:
    hidden, shown = (told(mark(words=words)(picture("PNG"))) for words in (False, True))

    assert "coin" not in str(hidden.properties)
    assert shown.properties["Iptc4xmpExt:AIPromptInformation"] == PROMPT.replace(
        "\x07", " "
    )


@pytest.mark.parametrize("name", FORMATS)
def test_words_that_fit_no_segment_stay_a_digest(name: str) -> None:
    long, longer = "ü" * (LONGEST_PROMPT // 2), "ü" * (LONGEST_PROMPT // 2 + 1)
    said = [
        told(mark(Origin("p", "m", words), words=True)(picture(name))).properties
        for words in (long, longer)
    ]

    prompts = [each["Iptc4xmpExt:AIPromptInformation"] for each in said]
    assert prompts == [long, f"sha256:{digest_bytes(longer.encode())}"]


@pytest.mark.parametrize(
    ("origin", "word"),
    [
        (Origin("p", "m", "x"), "trainedAlgorithmicMedia"),
        (Origin("p", "m", "x", shown=True), "compositeWithTrainedAlgorithmicMedia"),
        (Origin("p", "m", "x", composed=True), "compositeSynthetic"),
        (Origin("draft", "m", "x", learned=False), "algorithmicMedia"),
    ],
)
def test_the_source_type_is_a_word_of_iptc(origin: Origin, word: str) -> None:
    said = told(mark(origin)(picture("PNG"))).properties

    assert said["Iptc4xmpExt:DigitalSourceType"] == f"{VOCABULARY}{word}"


def test_a_procedure_is_no_ai_system() -> None:
    said = told(mark(Origin("draft", "sketch", "x", learned=False))(picture("PNG")))

    assert not [name for name in said.properties if "AI" in name]


def test_an_origin_is_what_a_request_says() -> None:
    request = {
        "provider": "kie",
        "model": "m",
        "prompt": "x",
        "references": [["a", ""]],
    }

    assert Origin.of(request) == Origin("kie", "m", "x", shown=True)


@pytest.mark.parametrize("name", [*FORMATS, "ICO"])
def test_a_draft_says_both_in_one_packet(name: str) -> None:
    marked = mark(draft=True)(picture(name))

    assert is_draft(marked)
    assert told(marked).draft
    assert told(marked).properties["assetgen:draft"] == "True"
    assert "Iptc4xmpExt:DigitalSourceType" in told(marked).properties
    assert marked.count(b"<x:xmpmeta") == (2 if name == "ICO" else 1)  # its pictures
    assert mark(draft=True)(marked) == marked


def test_an_icon_of_macos_says_what_its_pictures_say() -> None:
    image = Image.linear_gradient("L").convert("RGBA")
    pictures = [mark()(saved(image.resize((side, side)))) for side in (32, 128)]

    said = told(contained("icns", [(data, False) for data in pictures]))

    assert (said.format, said.others) == ("icns", ())
    assert said.properties["Iptc4xmpExt:AISystemUsed"] == "nano-banana-pro via kie"


@pytest.mark.parametrize("first", ["a bitmap", "a picture of somebody's own"])
def test_an_icon_of_windows_says_what_any_of_its_pictures_says(first: str) -> None:
    image = Image.linear_gradient("L").convert("RGBA")
    small, large = (saved(image.resize((side, side))) for side in (16, 32))

    icon = contained("ico", [(small, first == "a bitmap"), (mark()(large), False)])

    assert told(icon).properties == told(mark()(large)).properties


@pytest.mark.parametrize("count", [1, 3, 0xFFFF])
def test_an_icon_that_is_cut_off_says_nothing(count: int) -> None:
    icon = b"\0\0\1\0" + count.to_bytes(2, "little") + b"\x10\x10" + b"\xff" * 20

    assert (told(icon).format, dict(told(icon).properties)) == ("ico", {})


def xml_of(properties: str) -> bytes:
    return (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f"<rdf:Description {properties}/></rdf:RDF></x:xmpmeta>"
    ).encode()


@pytest.mark.parametrize(
    "before",
    [
        b"",
        b"\n",
        b"\xef\xbb\xbf",
        b'<?xml version="1.0" encoding="UTF-8"?>\n',
        b'\xef\xbb\xbf<?xml version="1.0"?>\r\n<?xpacket begin="" id="x"?>\n',
    ],
    ids=["bare", "a line", "a mark", "a declaration", "everything"],
)
def test_what_stands_beside_a_picture_is_read_too(before: bytes) -> None:
    """As darktable, digiKam, exiftool and Adobe's programs write it."""
    text = before + xml_of('xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="3"')

    said = told(text)

    assert (said.format, said.width, said.height) == ("xmp", None, None)
    assert said.properties == {"xmp:Rating": "3"}
    assert (said.unread, said.draft, said.c2pa, said.others) == ("", False, False, ())


def test_what_stands_beside_a_picture_and_is_broken_says_so() -> None:
    assert told(b"<?xpacket begin=''?><x:xmpmeta>").unread == "its XMP is no XML"
    assert "entities" in told(b"<x:xmpmeta><!DOCTYPE x></x:xmpmeta>").unread
    assert told(mark(draft=True).packet).draft


def test_nothing_to_say_is_no_mark() -> None:
    assert mark_of(None, draft=False, words=True) is None


def test_the_same_origin_gives_the_same_bytes() -> None:
    assert mark()(picture("PNG")) == mark()(picture("PNG"))
    assert mark().digest == mark().digest
    assert len({mark().digest, mark(words=True).digest, mark(draft=True).digest}) == 3


@pytest.mark.parametrize(
    "xmp",
    [
        b"not xml at all",
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>',
        b"<x>" + b"a" * 1_000_001 + b"</x>",
        "<x/>".encode("utf-16"),
        b"<x",
    ],
    ids=["text", "entities", "long", "utf-16", "cut off"],
)
def test_xmp_that_nobody_can_read_is_no_reason_to_fail(xmp: bytes) -> None:
    said = told(saved(Image.new("RGB", (8, 8)), "WEBP", xmp=xmp))

    assert said.properties == {}
    assert said.unread.startswith("its XMP ") or xmp.startswith(b"\xff\xfe")


def test_the_words_of_other_programs_are_read() -> None:
    text = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
        'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        "<dc:creator><rdf:Seq><rdf:li>A</rdf:li><rdf:li>B</rdf:li></rdf:Seq>"
        "</dc:creator></rdf:Description></rdf:RDF></x:xmpmeta>"
    )

    for name in ("JPEG", "WEBP", "AVIF"):
        said = told(picture(name, xmp=text.encode()))
        assert said.properties == {"{http://purl.org/dc/elements/1.1/}:creator": "A; B"}


@pytest.mark.parametrize("name", FORMATS)
def test_what_a_file_says_of_a_model_is_carried_on_and_nothing_else(name: str) -> None:
    said = {
        "Iptc4xmpExt:DigitalSourceType": f"{VOCABULARY}compositeSynthetic",
        "Iptc4xmpExt:AISystemUsed": "x" * 300,
        "Iptc4xmpExt:AIPromptInformation": "a secret",
        "xmp:CreatorTool": "somebody's",
    }

    found = carried(with_xmp(picture(name), packet(said)))

    assert found is not None
    assert found.source_type == "compositeSynthetic"
    assert told(found(picture(name))).properties == {
        "Iptc4xmpExt:DigitalSourceType": f"{VOCABULARY}compositeSynthetic",
        "Iptc4xmpExt:AISystemUsed": "x" * 200,
    }


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"Iptc4xmpExt:DigitalSourceType": f"{VOCABULARY}digitalCapture"},
        {"Iptc4xmpExt:DigitalSourceType": "trained"},
        {"Iptc4xmpExt:AISystemUsed": "somebody"},
    ],
    ids=["nothing", "a camera", "no word of IPTC", "no type"],
)
def test_what_says_nothing_of_a_model_carries_nothing_on(said: dict[str, str]) -> None:
    assert carried(with_xmp(picture("PNG"), packet(said))) is None


def test_a_c2pa_manifest_is_noticed_in_every_format() -> None:
    jumbf = b"JP\0\1\0\0\0\1" + b"jumb....jumdc2pa"
    png, jpg, webp, avif = (picture(name) for name in FORMATS)
    body = b"caBX" + jumbf
    holders = [
        png[:33] + len(jumbf).to_bytes(4, "big") + body + bytes(4) + png[33:],
        jpg[:2] + b"\xff\xeb" + (len(jumbf) + 2).to_bytes(2, "big") + jumbf + jpg[2:],
        webp[:4]
        + (len(webp) - 8 + 8 + len(jumbf)).to_bytes(4, "little")
        + webp[8:]
        + b"C2PA"
        + len(jumbf).to_bytes(4, "little")
        + jumbf,
        avif
        + (24 + len(jumbf)).to_bytes(4, "big")
        + b"uuid"
        + bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
        + jumbf,
    ]

    assert [told(data).c2pa for data in holders] == [True] * 4
    assert [told(data).c2pa for data in (png, jpg, webp, avif)] == [False] * 4


def test_a_packet_is_xml_whatever_the_words() -> None:
    words = "".join(map(chr, [*range(300), 0xFFFE, 0x1F600]))

    tree = ET.fromstring(packet({"assetgen:x": words}))  # noqa: S314  # our own bytes

    description = tree.find(".//{*}Description")
    assert description is not None
    said = description.get("{urn:assetgen:1}x")
    assert said is not None
    assert said[-1] == chr(0x1F600)
    assert len(said) == len(words)


@pytest.mark.skipif(shutil.which("exiftool") is None, reason="no exiftool here")
@pytest.mark.parametrize("name", FORMATS)
def test_exiftool_reads_the_mark_and_nothing_else(name: str, tmp_path: Path) -> None:
    file = tmp_path / f"x.{name.lower()}"
    file.write_bytes(mark()(picture(name, "RGBA")))
    command = ["exiftool", "-j", "-G1", "-a", str(file)]
    ran = subprocess.run(command, capture_output=True, check=True, timeout=60)

    found = json.loads(ran.stdout)[0]
    said = {key: value for key, value in found.items() if key.startswith("XMP")}
    assert "XMP-iptcExt:DigitalSourceType" in said
    assert {key for key in found if key.startswith(("IFD", "GPS", "ICC", "IPTC"))} == (
        set()
    )
