"""This file is what any picture's file says of itself, ours or anybody's.

Only what is written is read: a file that says nothing may still be anything. The
marks that live in the pixels themselves (SynthID) are not seen here.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from assetgen import headers
from assetgen.errors import ImageError
from assetgen.images.metadata import XMP_JPEG, XMP_PNG, is_draft
from assetgen.images.passengers import PNG_NEEDED, exif_fields
from assetgen.images.provenance import (
    SOURCE_TYPE,
    SOURCE_TYPES,
    SYSTEM,
    VERSION,
    Mark,
)
from assetgen.images.segments import TAIL, Part, parts
from assetgen.images.sniff import sniff
from assetgen.images.xmp import NAMESPACES, packet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LONGEST = 1_000_000  # bytes of XMP that are read
MOST = 64  # pictures of an icon that are looked into
LONGEST_NAME = 200  # characters of a system's name that are passed on
# The words of IPTC for what a model made, all of it or in part.
GENERATED = frozenset(
    {
        "trainedAlgorithmicMedia",
        "compositeWithTrainedAlgorithmicMedia",
        "compositeSynthetic",
    }
)
GPS = 0x8825
C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_PACKET = re.compile(rb"<x:xmpmeta\b.*?</x:xmpmeta>", re.DOTALL)
# How such a text begins: a packet, as it stands in pictures too, or what is in one.
_SIDECAR = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\b[^>]*>\s*)?<(?:\?xpacket|x:xmpmeta|rdf:RDF)\b"
)
_PREFIXES = {address: prefix for prefix, address in NAMESPACES.items()}
# Chunks and segments that carry words or pictures nobody asked for, by what they are.
_CARRIERS = {
    "tEXt": "text",
    "zTXt": "text",
    "iTXt": "text",
    "tIME": "a time",
    "pHYs": "a density",
    "COM": "a comment",
    "APP2": "a profile or preview",
    "APP13": "Photoshop data",
    "ICCP": "a colour profile",
    "iCCP": "a colour profile",
    TAIL: "bytes behind the end",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a file says.

    Attributes:
        format: From its header; `xmp` for a file of XMP beside a picture.
        width, height: In pixels; None for such a file.
        draft: It carries the mark of a draft.
        c2pa: It holds a C2PA manifest; whether that is valid is not looked at.
        properties: Its simple XMP properties by name with prefix, in its order; a
            namespace that is not known here stands in braces.
        unread: Why its XMP could not be read, "" if it could or has none.
        others: What else travels in it: `EXIF`, `a position (GPS)`, `a comment`, …
    """

    format: str
    width: int | None
    height: int | None
    draft: bool
    c2pa: bool
    properties: Mapping[str, str] = field(default_factory=dict)
    unread: str = ""
    others: tuple[str, ...] = ()


def told(data: bytes) -> Told:
    """Return what a picture's file, or a file of XMP, says; raises ImageError.

    What an icon of macOS says is what the first PNG in it does; of an icon of Windows,
    the first that says anything.
    """
    if _SIDECAR.match(data):
        draft = is_draft(data)
        return Told("xmp", None, None, draft, False, *_read(data))  # noqa: FBT003  no C2PA
    if data.startswith(b"icns") and headers.PNG in data:
        inner = told(data[data.index(headers.PNG) :])
        others = tuple(one for one in inner.others if one != _CARRIERS[TAIL])
        return replace(inner, format="icns", others=others)
    found = sniff(data)
    pieces = _pieces(data, found.format)
    properties, unread = _read(_xmp(data, pieces))
    return Told(
        found.format,
        found.width,
        found.height,
        is_draft(data),
        any(_is_c2pa(part) for part in pieces),
        properties,
        unread,
        tuple(dict.fromkeys(_others(data, pieces))),
    )


def carried(data: bytes) -> Mark | None:
    """Return the mark of a person's file that says itself that a model made it.

    Nobody takes such a word away; of its other properties nothing travels on, the
    prompt least of all. None for a file that says nothing of the kind.
    """
    found, _ = _read(_xmp(data, _pieces(data, sniff(data).format)))
    word = found.get(SOURCE_TYPE, "").removeprefix(SOURCE_TYPES)
    if word not in GENERATED:
        return None
    kept = (SOURCE_TYPE, SYSTEM, VERSION)
    said = {name: found[name][:LONGEST_NAME] for name in kept if name in found}
    return Mark(packet(said), draft=False, source_type=word)


