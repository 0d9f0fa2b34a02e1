"""This file is a small diff of two texts, word by word, as people mark up a draft."""

from __future__ import annotations

import difflib
import re

AROUND = 5  # words of agreement shown beside a difference


def word_diff(old: str, new: str) -> str:
    """Return both texts in one: ``a [-gold-] {+silver+} coin``, agreement shortened."""
    before, after = old.split(), new.split()
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    parts: list[str] = []
    for number, (kind, a, b, c, d) in enumerate(blocks):
        if kind == "equal":
            first, last = number == 0, number == len(blocks) - 1
            parts += _shortened(before[a:b], first=first, last=last)
            continue
        if a < b:
            parts.append(f"[-{' '.join(before[a:b])}-]")
        if c < d:
            parts.append(f"{{+{' '.join(after[c:d])}+}}")
    if before == after:
        return "only the spaces and line ends differ"
    return re.sub(r"… …", "…", " ".join(parts))


def _shortened(words: list[str], *, first: bool, last: bool) -> list[str]:
    """Return what both have, without the words far from any difference."""
    head = [] if first else words[:AROUND]
    tail = [] if last else words[-AROUND:]
    if len(head) + len(tail) >= len(words):
        return words
    return [*head, "…", *tail]
