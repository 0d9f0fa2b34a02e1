"""A world in one process: real builds, a scripted vendor, and deaths at marked points.

Builds are `build_project` itself, with planning, journal, shelf and originals on a real
disk. The vendor is scripted and keeps an account. A process is a name: the journal's
owners are such names, and a build that dies raises `Killed` at a point and from then on
at every point, so that no tidying-up of the dead reaches the journal or the disk.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from assetgen.build import Limits
from assetgen.cache import Cache
from assetgen.consent import Terms
from assetgen.digest import digest_bytes
from assetgen.errors import AssetgenError, ResultError
from assetgen.journal import Claimed, Journal, State, claims, journal, writing
from assetgen.originals import Originals
from assetgen.project import Project, open_project
from assetgen.providers.base import (
    Accepted,
    Failed,
    NotSent,
    Pending,
    Ready,
    Refused,
    Unclear,
)
from assetgen.providers.kie import Kie
from assetgen.publish import Index
from assetgen.receipts import Receipt
from assetgen.running import Options, build_project
from assetgen.testing.clock import START
from assetgen.testing.pictures import picture

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    import pytest

    from assetgen.events import Report
    from assetgen.journal import Intent
    from assetgen.providers.base import Answer, Submission
    from assetgen.request import Request

ACCOUNT = "key-1"
PRICE = Decimal("0.09")
CHECKOUTS = ("here", "there")
ELSEWHERE = "elsewhere"  # the neighbour's own, which it holds while it lives
MANIFEST = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
providers: {kie: {timeout: 30s}}
assets:
  coin: {prompt: a coin}
  star: {prompt: a star}
"""


class Killed(BaseException):
    """The process of a build has ended, as by `kill -9`."""


@dataclass
class Life:
    """How long a process lives: until its `ends`-th point, or one called `dies_at`."""

    name: str
    ends: int | None = None
    passed: int = 0
    dies_at: str = ""
    dead: bool = False

    def point(self, what: str) -> None:
        """Die here if it is time, or if it is dead already."""
        self.passed += 1
        late = self.ends is not None and self.passed >= self.ends
        self.dead = self.dead or late or what == self.dies_at
        if self.dead:
            raise Killed(what)


