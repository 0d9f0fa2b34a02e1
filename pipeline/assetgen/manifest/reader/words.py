"""This file is YAML's own error messages in words for people who never learnt YAML.

The parser says where it stopped and what it expected there. What a person did is read
from the line itself: the first of `_EXPLANATIONS` that recognises it speaks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import yaml

from assetgen.errors import Place, Problem
from assetgen.manifest.reader.text import (
    QUOTE_HINT,
    line_around,
    quoted,
    short,
    unprintable,
)

if TYPE_CHECKING:
    from collections.abc import Callable

TEMPLATE_HINT = 'write it as `"{{ … }}"`, or put the text on lines of its own below `|`'

_TEMPLATE = re.compile(r"(?:^|[:\-]\s|[\[,{])\s*(\{\{|\{%)")
_KEY = re.compile(r"""^\s*(?:- +)*(?:"[^"]*"|'[^']*'|[^\s"'#][^#]*?):\s""")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_CONFLICT = re.compile(r"(?:<{7}|>{7}|\|{7})(?: |$)|={7}$")
_LONGEST_KEY = 1024
MAX_DEPTH = 64
TOO_DEEP = f"values are nested more than {MAX_DEPTH} levels deep here"
DEEP_HINT = "look for brackets or dashes left over"


@dataclass(frozen=True, slots=True)
class _Slip:
    """A syntax error and the line it stands on.

    Attributes:
        line: That line.
        column: Characters of it before the error.
        start: The line on which the broken thing begins, if the parser knows.
        start_column: Characters of that line before it.
        start_number: That line's number, from 1.
        context: What the parser was doing.
        problem: What it did not like.
    """

    line: str
    number: int
    column: int
    start: str
    start_number: int
    start_column: int
    context: str
    problem: str

    @property
    def before(self) -> str:
        return self.line[: self.column]

    @property
    def rest(self) -> str:
        return self.line[self.column :]


@dataclass(frozen=True, slots=True)
class _Say:
    """An explanation.

    Attributes:
        at_start: Its place is where the broken thing begins, not where it broke.
        column: Characters before its place, None for the parser's own.
    """

    message: str
    hint: str | None = None
    at_start: bool = False
    column: int | None = None


def explain(error: yaml.YAMLError, text: str, shown: str) -> Problem:
    """Return a syntax error as a problem: the parser's place, and what to do."""
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return unprintable(text, shown)
    slip = _slip(error, text)
    say = next((said for tell in _EXPLANATIONS if (said := tell(slip))), _raw(slip))
    line, column = slip.number, slip.column
    if say.at_start:
        line, column = slip.start_number, slip.start_column
    if say.column is not None:
        column = say.column
    return Problem(Place(shown, line, column + 1), "", say.message, say.hint)


def _slip(error: yaml.MarkedYAMLError, text: str) -> _Slip:
    mark = cast("yaml.Mark", error.problem_mark)
    start = error.context_mark or mark
    return _Slip(
        line=line_around(text, mark.index)[0],
        number=mark.line + 1,
        column=mark.column,
        start=line_around(text, start.index)[0],
        start_number=start.line + 1,
        start_column=start.column,
        context=error.context or "",
        problem=error.problem or "",
    )


def _conflict(slip: _Slip) -> _Say | None:
    if _CONFLICT.match(slip.line):
        return _Say("a merge conflict is not settled here", _CONFLICT_HINT)
    if _CONFLICT.match(slip.start):
        return _Say(
            "a merge conflict is not settled here", _CONFLICT_HINT, at_start=True
        )
    return None


_CONFLICT_HINT = "keep the lines that you want, and delete the marks of the conflict"


def _template(slip: _Slip) -> _Say | None:
    for line, at_start in ((slip.before, False), (slip.start, True)):
        bare = _QUOTED.sub(lambda quote: "_" * len(quote[0]), line)
        if found := _TEMPLATE.search(bare + slip.rest[:1]):
            return _Say(
                f"a value that starts with `{found[1]}` needs quotes",
                TEMPLATE_HINT,
                at_start,
                found.start(1),
            )
    return None


def _tab(slip: _Slip) -> _Say | None:
    indent = slip.line[: len(slip.line) - len(slip.line.lstrip())]
    if "\t" not in indent:
        return None
    return _Say(
        "a tab indents this line, and YAML counts spaces only",
        "replace the tab by spaces",
        column=indent.index("\t"),
    )


def _first_character(slip: _Slip) -> _Say | None:
    first = slip.rest[:1]
    if "cannot start any token" not in slip.problem or not first:
        return None
    name = "a backtick" if first == "`" else f"`{first}`"
    return _Say(f"a value that starts with {name} needs quotes", _advice(slip))


def _directive(slip: _Slip) -> _Say | None:
    for line, at_start in ((slip.line, False), (slip.start, True)):
        if line.startswith("%YAML"):
            what, hint = "this version of YAML is not known", "delete the line"
            return _Say(what, hint, at_start, 0)
        if line.startswith("%"):
            what = "a line that starts with `%` needs quotes"
            return _Say(what, QUOTE_HINT, at_start, 0)
    return None


