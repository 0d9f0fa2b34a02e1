"""This file is how words become a brief: what to draw, on what, in which colours.

No picture is understood here, only words of `lexicon`: colours with the thing they
colour, the ground a subject stands on, the subject, the mark it carries, where it
stands. What follows a "no" or "without" is not drawn.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from assetgen.providers.draft import lexicon
from assetgen.providers.draft.oklch import Tint, of_hex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Hour = Literal["day", "dusk", "night"]

HEX = r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b"

_NOT = re.compile(
    r"\b(?:no|not|without|avoid|exclude|excluding|never|don't|do not)\b[^.;:\n]*",
    re.IGNORECASE,
)
# "… on a pure white background", "… on white", "…, plain background (#FFF1F3)".
_WAY = r"(?:on|against|over|with|in|in front of)"
_GROUND = re.compile(
    rf"\b{_WAY}\s+(?:an?\s+|the\s+)?"
    rf"(?P<said>(?:(?!{_WAY}\b)[\w#()-]+\s+){{0,5}})"
    rf"(?:background|backdrop|ground)\b(?:\s*\(?(?P<value>{HEX})\)?)?"
    rf"|\bon\s+(?P<bare>(?:pure\s+|plain\s+|solid\s+)?(?:white|black|{HEX}))(?![\w-]|\s+\w)"
    rf"|(?P<alone>(?:(?:plain|pure|solid|flat|blank|empty|clean|transparent|white|black"
    rf"|{HEX})\s+){{1,4}})(?:background|backdrop)\b(?:\s*\(?(?P<code>{HEX})\)?)?",
    re.IGNORECASE,
)
_PLAIN = re.compile(
    r"\b(?:plain|pure|solid|isolated|flat|blank|empty|single-colou?r|transparent|clean"
    r"|seamless|chroma)\b",
    re.IGNORECASE,
)
_ALONE = re.compile(
    r"\b(?:isolated|cut[ -]?out|icons?|badges?|stickers?|logos?|emblems?|glyphs?"
    r"|app[ -]icon|favicon|transparent|sprites?|on (?:pure )?white|on black)\b",
    re.IGNORECASE,
)
_HERO = re.compile(
    r"\b(?:hero|scenes?|landscapes?|banner|wallpaper|backdrop|background|cover|header"
    r"|environment|panorama|cinematic)\b",
    re.IGNORECASE,
)
_SPACE = re.compile(
    r"(?:negative|copy|empty|white|blank)[ -]?space[^.,;]{0,20}?\b(left|right)\b"
    r"|\b(left|right)\b[^.,;]{0,16}?(?:negative|copy|empty)[ -]?space",
    re.IGNORECASE,
)
_STANDS = re.compile(
    r"\b(left|right)[- ]aligned\b|\bon the (left|right)\b", re.IGNORECASE
)
_FLAT = re.compile(r"\b(?:flat|minimal vector|2d|line art|outline)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z][a-z-]*")


class NotAColor(ValueError):
    """A palette holds something that is no colour."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a picture is to show.

    Attributes:
        colors: The colours that were asked for, the most important first.
        ground: The colour of the ground, if the words say one.
        plain: The subject stands alone on a ground of one colour.
        subject: A name of `lexicon.THINGS` or `CARRIERS`, None for none known.
        mark: What a carrier carries, a name of `THINGS`.
        place: A name of `lexicon.PLACES`, None for none.
        metal, flat: How it is made.
        hour: Which light there is in a scene.
        lean: Where the subject stands: -1 left, 0 in the middle, 1 right.
    """

    colors: tuple[Tint, ...] = ()
    ground: Tint | None = None
    plain: bool = False
    subject: str | None = None
    mark: str | None = None
    place: str | None = None
    metal: bool = False
    flat: bool = False
    hour: Hour = "day"
    lean: int = 0


def read(prompt: str, ground: str = "auto", palette: str = "") -> Brief:
    """Return the brief of a prompt.

    Args:
        prompt: The words.
        ground: ``plain``, ``scene``, or ``auto``: as the words have it.
        palette: More colours, by commas: hex values or words of `lexicon.COLORS`.

    Raises NotAColor if `palette` holds something else.
    """
    text = _NOT.sub(" ", prompt)
    said = _GROUND.search(text)
    behind, plain_said = _ground_of(said)
    rest = _SPACE.sub(" ", _GROUND.sub(" . ", text))
    colors, bare = _colors_of(rest)
    places = _known(bare, lexicon.PLACES) if ground != "plain" else []
    names = _names(bare, scenic=bool(places))
    alone = plain_said or bool(_ALONE.search(text))
    scenic = bool(_HERO.search(rest)) or not names
    plain = {"plain": True, "scene": False}.get(
        ground, plain_said or (alone and not scenic)
    )
    subject, mark = _subject(names)
    return Brief(
        colors=(*colors, *_listed(palette)),
        ground=behind,
        plain=plain,
        subject=subject,
        mark=mark,
        place=places[0] if places else None,
        metal=bool(lexicon.METALS & set(_WORD.findall(text.lower()))),
        flat=bool(_FLAT.search(rest)),
        hour=_hour(bare),
        lean=_lean(text),
    )


def _ground_of(said: re.Match[str] | None) -> tuple[Tint | None, bool]:
    """Return the ground's colour and whether it is one colour."""
    if said is None:
        return None, False
    words = " ".join(filter(None, said.groups()))
    colors, _ = _colors_of(words)
    ground = colors[0] if colors else None
    gradient = re.search(r"gradient|blur|bokeh|scen", words, re.IGNORECASE)
    return ground, bool(_PLAIN.search(words) or colors) and not gradient


