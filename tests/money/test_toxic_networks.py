"""On a network that is slow, torn, silent or gone, each picture is bought once.

Toxiproxy's eight toxics, on what is said and on what is answered, for creating, asking
and downloading. The vendor's account says what was bought.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from money_projects import creates, paid

from assetgen.events import Submitted
from assetgen.journal import Journal, State
from assetgen.providers.kie import Kie
from assetgen.providers.kie.patience import Patience
from assetgen.running import build_project
from assetgen.testing.kie import Slow
from assetgen.testing.proxy import (
    Bandwidth,
    Latency,
    LimitData,
    Proxy,
    ResetPeer,
    Slicer,
    SlowClose,
    Stream,
    Timeout,
    Toxic,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from money_projects import Shop

    from assetgen.events import Event
    from assetgen.testing.kie import KieServer

# In seconds of the vendor, which are 20 ms long.
SLOW = (Latency(10, jitter=5), Bandwidth(2000), SlowClose(20), Slicer(40, 20, 0.5))
BROKEN = (Timeout(5), ResetPeer(), LimitData(100))
STREAMS = ("upstream", "downstream")
TARGETS = ("createTask", "recordInfo", "/p/")

each_stream = pytest.mark.parametrize("stream", STREAMS)
each_target = pytest.mark.parametrize("target", TARGETS)


def by_name(toxic: Toxic) -> str:
    return type(toxic).__name__


@dataclass
class Network:
    """The way to the API and to the host of the pictures."""

    api: Proxy
    files: Proxy

    def spoil(self, target: str, stream: Stream, toxic: Toxic) -> None:
        """Let all connections of one kind meet a toxic."""
        way = self.files if target == "/p/" else self.api
        way.on(stream, toxic, where=target)

    def met(self) -> int:
        """Return how many connections were hit."""
        return len(self.api.met) + len(self.files.met)

    def heal(self) -> None:
        """End all toxics, and what has met them."""
        for way in (self.api, self.files):
            way.calm()
            way.cut()
            way.up()


@pytest.fixture
def network(server: KieServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Network]:
    """Put the vendor behind a network that can be spoiled."""
    with (
        Proxy(server.url, clock=server.clock) as api,
        Proxy(server.files_url, clock=server.clock) as files,
    ):
        server.stand_behind(api=api.url, files=files.url)
        monkeypatch.setenv("KIE_BASE_URL", api.url)
        yield Network(api, files)


def settle(shop: Shop) -> int:
    """Decide each doubt as a person with the vendor's list would; return how many."""
    tasks = {task.prompt: task.id for task in shop.server.account.tasks}
    unsure = [each for each in shop.intents() if each.state is State.AMBIGUOUS]
    for intent in unsure:
        with Journal.open(shop.open().settings.journal) as journal:
            job = tasks.get(str(intent.request["prompt"]))
            if job is None:
                journal.resolve_resend(intent.id, who="a person")
            else:
                journal.resolve_adopt(intent.id, job, who="a person")
    return len(unsure)


def comes_home(shop: Shop, network: Network, pictures: int = 1) -> None:
    """Assert that one build on a clean network ends well, and the next buys nothing."""
    network.heal()
    resent = settle(shop) if "ambiguous" in shop.states() else 0
    assert shop.build().exit_code == 0
    assert paid(shop) == pictures
    assert creates(shop) <= pictures + resent
    calls = creates(shop)
    assert shop.build().exit_code == 0
    assert creates(shop) == calls
    assert shop.states().count("done") == len(shop.published()) == pictures
    assert set(shop.states()) <= {"done", "released", "abandoned"}


@each_target
@each_stream
@pytest.mark.parametrize("toxic", SLOW, ids=by_name)
def test_a_network_that_is_only_slow_costs_only_time(
    shop: Shop, network: Network, toxic: Toxic, stream: Stream, target: str
) -> None:
    network.spoil(target, stream, toxic)
    assert shop.write("coin").build().exit_code == 0
    assert network.met()
    assert (paid(shop), creates(shop), shop.states()) == (1, 1, ["done"])


@each_stream
@pytest.mark.parametrize("toxic", BROKEN, ids=by_name)
def test_a_purchase_that_is_torn_is_a_doubt_and_is_not_sent_again(
    shop: Shop, network: Network, toxic: Toxic, stream: Stream
) -> None:
    """Upstream the vendor never saw it, downstream it was bought: nobody can know."""
    network.spoil("createTask", stream, toxic)
    shop.write("coin")
    for _ in range(2):
        assert shop.build().exit_code == 5
    assert network.met() == 1
    assert paid(shop) == (0 if stream == "upstream" else 1)
    assert creates(shop) <= 1  # half a request may look like one
    assert shop.states() == ["ambiguous"]
    comes_home(shop, network)


@pytest.mark.parametrize("target", ["recordInfo", "/p/"])
@each_stream
@pytest.mark.parametrize("toxic", BROKEN, ids=by_name)
def test_a_job_that_cannot_be_asked_for_or_fetched_is_kept_for_later(
    shop: Shop, network: Network, toxic: Toxic, stream: Stream, target: str
) -> None:
    network.spoil(target, stream, toxic)
    shop.write("coin")
    for _ in range(2):
        assert shop.build().exit_code == 7
    assert network.met() > 1
    assert (paid(shop), creates(shop)) == (1, 1)
    comes_home(shop, network)


