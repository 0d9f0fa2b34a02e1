"""This file is bad weather: what network and vendor do to builds, and how often.

Every second or three something is chosen anew: a toxic on the way to the API or to the
pictures, a network that is gone, or a vendor who refuses, forgets, lies or is silent.
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from assetgen.testing.kie import (
    INTERNAL,
    Body,
    Callback,
    Cut,
    Fate,
    Length,
    Page,
    Refuse,
    Reset,
    Slow,
)
from assetgen.testing.proxy import (
    Bandwidth,
    Latency,
    LimitData,
    Proxy,
    ResetPeer,
    Slicer,
    SlowClose,
    Timeout,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from assetgen.testing.kie import KieServer
    from assetgen.testing.kie.behaviours import Fault
    from assetgen.testing.proxy import Toxic

TOXICS: tuple[Toxic, ...] = (
    Latency(0.5, jitter=0.4),
    Bandwidth(4000),
    SlowClose(1),
    Slicer(40, variation=20, pause=0.01),
    Timeout(),
    Timeout(0.5),
    ResetPeer(),
    ResetPeer(after=0.05),
    LimitData(200),
    LimitData(3000),
)
FAULTS: dict[str, tuple[Fault, ...]] = {
    "create": (
        Refuse(429),
        Refuse(429, headers=(("retry-after", "2"),)),
        Refuse(455),
        Refuse(500),
        Refuse(500, made=True),
        Page(502),
        Page(524, made=True),
        Reset(),
        Reset(made=True),
        Body(b'{"code":200,', made=True),
        Cut(0.5),
        Slow(before=8),
    ),
    "poll": (Refuse(429), Refuse(500), Page(503), Reset(), Body(b"{}"), Cut(0.3)),
    "file": (Page(503), Page(404), Reset(), Cut(0.5), Length(-7), Slow(during=4)),
    "download-url": (Refuse(500), Reset()),
}
FAILING, CUTTING = 0.05, 0.3  # shares of tasks, and of changes of the weather
CALLBACKS = (
    (Callback(),),
    (Callback(times=5),),
    (Callback(after=-5), Callback(after=2)),
    (Callback(state="fail"), Callback()),
    (Callback(signature="wrong"), Callback(shape="E")),
    (),
)


class Weather:
    """What happens to one vendor and the two ways to it, until it is calm.

    Attributes:
        seen: How often what was chosen, by name.
    """

    def __init__(
        self, server: KieServer, api: Proxy, files: Proxy, random: Random
    ) -> None:
        self.seen: Counter[str] = Counter()
        self._server = server
        self._ways = (api, files)
        self._random = random
        self._over = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin a storm."""
        self._over.clear()
        self._thread = threading.Thread(target=self._blow, daemon=True)
        self._thread.start()

    def calm(self) -> None:
        """End it: nothing is spoiled, and nothing that was on its way arrives."""
        self._over.set()
        if self._thread is not None:
            self._thread.join()
        self._clear()
        for way in self._ways:
            way.cut()

    def _fates(self) -> Iterator[Fate]:
        """Yield how the next few tasks live."""
        dice = self._random
        for _ in range(8):
            yield Fate(
                latency=dice.choice((0.5, 2, 6, 12, 40)),
                hidden=dice.choice((0, 0, 0, 3)),
                fail=INTERNAL if dice.random() < FAILING else None,
                callbacks=dice.choice(CALLBACKS),
            )

    def _blow(self) -> None:
        while not self._over.wait(self._random.uniform(0.2, 1.0)):
            self._server.on("create", *self._fates())
            kinds = (self._toxic, self._toxic, self._fault, self._fault, self._gone)
            self._random.choice(kinds)()
            self._over.wait(self._random.uniform(0.5, 3.0))
            self._clear()
            if self._random.random() < CUTTING:
                self.seen["cut"] += 1
                for way in self._ways:
                    way.cut()

    def _toxic(self) -> None:
        toxic = self._random.choice(TOXICS)
        stream = self._random.choice(("upstream", "downstream"))
        share = self._random.choice((0.2, 0.5, 1.0))
        self.seen[f"{type(toxic).__name__} {stream}"] += 1
        self._random.choice(self._ways).on(stream, toxic, share=share)

    def _fault(self) -> None:
        endpoint = self._random.choice(("create", "create", "poll", "file"))
        fault = self._random.choice(FAULTS[endpoint])
        times = self._random.choice((1, 3, 20))
        self.seen[f"{endpoint}: {type(fault).__name__}"] += 1
        self._server.on(endpoint, fault, times=times)  # type: ignore[arg-type]

    def _gone(self) -> None:
        self.seen["down"] += 1
        self._random.choice(self._ways).down()

    def _clear(self) -> None:
        self._server.calm()
        for way in self._ways:
            way.calm()
            way.up()
