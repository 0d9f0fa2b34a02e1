"""This file is the contract between assetgen and a vendor: quote, submit, poll, fetch.

A provider is one adapter for one vendor; its models are data (`Model`). It keeps no
state that outlives a build and never retries a `submit`: whether that is safe is
decided by `jobs`, from the outcome that `submit` returns. A vendor that answers at
once returns `Done`; one that works by a queue returns `Accepted`.

The smallest provider::

    class Solid(Provider):
        name = "solid"
        free = True

        def models(self):
            return {"red": Model(name="red", provider="solid", inputs={})}

        async def submit(self, request, sending):
            return Done(a_red_png(request.prompt))
"""

from __future__ import annotations

import abc
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from assetgen.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from decimal import Decimal

    from assetgen.catalogue import Model
    from assetgen.clock import Clock
    from assetgen.request import Request


# --- what a submission comes to -------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    """The vendor took the job and will bill it; `job` names it from now on."""

    job: str
    warning: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """The vendor answered with the picture itself."""

    picture: bytes


@dataclass(frozen=True, slots=True)
class Refused:
    """The vendor said no and made nothing: nothing was bought, asking again is useless.

    Attributes:
        why: One sentence, redacted.
        account: The key or the credit is at fault: all submissions stop (exit 9).
    """

    why: str
    account: bool = False
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class NotSent:
    """Provably nothing was bought; the same submission may be made again.

    Attributes:
        why: One sentence, redacted.
        wait: Seconds to wait at least; None leaves it to us.
        limited: The vendor's rate limit was the reason, so slow down.
        paused: The vendor takes nothing from anybody for a while: maintenance.
    """

    why: str
    wait: float | None = None
    limited: bool = False
    paused: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether the vendor took it: never sent again without a person."""

    why: str


Submission = Accepted | Done | Refused | NotSent | Unclear


# --- what a question about a job comes to ---------------------------------------


@dataclass(frozen=True, slots=True)
class Pending:
    """Not finished; any state the vendor invents counts as this.

    Attributes:
        state: The vendor's word for it.
        limited: It was asked too fast, and may know better.
        wait: For how many seconds it then wants no question at least, if it says so.
    """

    state: str = "waiting"
    limited: bool = False
    wait: float | None = None


@dataclass(frozen=True, slots=True)
class Ready:
    """Finished: where the picture is, and what the vendor says about its making.

    Attributes:
        charged: What it took in USD; None if it does not say.
        seconds: From submission to ready; None if it does not say.
    """

    url: str
    charged: Decimal | None = None
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """The vendor gave up on the job.

    Attributes:
        code: The vendor's own code, as text.
        why: The vendor's reason, redacted and inert on a terminal.
        charged: USD charged all the same; None when the vendor does not say.
    """

    code: str
    why: str
    charged: Decimal | None = None


Answer = Pending | Ready | Failed


@dataclass(frozen=True, slots=True)
class Recalled:
    """What a vendor remembers of a job's request, as it came over the wire.

    Attributes:
        callback: The address that it was told to call, None if it quotes none.
    """

    model: str
    prompt: str
    inputs: Mapping[str, object]
    callback: str | None = None


class Provider(abc.ABC):
    """One vendor. Instances live as long as one build and may hold one client.

    Making one does no I/O and never fails for want of a key: `plan` and `models` need
    none.

    Args:
        environment: The settings that concern providers, read once by `settings`.
        clock: What to ask for the time.

    Attributes:
        name: The word in a manifest's `provider:` field.
        free: It draws placeholders for nothing: no journal, no receipt, no consent.
        create_limit, poll_limit: How many submissions and questions the vendor takes
            in how many seconds, for one account.
    """

    name: ClassVar[str]
    free: ClassVar[bool] = False
    create_limit: ClassVar[tuple[int, float]] = (20, 10.0)
    poll_limit: ClassVar[tuple[int, float]] = (8, 1.0)

    def __init__(
        self,
        environment: Mapping[str, str] = MappingProxyType({}),
        clock: Clock | None = None,
    ) -> None:
        self.environment = environment
        self.clock: Clock = clock or SystemClock()

    def check(self) -> None:  # noqa: B027  a provider without a key has nothing to check
        """Raise UsageError if this cannot send or poll: no key, two keys. No I/O."""

    @abc.abstractmethod
    def models(self) -> Mapping[str, Model]:
        """Return the catalogue by model id; the first is the default. No I/O."""

    def quote(self, request: Request) -> Decimal | None:
        """Return the price of a request in USD, None if it is unknown. No I/O."""
        return self.models()[request.model].price(request.inputs)

    def payload(self, request: Request) -> dict[str, object]:
        """Return exactly what goes over the wire for a request, without addresses."""
        return {"prompt": request.prompt, **request.inputs}

    @abc.abstractmethod
    async def submit(
        self, request: Request, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Ask for one picture, once.

        Args:
            request: What to send, already checked against the catalogue.
            sending: Awaited exactly once, when the connection stands and the first
                byte is about to leave; if it raises, nothing may be sent. A provider
                that sends nothing (`free`) need not call it.
        """

    async def poll(self, job: str) -> Answer:
        """Ask once how a job stands.

        Raises Unavailable for whatever passes with time (network, 5xx, 429) and
        AccountError if the key is refused.
        """
        raise NotImplementedError

    async def fetch(self, ready: Ready) -> bytes:
        """Return the bytes of a finished picture, complete but not yet believed.

        Raises ResultError if the address is gone or lies, Unavailable if it may
        work later.
        """
        raise NotImplementedError

    async def recall(self, job: str) -> Recalled | None:  # noqa: ARG002  a contract
        """Return what was asked of a job, None if the vendor cannot say.

        A person who adopts a job by its id is protected by it from a wrong id. Raises
        UsageError if the vendor does not know the job, and what `poll` raises.
        """
        return None

    async def balance(self) -> Decimal | None:
        """Return what the account still has in USD, None if the vendor cannot say."""
        return None

    def account(self) -> str:
        """Return a fingerprint of the account that pays, "" for a free provider."""
        return ""

    async def aclose(self) -> None:  # noqa: B027  most providers hold nothing open
        """Close whatever is open; called once at the end of a build."""