@pytest.mark.parametrize("target", ["recordInfo", "/p/"])
@each_stream
@pytest.mark.parametrize("toxic", BROKEN, ids=by_name)
def test_a_question_or_a_download_that_is_torn_once_is_made_again(
    shop: Shop, network: Network, toxic: Toxic, stream: Stream, target: str
) -> None:
    way = network.files if target == "/p/" else network.api
    way.on(stream, toxic, where=target, times=1)
    assert shop.write("coin").build().exit_code == 0
    assert network.met() == 1
    assert (paid(shop), creates(shop), shop.states()) == (1, 1, ["done"])


@pytest.mark.parametrize(
    ("target", "code"), [("createTask", 5), ("recordInfo", 7), ("/p/", 7)]
)
def test_silence_ends_with_a_deadline(
    shop: Shop,
    network: Network,
    monkeypatch: pytest.MonkeyPatch,
    target: str,
    code: int,
) -> None:
    stall = 0.4 if target == "/p/" else 20
    monkeypatch.setattr(Kie, "patience", Patience(call=2, download=5, stall=stall))
    network.spoil(target, "downstream", Timeout(math.inf))
    assert shop.write("coin").build().exit_code == code
    assert network.met()
    assert (paid(shop), creates(shop)) == (1, 1)
    monkeypatch.setattr(Kie, "patience", Patience())
    comes_home(shop, network)


GLASS = """\
version: 1
defaults: {provider: kie, model: nano-banana-pro}
assets:
  glass: {prompt: a glass on a white background, removeBg: {method: difference}}
"""
UPLOAD = "file-stream-upload"


@each_stream
@pytest.mark.parametrize("toxic", SLOW, ids=by_name)
def test_an_upload_that_is_only_slow_costs_only_time(
    shop: Shop, network: Network, toxic: Toxic, stream: Stream
) -> None:
    network.spoil(UPLOAD, stream, toxic)
    assert shop.write_text(GLASS).build().exit_code == 0
    assert network.met() == 1
    assert (paid(shop), creates(shop), shop.states()) == (2, 2, ["done", "done"])


@each_stream
@pytest.mark.parametrize("toxic", BROKEN, ids=by_name)
def test_an_upload_that_is_torn_buys_nothing(
    shop: Shop, network: Network, toxic: Toxic, stream: Stream
) -> None:
    """Once, it is made again; for ever, the picture that was shown is kept."""
    network.api.on(stream, toxic, where=UPLOAD, times=4)
    assert shop.write_text(GLASS).build().exit_code == 7
    assert network.met() == 4
    assert (paid(shop), creates(shop)) == (1, 1)
    assert shop.states() == ["done", "released"]
    network.api.on(stream, toxic, where=UPLOAD, times=1)
    assert shop.build().exit_code == 0
    assert network.met() == 5
    assert (paid(shop), creates(shop), shop.states().count("done")) == (2, 2, 2)
    assert shop.published() == {"glass.png"}


def test_nobody_there_buys_nothing(shop: Shop, network: Network) -> None:
    network.api.down()
    assert shop.write("coin", "star").build().exit_code == 7
    assert (creates(shop), set(shop.states())) == (0, {"released"})
    comes_home(shop, network, 2)


def on(shop: Shop, kind: type[Event], act: Callable[[], None]) -> int:
    """Build, do something at the first event of a kind, and return the exit code."""
    happened: list[Event] = []

    def listener(event: Event) -> None:
        if isinstance(event, kind) and not happened:
            happened.append(event)
            act()

    report = build_project(shop.open(), shop.options(), listener)
    assert happened
    return report.exit_code


def test_a_vendor_who_goes_away_after_the_purchase_is_asked_later(
    shop: Shop, network: Network
) -> None:
    assert on(shop.write("coin"), Submitted, network.api.down) == 7
    assert (paid(shop), shop.states()) == (1, ["submitted"])
    comes_home(shop, network)


def test_a_file_host_who_is_not_there_is_asked_later(
    shop: Shop, network: Network
) -> None:
    network.files.down()
    assert shop.write("coin").build().exit_code == 7
    assert (paid(shop), shop.states()) == (1, ["ready"])
    comes_home(shop, network)


def test_a_network_that_dies_while_replies_are_out_leaves_doubts(
    shop: Shop, network: Network
) -> None:
    """The first reply is there, the others are on their way when all lines end."""
    names = ("coin", "star", "moon")
    for name in names[1:]:
        shop.server.on("create", Slow(before=2000), where=name)

    def cut() -> None:
        while creates(shop) < len(names):
            time.sleep(0.01)
        network.api.cut()

    cutting = threading.Thread(target=cut)
    assert on(shop.write(*names), Submitted, cutting.start) == 5
    cutting.join()
    assert shop.states().count("ambiguous") == 2
    assert (paid(shop), creates(shop)) == (3, 3)
    comes_home(shop, network, 3)
