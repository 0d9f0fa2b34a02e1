"""This file is a drawing as it looks in light surroundings, which is how it is drawn.

A drawing for browsers may hold rules for dark ones: `@media (prefers-color-scheme:
dark)`. A picture has one look: the light rules hold, and the dark ones are left out.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assetgen.svg.tree import walk, without_comments

if TYPE_CHECKING:
    from assetgen.svg.tree import Node

_MEDIA = re.compile(r"@media\b([^{}@]*)\{")
_SCHEME = re.compile(
    r"\s*(?:(?:only\s+)?(?:screen|all)\s+and\s+)?"
    r"\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)\s*",
    re.IGNORECASE,
)
_BRACE = re.compile(r"[{}]")


def has_dark_rules(text: str) -> bool:
    """Whether a drawing asks, anywhere, how light its surroundings are."""
    return "prefers-color-scheme" in text.lower()


def by_day(root: Node) -> None:
    """Leave in the style sheets of a drawing what holds in light surroundings."""
    for node in walk(root):
        if node.kind == "style" and has_dark_rules(node.text or ""):
            node.text = _light(without_comments(node.text or ""))


def _light(css: str) -> str:
    """Return a style sheet without its dark blocks, its light ones being for all."""
    parts, at = [], 0
    while found := _MEDIA.search(css, at):
        end = _closed(css, found.end())
        scheme = _SCHEME.fullmatch(found[1])
        parts.append(css[at : found.start()])
        if scheme is None:
            parts.append(css[found.start() : end])
        elif scheme[1].lower() == "light":
            parts.append(css[found.end() : end].rstrip().removesuffix("}"))
        at = end
    return "".join([*parts, css[at:]])


def _closed(css: str, at: int) -> int:
    """Return where the block ends that begins just before `at`, its brace included."""
    depth = 1
    while depth and (brace := _BRACE.search(css, at)):
        depth += 1 if brace[0] == "{" else -1
        at = brace.end()
    return len(css) if depth else at
