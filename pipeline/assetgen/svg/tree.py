"""This file is SVG text read into a tree, without anything that XML could do to us.

No entity is ever defined, no file is ever fetched, and the tree is shallow: what comes
out is at most as large as what went in.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET  # only its tree; the reading is done here
from xml.parsers import expat

from assetgen.svg.faults import LONGEST, SvgFault

if TYPE_CHECKING:
    from collections.abc import Iterator

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"

_HEAD = 200  # characters in which the XML declaration ends, if there is one
_ENCODING = re.compile(r"\A(<\?xml[^>]*?)\s+encoding=(\"[^\"]*\"|'[^']*')")
_DEEPEST = 200  # elements inside each other; drawing programs need about 20


class Node(ET.Element):
    """One element, and the line and column where it begins, from 1."""

    line = 0
    column = 0

    @property
    def kind(self) -> str:
        """Return its name without the namespace of SVG: ``rect``."""
        return str(self.tag).removeprefix(SVG)


def parse(text: str) -> Node:
    """Return the outermost element of a drawing; raises SvgFault.

    Comments and processing instructions are left out.
    """
    if len(text.encode(errors="surrogatepass")) > LONGEST:
        raise SvgFault(f"a drawing has at most {LONGEST:,} bytes")
    bare = text.lstrip("\ufeff \t\r\n")
    reader = _Reader(text[: len(text) - len(bare)].count("\n"))
    root = reader.read(bare)
    if root.kind == "svg" and root.tag != f"{SVG}svg":
        hint = 'write `<svg xmlns="http://www.w3.org/2000/svg" …>`'
        raise SvgFault("the drawing does not say that it is SVG", hint, root.line, 1)
    if root.tag != f"{SVG}svg":
        message = f"the outermost element is `{root.kind.rpartition('}')[2]}`"
        raise SvgFault(message, "a drawing is one `<svg>`", root.line, 1)
    return root


def without_comments(css: str) -> str:
    """Return a style sheet without its comments, in time that grows with its length."""
    parts, at = [], 0
    while (start := css.find("/*", at)) >= 0:
        parts.append(css[at:start])
        end = css.find("*/", start + 2)
        at = len(css) if end < 0 else end + 2
    return " ".join([*parts, css[at:]])


def walk(root: Node) -> Iterator[Node]:
    """Yield an element and all below it, in the order in which they are written."""
    for node in root.iter():
        if isinstance(node, Node):
            yield node


def written(root: Node) -> str:
    """Return a tree as XML text."""
    return ET.tostring(root, encoding="unicode")


class _Reader:
    """One reading: expat calls back, a tree is built, anything clever is refused."""

    def __init__(self, before: int) -> None:
        self._before = before  # lines that were taken off the beginning
        self._depth = 0
        self._builder = ET.TreeBuilder(element_factory=Node)
        self._parser = expat.ParserCreate(namespace_separator="}")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._builder.data
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.ProcessingInstructionHandler = self._instruction
        self._parser.SkippedEntityHandler = self._entity

    def read(self, text: str) -> Node:
        """Return the outermost element of a text."""
        try:
            # An encoding that the text claims says nothing any more: it is a text.
            head = _ENCODING.sub(r"\1", text[:_HEAD])
            whole = (head + text[_HEAD:]).encode(errors="surrogatepass")
            self._parser.Parse(whole, True)  # noqa: FBT003 - the last piece
        except expat.ExpatError as error:
            message = f"the drawing is not XML: {expat.ErrorString(error.code)}"
            line, column = error.lineno + self._before, error.offset + 1
            raise SvgFault(message, _HINTS.get(error.code), line, column) from None
        root = self._builder.close()
        assert isinstance(root, Node)  # noqa: S101 - that is what the builder makes
        return root

    def _fault(self, message: str, hint: str | None = None) -> SvgFault:
        line = self._parser.CurrentLineNumber + self._before
        return SvgFault(message, hint, line, self._parser.CurrentColumnNumber + 1)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._fault(f"the drawing is nested deeper than {_DEEPEST} elements")
        named = {_braced(key): value for key, value in attributes.items()}
        node = self._builder.start(_braced(name), named)
        assert isinstance(node, Node)  # noqa: S101 - that is what the builder makes
        node.line = self._parser.CurrentLineNumber + self._before
        node.column = self._parser.CurrentColumnNumber + 1

    def _end(self, name: str) -> None:
        self._depth -= 1
        self._builder.end(_braced(name))

    def _doctype(self, _name: str, _system: object, _public: object, own: int) -> None:
        if own:
            message = "the drawing defines entities, which assetgen never expands"
            raise self._fault(message, "save it as plain SVG, without a `<!DOCTYPE …>`")

    def _instruction(self, target: str, _data: str) -> None:
        if target == "xml-stylesheet":
            message = "the drawing fetches a style sheet"
            raise self._fault(message, "put its rules into a `<style>`")

    def _entity(self, name: str, _parameter: object) -> None:
        hint = "write the character itself, or its number: `&#160;`"
        raise self._fault(f"nothing says what `&{name};` is", hint)


def _braced(name: str) -> str:
    """Return ``{namespace}name``, as expat writes it without its first brace."""
    return f"{{{name}" if "}" in name else name


_HINTS = {
    expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]: (
        "write the character itself, or its number: `&#160;`"
    ),
    expat.errors.codes[expat.errors.XML_ERROR_INVALID_TOKEN]: (
        "a plain `&` is written `&amp;`, a plain `<` is written `&lt;`"
    ),
    expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]: (
        "write `href` in place of `xlink:href`, or declare the prefix on `<svg>`"
    ),
}
