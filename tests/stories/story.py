"""This file is a story's hands: a project in a folder of its own, and a real shell.

A `Story` types the real command line, edits files as a person would, and looks at what
is left: the exit code, the words, the files, and the vendor's account. It never imports
what it tests; the vendor on this machine is `assetgen.testing.kie`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sysconfig
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from assetgen.testing.kie import KieServer

ASSETGEN = Path(sysconfig.get_path("scripts")) / "assetgen"
PATIENCE = 60  # seconds; a command that takes longer hangs


@dataclass(frozen=True)
class Result:
    """What one command said: its exit code, stdout and stderr."""

    exit: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Return the object on stdout; while building, the last line is the report."""
        try:
            found = json.loads(self.out)
        except ValueError:
            found = json.loads(self.out.strip().rpartition("\n")[2])
        assert isinstance(found, dict), f"an object was expected: {self.out}"
        return found

    @property
    def said(self) -> str:
        """Return everything that a person saw."""
        return self.out + self.err


@dataclass(frozen=True)
class Story:
    """One person at one computer, in one checkout of a project.

    Attributes:
        folder: The project.
        home: Their `ASSETGEN_HOME`.
        vendor: The vendor that all persons of a story share; its account is the truth.
        key: Their key, None if they have none.
        setting: Further environment variables.
    """

    folder: Path
    home: Path
    vendor: KieServer
    key: str | None = None
    setting: dict[str, str] = field(default_factory=dict)

    # --- at the terminal ---------------------------------------------------------

    def run(self, *words: str, exits: int = 0, **variables: str) -> Result:
        """Type `assetgen WORDS…` and return what it said; it must exit as told."""
        command = [str(ASSETGEN), *words]
        with self.start(*words, **variables) as process:
            try:
                out, err = process.communicate(timeout=PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                out, err = process.communicate()
                pytest.fail(f"{command} hangs\n--- stdout\n{out}\n--- stderr\n{err}")
        assert process.returncode == exits, (
            f"`assetgen {' '.join(words)}` exits {process.returncode}, not {exits}\n"
            f"--- stdout\n{out}\n--- stderr\n{err}"
        )
        assert "Traceback" not in err, f"nobody reads a traceback:\n{err}"
        return Result(process.returncode, out, err)

    def start(self, *words: str, **variables: str) -> subprocess.Popen[str]:
        """Type a command and do not wait for it."""
        return subprocess.Popen(
            [str(ASSETGEN), *words],
            cwd=self.folder,
            env=self._environment() | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    def git(self, *words: str, exits: int = 0) -> str:
        """Type `git WORDS…` in the project and return what it printed."""
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            encoding="utf-8",
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == exits, f"git {words}: {done.stdout}{done.stderr}"
        return done.stdout

    def commit(self, message: str) -> None:
        """Commit the whole project; the first time, make a repository of it."""
        if not (self.folder / ".git").exists():
            self.git("init", "--quiet", "--initial-branch=main")
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)

    # --- other people, other circumstances ---------------------------------------

    def clone(self, name: str = "colleague") -> Story:
        """Return a colleague with a fresh `git clone`: another home, and no key."""
        folder = self.folder.parent / name
        self.git("clone", "--quiet", str(self.folder), str(folder))
        return replace(self, folder=folder, home=self.home.parent / name, key=None)

    def with_key(self, key: str | None = None) -> Story:
        """Return this person with a key (default: the vendor's first)."""
        return replace(self, key=key or self.vendor.key)

    def without_key(self) -> Story:
        """Return this person without any key."""
        return replace(self, key=None)

    # --- files -------------------------------------------------------------------

    def path(self, name: str) -> Path:
        """Return the path of a project file."""
        return self.folder / name

    def text(self, name: str) -> str:
        """Return the text of a project file."""
        return self.path(name).read_text(encoding="utf-8")

    def write(self, name: str, content: str | bytes) -> None:
        """Write a project file."""
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(data)

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands exactly once in a project file."""
        text = self.text(name)
        assert text.count(old) == 1, f"`{old}` is {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def delete(self, name: str) -> None:
        """Delete a project file or folder."""
        path = self.path(name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()

    def files(self, folder: str = "output") -> list[str]:
        """Return the files below a folder, sorted; [] if there is no such folder."""
        root = self.path(folder)
        found = (path for path in root.rglob("*") if path.is_file())
        return sorted(path.relative_to(root).as_posix() for path in found)

    def digests(self, folder: str = "output") -> dict[str, str]:
        """Return the SHA-256 of every file below a folder."""
        root = self.path(folder)
        return {name: digest(root / name) for name in self.files(folder)}

    def times(self, folder: str = "output") -> dict[str, int]:
        """Return the modification time of every file below a folder."""
        root = self.path(folder)
        return {name: (root / name).stat().st_mtime_ns for name in self.files(folder)}

    def index(self, output: str = "output") -> dict[str, dict[str, Any]]:
        """Return the rows of an output's index by path."""
        rows = json.loads(self.text(f"{output}/index.json"))["files"]
        return {row["path"]: row for row in rows}

    def report(self, name: str) -> dict[str, Any]:
        """Return what `--report NAME` has written."""
        found = json.loads(self.text(name))
        assert isinstance(found, dict)
        return found

    def receipt(self, asset: str) -> dict[str, Any]:
        """Return the receipt of an asset."""
        found = json.loads(self.text(f"originals/{asset}.json"))
        assert isinstance(found, dict)
        return found

    # --- the vendor's account ----------------------------------------------------

    @property
    def bought(self) -> list[str]:
        """Return the prompts of everything the vendor was paid for, oldest first."""
        return [task.prompt for task in self.vendor.account.tasks]

    @property
    def calls(self) -> int:
        """Return how often the vendor was called, for whatever purpose."""
        return len(self.vendor.account.calls)

    def wait_until_bought(self, count: int) -> None:
        """Wait until the vendor has accepted so many tasks."""
        deadline = time.monotonic() + PATIENCE
        while len(self.vendor.account.tasks) < count:
            assert time.monotonic() < deadline, f"only {self.bought} were bought"
            time.sleep(0.01)

    def _environment(self) -> dict[str, str]:
        """Return everything that the commands see of this machine."""
        me = {"NAME": "A story", "EMAIL": "story@example.invalid"}
        return {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            "ASSETGEN_HOME": str(self.home / "assetgen"),
            "KIE_BASE_URL": self.vendor.url,
            "KIE_POLL_INTERVAL": "0.05",
            **({"KIE_API_KEY": self.key} if self.key else {}),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_SYSTEM": os.devnull,
            **{f"GIT_AUTHOR_{name}": value for name, value in me.items()},
            **{f"GIT_COMMITTER_{name}": value for name, value in me.items()},
            **self.setting,
        }


def digest(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
