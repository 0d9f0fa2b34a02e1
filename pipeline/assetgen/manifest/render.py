"""This file is the rendering of templates, in a process of their own, under limits.

Templates come with pull requests and run in CI beside keys: nobody vouches for them.
What has no mark of jinja2's needs no process, and what is remembered neither.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Protocol

from assetgen.digest import canonical_json, digest_bytes, key_of
from assetgen.manifest.prompts import Rendered, TemplateFault, even, has_marks, tidy
from assetgen.manifest.sandbox import VERSION
from assetgen.manifest.sandbox.child import Child, Gone, Limits, TimedOut
from assetgen.manifest.sandbox.telling import told, too_long, too_slow
from assetgen.manifest.templates import LONGEST, NoTemplate, Templates

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from assetgen.manifest.prompts import RenderJob

# Templates of one batch that may hit a limit before nothing more is tried: a build must
# not hang for hours because ten thousand assets are slow.
_PATIENCE = 20


class Memo(Protocol):
    """Where renders are remembered between runs: text by key. May forget anything."""

    def get(self, key: str) -> str | None:
        """Return what was put under a key, None if nothing is known."""

    def put(self, key: str, value: str) -> None:
        """Remember a text under a key."""


class Renderer:
    """Renders templates; the files of its folder are read once and then stay."""

    def __init__(self, templates: Path | None, limits: Limits | None = None) -> None:
        self.templates = Templates(templates)
        self.limits = limits or Limits()

    def render_all(
        self, jobs: Sequence[RenderJob], memo: Memo | None = None
    ) -> list[Rendered | TemplateFault]:
        """Return the words of every job, or why it has none, in order.

        Starts a process if a job needs one, which ends before this returns.
        """
        with _Batch(self.templates, self.limits, memo) as batch:
            known = [batch.known(job) for job in jobs]
            return [
                batch.run(job) if found is None else found
                for job, found in zip(jobs, known, strict=True)
            ]


class _Batch(ExitStack):
    """The jobs of one call: one process after the other, one at a time."""

    def __init__(self, templates: Templates, limits: Limits, memo: Memo | None) -> None:
        super().__init__()
        self.templates = templates
        self.limits = limits
        self.memo = memo
        self.child: Child | None = None
        self.warming: Child | None = None
        self.stopped: dict[tuple[str | None, str], TemplateFault] = {}
        self.digests: dict[int, tuple[object, str]] = {}

    def known(self, job: RenderJob) -> Rendered | TemplateFault | None:
        """Return one job's words, remembered or plain; None if they must be rendered.

        The first that must lets the process start while the others are looked up.
        """
        try:
            name, text = self._source(job)
        except NoTemplate as error:
            return TemplateFault(error.message, error.hint)
        if len(text) > LONGEST:
            return TemplateFault(f"a template has at most {LONGEST:,} characters")
        files = () if name is None else (name,)
        if not has_marks(text):
            plain = text if job.markup else tidy(text)
            return self._checked(Rendered(plain, files), job)
        try:
            key = self._key(name, text, job)
        except (TypeError, ValueError):
            return TemplateFault("a template gets texts, numbers, lists and mappings")
        found = self._remembered(key, job)
        if found is None:
            self._warm_up()
        return found

    def run(self, job: RenderJob) -> Rendered | TemplateFault:
        """Return the words of a job that `known` does not have."""
        name, text = self._source(job)
        return self._run(self._key(name, text, job), name, text, job)

    def _source(self, job: RenderJob) -> tuple[str | None, str]:
        if job.template is None:
            return None, even(job.text or "")
        return job.template, self.templates.source(job.template).text

    def _checked(self, rendered: Rendered, job: RenderJob) -> Rendered | TemplateFault:
        length = len(rendered.text)
        most = self.limits.markup if job.markup else self.limits.length
        if length > most:
            return too_long(length, self.limits, markup=job.markup)
        return rendered

    # --- remembering ------------------------------------------------------------------

    def _key(self, name: str | None, text: str, job: RenderJob) -> str:
        values = dict(job.values)
        if "brand" in values:
            values["brand"] = self._digest(values["brand"])
        kind = "render markup" if job.markup else "render"
        return key_of(kind, VERSION, [name, text, values])

    def _digest(self, value: object) -> str:
        """Return a brand's digest: many jobs share one, which is hashed once."""
        known = self.digests.get(id(value))
        if known is None:
            known = value, digest_bytes(canonical_json(value))
            self.digests[id(value)] = known
        return known[1]

    def _remembered(self, key: str, job: RenderJob) -> Rendered | TemplateFault | None:
        entry = self.memo.get(key) if self.memo else None
        if entry is None:
            return None
        try:
            known = json.loads(entry)
            files: dict[str, str] = known["files"]
            rendered = _rendered(known["text"], files)
        except (ValueError, TypeError, KeyError, AttributeError):
            return None  # a memory that is damaged is none
        if any(self.templates.digest(name) != files[name] for name in files):
            return None
        return self._checked(rendered, job)

    def _remember(self, key: str, text: str, files: dict[str, str]) -> None:
        if self.memo is not None:
            self.memo.put(key, json.dumps({"files": files, "text": text}))

    # --- the process ------------------------------------------------------------------

    def _run(
        self, key: str, name: str | None, text: str, job: RenderJob
    ) -> Rendered | TemplateFault:
        # Another try, even with other values, would cost as much again.
        if fault := self.stopped.get((name, text)):
            return fault
        if len(self.stopped) >= _PATIENCE:
            return TemplateFault(
                "the template was not tried, too many others ran into a limit"
            )
        wanted = {"name": name, "text": text, "values": job.values}
        answer = self._answer({**wanted, "markup": job.markup})
        if isinstance(answer, TemplateFault):
            self.stopped[name, text] = answer
            return answer
        if "fault" in answer:
            return told(answer["fault"], text, self.templates, self.limits)
        looked = dict.fromkeys([*([] if name is None else [name]), *answer["looked"]])
        files = {each: self.templates.digest(each) for each in looked}
        made = answer["text"] if job.markup else tidy(answer["text"])
        checked = self._checked(_rendered(made, files), job)
        if isinstance(checked, Rendered):
            self._remember(key, checked.text, files)
        return checked

    def _answer(self, job: dict[str, Any]) -> dict[str, Any] | TemplateFault:
        """Return the process's answer, or the fault of what ended the process.

        A process that was used before gets a second chance: what earlier jobs left
        behind in it must not be the fault of this one.
        """
        child = self.child or self._start()
        try:
            answer = child.ask(job, self._template)
        except TimedOut:
            self._stop()
            return too_slow(self.limits)
        except Gone:
            fault = TemplateFault("the template crashes what renders it")
        else:
            if answer.get("fault", {}).get("kind") != "MemoryError":
                return answer
            fault = told(answer["fault"], job["text"], self.templates, self.limits)
        self._stop()
        return fault if child.jobs == 1 else self._answer(job)

    def _warm_up(self) -> None:
        if self.warming is None and self.child is None:
            self.warming = Child(self.limits)
            self.callback(self.warming.close)

    def _start(self) -> Child:
        starting, self.warming = self.warming or Child(self.limits), None
        self.child = self.enter_context(starting)
        return self.child

    def _stop(self) -> None:
        self.close()
        self.child = None

    def _template(self, name: str) -> dict[str, Any]:
        try:
            return {"text": self.templates.source(name).text}
        except NoTemplate as error:
            return {} if error.absent else {"refused": [error.message, error.hint]}


def _rendered(text: str, files: dict[str, str]) -> Rendered:
    """Return words made of files: their digest by name, "" for what was not there."""
    there = sorted(name for name, digest in files.items() if digest)
    absent = sorted(name for name, digest in files.items() if not digest)
    return Rendered(text, tuple(there), tuple(absent))
