"""Every wait ends: bytes that come one by one hold nobody longer than none at all.

A read that times out only when nothing comes would wait here for minutes. The vendor's
account says what was bought meanwhile.
"""

from __future__ import annotations

import asyncio
import math
import socket
from typing import TYPE_CHECKING, Literal

import pytest
from money_projects import creates, paid

from assetgen import jobs
from assetgen.errors import Unavailable
from assetgen.providers.kie import Kie
from assetgen.providers.kie.patience import Patience
from assetgen.testing.kie import Slow
from assetgen.testing.proxy import Proxy, Slicer

if TYPE_CHECKING:
    from money_projects import Shop

    from assetgen.testing.kie import Behaviour, KieServer

SHORT = Patience(connect=0.4, call=2, download=1, stall=60)  # real seconds
# One byte in a tenth of a second: an answer of half a minute and more.
DRIP = Slicer(1, pause=0.1)

Call = Literal["create", "poll", "file"]
CODES: dict[Call, int] = {"create": 5, "poll": 7, "file": 7}
STATES: dict[Call, str] = {"create": "ambiguous", "poll": "submitted", "file": "ready"}
PATHS: dict[Call, str] = {"create": "createTask", "poll": "recordInfo", "file": "/p/"}

each_call = pytest.mark.parametrize("call", CODES)


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Kie, "patience", SHORT)
    monkeypatch.setattr(jobs, "FETCHES", 2)


def ends(shop: Shop, call: Call) -> None:
    """Assert that a build gives up, and what the vendor and the journal then know."""
    shop.write("coin", head="providers: {kie: {timeout: 1m}}")
    assert shop.build().exit_code == CODES[call]
    assert (paid(shop), creates(shop), shop.states()) == (1, 1, [STATES[call]])


@each_call
def test_a_head_that_drips_is_not_waited_for(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, call: Call
) -> None:
    with Proxy(shop.server.url) as api, Proxy(shop.server.files_url) as files:
        shop.server.stand_behind(api=api.url, files=files.url)
        monkeypatch.setenv("KIE_BASE_URL", api.url)
        way = files if call == "file" else api
        way.on("downstream", DRIP, where=PATHS[call])
        ends(shop, call)
        assert way.met


@each_call
def test_a_body_that_drips_is_not_waited_for(shop: Shop, call: Call) -> None:
    shop.server.on(call, Slow(during=2000), times=None)  # 40 real seconds
    ends(shop, call)


def test_a_line_that_says_nothing_is_hung_up_before_anything_is_sent(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes connections and never shakes hands: nothing can have been bought."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        monkeypatch.setenv("KIE_BASE_URL", f"https://127.0.0.1:{port}")
        report = shop.write(*(f"coin-{number}" for number in range(20))).build()
    assert (report.exit_code, report.spent) == (7, 0)
    assert set(shop.states()) == {"released"}
    monkeypatch.setenv("KIE_BASE_URL", shop.server.url)
    assert shop.build().exit_code == 0
    assert paid(shop) == 20


@pytest.mark.parametrize(
    "trouble", [Slow(before=math.inf), Slow(during=2000)], ids=["silence", "drip"]
)
def test_the_balance_is_not_waited_for(server: KieServer, trouble: Behaviour) -> None:
    server.on("credit", trouble)
    provider = Kie(server.env, server.clock)

    async def ask() -> None:
        try:
            await provider.balance()
        finally:
            await provider.aclose()

    with pytest.raises(Unavailable, match="it took too long"):
        asyncio.run(ask())
