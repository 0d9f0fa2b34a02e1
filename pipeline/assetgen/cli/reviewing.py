"""This file is what the verbs of review share: a project held, and how they answer."""

from __future__ import annotations

import getpass
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING

from assetgen import stamp
from assetgen.clock import day_of
from assetgen.errors import AssetgenError, worst
from assetgen.holding import hold
from assetgen.journal import Journal
from assetgen.leaving import stamp_of
from assetgen.review.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assetgen.console import Console
    from assetgen.knowledge import Knowledge
    from assetgen.manifest.model import Asset
    from assetgen.project import Project
    from assetgen.review.said import Said


@contextmanager
def at_desk(project: Project) -> Iterator[Desk]:
    """Hold a project for one who decides about receipts; raises Locked."""
    with hold(project.lock):
        stamp.remove(stamp_of(project))  # what it built on is about to change
        with project.remembered() as knowledge:
            yield _desk(project, knowledge)


@contextmanager
def at_journal(project: Project) -> Iterator[tuple[Desk, Journal]]:
    """Hold a project for one who decides about purchases; makes the journal."""
    with hold(project.lock):
        stamp.remove(stamp_of(project))  # what it built on is about to change
        with Journal.open(project.settings.journal, clock=project.clock) as journal:
            yield _desk(project, project.knowledge(journal)), journal


def decide(
    console: Console, assets: Iterable[Asset], verb: Callable[[Asset], Said]
) -> int:
    """Apply a verb to each asset and say what it did; return the exit code.

    One that is refused does not stop the others.
    """
    answers: dict[str, dict[str, object]] = {}
    codes = []
    for asset in assets:
        try:
            said = verb(asset)
        except AssetgenError as error:
            console.error(error)
            codes.append(error.exit_code)
            answers[asset.name] = {"error": error.message, "hint": error.hint}
        else:
            console.data(sentence(said))
            answers[asset.name] = said.to_json()
    code = worst(codes)
    if console.as_json:
        console.json({"assets": answers, "exit": code})
    return code


def sentence(said: Said) -> str:
    """Return what was done and what comes next, as one line."""
    return f"{said.did}; {said.then}"


def who() -> str:
    """Return who decides, for the journal: the user's name and the machine's."""
    try:
        user = getpass.getuser()
    except (KeyError, OSError, ImportError):  # nobody has a name in some containers
        user = "somebody"
    return f"{user}@{socket.gethostname()}"


def _desk(project: Project, knowledge: Knowledge) -> Desk:
    return Desk(project.manifest, knowledge, day_of(project.clock.now()))
