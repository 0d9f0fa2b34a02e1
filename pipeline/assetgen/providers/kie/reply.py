"""This file is one answer of kie.ai's API, read without believing it.

Failures mostly arrive as HTTP 200 with the real code in the body,
``{"code": 422, "msg": "…", "data": null}``, but also as true HTTP codes, and from the
edge as HTML. https://docs.kie.ai and recorded traffic disagree on whether the message
is called ``msg`` or ``message``; both are read.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.providers.inert import inert
from assetgen.providers.kie.catalogue import CREDIT_USD

if TYPE_CHECKING:
    from collections.abc import Iterable

OK = 200
TASK_ID = re.compile(r"[!-~]{1,200}")

# Beyond any bill; larger numbers are nonsense, and some cannot be multiplied.
_MOST_CREDITS = 10**9


@dataclass(frozen=True, slots=True)
class Envelope:
    """The JSON object that kie.ai answers with.

    Attributes:
        code: The vendor's own code, None if there is none.
        message: What it says about it, inert, "" if nothing.
        data: Whatever came with it.
    """

    code: int | None
    message: str
    data: object


@dataclass(frozen=True, slots=True)
class Reply:
    """One complete HTTP answer.

    Attributes:
        status: The HTTP status.
        body: The decoded bytes.
        wait: Seconds that ``Retry-After`` asks for, None if it does not.
    """

    status: int
    body: bytes
    wait: float | None = None

    def envelope(self) -> Envelope | None:
        """Return the body as kie.ai's envelope, None if it is not a JSON object."""
        value = read_json(self.body)
        if not isinstance(value, dict):
            return None
        said = value.get("msg") or value.get("message") or ""
        return Envelope(_code(value.get("code")), inert(said), value.get("data"))

    def code(self, envelope: Envelope | None) -> int:
        """Return the code that counts: the body's, unless it is silent or content."""
        if envelope is None or envelope.code in (None, OK):
            return self.status
        return envelope.code


def read_json(text: bytes | str) -> object:
    """Return the value of a JSON text with exact numbers, None if it is not one.

    A number beyond all reason is null: it may stand beside a job's id.
    """
    try:
        return json.loads(text, parse_float=_decimal, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None


def usd(credits_used: object) -> Decimal | None:
    """Return the price in USD of a number of credits, None if it is not a number."""
    if isinstance(credits_used, bool) or not isinstance(credits_used, int | Decimal):
        return None
    return credits_used * CREDIT_USD if 0 <= credits_used < _MOST_CREDITS else None


def seconds_to_wait(values: Iterable[str], now: float) -> float | None:
    """Return the longest wait that some ``Retry-After`` headers ask for, in seconds.

    Each is a number of seconds or an HTTP date (RFC 9110, 10.2.3); nonsense is
    ignored, and a day in the past asks for no wait.
    """
    waits = [
        wait for wait in (_wait(value, now) for value in values) if wait is not None
    ]
    return max(waits, default=None)


def _wait(value: str, now: float) -> float | None:
    text = value.strip()
    if text.isascii() and text.isdigit():
        seconds = float(text)
        return seconds if math.isfinite(seconds) else None
    import email.utils  # noqa: PLC0415  slow to import, and dates are rare

    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def _code(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return int(value[:6])
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _decimal(text: str) -> Decimal | None:
    """Return a number, None for one that no decimal can hold."""
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


def _refuse(constant: str) -> None:
    raise ValueError(constant)
