"""This file is what an answer of kie.ai means for money: bought, not bought, unclear.

Two questions are asked of the vendor, and each answer is sorted here without I/O.
`created` judges a submission: only what provably made no task may be sent again, and
a task id always wins. `asked` judges a question about a job: no answer to that is
ever a reason to buy again.

Codes and texts: https://docs.kie.ai (error codes, createTask, recordInfo).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assetgen.errors import AccountError, ResultError, Unavailable, UsageError
from assetgen.providers.base import (
    Accepted,
    Failed,
    NotSent,
    Pending,
    Ready,
    Recalled,
    Refused,
    Unclear,
)
from assetgen.providers.inert import inert
from assetgen.providers.kie.reply import OK, TASK_ID, read_json, usd

if TYPE_CHECKING:
    from assetgen.providers.base import Answer, Submission
    from assetgen.providers.kie.reply import Envelope, Reply

# The state of a job that the vendor does not know, or not yet: for a while after
# createTask that is normal.
UNKNOWN = "not known"

_LIMITED = 429
_PAUSED = 455
_BUSY = 503
_SERVER_FAULT = 500

# No task was made and none will be, by the HTTP status alone or by the body's code.
_REFUSED = frozenset({400, 404, 405, 407, 413, 415, 422})
# The same, but only from the application itself: a gateway says these too.
_REFUSED_IN_JSON = frozenset({501, 505})

_KEYS = "https://kie.ai/api-key"
_ACCOUNT = {
    401: ("the key is refused", f"check `KIE_API_KEY` and its allow-list at {_KEYS}"),
    402: ("the account has no credit left", "add credit, then run it again"),
    403: ("the key is refused", f"check `KIE_API_KEY` and its allow-list at {_KEYS}"),
    433: ("the key has reached its own cap", f"raise it at {_KEYS} or wait"),
}

# kie.ai answers mistakes in the request with code 500, too, in these words.
_INVALID = re.compile(r"\bis required\b|\bnot within the range\b", re.IGNORECASE)
_NO_CREDIT = re.compile(r"\bcredits? insufficient|insufficient credit", re.IGNORECASE)

DAY = 86_400_000  # milliseconds: no picture takes that long


def created(reply: Reply) -> Submission:
    """Return what became of a submission that was answered in full."""
    envelope = reply.envelope()
    job = _task_id(envelope)
    if job is not None:
        odd = (reply.status, envelope.code if envelope else None) != (OK, OK)
        return Accepted(job, f"accepted with {_said(reply, envelope)}" if odd else None)
    code, said = reply.code(envelope), _said(reply, envelope)
    return (
        _refusal(code, said, reply, envelope)
        or _postponement(code, said, reply, envelope)
        or _doubt(code, said, envelope)
    )


def asked(reply: Reply, job: str) -> Answer:
    """Return how a job stands by the answer to a question about it.

    Raises AccountError if the key is refused, ResultError if a success carries no
    picture, and Unavailable for everything that may pass.
    """
    envelope = reply.envelope()
    code = reply.code(envelope)
    said = _said(reply, envelope)
    if code == _LIMITED:
        return Pending(limited=True, wait=reply.wait)
    if code in _ACCOUNT:
        refusal = _account(code, said)
        raise AccountError(refusal.why, hint=refusal.hint)
    why = f"kie.ai did not answer about job `{inert(job)}`: {said}"
    closed = code == _PAUSED or (code == _BUSY and reply.wait is not None)
    if envelope is None or closed:
        raise Unavailable(why, paused=closed, wait=reply.wait)
    if code in {404, 422}:
        return Pending(UNKNOWN)
    if envelope.code in {408, 501}:
        return Failed(str(code), envelope.message or "the vendor gave up")
    if code != OK or not isinstance(envelope.data, dict):
        raise Unavailable(why)
    return _record(envelope.data, job)


def recalled(reply: Reply, job: str) -> Recalled | None:
    """Return the request that a job's record quotes, None if it quotes none.

    recordInfo's ``param`` is the createTask body as JSON in a string, and the
    ``input`` in it is a string of JSON once more (recorded traffic). Raises UsageError
    if the vendor does not know the job, and what `asked` raises.
    """
    envelope = reply.envelope()
    answer = _standing(reply, job)
    if answer == Pending(UNKNOWN):
        raise UsageError(
            f"kie.ai does not know job `{inert(job)}`",
            hint="look for it at https://kie.ai/logs, with the key that bought it",
        )
    data = envelope.data if envelope else None
    if not isinstance(data, dict):
        raise Unavailable(f"kie.ai did not tell about job `{inert(job)}`")
    param = _unwrapped(data.get("param"))
    inputs = _unwrapped(param.get("input"))
    prompt = inputs.pop("prompt", None)
    model = param.get("model") or data.get("model")
    if not isinstance(model, str) or not isinstance(prompt, str):
        return None
    callback = param.get("callBackUrl")
    callback = callback if isinstance(callback, str) else None
    return Recalled(model, prompt, inputs, callback)


def _standing(reply: Reply, job: str) -> Answer | None:
    """Return how a job stands, None if it is ready without a picture."""
    try:
        return asked(reply, job)
    except ResultError:
        return None


def _unwrapped(value: object) -> dict[str, object]:
    """Return an object that may be JSON in a string, {} for anything else."""
    inner = read_json(value) if isinstance(value, str) else value
    return dict(inner) if isinstance(inner, dict) else {}


def trouble(reply: Reply, what: str) -> AccountError | Unavailable | None:
    """Return the error that a reply to a simple question stands for, None if fine."""
    envelope = reply.envelope()
    code = reply.code(envelope)
    if code in _ACCOUNT:
        refusal = _account(code, _said(reply, envelope))
        return AccountError(refusal.why, hint=refusal.hint)
    if envelope is None or code != OK:
        return Unavailable(f"kie.ai did not tell {what}: {_said(reply, envelope)}")
    return None


def _task_id(envelope: Envelope | None) -> str | None:
    data = envelope.data if envelope else None
    task_id = data.get("taskId") if isinstance(data, dict) else None
    if isinstance(task_id, str) and TASK_ID.fullmatch(task_id):
        return task_id
    return None


def _said(reply: Reply, envelope: Envelope | None) -> str:
    """Return the code and the words of an answer in one line."""
    if envelope is None:
        start = inert(reply.body[:400].decode(errors="replace"), limit=80)
        return f"HTTP {reply.status} `{start}`" if start else f"HTTP {reply.status}"
    code = f"HTTP {reply.status}" if envelope.code is None else f"code {envelope.code}"
    return f"{code} `{envelope.message}`" if envelope.message else code


def _account(code: int, said: str) -> Refused:
    if "error code: 1010" in said:
        return Refused(
            f"the filter in front of kie.ai refuses this program's name: {said}",
            account=True,
            hint="the key may be fine; update assetgen, or ask kie.ai to let it in",
        )
    why, hint = _ACCOUNT[code]
    return Refused(f"{why}: {said}", account=True, hint=hint)


def _refusal(
    code: int, said: str, reply: Reply, envelope: Envelope | None
) -> Refused | None:
    """Return the refusal that an answer is, None if it is another thing."""
    if 300 <= reply.status < 400:  # noqa: PLR2004  the redirects of HTTP
        return Refused(
            f"kie.ai pointed elsewhere ({said}), and a purchase is never redirected",
            hint="check `KIE_BASE_URL`",
        )
    if code in _ACCOUNT:
        return _account(code, said)
    words = envelope.message if envelope and code == _SERVER_FAULT else ""
    if _NO_CREDIT.search(words):
        return _account(402, said)
    in_json = envelope is not None and code in _REFUSED_IN_JSON
    if code in _REFUSED or in_json or _INVALID.search(words):
        hint = "nothing was bought: change what it names, then build again"
        return Refused(f"kie.ai refused the request: {said}", hint=hint)
    return None


def _postponement(
    code: int, said: str, reply: Reply, envelope: Envelope | None
) -> NotSent | None:
    """Return the answer as "made nothing, ask again later", None if it is not that."""
    if code == _LIMITED:
        return NotSent(f"kie.ai limits the rate: {said}", wait=reply.wait, limited=True)
    if envelope and code == _PAUSED:
        why = f"kie.ai is being maintained: {said}"
        return NotSent(why, wait=reply.wait, paused=True)
    return None


def _doubt(code: int, said: str, envelope: Envelope | None) -> Unclear:
    if envelope and code == OK:
        return Unclear("kie.ai accepted it but named no task")
    return Unclear(f"kie.ai may have taken it: {said}")


def _record(data: dict[str, object], job: str) -> Answer:
    """Return how a job stands by the vendor's record of it."""
    about = data.get("taskId")
    if about and about != job:
        raise Unavailable(
            f"kie.ai was asked about job `{inert(job)}` and answered about another"
        )
    state, charged = data.get("state"), usd(data.get("creditsConsumed"))
    if state == "success":
        # Nothing charged for a success means that the vendor does not say.
        url = _picture(data.get("resultJson"), job)
        return Ready(url, charged or None, _seconds(data))
    if state in {"fail", "failed"}:
        why = inert(data.get("failMsg") or "the vendor gives no reason")
        return Failed(inert(data.get("failCode") or state), why, charged)
    return Pending(inert(state)) if state else Pending()


