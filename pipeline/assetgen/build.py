"""This file is the build: it carries out a plan, each asset on its own to the end.

There are no phases: while one picture is waited for, another is resized. One asset
that fails never stops the others; a key that is refused stops all submissions.
"""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.acquire import Acquirer
from assetgen.ending import Ending, place_of
from assetgen.errors import AssetgenError, Damaged, Unaccepted, worst
from assetgen.events import Noted, Outcome, Report, Started, Status, Working
from assetgen.files import unwritable
from assetgen.outcomes import Money, cut_short, failed, finished, standstill
from assetgen.pairs import Pairs
from assetgen.plan import FileDeed
from assetgen.publish import relative
from assetgen.submitting import Stopped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assetgen.acquire import Acquired
    from assetgen.clock import Clock
    from assetgen.consent import Consent
    from assetgen.events import Listener
    from assetgen.jobs import Jobs
    from assetgen.knowledge import Knowledge
    from assetgen.making import Workbench
    from assetgen.manifest.model import Asset, File, Manifest
    from assetgen.plan import AssetPlan, Plan
    from assetgen.providers.base import Provider
    from assetgen.strays import Strays


@dataclass(frozen=True, slots=True)
class Limits:
    """What bounds a build.

    Attributes:
        frozen: Ask no paying provider and change no receipt.
        fail_fast: Submit nothing more after the first failure.
        workers: Threads that work on pixels; None for one per core.
        reencode: Make files again although the shelf has them.
    """

    frozen: bool = False
    fail_fast: bool = False
    workers: int | None = None
    reencode: bool = False


