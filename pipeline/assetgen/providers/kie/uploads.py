"""This file is showing kie.ai a picture: uploading it to the vendor's own file host.

That is free, and what is there is deleted after some days
(https://docs.kie.ai/file-upload-api/quickstart). A file is called by its digest, since
the same name overwrites, and old bytes may be served for a while.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from assetgen.errors import AccountError, ProviderError, Unavailable
from assetgen.providers.inert import inert
from assetgen.providers.kie.client import USER_AGENT, is_network, read, why
from assetgen.providers.kie.line import TooMuch
from assetgen.providers.kie.patience import JSON_MOST
from assetgen.providers.showing import DIGITS

if TYPE_CHECKING:
    import httpx2

    from assetgen.providers.kie.client import Client

_PATH = "/api/file-stream-upload"
_FOLDER = "assetgen"
_OK = 200
_REFUSED = (401, 403)
_LATER = (408, 425, 429)
_SERVER_FAULTS = 500
_ADDRESS_MOST = 2048
# How files begin; what a vendor drew is one of these or WebP.
_FORMS = {b"\x89PNG": "png", b"\xff\xd8": "jpeg"}


async def upload(digest: str, picture: bytes, client: Client) -> str:
    """Return the address at which the vendor finds a picture.

    Raises AccountError if the key is refused, Unavailable for what may pass, and
    ProviderError if the host does not take it or answers with no address.
    """
    request = _request(digest, picture, client)
    try:
        async with (
            asyncio.timeout(client.patience.download),
            client.lent(request.url.host) as transport,
        ):
            response = await transport.handle_async_request(request)
            try:
                status = response.status_code
                body = client.redacted(await read(response, JSON_MOST))
            finally:
                await response.aclose()
    except TooMuch as error:
        raise ProviderError(f"kie.ai's file host is not understood: {error}") from error
    except Exception as error:
        if not is_network(error):
            raise
        message = f"the picture was not uploaded: {why(error)}"
        raise Unavailable(message) from error
    return _address(status, body, client)


def _request(digest: str, picture: bytes, client: Client) -> httpx2.Request:
    """Return the form that brings a picture; the key goes to kie.ai's own host only."""
    import httpx2  # noqa: PLC0415  slow to import

    settings = client.settings
    form = next((f for start, f in _FORMS.items() if picture.startswith(start)), "webp")
    name = f"{digest[:DIGITS]}.{form}"
    return httpx2.Request(
        "POST",
        f"{settings.uploads_url}{_PATH}",
        headers={
            "Authorization": f"Bearer {settings.key}",
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": USER_AGENT,
        },
        data={"uploadPath": _FOLDER, "fileName": name},
        files={"file": (name, picture, f"image/{form}")},
        extensions={"timeout": {"connect": client.patience.connect}},
    )


def _address(status: int, body: bytes, client: Client) -> str:
    """Return the address in an answer; the vendor's pages call it by two names."""
    said = _object(body)
    code = said.get("code", _OK) if status == _OK else status
    if code in _REFUSED:
        hint = "is `KIE_API_KEY` right, and is this machine allowed to use it?"
        raise AccountError(f"kie.ai's file host refuses the key ({code})", hint=hint)
    if isinstance(code, int) and (code in _LATER or code >= _SERVER_FAULTS):
        raise Unavailable(f"kie.ai's file host takes no picture now ({code})")
    data = said.get("data") if said.get("success", True) is True else None
    data = data if isinstance(data, dict) else {}
    address = data.get("downloadUrl") or data.get("fileUrl")
    if code != _OK or not _is_address(address, client):
        why_not = inert(str(said.get("msg") or f"HTTP {status}"), limit=200)
        raise ProviderError(f"kie.ai's file host did not take the picture: {why_not}")
    return str(address)


def _object(body: bytes) -> dict[str, object]:
    """Return the object of an answer, empty for anything else."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _is_address(address: object, client: Client) -> bool:
    """Return whether that is an address which the vendor can be told to look at."""
    import httpx2  # noqa: PLC0415  loaded to ask

    if not isinstance(address, str) or len(address) > _ADDRESS_MOST:
        return False
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        return False
    schemes = {"https", "http"} if client.settings.loopback else {"https"}
    return url.scheme in schemes and bool(url.host) and not url.userinfo
