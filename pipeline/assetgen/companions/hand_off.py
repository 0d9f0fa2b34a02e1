"""This file is what other programs read about all pictures: as JSON, as TypeScript."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TITLE = "Written by assetgen; a build writes it again."


@dataclass(frozen=True, slots=True)
class Shown:
    """One file of an asset.

    Attributes:
        src: As a page names it: the base, and the path below the output.
        variant: As in the index.
        size: The file's, in bytes.
    """

    src: str
    variant: str
    format: str
    width: int
    height: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One asset with its files, in the order of their paths.

    Attributes:
        color: Its main colour as ``#RRGGBB``, None if it cannot be looked at.
        draft: It is a placeholder.
    """

    name: str
    alt: str | None
    color: str | None
    blurhash: str | None
    draft: bool
    files: tuple[Shown, ...]


def to_json(entries: Sequence[Entry]) -> str:
    """Return all assets as one JSON object, by their names."""
    body = {"version": 1, "assets": _tree(entries)}
    return json.dumps(body, indent=2, ensure_ascii=False)


def to_typescript(entries: Sequence[Entry]) -> str:
    """Return all assets as a module: constants, and the types of their names."""
    body = json.dumps(_tree(entries), indent=2, ensure_ascii=False)
    # JSON is JavaScript but for two line ends that may stand in its texts.
    body = body.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return _MODULE.format(title=TITLE, body=body)


_MODULE = """\
// {title}

export interface Picture {{
  readonly src: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
}}

export interface Asset {{
  readonly alt: string;
  readonly color: string | null;
  readonly blurhash: string | null;
  readonly draft: boolean;
  readonly variants: {{
    readonly [variant: string]: {{ readonly [format: string]: Picture }};
  }};
}}

export const assets = {body} as const satisfies {{ readonly [name: string]: Asset }};

export type AssetName = keyof typeof assets;

export default assets;
"""


def _tree(entries: Sequence[Entry]) -> dict[str, object]:
    return {entry.name: _asset(entry) for entry in entries}


def _asset(entry: Entry) -> dict[str, object]:
    variants: dict[str, dict[str, object]] = {}
    for file in entry.files:
        variants.setdefault(file.variant, {})[file.format] = {
            "src": file.src,
            "width": file.width,
            "height": file.height,
            "bytes": file.size,
            "sha256": file.sha256,
        }
    return {
        "alt": entry.alt or "",
        "color": entry.color,
        "blurhash": entry.blurhash,
        "draft": entry.draft,
        "variants": variants,
    }
