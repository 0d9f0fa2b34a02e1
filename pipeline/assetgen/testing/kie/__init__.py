"""This file is the table of contents of a kie.ai for tests, over real sockets.

It speaks the vendor's protocol as it was recorded, odd sides included, charges an
account and makes real pictures. Nothing leaves the machine::

    from assetgen.testing.kie import Fail, Fate, KieServer, Page, Refuse, Reset

    with KieServer(speed=50, latency=20) as server:    # 20 of its seconds: 0.4 of ours
        server.on("create", Refuse(429), times=3)      # the next three creates
        server.on("create", Reset(made=True), where="gold")   # taken, but no answer
        server.on("create", Fate(fail=Fail("422", "…")), where=lambda call: …)
        server.on("poll", Page(502), Page(524))
        server.on("file", Cut(0.5))
        ...                                            # run the code under test
        assert server.account.accepted("gold") == 1    # not bought twice
        assert not server.account.duplicates
        assert server.account.charged == 18            # credits

By hand: ``python -m assetgen.testing.kie --latency 2 --key KEY`` prints its address.
The pages to read next are `behaviours` (what can go wrong), `switches` (habits of the
whole server) and `account` (what can be asserted).
"""

from assetgen.testing.kie.account import Account, Call, Endpoint, Refusal, Ring, Task
from assetgen.testing.kie.behaviours import (
    ABSENT,
    GENERATION,
    INSUFFICIENT,
    INTERNAL,
    MEDIA,
    PROHIBITED,
    Behaviour,
    Body,
    Callback,
    Cut,
    Fail,
    Fate,
    Fault,
    Length,
    Page,
    Refuse,
    Reset,
    Slow,
    as_json,
    as_object,
)
from assetgen.testing.kie.server import CREDITS, KEY, KieServer
from assetgen.testing.kie.switches import Switches

__all__ = [
    "ABSENT",
    "CREDITS",
    "GENERATION",
    "INSUFFICIENT",
    "INTERNAL",
    "KEY",
    "MEDIA",
    "PROHIBITED",
    "Account",
    "Behaviour",
    "Body",
    "Call",
    "Callback",
    "Cut",
    "Endpoint",
    "Fail",
    "Fate",
    "Fault",
    "KieServer",
    "Length",
    "Page",
    "Refusal",
    "Refuse",
    "Reset",
    "Ring",
    "Slow",
    "Switches",
    "Task",
    "as_json",
    "as_object",
]
