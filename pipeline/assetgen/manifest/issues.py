"""This file is a mistake before its place is known, and pydantic's errors as such.

Whoever checks plain values reports an `Issue`, which names the keys that lead to the
mistake; whoever read the YAML turns keys into a line and a column. A validator of a
pydantic model raises `Wrong`, whose sentence and hint become the issue's own.
"""

from __future__ import annotations

import re
import types
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Union, get_args, get_origin

from assetgen.catalogue import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import BaseModel, ValidationError
    from pydantic_core import ErrorDetails

Keys = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Issue:
    """One mistake in plain data.

    Attributes:
        keys: The keys that lead to it, list items by their index from 0.
        message: One sentence, lower case, without a final period.
        hint: What to do about it, if that is known.
        on_key: The last key itself is at fault, not its value.
    """

    keys: Keys
    message: str
    hint: str | None = None
    on_key: bool = False


class Wrong(ValueError):
    """What a validator raises: one sentence in our style and, perhaps, a hint."""

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


_WIDTH = 40  # characters of a text that a message repeats


def describe(value: object) -> str:
    """Return a value as a message names it: a text in backticks, a list, a mapping."""
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list | tuple):
        return "a list"
    if value is None or value == "":
        return "nothing" if value is None else "an empty text"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return f"`{text if len(text) <= _WIDTH else text[: _WIDTH - 1] + '…'}`"


def unknown(what: str, word: object, known: Iterable[object]) -> tuple[str, str | None]:
    """Return message and hint for a word that is none of the known ones.

    ``unknown("key", "promt", …)`` is ("unknown key `promt`", "did you mean …").
    """
    names = sorted(str(name) for name in known)
    listed = ", ".join(f"`{name}`" for name in names)
    hint = nearest(word, names) or (f"known here: {listed}" if names else None)
    return f"unknown {what} {describe(word)}", hint


def issues_from(error: ValidationError, model: type[BaseModel]) -> list[Issue]:
    """Return the mistakes that pydantic found in plain data, in our words.

    A value that fits no member of a union is one mistake, not one per member; the
    members' names, which pydantic mixes into its paths, are taken out.
    """
    found = [_found(details, model) for details in error.errors(include_url=False)]
    issues = list(dict.fromkeys(_settle(found, 0)))
    guessed = {
        (issue.keys[:-1], issue.hint) for issue in issues if issue.hint and issue.on_key
    }
    # `valu` for `value` is one mistake, although a key is unknown and another missing.
    return [
        issue
        for issue in issues
        if not (
            issue.message.startswith("missing ")
            and (issue.keys, f"did you mean {issue.message[8:]}?") in guessed
        )
    ]


# --- one error of pydantic's ------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """One error: `unions` are the (depth in keys, member) pairs on the way to it."""

    keys: Keys
    unions: tuple[tuple[int, str], ...]
    issue: Issue
    expected: str | None = None
    got: object = None


def _found(details: ErrorDetails, model: type[BaseModel]) -> _Found:
    node: object = model
    owner: object = model
    keys: Keys = ()
    unions: tuple[tuple[int, str], ...] = ()
    on_key = False
    for part in details["loc"]:
        node = _bare(node)
        if part == "[key]":
            on_key = True
        elif _members(node):
            unions += ((len(keys), str(part)),)
            node = _member(node, str(part))
        else:
            owner, node = node, _child(node, part)
            keys += (part,)
    expected = _expected(details)
    issue = _issue(details, keys, owner, expected, on_key=on_key)
    return _Found(keys, unions, issue, expected, details["input"])


def _issue(
    details: ErrorDetails,
    keys: Keys,
    owner: object,
    expected: str | None,
    *,
    on_key: bool,
) -> Issue:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        message, hint = unknown("key", keys[-1], _fields(owner))
        return Issue(keys, message, hint, on_key=True)
    if kind == "missing":
        return Issue(keys[:-1], f"missing `{keys[-1]}`", on_key=True)
    if isinstance(wrong := context.get("error"), Wrong):
        return Issue(keys, wrong.message, wrong.hint, on_key=on_key)
    if expected is None:
        message = str(context.get("error") or details["msg"]).rstrip(".")
        return Issue(keys, message[:1].lower() + message[1:], on_key=on_key)
    message = f"expected {expected}, got {describe(details['input'])}"
    return Issue(keys, message, _nearest_of(expected, details["input"]), on_key=on_key)


_NAMES = {
    "string_type": "text",
    "string_sub_type": "text",
    "string_too_short": "some text",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "finite_number": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "`true` or `false`",
    "bool_parsing": "`true` or `false`",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "dataclass_type": "a mapping",
    "list_type": "a list",
    "tuple_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "none_required": "nothing",
}

_BOUNDS = {
    "greater_than_equal": ("at least", "ge"),
    "greater_than": ("a number above", "gt"),
    "less_than_equal": ("at most", "le"),
    "less_than": ("a number below", "lt"),
}


