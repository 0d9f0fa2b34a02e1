"""This file is how a test tells the server to behave: faults and fates, as values.

A *fault* spoils one answer of any endpoint: `Refuse`, `Page`, `Body`, `Reset`,
`Cut`, `Length` or `Slow`. A *fate* is how one task will live, decided when it is
created: `Fate`, with `Fail` for its bad ends. Seconds are the server's, so `speed`
shortens them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from assetgen.testing.kie.account import Call
    from assetgen.testing.pictures import Look

# The vendor's own words for its codes, as recorded or documented.
WORDS = {
    400: "taskId parameter is required",
    401: "Unauthorized – Authentication failed. Please check that your Authorization "  # noqa: RUF001 the vendor's dash
    "and Content-Type headers are correctly set.",
    402: "Insufficient Credits",
    404: "Not Found",
    408: "Request timeout",
    422: "The model name you specified is not supported. Please verify your input and "
    "use one of the supported models provided by KIE.",
    429: "Your call frequency is too high. Please try again later.",
    433: "The sub-key usage quota has been exceeded.",
    455: "The service is under maintenance. Please try again later.",
    500: "Server exception, please try again later or contact customer service",
    501: "Generation failed",
    505: "Feature disabled",
}
INSUFFICIENT = "Credits insufficient : Your current balance isn't enough to run this"
PAUSED = "This interface is temporarily paused."


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with an error in the vendor's envelope.

    Attributes:
        code: The body's `code`; the HTTP status stays 200 unless `status` says else.
        msg: Its message; None takes the vendor's own words for that code.
        made: The call was done all the same: the task exists and is billed.
        status: The HTTP status; None follows the server's `http_status` switch.
        headers: Further headers, such as ``(("retry-after", "3"),)``.
    """

    code: int
    msg: str | None = None
    made: bool = False
    status: int | None = None
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Answer with an HTML page, as the network edge does with 502, 503, 504 or 520."""

    status: int
    made: bool = False
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """Answer with exactly these bytes, well framed: truncated JSON, nothing, junk."""

    body: bytes = b""
    status: int = 200
    made: bool = False
    content_type: str = "application/json;charset=UTF-8"


@dataclass(frozen=True, slots=True)
class Reset:
    """Reset the connection instead of answering; `made`: after the call was done."""

    made: bool = False


@dataclass(frozen=True, slots=True)
class Cut:
    """Send the real answer's head and this share of its body, then close."""

    made: ClassVar[bool] = True
    keep: float = 0.5


@dataclass(frozen=True, slots=True)
class Length:
    """Send the real answer with a `Content-Length` that is wrong by so many bytes."""

    made: ClassVar[bool] = True
    off: int


@dataclass(frozen=True, slots=True)
class Slow:
    """Send the real answer late, or drop by drop.

    Attributes:
        before: Seconds until the first byte; `math.inf` never answers (the server
            hangs up after its `longest_wait`).
        during: Seconds from the first byte of the body to the last.
    """

    made: ClassVar[bool] = True
    before: float = 0.0
    during: float = 0.0


Fault = Refuse | Page | Body | Reset | Cut | Length | Slow


@dataclass(frozen=True, slots=True)
class Fail:
    """The bad end of a task; `code` is text on the wire, "" and None were seen too."""

    code: str | None = "500"
    msg: str | None = "Internal Error, Please try again later."


MEDIA = Fail("422", "Your media file is unavailable, please replace it.")
PROHIBITED = Fail("422", "Invalid prompt: prompt contains prohibited content")
INTERNAL = Fail()
GENERATION = Fail("501", "Playground task failed.")


class _Absent:
    """Stands for a key that the answer does not have."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = _Absent()


def as_json(urls: list[str]) -> object:
    """Return `resultJson` as the wire has it: JSON in a string."""
    return json.dumps({"resultUrls": urls})


def as_object(urls: list[str]) -> object:
    """Return `resultJson` already parsed, against which clients are told to guard."""
    return {"resultUrls": urls}


@dataclass(frozen=True, slots=True)
class Callback:
    """One call to a task's ``callBackUrl``, true unless it is told to lie.

    Attributes:
        after: Seconds after the task's end; less than nothing is before it.
        shape: ``C`` is what all market models send. ``B`` is Suno's, ``D`` and ``E``
            those of the older services, ``F`` that of the page about signatures, ``A``
            one that only hearsay knows.
        state: ``success`` or ``fail``, whatever became of the task.
        task: The id of another task.
        urls: Other results than the task's.
        signature: Where the server has an `hmac_key`: ``right``, ``wrong``, ``stale``
            or ``none``.
        times: So many copies at once.
    """

    after: float = 0.0
    shape: Literal["A", "B", "C", "D", "E", "F"] = "C"
    state: Literal["success", "fail"] | None = None
    task: str | None = None
    urls: tuple[str, ...] = ()
    signature: Literal["right", "wrong", "stale", "none"] = "right"
    times: int = 1


@dataclass(frozen=True, slots=True)
class Fate:
    """How one task lives.

    Attributes:
        latency: Seconds until it ends, or a function of the create call that says so.
        hidden: Seconds during which the vendor answers `recordInfo is null`.
        states: The states it passes through, each for an equal share of its life;
            ``("generating",)`` and ``("waiting",)`` are those seen on the wire.
        fail: How it fails; None succeeds.
        pictures: How many result addresses it has.
        result: Makes `resultJson` of a success from its addresses: `as_json`,
            `as_object`, or any function, such as ``lambda urls: "{}"``.
        size, file_format, look: The pictures' pixels, Pillow format and `Look`; None
            follows the model and the prompt.
        suffix: The address's suffix; None tells the truth about the bytes.
        drift: Pixels by which a picture that was drawn again stands beside the first.
        callbacks: What is called back where the order says to whom; () is nothing.
    """

    latency: float | Callable[[Call], float] = 2.0
    hidden: float = 0.0
    states: tuple[str, ...] = ("generating",)
    fail: Fail | None = None
    pictures: int = 1
    result: Callable[[list[str]], object] = as_json
    size: tuple[int, int] | None = None
    file_format: str | None = None
    look: Look | None = None
    suffix: str | None = None
    drift: int = 0
    callbacks: tuple[Callback, ...] = (Callback(),)


Behaviour = Fault | Fate
