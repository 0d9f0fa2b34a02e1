"""This file is the server as a test holds it: two ports, one account, one clock."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Self

from assetgen.testing.clock import FastClock
from assetgen.testing.kie.account import Account
from assetgen.testing.kie.api import Api
from assetgen.testing.kie.behaviours import Fate
from assetgen.testing.kie.callbacks import Caller
from assetgen.testing.kie.files import Files
from assetgen.testing.kie.switches import Switches
from assetgen.testing.kie.transport import Listener
from assetgen.testing.kie.vendor import Vendor

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Unpack

    from assetgen.testing.kie.account import Call, Endpoint
    from assetgen.testing.kie.behaviours import Behaviour
    from assetgen.testing.kie.scenario import Where
    from assetgen.testing.kie.switches import Habits

KEY = "test-key"
CREDITS = 1000


class KieServer:
    """A kie.ai on this machine, in threads of its own; `with` starts and stops it.

    Args:
        keys: API keys and the credits each starts with.
        speed: Server seconds that pass in one real second.
        latency: Seconds a task takes, or a function of its create call; shorthand for
            ``fate=Fate(latency=…)``.
        port: Of the API; 0 picks a free one.
        habits: Any field of `Switches`.

    Attributes:
        clock: The server's time; hand it to the code under test, so that its rate
            limit and waits run in the same seconds, or `advance` it.
        account: What happened, for assertions.
        url, files_url: Where the two hosts are.
    """

    def __init__(
        self,
        keys: Mapping[str, float] | None = None,
        *,
        speed: float = 1.0,
        latency: float | Callable[[Call], float] | None = None,
        port: int = 0,
        **habits: Unpack[Habits],
    ) -> None:
        switches = Switches(**habits)
        if latency is not None:
            switches = replace(switches, fate=replace(switches.fate, latency=latency))
        purses = {
            key: Decimal(str(amount))
            for key, amount in (keys or {KEY: CREDITS}).items()
        }
        self.key = next(iter(purses))
        self.clock = FastClock(speed)
        self.account = Account(
            purses, self.clock, lambda: self._vendor.switches.patience
        )
        self._vendor = Vendor(self.clock, self.account, switches)
        self._caller = Caller(self._vendor)
        self._api = self._listen(Api(self._vendor, self._caller), port)
        self._files = self._listen(Files(self._vendor), 0)
        self.url = f"http://127.0.0.1:{self._api.port}"
        self.files_url = f"http://127.0.0.1:{self._files.port}"
        self._vendor.files_url = self.files_url
        self._door = self.url

    def _listen(self, host: Api | Files, port: int) -> Listener:
        def longest() -> float:
            return self._vendor.switches.longest_wait

        return Listener(host.respond, self.clock, longest, port)

    # --- what will happen -------------------------------------------------------

    def on(
        self,
        endpoint: Endpoint,
        *behaviours: Behaviour,
        where: Where = None,
        times: int | None = 1,
    ) -> None:
        """Queue behaviours for the next fitting calls of an endpoint.

        A call meets at most one fault and, if it creates a task, one fate: the first of
        each kind that fits and is left.

        Args:
            endpoint: ``create``, ``poll``, ``credit``, ``download-url`` or ``file``.
            behaviours: Faults and fates, met in this order.
            where: Only calls about a task with this text in its prompt, or for which
                this function of the `Call` is true.
            times: How many calls each behaviour meets; None for every call from now on.
        """
        for behaviour in behaviours:
            if isinstance(behaviour, Fate) and endpoint != "create":
                raise ValueError("a fate is decided when a task is created")
            self._vendor.scenario.add(endpoint, behaviour, where, times)

    def change(self, **habits: Unpack[Habits]) -> None:
        """Set some switches from now on."""
        self._vendor.switches = replace(self._vendor.switches, **habits)

    def calm(self) -> None:
        """Forget the behaviours that no call has met yet."""
        self._vendor.scenario.clear()

    @property
    def unmet(self) -> int:
        """Return how many queued behaviours no call has met yet, endless ones aside."""
        return self._vendor.scenario.waiting()

    # --- where it is ------------------------------------------------------------

    def stand_behind(self, *, api: str | None = None, files: str | None = None) -> None:
        """Name other addresses than our own from now on: those of a `Proxy` before us.

        Args:
            api: What `env` names, None for our own.
            files: What the addresses of results name, None for our own.
        """
        self._door = api or self.url
        self._vendor.files_url = files or self.files_url

    @property
    def env(self) -> dict[str, str]:
        """Return the settings that point the assetgen command at this server."""
        key = self._vendor.switches.hmac_key
        signed = {} if key is None else {"KIE_WEBHOOK_HMAC_KEY": key}
        return {"KIE_API_KEY": self.key, "KIE_BASE_URL": self._door, **signed}

    @property
    def calls(self) -> tuple[Call, ...]:
        """Return every request to either host in the order of arrival."""
        return self.account.calls

    def start(self) -> None:
        """Begin to answer on both ports."""
        self._api.start()
        self._files.start()
        self._caller.start()

    def stop(self) -> None:
        """Close both ports and every connection.

        Raises ExceptionGroup if the server itself had a bug, lest a test believe it.
        """
        self._caller.stop()
        self._api.stop()
        self._files.stop()
        parts = (self._api, self._files, self._caller)
        crashes = [crash for part in parts for crash in part.crashes]
        if crashes:
            raise BaseExceptionGroup("the test server crashed", crashes)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
