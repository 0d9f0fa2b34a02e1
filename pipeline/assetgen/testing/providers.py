# ruff: noqa: S101 (pytest is assert)
"""This file is the contract of a provider, as tests that a plugin author inherits.

::

    from assetgen.testing.providers import ProviderContract

    class TestSolid(ProviderContract):
        def make(self):
            return Solid()

A provider that talks to a vendor overrides a few more methods, each of which says what
it is for; tests whose method is not overridden are skipped. `make` is called inside a
running event loop, and what it returns is closed by the test.
"""

from __future__ import annotations

import abc
import asyncio
import contextlib
import io
import json
import re
import socket
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar, TypeVar

import pytest
from PIL import Image

from assetgen.errors import AccountError, Unavailable
from assetgen.providers.base import (
    Accepted,
    Done,
    NotSent,
    Pending,
    Ready,
    Refused,
)
from assetgen.request import Request
from assetgen.testing.catalogues import mistakes

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from assetgen.catalogue import Model, Scalar
    from assetgen.providers.base import Answer, Provider, Submission

T = TypeVar("T")

PROMPT = "one round red ball, isolated on a plain white background"


class Sending:
    """Stands in for `sending`: counts how often it was awaited, and may refuse.

    Args:
        refuse: Raised when it is awaited, as a journal on a full disk would.
    """

    def __init__(self, refuse: Exception | None = None) -> None:
        self.times = 0
        self._refuse = refuse

    async def __call__(self) -> None:
        """Take note that the request is about to leave."""
        self.times += 1
        if self._refuse:
            raise self._refuse


