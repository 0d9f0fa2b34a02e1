"""This file is what the environment says about kie.ai: key, address, proxies."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assetgen.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

PUBLIC_API = "https://api.kie.ai"
# Where pictures are uploaded to (https://docs.kie.ai/file-upload-api/quickstart).
PUBLIC_UPLOADS = "https://kieai.redpandaai.co"

_KEY_NAMES = ("KIE_API_KEY", "KIE_AI_API_KEY")
_PROXY_NAMES = ("https_proxy", "all_proxy", "no_proxy")


@dataclass(frozen=True, slots=True)
class KieSettings:
    """Who pays, where to ask and through which proxy.

    Attributes:
        key: The API key, None if there is none. Never shown.
        base_url: The API's address without a slash at its end.
        loopback: The address is on this machine; only then may results be, too.
        proxies: ``https_proxy``, ``all_proxy`` and ``no_proxy``. May hold a password,
            so never shown.
        hmac_keys: The keys that may sign callbacks, empty where none has to: two
            while one replaces the other. Never shown.
    """

    key: str | None = field(default=None, repr=False)
    base_url: str = PUBLIC_API
    loopback: bool = False
    proxies: Mapping[str, str] = field(default_factory=dict, repr=False)
    hmac_keys: tuple[str, ...] = field(default=(), repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> KieSettings:
        """Return the settings of an environment; raises UsageError for a mistake."""
        base_url, loopback = _base_url(environment.get("KIE_BASE_URL", ""))
        pairs = ((name, _either_case(environment, name)) for name in _PROXY_NAMES)
        return cls(
            key=_key(environment),
            base_url=base_url,
            loopback=loopback,
            proxies={name: value for name, value in pairs if value},
            hmac_keys=_hmac_keys(environment.get("KIE_WEBHOOK_HMAC_KEY", "")),
        )

    @property
    def uploads_url(self) -> str:
        """Return where pictures are uploaded to: kie.ai's own host, or this machine."""
        return self.base_url if self.loopback else PUBLIC_UPLOADS

    def proxy_for(self, host: str) -> str | None:
        """Return the proxy that leads to a host, None to go there directly.

        This machine is never reached through a proxy.
        """
        import urllib.request  # noqa: PLC0415  slow to import

        proxy = self.proxies.get("https_proxy") or self.proxies.get("all_proxy")
        if proxy is None or is_loopback(host):
            return None
        # In the standard library since 3.7 but not in its type stubs.
        bypassed = urllib.request.proxy_bypass_environment  # type: ignore[attr-defined]
        if bypassed(host, {"no": self.proxies.get("no_proxy", "")}):
            return None
        return proxy if "://" in proxy else f"http://{proxy}"


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine by its very name, not by resolving it."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _key(environment: Mapping[str, str]) -> str | None:
    found = {environment.get(name, "").strip() for name in _KEY_NAMES} - {""}
    if len(found) > 1:
        raise UsageError(
            "`KIE_API_KEY` and `KIE_AI_API_KEY` differ",
            hint="keep one of them: a job belongs to the key that bought it",
        )
    key = next(iter(found), None)
    if key is not None and not all("!" <= char <= "~" for char in key):
        raise UsageError(
            "the key in `KIE_API_KEY` has characters that no key has",
            hint="copy it again from https://kie.ai/api-key",
        )
    return key


def _hmac_keys(text: str) -> tuple[str, ...]:
    """Return the keys that a list with commas has; raises UsageError for an odd one."""
    if not text.strip():
        return ()
    keys = tuple(key.strip() for key in text.split(","))
    if not all(keys) or not all("!" <= char <= "~" for key in keys for char in key):
        raise UsageError(
            "`KIE_WEBHOOK_HMAC_KEY` is not a key",
            hint="copy it from https://kie.ai/settings; two keys have a comma between",
        )
    return keys


def _base_url(text: str) -> tuple[str, bool]:
    """Return the API's address and whether it is on this machine."""
    if not text.strip():
        return PUBLIC_API, False
    from httpx2 import URL, InvalidURL  # noqa: PLC0415  slow, and rarely needed

    try:
        url = URL(text.strip())
    except InvalidURL:
        raise _bad_base_url("is not an address") from None
    loopback = is_loopback(url.host)
    if url.scheme not in {"http", "https"} or not url.host:
        raise _bad_base_url("is not a web address")
    if url.userinfo or url.query or url.fragment:
        raise _bad_base_url("has more than a host and a path")
    if url.scheme == "http" and not loopback:
        raise _bad_base_url("would send the key unencrypted")
    return str(url).rstrip("/"), loopback


def _bad_base_url(why: str) -> UsageError:
    return UsageError(
        f"`KIE_BASE_URL` {why}",
        hint=f"expected an address like `{PUBLIC_API}`; http on this machine only",
    )


def _either_case(environment: Mapping[str, str], name: str) -> str:
    return environment.get(name) or environment.get(name.upper(), "")