@dataclass
class Now:
    """A clock on which nobody really waits: whoever sleeps moves it."""

    seconds: float = 0.0

    def now(self) -> float:
        """Return wall time."""
        return START + self.seconds

    def monotonic(self) -> float:
        """Return the seconds that have passed."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.seconds += max(seconds, 0.0)
        await asyncio.sleep(0)


@dataclass
class Vendor:
    """What was accepted, under which paid key, and how the next calls are answered.

    Attributes:
        accepted: Paid key → the ids of its jobs.
        answers: What becomes of the next submissions, "ok" when there is none left.
        fates: Job → what its poll says: `slow`, `gone`, `fail`, else it is ready.
        sends: Each createTask that arrived, with the state its intent had then.
    """

    accepted: dict[str, list[str]] = field(default_factory=dict)
    answers: list[str] = field(default_factory=list)
    fates: dict[str, str] = field(default_factory=dict)
    sends: list[tuple[str, State | None]] = field(default_factory=list)
    coming: str = "ready"

    def take(self, key: str) -> str:
        """Accept a job."""
        job = f"job-{sum(map(len, self.accepted.values())) + 1}"
        self.accepted.setdefault(key, []).append(job)
        self.fates[job] = self.coming
        return job


class Scripted(Kie):
    """kie.ai without a network: what it answers stands in the script."""

    world: World

    def check(self) -> None:
        """Want no key."""

    def account(self) -> str:
        """Return the one account."""
        return ACCOUNT

    async def submit(
        self,
        request: Request,
        sending: Callable[[], Awaitable[None]],
        callback: str | None = None,  # noqa: ARG002  nobody calls back here
    ) -> Submission:
        """Answer as the script says, having looked into the journal."""
        world, vendor = self.world, self.world.vendor
        answer = vendor.answers.pop(0) if vendor.answers else "ok"
        if answer == "unreachable":
            return NotSent("nobody was there")
        await sending()
        world.life.point("sent")
        vendor.sends.append((request.key, world.state_of(request.key)))
        if answer in {"ok", "dropped"}:
            job = vendor.take(request.key)
            world.life.point("accepted")
            return Accepted(job) if answer == "ok" else Unclear("no answer")
        outcomes: dict[str, Submission] = {
            "429": NotSent("too fast", wait=1.0, limited=True),
            "455": NotSent("maintenance", wait=2.0),
            "500": Unclear("an error without a reason"),
            "422": Refused("no such size"),
        }
        return outcomes[answer]

    async def poll(self, job: str) -> Answer:
        """Say how a job stands."""
        self.world.life.point("poll")
        fate = self.world.vendor.fates[job]
        if fate == "slow":
            return Pending()
        return Failed("422", "no") if fate == "fail" else Ready(job, PRICE)

    async def fetch(self, ready: Ready) -> bytes:
        """Hand out a picture of its own for every job."""
        self.world.life.point("fetch")
        if self.world.vendor.fates[ready.url] == "gone":
            raise ResultError("it is gone")
        return picture((24, 24), seed=ready.url)


class World:
    """Three checkouts of one user, one vendor, and everything that may happen."""

    def __init__(self, root: Path, patch: pytest.MonkeyPatch) -> None:
        self.root = root
        self.clock = Now()
        self.vendor = Vendor()
        self.dead: set[str] = set()
        self.life = Life("nobody")
        self.lives = 0
        self.resends: dict[str, int] = {}
        self.fetched: set[str] = set()
        self.damaged: set[Path] = set()
        for name in (*CHECKOUTS, ELSEWHERE):
            (root / name).mkdir(parents=True)
            (root / name / "assets.yaml").write_text(MANIFEST)
        patch.setenv("ASSETGEN_HOME", str(root / "home"))
        self._arm(patch)

    def _arm(self, patch: pytest.MonkeyPatch) -> None:
        """Give processes names, and make them mortal at every write."""

        class Named:
            current = staticmethod(lambda: self.life.name)

        def is_gone(owner: str) -> bool:
            return not owner or owner in self.dead

        patch.setattr(writing, "Owner", Named)
        patch.setattr(journal, "is_gone", is_gone)
        patch.setattr(claims, "is_gone", is_gone)
        real = Journal._writing  # noqa: SLF001  the one door to the disk

        @contextlib.contextmanager
        def mortal(book: Journal) -> Iterator[None]:
            self.life.point("journal, before")
            with real(book):
                yield
            self.life.point("journal, after")

        patch.setattr(Journal, "_writing", mortal)
        for owner, name in (
            (Cache, "put_bytes"),
            (Originals, "write"),
            (Index, "write"),
        ):
            patch.setattr(owner, name, self._mortal(getattr(owner, name), name))

    def _mortal(self, real: Callable[..., object], name: str) -> Callable[..., object]:
        def wrapped(*args: object, **named: object) -> object:
            self.life.point(f"{name}, before")
            result = real(*args, **named)
            self.life.point(f"{name}, after")
            return result

        return wrapped

    # --- what may happen ---------------------------------------------------------

    def open(self, folder: str = "here") -> Project:
        """Open a checkout, its vendor being the scripted one."""
        project = open_project(self.root / folder, clock=self.clock)
        kie = Scripted(project.settings.environment, self.clock)
        kie.world = self
        return replace(project, providers={**project.providers, "kie": kie})

    def build(
        self,
        folder: str = "here",
        *,
        ends: int | None = None,
        dies_at: str = "",
        budget: Decimal | None = None,
    ) -> Report | None:
        """Build a checkout; return None if the build was killed."""
        project = self.open(folder)
        options = Options(
            limits=Limits(workers=1), terms=Terms(yes=True, budget=budget)
        )
        with self.process(ends, dies_at):
            report = build_project(project, options, lambda _: None)
            if budget is not None:
                assert report.spent <= budget  # I6
            return report
        return None

    @contextlib.contextmanager
    def process(self, ends: int | None = None, dies_at: str = "") -> Iterator[Life]:
        """Be another process while the block runs; its death ends the block."""
        before, self.lives = self.life, self.lives + 1
        self.life = Life(f"process-{self.lives}", ends, dies_at=dies_at)
        try:
            yield self.life
        except Killed:
            pass
        finally:
            self.dead.add(self.life.name)
            self.life = before

    def settle(self, how: str) -> int:
        """Decide every doubt as a person would; return how many there were."""
        with self.process(), self.journal() as book:
            doubts = [i for i in book.unfinished() if i.state is State.AMBIGUOUS]
            for intent in doubts:
                known = {each.job for each in book.intents()}
                jobs = self.vendor.accepted.get(intent.key, [])
                spare = [job for job in jobs if job not in known]
                if how == "abandon":
                    book.resolve_abandon(intent.id, who="a person")
                elif spare:
                    book.resolve_adopt(intent.id, spare[0], who="a person")
                else:
                    book.resolve_resend(intent.id, who="a person")
            return len(doubts)

    def resend(self) -> None:
        """Let a person resend every doubt, wrongly or not."""
        with self.process(), self.journal() as book:
            for intent in book.unfinished():
                if intent.state is State.AMBIGUOUS:
                    book.resolve_resend(intent.id, who="a person")
                    self.agree(intent.key)

    def agree(self, key: str) -> None:
        """Note that a person wants a request to be bought once more."""
        self.resends[key] = self.resends.get(key, 0) + 1

    @property
    def bought_anything(self) -> bool:
        """Return whether there is a journal."""
        return (self.root / "home" / "journal.db").exists()

    def journal(self, *, reading: bool = False) -> Journal:
        """Open the journal."""
        path = self.root / "home" / "journal.db"
        return Journal.open(path, clock=self.clock, reading=reading)

    # --- what must be so ---------------------------------------------------------

    def state_of(self, key: str) -> State | None:
        """Return what the disk says of a request at this moment."""
        with self.journal(reading=True) as book:
            found = book.latest(ACCOUNT, key)
        return found.state if found else None

    def intents(self) -> tuple[Intent, ...]:
        """Return every purchase."""
        with self.journal(reading=True) as book:
            book.verify()  # I5: every event on its arrow, and the sums of them
            return book.intents()

    def check(self) -> None:
        """Assert the invariants that hold at any moment."""
        for key, jobs in self.vendor.accepted.items():
            assert len(jobs) <= 1 + self.resends.get(key, 0), "I1: bought twice"
        for _, state in self.vendor.sends:
            assert state is State.SENDING, "I2: sent before it was written down"
        intents = self.intents()
        jobs = [each.job for each in intents if each.job]
        assert len(jobs) == len(set(jobs)), "I4: one job, two purchases"
        for each in intents:
            if each.job is not None:
                assert each.job in self.vendor.accepted[each.key], "I4: another's job"
            if each.state in {State.FETCHED, State.DONE} and each.digest:
                self.fetched.add(each.digest)
        for folder in CHECKOUTS:
            for receipt in self.receipts(folder):
                assert receipt.sha256 in self.fetched, "I8: a receipt of nothing"
        self._check_objects()

    def receipts(self, folder: str) -> list[Receipt]:
        """Return the receipts of a checkout; none may be damaged."""
        originals = Originals(self.root / folder / "originals")
        found = [receipt for _, receipt in originals.receipts()]
        assert all(isinstance(each, Receipt) for each in found), found
        return [each for each in found if isinstance(each, Receipt)]

    def objects(self) -> list[Path]:
        """Return the bought pictures on the shelf."""
        shelf = self.root / "home" / "store" / "cas"
        found = (path for path in shelf.rglob("*") if path.is_file())
        return sorted(p for p in found if not p.name.startswith("."))

    def corrupt(self, path: Path) -> bool:
        """Flip a bit of a picture on the shelf, if both checkouts have its original.

        Where one has not, its next build would have to ask the vendor once more.
        """
        digest = path.parent.name + path.name
        for folder in CHECKOUTS:
            if digest not in {each.sha256 for each in self.receipts(folder)}:
                return False
        body = bytearray(path.read_bytes())
        body[len(body) // 2] ^= 1
        path.write_bytes(body)
        self.damaged.add(path)
        return True

    def _check_objects(self) -> None:
        """I7: what stands on the shelf is what its name says, unless we broke it."""
        for path in set(self.objects()) - self.damaged:
            assert digest_bytes(path.read_bytes()) == path.parent.name + path.name, "I7"

    def ends_well(self) -> None:
        """Assert that calm builds and a person's look bring everything home (I11)."""
        self.vendor.answers.clear()
        self.vendor.coming = "ready"
        for job, fate in self.vendor.fates.items():
            if fate == "slow":
                self.vendor.fates[job] = "ready"
        for folder in (*CHECKOUTS, ELSEWHERE):
            self.build(folder)
            if self.settle("adopt"):
                self.build(folder)
            self.check()
        for each in self.intents():
            assert each.state not in {State.PLANNED, State.SENDING, State.AMBIGUOUS}
            assert each.state not in {State.SUBMITTED, State.READY, State.FETCHED}
        calls = len(self.vendor.sends)
        for folder in CHECKOUTS:
            self.build(folder)
        assert len(self.vendor.sends) == calls, "a settled world bought more"


