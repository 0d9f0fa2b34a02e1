"""This file is everything at once: storms, kills, clocks, edits, and then the bill.

    python campaigns/chaos.py                          # 20 minutes
    python campaigns/chaos.py --minutes 2 --seed 7

Two people build two checkouts of one user, often both the same one, while they edit,
rename and remove assets. Builds are killed, interrupted, told a wrong clock. Network
and vendor misbehave (`weather.py`). Every minute it is calm: doubts are settled as a
person would, builds must end well, and then vendor, journal, receipts and files must
agree. The seed decides what is tried, but not in which order threads and processes get
there. Ends with 0 if all was well, 1 if not.
"""

from __future__ import annotations

import argparse
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from trial import Trial
from weather import Weather

from assetgen.journal import Journal, State
from assetgen.testing.kie import KieServer
from assetgen.testing.proxy import Proxy

if TYPE_CHECKING:
    from collections.abc import Iterator

ELSEWHEN = Path(__file__).with_name("elsewhen.py")
HEAD = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
providers: {kie: {timeout: 40s, concurrency: 20}}
assets:
"""
DAY = 86_400
# What a build may end with: done, an asset failed, a doubt, held, later, interrupted.
ALLOWED = {0, 1, 5, 6, 7, 130, 143, -signal.SIGKILL}
# Python itself was interrupted, before there was a build.
UNBORN = {-signal.SIGTERM, -signal.SIGINT}
# No build may take longer: its jobs get 40 s, a picture 120 s, a lock 20 s.
LONGEST = 300.0
STORM = 45.0  # seconds between two calms
BEGINNING = 12  # edits of each checkout before the first build: some thirty assets
MOST = 20  # mishaps that are told
ROUNDS = 8  # builds until a calm checkout must have come home


@dataclass
class Checkout:
    """One folder of assets that people change.

    Attributes:
        assets: Name → prompt, as the manifest has them now.
    """

    trial: Trial
    assets: dict[str, str] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def edit(self, dice: Random, words: int) -> None:
        """Add, reword, rename or remove a few assets, and write the manifest."""
        with self.lock:
            for _ in range(dice.randint(1, 6)):
                name = dice.choice(list(self.assets)) if self.assets else ""
                kind = dice.choice(("add", "add", "add", "reword", "rename", "remove"))
                number = dice.randrange(words)
                if kind == "add" or not name:
                    self.assets[f"n{dice.randrange(10 * words)}"] = f"thing {number:05}"
                elif kind == "reword":
                    self.assets[name] = f"thing {number:05}"
                elif kind == "rename":
                    self.assets[f"m{dice.randrange(10 * words)}"] = self.assets[name]
                    del self.assets[name]
                else:
                    del self.assets[name]
            lines = [f"  {name}: {{prompt: {p}}}\n" for name, p in self.assets.items()]
            path = self.trial.project / "assets.yaml"
            fresh = path.with_suffix(".new")
            fresh.write_text(HEAD + "".join(lines) if lines else HEAD[:-1] + " {}\n")
            fresh.replace(path)


class Chaos:
    """One campaign.

    Attributes:
        ended: How many builds ended how, killed ones included.
        settled: How many doubts a person has settled.
        wrong: What should not have been.
    """

    def __init__(
        self, server: KieServer, weather: Weather, checkouts: list[Checkout], words: int
    ) -> None:
        self.server = server
        self.weather = weather
        self.checkouts = checkouts
        self.words = words
        self.ended: Counter[str] = Counter()
        self.settled = 0
        self.wrong: list[str] = []

    # --- a storm ----------------------------------------------------------------

    def storm(self, seconds: float, seed: int) -> None:
        """Let two people build in bad weather."""
        until = time.monotonic() + seconds
        luck = [Random(f"{seed} {who}") for who in range(2)]  # noqa: S311  dice
        people = [
            threading.Thread(target=self._person, args=(dice, until)) for dice in luck
        ]
        self.weather.start()
        for person in people:
            person.start()
        for person in people:
            person.join()
        self.weather.calm()

    def _person(self, dice: Random, until: float) -> None:
        while time.monotonic() < until and not self.wrong:
            checkout = dice.choice(self.checkouts)
            if dice.random() < 0.6:  # noqa: PLR2004  a share
                checkout.edit(dice, self.words)
            self._build(checkout, dice)

    def _build(self, checkout: Checkout, dice: Random) -> None:
        """Run one build, perhaps not to its end."""
        off = dice.choice((0, 0, 0, DAY, -DAY, 3600))
        command = [sys.executable, str(ELSEWHEN), str(off), "build", "--yes", "--json"]
        command += ["--lock-timeout", str(dice.choice((0, 5, 20)))]
        if dice.random() < 0.3:  # noqa: PLR2004  a share
            command += ["--webhook", f"http://127.0.0.1:{_free_port()}/"]
        surroundings = checkout.trial.environment
        if dice.random() < 0.5:  # noqa: PLR2004  a share
            del surroundings["KIE_POLL_INTERVAL"]
        with subprocess.Popen(
            command,
            cwd=checkout.trial.project,
            env=surroundings,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as build:
            how, said = self._watch(build, dice)
        self.ended[f"{how}{build.returncode}"] += 1
        if build.returncode in UNBORN:
            return
        if build.returncode not in ALLOWED or "Traceback" in said:
            self.wrong.append(f"`{' '.join(command[2:])}`: {build.returncode} {said}")

    def _watch(self, build: subprocess.Popen[str], dice: Random) -> tuple[str, str]:
        """Return how a build was ended, and what it said."""
        numbers = (signal.SIGKILL, signal.SIGKILL, signal.SIGTERM, signal.SIGINT)
        number = dice.choice((*numbers, signal.SIGSTOP, None, None))
        patience = LONGEST if number is None else dice.uniform(0.3, 15)
        try:
            return "", build.communicate(timeout=patience)[1]
        except subprocess.TimeoutExpired:
            pass
        if number is None:
            build.kill()
            self.wrong.append(f"a build did not end in {LONGEST:.0f} s")
            return "endless ", build.communicate()[1]
        build.send_signal(number)
        if number == signal.SIGSTOP:
            time.sleep(dice.uniform(1, 12))
            build.send_signal(signal.SIGCONT)
        elif number != signal.SIGKILL and dice.random() < 0.3:  # noqa: PLR2004  a share
            time.sleep(dice.uniform(0, 1))
            build.send_signal(number)
        return f"{number.name} ", build.communicate(timeout=LONGEST)[1]

    # --- a calm -----------------------------------------------------------------

    def come_home(self) -> None:
        """Settle what is in doubt, build to the end, and let everybody compare."""
        for checkout in self.checkouts:
            self._settle(checkout)
        calls = len(self.server.account.creates)
        for checkout in self.checkouts:
            self._say(checkout, "build", "--yes")
        if len(self.server.account.creates) != calls:
            self.wrong.append("a build with nothing to do asked for a picture")
        for checkout in self.checkouts:
            self._say(checkout, "check")
            self.wrong += [f"{checkout.trial.checkout}: {w}" for w in _amiss(checkout)]
        self._say(self.checkouts[0], "cache", "verify")
        self.wrong += self._bill()

    def _settle(self, checkout: Checkout) -> None:
        """Build until all is well; what failed at the vendor is asked for again."""
        for _ in range(ROUNDS):
            run = checkout.trial.build()
            # A doubt about an asset that is not wanted any more changes no exit code.
            doubts = len(checkout.trial.doubts())
            self.settled += doubts
            self.wrong += checkout.trial.settle()
            if not run.returncode and not doubts:
                return
        self.wrong.append(f"no way home: {run.returncode} {run.stderr[-600:]}")

    def _say(self, checkout: Checkout, *words: str) -> None:
        run = checkout.trial.run(*words)
        if run.returncode:
            text = f"{run.stdout[-400:]}{run.stderr[-400:]}"
            self.wrong.append(f"`{' '.join(words)}`: {run.returncode} {text}")

    def _bill(self) -> Iterator[str]:
        """Yield where the vendor's account and the journal disagree."""
        home = self.checkouts[0].trial.home / "journal.db"
        with Journal.open(home, reading=True) as journal:
            journal.verify()
            intents = journal.intents()
        states = {i.job: i.state for i in intents if i.job}
        alive: Counter[str] = Counter()
        for task in self.server.account.tasks:
            failed = self.server.account.state(task) == "fail"
            alive[task.prompt] += not failed
            ends = {State.FAILED} if failed else {State.DONE, State.LOST}
            if states.get(task.id) not in ends:
                yield f"job {task.id} of `{task.prompt}` is {states.get(task.id)}"
        yield from (f"`{p}` was bought {n} times" for p, n in alive.items() if n > 1)
        known = {task.id for task in self.server.account.tasks}
        yield from (f"job {job} is nobody's" for job in states if job not in known)
        open_ = [i for i in intents if i.state in {State.SENDING, State.AMBIGUOUS}]
        yield from (f"{i.asset} is still {i.state}" for i in open_)
        if self.server.account.authorization_on_files:
            yield "the key was shown to the file host"


