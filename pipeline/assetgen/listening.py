"""This file is `--webhook`: where callbacks come in while one build runs."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assetgen.doorbell import Doorbell
from assetgen.events import Noted
from assetgen.providers.callback import CallsBack
from assetgen.receiver import PORT, receiving

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from assetgen.events import Listener
    from assetgen.jobs import Jobs
    from assetgen.providers.base import Provider

LOOPBACK = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where the vendor calls, and where that comes in on this machine.

    Attributes:
        url: The public address above which each purchase has its own.
        port: None takes that of an address which names this machine, else 8787.
        bind: The address to listen on.
    """

    url: str
    port: int | None = None
    bind: str = LOOPBACK

    @property
    def way_in(self) -> int:
        """Return the port to listen on."""
        if self.port is not None:
            return self.port
        parts = urlsplit(self.url)
        here = parts.hostname in {LOOPBACK, "localhost", "::1"}
        return (parts.port if here else None) or PORT


def check_webhook(webhook: Webhook | None, providers: Iterable[Provider]) -> None:
    """Raise UsageError if a vendor cannot be told to call that address."""
    if webhook is not None:
        for provider in providers:
            if isinstance(provider, CallsBack):
                provider.check_callback(webhook.url)


def doorbell_of(provider: Provider, webhook: Webhook | None) -> Doorbell:
    """Return a provider's doorbell; nobody can ring it if its vendor does not call."""
    if webhook is None or not isinstance(provider, CallsBack):
        return Doorbell()
    return Doorbell(provider, webhook.url)


@asynccontextmanager
async def listening(
    webhook: Webhook | None, jobs: Mapping[str, Jobs], listener: Listener
) -> AsyncIterator[None]:
    """Hear callbacks for as long as the block runs, if there is where to.

    Raises UsageError if nobody can listen there. Side effect: opens a port.
    """
    doorbells = [each.doorbell for each in jobs.values()]
    providers = [each.provider for each in doorbells if each.provider is not None]
    if webhook is None or not providers:
        yield
        return
    async with receiving(doorbells, webhook.bind, webhook.way_in) as (host, port):
        signed = "signed" if all(each.signed for each in providers) else "unsigned"
        place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        said = f"doorbell: {webhook.url} leads to {place}, calls are {signed}"
        listener(Noted("", said))
        for each in jobs.values():
            each.listen()
        try:
            yield
        finally:
            for each in jobs.values():
                await each.aclose()
