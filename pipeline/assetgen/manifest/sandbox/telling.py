"""This file is what a person is told when a template has no words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from assetgen.catalogue import nearest
from assetgen.manifest.prompts import TemplateFault
from assetgen.manifest.templates import NoTemplate

if TYPE_CHECKING:
    from assetgen.manifest.sandbox.child import Limits
    from assetgen.manifest.templates import Templates

_PURE = {"lipsum", "random", "now", "cycler", "joiner", "shuffle", "uuid", "time"}
_PURITY = "templates are pure: there is no chance and no clock in them"
_OWNERS = {
    "str": "a text",
    "int": "a number",
    "float": "a number",
    "Items": "a list",
    "list": "a list",
    "TemplateModule": "the imported template",
}
_SHOWN = 8  # names that a hint lists
_NO_FILTER = re.compile(r"[Nn]o (filter|test) named '([^']*)'")


def too_slow(limits: Limits) -> TemplateFault:
    """Return what a template that ran into the time limit gets."""
    return TemplateFault(f"the template takes longer than {limits.seconds:g} seconds")


def too_long(length: int, limits: Limits, *, markup: bool = False) -> TemplateFault:
    """Return what words over the limit get, or a drawing."""
    if markup:
        message = f"a drawing has at most {limits.markup:,} characters"
        return TemplateFault(f"the template makes {length:,} characters", message)
    return TemplateFault(
        f"the words have {length:,} characters",
        f"at most {limits.length:,} can be sent to any model",
    )


def told(
    fault: dict[str, Any], text: str | None, templates: Templates, limits: Limits
) -> TemplateFault:
    """Return a fault of the process in our words.

    `text` is the template itself where it is no file, to find the column in.
    """
    message, hint = _words(fault, templates, limits)
    line, name = fault.get("line"), fault.get("template")
    word = str(fault.get("name") or "")
    source = text if name is None else templates.source(name).text
    return TemplateFault(message, hint, line, name, _column(source, line, word))


def _words(
    fault: dict[str, Any], templates: Templates, limits: Limits
) -> tuple[str, str | None]:
    match fault["kind"]:
        case "missing":
            return _missing(fault)
        case "template":
            return _no_template(fault["names"], templates)
        case "refused":
            return fault["message"], fault["hint"]
        case "MemoryError":
            size = limits.memory // (1024 * 1024)
            return f"the template needs more than {size} MiB of memory", None
        case "RecursionError":
            return "the template is nested too deeply, or calls itself", None
        case kind:
            return _failed(fault, "broken" if kind == "syntax" else "failing")


def _failed(fault: dict[str, Any], what: str) -> tuple[str, str | None]:
    """Return jinja2's own words, which are good, but for filters."""
    if found := _NO_FILTER.search(fault["message"]):
        kind, name = found.groups()
        hint = _PURITY if name in _PURE else nearest(name, fault[kind])
        return f"no {kind} named `{name}`", hint
    message = re.sub(r"'([^'`]*)'", r"`\1`", fault["message"].strip().rstrip("."))
    return f"the template is {what}: {message[:1].lower()}{message[1:]}", None


def _missing(fault: dict[str, Any]) -> tuple[str, str | None]:
    if "owner" in fault:
        owner = _OWNERS.get(fault["owner"], "that")
        return f"{owner} has no `{fault['name']}`", None
    message = f"nothing named `{fault['path']}`"
    if "length" in fault:
        return message, f"the list has {fault['length']} items, counted from 0"
    if fault["name"] in _PURE and fault["path"] == fault["name"]:
        return message, _PURITY
    return message, _known(fault["name"], fault["known"])


def _known(name: str, known: dict[str, str]) -> str | None:
    """Return the nearest of the names there are, or some of them, each in full."""
    hint = nearest(name, known)
    for bare, full in known.items():
        if hint == f"did you mean `{bare}`?":
            return f"did you mean `{full}`?"
    listed = ", ".join(f"`{full}`" for full in list(known.values())[:_SHOWN])
    more = ", …" if len(known) > _SHOWN else ""
    return f"known here: {listed}{more}" if known else None


def _no_template(names: list[str], templates: Templates) -> tuple[str, str | None]:
    try:
        templates.source(names[0])
    except NoTemplate as error:
        return error.message, error.hint
    return f"no template named `{names[0]}`", None


def _column(source: str | None, line: int | None, word: str) -> int | None:
    """Return where a word stands in a line, if it stands there once."""
    lines = (source or "").split("\n")
    if not word or line is None or not 1 <= line <= len(lines):
        return None
    found = list(re.finditer(rf"(?<!\w){re.escape(word)}(?!\w)", lines[line - 1]))
    return found[0].start() + 1 if len(found) == 1 else None
