"""This file is every template of a manifest, rendered: prompts, and a few fields more.

All of them go to the renderer together, because it runs them apart from us, under
limits, and starting it is what costs.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from assetgen.errors import Place, Problem
from assetgen.manifest.brand import Brand
from assetgen.manifest.issues import Issue, unknown
from assetgen.manifest.prompts import RenderJob, TemplateFault, assemble, has_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from assetgen.manifest.brand import Color
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.prompts import Rendered
    from assetgen.manifest.wishes import Given, Wish

    Render = Callable[[Sequence[RenderJob]], Sequence[Rendered | TemplateFault]]


@dataclass(frozen=True, slots=True)
class Told:
    """The rendered fields of one wish.

    Attributes:
        prompt: The words without the sentence of `exclude`; None for a `source:`, or
            if there are none because of a mistake.
        drawing: The SVG text of `kind: template`, None for anything else.
        exclude: The asset's, the defaults' or the brand's.
        params: As given, with every template in them rendered.
        overlay: The texts of `overlay` that are templates, by where they stand in it.
        colors: The brand's, for whatever names one of them.
    """

    prompt: str | None = None
    drawing: str | None = None
    exclude: Sequence[str] | str = ()
    alt: str | None = None
    path: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    overlay: Mapping[tuple[str | int, ...], str] = field(default_factory=dict)
    colors: Mapping[str, Color] = field(default_factory=dict)

    @property
    def words(self) -> str | None:
        """Return the prompt exactly as it is sent."""
        return None if self.prompt is None else assemble(self.prompt, self.exclude)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A field that waits for its words: whose, which, and where it was written."""

    number: int
    name: str
    given: Given
    inner: tuple[str | int, ...] = ()


class Storyteller:
    """Renders the words of wishes; every fault of a template is reported.

    Args:
        brand: None if there is a brand file and it has mistakes: then faults that
            speak of the brand are not told, because every use of it would be one.
        shown: How messages show a template, given its name.
    """

    def __init__(
        self,
        brand: Brand | None,
        render: Render,
        shown: Callable[[str], str],
        mistakes: Mistakes,
    ) -> None:
        self._brand = brand or Brand()
        self._blind = brand is None
        self._render = render
        self._shown = shown
        self._mistakes = mistakes
        self._faults: set[TemplateFault] = set()
        self._values: dict[str, dict[str, object]] = {}
        self.files: set[str] = set()
        self.absent: set[str] = set()

    def tell(self, wishes: Sequence[Wish]) -> list[Told]:
        """Return the words of every wish, in order."""
        subs = self._sub_brands(wishes)
        told = [self._plain(wish, sub) for wish, sub in zip(wishes, subs, strict=True)]
        slots: list[_Slot] = []
        jobs: list[RenderJob] = []
        for number, (wish, sub) in enumerate(zip(wishes, subs, strict=True)):
            values: dict[str, object] | None = None
            for slot, text in _texts(number, wish):
                values = values or self._given(wish, sub)
                slots.append(slot)
                jobs.append(_job(slot, text, values))
        for slot, text in self._rendered(slots, jobs):
            told[slot.number] = _with(told[slot.number], slot, text)
        return told

    def _sub_brands(self, wishes: Sequence[Wish]) -> list[str]:
        """Return each wish's sub-brand by its name, "" for none."""
        names = [wish.get("sub_brand") or "" for wish in wishes]
        slots = [
            _Slot(number, "sub_brand", wishes[number].given["sub_brand"])
            for number, name in enumerate(names)
            if _is_template(name)
        ]
        jobs = [
            RenderJob(
                text=slot.given.value, values=self._given(wishes[slot.number], "")
            )
            for slot in slots
        ]
        for slot in slots:
            names[slot.number] = ""
        for slot, text in self._rendered(slots, jobs):
            names[slot.number] = text
        for number, name in enumerate(names):
            if name and not self._has_sub_brand(name, wishes[number]):
                names[number] = ""
        return names

    def _has_sub_brand(self, name: str, wish: Wish) -> bool:
        brands = self._brand.brands
        if name not in brands and not self._blind:
            message, hint = unknown("sub-brand", name, brands)
            hint = hint or "sub-brands are written under `brands:` in the brand file"
            self._mistakes.at(wish.given["sub_brand"], message, hint)
        return name in brands

    def _of(self, sub: str) -> Brand:
        return self._brand.brands[sub] if sub else self._brand

    def _given(self, wish: Wish, sub: str) -> dict[str, object]:
        if sub not in self._values:
            self._values[sub] = self._of(sub).values()
        drawn = ("width", "height") if wish.is_drawing else ()
        return {
            "brand": self._values[sub],
            "asset": {
                "name": wish.name,
                "base": wish.base,
                "aspect_ratio": wish.get("aspect_ratio"),
                "resolution": wish.get("resolution"),
                "tags": _listed(wish.get("tags")),
                **{name: wish.get(name) for name in drawn},
            },
            "vars": wish.get("vars") or {},
            "matrix": dict(wish.matrix),
        }

    def _plain(self, wish: Wish, sub: str) -> Told:
        exclude = wish.get("exclude")
        return Told(
            exclude=self._of(sub).exclude if exclude is None else exclude,
            colors=self._of(sub).colors,
            alt=_unless_template(wish.get("alt")),
            path=_unless_template(wish.get("path")),
            params={
                name: value
                for name, value in (wish.get("params") or {}).items()
                if not _is_template(value)
            },
        )

    def _rendered(
        self, slots: Sequence[_Slot], jobs: Sequence[RenderJob]
    ) -> Iterator[tuple[_Slot, str]]:
        if not jobs:
            return
        for slot, result in zip(slots, self._render(jobs), strict=True):
            if isinstance(result, TemplateFault):
                self._report(slot, result)
                continue
            self.files.update(result.files)
            self.absent.update(result.absent)
            if slot.name == "prompt" and not result.text:
                message = "the prompt is empty"
                self._mistakes.at(slot.given, message)
                continue
            yield slot, result.text

    def _report(self, slot: _Slot, fault: TemplateFault) -> None:
        if self._blind and "brand" in fault.message:
            return
        keys = (*slot.given.keys, *slot.inner)
        document = slot.given.sheet.document
        if fault.template is None:
            issue = Issue(keys, fault.message, fault.hint)
            self._mistakes.add(document, issue, line=fault.line, column=fault.column)
            return
        if fault not in self._faults:
            self._faults.add(fault)
            shown = self._shown(fault.template)
            place = Place(shown, fault.line or 1, fault.column or 1)
            path = ".".join(map(str, keys))
            problem = Problem(place, path, fault.message, fault.hint)
            self._mistakes.extend([problem])


