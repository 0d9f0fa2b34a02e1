"""This file is everything about the server that a test may set for the whole server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypedDict

from assetgen.testing.kie.behaviours import Fate

DAY = 86_400.0
PLAIN = Fate()


@dataclass(frozen=True, slots=True, kw_only=True)
class Switches:
    """The server's habits; the defaults are the real one's, without its slowness.

    Attributes:
        fate: How a task lives that nothing else was said about.
        lag: Seconds before every answer of the API; the real one takes 0.25 to 0.7.
        http_status: Errors also have their code as the HTTP status.
        message_key: The envelope's key for words; some pages of the vendor say
            ``message``.
        data_on_errors: Errors have ``"data": null`` instead of no `data` at all.
        newer_fields: `recordInfo` has `creditsConsumed` and `updateTime`.
        blocked_agents: User agents that begin so get 403 ``error code: 1010``.
        creates_per_10s, polls_per_s: The rate limits of one key.
        paused: Models that are known but take no tasks now.
        patience: Seconds after which a task without a result is dead (code 408).
        url_lifetime: Seconds a result address works.
        media_lifetime: Seconds a fresh address can be asked for.
        fresh_lifetime: Seconds a fresh address works.
        upload_lifetime: Seconds a picture that was uploaded is kept.
        gone: HTTP status of an address that has expired: 403, 404 or 410.
        ranges: The result host honours `Range`.
        hmac_key: Signs callbacks; None leaves them unsigned.
        scale: Shrinks every picture, for tests with hundreds of them.
        longest_wait: Real seconds that any wait of the server lasts at most.
    """

    fate: Fate = PLAIN
    lag: float = 0.0
    http_status: bool = False
    message_key: Literal["msg", "message"] = "msg"
    data_on_errors: bool = True
    newer_fields: bool = True
    blocked_agents: tuple[str, ...] = ("Python-urllib",)
    creates_per_10s: int = 20
    polls_per_s: int = 10
    paused: frozenset[str] = frozenset()
    patience: float = 600.0
    url_lifetime: float = DAY
    media_lifetime: float = 14 * DAY
    fresh_lifetime: float = 1200.0
    upload_lifetime: float = 3 * DAY
    gone: int = 403
    ranges: bool = True
    hmac_key: str | None = None
    scale: float = 1.0
    longest_wait: float = 30.0


class Habits(TypedDict, total=False):
    """The fields of `Switches`, for keyword arguments; a test holds them equal."""

    fate: Fate
    lag: float
    http_status: bool
    message_key: Literal["msg", "message"]
    data_on_errors: bool
    newer_fields: bool
    blocked_agents: tuple[str, ...]
    creates_per_10s: int
    polls_per_s: int
    paused: frozenset[str]
    patience: float
    url_lifetime: float
    media_lifetime: float
    fresh_lifetime: float
    upload_lifetime: float
    gone: int
    ranges: bool
    hmac_key: str | None
    scale: float
    longest_wait: float