def _amiss(checkout: Checkout) -> Iterator[str]:
    """Yield what is wrong with a checkout's receipts and published files."""
    jobs = {task.id: task.prompt for task in checkout.trial.server.account.tasks}
    for name, prompt in checkout.assets.items():
        receipt = checkout.trial.project / "originals" / f"{name}.json"
        found = json.loads(receipt.read_text()) if receipt.exists() else {}
        if jobs.get(found.get("job", "")) != prompt:
            yield f"the receipt of {name} (`{prompt}`) names the job {found.get('job')}"
        if not list((checkout.trial.project / "output").glob(f"{name}.*")):
            yield f"{name} is not published"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as port:
        return int(port.getsockname()[1])


@contextmanager
def chaos(seed: int, words: int) -> Iterator[Chaos]:
    """Yield a campaign in a new folder, which is removed afterwards."""
    with (
        TemporaryDirectory(prefix="campaign-") as folder,
        KieServer(
            {"test-key": 1_000_000},
            speed=2,
            latency=3,
            scale=0.06,
            creates_per_10s=20,
        ) as server,
        Proxy(server.url, seed=seed) as api,
        Proxy(server.files_url, seed=seed) as files,
    ):
        server.stand_behind(api=api.url, files=files.url)
        checkouts, dice = [], Random(seed)  # noqa: S311  dice
        for name in ("here", "there"):
            made = Trial(Path(folder).resolve(), server, name)
            made.project.mkdir()
            checkouts.append(Checkout(made))
            for _ in range(BEGINNING):
                checkouts[-1].edit(dice, words)
        weather = Weather(server, api, files, dice)
        yield Chaos(server, weather, checkouts, words)