def _colon(slip: _Slip) -> _Say | None:
    if "mapping values are not allowed" not in slip.problem:
        return None
    if _KEY.match(slip.before):
        return _Say("a second `: ` on one line: the value needs quotes", _advice(slip))
    if slip.column > _LONGEST_KEY:
        return _Say(f"a key is longer than {_LONGEST_KEY:,} characters")
    return _Say(
        f"`{short(slip.before)}:` cannot stand here: the value above has not ended",
        "line it up with the other keys, or complete the line above (`key: value`)",
    )


def _quotes(slip: _Slip) -> _Say | None:
    if "quoted scalar" not in slip.context:
        return None
    if "escape" in slip.problem or "hexdecimal" in slip.problem:
        known = max(slip.line.rfind("\\", 0, slip.column + 1), slip.line.find("\\"))
        return _Say(
            "in double quotes a backslash begins an escape, and this is none",
            "use single quotes, or write the backslash twice",
            column=known if known >= 0 else None,
        )
    return _Say(
        "the quote that opens here is never closed",
        "close it, and double a quote that belongs to the text",
        at_start=True,
    )


def _after_quote(slip: _Slip) -> _Say | None:
    before = slip.before.rstrip()
    if not slip.rest or not before.endswith(('"', "'")):
        return None
    return _Say(
        f"`{short(slip.rest, 30)}` stands after the closing quote",
        "put the whole value in quotes: the other kind, where it holds quotes itself",
    )


def _brackets(slip: _Slip) -> _Say | None:
    if not slip.context.endswith(("flow sequence", "flow mapping")):
        return None
    opening, closing = ("{", "}") if "mapping" in slip.context else ("[", "]")
    message = f"the `{opening}` that opens here lacks its `{closing}` or a comma"
    return _Say(message, "text that holds a bracket needs quotes", at_start=True)


def _marked(slip: _Slip) -> _Say | None:
    if "an alias" in slip.context or "an anchor" in slip.context:
        first = slip.start[slip.start_column : slip.start_column + 1]
    elif "a tag" in slip.context or "tag handle" in slip.problem:
        first = "!"
    else:
        return None
    return _Say(
        f"text that starts with `{first}` needs quotes", QUOTE_HINT, at_start=True
    )


def _block_text(slip: _Slip) -> _Say | None:
    if "block scalar" not in slip.context:
        return None
    return _Say(
        "text cannot follow `|` or `>` on the same line",
        "begin the text on the next line, or put the whole value in quotes",
    )


def _dash(slip: _Slip) -> _Say | None:
    if "are not allowed" not in slip.problem:
        return None
    first = slip.rest[:1]
    return _Say(
        f"`{first} ` cannot follow here on the same line",
        f"put each `{first} ` on a line of its own, or the value in quotes",
    )


def _no_colon(slip: _Slip) -> _Say | None:
    if "could not find expected ':'" not in slip.problem:
        return None
    word = slip.start[slip.start_column :]
    hint = "write `key: value`; text over several lines goes below `|`, indented"
    if re.match(r"[\w-]+:\S", word):
        hint = "put a space after the colon"
    return _Say(f"`{short(word, 30)}` is no `key: value`", hint, at_start=True)


def _content(slip: _Slip) -> _Say | None:
    first = slip.rest[:1]
    if "node content" not in slip.problem or not first:
        return None
    if first == ":":
        return _Say("there is no key before `:`")
    return _Say(f"a value that starts with `{first}` needs quotes", QUOTE_HINT)


def _indentation(slip: _Slip) -> _Say | None:
    if "block" not in slip.context:
        return None
    if slip.rest.startswith(":"):
        return _Say("there is no key before `:`")
    if slip.before.strip(" -"):
        return _Say(f"`{short(slip.rest, 30)}` does not fit behind a value", QUOTE_HINT)
    return _Say(
        "this line does not fit the lines above",
        "keys, and dashes, of one list line up exactly; longer text goes below `|`",
    )


def _advice(slip: _Slip) -> str:
    """Return how to quote the value of the line, where it is all on that line."""
    found = _KEY.match(slip.line)
    value = slip.line[found.end() :].strip() if found else ""
    if not value or value[0] in "[{|>&*!\"'" or " #" in value:
        return QUOTE_HINT
    return quoted(value)


def _depth(slip: _Slip) -> _Say | None:
    # libyaml 0.2.6 stops at levels of its own, before there is a value to count.
    if "nesting depth" not in slip.problem:
        return None
    return _Say(TOO_DEEP, DEEP_HINT)


def _raw(slip: _Slip) -> _Say:
    """Say what the parser says, where nothing better is known."""
    said = ": ".join(part for part in (slip.context, slip.problem) if part)
    return _Say(f"this is not YAML: {said}", "if it is text, put it in quotes")


_EXPLANATIONS: tuple[Callable[[_Slip], _Say | None], ...] = (
    _depth,
    _conflict,
    _tab,
    _colon,
    _template,
    _directive,
    _first_character,
    _quotes,
    _after_quote,
    _brackets,
    _marked,
    _block_text,
    _dash,
    _no_colon,
    _content,
    _indentation,
)