def _expected(details: ErrorDetails) -> str | None:
    """Return what would have been right, None if the error is no such mismatch."""
    kind, context = details["type"], details.get("ctx", {})
    if kind in _BOUNDS:
        words, name = _BOUNDS[kind]
        return f"{words} {context[name]}"
    if kind in {"literal_error", "enum"}:
        return _words(str(context["expected"]))
    if kind == "string_pattern_mismatch":
        return f"text like `{context['pattern']}`"
    if kind in {"too_short", "too_long"}:
        bound = context.get("min_length", context.get("max_length"))
        side = "at least" if kind == "too_short" else "at most"
        return f"{side} {bound} item{'' if bound == 1 else 's'}"
    return _NAMES.get(kind)


def _words(choices: str) -> str:
    """Return pydantic's list of choices (``'a', 'b' or True``) in backticks."""

    def quoted(found: re.Match[str]) -> str:
        text = found[1] if found[1] is not None else found[0]
        return f"`{text if found[1] is not None else text.lower()}`"

    return re.sub(r"'([^']*)'|\b(?:True|False|-?\d+)\b", quoted, choices)


_TRUTHS = {"yes": "true", "on": "true", "y": "true"}
_TRUTHS |= {"no": "false", "off": "false", "n": "false"}


def _nearest_of(expected: str, got: object) -> str | None:
    if "text" in expected and isinstance(got, int | float):
        return "write it in quotes"
    if expected.startswith("a mapping") and isinstance(got, list | tuple):
        return "write `name: …` for each, without a dash or a bracket"
    if "`true`" in expected and str(got).lower() in _TRUTHS:
        return f"in YAML 1.2 `{got}` is text: write `{_TRUTHS[str(got).lower()]}`"
    choices = re.findall(r"`([^`]*)`", expected)
    return nearest(got, choices) if isinstance(got, str) and choices else None


# --- one mistake per value --------------------------------------------------------


def _settle(found: Iterable[_Found], level: int) -> list[Issue]:
    """Return one issue per union that nothing fitted, and all others as they are."""
    groups: dict[object, list[_Found]] = defaultdict(list)
    for number, one in enumerate(found):
        deep = len(one.unions) > level
        groups[one.keys[: one.unions[level][0]] if deep else number].append(one)
    issues: list[Issue] = []
    for at, group in groups.items():
        if isinstance(at, int):
            issues += [one.issue for one in group]
            continue
        inside = [one for one in group if one.expected is None or one.keys != at]
        if inside:
            issues += _settle(_likeliest(inside, level), level + 1)
        else:
            issues.append(_merged(group))
    return issues


def _likeliest(inside: list[_Found], level: int) -> list[_Found]:
    """Return the errors of the member that was meant: the one with the fewest."""
    members: dict[str, list[_Found]] = defaultdict(list)
    for one in inside:
        members[one.unions[level][1]].append(one)
    return min(members.values(), key=len)


def _merged(group: list[_Found]) -> Issue:
    names = list(dict.fromkeys(one.expected for one in group if one.expected))
    expected = names[0]
    if len(names) > 1:
        expected = f"{', '.join(names[:-1])} or {names[-1]}"
    first = group[0]
    hint = _nearest_of(expected, first.got)
    message = f"expected {expected}, got {describe(first.got)}"
    return Issue(first.keys, message, hint, on_key=first.issue.on_key)


# --- the way from a model to a value ----------------------------------------------


def _bare(node: object) -> object:
    """Return a type without `Annotated` and without the None of an optional one."""
    while True:
        if get_origin(node) is Annotated:
            node = get_args(node)[0]
            continue
        members = _members(node)
        if len(members) != 1:
            return node
        node = members[0]


def _members(node: object) -> list[object]:
    if get_origin(node) not in {Union, types.UnionType}:
        return []
    return [member for member in get_args(node) if member is not type(None)]


def _member(node: object, tag: str) -> object:
    """Return the member of a union that pydantic calls `tag`, or object."""
    members = [_bare(member) for member in _members(node)]
    names = [getattr(get_origin(m) or m, "__name__", "") for m in members]
    called = [name.lower().replace("mapping", "dict") for name in names]
    for fits in (str.startswith, str.__contains__):
        for name, member in zip(called, members, strict=True):
            if name and fits(tag.lower(), name):
                return member
    return object


def _child(node: object, part: str | int) -> object:
    if isinstance(node, type) and hasattr(node, "model_fields"):
        for name, field in node.model_fields.items():
            if part in {name, field.alias}:
                return field.annotation
        return object
    arguments = get_args(node)
    return (
        arguments[-1]
        if isinstance(part, str) and arguments
        else next(iter(arguments), object)
    )


def _fields(owner: object) -> list[str]:
    fields = getattr(_bare(owner), "model_fields", {})
    return [field.alias or name for name, field in fields.items()]