def _pieces(data: bytes, name: str) -> tuple[Part, ...]:
    """Return the parts of a file (of an icon, of all its PNG), none if unknown."""
    if name == "ico":
        inner = (_pieces(each, "png") for each in _pictures(data))
        return tuple(part for pieces in inner for part in pieces)
    try:
        return parts(data)
    except ImageError:
        return ()


def _pictures(data: bytes) -> Iterator[bytes]:
    """Yield the pictures in an icon of Windows, as far as it goes."""
    count = min(struct.unpack_from("<H", data, 4)[0], MOST, (len(data) - 6) // 16)
    for length, start in struct.iter_unpack("<8x2I", data[6 : 6 + 16 * count]):
        yield data[start : start + length]


def _xmp(data: bytes, pieces: tuple[Part, ...]) -> bytes | None:
    for part in pieces:
        if part.name == "APP1" and part.body.startswith(XMP_JPEG):
            return part.body.removeprefix(XMP_JPEG)
        if part.name == "XMP ":
            return part.body
        if part.name == "iTXt" and part.body.startswith(XMP_PNG + b"\0\0"):
            return part.body.split(b"\0", 5)[-1]
    found = _PACKET.search(data) if headers.kind(data) == "avif" else None
    return found[0] if found else None


def _read(packet: bytes | None) -> tuple[dict[str, str], str]:
    """Return the properties of a packet, and why they cannot be read."""
    if packet is None:
        return {}, ""
    if len(packet) > LONGEST:
        return {}, f"its XMP has more than {LONGEST:,} bytes"
    if b"<!" in packet.replace(b"<!--", b""):
        return {}, "its XMP declares entities, which is not read"
    try:
        tree = ET.fromstring(packet.strip(b"\0 \r\n\t"))  # noqa: S314  no entities: see above
    except (ET.ParseError, ValueError, LookupError):
        return {}, "its XMP is no XML"
    return dict(_properties(tree)), ""


def _properties(tree: ET.Element) -> Iterator[tuple[str, str]]:
    for description in tree.iter(f"{RDF}Description"):
        for name, value in description.items():
            if not name.startswith(RDF):
                yield _short(name), value
        for child in description:
            words = [text.strip() for text in child.itertext() if text.strip()]
            if words:
                yield _short(child.tag), "; ".join(words)


def _short(name: str) -> str:
    address, _, local = name.removeprefix("{").rpartition("}")
    prefix = _PREFIXES.get(address, f"{{{address}}}" if address else "")
    return f"{prefix}:{local}" if prefix else local


def _is_c2pa(part: Part) -> bool:
    """Whether a part holds a C2PA manifest (C2PA 2.2, A.3: embedding by format)."""
    if part.name == "uuid":
        return part.body.startswith(C2PA_UUID)
    return part.name in {"caBX", "C2PA"} or (
        part.name == "APP11" and part.body.startswith(b"JP") and b"c2pa" in part.body
    )


def _others(data: bytes, pieces: tuple[Part, ...]) -> Iterator[str]:
    if any(part.name in {"eXIf", "EXIF"} or _is_exif(part) for part in pieces):
        yield "EXIF"
        if GPS in exif_fields(data):
            yield "a position (GPS)"
    for part in pieces:
        if _is_ours_to_tell(part) or part.name in PNG_NEEDED:
            continue
        if part.name in _CARRIERS:
            yield _CARRIERS[part.name]


def _is_exif(part: Part) -> bool:
    return part.name == "APP1" and part.body.startswith(b"Exif\0\0")


def _is_ours_to_tell(part: Part) -> bool:
    """Whether a part's words are shown elsewhere already."""
    draft = part.name == "tEXt" and part.body == b"assetgen\0draft"
    return draft or (part.name == "iTXt" and part.body.startswith(XMP_PNG))