def _seconds(data: dict[str, object]) -> float | None:
    """Return how long a job took by the vendor's clock, None if it does not say.

    Both times are milliseconds since 1970; ``costTime`` is in seconds on the wire and
    in milliseconds on a page of the vendor's, and not believed.
    """
    times = data.get("createTime"), data.get("completeTime")
    began, ended = (each if type(each) is int else 0 for each in times)
    return (ended - began) / 1000 if 0 < began < ended < began + DAY else None


def _picture(result: object, job: str) -> str:
    """Return the address of the one picture that a finished job made.

    The vendor writes its result as JSON in a string: empty, ``null`` or ``{}`` when it
    has none. Two pictures where one was asked for are an error, too: taking the first
    would throw a paid one away.
    """
    value = read_json(result) if isinstance(result, str) else result
    urls = value.get("resultUrls") if isinstance(value, dict) else None
    if not isinstance(urls, list) or not all(isinstance(url, str) for url in urls):
        raise ResultError(
            f"kie.ai says that job `{inert(job)}` succeeded, but names no picture",
            hint="see the job at https://kie.ai/logs",
        )
    if len(urls) != 1:
        raise ResultError(
            f"kie.ai says that job `{inert(job)}` made {len(urls)} pictures, not one",
            hint="see the job at https://kie.ai/logs",
        )
    return str(urls[0])
