"""This file is reaching a server that somebody named: its address, and the way there.

For the two doors that cutting out has to the network: a service that sees pictures,
where a manifest names it, and the weights of a network, where a person pulls them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assetgen.errors import UsageError
from assetgen.providers.kie.settings import KieSettings, is_loopback

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

CONNECT = 10.0  # seconds until the connection stands
PROXIES = ("https_proxy", "all_proxy", "no_proxy")


def web_address(text: str, what: str, harm: str) -> httpx2.URL:
    """Return an address that somebody wrote; UsageError if it may not be asked.

    Args:
        text: The address.
        what: Where it was written, for the message.
        harm: What plain http would do; it is for this machine only.
    """
    import httpx2  # noqa: PLC0415  slow to import

    try:
        url = httpx2.URL(text)
    except httpx2.InvalidURL:
        raise UsageError(f"{what} is not an address") from None
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        raise UsageError(f"{what} is not a web address without a user name")
    if url.scheme == "http" and not is_loopback(url.host):
        raise UsageError(
            f"{what} {harm}",
            hint="expected an https address; http on this machine only",
        )
    return url


def client_for(
    host: str, environment: Mapping[str, str], quiet: float
) -> httpx2.Client:
    """Return connections to a host that follow nothing and repeat nothing.

    The proxies are the environment's; `quiet` is how many seconds may pass without a
    byte. Raises UsageError if the proxy that leads there cannot be used.
    """
    import httpx2  # noqa: PLC0415  slow to import

    # The rules of proxies are the same for every host.
    pairs = environment.items()
    proxies = {name: value for name, value in pairs if name.lower() in PROXIES}
    try:
        transport = httpx2.HTTPTransport(
            verify=httpx2.create_ssl_context(),
            proxy=KieSettings.of(proxies).proxy_for(host),
            retries=0,
        )
    except (ImportError, ValueError, httpx2.InvalidURL):
        raise UsageError(
            "the proxy of this environment cannot be used",
            hint="`HTTPS_PROXY` takes an address like `http://proxy.example:3128`",
        ) from None
    return httpx2.Client(
        transport=transport,
        timeout=httpx2.Timeout(quiet, connect=CONNECT),
        follow_redirects=False,
        trust_env=False,
    )
