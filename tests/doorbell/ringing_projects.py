"""Small projects with a doorbell, built in process, and raw callers at their door."""

from __future__ import annotations

import http.client
import json
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assetgen.consent import Terms
from assetgen.events import Submitted
from assetgen.journal import Journal
from assetgen.listening import Webhook
from assetgen.project import open_project
from assetgen.running import Options, build_project

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.events import Event, Report
    from assetgen.journal import Intent
    from assetgen.testing.kie import KieServer, Task


@dataclass
class Bellhouse:
    """A project folder, the vendor it buys from, and the port that it calls.

    Attributes:
        said: Every event of the last build.
        rung: Whether the vendor is told where to call.
    """

    root: Path
    server: KieServer
    port: int
    said: list[Event] = field(default_factory=list)
    rung: bool = True

    @property
    def webhook(self) -> Webhook:
        """Return where the vendor calls."""
        return Webhook(f"http://127.0.0.1:{self.port}/bell")

    def write(self, *names: str) -> Bellhouse:
        """Write a manifest: assets whose prompt is "a NAME"."""
        lines = ["version: 1", "defaults: {provider: kie, model: nano-banana-pro}"]
        lines += ["assets:", *(f"  {name}: {{prompt: a {name}}}" for name in names)]
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "assets.yaml").write_text("\n".join(lines) + "\n")
        return self

    def build(self) -> Report:
        """Build and return the report; the clock is the vendor's."""
        self.said.clear()
        project = open_project(self.root, clock=self.server.clock)
        webhook = self.webhook if self.rung else None
        options = Options(terms=Terms(yes=True), webhook=webhook)
        return build_project(project, options, self.said.append)

    def intents(self) -> tuple[Intent, ...]:
        """Return every purchase the journal knows."""
        settings = open_project(self.root).settings
        with Journal.open(settings.journal, reading=True) as journal:
            return journal.intents()

    def states(self) -> list[str]:
        """Return the state of every purchase, oldest first."""
        return [str(intent.state) for intent in self.intents()]

    def task(self, prompt: str = "") -> Task:
        """Return the first task with those words."""
        return next(t for t in self.server.account.tasks if prompt in t.prompt)

    def polls_of(self, task: Task) -> int:
        """Return how often a task was asked about."""
        return sum(call.task == task.id for call in self.server.account.polls)

    def answered(self, count: int) -> list[int | None]:
        """Return how so many calls were answered; the last may still be on its way."""
        end = time.monotonic() + 5
        while len(self.server.account.rings) < count and time.monotonic() < end:
            time.sleep(0.01)
        return [ring.status for ring in self.server.account.rings]

    def submitted(self) -> list[str]:
        """Return the jobs that the last build said it has bought."""
        return [each.job for each in self.said if isinstance(each, Submitted)]


def statuses(report: Report) -> dict[str, str]:
    """Return the status of every asset of a report."""
    return {outcome.asset: str(outcome.status) for outcome in report.outcomes}


def post(
    url: str, body: object = b"", *, method: str = "POST", **headers: str
) -> tuple[int, dict[str, object]]:
    """Send one request; return the status and the JSON of the answer."""
    parts = urlsplit(url)
    line = http.client.HTTPConnection(parts.netloc, timeout=10)
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    try:
        line.request(method, parts.path, data, named)
        answer = line.getresponse()
        text = answer.read()
        return answer.status, json.loads(text) if text else {}
    finally:
        line.close()
