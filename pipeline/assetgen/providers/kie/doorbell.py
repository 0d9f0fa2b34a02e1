"""This file is what a callback of kie.ai says: whether it is theirs, and which task.

The signature covers ``taskId.timestamp`` and not the body
(https://docs.kie.ai/common-api/webhook-verification), so of a body only the task's id
is read, and a body that gives it twice must give it alike.
"""

from __future__ import annotations

import base64
import hmac
import ipaddress
import json
import re
from typing import TYPE_CHECKING

from assetgen.errors import UsageError
from assetgen.providers.callback import NotTheirs
from assetgen.providers.kie.address import is_public
from assetgen.providers.kie.reply import TASK_ID
from assetgen.providers.kie.settings import is_loopback

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assetgen.providers.callback import Call

TIMESTAMP = "x-webhook-timestamp"
SIGNATURE = "x-webhook-signature"
# No page documents these; should one of them come, it has to agree with the body.
ID_HEADERS = ("x-webhook-task-id", "x-webhook-taskid", "x-task-id")

# kie.ai documents no window. Other vendors' default for what is old is five minutes;
# a clock of ours that runs behind makes a call look as if it came from the future.
OLDEST = 300
EARLIEST = 60

# Where the shapes of kie.ai and its family keep the id: (in `data`, name).
_IDS = ((True, "taskId"), (True, "task_id"), (False, "taskId"), (False, "task_id"))
_SECONDS = re.compile(r"[0-9]{1,12}")
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9-]{1,63})+")
# Names that stand for no host on the Internet (RFC 6761, 6762, 8375, ICANN's internal).
_LOCAL = (".localhost", ".local", ".internal", ".home.arpa", ".test", ".invalid")


def task_of(call: Call, keys: Sequence[str], now: float) -> str:
    """Return the id of the task that a callback is about.

    Args:
        call: What was posted.
        keys: The keys that may have signed it; empty where no signature is asked for.
        now: Seconds since 1970.

    Raises NotTheirs with status 401 where a signature is asked for, else 400.
    """
    status = 401 if keys else 400
    task = _task(call, status)
    if keys:
        _verify(call, task, keys, now)
    return task


def signature(key: str, task: str, timestamp: str) -> str:
    """Return what kie.ai writes into ``X-Webhook-Signature``."""
    message = f"{task}.{timestamp}".encode()
    digest = hmac.digest(key.encode(), message, "sha256")
    return base64.b64encode(digest).decode()


def check_address(url: str, *, loopback: bool) -> None:
    """Raise UsageError unless kie.ai may be told to call there.

    It must be an https address of a host on the Internet, judged by its name alone;
    it is the vendor who resolves it. `loopback` says that the vendor is on this
    machine: then this machine may be called, too, without encryption.
    """
    from httpx2 import URL, InvalidURL  # noqa: PLC0415  slow, and rarely needed

    if any(char.isspace() or not char.isprintable() or char == "\\" for char in url):
        raise _refused("is not an address")
    try:
        parsed = URL(url)
    except InvalidURL:
        raise _refused("is not an address") from None
    here = loopback and is_loopback(parsed.host)
    if not parsed.host or parsed.scheme not in (
        {"http", "https"} if here else {"https"}
    ):
        raise _refused("is not an https address")
    if parsed.userinfo or parsed.query or parsed.fragment or "?" in url or "#" in url:
        raise _refused("has more than a host and a path")
    if not here and not _on_the_internet(parsed.raw_host.decode("ascii")):
        raise _refused("is not an address on the Internet")


def _task(call: Call, status: int) -> str:
    """Return the one task id of a call; raises NotTheirs if there are two or none."""
    try:
        body = json.loads(call.body, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        raise NotTheirs("the body is not JSON that can be believed", status) from None
    if not isinstance(body, dict):
        raise NotTheirs("the body is not a JSON object", status)
    inner = body.get("data")
    places = {True: inner if isinstance(inner, dict) else {}, False: body}
    found = [places[inside][name] for inside, name in _IDS if name in places[inside]]
    if not found and "id" in body:
        found = [body["id"]]
    found += [value for name in ID_HEADERS for value in call.values(name)]
    task = found[0] if found else None
    if not isinstance(task, str) or not TASK_ID.fullmatch(task):
        raise NotTheirs("the body names no task", status)
    if any(other != task for other in found):
        raise NotTheirs("the call names two tasks", status)
    return task


def _verify(call: Call, task: str, keys: Sequence[str], now: float) -> None:
    """Raise NotTheirs unless one of the keys has signed the task's id, lately."""
    times, signatures = call.values(TIMESTAMP), call.values(SIGNATURE)
    if len(times) != 1 or len(signatures) != 1:
        raise NotTheirs("it is not signed, or twice", 401)
    if not _SECONDS.fullmatch(times[0]):
        raise NotTheirs("its time is no number of seconds", 401)
    given = signatures[0].encode("utf-8", "surrogateescape")
    # Every key is tried, so that the time taken tells nothing about any of them.
    matches = [
        hmac.compare_digest(signature(key, task, times[0]).encode(), given)
        for key in keys
    ]
    if not any(matches):
        raise NotTheirs("its signature is wrong", 401)
    if not -EARLIEST <= now - int(times[0]) <= OLDEST:
        raise NotTheirs("it is too old, or from the future", 401)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Return an object; raises ValueError if it has a name twice."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name comes twice")
    return made


def _on_the_internet(host: str) -> bool:
    """Return whether a host is a public address, or a name that could have one.

    The short, octal and hexadecimal spellings of IPv4 addresses are none.
    """
    try:
        return is_public(ipaddress.ip_address(host))
    except ValueError:
        name = host.lower().removesuffix(".")
    if not _NAME.fullmatch(name) or _NUMBER.fullmatch(name.rpartition(".")[2]):
        return False
    return not name.endswith(_LOCAL)


def _refused(why: str) -> UsageError:
    return UsageError(
        f"the address of `--webhook` {why}",
        hint="kie.ai has to reach it, as in `https://bell.example.com/kie`; a tunnel "
        "such as cloudflared gives one",
    )
