"""This file is the forms of cut-out services, and how their answers are read. Pure.

A service takes one picture in a multipart form and answers with one that has real
transparency, as bytes or as base64, in JSON or bare. Two forms are known:

- `form`: `file`, `cropToForeground`, `outputFormat`, and a key in a header;
- `remove.bg`: `image_file`, `size`, `format` and `X-Api-Key`
  (https://www.remove.bg/api, read in November 2026).

Both are asked for the whole picture: what is cropped is cropped here, so that another
crop asks nobody again.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from assetgen import headers
from assetgen.errors import (
    AccountError,
    ImageError,
    Unavailable,
    Undecided,
    UsageError,
)
from assetgen.providers.inert import inert

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assetgen.errors import AssetgenError

ANSWER_MOST = 64 << 20  # bytes: a picture of 16 megapixels in base64 has less
DEPTH = 6  # how deep in a JSON answer a picture is looked for

OK = 200
KEY_REFUSED = frozenset({401, 403})
NO_CREDIT = 402
# Provably not worked on: too much asked, or nobody there to do it.
LATER = frozenset({408, 425, 429, 503})
SERVER_FAULTS = 500
# A gateway that says this has lost sight of who was working on it.
GATEWAYS = frozenset({502, 504})


@dataclass(frozen=True, slots=True)
class Service:
    """How a service is asked.

    Attributes:
        url: Where it is, "" if only the environment knows.
        file: The form's name of the picture.
        fields: What else the form says.
        header: The header that carries the key.
        keyed: It serves nobody without a key.
    """

    url: str
    file: str
    fields: Mapping[str, str]
    header: str
    keyed: bool


SERVICES: Mapping[str, Service] = MappingProxyType(
    {
        "form": Service(
            url="",
            file="file",
            fields={"cropToForeground": "false", "outputFormat": "png"},
            header="X-API-Key",
            keyed=False,
        ),
        "remove.bg": Service(
            url="https://api.remove.bg/v1.0/removebg",
            file="image_file",
            fields={"size": "full", "format": "png", "crop": "false"},
            header="X-Api-Key",
            keyed=True,
        ),
    }
)
DEFAULT = "form"


def service_of(options: Mapping[str, object]) -> Service:
    """Return the service that a cut names; raises UsageError if nobody knows it."""
    name = str(options.get("service", DEFAULT))
    if name not in SERVICES:
        known = ", ".join(f"`{one}`" for one in SERVICES)
        raise UsageError(f"unknown service `{name}`", hint=f"known: {known}")
    return SERVICES[name]


def refusal(status: int, body: bytes, host: str) -> AssetgenError | None:
    """Return what an answer other than a picture means, None for a picture.

    Undecided means that the service may have done the work, and charged for it;
    everything else means that it has not.
    """
    if status == OK:
        return None
    said = _said(body)
    what = f"`{host}` answers HTTP {status}" + (f": {said}" if said else "")
    if status in KEY_REFUSED:
        hint = "look at `REMOVEBG_API_KEY`"
        return AccountError(f"the key is refused: {what}", hint=hint)
    if status == NO_CREDIT:
        return AccountError(f"the account has no credit: {what}")
    if status in GATEWAYS:
        return Undecided(f"nobody knows whether it was cut out: {what}")
    if status in LATER or status >= SERVER_FAULTS:
        return Unavailable(f"the picture was not cut out: {what}")
    return ImageError(f"the picture was not cut out: {what}")


def picture_in(body: bytes) -> bytes:
    """Return the picture of an answer: its bytes, or what some base64 in it means.

    Raises Undecided if there is none: the service says that it has done its work.
    """
    if _is_picture(body):
        return body
    for text in _texts(body):
        found = _unpacked(text)
        if found is not None:
            return found
    raise Undecided("the service answers without a picture, and may have charged it")


def _texts(body: bytes) -> Iterator[str]:
    """Yield every text of an answer that could be a picture in base64."""
    try:
        text = body.decode()
    except UnicodeDecodeError:
        return
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = text
    yield from _leaves(found, DEPTH)


def _leaves(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth and isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each, depth - 1)
    elif depth and isinstance(value, list):
        for each in value:
            yield from _leaves(each, depth - 1)


def _unpacked(text: str) -> bytes | None:
    """Return the picture that a text is in base64, bare or as a `data:` address."""
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _is_picture(data) else None


def _is_picture(data: bytes) -> bool:
    return headers.kind(data) in {"png", "webp"}


def _said(body: bytes) -> str:
    """Return what an answer says in words, "" for nothing that a person can read."""
    try:
        found = json.loads(body[:4096])
    except (ValueError, RecursionError):
        return ""
    words = [text for text in _leaves(found, DEPTH) if " " in text]
    return inert(words[0], limit=120) if words else ""
