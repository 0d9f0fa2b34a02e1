"""Builds keep a vendor's limits, wait as it asks, and notice once that it is away.

Whole builds over real sockets; the vendor's account says who called when.
"""

from __future__ import annotations

import asyncio
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.utils import formatdate
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import pytest
from money_projects import Shop, creates, paid

from assetgen.events import Event, Noted, Submitted, Working
from assetgen.project import open_project
from assetgen.running import build_project
from assetgen.testing.kie import KieServer, Page, Refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from assetgen.events import Report
    from assetgen.testing.clock import FastClock
    from assetgen.testing.kie import Behaviour, Call

LIMIT = 20  # creates in 10 s


@dataclass(frozen=True)
class Skipping:
    """The vendor's clock, but whoever sleeps skips that time; for one sleeper only."""

    clock: FastClock

    def now(self) -> float:
        return self.clock.now()

    def monotonic(self) -> float:
        return self.clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.clock.advance(max(seconds, 0.0))
        await asyncio.sleep(0)


@pytest.fixture
def start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Shop]]:
    """Return what opens an empty project beside a vendor of a certain speed."""
    servers: list[KieServer] = []

    def one(speed: float, **habits: int) -> Shop:
        server = KieServer(speed=speed, latency=1, scale=0.03, **habits)
        server.start()
        servers.append(server)
        for name, value in server.env.items():
            monkeypatch.setenv(name, value)
        return Shop(tmp_path / "project", server)

    yield one
    for server in servers:
        server.stop()


def skipped(shop: Shop) -> Report:
    """Build one asset whose waits take no time."""
    project = open_project(shop.root, clock=Skipping(shop.server.clock))
    return build_project(project, shop.options(), shop.said.append)


@contextmanager
def hanging_up() -> Iterator[tuple[int, list[object]]]:
    """Take every connection and end it at once; yield the port and what came."""
    seen: list[object] = []
    with socket.create_server(("127.0.0.1", 0), backlog=512) as port:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, address = port.accept()
                    seen.append(address)
                    connection.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield port.getsockname()[1], seen
        port.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def gaps(calls: tuple[Call, ...]) -> list[float]:
    """Return the vendor's seconds between calls."""
    return [b.at - a.at for a, b in pairwise(calls)]


# --- the window --------------------------------------------------------------------


