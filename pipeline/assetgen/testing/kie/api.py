"""This file is the API host: createTask, recordInfo, the balance, fresh addresses.

Order of judgement, as at the real one: the network edge, a scripted fault, the key, the
rate limit, and only then the request itself. A further endpoint is one more row of
`ROUTES` and one more method.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assetgen.testing.kie.account import Call, Endpoint, Task
from assetgen.testing.kie.behaviours import MEDIA, PAUSED, WORDS, Refuse
from assetgen.testing.kie.limits import SlidingWindow
from assetgen.testing.kie.models import MODELS, REQUIRED
from assetgen.testing.kie.records import json_number, record
from assetgen.testing.kie.shown import FOLDER, form_of
from assetgen.testing.kie.transport import TEXT, Incoming, Reply
from assetgen.testing.kie.vendor import meet, pictures_of, spoil

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.testing.kie.callbacks import Caller
    from assetgen.testing.kie.vendor import Vendor

ROUTES: Mapping[tuple[str, str], Endpoint] = {
    ("POST", "/api/v1/jobs/createTask"): "create",
    ("GET", "/api/v1/jobs/recordInfo"): "poll",
    ("GET", "/api/v1/chat/credit"): "credit",
    ("POST", "/api/v1/common/download-url"): "download-url",
    ("POST", "/api/file-stream-upload"): "upload",
}
UNKNOWN_TASK = "recordInfo is null"


class Api:
    """The host behind `KIE_BASE_URL`."""

    def __init__(self, vendor: Vendor, caller: Caller) -> None:
        self._vendor = vendor
        self._caller = caller
        self._creates = SlidingWindow(10.0)
        self._polls = SlidingWindow(1.0)
        self._endpoints = {
            "create": self._create,
            "poll": self._poll,
            "credit": self._credit,
            "download-url": self._fresh_url,
            "upload": self._upload,
            "unknown": self._unknown,
        }

    def respond(self, incoming: Incoming) -> Reply:
        """Return the answer to any request."""
        call = self._call(incoming)
        fault = meet(self._vendor, call)
        if self._vendor.blocks(call.headers.get("user-agent", "")):
            return Reply(b"error code: 1010", 403, TEXT)
        if fault is None:
            reply = self._judge(call)
        else:
            reply = self._judge(call) if fault.made else Reply()
            if isinstance(fault, Refuse):
                reply = self._refusal(call, fault)
            reply = spoil(reply, fault)
        lag = self._vendor.switches.lag
        return replace(reply, before=reply.before + lag)

    def _call(self, incoming: Incoming) -> Call:
        """Return a request as the account keeps it, with what it is about."""
        endpoint = ROUTES.get((incoming.method, incoming.path), "unknown")
        order, task_id = _object(incoming.body), ""
        if endpoint == "poll":
            task_id = incoming.query.get("taskId", "")
            task = self._vendor.account.find(task_id)
            order = dict(task.order) if task else {}
        scheme, _, key = incoming.headers.get("authorization", "").partition(" ")
        return Call(
            number=next(self._vendor.account.numbers),
            at=self._vendor.clock.now(),
            endpoint=endpoint,
            method=incoming.method,
            path=incoming.path,
            query=incoming.query,
            headers=incoming.headers,
            body=incoming.body,
            key=key if scheme == "Bearer" else "",
            order=order,
            task=task_id,
        )

    def _judge(self, call: Call) -> Reply:
        switches, now = self._vendor.switches, self._vendor.clock.now()
        if call.key not in self._vendor.account.purses:
            return self._error(call, 401)
        if call.endpoint == "create":
            admitted = self._creates.admits(call.key, now, switches.creates_per_10s)
        elif call.endpoint == "poll":
            admitted = self._polls.admits(call.key, now, switches.polls_per_s)
        else:
            admitted = True
        return (
            self._endpoints[call.endpoint](call) if admitted else self._error(call, 429)
        )

    # --- endpoints --------------------------------------------------------------

    def _create(self, call: Call) -> Reply:
        sheet = MODELS.get(call.model)
        if not call.model or not isinstance(call.order.get("input"), dict):
            return self._error(call, 500, REQUIRED)
        if sheet is None:
            return self._error(call, 422)
        if call.model in self._vendor.switches.paused:
            return self._error(call, 422, PAUSED)
        if problem := sheet.problem(call.input):
            return self._error(call, 500, problem)
        fate = self._vendor.scenario.fate(call) or self._vendor.switches.fate
        latency = fate.latency(call) if callable(fate.latency) else fate.latency
        if any(self._vendor.seen(url) is None for url in pictures_of(call.input)):
            fate = replace(fate, fail=MEDIA)
        born = self._vendor.clock.now()
        task = Task(
            id=uuid.uuid4().hex,
            key=call.key,
            order=call.order,
            born=born,
            ends=born + latency,
            credits=sheet.price(call.input),
            fate=fate,
        )
        unknown = [name for name in call.input if name not in sheet.rules]
        kept = self._vendor.account.accept(task, unknown)
        if kept is None:
            return self._error(call, 402)
        self._caller.expect(kept)
        return self._ok({"taskId": task.id, "recordId": task.id})

    def _poll(self, call: Call) -> Reply:
        if not call.task:
            return self._error(call, 400)
        task, now = self._vendor.account.find(call.task), self._vendor.clock.now()
        if task is None or task.key != call.key or now < task.born + task.fate.hidden:
            return self._error(call, 422, UNKNOWN_TASK)
        if self._vendor.account.dead(task):
            return self._error(call, 408)
        newer = self._vendor.switches.newer_fields
        return self._ok(record(task, now, self._vendor.urls(task), newer=newer))

    def _credit(self, call: Call) -> Reply:
        # The real one answers 401 to this GET unless it names a content type.
        if "content-type" not in call.headers:
            return self._error(call, 401)
        return self._ok(json_number(self._vendor.account.balance_of(call.key)))

    def _fresh_url(self, call: Call) -> Reply:
        """Answer with an address that works for 20 minutes, while the media is kept."""
        url = str(call.order.get("url") or "")
        path, now = urlsplit(url).path, self._vendor.clock.now()
        found = self._vendor.located(path) if self._ours(url) else None
        if found is None or now > found[0].ends + self._vendor.switches.media_lifetime:
            return self._error(call, 422, "url is wrong")
        lifetime = int(self._vendor.switches.fresh_lifetime)
        until = int(now) + lifetime
        signature = self._vendor.sign(path, until)
        return self._ok(
            f"{self._vendor.files_url}{path}?X-Amz-Expires={lifetime}"
            f"&X-Amz-Until={until}&X-Amz-Signature={signature}"
        )

    def _upload(self, call: Call) -> Reply:
        """Keep a file of a form; the answer is nested, as the real one's is."""
        form = form_of(call.headers, call.body)
        folder = form.get("uploadPath", b"").decode()
        if "file" not in form or not folder:
            return self._error(call, 400, "uploadPath is required")
        name = form.get("fileName", b"").decode() or f"{uuid.uuid4().hex}.bin"
        path = f"{FOLDER}/{folder}/{name}"
        self._vendor.shown.bring(f"/{path}", form["file"], self._vendor.clock.now())
        data = {
            "success": True,
            "fileName": name,
            "filePath": path,
            "downloadUrl": f"{self._vendor.files_url}/{path}",
            "fileSize": len(form["file"]),
        }
        head: dict[str, object] = {"success": True, "code": 200}
        return self._envelope(head, "File uploaded successfully", data)

    def _unknown(self, call: Call) -> Reply:
        return self._error(call, 404)

    def _ours(self, url: str) -> bool:
        return url.startswith(f"{self._vendor.files_url}/")

    # --- the envelope -----------------------------------------------------------

    def _ok(self, data: object) -> Reply:
        return self._envelope({"code": 200}, "success", data)

    def _error(self, call: Call, code: int, msg: str | None = None) -> Reply:
        return self._refusal(call, Refuse(code, msg))

    def _refusal(self, call: Call, refuse: Refuse) -> Reply:
        words = (
            refuse.msg if refuse.msg is not None else WORDS.get(refuse.code, "error")
        )
        self._vendor.account.refuse(call, refuse.code, words)
        as_status = refuse.code if self._vendor.switches.http_status else 200
        return self._envelope(
            {"code": refuse.code},
            words,
            None,
            status=refuse.status or as_status,
            headers=refuse.headers,
        )

    def _envelope(
        self,
        head: dict[str, object],
        words: str,
        data: object,
        *,
        status: int = 200,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> Reply:
        switches = self._vendor.switches
        body = {**head, switches.message_key: words}
        if data is not None or switches.data_on_errors:
            body["data"] = data
        cookie = f"JSESSIONID={uuid.uuid4().hex.upper()}; Path=/; HttpOnly"
        return Reply(
            json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode(),
            status,
            headers=(("set-cookie", cookie), *headers),
        )


def _object(body: bytes) -> dict[str, object]:
    """Return a JSON object, empty for anything else."""
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
