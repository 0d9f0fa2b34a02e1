"""kie.ai keeps the contract of a provider, against a whole kie.ai on this machine."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from scripted_server import free_port

from assetgen.errors import UsageError
from assetgen.providers.base import Accepted, Failed, Pending, Ready
from assetgen.providers.kie import Kie
from assetgen.testing.kie import Fail, Fate, KieServer
from assetgen.testing.providers import ProviderContract, Sending

if TYPE_CHECKING:
    from collections.abc import Iterator


class TestKie(ProviderContract):
    """Every promise of `Provider`, kept by `Kie`."""

    @pytest.fixture(autouse=True)
    def _server(self) -> Iterator[None]:
        with KieServer(latency=0.05) as self.server:
            yield

    def make(self) -> Kie:
        """Return a provider with the server's own key."""
        return Kie(self.server.env)

    def make_with_a_bad_key(self) -> Kie:
        """Return a provider whose key the server does not know."""
        return Kie({**self.server.env, "KIE_API_KEY": "not-a-key-of-this-server"})

    def make_without_a_vendor(self) -> Kie:
        """Return a provider that looks where nobody is."""
        url = f"http://127.0.0.1:{free_port()}"
        return Kie({**self.server.env, "KIE_BASE_URL": url})

    def bought(self) -> int:
        """Return how many tasks the server has taken."""
        return self.server.account.accepted()

    def test_the_charge_is_the_quote(self) -> None:
        """What the vendor says it took is what the catalogue said it would."""

        async def story() -> None:
            provider = self.make()
            request = self.request(provider)
            outcome = await provider.submit(request, Sending())
            assert isinstance(outcome, Accepted)
            answer = await self._finished(provider, outcome.job)
            assert isinstance(answer, Ready)
            assert answer.charged == provider.quote(request) == Decimal("0.09")
            await provider.aclose()

        asyncio.run(story())

    def test_a_failed_job_says_why(self) -> None:
        """The vendor's own code and words come through, and nothing was charged."""
        self.server.on("create", Fate(fail=Fail("422", "prohibited content")))

        async def story() -> None:
            provider = self.make()
            outcome = await provider.submit(self.request(provider), Sending())
            assert isinstance(outcome, Accepted)
            answer: Pending | Ready | Failed = Pending()
            while isinstance(answer, Pending):
                answer = await provider.poll(outcome.job)
                await asyncio.sleep(0.02)
            assert isinstance(answer, Failed)
            assert (answer.code, answer.why) == ("422", "prohibited content")
            assert not answer.charged
            await provider.aclose()

        asyncio.run(story())


def environment(**values: str) -> dict[str, str]:
    return {"KIE_API_KEY": "k" * 20, **values}


def test_either_name_of_the_key_will_do_and_both_if_they_agree() -> None:
    accounts = {
        Kie(named).account()
        for named in (
            {"KIE_API_KEY": "one-key"},
            {"KIE_AI_API_KEY": "one-key"},
            {"KIE_API_KEY": "one-key", "KIE_AI_API_KEY": " one-key "},
        )
    }
    assert len(accounts) == 1
    assert accounts != {Kie({"KIE_API_KEY": "another-key"}).account()}


@pytest.mark.parametrize(
    "named",
    [
        {},
        {"KIE_API_KEY": "", "KIE_AI_API_KEY": " "},
        {"KIE_API_KEY": "one-key", "KIE_AI_API_KEY": "another-key"},
        {"KIE_API_KEY": "one\nkey"},
        {"KIE_API_KEY": "schlüssel"},
        environment(KIE_BASE_URL="http://api.example"),
        environment(KIE_BASE_URL="http://127.0.0.1.example"),
        environment(KIE_BASE_URL="http://127.1"),
        environment(KIE_BASE_URL="http://0.0.0.0"),
        environment(KIE_BASE_URL="https://user:word@api.example"),
        environment(KIE_BASE_URL="https://api.example/?to=x"),
        environment(KIE_BASE_URL="ftp://api.example"),
        environment(KIE_BASE_URL="api.example"),
        environment(KIE_BASE_URL="http://["),
    ],
)
def test_settings_that_cannot_be_sent_with_are_a_usage_error(
    named: dict[str, str],
) -> None:
    """Exit code 2, without the key in the message; the catalogue works all the same."""
    provider = Kie(named)
    assert next(iter(provider.models())) == "nano-banana-pro"
    with pytest.raises(UsageError) as caught:
        provider.check()
    shown = f"{caught.value} {caught.value.hint}"
    assert [
        value for value in named.values() if "key" in value and value in shown
    ] == []


@pytest.mark.parametrize(
    ("url", "base", "loopback"),
    [
        ("", "https://api.kie.ai", False),
        ("https://api.example/kie/", "https://api.example/kie", False),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080", True),
        ("http://127.9.9.9", "http://127.9.9.9", True),
        ("http://[::1]:1", "http://[::1]:1", True),
        ("http://localhost:1/", "http://localhost:1", True),
        ("https://localhost", "https://localhost", True),
    ],
)
def test_the_address_is_https_or_this_machine(
    url: str, base: str, *, loopback: bool
) -> None:
    settings = Kie(environment(KIE_BASE_URL=url)).settings
    assert (settings.base_url, settings.loopback) == (base, loopback)


@pytest.mark.parametrize(
    ("named", "host", "proxy"),
    [
        ({}, "api.kie.ai", None),
        ({"HTTPS_PROXY": "http://p:1"}, "api.kie.ai", "http://p:1"),
        ({"https_proxy": "p:1"}, "api.kie.ai", "http://p:1"),
        ({"ALL_PROXY": "http://p:1"}, "api.kie.ai", "http://p:1"),
        ({"HTTP_PROXY": "http://p:1"}, "api.kie.ai", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "kie.ai"}, "api.kie.ai", None),
        ({"HTTPS_PROXY": "http://p:1", "no_proxy": "*"}, "api.kie.ai", None),
        ({"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x.ai"}, "api.kie.ai", "http://p:1"),
        ({"HTTPS_PROXY": "http://p:1"}, "localhost", None),
    ],
)
def test_proxies_are_those_of_the_environment(
    named: dict[str, str], host: str, proxy: str | None
) -> None:
    assert Kie(environment(**named)).settings.proxy_for(host) == proxy


def test_a_proxy_that_cannot_be_used_is_named_without_its_password() -> None:
    provider = Kie(environment(HTTPS_PROXY="gopher://me:s3cret@p:1"))
    with pytest.raises(UsageError) as caught:
        asyncio.run(provider.poll("t1"))
    assert "s3cret" not in f"{caught.value} {caught.value.hint}"


def test_an_account_is_sixteen_digits_and_not_the_key() -> None:
    account = Kie(environment()).account()
    assert len(account) == 16
    assert set(account) <= set("0123456789abcdef")
    assert Kie({}).account() == ""
