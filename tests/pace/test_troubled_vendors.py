"""Purchases from a vendor in trouble: few requests, nothing bought twice, an end."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from vendor_limits import Limited

from assetgen.asking import Patience
from assetgen.errors import AssetgenError, ResultError, Unavailable, worst
from assetgen.jobs import Jobs
from assetgen.journal import Journal
from assetgen.providers.base import Accepted, NotSent, Pending, Provider, Ready
from assetgen.request import Request
from assetgen.submitting import Order
from assetgen.testing.clock import VirtualClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from pathlib import Path

    from assetgen.catalogue import Model
    from assetgen.providers.base import Answer, Submission


class Troubled(Provider):
    """A vendor that answers as a test says, and remembers who asked when."""

    name = "troubled"

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__({}, clock)
        self.creates: list[float] = []
        self.polls: list[float] = []
        self.create: Callable[[int], Submission] = lambda n: Accepted(f"job-{n}")
        self.answer: Callable[[float], Answer] = lambda _: Pending()

    def account(self) -> str:
        return "somebody"

    def models(self) -> Mapping[str, Model]:
        return {}

    async def submit(
        self,
        request: Request,  # noqa: ARG002  a contract
        sending: Callable[[], Awaitable[None]],
    ) -> Submission:
        self.creates.append(self.clock.monotonic())
        outcome = self.create(len(self.creates))
        if isinstance(outcome, Accepted):
            await sending()
        await self.clock.sleep(0.2)
        return outcome

    async def fetch(self, ready: Ready) -> bytes:  # noqa: ARG002  a contract
        raise ResultError("it is gone")

    async def poll(self, job: str) -> Answer:  # noqa: ARG002  a contract
        self.polls.append(self.clock.monotonic())
        await self.clock.sleep(0.2)
        return self.answer(self.clock.monotonic())


@dataclass
class Seen:
    """What a build of many assets came to."""

    vendor: Troubled
    seconds: float
    errors: list[AssetgenError] = field(default_factory=list)
    states: list[str] = field(default_factory=list)

    @property
    def code(self) -> int:
        """The exit code of the build."""
        return worst(error.exit_code for error in self.errors)


def bought(
    folder: Path,
    assets: int,
    trouble: Callable[[Troubled], None],
    deadline: float = 900,
) -> Seen:
    """Return what becomes of so many assets, bought from a vendor in trouble."""

    async def work(clock: VirtualClock, vendor: Troubled) -> Seen:
        with Journal.open(folder / "journal.db", clock=clock) as journal:
            jobs = Jobs(
                vendor,
                journal,
                shelve=lambda _: "",
                patience=Patience(deadline, None, assets),
                clock=clock,
                listener=lambda _: None,
                project=folder,
                manifest="assets.yaml",
                limit=None,
            )
            orders = [
                Order(f"a{n}", Request("troubled", "m", f"{n}", {}, {}), Decimal(1))
                for n in range(assets)
            ]
            ended = await asyncio.gather(*map(jobs.buy, orders), return_exceptions=True)
            seen = Seen(vendor, clock.monotonic())
            for error in ended:
                assert isinstance(error, AssetgenError)
                seen.errors.append(error)
            seen.states = [str(each.state) for each in journal.intents()]
            return seen

    async def run() -> Seen:
        clock = VirtualClock()
        vendor = Troubled(clock)
        trouble(vendor)
        return await clock.run(work(clock, vendor))

    return asyncio.run(run())


def test_a_dead_vendor_is_noticed_once_for_a_thousand_assets(tmp_path: Path) -> None:
    def trouble(vendor: Troubled) -> None:
        vendor.create = lambda _: NotSent("nobody is there")

    seen = bought(tmp_path, 1000, trouble)
    assert seen.code == 7
    assert len(seen.vendor.creates) <= 60
    assert seen.seconds <= 60
    assert set(seen.states) <= {"released"}


def test_a_vendor_who_dies_in_the_middle_is_noticed_once_too(tmp_path: Path) -> None:
    """Jobs that are out are kept: nothing is asked for ever, and none is lost."""

    def trouble(vendor: Troubled) -> None:
        def create(number: int) -> Submission:
            if vendor.clock.monotonic() < 30:
                return Accepted(f"job-{number}")
            return NotSent("nobody is there")

        def answer(now: float) -> Answer:
            if now < 30:
                return Pending()
            raise Unavailable("nobody answers")

        vendor.create, vendor.answer = create, answer

    seen = bought(tmp_path, 300, trouble)
    assert seen.code == 7
    calls = [at for at in (*seen.vendor.creates, *seen.vendor.polls) if at > 30]
    assert len(calls) <= 60
    assert seen.seconds <= 30 + 60
    assert set(seen.states) <= {"released", "submitted"}
    assert seen.states.count("submitted") >= 50


def test_maintenance_is_waited_for_within_a_job_s_deadline(tmp_path: Path) -> None:
    """Kie.ai's 455: 5 s, doubled to 60 s, one question at a time for all assets."""

    def trouble(vendor: Troubled) -> None:
        vendor.create = lambda _: NotSent("closed", paused=True)

    seen = bought(tmp_path, 50, trouble, deadline=300)
    gaps = [b - a for a, b in pairwise(seen.vendor.creates)]
    assert gaps[:5] == pytest.approx([5.2, 10.2, 20.2, 40.2, 60.2])
    assert (seen.code, set(seen.states)) == (7, {"released"})
    assert 240 < seen.seconds <= 300


@pytest.mark.parametrize("wait", [0.0, 7.0, 59.0])
def test_a_wait_that_the_vendor_asks_for_is_honoured(
    tmp_path: Path, wait: float
) -> None:
    def trouble(vendor: Troubled) -> None:
        def create(number: int) -> Submission:
            if number == 1:
                return NotSent("too fast", wait=wait, limited=True)
            return Accepted("job")

        vendor.create = create
        vendor.answer = lambda _: Ready("gone:")

    seen = bought(tmp_path, 1, trouble, deadline=1)
    first, second = seen.vendor.creates
    assert wait <= second - first - 0.2 <= wait + 2.1


@pytest.mark.parametrize("wait", [61.0, 1e9, 9_999_999_999.0])
def test_a_wait_beyond_reason_ends_with_the_time_to_come_back(
    tmp_path: Path, wait: float
) -> None:
    def trouble(vendor: Troubled) -> None:
        vendor.create = lambda _: NotSent("too fast", wait=wait, limited=True)

    seen = bought(tmp_path, 5, trouble)
    assert (seen.code, len(seen.vendor.creates)) == (7, 1)
    assert seen.seconds < 1
    assert "back at " in (seen.errors[0].hint or "")


def test_a_poll_that_is_put_off_beyond_reason_leaves_the_job_to_us(
    tmp_path: Path,
) -> None:
    def trouble(vendor: Troubled) -> None:
        vendor.answer = lambda _: Pending(limited=True, wait=3600.0)

    seen = bought(tmp_path, 1, trouble)
    assert (seen.code, len(seen.vendor.polls)) == (7, 1)
    assert seen.states == ["submitted"]
    assert "run build" in (seen.errors[0].hint or "")


def test_a_vendor_that_limits_questions_is_asked_less(tmp_path: Path) -> None:
    """Where others ask on the same key, four a second are left for us."""
    left = Limited(4, 1.0)

    def trouble(vendor: Troubled) -> None:
        vendor.answer = lambda now: Pending(limited=not left.ask(now))

    bought(tmp_path, 60, trouble, deadline=120)
    assert len(left.refused) <= 0.05 * len(left.taken)
    assert len(left.taken) / 120 >= 0.5 * 4
