"""This file is which addresses a result may come from: public ones, checked as used.

The name in a result's URL is the vendor's word, and a name can point anywhere: at this
machine, at a cloud's metadata service. So a name is resolved once, every address it
has is checked, and the connection goes to a checked address, never to the name again.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from ipaddress import IPv4Address, IPv6Address
from typing import TYPE_CHECKING

from assetgen.errors import ResultError
from assetgen.providers.inert import inert
from assetgen.providers.kie.settings import is_loopback

if TYPE_CHECKING:
    import httpx2

_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")  # RFC 4291, 2.4
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # RFC 6052, 2.1


def check_url(url: httpx2.URL, *, loopback: bool) -> None:
    """Raise ResultError unless a picture may be fetched from this address.

    Args:
        url: An absolute address.
        loopback: This machine may serve results, too, without encryption.
    """
    here = loopback and is_loopback(url.host)
    if not url.host or url.scheme not in ({"https", "http"} if here else {"https"}):
        raise _refused(url, "is not an https address")
    if url.userinfo:
        raise _refused(url, "has a user name in it")
    try:
        literal = ipaddress.ip_address(url.host)
    except ValueError:
        return
    if not here and not is_public(literal):
        raise _refused(url, "is not a public address")


async def resolved(url: httpx2.URL, *, loopback: bool) -> list[str]:
    """Return the addresses of a URL's host in the system's order, all of them checked.

    Raises ResultError if any of them is not public, OSError if there are none.
    """
    here = loopback and is_loopback(url.host)
    port = url.port or {"http": 80}.get(url.scheme, 443)
    found = await asyncio.get_running_loop().getaddrinfo(
        url.raw_host.decode("ascii"), port, type=socket.SOCK_STREAM
    )
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        number = ipaddress.ip_address(address)
        if not (number.is_loopback if here else is_public(number)):
            raise _refused(url, "leads to an address that is not public")
    return addresses


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Return whether an address is anyone's on the Internet, looking inside IPv6.

    An IPv6 address may stand for an IPv4 one (mapped, 6to4, NAT64), and `is_private`
    misses shared and link-local addresses there.
    """
    if isinstance(address, IPv6Address):
        inside = _inside(address)
        if inside is not None:
            return is_public(inside)
        if address not in _GLOBAL_UNICAST:
            return False
    return address.is_global and not address.is_multicast


def _inside(address: IPv6Address) -> IPv4Address | None:
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def _refused(url: httpx2.URL, why: str) -> ResultError:
    shown = inert(url.copy_with(query=None, userinfo=b""))
    return ResultError(f"the picture's address `{shown}` {why}")