class Build:
    """One build of one plan.

    Args:
        knowledge: What is remembered; its indexes are written.
        jobs: Provider name → its purchases, for every provider of the plan that is
            paid and may be asked.
        providers: Provider name → provider, for drawing drafts.
        strays: What is out and not asked for any more; collected on the way.
        bench: Where pictures become files.
        replan: Returns what happens to an asset now, another one being here.
    """

    def __init__(  # noqa: PLR0913  everything it works with, and nothing global
        self,
        manifest: Manifest,
        plan: Plan,
        consent: Consent,
        *,
        knowledge: Knowledge,
        jobs: Mapping[str, Jobs],
        providers: Mapping[str, Provider],
        strays: Strays,
        bench: Workbench,
        replan: Callable[[Asset], AssetPlan],
        limits: Limits,
        clock: Clock,
        listener: Listener,
    ) -> None:
        self._plan = plan
        self._emission = manifest.emission
        self._consent = consent
        self._agreed = set() if limits.frozen else _agreed(plan, consent)
        self._knowledge = knowledge
        self._locate = manifest.locate
        self._jobs = jobs
        self._strays = strays
        self._limits = limits
        self._clock = clock
        self._tell = listener
        self._shown = {
            name: _prefix(relative(index.folder, manifest.root))
            for name, index in knowledge.indexes.items()
        }
        self._workers = limits.workers or os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._workers, thread_name_prefix="pixels")
        self._bench = bench
        self._acquirer = Acquirer(
            knowledge, jobs, providers, clock=clock, listener=listener
        )
        self._plans = {plan.asset.name: plan for plan in plan.assets}
        self._pairs = Pairs(plan, replan, self._acquirer.acquire)
        self._tasks: set[asyncio.Task[Outcome]] = set()
        self._straying: asyncio.Task[list[AssetgenError]] | None = None
        self._at_work = asyncio.Semaphore(self._workers * 2)
        self._interrupted = 0
        self._crash: Exception | None = None

    async def run(self) -> Report:
        """Carry the plan out and return what it came to; publishes the index last."""
        started = self._clock.monotonic()
        allowed = [each for each in self._plan.purchases if self._may_buy(each)]
        usd = sum((each.picture.price or Decimal(0) for each in allowed), Decimal(0))
        self._tell(Started(len(self._plan.assets), len(allowed), usd))
        try:
            idle = self._idle()
            self._tasks = {
                asyncio.create_task(self._asset(each), name=each.asset.name)
                for each in self._plan.assets
                if each.asset.name not in idle
            }
            self._straying = asyncio.create_task(self._strays.collect())
            ended = await asyncio.gather(*self._tasks, return_exceptions=True)
            ended = await self._settled(ended)
            strayed = await self._gathered(self._straying)
            await self._acquirer.cancel()
        finally:
            self._pool.shutdown(wait=True, cancel_futures=True)
        ending = Ending(
            self._plan.removals, self._emission, self._knowledge, self._shown
        )
        troubles = [*ending.close(self._tell, early=bool(self._interrupted)), *strayed]
        for failure in ended:
            if isinstance(failure, BaseException) and not isinstance(
                failure, asyncio.CancelledError
            ):
                raise failure
        made = [each for each in ended if isinstance(each, Outcome)]
        seconds = self._clock.monotonic() - started
        return self._report([*idle.values(), *made], troubles, seconds)

    def interrupt(self, exit_code: int) -> None:
        """Stop submitting at once, await replies in flight, and end with that code.

        Jobs that are out stay ours; asking again would only take time.
        """
        self._interrupted = self._interrupted or exit_code
        for jobs in self._jobs.values():
            jobs.stop(Stopped("interrupted", hint="run build again to go on"))
        for task in (*self._tasks, self._straying):
            if task is not None:
                task.cancel()

    # --- one asset ---------------------------------------------------------------

    def _idle(self) -> dict[str, Outcome]:
        """End every asset that has nothing to do, without a task: it may be 10,000."""
        outcomes: dict[str, Outcome] = {}
        for plan in self._plan.assets:
            if plan.idle and plan.asset.name not in self._knowledge.troubles:
                files, money = self._published(plan), self._money(plan)
                outcome = finished(plan, money, files, made=False)
                outcomes[plan.asset.name] = outcome
                self._tell(outcome)
        return outcomes

    async def _asset(self, plan: AssetPlan) -> Outcome:
        """Bring one asset to its end, whatever that is."""
        try:
            plan = await self._in_turn(plan)
            outcome = await self._outcome(plan)
        except Unaccepted as error:
            outcome = self._failed(plan, self._placed(plan, error))
        except AssetgenError as error:
            outcome = self._failed(plan, error)
        except OSError as error:
            outcome = self._failed(plan, unwritable(error, place_of(error)))
        except Exception as error:  # noqa: BLE001  a bug of ours stops no other asset
            self._crash = self._crash or error
            message = f"this is a bug in assetgen: {type(error).__name__}"
            outcome = self._failed(plan, AssetgenError(message))
        finally:
            self._pairs.came(plan, None)
        if outcome.exit_code == Damaged.exit_code:
            self._stop(f"`{plan.asset.name}` found damage")
        if self._limits.fail_fast and outcome.status is Status.FAILED:
            self._stop(f"`{plan.asset.name}` failed")
        self._tell(outcome)
        return outcome

    async def _in_turn(self, plan: AssetPlan) -> AssetPlan:
        """Return what happens to an asset once the picture that it shows is here.

        Whoever agreed to buy its picture agreed to it for that one.
        """
        now = await self._pairs.in_turn(plan)
        self._plans[plan.asset.name] = now
        if self._may_buy(plan) and now.picture.request is not None:
            self._agreed.add(now.picture.request.key)
        return now

    def _failed(self, plan: AssetPlan, error: AssetgenError) -> Outcome:
        """Return the outcome of an asset that something went wrong with."""
        try:
            money = self._money(plan)
        except AssetgenError:  # the journal itself is what went wrong
            money = Money(None)
        return failed(plan, error, money, self._published(plan))

    def _placed(self, plan: AssetPlan, error: Unaccepted) -> Unaccepted:
        """Return what is wrong with a file together with who asks for it."""
        place = self._locate(plan.asset.keys)
        return Unaccepted(f"{place}: {error.message}", hint=error.hint)

    def _stop(self, why: str) -> None:
        """Submit nothing more in this build."""
        for jobs in self._jobs.values():
            jobs.stop(Stopped(why))

    async def _settled(
        self, ended: list[Outcome | BaseException]
    ) -> list[Outcome | BaseException]:
        """Finish what was unsure until a callback settled it, and what waited for that.

        Returns how all ended.
        """
        firsts = {each.asset: each for each in ended if isinstance(each, Outcome)}
        plans = {
            name: plan
            for name, each in self._plans.items()
            if name in firsts and firsts[name].status is Status.UNSURE
            if not self._interrupted
            if (plan := self._acquirer.settled(each)) is not None
        }
        if self._limits.frozen or not plans:
            return ended
        plans |= {
            name: self._pairs.now(each)
            for name, each in self._plans.items()
            if each.asset.partner in plans
            if name in firsts and firsts[name].status is Status.WAITING
        }
        self._pairs.anew(plans)
        self._tasks = {
            asyncio.create_task(self._asset(each)) for each in plans.values()
        }
        await asyncio.wait(self._tasks)
        lasts = dict(firsts)
        for name, plan in plans.items():
            money = Money(firsts[name].usd, plan.picture.job)
            lasts[name] = cut_short(plan, money, self._published(plan))
        for task in self._tasks:
            if not task.cancelled() and task.exception() is None:
                done = task.result()
                lasts[done.asset] = done.on_top_of(firsts[done.asset])
        return [
            lasts[each.asset] if isinstance(each, Outcome) else each for each in ended
        ]

    async def _outcome(self, plan: AssetPlan) -> Outcome:
        """Return how an asset ends that nothing goes wrong with."""
        stands = standstill(
            plan,
            self._published(plan),
            frozen=self._limits.frozen,
            allowed=self._may_buy(plan),
            trouble=self._knowledge.troubles.get(plan.asset.name),
        )
        if stands is not None:
            return stands
        acquired = await self._acquirer.acquire(plan)
        self._pairs.came(plan, acquired)
        if plan.asset.broken is not None:  # what was paid for is here all the same
            raise plan.asset.broken
        edited = {each.file for each in plan.edited}
        files = [each.file for each in plan.fresh]
        if acquired.new:
            files = [file for file in plan.asset.files if file not in edited]
        if files:
            acquired = await self._pairs.whole(plan, files, acquired)
            await self._make(plan.asset, files, acquired)
        self._list(plan)
        made = bool(files or plan.making) or acquired.new or acquired.mended
        return finished(plan, self._money(plan), self._published(plan), made=made)

    def _list(self, plan: AssetPlan) -> None:
        """Describe files anew whose bytes are right."""
        index = self._knowledge.indexes[plan.asset.output]
        for each in plan.making:
            if each.deed is FileDeed.LIST:
                index.describe(
                    each.file.path, asset=plan.asset.name, alt=plan.asset.alt
                )

    async def _make(self, asset: Asset, files: list[File], acquired: Acquired) -> None:
        """Make files on a thread, for a bounded number of assets at a time."""
        async with self._at_work:
            piece = await acquired.piece()
            self._tell(Working(asset.name, "making"))
            loop = asyncio.get_running_loop()
            notes = await loop.run_in_executor(
                self._pool, self._bench.make, asset, files, piece
            )
        for note in notes:
            self._tell(Noted(asset.name, note))

    def _may_buy(self, plan: AssetPlan) -> bool:
        """Return whether somebody agreed to buy this asset's picture."""
        request = plan.picture.request
        return request is not None and request.key in self._agreed

    def _money(self, plan: AssetPlan) -> Money:
        """Return what this run has done for an asset with money."""
        intent = self._acquirer.intent(plan)
        job = intent.job if intent else None
        return Money(self._acquirer.committed(plan, intent), job)

    def _published(self, plan: AssetPlan) -> tuple[str, ...]:
        """Return the asset's files that are published, relative to the manifest."""
        index = self._knowledge.indexes[plan.asset.output]
        folder = self._shown[plan.asset.output]
        return tuple(
            f"{folder}{file.path}" for file in plan.asset.files if index.row(file.path)
        )

    async def _gathered(
        self, straying: asyncio.Task[list[AssetgenError]]
    ) -> list[AssetgenError]:
        """Keep the strays that have come; return what the build should end with."""
        try:
            troubles = await straying
        except asyncio.CancelledError:
            troubles = []
        try:
            self._strays.keep()
        except AssetgenError as error:
            troubles.append(error)
        return troubles

    # --- the end -----------------------------------------------------------------

    def _report(
        self, ended: list[Outcome], troubles: list[AssetgenError], seconds: float
    ) -> Report:
        """Return what the outcomes add up to, in manifest order."""
        by_name = {outcome.asset: outcome for outcome in ended}
        outcomes = tuple(
            by_name.get(name)
            or cut_short(plan, self._money(plan), self._published(plan))
            for name, plan in self._plans.items()
        )
        if self._consent.refusal is not None:
            troubles = [*troubles, self._consent.refusal]
        codes = [outcome.exit_code for outcome in outcomes] + [self._interrupted]
        codes += [trouble.exit_code for trouble in troubles]
        first = troubles[0] if troubles else None
        return Report(
            outcomes,
            submitted=sum(jobs.submitted for jobs in self._jobs.values()),
            spent=sum((o.usd or Decimal(0) for o in outcomes), Decimal(0)),
            seconds=seconds,
            exit_code=worst(codes),
            error=first.message if first else None,
            hint=first.hint if first else None,
            crash=self._crash,
        )


def _prefix(folder: str) -> str:
    """Return what stands before a file's name in a path, "" for the folder itself."""
    return "" if folder == "." else f"{folder}/"


def _agreed(plan: Plan, consent: Consent) -> set[str]:
    """Return the keys of the requests that somebody agreed to buy."""
    return {
        each.picture.request.key
        for each in plan.purchases
        if each.picture.request and each.asset.name in consent.assets
    }