@dataclass
class Neighbour:
    """Another process of this user, alive, that buys the coin by hand.

    It holds the claim from `begin` until it ends; builds have to wait for it.
    """

    world: World
    life: Life
    book: Journal
    intent: Intent

    @classmethod
    def begin(cls, world: World) -> Neighbour | None:
        """Plan a purchase for its own checkout; None if it was planned before."""
        asset = world.open(ELSEWHERE).manifest.assets[0]
        assert asset.request is not None
        before, world.lives = world.life, world.lives + 1
        world.life = life = Life(f"process-{world.lives}")
        try:
            book = world.journal()
            if book.latest(ACCOUNT, asset.request.key) is not None:
                book.close()
                return None
            intent = book.plan(
                asset.request,
                account=ACCOUNT,
                asset=asset.name,
                project=world.root / ELSEWHERE,
                price=PRICE,
            )
        except (AssetgenError, Claimed):  # pragma: no cover - looked for above
            return None
        finally:
            world.life = before
        return cls(world, life, book, intent)

    def send(self) -> None:
        """Send it; the vendor takes it."""
        self.book.sending(self.intent.id)
        key = self.intent.key
        self.world.vendor.sends.append((key, self.world.state_of(key)))
        job = self.world.vendor.take(key)
        self.book.submitted(self.intent.id, job)

    def end(self) -> None:
        """End, however far it has got."""
        self.world.dead.add(self.life.name)
        self.book.close()
