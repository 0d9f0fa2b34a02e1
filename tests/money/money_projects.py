"""Small projects that buy from a vendor on this machine, built in process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.build import Limits
from assetgen.consent import Terms
from assetgen.journal import Journal
from assetgen.project import open_project
from assetgen.running import Options, build_project
from assetgen.sourcing import Wish

if TYPE_CHECKING:
    from pathlib import Path

    from assetgen.events import Event, Report
    from assetgen.journal import Intent
    from assetgen.project import Project
    from assetgen.receipts import Receipt
    from assetgen.testing.kie import KieServer

PRICE = Decimal("0.09")  # of one nano-banana-pro picture in 1K


@dataclass
class Shop:
    """A project folder, the vendor it buys from, and what its builds have said.

    Attributes:
        root: The folder of the manifest.
        said: Every event of the last build.
    """

    root: Path
    server: KieServer
    said: list[Event] = field(default_factory=list)

    def write(self, *names: str, head: str = "", **prompts: str) -> Shop:
        """Write a manifest: assets whose prompt is "a NAME", and others by keyword."""
        lines = [
            "version: 1",
            "defaults: {provider: kie, model: nano-banana-pro}",
            head,
            "assets:",
        ]
        words = {name: f"a {name}" for name in names} | prompts
        lines += [f"  {name}: {{prompt: {text}}}" for name, text in words.items()]
        return self.write_text("\n".join(lines) + "\n")

    def write_text(self, text: str) -> Shop:
        """Write a manifest word for word."""
        self.root.mkdir(parents=True, exist_ok=True)
        (self.root / "assets.yaml").write_text(text)
        return self

    def open(self) -> Project:
        """Open the project, its clock being the vendor's."""
        return open_project(self.root, clock=self.server.clock)

    def options(self, **changes: object) -> Options:
        """Return options of a build that may spend what it likes, unless told."""
        parts: dict[str, dict[str, object]] = {"terms": {"yes": True}, "limits": {}}
        parts["wish"] = {}
        kinds = {"terms": Terms, "limits": Limits, "wish": Wish}
        own: dict[str, object] = {}
        for name, value in changes.items():
            for part, kind in kinds.items():
                if name in kind.__dataclass_fields__:  # type: ignore[attr-defined]
                    parts[part][name] = value
                    break
            else:
                own[name] = value
        made = {part: kinds[part](**values) for part, values in parts.items()}
        return replace(Options(**made), **own)  # type: ignore[arg-type]  by name

    def build(self, *names: str, **changes: object) -> Report:
        """Build and return the report; a name that is no option fails the test."""
        self.said.clear()
        project = self.open()
        chosen = project.select(names, together=True)
        options = self.options(assets=chosen, **changes)
        return build_project(project, options, self.said.append)

    # --- what became of it -------------------------------------------------------

    def receipt(self, name: str) -> Receipt | None:
        """Return an asset's receipt as it is on the disk."""
        return self.open().originals.read(name)

    def intents(self) -> tuple[Intent, ...]:
        """Return every purchase the journal knows."""
        with self.journal() as journal:
            return journal.intents()

    def states(self) -> list[str]:
        """Return the state of every purchase, oldest first."""
        return [str(intent.state) for intent in self.intents()]

    def journal(self) -> Journal:
        """Return the journal, to read."""
        return Journal.open(self.open().settings.journal, reading=True)

    def published(self) -> set[str]:
        """Return the files of the output folder, the index aside."""
        folder = self.root / "output"
        found = (path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix() for path in found} - {"index.json"}


def statuses(report: Report) -> dict[str, str]:
    """Return the status of every asset of a report."""
    return {outcome.asset: str(outcome.status) for outcome in report.outcomes}


def creates(shop: Shop) -> int:
    """Return how many createTask calls the vendor has seen, refused ones included."""
    return len(shop.server.account.creates)


def paid(shop: Shop) -> int:
    """Return how many tasks the vendor has accepted, asserting none was twice."""
    assert shop.server.account.duplicates == ()
    return len(shop.server.account.tasks)
