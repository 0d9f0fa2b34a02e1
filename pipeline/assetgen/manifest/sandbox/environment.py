"""This file is what a template can do: a closed list of names, filters, functions.

Unlike jinja2's own sandbox, which forbids what is known to be dangerous, this one
lists what there is (`_METHODS`, `_LOOP`, `_FILTERS`): nothing else has a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import wraps
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, Undefined, pass_context
from jinja2.environment import TemplateModule
from jinja2.exceptions import UndefinedError
from jinja2.filters import FILTERS
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment, safe_range
from jinja2.utils import Namespace
from markupsafe import Markup

from assetgen.manifest.sandbox.values import Items, Refused, Swatch, printed

if TYPE_CHECKING:
    from collections.abc import Callable

    from jinja2 import BaseLoader
    from jinja2.runtime import Context

_LARGEST = 200_000  # characters, items or bits of one operation's result

_FILTERS = """
    abs batch capitalize center count d default dictsort first float format groupby
    indent int items join last length list lower map max min reject rejectattr replace
    reverse round select selectattr slice sort string sum title trim truncate unique
    upper wordcount wordwrap
"""
FILTER_NAMES = tuple(_FILTERS.split())

_METHODS = {
    str: """
        capitalize count endswith find isalpha isdigit join lower lstrip removeprefix
        removesuffix replace rstrip split splitlines startswith strip title upper
    """,
    dict: "get items keys values",
    LoopContext: """
        changed cycle depth depth0 first index index0 last length nextitem previtem
        revindex revindex0
    """,
}
_HAS = {kind: frozenset(names.split()) for kind, names in _METHODS.items()}
_WIDE = re.compile(r"%[^a-zA-Z%]*(?:\*|\d{4,})")


class Missing(StrictUndefined):
    """A name that is not there; using it raises `NotThere`."""

    __slots__ = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - jinja2's
        super().__init__(*args, **kwargs)
        self._undefined_exception = lambda message: NotThere(message, self)  # type: ignore[assignment]  # jinja2 calls it


class NotThere(UndefinedError):
    """A name that is not there was used: which, and of what."""

    def __init__(self, message: str | None, missing: Undefined) -> None:
        super().__init__(message)
        self.owner = missing._undefined_obj  # noqa: SLF001 - the only way to know
        self.name = missing._undefined_name  # noqa: SLF001 - the same
        self.told = missing._undefined_hint  # noqa: SLF001 - the same


@pass_context
def _finalize(_: Context, value: object) -> str:
    # With the context as an argument, jinja2 does not fold constants while it compiles.
    # What a macro has made is markup already, and must not be escaped once more.
    return value if isinstance(value, Markup) else printed(value)


class Sandbox(ImmutableSandboxedEnvironment):
    """jinja2 with a closed list of names, filters and functions, all pure.

    With `markup`, what a value prints is escaped as XML has it.
    """

    intercepted_binops = frozenset(["+", "*", "**", "%"])

    def __init__(self, loader: BaseLoader, *, markup: bool = False) -> None:
        super().__init__(
            loader=loader,
            undefined=Missing,
            finalize=_finalize,
            trim_blocks=True,
            lstrip_blocks=True,
            optimized=False,  # folding runs a template's bombs while it compiles
            autoescape=markup,
            cache_size=0,
            auto_reload=False,
        )
        self.globals = {"range": safe_range, "dict": dict, "namespace": Namespace}
        self.filters = {name: _listing(FILTERS[name]) for name in FILTER_NAMES}
        self.filters["format"] = _formatted

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - jinja2's
        """Return `obj.attribute` if that is one of the names there are."""
        if isinstance(obj, Undefined):
            return str(obj)  # raises: nothing is below a name that is not there
        if isinstance(obj, dict) and attribute in obj:
            return obj[attribute]
        if isinstance(obj, Swatch) and attribute in {"name", "named", "value"}:
            return str(obj) if attribute == "value" else getattr(obj, attribute)
        if _has(obj, attribute):
            return getattr(obj, attribute)
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:  # noqa: ANN401 - jinja2's
        """Return `obj[argument]`, which for a name is `obj.argument`."""
        if isinstance(obj, Undefined):
            return str(obj)  # raises, as above
        if isinstance(obj, dict):
            for key in (argument, str(argument)):  # scales are named 500 in YAML
                if key in obj:
                    return obj[key]
        if isinstance(argument, str):
            return self.getattr(obj, argument)
        if isinstance(obj, list | tuple | str | range) and isinstance(argument, int):
            try:
                return obj[argument]
            except IndexError:
                pass
        return self.undefined(obj=obj, name=argument)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - jinja2's
        """Refuse an operation whose result would be huge, do any other."""
        if operator == "%" and isinstance(left, str):
            _refuse_wide(left)
        elif _size(operator, left, right) > _LARGEST:
            raise Refused(f"`{operator}` makes something too large")
        return super().call_binop(context, operator, left, right)


def _has(obj: object, attribute: str) -> bool:
    if attribute.startswith("_"):
        return False
    if isinstance(obj, TemplateModule):
        return attribute in vars(obj)
    if isinstance(obj, Namespace):
        return hasattr(obj, attribute)
    return any(isinstance(obj, kind) and attribute in has for kind, has in _HAS.items())


def _size(operator: str, left: Any, right: Any) -> float:  # noqa: ANN401 - any operand
    """Return the size of a result in characters, items or bits, 0 if it is harmless."""
    long = (str, list, tuple)
    if operator == "*" and isinstance(left, long) and isinstance(right, int):
        return len(left) * right
    if operator == "*" and isinstance(right, long) and isinstance(left, int):
        return len(right) * left
    if operator == "+" and isinstance(left, long) and isinstance(right, long):
        return len(left) + len(right)
    if isinstance(left, int) and isinstance(right, int):
        if operator == "**":
            return left.bit_length() * max(right, 0)
        return max(left.bit_length(), right.bit_length())
    return 0


def _refuse_wide(pattern: str) -> None:
    if _WIDE.search(pattern):
        raise Refused("`%` makes something too large", "a width has at most 3 digits")


def _formatted(value: str, *args: Any, **kwargs: Any) -> str:  # noqa: ANN401 - values
    _refuse_wide(str(value))
    return str(value) % (kwargs or args)


def _listing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter whose lists and generators print as lists do."""

    @wraps(function)
    def listing(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 - jinja2's
        result = function(*args, **kwargs)
        if isinstance(result, str | Mapping | Undefined | Items):
            return result
        return Items(result) if isinstance(result, Iterable) else result

    return listing
