"""This file is which letters a drawing has, and in which font it wants them.

It follows the cascade of CSS as far as a font's name needs it: attributes, `style`,
`<style>` with selectors of one element, inheritance.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assetgen.catalogue import nearest
from assetgen.svg.faults import SvgFault
from assetgen.svg.fonts import named
from assetgen.svg.tree import walk, without_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assetgen.svg.fonts import Fonts
    from assetgen.svg.tree import Node

# Names that mean another font on every machine.
GENERIC = frozenset(
    {"serif", "sans-serif", "monospace", "cursive", "fantasy", "system-ui"}
)
_TEXTS = frozenset({"tspan", "textPath", "a", "tref", "altGlyph"})
_MOST = 200  # rules that name a font
_SIMPLE = re.compile(r"(\*|[\w-]+)?((?:[.#][\w-]+)*)")
_SHORT = re.compile(r"(?:^|;)\s*font\s*:", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """Letters of a drawing with the families that are to draw them, best first."""

    text: str
    families: tuple[str, ...]
    node: Node


@dataclass(frozen=True, slots=True)
class _Rule:
    """A selector of one element, how much it weighs, and the families it names."""

    tag: str
    classes: frozenset[str]
    ids: frozenset[str]
    families: tuple[str, ...]

    @property
    def weight(self) -> tuple[int, int, int]:
        return len(self.ids), len(self.classes), int(bool(self.tag))

    def fits(self, node: Node) -> bool:
        return (
            self.tag in {"", node.kind}
            and self.classes <= set(node.get("class", "").split())
            and self.ids <= {node.get("id", "")}
        )


def lines(root: Node) -> list[Line]:
    """Return every text of a drawing; raises SvgFault for too clever a style."""
    rules = list(_rules(root))
    found: list[Line] = []

    def visit(node: Node, families: tuple[str, ...], *, inside: bool) -> None:
        families = _own(node, rules) or families
        inside = node.kind == "text" or (inside and node.kind in _TEXTS)
        if inside and (node.text or "").strip():
            found.append(Line(node.text or "", families, node))
        for child in node:
            visit(child, families, inside=inside)  # type: ignore[arg-type]  # a Node
            if inside and (child.tail or "").strip():
                found.append(Line(child.tail or "", families, node))

    visit(root, (), inside=False)
    return found


def faults(found: list[Line], fonts: Fonts) -> Iterator[SvgFault]:
    """Yield every text without a font, and every letter that its font does not have."""
    for line in found:
        where = line.node.line, line.node.column
        here = [name for name in line.families if name in fonts.families]
        if here:
            lacking = fonts.lacking(line.text, here)
            if lacking:
                known = " and ".join(f"`{name}`" for name in here)
                word = "have" if len(here) > 1 else "has"
                message = f"the font {known} {word} no {named(lacking)}"
                hint = "use a font that has it, or write it differently"
                yield SvgFault(message, hint, *where)
            continue
        yield SvgFault(*_no_font(line, fonts), *where)


def _no_font(line: Line, fonts: Fonts) -> tuple[str, str]:
    known = sorted(fonts.families)
    text = " ".join(line.text.split())
    shown = text if len(text) <= 30 else f"{text[:29]}…"  # noqa: PLR2004 - a line
    hint = f"fonts of this project: {', '.join(f'`{name}`' for name in known)}"
    if not known:
        hint = "put its file (ttf or otf) into the folder `fonts/`"
    wanted = [name for name in line.families if name not in GENERIC]
    if wanted:
        return f"no font named `{wanted[0]}`", nearest(wanted[0], known) or hint
    if line.families:
        message = f"`{line.families[0]}` is another font on every machine"
        return message, hint
    return f"the text `{shown}` names no `font-family`", hint


def _own(node: Node, rules: list[_Rule]) -> tuple[str, ...]:
    """Return the families that an element itself names, () if it inherits them."""
    style = node.get("style", "")
    if _SHORT.search(style) or "font" in node.attrib:
        raise _too_short(node)
    best = max((r for r in rules if r.fits(node)), key=_weight, default=None)
    named_here = _families(style) or (best.families if best else ())
    found = named_here or _split(node.get("font-family", ""))
    return () if found == ("inherit",) else found


def _weight(rule: _Rule) -> tuple[int, int, int]:
    return rule.weight


def _rules(root: Node) -> Iterator[_Rule]:
    """Yield every rule that names a font, later ones first: of equals, they win."""
    found: list[_Rule] = []
    for node in walk(root):
        if node.kind != "style":
            continue
        for rule in without_comments(node.text or "").split("}"):
            selectors, _, body = rule.partition("{")
            if _SHORT.search(body):
                raise _too_short(node)
            families = _families(body)
            if families:
                found += [_rule(each, families, node) for each in selectors.split(",")]
        if len(found) > _MOST:
            message = f"the drawing chooses its fonts by more than {_MOST} rules"
            hint = "write `font-family` on the elements"
            raise SvgFault(message, hint, node.line, node.column)
    yield from reversed(found)


def _rule(selector: str, families: tuple[str, ...], node: Node) -> _Rule:
    simple = _SIMPLE.fullmatch(selector.strip())
    if simple is None or not selector.strip():
        message = f"the rule `{selector.strip()}` chooses a font in too clever a way"
        hint = "name it by element, class or id, or write `font-family` on the element"
        raise SvgFault(message, hint, node.line, node.column)
    marks = re.findall(r"([.#])([\w-]+)", simple[2])
    return _Rule(
        "" if simple[1] in {None, "*"} else simple[1],
        frozenset(name for mark, name in marks if mark == "."),
        frozenset(name for mark, name in marks if mark == "#"),
        families,
    )


def _families(declarations: str) -> tuple[str, ...]:
    found: tuple[str, ...] = ()
    for each in declarations.split(";"):
        name, _, value = each.partition(":")
        if name.strip().lower() == "font-family":
            found = _split(value.replace("!important", ""))
    return found


def _split(families: str) -> tuple[str, ...]:
    names = (" ".join(each.strip(" \t\r\n\"'").split()) for each in families.split(","))
    return tuple(name for name in names if name)


def _too_short(node: Node) -> SvgFault:
    message = "the short form `font:` is not read"
    hint = "write `font-family`, `font-size` and `font-weight`"
    return SvgFault(message, hint, node.line, node.column)
