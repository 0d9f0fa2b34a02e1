"""This file is the result host: pictures at addresses that need no key and expire."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from assetgen.testing.kie.account import Call
from assetgen.testing.kie.transport import TEXT, Incoming, Reply
from assetgen.testing.kie.vendor import meet, spoil

if TYPE_CHECKING:
    from assetgen.testing.kie.account import Task
    from assetgen.testing.kie.vendor import Vendor

CONTENT_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
}


class Files:
    """The host that `resultUrls` point to."""

    def __init__(self, vendor: Vendor) -> None:
        self._vendor = vendor

    def respond(self, incoming: Incoming) -> Reply:
        """Return the answer to any request."""
        found = self._vendor.located(incoming.path)
        call = Call(
            number=next(self._vendor.account.numbers),
            at=self._vendor.clock.now(),
            endpoint="file",
            method=incoming.method,
            path=incoming.path,
            query=incoming.query,
            headers=incoming.headers,
            order=dict(found[0].order) if found else {},
            task=found[0].id if found else "",
        )
        fault = meet(self._vendor, call)
        if self._vendor.blocks(call.headers.get("user-agent", "")):
            return Reply(b"error code: 1010", 403, TEXT)
        if "authorization" in call.headers:
            return Reply(b"Only one auth mechanism allowed", 400, TEXT)
        return spoil(self._serve(call, found), fault)

    def _serve(self, call: Call, found: tuple[Task, int] | None) -> Reply:
        if found is None or self._vendor.account.state(found[0]) != "success":
            return Reply(b"Not Found", 404, TEXT)
        if not self._open(call, found[0]):
            return Reply(b"Access Denied", self._vendor.switches.gone, TEXT)
        body = self._vendor.pixels(*found)
        content_type = CONTENT_TYPES[call.path.rpartition(".")[2]]
        tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        if not self._vendor.switches.ranges:
            return Reply(body, 200, content_type, (("etag", tag),))
        return _ranged(call, body, content_type, tag)

    def _open(self, call: Call, task: Task) -> bool:
        """Return whether the address still works, by its age or by its signature."""
        now, switches = self._vendor.clock.now(), self._vendor.switches
        if signature := call.query.get("X-Amz-Signature"):
            until = int(call.query.get("X-Amz-Until", "0"))
            return signature == self._vendor.sign(call.path, until) and now <= until
        return now <= task.ends + switches.url_lifetime


def _ranged(call: Call, body: bytes, content_type: str, tag: str) -> Reply:
    """Return the part of the bytes that was asked for, or all of them."""
    head = (("etag", tag), ("accept-ranges", "bytes"))
    asked = re.fullmatch(r"bytes=(\d*)-(\d*)", call.headers.get("range", ""))
    current = call.headers.get("if-range", tag) == tag
    if asked is None or not current or asked[0] == "bytes=-":
        return Reply(body, 200, content_type, head)
    if asked[1]:
        first, last = int(asked[1]), int(asked[2] or len(body) - 1)
    else:
        first, last = max(0, len(body) - int(asked[2])), len(body) - 1
    last = min(last, len(body) - 1)
    if first > last:
        unmet = ("content-range", f"bytes */{len(body)}")
        return Reply(b"", 416, TEXT, (*head, unmet))
    span = ("content-range", f"bytes {first}-{last}/{len(body)}")
    return Reply(body[first : last + 1], 206, content_type, (*head, span))