@pytest.mark.parametrize("builds", [1, 2])
def test_the_vendor_s_limit_is_kept_by_all_builds_on_a_key(
    start: Callable[..., Shop], builds: int
) -> None:
    """Two windows and one more; nobody who looks away from it is refused so rarely."""
    shop, each = start(speed=4, polls_per_s=1000), (2 * LIMIT + 2) // builds
    codes: list[int] = []

    def build(name: str) -> None:
        own = Shop(shop.root / name, shop.server)
        own.write(*(f"{name}-{number}" for number in range(each)))
        codes.append(own.build().exit_code)

    threads = [threading.Thread(target=build, args=(f"b{n}",)) for n in range(builds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0] * builds
    assert paid(shop) == each * builds
    # Without a window 20 are refused at once; a slow machine brings some together.
    assert creates(shop) - paid(shop) <= LIMIT / 2


def test_a_limit_that_falls_is_followed_and_one_that_rises_again_is_used(
    start: Callable[..., Shop],
) -> None:
    """Another computer takes most of the key's limit, for half of the build."""
    shop = start(speed=20, creates_per_10s=4, polls_per_s=1000)
    taken: list[float] = []

    def listener(event: Event) -> None:
        if isinstance(event, Submitted):
            taken.append(shop.server.clock.monotonic())
            if len(taken) == LIMIT:
                shop.server.change(creates_per_10s=LIMIT)

    shop.write(*(f"a{number}" for number in range(2 * LIMIT)))
    assert build_project(shop.open(), shop.options(), listener).exit_code == 0
    assert paid(shop) == 2 * LIMIT
    # Who asked for a full window each time would hear 16 times no, five times over.
    assert creates(shop) - paid(shop) <= 2 * LIMIT


# --- what the vendor asks for ---------------------------------------------------------


def later(*values: str, code: int = 429, status: int | None = None) -> Refuse:
    headers = tuple(("retry-after", value) for value in values)
    return Refuse(code, status=status, headers=headers)


WAITS = {
    "seconds": (later("7"), 7),
    "by HTTP": (later("7", status=429), 7),
    "by 503": (later("7", status=503), 7),
    "with a maintenance": (later("33", code=455, status=503), 33),
    "sixty": (later("60"), 60),
    "the longer of two": (later("3", "30"), 30),
    "none": (later(), 1),
    "less than nothing": (later("-5"), 1),
    "no number": (later("NaN"), 1),
    "a float": (later("1e9"), 1),
    "a day that is over": (later("Wed, 21 Oct 2015 07:28:00 GMT"), 0),
    "no day": (later("Wed, 99 Oct 9999 99:99:99 GMT"), 1),
}


@pytest.mark.parametrize(("trouble", "wait"), WAITS.values(), ids=WAITS)
@pytest.mark.parametrize("endpoint", ["create", "poll"])
def test_a_wait_that_is_asked_for_is_waited_and_not_much_more(
    start: Callable[..., Shop],
    endpoint: Literal["create", "poll"],
    trouble: Behaviour,
    wait: float,
) -> None:
    shop = start(speed=1).write("coin")
    shop.server.on(endpoint, trouble)
    assert skipped(shop).exit_code == 0
    assert paid(shop) == 1
    account = shop.server.account
    first, *_ = gaps(account.creates if endpoint == "create" else account.polls)
    assert wait <= first < wait + 30


def test_a_moment_that_is_named_is_waited_for(start: Callable[..., Shop]) -> None:
    shop = start(speed=1).write("coin")
    back = int(shop.server.clock.now()) + 45
    shop.server.on("create", later(formatdate(back, usegmt=True)))
    assert skipped(shop).exit_code == 0
    assert paid(shop) == 1
    assert back <= shop.server.account.creates[1].at < back + 30


@pytest.mark.parametrize("value", ["61", "9999999999", "Fri, 31 Dec 9999 23:59:59 GMT"])
@pytest.mark.parametrize("endpoint", ["create", "poll"])
def test_a_wait_beyond_reason_ends_the_build_with_the_time_to_come_back(
    start: Callable[..., Shop], endpoint: Literal["create", "poll"], value: str
) -> None:
    shop = start(speed=1).write("coin")
    shop.server.on(endpoint, later(value), times=None)
    report = skipped(shop)
    account = shop.server.account
    assert report.exit_code == 7
    assert len(account.creates if endpoint == "create" else account.polls) == 1
    assert " at " in f"{report.outcomes[0].error} {report.outcomes[0].hint}"
    assert shop.states() == ["released" if endpoint == "create" else "submitted"]
    shop.server.calm()
    assert skipped(shop).exit_code == 0
    assert paid(shop) == 1


def test_a_page_with_a_time_is_a_doubt_all_the_same(start: Callable[..., Shop]) -> None:
    """A gateway does not say whether the vendor has had the request."""
    shop = start(speed=1).write("coin")
    shop.server.on("create", Page(503, headers=(("retry-after", "1"),)))
    assert skipped(shop).exit_code == 5
    assert (creates(shop), shop.states()) == (1, ["ambiguous"])


# --- maintenance ----------------------------------------------------------------------


def test_maintenance_is_asked_about_after_5_s_doubling_to_60(
    start: Callable[..., Shop],
) -> None:
    shop = start(speed=1).write("coin")
    shop.server.on("create", Refuse(455), times=7)
    assert skipped(shop).exit_code == 0
    assert paid(shop) == 1
    found = gaps(shop.server.account.creates)
    nominal = [5, 10, 20, 40, 60, 60, 60]
    assert len(found) == len(nominal)
    assert all(n <= gap < 2 * n for n, gap in zip(nominal, found, strict=True))


@pytest.mark.parametrize("code", [429, 455])
def test_a_person_is_told_once_why_nothing_is_bought(
    start: Callable[..., Shop], code: int
) -> None:
    shop = start(speed=1).write("coin")
    shop.server.on("create", Refuse(code), times=3)
    assert skipped(shop).exit_code == 0
    (note,) = (each.text for each in shop.said if isinstance(each, Noted))
    assert f"code {code}" in note
    assert "nothing was bought, and it is asked again" in note
    stages = [each.stage for each in shop.said if isinstance(each, Working)]
    assert stages[:4] == ["submitting", "put off by kie"] * 2


def test_maintenance_after_the_purchase_is_waited_for_too(
    start: Callable[..., Shop],
) -> None:
    shop = start(speed=1).write("coin")
    shop.server.on("poll", Refuse(455), times=5)
    assert skipped(shop).exit_code == 0
    found = gaps(shop.server.account.polls)
    assert all(
        n <= gap < 2 * n for n, gap in zip([5, 10, 20, 40, 60], found, strict=True)
    )
    assert paid(shop) == 1


def test_a_question_that_a_gateway_puts_off_is_put_off(
    start: Callable[..., Shop],
) -> None:
    shop = start(speed=1).write("coin")
    shop.server.on("poll", Page(503, headers=(("retry-after", "21"),)))
    assert skipped(shop).exit_code == 0
    (gap,) = gaps(shop.server.account.polls)
    assert 21 <= gap < 60


def test_maintenance_without_end_is_waited_for_as_long_as_a_job(
    start: Callable[..., Shop],
) -> None:
    """At 0, 5, 15, 35, 75, 135, 195 and 255 s: the next would be after the deadline."""
    shop = start(speed=1).write("coin", head="providers: {kie: {timeout: 5m}}")
    shop.server.on("create", Refuse(455), times=None)
    report = skipped(shop)
    assert (report.exit_code, report.spent, shop.states()) == (7, 0, ["released"])
    assert creates(shop) == 8
    shop.server.calm()
    assert skipped(shop).exit_code == 0
    assert paid(shop) == 1


# --- a vendor who is away -------------------------------------------------------------


def test_maintenance_amid_a_build_is_noticed_once_for_all(
    start: Callable[..., Shop],
) -> None:
    """After five pictures: what was under way, and from then on one at a time."""
    shop = start(speed=50, creates_per_10s=100, polls_per_s=1000)
    account = shop.server.account
    shop.write(
        *(f"a{number}" for number in range(150)),
        head="providers: {kie: {timeout: 2m, concurrency: 150}}",
    )
    shop.server.on(
        "create", Refuse(455), where=lambda _: len(account.tasks) >= 5, times=None
    )
    assert shop.build().exit_code == 7
    assert (paid(shop), len(shop.published())) == (5, 5)
    assert creates(shop) <= 5 + LIMIT + 8
    assert set(shop.states()) == {"done", "released"}


def test_a_vendor_who_answers_no_question_is_noticed_once_and_keeps_our_jobs(
    start: Callable[..., Shop],
) -> None:
    shop = start(speed=20, creates_per_10s=1000, polls_per_s=1000)
    names = [f"a{number}" for number in range(50)]
    shop.write(*names, head="providers: {kie: {concurrency: 50}}")
    shop.server.on("poll", Page(502), times=None)
    assert shop.build().exit_code == 7
    assert len(shop.server.account.polls) <= 60
    assert set(shop.states()) <= {"submitted", "released"}
    bought = paid(shop)
    shop.server.calm()
    assert shop.build().exit_code == 0
    assert bought <= paid(shop) == len(names)


def test_a_dead_vendor_costs_few_connections_for_any_number_of_assets(
    start: Callable[..., Shop], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever listens there hangs up before TLS stands: nothing can have been sent."""
    shop = start(speed=50)
    shop.write(*(f"a{number}" for number in range(200)))
    with hanging_up() as (port, connections):
        monkeypatch.setenv("KIE_BASE_URL", f"https://127.0.0.1:{port}")
        report = shop.build()
    assert (report.exit_code, report.spent) == (7, 0)
    assert 1 <= len(connections) <= 60
    assert set(shop.states()) == {"released"}