def _listed(palette: str) -> list[Tint]:
    found = []
    for entry in filter(None, (word.strip().lower() for word in palette.split(","))):
        text = lexicon.COLORS.get(entry, entry)
        if not re.fullmatch(HEX, text):
            raise NotAColor(f"`{entry}` is not a colour")
        found.append(of_hex(text))
    return found


def _colors_of(text: str) -> tuple[list[Tint], str]:
    """Return the colours in words, and the words without them.

    A name with a value behind it (``rose-gold (#EC4899)``) is that value. Black and
    white are said of light, shadow and space too, so they come last.
    """
    found: list[Tint] = []
    for match in _color_words().finditer(text):
        value = match["value"] or match["alone"]
        found.append(of_hex(value or lexicon.COLORS[match["name"].lower()]))
    kept = dict.fromkeys(found)
    return list(kept), _color_words().sub(" ", text)


@cache
def _color_words() -> re.Pattern[str]:
    names = "|".join(
        re.escape(name) for name in sorted(lexicon.COLORS, key=len, reverse=True)
    )
    return re.compile(
        rf"\b(?P<name>{names})\b(?![ -]space)(?:\s*\(?\s*(?P<value>{HEX})\)?)?"
        rf"|(?P<alone>{HEX})",
        re.IGNORECASE,
    )


def _known(text: str, words: Mapping[str, str]) -> list[str]:
    """Return the names whose words stand in a text, in the text's order."""
    table = _table(tuple(words.items()))
    return list(dict.fromkeys(table[word] for word in _spoken(text) if word in table))


@cache
def _table(words: tuple[tuple[str, str], ...]) -> dict[str, str]:
    table: dict[str, str] = {}
    for name, listed in words:
        for word in listed.split():
            table.setdefault(word, name)
    return table


def _spoken(text: str) -> Iterator[str]:
    """Yield the words of a text, and before each the two that start with it."""
    words = [word.removesuffix("-shaped") for word in _WORD.findall(text.lower())]
    for place, word in enumerate(words):
        yield "-".join(words[place : place + 2])
        yield word


def _names(text: str, *, scenic: bool) -> list[tuple[str, bool]]:
    """Return the subjects that a text names, in order, and which of them carry.

    In a place, what the place is made of is no subject: clouds in a sky.
    """
    carriers = _table(tuple(lexicon.CARRIERS.items()))
    things = _table(tuple(lexicon.THINGS.items()))
    places = _table(tuple(lexicon.PLACES.items())) if scenic else {}
    found: dict[tuple[str, bool], None] = {}
    for word in _spoken(text):
        if word in carriers:
            found[carriers[word], True] = None
        elif word in things and word not in places:
            found[things[word], False] = None
    return list(found)


def _subject(names: list[tuple[str, bool]]) -> tuple[str | None, str | None]:
    """Return what is drawn and what it carries.

    A carrier that is named first or second is the subject (``a check mark badge``);
    the first other thing is its mark.
    """
    if not names:
        return None, None
    carrier = next((name for name, carries in names[:2] if carries), None)
    things = [name for name, carries in names if not carries]
    if carrier:
        return carrier, things[0] if things else None
    return things[0], None


def _hour(text: str) -> Hour:
    words = set(_spoken(text))
    if words & lexicon.NIGHT:
        return "night"
    return "dusk" if words & lexicon.DUSK else "day"


def _lean(text: str) -> int:
    space = _SPACE.search(text)
    if space:
        return 1 if (space[1] or space[2]).lower() == "left" else -1
    stands = _STANDS.search(text)
    if stands:
        return -1 if (stands[1] or stands[2]).lower() == "left" else 1
    return 0
