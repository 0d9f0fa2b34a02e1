"""A person who reviews: types real commands in process, and looks at what is left."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assetgen.cli.boundary import run
from assetgen.digest import digest_bytes
from assetgen.journal import Journal
from assetgen.project import open_project

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from assetgen.journal import Intent
    from assetgen.originals import Originals
    from assetgen.plan import AssetPlan
    from assetgen.project import Project
    from assetgen.receipts import Receipt
    from assetgen.testing.kie import KieServer

HEAD = "version: 1\ndefaults: {provider: kie, model: nano-banana-pro}\nassets:\n"


@dataclass
class Reviewer:
    """One person in one project.

    Attributes:
        root: The folder of the manifest, and the working directory.
        out, err: What the last command said.
    """

    root: Path
    server: KieServer
    capsys: pytest.CaptureFixture[str]
    out: str = ""
    err: str = ""

    def write(self, **prompts: str) -> None:
        """Write a manifest of assets that kie draws, by name and prompt."""
        lines = [f"  {name}: {{prompt: {text}}}" for name, text in prompts.items()]
        self.write_text(HEAD + "\n".join(lines) + "\n")

    def write_text(self, text: str) -> None:
        """Write a manifest word for word."""
        (self.root / "assets.yaml").write_text(text)

    # --- at the terminal ---------------------------------------------------------

    def run(self, *words: str, exits: int = 0) -> str:
        """Type a command, which must exit as told; return what it printed."""
        self.capsys.readouterr()
        code = run(words)
        self.out, self.err = self.capsys.readouterr()
        assert code == exits, f"{words} exits {code}\n{self.out}\n{self.err}"
        return self.out

    def json(self, *words: str, exits: int = 0) -> dict[str, Any]:
        """Type a command with `--json` and return the object it printed."""
        found = json.loads(self.run(*words, "--json", exits=exits))
        assert isinstance(found, dict)
        return found

    def build(self, *words: str, exits: int = 0) -> None:
        """Build, agreeing to the price."""
        self.run("build", "--yes", *words, exits=exits)

    # --- what is left ------------------------------------------------------------

    def open(self) -> Project:
        """Open the project."""
        return open_project(self.root)

    @property
    def originals(self) -> Originals:
        """Return the folder of bought pictures."""
        return self.open().originals

    def receipt(self, name: str = "coin") -> Receipt:
        """Return a receipt, proved to name the picture that stands beside it."""
        originals = self.originals
        receipt = originals.read(name)
        assert receipt is not None
        picture = originals.picture(receipt)
        assert picture is not None
        assert digest_bytes(picture) == receipt.sha256
        return receipt

    def planned(self, name: str = "coin") -> AssetPlan:
        """Return what the next build would do to an asset."""
        project = self.open()
        with project.remembered() as knowledge:
            plan = project.plan(knowledge, assets=[project.one(name)])
        return plan.assets[0]

    def intents(self) -> tuple[Intent, ...]:
        """Return every purchase that the journal knows."""
        with Journal.open(self.open().settings.journal, reading=True) as journal:
            return journal.intents()

    def states(self) -> list[str]:
        """Return the state of every purchase, oldest first."""
        return [str(intent.state) for intent in self.intents()]

    @property
    def bought(self) -> int:
        """Return how many tasks the vendor has accepted."""
        return len(self.server.account.tasks)
