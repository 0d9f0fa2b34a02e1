"""This file is one build of one project, from the lock to the stamp.

The order is the promise: hold the project, read what is remembered, plan, ask for
consent, prove that everything which can fail for nothing does not, and only then buy.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from assetgen import stamp
from assetgen.asking import Patience
from assetgen.build import Build, Limits
from assetgen.consent import Consent, Terms, decide
from assetgen.errors import Damaged
from assetgen.files import probe
from assetgen.holding import hold
from assetgen.images.cutout.choose import Cutting
from assetgen.images.sealing import Seals
from assetgen.jobs import Jobs
from assetgen.journal import Journal, State
from assetgen.leaving import is_owed, leave_stamp, stamp_of
from assetgen.listening import check_webhook, doorbell_of, listening
from assetgen.making import Workbench
from assetgen.manifest.model import ProviderSettings
from assetgen.pace import Book
from assetgen.plan import AssetPlan, Deed, Picture
from assetgen.sourcing import Wish, pairs_of
from assetgen.strays import Strays, strays
from assetgen.uploads import Uploads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from assetgen.errors import AssetgenError
    from assetgen.events import Listener, Report
    from assetgen.journal import Intent
    from assetgen.knowledge import Knowledge
    from assetgen.listening import Webhook
    from assetgen.manifest.model import Asset
    from assetgen.plan import Plan
    from assetgen.project import Project

PAID_DEEDS = {Deed.BUY, Deed.SHARE, Deed.COLLECT, Deed.REUSE}


@dataclass(frozen=True, slots=True)
class Options:
    """What a person asked of one build.

    Attributes:
        assets: Only these; None for all, which also removes and stamps.
        wish: How it differs from a plain build.
        limits: What bounds it.
        terms: What they said about spending; see `settled_terms` for the rest.
        patience: Seconds to wait for another build of this project.
        webhook: Where vendors may call back, None for nowhere.
    """

    assets: tuple[Asset, ...] | None = None
    wish: Wish = field(default_factory=Wish)
    limits: Limits = field(default_factory=Limits)
    terms: Terms = field(default_factory=Terms)
    patience: float = 0.0
    webhook: Webhook | None = None


def build_project(project: Project, options: Options, listener: Listener) -> Report:
    """Build a project and return the report.

    Raises Locked if another build holds it, UsageError if something that can be mended
    for nothing stands in the way (nothing was spent), Damaged if what is remembered
    contradicts itself and nothing can be done at all.
    """
    check_webhook(options.webhook, project.providers.values())
    options = replace(options, terms=settled_terms(project, options.terms))
    with hold(project.lock, options.patience):
        before = stamp.read(stamp_of(project))
        stamp.remove(stamp_of(project))
        work = _build(project, options, listener, stamp.seen(before) if before else {})
        report, knowledge = asyncio.run(work)
        if report.exit_code == 0 and _is_plain(options):
            leave_stamp(project, knowledge, report)
        return report


async def _build(
    project: Project,
    options: Options,
    listener: Listener,
    seen: Mapping[str, tuple[int, ...]],
) -> tuple[Report, Knowledge]:
    """Plan, ask, prove, and carry the plan out; `seen` is what `Index.trust` takes."""
    with _opened(project, options) as (knowledge, damage):
        for index in knowledge.indexes.values():
            index.trust(seen)
        plan = project.plan(knowledge, assets=options.assets, wish=options.wish)
        consent = _consent(plan, options, project, knowledge, damage)
        cutting = _cutting(project, options)
        seals = Seals(project.settings.environment)
        if not options.limits.frozen:
            _prove_seals(plan, consent, seals)
            _prove(project, plan, consent, knowledge.journal, cutting)
        astray = _astray(project, plan, knowledge, options)
        book = Book(project.settings.journal.with_name("pace.db"))
        jobs = _jobs(project, knowledge, options, listener, astray=astray, book=book)
        build = Build(
            project.manifest,
            plan,
            consent,
            knowledge=knowledge,
            jobs=jobs,
            providers=project.providers,
            strays=Strays(
                astray,
                knowledge,
                jobs,
                {name: one.provider.account() for name, one in jobs.items()},
                listener,
            ),
            bench=Workbench(
                knowledge.cache,
                knowledge.indexes,
                cutting=cutting,
                rejected=project.settings.store.with_name("rejected"),
                seals=seals,
                reencode=options.limits.reencode,
            ),
            replan=_replanning(project, knowledge, options),
            limits=options.limits,
            clock=project.clock,
            listener=listener,
        )
        webhook = _webhook(project, options, knowledge, consent)
        with _interruptible(build):
            try:
                async with listening(webhook, jobs, listener):
                    return await build.run(), knowledge
            finally:
                for provider in project.providers.values():
                    await provider.aclose()
                book.close()


def _replanning(
    project: Project, knowledge: Knowledge, options: Options
) -> Callable[[Asset], AssetPlan]:
    """Return what returns what happens to an asset now, as the same build has it."""
    pairs = cache(lambda: pairs_of(project.manifest))

    def replanned(asset: Asset) -> AssetPlan:
        found = project.plan(
            knowledge, assets=[asset], wish=options.wish, pairs=pairs
        ).assets
        # Of a placeholder there is one only.
        waits = Picture(Deed.WAIT, f"waits for `{asset.partner}`")
        return found[0] if found else AssetPlan(asset, waits, ())

    return replanned


def _webhook(
    project: Project, options: Options, knowledge: Knowledge, consent: Consent
) -> Webhook | None:
    """Return where calls come in, None in a build that nobody could call."""
    journal = knowledge.journal
    if journal is None or options.limits.frozen:
        return None
    out = consent.assets or journal.unfinished(project.manifest.root)
    return options.webhook if out else None


@contextmanager
def _opened(
    project: Project, options: Options
) -> Iterator[tuple[Knowledge, AssetgenError | None]]:
    """Yield what is remembered, with the journal open for writing if money is near.

    A damaged journal stops spending and nothing else: it is yielded as the second.
    """
    path = project.settings.journal
    journal: Journal | None = None
    damage: AssetgenError | None = None
    try:
        if _needs_journal(project, options):
            frozen = options.limits.frozen
            journal = Journal.open(path, clock=project.clock, reading=frozen)
            if not frozen:
                journal.recover(project.manifest.root)
    except Damaged as error:
        damage = error
    try:
        knowledge = project.knowledge(journal)
        if damage is None and not options.limits.frozen:
            _close_written(project, knowledge)
        yield knowledge, damage
    finally:
        if journal is not None:
            journal.close()


def _close_written(project: Project, knowledge: Knowledge) -> None:
    """Close purchases whose receipt was written just before their build was killed."""
    if knowledge.journal is None:
        return
    written = {(each.key, each.sha256) for each in knowledge.receipts.values()}
    for intent in knowledge.journal.unfinished(project.manifest.root):
        if (intent.key, intent.digest) in written and intent.state is State.FETCHED:
            knowledge.journal.done(intent.id)


def _needs_journal(project: Project, options: Options) -> bool:
    """Return whether money is near: to be spent, or spent and still out."""
    path = project.settings.journal
    if project.paying():
        return path.exists() or _would_pay(project, options)
    try:
        return not options.limits.frozen and is_owed(project)
    except Damaged:  # a project that buys nothing is not stopped by it
        return False


def _would_pay(project: Project, options: Options) -> bool:
    """Return whether a build without a journal would have to buy something."""
    if options.limits.frozen:
        return False
    knowledge = project.knowledge(None)
    plan = project.plan(knowledge, assets=options.assets, wish=options.wish)
    return any(each.picture.deed in PAID_DEEDS for each in plan.assets)


def _consent(
    plan: Plan,
    options: Options,
    project: Project,
    knowledge: Knowledge,
    damage: AssetgenError | None,
) -> Consent:
    """Return what may be bought; where anything is damaged, nothing."""
    troubles = [e for e in knowledge.troubles.values() if isinstance(e, Damaged)]
    if damage is not None or troubles:
        return Consent(frozenset(), damage or troubles[0])
    if options.limits.frozen:
        return Consent(frozenset())
    month = project.month(knowledge.journal)
    consent = decide(plan, replace(options.terms, month=month))
    found = knowledge.damage() if consent.assets else None
    return consent if found is None else Consent(frozenset(), found)


def _cutting(project: Project, options: Options) -> Cutting:
    """Return the ways to cut pictures out; a frozen build sends none anywhere."""
    folder = project.settings.journal.with_name("uploads")
    uploads = Uploads(folder, project.clock, frozen=options.limits.frozen)
    return Cutting(project.settings.environment, uploads.once)


def _prove(
    project: Project,
    plan: Plan,
    consent: Consent,
    journal: Journal | None,
    cutting: Cutting,
) -> None:
    """Raise UsageError for whatever can be known to fail before money is spent."""
    spending = [
        each
        for each in plan.assets
        if each.asset.name in consent.assets or each.picture.deed is Deed.COLLECT
    ]
    for name in {e.picture.request.provider for e in spending if e.picture.request}:
        project.providers[name].check()
    for each in plan.assets:
        if each.asset.cut and (each.fresh or each in spending):
            cutting.check(each.asset.cut)
    if spending:
        manifest = project.manifest
        for folder in (manifest.originals, *manifest.outputs.values()):
            probe(folder)
        for folder in (project.settings.store, project.settings.journal.parent):
            probe(folder)
        if journal is not None:
            journal.reserve()


def _prove_seals(plan: Plan, consent: Consent, seals: Seals) -> None:
    """Raise UsageError if what will be made cannot be signed as asked."""
    for each in plan.assets:
        certificate = each.asset.certificate
        pictures = any(one.file.companion is None for one in each.fresh)
        makes = pictures or each.asset.name in consent.assets
        if certificate and makes and each.picture.deed is not Deed.DRAW:
            seals.of(certificate)


def _astray(
    project: Project, plan: Plan, knowledge: Knowledge, options: Options
) -> tuple[Intent, ...]:
    """Return the jobs that this build collects although no asset asks for them."""
    if knowledge.journal is None or options.assets is not None or options.limits.frozen:
        return ()
    return strays(knowledge.journal, project.manifest, plan)


def _jobs(  # noqa: PLR0913  everything that buying needs
    project: Project,
    knowledge: Knowledge,
    options: Options,
    listener: Listener,
    *,
    astray: tuple[Intent, ...],
    book: Book,
) -> dict[str, Jobs]:
    """Return the purchases of every provider that may be asked, by its name."""
    journal = knowledge.journal
    if journal is None:
        return {}
    asked = set(project.paying()) | {intent.provider for intent in astray}
    return {
        name: Jobs(
            provider,
            journal,
            shelve=lambda data: knowledge.cache.put_bytes(data, paid=True),
            patience=_patience(project, name),
            clock=project.clock,
            listener=listener,
            project=project.manifest.root,
            manifest=project.manifest.path.name,
            limit=options.terms.budget,
            monthly=project.manifest.monthly,
            book=book,
            doorbell=doorbell_of(provider, options.webhook),
        )
        for name, provider in project.providers.items()
        if name in asked and not provider.free
    }


def _patience(project: Project, name: str) -> Patience:
    """Return how a provider is waited for; the environment speaks for kie alone."""
    own = project.manifest.providers.get(name, ProviderSettings())
    settings = project.settings
    if name != "kie":
        return Patience(own.timeout, None, own.concurrency)
    return Patience(settings.timeout or own.timeout, settings.interval, own.concurrency)


@contextmanager
def _interruptible(build: Build) -> Iterator[None]:
    """Let the first Ctrl-C or SIGTERM stop a build gently, the second at once."""
    loop = asyncio.get_running_loop()
    codes = {signal.SIGINT: 130, signal.SIGTERM: 143}
    struck: list[int] = []

    def strike(code: int) -> None:
        if struck:
            os._exit(code)
        struck.append(code)
        build.interrupt(code)

    impossible = (NotImplementedError, RuntimeError)  # Windows, or another thread
    with suppress(*impossible):
        for number, code in codes.items():
            loop.add_signal_handler(number, strike, code)
    try:
        yield
    finally:
        with suppress(*impossible):
            for number in codes:
                loop.remove_signal_handler(number)


# --- what was asked --------------------------------------------------------------


def _is_plain(options: Options) -> bool:
    """Return whether a build was one whose success proves that nothing is to do."""
    return options.assets is None and not options.wish.draft


def settled_terms(project: Project, terms: Terms) -> Terms:
    """Return terms with what the project and the machine say about spending.

    The manifest's budget counts where a person named none, and a machine that is
    thrown away is one whatever they think of it.
    """
    settings, budget = project.settings, terms.budget
    return replace(
        terms,
        budget=project.manifest.budget if budget is None else budget,
        lasting=terms.lasting and (settings.durable or not settings.ci),
    )
