"""This file is an XMP packet: some properties, as the text that files carry.

ISO 16684-1. Simple properties only, all of them attributes of one description.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMESPACES = {
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "xmp": "http://ns.adobe.com/xap/1.0/",
    "assetgen": "urn:assetgen:1",
}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def packet(properties: Mapping[str, str]) -> bytes:
    """Return an XMP packet of simple properties, named with their prefix."""
    used = sorted({name.partition(":")[0] for name in properties})
    attributes = [f'xmlns:{prefix}="{NAMESPACES[prefix]}"' for prefix in used]
    attributes += [f"{name}={_quoted(value)}" for name, value in properties.items()]
    return (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        f'<rdf:Description rdf:about="" {" ".join(attributes)}/>'
        '</rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
    ).encode()


def _quoted(value: str) -> str:
    """Return an attribute's value; quotes in it are spelt out, so that one can scan."""
    clean = _FORBIDDEN.sub(" ", value)
    escapes = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
    return quoteattr(clean, escapes)
