"""This file is everything that `doctor` looks at, one function for each."""

from __future__ import annotations

import asyncio
import platform
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assetgen.cli.parameters import here
from assetgen.cli.surroundings import settings_here
from assetgen.clock import SystemClock
from assetgen.consent import dollars
from assetgen.console.words import counted, size
from assetgen.errors import AccountError, AssetgenError, OutOfDate, UsageError
from assetgen.files import probe
from assetgen.journal import Journal
from assetgen.project import find_manifest, load_providers
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from assetgen.cli.parameters import Asked
    from assetgen.providers.base import Provider
    from assetgen.settings import Settings

LITTLE = 1_000_000_000  # bytes; a project of a hundred pictures takes about that
PATIENCE = 15.0  # seconds for a balance


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        state: `note` is worth knowing, `broken` is what a build would fail for.
        exit_code: What that build would exit with.
    """

    subject: str
    state: Literal["ok", "note", "broken"]
    text: str
    hint: str | None = None
    exit_code: int = 0

    def to_json(self) -> dict[str, object]:
        """Return the finding as an object."""
        return {
            "subject": self.subject,
            "state": self.state,
            "text": self.text,
            "hint": self.hint,
        }


def examine(asked: Asked, *, offline: bool) -> Iterator[Finding]:
    """Yield what is found, the ground first; asks providers unless told not to."""
    yield Finding("assetgen", "ok", f"{VERSION} on {_machine()}")
    settings = settings_here(asked.manifest)
    working, broken = load_providers(settings, SystemClock())
    for name, error in broken.items():
        yield _bad(f"provider {name}", error)
    for name, provider in working.items():
        yield from _provider(name, provider, offline=offline)
    yield from _cutouts(settings)
    yield _formats()
    yield from _disk(settings)
    yield from _journal(settings, working)
    yield from _project(asked)


def _machine() -> str:
    return f"Python {platform.python_version()}, {platform.system()}"


def _bad(subject: str, error: AssetgenError) -> Finding:
    return Finding(subject, "broken", error.message, error.hint, error.exit_code)


def _provider(name: str, provider: Provider, *, offline: bool) -> Iterator[Finding]:
    """Yield whether a provider's key is set and what its account has."""
    subject = f"provider {name}"
    models = counted(len(provider.models()), "model")
    try:
        provider.check()
    except UsageError as error:
        yield Finding(subject, "note", f"{models}; {error.message}", error.hint)
        return
    if provider.free:
        yield Finding(subject, "ok", f"{models}, free")
        return
    yield Finding(subject, "ok", f"{models}, the key is set")
    if not offline:
        yield _balance(name, provider)


def _balance(name: str, provider: Provider) -> Finding:
    """Return what an account has, or why nobody knows. Asks the network."""
    subject = f"balance {name}"
    try:
        usd = asyncio.run(_asked_balance(provider))
    except AccountError as error:
        return _bad(subject, error)
    except (AssetgenError, TimeoutError) as error:
        why = error.message if isinstance(error, AssetgenError) else "no answer"
        return Finding(subject, "note", why, "pictures at hand build without it")
    if usd is None:
        return Finding(subject, "note", "the provider does not say")
    return Finding(subject, "ok", dollars(usd))


async def _asked_balance(provider: Provider) -> Decimal | None:
    try:
        return await asyncio.wait_for(provider.balance(), PATIENCE)
    finally:
        await provider.aclose()


def _cutouts(settings: Settings) -> Iterator[Finding]:
    """Yield how backgrounds can be removed here."""
    from assetgen.images.cutout.weights import models_here
    from assetgen.plugins import find

    methods = ", ".join(sorted(find("assetgen.cutouts")))
    yield Finding("backgrounds", "ok", methods)
    models = models_here(settings.environment)
    text = ", ".join(models) if models else "none on this machine"
    state: Literal["ok", "note"] = "ok" if models else "note"
    hint = None if models else "`assetgen weights pull MODEL` fetches one"
    yield Finding("rembg models", state, text, hint)


def _formats() -> Finding:
    """Return which formats can be written here."""
    from PIL import features

    missing = [name for name in ("webp", "avif", "jpg") if not features.check(name)]
    if missing:
        text = f"this Pillow cannot write {', '.join(missing)}"
        hint = "reinstall Pillow from its wheel"
        return Finding("formats", "broken", text, hint, 2)
    return Finding("formats", "ok", "png, jpg, webp, avif, ico")


def _disk(settings: Settings) -> Iterator[Finding]:
    """Yield whether store and journal can be written, and how much room there is."""
    for subject, folder in (
        ("store", settings.store),
        ("journal", settings.journal.parent),
    ):
        try:
            probe(folder)
        except UsageError as error:
            yield _bad(subject, error)
            continue
        free = shutil.disk_usage(folder).free
        text = f"{folder}, {size(free)} free"
        if free < LITTLE:
            yield Finding(subject, "note", text, "`assetgen cache gc` makes room")
        else:
            yield Finding(subject, "ok", text)


def _journal(settings: Settings, providers: dict[str, Provider]) -> Iterator[Finding]:
    """Yield whether the journal is what was written, and what is still out."""
    if not settings.journal.exists():
        yield Finding("purchases", "ok", "none yet")
        return
    try:
        with Journal.open(settings.journal, reading=True) as journal:
            journal.verify()
            out = journal.unfinished()
            count = len(journal.intents())
    except AssetgenError as error:
        yield _bad("purchases", error)
        return
    yield Finding("purchases", "ok", f"{count:,} in the journal, each proven")
    known = {provider.account() for provider in providers.values()}
    foreign = [each for each in out if each.account not in known]
    if len(out) > len(foreign):
        jobs = counted(len(out) - len(foreign), "job")
        yield Finding("jobs", "note", f"{jobs} not settled", "`assetgen status`")
    for each in foreign:
        text = f"job {each.job or '?'} of `{each.asset}` was bought with another key"
        hint = f"with that key, `assetgen build` in `{each.project}` collects it"
        yield Finding("jobs", "note", text, hint)


def _project(asked: Asked) -> Iterator[Finding]:
    """Yield whether the project here is right, and its originals at hand."""
    try:
        path = find_manifest(here(), asked.manifest)
    except UsageError:
        yield Finding("project", "note", "none here", "`assetgen init` makes one")
        return
    try:
        project = asked.open()
        with project.remembered() as knowledge:
            troubles = list(knowledge.troubles.values())
    except AssetgenError as error:
        first = error.message.splitlines()[0]
        text = f"{path.name}: {first}"
        yield Finding("project", "broken", text, "`assetgen validate`", error.exit_code)
        return
    assets = counted(len(project.manifest.assets), "asset")
    yield Finding("project", "ok", f"{project.manifest.name}, {assets}")
    pointers = [each for each in troubles if isinstance(each, OutOfDate)]
    for trouble in troubles:
        if trouble not in pointers:
            yield _bad("originals", trouble)
    if pointers:
        text = f"{counted(len(pointers), 'file')} in Git LFS and not here"
        one = pointers[0]
        yield Finding("originals", "broken", text, one.hint, one.exit_code)
