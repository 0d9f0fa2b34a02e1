"""The provider contract: good providers pass it, and broken promises are noticed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

import pytest

from assetgen.catalogue import Ban, Dial, Input, Model, Rate
from assetgen.errors import AccountError, Unavailable
from assetgen.providers.base import (
    Accepted,
    Done,
    NotSent,
    Pending,
    Provider,
    Ready,
    Refused,
)
from assetgen.testing.catalogues import mistakes
from assetgen.testing.pictures import picture
from assetgen.testing.providers import ProviderContract

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from assetgen.providers.base import Answer, Submission
    from assetgen.request import Request

SHAPE = Input("string", "square", ("square", "round"))
MODEL = Model(
    "tiny",
    "shop",
    {"shape": SHAPE},
    aspect_ratio=Dial("shape", {"1:1": "square"}),
    rates=(Rate(Decimal("0.01")),),
    priced_on="2026-11-20",
)


class Solid(Provider):
    """The smallest free provider."""

    name = "solid"
    free = True

    def models(self) -> Mapping[str, Model]:
        """Return its one model."""
        return {"red": Model(name="red", provider="solid", inputs={})}

    async def submit(
        self, request: Request, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Draw."""
        del sending  # it sends nothing
        return Done(picture((8, 8), seed=request.prompt))


class TestSolid(ProviderContract):
    """A free provider that answers at once passes."""

    def make(self) -> Provider:
        """Return one."""
        return Solid()


class Shop(Provider):
    """A paid queue in memory; the jobs are the vendor's, so the class has them."""

    name = "shop"
    jobs: ClassVar[dict[str, int]] = {}

    def __init__(self, *, key: str = "good", there: bool = True) -> None:
        self.key = key
        self.there = there

    def models(self) -> Mapping[str, Model]:
        """Return its one model."""
        return {"tiny": MODEL}

    async def submit(
        self, request: Request, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Sell."""
        assert request
        if not self.there:
            return NotSent("no connection")
        await sending()
        if self.key != "good":
            return Refused("bad key", account=True)
        job = f"job-{len(self.jobs)}"
        self.jobs[job] = 0
        return Accepted(job)

    async def poll(self, job: str) -> Answer:
        """Be ready at the third question."""
        if not self.there:
            raise Unavailable("no connection")
        if self.key != "good":
            raise AccountError("bad key")
        self.jobs[job] += 1
        return Ready("memory:", Decimal("0.01")) if self.jobs[job] > 2 else Pending()

    async def fetch(self, ready: Ready) -> bytes:
        """Hand over."""
        return picture((8, 8), seed=ready.url)

    def account(self) -> str:
        """Return a fingerprint."""
        return f"shop-{self.key}"


class ShopContract(ProviderContract):
    """Any shop's contract."""

    kind: ClassVar[type[Shop]] = Shop
    interval = 0.0

    def make(self) -> Provider:
        """Return one."""
        return self.kind()

    def make_with_a_bad_key(self) -> Provider:
        """Return one nobody serves."""
        return self.kind(key="bad")

    def make_without_a_vendor(self) -> Provider:
        """Return one without a network."""
        return self.kind(there=False)

    def bought(self) -> int:
        """Return how much was sold."""
        return len(Shop.jobs)


@pytest.fixture(autouse=True)
def closed_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin with nothing sold."""
    monkeypatch.setattr(Shop, "jobs", {})


class TestShop(ShopContract):
    """A paid provider that works by a queue passes, and nothing is skipped."""


class Hasty(Shop):
    """Sells before it says so."""

    async def submit(
        self, request: Request, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Sell, then say so."""
        assert request
        self.jobs["job"] = 0
        await sending()
        return Accepted("job")


class Deaf(Shop):
    """Swallows that nothing may be sent."""

    async def submit(
        self, request: Request, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Go on whatever happens."""
        try:
            return await super().submit(request, sending)
        except OSError:
            return NotSent("the disk is full")


class Silent(Shop):
    """Never says that it sends."""

    async def submit(
        self, request: Request, sending: Callable[[], Awaitable[None]]
    ) -> Submission:
        """Sell in silence."""
        del request, sending
        return Accepted("job")


class Forgetful(Shop):
    """Leaves an input out of what it sends."""

    def payload(self, request: Request) -> dict[str, object]:
        """Return the prompt only."""
        return {"prompt": request.prompt}


class Telling(Shop):
    """Sends the take, which is none of the vendor's business."""

    def payload(self, request: Request) -> dict[str, object]:
        """Return everything."""
        return request.to_json()


class Junk(Shop):
    """Delivers what is no picture."""

    async def fetch(self, ready: Ready) -> bytes:
        """Hand over a page."""
        return f"<html>{ready.url}".encode()


class Anonymous(Shop):
    """Bills an account that it does not name."""

    def account(self) -> str:
        """Return nothing."""
        return ""


@pytest.mark.parametrize(
    ("broken", "promise"),
    [
        (Hasty, "test_nothing_is_sent_when_sending_refuses"),
        (Deaf, "test_nothing_is_sent_when_sending_refuses"),
        (Silent, "test_a_picture_can_be_had"),
        (Forgetful, "test_every_input_is_sent"),
        (Telling, "test_the_take_is_not_sent"),
        (Junk, "test_a_picture_can_be_had"),
        (Anonymous, "test_the_account_is_a_fingerprint"),
    ],
)
def test_a_broken_promise_is_noticed(
    broken: type[Shop], promise: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ShopContract, "kind", broken)
    with pytest.raises((AssertionError, pytest.fail.Exception, OSError)):
        getattr(ShopContract(), promise)()


@pytest.mark.parametrize(
    ("model", "mistake"),
    [
        (MODEL, None),
        (
            replace(MODEL, inputs={"shape": Input("string", "oval", ("square",))}),
            "tiny: `shape` does not allow its own default",
        ),
        (
            replace(MODEL, aspect_ratio=Dial("form", {"1:1": "square"})),
            "tiny: the dial `aspect_ratio` turns `form`, which is no input",
        ),
        (
            replace(MODEL, aspect_ratio=Dial("shape", {"1:1": "flat"})),
            "tiny: the dial `aspect_ratio` says what `shape` does not allow",
        ),
        (
            replace(MODEL, rates=(Rate(Decimal(1), {"shape": "flat"}),)),
            "tiny: a rate of 1 names what does not exist",
        ),
        (
            replace(MODEL, bans=(Ban({"form": ("flat",)}, "flat is ugly"),)),
            "tiny: a ban names what does not exist: flat is ugly",
        ),
        (
            replace(MODEL, priced_on=""),
            "tiny: it has prices without the day on which they were read",
        ),
        (
            replace(MODEL, inputs={"shape": SHAPE, "n": Input("integer", 9, most=4)}),
            "tiny: `n` does not allow its own default",
        ),
    ],
)
def test_a_mistake_of_a_catalogue_is_named(model: Model, mistake: str | None) -> None:
    assert mistakes(model) == ([mistake] if mistake else [])
