"""This file is the inside of the process that renders templates nobody vouches for.

It imports jinja2, the standard library, `apart` and its own folder only, opens no file
once it has started, and its environment is emptied before this file is imported. Its
parent (`child`) writes one job per line and reads one answer per line, as JSON; the
text of a template's file is asked of the parent, too.
"""

from __future__ import annotations

import codecs
import json
import re
import sys
import textwrap  # noqa: F401 - jinja2 imports it when no file can be opened any more
from typing import TYPE_CHECKING, Any

import jinja2.debug  # noqa: F401 - the same
from jinja2 import BaseLoader, TemplateNotFound
from jinja2.environment import Template
from jinja2.exceptions import TemplateSyntaxError

from assetgen.apart import confine
from assetgen.manifest.sandbox.environment import NotThere, Sandbox
from assetgen.manifest.sandbox.values import Refused, Swatch, below, revived

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from jinja2 import Environment

codecs.lookup("unicode-escape")  # jinja2 needs it for texts in quotes; the same

_COMPILED = 1_000  # templates remembered in compiled form
_OBJECT = re.compile(r"<[^<>]* at 0x[0-9a-fA-F]+>|<class '[\w.]+'>")


# --- one job --------------------------------------------------------------------------


class Asking(BaseLoader):
    """Templates by name, asked of the parent; knows which were looked for."""

    def __init__(self, ask: Callable[[str], dict[str, Any]]) -> None:
        self.ask = ask
        self.looked: set[str] = set()
        self.codes: dict[tuple[str, bool], CodeType] = {}

    def load(
        self,
        environment: Environment,
        name: str,
        globals: Any = None,  # noqa: A002, ANN401 - jinja2's name for it
    ) -> Template:
        """Return the template of a name; raises TemplateNotFound or Refused."""
        self.looked.add(name)
        key = name, bool(environment.autoescape)
        if key not in self.codes:
            answer = self.ask(name)
            if "text" not in answer:
                raise TemplateNotFound(name)
            self.codes[key] = environment.compile(answer["text"], name, name)
        return Template.from_code(environment, self.codes[key], globals or {})


class Renderer:
    """Renders one job after the other."""

    def __init__(
        self, ask: Callable[[str], dict[str, Any]], longest: int, markup: int
    ) -> None:
        self.loader = Asking(ask)
        self.words = Sandbox(self.loader)
        self.markup = Sandbox(self.loader, markup=True)
        self.longest = {False: longest, True: markup}
        self.codes: dict[tuple[str | None, str, bool], CodeType] = {}

    def answer(self, job: dict[str, Any]) -> dict[str, Any]:
        """Return the words of a job, or why there are none."""
        self.loader.looked = set()
        try:
            text = self._render(job)
        except Exception as error:  # noqa: BLE001 - a template can raise anything
            fault = fault_of(error, job["values"])
            fault["filter"] = list(self.words.filters)
            fault["test"] = list(self.words.tests)
            return {"fault": fault, "looked": sorted(self.loader.looked)}
        return {"text": text, "looked": sorted(self.loader.looked)}

    def _render(self, job: dict[str, Any]) -> str:
        markup = bool(job.get("markup"))
        sandbox, longest = self._sandbox(markup=markup), self.longest[markup]
        code = self._code(job.get("name"), job["text"], markup=markup)
        template = Template.from_code(sandbox, code, sandbox.make_globals(None))
        context = template.new_context(revived(job["values"], ""))
        pieces, length = [], 0
        for piece in template.root_render_func(context):
            length += len(piece)
            if length > longest * 5:  # some may be space that goes
                raise Refused(f"the words have more than {longest:,} characters")
            pieces.append(piece)
        text = "".join(pieces)
        if not markup and _OBJECT.search(text):  # there, a `<` is escaped
            raise Refused("a template prints values, this prints an object")
        return text

    def _sandbox(self, *, markup: bool) -> Sandbox:
        return self.markup if markup else self.words

    def _code(self, name: str | None, text: str, *, markup: bool) -> CodeType:
        if len(self.codes) >= _COMPILED:
            self.codes.clear()
        key = name, text, markup
        if key not in self.codes:
            self.codes[key] = self._sandbox(markup=markup).compile(text, name, name)
        return self.codes[key]


def fault_of(error: Exception, values: dict[str, Any]) -> dict[str, Any]:
    """Return an error as plain JSON: its kind, its words and where it happened."""
    name, line = _where(error)
    fault: dict[str, Any] = {"kind": "error", "template": name, "line": line}
    if isinstance(error, NotThere) and not error.told:
        return fault | {"kind": "missing"} | _missing(error, values)
    if isinstance(error, TemplateNotFound):
        names = getattr(error, "templates", None) or [error.name]
        return fault | {"kind": "template", "names": [str(each) for each in names]}
    if isinstance(error, MemoryError | RecursionError):
        return fault | {"kind": type(error).__name__}
    if isinstance(error, Refused):
        return fault | {"kind": "refused", "message": str(error), "hint": error.hint}
    if isinstance(error, TemplateSyntaxError):
        return fault | {"kind": "syntax", "message": error.message or "not a template"}
    told = error.msg if isinstance(error, SyntaxError) else getattr(error, "told", None)
    return fault | {"message": told or str(error) or type(error).__name__}


def _missing(error: NotThere, values: dict[str, Any]) -> dict[str, Any]:
    """Return which name is not there, of what, and which ones are: name → in full."""
    owner, name = error.owner, error.name
    path: str = getattr(owner, "path", "")
    if isinstance(owner, dict):
        known = [str(key) for key in owner]
    elif isinstance(owner, Swatch):
        known = ["name", "named"]
    elif isinstance(owner, list) and isinstance(name, int):
        length = len(owner)
        return {"path": below(path, name), "name": str(name), "length": length}
    elif repr(owner) == "missing":  # jinja2's mark for: no variable at all
        known = [*values, "range", "dict", "namespace"]
    else:
        return {"owner": type(owner).__name__, "name": str(name)}
    full = {key: below(path, key) for key in known}
    return {"path": below(path, name), "name": str(name), "known": full}


def _where(error: BaseException) -> tuple[str | None, int | None]:
    """Return the template and its line that an error comes from."""
    if isinstance(error, TemplateSyntaxError):
        return error.name, error.lineno
    place: tuple[str | None, int | None] = (None, None)
    trace = error.__traceback__
    while trace is not None:
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        if isinstance(template, Template):
            line = template.get_corresponding_lineno(trace.tb_lineno)
            place = (template.name, line)
        trace = trace.tb_next
    return place


# --- the process ----------------------------------------------------------------------


def serve() -> None:
    """Answer jobs until the parent closes the pipe or memory ran out."""
    read, write = sys.stdin.buffer, sys.stdout.buffer

    def say(value: object) -> None:
        write.write(json.dumps(value).encode() + b"\n")
        write.flush()

    def ask(name: str) -> dict[str, Any]:
        say({"need": name})
        answer: dict[str, Any] = json.loads(read.readline())
        if "refused" in answer:
            raise Refused(*answer["refused"])
        return answer

    limits = json.loads(read.readline())
    seconds = confine(limits["memory"])
    renderer = Renderer(ask, limits["length"], limits["markup"])
    say({"ready": True})
    for line in read:
        seconds(limits["seconds"] + 1)  # the watchdog of the parent comes first
        answer = renderer.answer(json.loads(line))
        say(answer)
        if answer.get("fault", {}).get("kind") == "MemoryError":
            return
