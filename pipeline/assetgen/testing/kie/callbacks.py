"""This file is the vendor calling back: shapes, signatures, repetitions and lies.

A task whose order has a ``callBackUrl`` gets the callbacks of its `Fate`, each at its
own time. As documented, an answer other than 200, or none within 15 s, is called again,
three times in all. Nothing leaves the machine: an address that does not name this one
is noted and not called.
"""

from __future__ import annotations

import base64
import heapq
import hmac
import http.client
import itertools
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assetgen.testing.kie.account import Ring
from assetgen.testing.kie.records import record
from assetgen.testing.kie.transport import PULSE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.testing.kie.account import Task
    from assetgen.testing.kie.behaviours import Callback
    from assetgen.testing.kie.vendor import Vendor

HERE = {"127.0.0.1", "localhost", "::1"}
ATTEMPTS = 3
TIMEOUT = 15.0
# Real seconds that any client gets to answer, however fast the server's clock runs.
GRACE = 5.0
CALLERS = 32
STALE = 3600


class Caller:
    """Calls back for all tasks of one server, in threads of its own.

    Attributes:
        crashes: Bugs of this file, for `KieServer.stop` to raise.
    """

    def __init__(self, vendor: Vendor) -> None:
        self.crashes: list[BaseException] = []
        self._vendor = vendor
        self._due: list[tuple[float, int, Task, Callback]] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._pool = ThreadPoolExecutor(CALLERS, thread_name_prefix="callbacks")
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        """Begin to call."""
        self._thread.start()

    def stop(self) -> None:
        """Call nobody any more; waits for the calls that are under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def expect(self, task: Task) -> None:
        """Call back about a task at the times that its fate says."""
        if not task.order.get("callBackUrl"):
            return
        with self._lock:
            for callback in task.fate.callbacks:
                for _ in range(callback.times):
                    at = max(task.born, task.ends + callback.after)
                    heapq.heappush(self._due, (at, next(self._numbers), task, callback))

    def _run(self) -> None:
        while not self._stopping.wait(PULSE):
            now = self._vendor.clock.now()
            with self._lock:
                while self._due and self._due[0][0] <= now:
                    _, _, task, callback = heapq.heappop(self._due)
                    self._pool.submit(self._call, task, callback)

    def _call(self, task: Task, callback: Callback) -> None:
        """Call until it is heard, or often enough."""
        try:
            for _ in range(ATTEMPTS):
                if self._post(task, callback) == http.client.OK:
                    return
                if self._stopping.wait(1.0 / self._vendor.clock.speed):
                    return
        except Exception as crash:  # noqa: BLE001  a thread has nobody to tell
            self.crashes.append(crash)

    def _post(self, task: Task, callback: Callback) -> int | None:
        """Call once; return the HTTP status of the answer, None if there is none."""
        url = str(task.order["callBackUrl"])
        body = json.dumps(payload(task, callback, self._vendor)).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "kie"}
        headers |= self._signed(callback.task or task.id, callback)
        parts = urlsplit(url)
        status = None
        if parts.hostname in HERE and parts.scheme == "http":
            timeout = max(GRACE, TIMEOUT / self._vendor.clock.speed)
            line = http.client.HTTPConnection(parts.netloc, timeout=timeout)
            try:
                line.request("POST", parts.path or "/", body, headers)
                status = line.getresponse().status
            except (OSError, http.client.HTTPException):
                status = None
            finally:
                line.close()
        now = self._vendor.clock.now()
        self._vendor.account.rang(Ring(now, task.id, url, status, body))
        return status

    def _signed(self, task: str, callback: Callback) -> Mapping[str, str]:
        """Return the headers of a signature, if the account has a key for it."""
        key = self._vendor.switches.hmac_key
        if key is None or callback.signature == "none":
            return {}
        at = int(self._vendor.clock.now())
        at -= STALE if callback.signature == "stale" else 0
        key += "?" if callback.signature == "wrong" else ""
        digest = hmac.digest(key.encode(), f"{task}.{at}".encode(), "sha256")
        return {
            "X-Webhook-Timestamp": str(at),
            "X-Webhook-Signature": base64.b64encode(digest).decode(),
        }


def payload(task: Task, callback: Callback, vendor: Vendor) -> dict[str, object]:
    """Return the body of a callback, in the shape and with the news it is to have."""
    name = callback.task or task.id
    failed = (callback.state or task.state(task.ends)) == "fail"
    urls = list(callback.urls or vendor.urls(task))
    match callback.shape:
        case "A":
            news: dict[str, object] = {"status": "failed" if failed else "completed"}
            return {"taskId": name, **news, "output": {"image_urls": urls}}
        case "B":
            kind = "error" if failed else "complete"
            tracks = None if failed else [{"audio_url": url} for url in urls]
            news = {"callbackType": kind, "task_id": name, "data": tracks}
            return {"code": 200, "msg": "All generated successfully.", "data": news}
        case "D":
            info = None if failed else {"resultImageUrl": urls[0], "result_urls": urls}
            return _said({"taskId": name, "info": info}, 501 if failed else 200)
        case "E":
            answer = None if failed else {"resultImageUrl": urls[0]}
            news = {"successFlag": 3 if failed else 1, "errorCode": int(failed)}
            return _said({"taskId": name, **news, "response": answer})
        case "F":
            news = {"task_id": name, "callbackType": "task_completed"}
            return {"code": 200, "msg": "Success", "taskId": name, "data": news}
    return _market(task, name, urls, vendor, failed=failed)


def _market(
    task: Task, name: str, urls: list[str], vendor: Vendor, *, failed: bool
) -> dict[str, object]:
    """Return shape C, which all market models have: recordInfo's own fields."""
    newer = vendor.switches.newer_fields
    data = record(task, task.ends, urls, newer=newer) | {"taskId": name}
    if failed and data["state"] != "fail":
        data |= {"state": "fail", "failCode": "500", "failMsg": "Internal Error"}
    elif not failed:
        data |= {"state": "success", "resultJson": json.dumps({"resultUrls": urls})}
    if failed:
        data["resultJson"] = None
        return {"code": 501, "msg": "Playground task failed.", "data": data}
    return {
        "code": 200,
        "msg": "Playground task completed successfully.",
        "data": data,
    }


def _said(data: dict[str, object], code: int = 200) -> dict[str, object]:
    return {"code": code, "msg": "success", "data": data}
