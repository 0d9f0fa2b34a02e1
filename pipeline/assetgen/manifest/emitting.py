"""This file is what `emit` asks for: its shape, and the checked `Emission`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from assetgen.emission import Emission
from assetgen.manifest.finishing import Shape, Words
from assetgen.manifest.issues import Issue, unknown
from assetgen.manifest.names import path_fault

if TYPE_CHECKING:
    from collections.abc import Collection

    from assetgen.manifest.fields import ManifestFields
    from assetgen.manifest.issues import Keys
    from assetgen.manifest.mistakes import Mistakes
    from assetgen.manifest.sheets import Sheet

Form = Literal["json", "typescript", "css", "html"]
_Forms = Annotated[list[Form], Field(min_length=1)]


class EmitFields(Shape):
    """What other programs get beside the pictures."""

    formats: Form | _Forms = Field(
        description="`json`, `typescript`, `css`, `html`: one file each.",
    )
    names: Literal["plain", "hashed"] = Field(
        default="plain",
        description="`hashed`: copies stand beside the pictures whose names hold their "
        "content's hash, and the texts name those.",
    )
    name: Words = Field(
        default="assets", description="The files' name without its ending."
    )
    base: str = Field(default="", description="What stands before every path: `/img/`.")
    to: Words | Annotated[list[Words], Field(min_length=1)] | None = Field(
        default=None, description="Which outputs have them. Default: all."
    )


Emit = EmitFields | _Forms | Form


def emission_of(
    main: Sheet[ManifestFields], outputs: Collection[str], mistakes: Mistakes
) -> Emission | None:
    """Return what is handed off, None for nothing; mistakes are reported."""
    written = main.shape.emit
    if written is None:
        return None
    fields = written if isinstance(written, EmitFields) else EmitFields(formats=written)

    def add(keys: Keys, message: str, hint: str | None = None) -> None:
        mistakes.add(main.document, Issue(("emit", *keys), message, hint))

    fault = path_fault(fields.name)
    if fault:
        add(("name",), f"the name `{fields.name}` {fault}")
    if f"{fields.name}.json".casefold() == "index.json":
        add(("name",), "`index.json` is the index of the output itself")
    if re.search(r"[\x00-\x20\"'<>\\]", fields.base):
        add(("base",), f"`{fields.base}` cannot begin an address")
    wanted = [fields.to] if isinstance(fields.to, str) else fields.to
    for index, name in enumerate(wanted or ()):
        if name not in outputs:
            message, hint = unknown("output", name, outputs)
            inner = ("to",) if isinstance(fields.to, str) else ("to", index)
            add(inner, message, hint)
    forms = [fields.formats] if isinstance(fields.formats, str) else fields.formats
    return Emission(
        forms=tuple(dict.fromkeys(forms)),
        name=fields.name,
        base=fields.base,
        hashed=fields.names == "hashed",
        outputs=tuple(wanted or outputs),
    )
