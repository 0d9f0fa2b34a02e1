"""Whatever happens in whatever order, no picture is bought twice, and all come home.

Hypothesis draws stories of builds, deaths, lost replies, refusals, neighbours,
decisions and damage. `ASSETGEN_TEST_SOAK=1` draws many more and longer ones, and
shortens those that break an invariant (`make soak-money`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
)
from money_world import PRICE, Neighbour, World

from assetgen.cli.reviewing import at_journal
from assetgen.errors import AssetgenError
from assetgen.journal import IllegalMove
from assetgen.review.retake import retake

if TYPE_CHECKING:
    from decimal import Decimal

    from assetgen.journal import Intent

# Read at import: the clean room of each test forgets the environment.
SOAK = bool(os.environ.get("ASSETGEN_TEST_SOAK"))
ANSWERS = ("dropped", "429", "455", "500", "422", "unreachable")


class Money(RuleBasedStateMachine):
    """One user with two checkouts, one vendor, and bad luck.

    A rule that does not apply does nothing: which one applies may hang on which thread
    was faster, and a precondition must not.
    """

    @initialize()
    def begin(self) -> None:
        """Start in an empty world of its own."""
        self.patch = pytest.MonkeyPatch()
        self.folder = Path(tempfile.mkdtemp(prefix="money-"))
        self.world = World(self.folder, self.patch)
        self.neighbour: Neighbour | None = None

    # --- builds ------------------------------------------------------------------

    @rule(folder=st.sampled_from(("here", "there")))
    def build(self, folder: str) -> None:
        """Build to the end."""
        report = self.world.build(folder)
        assert report is not None
        assert report.exit_code in {0, 1, 3, 5, 7, 8}  # 3: a picture is lost

    @rule(budget=st.sampled_from((PRICE / 2, PRICE, 2 * PRICE)))
    def build_within_a_budget(self, budget: Decimal) -> None:
        """Build with too little money, or just enough."""
        self.world.build(budget=budget)

    @rule(ends=st.integers(1, 40), folder=st.sampled_from(("here", "there")))
    def build_and_die(self, ends: int, folder: str) -> None:
        """Build and be killed at some point."""
        self.world.build(folder, ends=ends)

    # --- the vendor --------------------------------------------------------------

    @rule(answer=st.sampled_from(ANSWERS))
    def answer(self, answer: str) -> None:
        """Let the vendor answer the next submission so."""
        self.world.vendor.answers.append(answer)

    @rule(fate=st.sampled_from(("ready", "slow", "gone", "fail")))
    def coming(self, fate: str) -> None:
        """Let the next jobs end so."""
        self.world.vendor.coming = fate

    @rule()
    def tick(self) -> None:
        """Let an hour pass: what was slow is ready."""
        self.world.clock.seconds += 3600
        fates = self.world.vendor.fates
        fates.update({job: "ready" for job, fate in fates.items() if fate == "slow"})

    # --- another process of this user --------------------------------------------

    @rule()
    def neighbour_begins(self) -> None:
        """Let another checkout plan the coin."""
        self.neighbour = self.neighbour or Neighbour.begin(self.world)

    @rule(how=st.sampled_from(("sends", "dies", "was dead and wakes")))
    def neighbour_ends(self, how: str) -> None:
        """Let it send and end, die, or be taken for dead and then try to send."""
        neighbour, self.neighbour = self.neighbour, None
        if neighbour is None:
            return
        if how.startswith("was"):
            self.world.dead.add(neighbour.life.name)
            self.world.build()
        try:
            if how != "dies":
                neighbour.send()
        except IllegalMove:
            assert how.startswith("was")
        finally:
            neighbour.end()

    # --- a person ----------------------------------------------------------------

    @rule(how=st.sampled_from(("adopt", "abandon")))
    def settle(self, how: str) -> None:
        """Let a person look and decide."""
        if self.world.bought_anything:
            self.world.settle(how)

    @rule()
    def resend(self) -> None:
        """Let a person resend every doubt without a look."""
        if self.world.bought_anything:
            self.world.resend()

    @rule()
    def retake_coin(self) -> None:
        """Let a person want another coin, or another try where the first failed."""
        if not self.world.bought_anything:
            return
        project = self.world.open()
        (coin,) = project.select(["coin"]) or ()

        def again(intent: Intent) -> None:
            book.retake(intent.id, who="a person")
            self.world.agree(intent.key)

        with (
            self.world.process(),
            at_journal(project) as (desk, book),
            contextlib.suppress(AssetgenError),  # there may be nothing to retake
        ):
            retake(desk, coin, again)

    # --- the disk ----------------------------------------------------------------

    @rule(folder=st.sampled_from(("here", "there")))
    def wipe_originals(self, folder: str) -> None:
        """Lose what was not committed; the shelf still has every picture."""
        if not self.world.damaged:
            originals = self.world.root / folder / "originals"
            shutil.rmtree(originals, ignore_errors=True)

    @rule(which=st.integers(0, 9))
    def corrupt_object(self, which: int) -> None:
        """Flip a bit of a picture on the shelf."""
        found = self.world.objects()
        if found and not self.world.damaged:
            self.world.corrupt(found[which % len(found)])

    # --- what must be so ---------------------------------------------------------

    @invariant()
    def holds(self) -> None:
        """Check I1, I2, I4, I5, I7 and I8; I6 is checked by each build."""
        self.world.check()

    def teardown(self) -> None:
        """End well, and leave nothing behind."""
        try:
            if self.neighbour is not None:
                self.neighbour.end()
            self.world.ends_well()
        finally:
            self.patch.undo()
            shutil.rmtree(self.folder, ignore_errors=True)


TestMoney = Money.TestCase
TestMoney.settings = settings(
    max_examples=200 if SOAK else 10,
    stateful_step_count=50 if SOAK else 15,
    deadline=None,
    derandomize=not SOAK,
    database=None,
    print_blob=SOAK,
    suppress_health_check=list(HealthCheck),
    # A story is short enough to be read as it is; shortening one takes minutes.
    phases=tuple(Phase) if SOAK else (Phase.explicit, Phase.generate),
)
if SOAK:  # the time limit of one test is for one story
    TestMoney = pytest.mark.timeout(6 * 3600)(TestMoney)
