"""This file is the cutout by a service on the network, which sees the picture.

It is used only where a manifest names it. The address is `REMOVEBG_URL`, from the real
environment; the key is `REMOVEBG_API_KEY`. One picture is one request: nothing is
retried here, because a service takes money for each, and no redirect is followed,
because the key goes with it.
"""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from assetgen.errors import ImageError, Unavailable, Undecided, UsageError
from assetgen.images.cutout.base import Costly, CutResult
from assetgen.images.cutout.reaching import client_for, web_address
from assetgen.images.cutout.services import (
    ANSWER_MOST,
    picture_in,
    refusal,
    service_of,
)
from assetgen.images.decode import Master
from assetgen.images.encode import encode
from assetgen.images.examiner import examine
from assetgen.images.sniff import sniff
from assetgen.providers.inert import inert
from assetgen.steps import Rendition
from assetgen.version import VERSION

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx2

    from assetgen.steps import Cut

URL, KEY = "REMOVEBG_URL", "REMOVEBG_API_KEY"

QUIET = 60.0  # seconds without a byte
DEADLINE = 180.0  # seconds for the whole answer


class Http(Costly):
    """Has pictures cut out by a service.

    Options: `service` (`form` or `remove.bg`) and `header` (the one that carries the
    key, for `form`; `Authorization` makes it a bearer's).
    """

    name: ClassVar[str] = "http"
    version: ClassVar[int] = 1
    options: ClassVar[Mapping[str, type]] = MappingProxyType(
        {"service": str, "header": str}
    )

    def check(self, cut: Cut) -> None:
        """Raise UsageError if the address or the key is missing, or no use."""
        super().check(cut)
        service = service_of(cut.options)
        self._url(cut)
        key = self.environment.get(KEY, "")
        if service.keyed and not key:
            raise UsageError(
                f"removeBg method `http` needs the key of `{cut.options['service']}`",
                hint=f"set `{KEY}`",
            )
        if not all("!" <= char <= "~" for char in key):
            raise UsageError(f"the key in `{KEY}` has characters that no key has")

    def parameters(self, cut: Cut) -> dict[str, object]:
        """Return what is asked of the service, for the key; not where it is."""
        service = service_of(cut.options)
        return {"file": service.file, "fields": dict(service.fields)}

    def send(self, picture: bytes, cut: Cut) -> bytes:
        """Send a picture once and return the one that comes back.

        Raises Undecided if the service may have charged for an answer that is lost;
        AccountError, Unavailable or ImageError if it has not done the work.
        """
        import httpx2  # noqa: PLC0415  slow to import

        self.check(cut)
        url = self._url(cut)
        try:
            with client_for(url.host, self.environment, QUIET) as client:
                status, body = self._exchange(client, url, picture, cut)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
            message = f"`{url.host}` cannot be reached: {_why(error)}"
            raise Unavailable(message) from error
        except httpx2.HTTPError as error:
            message = f"the answer of `{url.host}` was lost: {_why(error)}"
            raise Undecided(message) from error
        refused = refusal(status, body, url.host)
        if refused is not None:
            raise refused
        return picture_in(body)

    def read(self, answer: bytes, picture: bytes) -> CutResult:
        """Return a service's picture as a cut-out; ImageError if it is none."""
        examine(answer, plain=True)
        image = Master.open(answer).image
        before = Master.open(picture).image
        if image.size != before.size:
            across, down = image.size
            raise ImageError(
                f"the service answers with a picture of {across}x{down} pixels,"
                f" not {before.width}x{before.height}",
                hint="does the account pay for full size?",
            )
        if image.mode != "RGBA":
            raise ImageError("the service answers with a picture without transparency")
        if sniff(answer).format == "png":
            return CutResult(answer, self.name, image=image)
        data = encode(image, Rendition(format="png"))
        return CutResult(data, self.name, image=image)

    def _exchange(
        self, client: httpx2.Client, url: httpx2.URL, picture: bytes, cut: Cut
    ) -> tuple[int, bytes]:
        """Return status and body of the answer, bounded in bytes and in time."""
        service, kind = service_of(cut.options), sniff(picture).format
        file = (f"picture.{kind}", picture, f"image/{kind.replace('jpg', 'jpeg')}")
        until, body = time.monotonic() + DEADLINE, bytearray()
        with client.stream(
            "POST",
            url,
            data=dict(service.fields),
            files={service.file: file},
            headers=self._headers(cut),
        ) as response:
            for piece in response.iter_bytes():
                body += piece
                if len(body) > ANSWER_MOST:
                    raise Undecided(f"the answer of `{url.host}` does not end")
                if time.monotonic() > until:
                    raise Undecided(f"the answer of `{url.host}` takes too long")
            return response.status_code, bytes(body)

    def _headers(self, cut: Cut) -> dict[str, str]:
        """Return what goes along with every request."""
        made = {
            "User-Agent": f"assetgen/{VERSION}",
            "Accept": "image/png, image/*;q=0.9, application/json;q=0.8",
            "Accept-Encoding": "identity",
        }
        key = self.environment.get(KEY)
        if key:
            header = str(cut.options.get("header") or service_of(cut.options).header)
            bearer = header.lower() == "authorization"
            made[header] = f"Bearer {key}" if bearer else key
        return made

    def _url(self, cut: Cut) -> httpx2.URL:
        """Return the address of the service; UsageError if it is no use."""
        text = self.environment.get(URL, "").strip() or service_of(cut.options).url
        if not text:
            raise UsageError(
                "removeBg method `http` needs the address of a service",
                hint=f"set `{URL}`, or write `service: remove.bg`",
            )
        harm = "would send pictures and key unencrypted"
        return web_address(text, f"`{URL}`", harm)


def _why(error: Exception) -> str:
    """Return an error of the network in a few words, without an address."""
    return inert(type(error).__name__)
