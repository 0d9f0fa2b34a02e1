"""This file is what a drawing may not hold: what acts, what fetches, what explodes.

The renderer runs no script and knows no network; but a drawing that holds such things
is not the still picture that a person believes to have written, and says so here.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING

from assetgen.svg.faults import SvgFault
from assetgen.svg.tree import SVG, XLINK, walk, without_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.svg.tree import Node

ACTIVE = frozenset(
    {"script", "foreignObject", "iframe", "object", "embed", "audio", "video"}
)
HREFS = ("href", f"{XLINK}href")
PICTURES = frozenset({"image", "feImage"})
_XHTML = "{http://www.w3.org/1999/xhtml}"
_URL = re.compile(r"url\(\s*(['\"]?)\s*([^'\")\s]*)", re.IGNORECASE)
_DATA = re.compile(r"data:image/(png|jpe?g|webp);base64,([\sA-Za-z0-9+/=]*)")
# Elements that a drawing may come to once everything it uses stands in its place.
_MOST = 100_000


def faults(root: Node, *, media: bool = False) -> Iterator[SvgFault]:
    """Yield everything in a drawing that is refused, in the order it is written.

    `media` says whether `@media` means something to whoever shows it, as it does to a
    browser.
    """
    for node in walk(root):
        yield from _acting(node)
        yield from _fetching(node, media=media)
    if not _is_bounded(root):
        message = f"the drawing unfolds into more than {_MOST:,} elements"
        yield SvgFault(message, "use fewer `<use>` inside each other")


def embedded(root: Node) -> Iterator[tuple[Node, str, str]]:
    """Yield every picture in a drawing that is a file: element, attribute, path."""
    for node in walk(root):
        if node.kind in PICTURES:
            for name in HREFS:
                value = node.get(name, "").strip()
                if value and not value.startswith(("#", "data:")):
                    yield node, name, value


def data_of(href: str) -> bytes | None:
    """Return the bytes of a png, jpg or webp that a ``data:`` address holds."""
    found = _DATA.fullmatch(href.strip())
    if found is None:
        return None
    try:
        return base64.b64decode("".join(found[2].split()), validate=True)
    except binascii.Error:
        return None


def _acting(node: Node) -> Iterator[SvgFault]:
    name = str(node.tag).removeprefix(SVG).removeprefix(_XHTML)
    if name in ACTIVE:
        message = f"the drawing has a `<{name}>`, which is no part of a picture"
        yield SvgFault(message, "take it out", node.line, node.column)
    for attribute in node.attrib:
        if re.fullmatch(r"on[a-z]+", attribute):
            message = f"the drawing has an `{attribute}` handler"
            yield SvgFault(message, "take it out", node.line, node.column)


def _fetching(node: Node, *, media: bool) -> Iterator[SvgFault]:
    for name, value in node.attrib.items():
        if name in HREFS:
            yield from _href(node, value.strip())
        elif _leaves(value):
            message = f"`{_leaves(value)}` is outside the drawing"
            yield SvgFault(message, "refer to an `id`", node.line, node.column)
    if node.kind == "style":
        css = without_comments(node.text or "")
        rules = re.findall(r"@[\w-]+", css)
        if found := [rule for rule in rules if not media or rule != "@media"]:
            message = f"`{found[0]}` in a `<style>` of a drawing does nothing"
            hint = "take it out; fonts are files of the project (`fonts:`)"
            yield SvgFault(message, hint, node.line, node.column)
        elif _leaves(css):
            message = f"`{_leaves(css)}` is outside the drawing"
            yield SvgFault(message, "refer to an `id`", node.line, node.column)


def _href(node: Node, value: str) -> Iterator[SvgFault]:
    if value.startswith("#") or not value:
        return
    where = node.line, node.column
    if node.kind not in PICTURES:
        message = f"`{_short(value)}` is outside the drawing"
        yield SvgFault(message, "refer to an `id` of this drawing", *where)
    elif value.startswith("data:"):
        if data_of(value) is None:
            message = "a picture inside the drawing is no png, jpg or webp"
            yield SvgFault(message, 'name a file: `href="logo.png"`', *where)
    elif re.match(r"[a-zA-Z][\w+.-]+:|//", value):
        message = f"`{_short(value)}` is not a file of the project"
        yield SvgFault(message, "put the picture beside the drawing", *where)


def _leaves(text: str) -> str | None:
    """Return the first thing that a text refers to and that is no `#id`."""
    found = (each[2] for each in _URL.finditer(text))
    return next((_short(each) for each in found if not each.startswith("#")), None)


def _short(address: str) -> str:
    return address if len(address) <= 60 else f"{address[:57]}…"  # noqa: PLR2004 - a line


# --- drawings that explode ----------------------------------------------------------


def _is_bounded(root: Node) -> bool:
    """Tell whether a drawing stays small once all that it refers to is unfolded.

    A circle is cut where it closes: the renderer draws it once or not at all.
    """
    by_id = {node.get("id", ""): node for node in walk(root)}
    known: dict[int, int] = {}
    open_now: set[int] = set()

    def size(node: Node) -> int:
        if id(node) in known:
            return known[id(node)]
        if id(node) in open_now:
            return 0
        open_now.add(id(node))
        total = 1
        for child in node:
            total += size(child) if hasattr(child, "line") else 0  # type: ignore[arg-type]  # a Node
        for name in _uses(node):
            if name in by_id:
                total += size(by_id[name])
            if total > _MOST:
                break
        open_now.discard(id(node))
        known[id(node)] = total
        return total

    try:
        return size(root) <= _MOST
    except RecursionError:
        return False


def _uses(node: Node) -> Iterator[str]:
    """Yield the id of everything that an element refers to."""
    for name, value in node.attrib.items():
        if name in HREFS and value.strip().startswith("#"):
            yield value.strip()[1:]
        elif "url(" in value.lower():
            yield from (
                each[2][1:] for each in _URL.finditer(value) if each[2][:1] == "#"
            )