class ProviderContract(abc.ABC):
    """Everything that `assetgen.providers.base.Provider` promises.

    Attributes:
        patience: Real seconds that one job may take.
        interval: Real seconds between two polls.
    """

    patience: ClassVar[float] = 30.0
    interval: ClassVar[float] = 0.05

    # --- what a plugin author supplies ------------------------------------------

    @abc.abstractmethod
    def make(self) -> Provider:
        """Return a fresh provider whose vendor is well and will accept."""

    def make_with_a_bad_key(self) -> Provider | None:
        """Return a provider whose key the vendor refuses."""
        return None

    def make_without_a_vendor(self) -> Provider | None:
        """Return a provider whose vendor's address nobody listens on."""
        return None

    def bought(self) -> int | None:
        """Return how many jobs the vendor has taken in this test, None if unknown."""
        return None

    def request(self, provider: Provider, *, take: int = 1) -> Request:
        """Return a small valid request; by default of the first model."""
        model = next(iter(provider.models().values()))
        return Request.of(model, PROMPT, _defaults(model), take=take)

    # --- the catalogue ----------------------------------------------------------

    def test_its_name_is_a_word(self) -> None:
        """The name can stand in a manifest's `provider:` field."""
        name = _inside(self, lambda provider: provider.name)
        assert isinstance(name, str)
        assert re.fullmatch(r"[a-z][a-z0-9_-]*", name)

    def test_its_models_know_who_they_are(self) -> None:
        """Every model is listed under its own id and names this provider."""

        def names(provider: Provider) -> list[tuple[str, str, str, str]]:
            return [
                (key, provider.name, model.name, model.provider)
                for key, model in provider.models().items()
            ]

        found = _inside(self, names)
        assert found
        assert [row for row in found if row[:2] != row[2:]] == []

    def test_its_catalogue_agrees_with_itself(self) -> None:
        """Defaults, dials, rates and bans only name inputs and values that exist."""
        wrong = _inside(
            self,
            lambda provider: [
                mistake
                for model in provider.models().values()
                for mistake in mistakes(model)
            ],
        )
        assert wrong == []

    def test_catalogue_quote_and_payload_ask_nobody(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What a plan needs is known without a connection."""

        def refuse(*_: object) -> None:
            raise AssertionError("a connection was opened")

        async def ask() -> None:
            async with _open(self.make()) as provider:
                monkeypatch.setattr(socket.socket, "connect", refuse)
                request = self.request(provider)
                provider.quote(request)
                provider.payload(request)
                provider.account()
                monkeypatch.undo()

        asyncio.run(ask())

    def test_a_quote_is_money(self) -> None:
        """A price is an exact number of USD, not below zero, or None for unknown."""
        quote = _inside(self, lambda provider: provider.quote(self.request(provider)))
        assert quote is None or (isinstance(quote, Decimal) and quote >= 0)

    def test_the_account_is_a_fingerprint(self) -> None:
        """It is the same every time, and empty just for a free provider."""
        first = _inside(self, lambda provider: (provider.account(), provider.free))
        second = _inside(self, lambda provider: (provider.account(), provider.free))
        assert first == second
        account, free = first
        assert (account == "") == free

    def test_its_limits_are_rates(self) -> None:
        """So many calls in so many seconds, both above zero."""
        limits = _inside(self, lambda own: (*own.create_limit, *own.poll_limit))
        assert min(limits) > 0

    # --- what is sent -----------------------------------------------------------

    def test_the_payload_is_json_and_says_the_prompt(self) -> None:
        """The payload can go over a wire and has the words in it."""
        payload = _inside(self, lambda own: own.payload(self.request(own)))
        assert PROMPT in json.dumps(payload)

    def test_the_take_is_not_sent(self) -> None:
        """Another take of a request is the same payload."""
        first, second = _inside(
            self,
            lambda own: [own.payload(self.request(own, take=take)) for take in (1, 2)],
        )
        assert first == second

    def test_every_input_is_sent(self) -> None:
        """Each other value of an input makes another payload, as it does a key."""

        def unsent(provider: Provider) -> list[str]:
            model = next(iter(provider.models().values()))
            defaults = _defaults(model)
            usual = provider.payload(Request.of(model, PROMPT, defaults))
            return [
                f"{name}: {value}"
                for name, given in model.inputs.items()
                for value in given.choices
                if value != defaults.get(name)
                and provider.payload(
                    Request.of(model, PROMPT, {**defaults, name: value})
                )
                == usual
            ]

        assert _inside(self, unsent) == []

    # --- buying one picture -----------------------------------------------------

    def test_a_picture_can_be_had(self) -> None:
        """A request is accepted, gets ready and is fetched as a whole picture."""
        assert asyncio.run(self._picture()) > (0, 0)

    async def _picture(self) -> tuple[int, int]:
        async with _open(self.make()) as provider:
            sending = Sending()
            outcome = await provider.submit(self.request(provider), sending)
            assert sending.times == 1 or (provider.free and sending.times == 0)
            data = await self._result(provider, outcome)
        with Image.open(io.BytesIO(data)) as picture:
            picture.load()
            return picture.size

    async def _result(self, provider: Provider, outcome: Submission) -> bytes:
        if isinstance(outcome, Done):
            return outcome.picture
        assert isinstance(outcome, Accepted), outcome
        assert outcome.job
        answer = await self._finished(provider, outcome.job)
        assert isinstance(answer, Ready), answer
        assert answer.charged is None or answer.charged >= 0
        return await provider.fetch(answer)

    async def _finished(self, provider: Provider, job: str) -> Answer:
        async with asyncio.timeout(self.patience):
            while True:
                answer = await provider.poll(job)
                if not isinstance(answer, Pending):
                    return answer
                await asyncio.sleep(self.interval)

    def test_a_job_belongs_to_the_account_not_to_the_object(self) -> None:
        """What one provider bought, another one made alike can ask for."""

        async def ask() -> Answer | Done:
            async with _open(self.make()) as buyer:
                outcome = await buyer.submit(self.request(buyer), Sending())
                if isinstance(outcome, Done):
                    return outcome
                assert isinstance(outcome, Accepted), outcome
                async with _open(self.make()) as heir:
                    return await self._finished(heir, outcome.job)

        outcome = asyncio.run(ask())
        if isinstance(outcome, Done):
            pytest.skip("this provider answers at once")
        assert isinstance(outcome, Ready), outcome

    def test_one_submit_buys_once(self) -> None:
        """The vendor has taken exactly one job."""
        if self.bought() is None:
            pytest.skip("`bought` is not overridden")

        async def buy() -> None:
            async with _open(self.make()) as provider:
                await provider.submit(self.request(provider), Sending())

        asyncio.run(buy())
        assert self.bought() == 1

    def test_nothing_is_sent_when_sending_refuses(self) -> None:
        """An intent that cannot be written down is not carried out."""
        if self.bought() is None:
            pytest.skip("`bought` is not overridden")

        async def buy() -> None:
            async with _open(self.make()) as provider:
                with contextlib.suppress(OSError):
                    refusing = Sending(OSError("no space left on device"))
                    outcome = await provider.submit(self.request(provider), refusing)
                    pytest.fail(f"the refusal was swallowed: {outcome}")

        asyncio.run(buy())
        assert self.bought() == 0

    # --- when it goes wrong -----------------------------------------------------

    def test_a_refused_key_stops_everything(self) -> None:
        """A bad key is `Refused` with `account`, and `AccountError` for a question."""

        async def ask() -> tuple[Submission, str]:
            async with _open(self._other(self.make_with_a_bad_key())) as provider:
                outcome = await provider.submit(self.request(provider), Sending())
                try:
                    answer = await provider.poll("0" * 32)
                except AccountError:
                    return outcome, "AccountError"
                return outcome, repr(answer)

        outcome, answer = asyncio.run(ask())
        assert isinstance(outcome, Refused), outcome
        assert (outcome.account, answer) == (True, "AccountError")

    def test_a_vendor_who_is_not_there_has_sold_nothing(self) -> None:
        """No connection is `NotSent`, never `sending`; a question is `Unavailable`."""

        async def ask() -> tuple[Submission, int, str]:
            sending = Sending()
            async with _open(self._other(self.make_without_a_vendor())) as provider:
                outcome = await provider.submit(self.request(provider), sending)
                try:
                    answer = await provider.poll("0" * 32)
                except Unavailable:
                    return outcome, sending.times, "Unavailable"
                return outcome, sending.times, repr(answer)

        outcome, times, answer = asyncio.run(ask())
        assert isinstance(outcome, NotSent), outcome
        assert (times, answer) == (0, "Unavailable")

    def _other(self, provider: Provider | None) -> Provider:
        if provider is None:
            pytest.skip("the method that makes such a provider is not overridden")
        return provider

    def test_the_balance_is_money(self) -> None:
        """What the account has left is an exact number of USD, or None."""

        async def ask() -> Decimal | None:
            async with _open(self.make()) as provider:
                return await provider.balance()

        balance = asyncio.run(ask())
        assert balance is None or isinstance(balance, Decimal)


def _defaults(model: Model) -> dict[str, Scalar]:
    """Return an input for all that have a default or must be sent."""
    found: dict[str, Scalar] = {}
    for name, given in model.inputs.items():
        if given.default is not None:
            found[name] = given.default
        elif given.required and given.choices:
            found[name] = given.choices[0]
    return found


def _inside(contract: ProviderContract, ask: Callable[[Provider], T]) -> T:
    """Return what a function says of a fresh provider, asked where it lives."""

    async def asked() -> T:
        async with _open(contract.make()) as provider:
            return ask(provider)

    return asyncio.run(asked())


@contextlib.asynccontextmanager
async def _open(provider: Provider) -> AsyncIterator[Provider]:
    try:
        yield provider
    finally:
        await provider.aclose()