def _texts(number: int, wish: Wish) -> Iterator[tuple[_Slot, str]]:
    """Yield every field of a wish that is rendered, with its template or its name."""
    prompt = wish.given.get("prompt") or wish.given.get("template")
    if prompt is not None:
        name = "drawing" if wish.is_drawing else "prompt"
        yield _Slot(number, name, prompt), prompt.value
    for name in ("alt", "path"):
        given = wish.given.get(name)
        if given is not None and _is_template(given.value):
            yield _Slot(number, name, given), given.value
    params = wish.given.get("params")
    if params is not None:
        for name, value in params.value.items():
            if _is_template(value):
                yield _Slot(number, "params", params, (name,)), value
    overlay = wish.given.get("overlay")
    if overlay is not None:
        yield from _overlay_texts(number, overlay)


def _overlay_texts(number: int, given: Given) -> Iterator[tuple[_Slot, str]]:
    several = isinstance(given.value, list)
    for index, fields in enumerate(given.value if several else [given.value]):
        inner = (index,) if several else ()
        for name, value in fields.texts():
            if _is_template(value):
                yield _Slot(number, "overlay", given, (*inner, name)), value


def _job(slot: _Slot, text: str, values: dict[str, object]) -> RenderJob:
    if slot.name == "drawing":
        return RenderJob(template=text, values=values, markup=True)
    if slot.name == "prompt" and slot.given.keys[-1] == "template":
        return RenderJob(template=text, values=values)
    return RenderJob(text=text, values=values)


def _with(told: Told, slot: _Slot, text: str) -> Told:
    if slot.name == "prompt":  # nearly always; `replace` takes three times as long
        return Told(
            text,
            None,
            told.exclude,
            told.alt,
            told.path,
            told.params,
            told.overlay,
            told.colors,
        )
    if slot.name == "params":
        return replace(told, params={**told.params, str(slot.inner[0]): text})
    if slot.name == "overlay":
        return replace(told, overlay={**told.overlay, slot.inner: text})
    changed: dict[str, Any] = {slot.name: text}
    return replace(told, **changed)


def _is_template(value: object) -> bool:
    return isinstance(value, str) and has_marks(value)


def _unless_template(value: str | None) -> str | None:
    return None if _is_template(value) else value


def _listed(value: Sequence[str] | str | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
