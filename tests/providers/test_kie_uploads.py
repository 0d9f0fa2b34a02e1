"""Showing kie.ai a picture: to its own host, free, and believed only as an address."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from scripted_server import free_port, http, scripted

from assetgen.errors import AccountError, ProviderError, Unavailable
from assetgen.providers.kie import Kie, uploads
from assetgen.providers.kie.catalogue import MODELS
from assetgen.providers.kie.patience import Patience
from assetgen.providers.kie.settings import KieSettings
from assetgen.request import Reference, Request

if TYPE_CHECKING:
    from scripted_server import Scripted

CANARY = "canary-7f3a9c51d2e84b60"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40
DIGEST = "ab" * 32
PLACE = "https://tempfile.example/kieai/1/assetgen/ab.png"
TAKEN = {"success": True, "code": 200, "data": {"downloadUrl": PLACE}}
CREATED = {"code": 200, "msg": "success", "data": {"taskId": "a-task"}}


def kie(base: str) -> Kie:
    provider = Kie({"KIE_API_KEY": CANARY, "KIE_BASE_URL": base})
    provider.patience = Patience(connect=5, call=5, download=3, stall=0.8)
    return provider


async def shown(host: Scripted, *digests: str) -> None:
    provider = kie(host.url)
    try:
        for digest in digests or (DIGEST,):
            await provider.show(digest, PNG)
    finally:
        await provider.aclose()


def test_a_picture_is_brought_as_a_form_named_by_its_digest() -> None:
    async def story() -> None:
        async with scripted(http(TAKEN)) as host:
            await shown(host, DIGEST, DIGEST)
            (heard,) = host.heard  # once for each build
            assert (heard.method, heard.target) == ("POST", "/api/file-stream-upload")
            assert heard.headers["authorization"] == f"Bearer {CANARY}"
            assert PNG in heard.body
            name = f'filename="{DIGEST[:40]}.png"'.encode()
            for part in (name, b"image/png", b'name="uploadPath"', b"assetgen"):
                assert part in heard.body

    asyncio.run(story())


def test_the_request_says_where_the_picture_is_and_the_key_does_not() -> None:
    model = MODELS["nano-banana-pro"]
    inputs = {name: one.default or "" for name, one in model.inputs.items()}
    picture = Reference("image_input", DIGEST)
    request = Request.of(model, "on black", inputs, references=(picture,))

    async def leave() -> None:
        return None

    async def story() -> None:
        async with scripted(http(TAKEN), http(CREATED)) as host:
            provider = kie(host.url)
            try:
                await provider.show(DIGEST, PNG)
                await provider.submit(request, leave)
            finally:
                await provider.aclose()
            sent = host.heard[1].body.decode()
            assert f'"image_input":["{PLACE}"]' in sent
            assert PLACE not in str(request.to_json())
            assert "image_input" not in str(provider.payload(request))

    asyncio.run(story())


def test_the_key_is_shown_to_the_vendors_own_host_only() -> None:
    """Or to this machine, where the vendor is said to be here."""
    assert KieSettings.of({}).uploads_url == "https://kieai.redpandaai.co"
    elsewhere = KieSettings.of({"KIE_BASE_URL": "https://kie.example"})
    assert elsewhere.uploads_url == "https://kieai.redpandaai.co"
    here = KieSettings.of({"KIE_BASE_URL": "http://127.0.0.1:9"})
    assert here.uploads_url == "http://127.0.0.1:9"


LIES = {
    "no JSON": (http(b"<html>"), ProviderError),
    "nothing": (http(b""), ProviderError),
    "a list": (http(b"[1]"), ProviderError),
    "no data": (http({"success": True, "code": 200}), ProviderError),
    "not taken": (http({"success": False, "code": 400, "msg": "bad"}), ProviderError),
    "no address": (http({"code": 200, "data": {"downloadUrl": 7}}), ProviderError),
    "a path": (http({"code": 200, "data": {"fileUrl": "/etc/passwd"}}), ProviderError),
    "a file": (
        http({"code": 200, "data": {"fileUrl": "file:///etc/passwd"}}),
        ProviderError,
    ),
    "two lines": (
        http({"code": 200, "data": {"fileUrl": "https://a.example/\nb"}}),
        ProviderError,
    ),
    "an endless address": (
        http({"code": 200, "data": {"fileUrl": "https://a.example/" + "a" * 3000}}),
        ProviderError,
    ),
    "too much": (http(b" " * (2 << 20)), ProviderError),
    "a list as code": (http({"code": [1], "data": {}}), ProviderError),
    "an object as code": (http({"code": {}, "data": {}}), ProviderError),
    "endless depth": (http(b"[" * 200_000), ProviderError),
    "no host": (
        http({"code": 200, "data": {"downloadUrl": "https://"}}),
        ProviderError,
    ),
    "a user": (
        http({"code": 200, "data": {"downloadUrl": "https://u:p@a.example/b"}}),
        ProviderError,
    ),
    "not taken, in a word": (
        http({"code": 200, "success": "false", "data": {"downloadUrl": PLACE}}),
        ProviderError,
    ),
    "not taken, with an address": (
        http({"code": 200, "success": False, "data": {"downloadUrl": PLACE}}),
        ProviderError,
    ),
    "forbidden": (http(b"", 403), AccountError),
    "late": (http(b"", 408), Unavailable),
    "too early": (http(b"", 425), Unavailable),
    "no such key": (http({"code": 401, "msg": "no"}), AccountError),
    "no such key, as a status": (http(b"", 401), AccountError),
    "closed": (http(b"", 503), Unavailable),
    "closed, in the body": (http({"code": 500, "msg": "later"}), Unavailable),
    "too fast": (http({"code": 429, "msg": "slow"}), Unavailable),
    "half an answer": (http(TAKEN)[:-20], Unavailable),
}


@pytest.mark.parametrize(("answer", "error"), LIES.values(), ids=LIES)
def test_an_answer_that_is_none_is_told_for_what_it_is(
    answer: bytes, error: type[ProviderError]
) -> None:
    async def story() -> None:
        async with scripted(answer, b"") as host:
            with pytest.raises(ProviderError) as raised:
                await shown(host)
            assert type(raised.value) is error
            assert CANARY not in str(raised.value)

    asyncio.run(story())


def test_a_host_that_is_not_there_may_be_there_later() -> None:
    async def story() -> None:
        provider = kie(f"http://127.0.0.1:{free_port()}")
        try:
            with pytest.raises(Unavailable, match="the picture was not uploaded"):
                await provider.show(DIGEST, PNG)
        finally:
            await provider.aclose()

    asyncio.run(story())


def test_a_page_of_the_vendor_calls_the_address_otherwise() -> None:
    async def story() -> None:
        taken = {"success": True, "code": 200, "data": {"fileUrl": PLACE}}
        async with scripted(http(taken)) as host:
            await shown(host)

    asyncio.run(story())


def test_a_real_vendor_sees_pictures_at_encrypted_addresses_only() -> None:
    class Real:
        settings = KieSettings.of({})

    for address, taken in (
        ("https://a.example/b", True),
        ("http://a.example/b", False),
    ):
        assert uploads._is_address(address, Real()) is taken  # type: ignore[arg-type]  # noqa: SLF001


@pytest.mark.parametrize(
    ("start", "form"), [(b"\xff\xd8\xff", "jpeg"), (b"RIFF1234WEBP", "webp")]
)
def test_a_file_is_called_what_it_is(start: bytes, form: str) -> None:
    async def story() -> None:
        async with scripted(http(TAKEN)) as host:
            provider = kie(host.url)
            try:
                await provider.show(DIGEST, start + b"0" * 90)
            finally:
                await provider.aclose()
            assert f'filename="{DIGEST[:40]}.{form}"'.encode() in host.heard[0].body

    asyncio.run(story())
