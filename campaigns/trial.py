"""This file is one trial: a small project, a vendor of its own, the real command.

The vendor lives in this process, so its account outlives whatever happens to a build.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assetgen.errors import AssetgenError
from assetgen.journal import Journal, State
from assetgen.testing.kie import KieServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assetgen.journal import Intent

MANIFEST = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
assets:
  coin: {prompt: a coin, variants: [48]}
  star: {prompt: a star}
"""
NAMES = ("coin", "star")
KILLED = -9  # what a shell calls 137
UNSURE = 5
CALLS = (
    "openat",
    "write",
    "pwrite64",
    "fsync",
    "fdatasync",
    "rename",
    "unlink",
    "connect",
    "sendto",
    "recvfrom",
)


@dataclass(frozen=True)
class Trial:
    """One project folder with its home, and the vendor that it buys from."""

    folder: Path
    server: KieServer
    checkout: str = "project"

    @property
    def project(self) -> Path:
        """Return the folder of the manifest."""
        return self.folder / self.checkout

    @property
    def home(self) -> Path:
        """Return the folder of journal and store."""
        return self.folder / "home"

    @property
    def environment(self) -> dict[str, str]:
        """Return surroundings with nothing of the machine's own settings."""
        plain = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ASSETGEN_", "KIE_")) and name != "CI"
        }
        return plain | {
            "HOME": str(self.folder),
            "ASSETGEN_HOME": str(self.home),
            "KIE_POLL_INTERVAL": "0.05",
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.server.env,
        }

    def run(
        self, *words: str, under: Sequence[str] = ()
    ) -> subprocess.CompletedProcess[str]:
        """Run the command in the project, perhaps under another one."""
        command = [*under, sys.executable, "-m", "assetgen", *words]
        return subprocess.run(
            command,
            cwd=self.project,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def build(self, under: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Build and agree to everything."""
        return self.run("build", "--yes", under=under)

    # --- what became of it -------------------------------------------------------

    def aftermath(self) -> Iterator[str]:
        """Yield what is wrong after a build that came to grief, running it to its end.

        One more build must end well, or with doubts; those are settled as a person
        would who looks at the vendor's own list, and the build after that must end
        well. Then everything must agree, and a last build must buy nothing.
        """
        again = self.build()
        if again.returncode == UNSURE:
            if self.build().returncode != UNSURE:
                yield "a doubt went away by itself"
            yield from self.settle()
            again = self.build()
        if again.returncode:
            yield f"the next build ended with {again.returncode}: {again.stderr[-400:]}"
        yield from self.accounts()
        for words in (("check",), ("cache", "verify")):
            found = self.run(*words)
            if found.returncode:
                yield f"{' '.join(words)}: {found.stdout[-300:]}{found.stderr[-300:]}"

    def doubts(self) -> list[Intent]:
        """Return the purchases of this project of which nobody knows what they are."""
        with Journal.open(self.home / "journal.db", reading=True) as journal:
            mine = journal.intents(self.project)
        return [intent for intent in mine if intent.state is State.AMBIGUOUS]

    def settle(self) -> Iterator[str]:
        """Adopt what the vendor has and resend what it has not; yield what is wrong."""
        unsure = self.doubts()
        with Journal.open(self.home / "journal.db", reading=True) as journal:
            known = {i.job for i in journal.intents() if i.job}
        spare = {t.prompt: t.id for t in self.server.account.tasks if t.id not in known}
        words = [(i.asset, spare.get(str(i.request["prompt"]))) for i in unsure]
        # What was bought first: `--resend` is said of all doubts of a name.
        adopted = [(name, "--adopt", job) for name, job in words if job]
        resent = {name: "--resend" for name, job in words if not job}
        for choice in (*adopted, *resent.items()):
            settled = self.run("resolve", *choice)
            if settled.returncode:
                yield f"resolve {choice}: {settled.stderr[-300:]}"

    def accounts(self) -> Iterator[str]:
        """Yield where vendor, journal and files disagree about what was bought."""
        calls = len(self.server.account.creates)
        if (last := self.build()).returncode:
            yield f"a build with nothing to do ended with {last.returncode}"
        if len(self.server.account.creates) != calls:
            yield "a build with nothing to do asked for a picture"
        for name in NAMES:
            accepted = self.server.account.accepted(f"a {name}")
            if accepted != 1:
                yield f"{name} was bought {accepted} times"
            receipt = self.project / "originals" / f"{name}.json"
            job = json.loads(receipt.read_text())["job"] if receipt.exists() else None
            if job not in {task.id for task in self.server.account.tasks}:
                yield f"the receipt of {name} names the job {job}"
        try:
            with Journal.open(self.home / "journal.db", reading=True) as journal:
                journal.verify()
                open_ = journal.unfinished()
        except AssetgenError as error:
            yield f"the journal: {error.message}"
        else:
            yield from (f"{i.asset} is still {i.state}" for i in open_)


@contextmanager
def trial(root: Path | None = None) -> Iterator[Trial]:
    """Yield a new trial; its folder is removed afterwards."""
    with (
        TemporaryDirectory(prefix="campaign-", dir=root) as name,
        KieServer(speed=50, latency=2, scale=0.06) as server,
    ):
        made = Trial(Path(name).resolve(), server)
        made.project.mkdir()
        (made.project / "assets.yaml").write_text(MANIFEST)
        yield made


def need(*tools: str) -> None:
    """End this program with 2 unless the tools are here."""
    for tool in tools:
        if shutil.which(tool) is None:
            sys.stderr.write(
                f"this campaign needs `{tool}`, which is not on this machine\n"
                f"hint: on Debian, `apt-get install {tool}`; it is Linux only\n"
            )
            sys.exit(2)
