"""This file is the vendor behind both hosts: its account, its habits, its pictures."""

from __future__ import annotations

import hashlib
import hmac
import re
import uuid
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assetgen.testing.kie.behaviours import Body, Cut, Length, Page, Reset, Slow
from assetgen.testing.kie.models import MODELS
from assetgen.testing.kie.scenario import Scenario
from assetgen.testing.kie.shown import Painting, Shown
from assetgen.testing.kie.transport import HTML, Reply
from assetgen.testing.pictures import colours_of, look_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from assetgen.testing.clock import FastClock
    from assetgen.testing.kie.account import Account, Call, Task
    from assetgen.testing.kie.behaviours import Fault
    from assetgen.testing.kie.switches import Switches

SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}
ADDRESS = re.compile(r"/p/([0-9a-f]{32})_(\d+)_\d+\.\w+")
EDGE_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>api.kie.ai | {status}</title></head>\n"
    "<body><h1>Error {status}</h1><p>Ray ID: {ray}</p></body></html>\n"
)


@dataclass(slots=True)
class Vendor:
    """What the API and the result host share."""

    clock: FastClock
    account: Account
    switches: Switches
    files_url: str = ""
    scenario: Scenario = field(default_factory=Scenario)
    secret: bytes = field(default_factory=lambda: uuid.uuid4().bytes)
    shown: Shown = field(default_factory=Shown)

    def blocks(self, agent: str) -> bool:
        """Return whether the network edge bans a user agent."""
        return agent.startswith(self.switches.blocked_agents)

    def urls(self, task: Task) -> list[str]:
        """Return the addresses of a task's pictures."""
        suffix = task.fate.suffix or SUFFIXES[_format(task)]
        stamp = round(task.ends * 1000)
        return [
            f"{self.files_url}/p/{task.id}_{number}_{stamp}.{suffix}"
            for number in range(1, task.fate.pictures + 1)
        ]

    def located(self, path: str) -> tuple[Task, int] | None:
        """Return the task and the number of the picture at a path."""
        match = ADDRESS.fullmatch(path)
        task = self.account.find(match[1]) if match else None
        if match is None or task is None:
            return None
        number = int(match[2])
        return (task, number) if 1 <= number <= task.fate.pictures else None

    def pixels(self, task: Task, number: int) -> bytes:
        """Return the bytes of one picture: always the same for one task."""
        width, height = task.fate.size or MODELS[task.model].size(task.input)
        scale = self.switches.scale
        transparent = task.input.get("background") == "transparent"
        painting = Painting(
            (max(1, round(width * scale)), max(1, round(height * scale))),
            task.fate.look or look_of(task.prompt, transparent=transparent),
            colours_of(task.prompt),
            _format(task),
            seed=f"{task.prompt}/{task.nth}/{number}",
        )
        shown = [self.seen(url) for url in pictures_of(task.input)]
        if not shown or shown[0] is None or task.fate.look:
            return self.shown.draw(painting)
        other = replace(painting, look="subject")
        return self.shown.again(shown[0], other, task.prompt, task.fate.drift)

    def seen(self, url: str) -> bytes | None:
        """Return the picture at an address of an upload, None if it is not kept."""
        path = urlsplit(url).path
        found = self.shown.brought(path) if url.startswith(self.files_url) else None
        if found is None:
            return None
        data, since = found
        kept = self.clock.now() <= since + self.switches.upload_lifetime
        return data if kept else None

    def sign(self, path: str, until: int) -> str:
        """Return the signature of a fresh address that works until then."""
        text = f"{path}?{until}".encode()
        return hmac.new(self.secret, text, hashlib.sha256).hexdigest()


def pictures_of(inputs: Mapping[str, object]) -> list[str]:
    """Return the addresses of the pictures that a task is shown."""
    return [
        str(url)
        for value in inputs.values()
        if isinstance(value, list)
        for url in value
    ]


def meet(vendor: Vendor, call: Call) -> Fault | None:
    """Note a call and return the fault that it meets; the first thing a host does."""
    vendor.account.note(call)
    return vendor.scenario.fault(call)


def spoil(reply: Reply, fault: Fault | None) -> Reply:  # noqa: PLR0911 one per fault
    """Return a reply as a fault leaves it; `Refuse` is the API's own to make."""
    match fault:
        case Page(status, _, headers):
            page = EDGE_PAGE.format(status=status, ray=uuid.uuid4().hex[:16])
            return Reply(page.encode(), status, HTML, headers)
        case Body(body, status, _, content_type):
            return Reply(body, status, content_type)
        case Reset():
            return Reply(reset=True)
        case Cut(keep):
            return replace(reply, keep=keep)
        case Length(off):
            return replace(reply, off=off)
        case Slow(before, during):
            return replace(reply, before=before, during=during)
    return reply


def _format(task: Task) -> str:
    if task.fate.file_format:
        return task.fate.file_format
    if task.fate.look == "cutout" or task.input.get("background") == "transparent":
        return "PNG"
    return MODELS[task.model].format_of(task.input)