def main() -> int:
    """Run the campaign, say what happened, and return the exit code."""
    parser = argparse.ArgumentParser(description="Storms, kills, edits, and a bill.")
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--assets", type=int, default=500, help="different pictures")
    parser.add_argument("--seed", type=int, default=time.time_ns() % 100_000)
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    until = time.monotonic() + options.minutes * 60
    with chaos(options.seed, options.assets) as campaign:
        rounds = 0
        while time.monotonic() < until and not campaign.wrong:
            rounds += 1
            began = time.monotonic()
            campaign.storm(min(STORM, until - began), options.seed * 1000 + rounds)
            campaign.come_home()
            print(
                f"round {rounds}: {sum(campaign.ended.values())} builds, "
                f"{len(campaign.server.account.tasks)} jobs, "
                f"{time.monotonic() - began:.0f} s",
                flush=True,
            )
        return _verdict(campaign)


def _verdict(campaign: Chaos) -> int:
    account = campaign.server.account
    failed = sum(account.state(task) == "fail" for task in account.tasks)
    print(f"how builds ended: {dict(sorted(campaign.ended.items()))}")
    print(f"weather: {dict(sorted(campaign.weather.seen.items()))}")
    print(
        f"{sum(campaign.ended.values())} builds, {len(account.creates)} createTask "
        f"calls, {len(account.tasks)} jobs accepted, {failed} of them failed at the "
        f"vendor, {campaign.settled} settled by a person, "
        f"{len(campaign.wrong)} went wrong"
    )
    for wrong in campaign.wrong[:MOST]:
        print(f"    WRONG: {wrong}")
    return 1 if campaign.wrong or not account.tasks else 0


if __name__ == "__main__":
    sys.exit(main())
