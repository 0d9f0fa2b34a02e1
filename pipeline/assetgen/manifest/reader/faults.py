"""This file is what the fast reading has to complain about: all of it, in one list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NoReturn

from assetgen.errors import Place, Problem
from assetgen.manifest.reader.events import begin
from assetgen.manifest.reader.text import short
from assetgen.manifest.reader.words import DEEP_HINT, TEMPLATE_HINT, TOO_DEEP

if TYPE_CHECKING:
    from collections.abc import Iterable

    import yaml

Keys = tuple[str | int, ...]

MAX_VALUES = 2_000_000
MAX_KEY = 1024
MAX_PROBLEMS = 100

# A path that is longer shows its two ends.
_MOST_WORDS = 16

# Stands in a trail for the root, and for a key that is no text.
NO_KEY = -1


@dataclass(frozen=True, slots=True)
class Repeat:
    """A key that stands in its mapping for a second time."""

    keys: Keys
    place: Place


class Stop(Exception):
    """The reading ends here; its reason is already among the problems."""


def dotted(keys: Iterable[str | int]) -> str:
    """Return keys as messages show them: ``assets.coin.variants.0``."""
    words = [short(str(key)) for key in keys if key != NO_KEY]
    if len(words) > _MOST_WORDS:
        words[_MOST_WORDS // 2 : -_MOST_WORDS // 2] = ["…"]
    return ".".join(words)


class Faults:
    """Notes mistakes while a text is read, and ends the reading if it has to.

    Attributes:
        trail: The keys of the collections that are open, kept by the reader.
        problems: The mistakes so far, but for `repeats`.
        repeats: The keys that stand twice: where first is not known yet.
    """

    def __init__(self, text: str, shown: str) -> None:
        self.text = text
        self.shown = shown
        self.trail: list[str | int] = []
        self.problems: list[Problem] = []
        self.repeats: list[Repeat] = []

    def note(
        self, event: yaml.Event, message: str, hint: str | None, *keys: str | int
    ) -> None:
        """Note a mistake at `event`, under `keys` of what is open.

        Raises:
            Stop: It is the hundredth.
        """
        self.append(self.place(event), message, hint, *keys)

    def append(
        self, place: Place, message: str, hint: str | None, *keys: str | int
    ) -> None:
        """Note a mistake at a place, as `note` does."""
        path = dotted((*self.trail, *keys))
        self.problems.append(Problem(place, path, message, hint))
        if len(self.problems) >= MAX_PROBLEMS:
            raise Stop

    def place(self, event: yaml.Event) -> Place:
        """Return where an event begins."""
        mark = begin(event)
        return Place(self.shown, mark.line + 1, mark.column + 1)

    def key(self, event: yaml.ScalarEvent, *, again: bool) -> None:
        """Say what is wrong with a key, if it is."""
        key = event.value
        if event.tag is not None:
            self.tag(event, key)
        if not key and not event.style:
            self.note(event, "there is no key before `:`", None)
        if len(key) > MAX_KEY:
            what = f"a key of {len(key):,} characters is too long (at most {MAX_KEY:,})"
            self.note(event, what, None)
        if again:
            self.repeat(event, key)

    def repeat(self, event: yaml.Event, key: str) -> None:
        """Note a key that its mapping has already.

        Raises:
            Stop: It is the hundredth.
        """
        keys = (*self.trail[1:], key)
        if NO_KEY in keys:  # inside a key that is refused as a whole
            return
        self.repeats.append(Repeat(keys, self.place(event)))
        if len(self.repeats) >= MAX_PROBLEMS:
            raise Stop

    def odd_key(self, event: yaml.Event) -> None:
        """Say that a key is no scalar."""
        place = self.place(event)
        index = begin(event).index
        if index and self.text.startswith("{{", index - 1):
            what = "a value that starts with `{{` needs quotes"
            place = replace(place, column=place.column - 1)
            self.append(place, what, TEMPLATE_HINT)
        else:
            what = "a key is text, never a list, a mapping or an alias"
            hint = "text that begins with `[`, `{` or `*` needs quotes"
            self.append(place, what, hint)

    def control(self, event: yaml.Event, key: str | int, character: str) -> None:
        """Say that a text holds a control character, by way of an escape."""
        what = f"the text holds the control character U+{ord(character):04X}"
        self.note(event, what, r"write `\\` where a backslash is meant", key)

    def tag(
        self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, key: str | int
    ) -> None:
        """Say that tags are refused."""
        tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
        what = f"tags such as `{short(tag)}` are not used here"
        hint = "leave it out; text that begins with `!` needs quotes, and a number or "
        self.note(event, what, hint + "`true` that is text, too", key)

    def number(self, event: yaml.ScalarEvent, key: str | int) -> None:
        """Say that a number is too long."""
        what = f"a number of {len(event.value):,} characters is too long"
        self.note(event, what, "put it in quotes if it is text", key)

    def merge(self, event: yaml.Event) -> None:
        """Say that something cannot be merged."""
        hint = "write `<<: *name` or `<<: [*one, *two]`"
        self.note(event, "`<<` takes mappings only", hint, "<<")

    def unknown(self, event: yaml.NodeEvent, key: str | int) -> None:
        """Say that an alias has no anchor."""
        what = f"there is no anchor `&{short(str(event.anchor))}` above this alias"
        self.note(event, what, "text that begins with `*` needs quotes", key)

    def circle(self, event: yaml.NodeEvent, key: str | int) -> None:
        """Say that an alias stands for itself."""
        what = f"the alias `*{short(str(event.anchor))}` stands inside its own anchor"
        self.note(event, what, "an alias can only repeat what has ended above it", key)

    def second(self, event: yaml.Event) -> NoReturn:
        """Stop at a second document."""
        hint = "one file is one document: delete the `---`, or make it a second file"
        self.note(event, "a second document begins here", hint)
        raise Stop

    def too_deep(self, event: yaml.Event, key: str | int) -> NoReturn:
        """Stop at the limit on levels."""
        self.note(event, TOO_DEEP, DEEP_HINT, key)
        raise Stop

    def too_many(self, event: yaml.Event) -> NoReturn:
        """Stop at the limit on values."""
        what = f"there are more than {MAX_VALUES:,} values up to here, "
        what += "with aliases and merges written out"
        self.note(event, what, "split the file, or use fewer aliases")
        raise Stop
