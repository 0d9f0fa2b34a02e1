"""This file is how the inputs of one request come from what a person wrote.

Every documented input with a default is sent, because vendors refuse requests that
leave out what their documentation calls optional, and because a default of theirs
that changes must not change a picture.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from assetgen.catalogue import nearest
from assetgen.manifest.issues import Wrong, describe, unknown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from assetgen.catalogue import Dial, Input, Model, Scalar
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.wishes import Given, Wish

DIALS = ("aspect_ratio", "resolution", "source_format")

_WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_RATIO = re.compile(r"([1-9][0-9]{0,4}):([1-9][0-9]{0,4})")
# How far two ratios may be apart for one to be meant by the other: a fifth or so.
_ALIKE = 0.2
_SAME = {"jpeg": "jpg"}  # two words for one format


def coerced(value: object, wanted: Input, raw: str | None = None) -> Scalar:
    """Return a value as the catalogue's type; raises `Wrong` if it is not one.

    ``5``, ``5.0`` and ``"5"`` are one value, whichever type the vendor expects. `raw`
    is how the value was written, so that ``1.10`` as a text stays that.
    """
    if not isinstance(value, str | int | float):
        message = f"expected {_kind(wanted)}, got {describe(value)}"
        raise Wrong(message)
    typed = _CASTS[wanted.kind](value, raw)
    if typed is None:
        raise Wrong(f"expected {_kind(wanted)}, got {describe(value)}")
    if wanted.choices:
        return _choice(typed, wanted)
    _check_bounds(typed, wanted)
    return typed


def _text(value: Scalar, raw: str | None) -> str:
    if isinstance(value, str):
        return value
    return raw if raw is not None else str(value).lower()


def _number(value: Scalar, raw: str | None) -> Scalar | None:
    del raw
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        value = float(value) if "." in value else int(value)
    if isinstance(value, str | bool) or not math.isfinite(value):
        return None
    return int(value) if value == int(value) else value


def _whole(value: Scalar, raw: str | None) -> Scalar | None:
    number = _number(value, raw)
    return number if isinstance(number, int) else None


def _flag(value: Scalar, raw: str | None) -> Scalar | None:
    del raw
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).strip().lower())


_CASTS = {"string": _text, "integer": _whole, "number": _number, "boolean": _flag}
_KINDS = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
}


def _kind(wanted: Input) -> str:
    return _KINDS[wanted.kind]


def _meant(value: str, known: Iterable[str]) -> str | None:
    """Return the nearest word as a hint; for a ratio, the nearest in shape."""
    words, asked = list(known), _shape(value)
    if asked is None:
        return nearest(value, words)
    shapes = {word: shape for word in words if (shape := _shape(word)) is not None}
    apart = {word: abs(shape - asked) for word, shape in shapes.items()}
    best = min(apart, key=apart.__getitem__, default=None)
    if best is None or apart[best] > _ALIKE:
        return nearest(value, words)
    return f"did you mean `{best}`?"


def _shape(word: str) -> float | None:
    """Return the logarithm of width by height of a ratio, None for other words."""
    found = _RATIO.fullmatch(word)
    return math.log(int(found[1]) / int(found[2])) if found else None


def _choice(typed: Scalar, wanted: Input) -> Scalar:
    for choice in wanted.choices:
        if choice == typed and isinstance(choice, bool) == isinstance(typed, bool):
            return choice
    listed = _listed(wanted.choices)
    raise Wrong(
        f"expected {listed}, got {describe(typed)}",
        hint=nearest(typed, wanted.choices),
    )


def _check_bounds(typed: Scalar, wanted: Input) -> None:
    least, most = wanted.least, wanted.most
    if isinstance(typed, bool) or (least is None and most is None):
        return
    size = len(typed) if isinstance(typed, str) else typed
    unit = " characters" if isinstance(typed, str) else ""
    if least is not None and size < least:
        raise Wrong(f"expected at least {least:g}{unit}, got {describe(size)}")
    if most is not None and size > most:
        raise Wrong(f"expected at most {most:g}{unit}, got {describe(size)}")


def _listed(words: Iterable[object]) -> str:
    names = [describe(word) for word in words]
    return f"{', '.join(names[:-1])} or {names[-1]}" if len(names) > 1 else names[0]


class Inputs:
    """The inputs of one request while they are gathered: dials first, then params."""

    def __init__(
        self,
        wish: Wish,
        model: Model,
        catalogue: Collection[Model],
        mistakes: Mistakes,
    ) -> None:
        self._wish = wish
        self._model = model
        self._catalogue = catalogue
        self._mistakes = mistakes
        self._dials = model.dials()
        self._set: dict[str, Given] = {}
        self.notes: list[str] = []
        self.values: dict[str, Scalar] = {
            name: one.default
            for name, one in model.inputs.items()
            if one.default is not None
        }

    def gather(self, params: Mapping[str, object]) -> dict[str, Scalar]:
        """Return every input; `params` are the wish's own, already rendered."""
        for word in DIALS:
            self._turn(word, self._wish.given.get(word))
        for name, value in params.items():
            self._put(name, value, self._wish.given["params"])
        self._check_required()
        self._check_bans()
        return self.values

    def _turn(self, word: str, given: Given | None) -> None:
        dial = self._dials.get(word)
        if given is None:
            if word == "source_format" and dial and "png" in dial.words:
                self.values[dial.input] = dial.words["png"]
            return
        if dial is None:
            self._lacks_dial(word, given)
            return
        value = str(given.value)
        value = _SAME.get(value, value)
        if value in dial.words:
            self.values[dial.input] = dial.words[value]
            self._set[dial.input] = given
        else:
            self._lacks_word(word, value, dial, given)

    def _lacks_dial(self, word: str, given: Given) -> None:
        if not given.own:
            self._default_lacks(word, str(given.value), given)
            return
        message = f"`{self._model.name}` has no `{word}`"
        has = ", ".join(f"`{name}`" for name in self._dials)
        hint = f"take it out; this model has {has}" if has else "take it out"
        self._mistakes.at(given, message, hint, on_key=True)

    def _lacks_word(self, word: str, value: str, dial: Dial, given: Given) -> None:
        if not given.own:
            self._default_lacks(word, value, given)
            return
        known = list(dial.words)
        message = f"`{self._model.name}` has no `{word}` `{value}`"
        hint = _meant(value, known) or f"it has {_listed(known)}"
        self._mistakes.at(given, message, hint)

    def _default_lacks(self, word: str, value: str, given: Given) -> None:
        """Drop a default that another model has; one that none has is misspelt."""
        known = self._all_words(word)
        if _SAME.get(value, value) in known:
            self._drop(word, value)
        else:
            hint = _meant(value, known)
            self._mistakes.at(given, f"no model has the `{word}` `{value}`", hint)

    def _all_words(self, word: str) -> dict[str, None]:
        dials = (model.dials().get(word) for model in self._catalogue)
        return {name: None for dial in dials if dial for name in dial.words}

    def _drop(self, word: str, value: object) -> None:
        self.notes.append(
            f"the default `{word}: {value}` does not count: "
            f"`{self._model.name}` does not have it"
        )

    def _put(self, name: str, value: object, given: Given) -> None:
        wanted = self._model.inputs.get(name)
        if wanted is None:
            self._lacks_input(name, value, given)
            return
        raw = None
        if isinstance(value, float):
            raw = given.sheet.document.raw((*given.keys, name))
        try:
            typed = coerced(value, wanted, raw)
        except Wrong as wrong:
            self._mistakes.at(given, wrong.message, wrong.hint, inner=(name,))
            return
        turned = self._set.get(name)
        if turned is not None and self.values[name] != typed:
            if turned.own and not given.own:
                return
            if turned.own == given.own:
                word = turned.keys[-1]
                message = f"`params.{name}` and `{word}` say different things"
                hint = f"keep `{word}`, which works with every model"
                self._mistakes.at(given, message, hint, inner=(name,), on_key=True)
                return
        self.values[name] = typed

    def _lacks_input(self, name: str, value: object, given: Given) -> None:
        elsewhere = any(name in model.inputs for model in self._catalogue)
        if not given.own and elsewhere:
            self._drop(f"params.{name}", value)
            return
        message, hint = unknown("input", name, self._model.inputs)
        message += f" of `{self._model.name}`"
        if name == "prompt" or name in DIALS:
            message = f"`{name}` is no param"
            hint = f"write `{name}:` beside `params:`"
        self._mistakes.at(given, message, hint, inner=(name,), on_key=True)

    def _check_required(self) -> None:
        for name, one in self._model.inputs.items():
            if one.required and name not in self.values:
                message = f"`{self._model.name}` needs `{name}`"
                hint = f"write it as `params: {{{name}: …}}`"
                self._complain(("params", "model"), message, hint)

    def _check_bans(self) -> None:
        for ban in self._model.bans:
            if all(self.values.get(k) in banned for k, banned in ban.when.items()):
                words = [
                    word for word, dial in self._dials.items() if dial.input in ban.when
                ]
                message = f"`{self._model.name}` refuses this: {ban.why}"
                self._complain((*reversed(words), "params", "model"), message)

    def _complain(
        self, fields: Iterable[str], message: str, hint: str | None = None
    ) -> None:
        """Report at the first of some fields that the asset or a default gives."""
        wish = self._wish
        found = [wish.given[name] for name in fields if name in wish.given]
        own = [given for given in found if given.own]
        if own:
            self._mistakes.at(own[0], message, hint)
            return
        self._mistakes.entry(wish, message, hint)
